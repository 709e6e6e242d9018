import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../build/testing/seededRandom.ts';
import { levenshtein } from './levenshtein.ts';

const ANY = 2_147_483_647;

/** By the definition, cell by cell. */
function plain(left: string, right: string): number {
  const [from, to] = [Array.from(left), Array.from(right)];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, sign] of from.entries()) {
    const next = [index + 1];
    for (const [at, other] of to.entries()) next.push(Math.min(row[at + 1]! + 1, next[at]! + 1, row[at]! + (sign === other ? 0 : 1)));
    row = next;
  }
  return row[to.length]!;
}

describe('the distance of two texts', () => {
  it.each([
    ['kitten', 'sitting', ANY, 3], ['', '', ANY, 0], ['', 'abc', ANY, 3], ['abc', 'abc', 0, 0], ['kitten', 'sitting', 2, -1], ['kitten', 'sitting', 3, 3], ['a', 'abcdef', 4, -1],
    ['🙂b', 'b', ANY, 1], ['🙂', '🙃', ANY, 1],
  ] as const)('%s, %s, at most %d: %d', (left, right, most, distance) => {
    expect(levenshtein(left, right, most)).toBe(distance);
  });

  it.each([[2, 40], [3, 70], [4, 140], [26, 33]] as const)('is what the definition gives, for texts of %d signs up to %d long', (signs, length) => {
    const random = seededRandom(signs * 1000 + length);
    const text = (): string => Array.from({ length: Math.floor(random() * length) }, () => String.fromCodePoint(0x1f600 + Math.floor(random() * signs))).join('');
    for (let round = 0; round < 200; round++) {
      const [left, right] = [text(), text()];
      expect(levenshtein(left, right, ANY), `${left} and ${right}`).toBe(plain(left, right));
    }
  });

  it('is there soon for texts of 30,000 signs', () => {
    const [left, right] = ['ab'.repeat(15_000), 'ba'.repeat(15_000)];
    const startedAtMs = performance.now();
    expect(levenshtein(left, right, ANY)).toBe(2);
    expect(levenshtein('a'.repeat(30_000), 'b'.repeat(30_000), ANY)).toBe(30_000);
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });

  it('is refused where it would hold everything up', () => {
    expect(() => levenshtein('a'.repeat(200_000), 'b'.repeat(200_000), ANY)).toThrow('UNSUPPORTED_FEATURE.LOCAL_ENGINE');
    expect(levenshtein('a'.repeat(200_000), 'a'.repeat(200_000), ANY)).toBe(0);
  });
});
