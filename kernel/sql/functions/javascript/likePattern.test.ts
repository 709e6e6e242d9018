import { expect, it } from 'vitest';
import { seededRandom } from '../../../../build/testing/seededRandom.ts';
import { matchesLike } from './likePattern.ts';

it.each([
  { text: 'a%b', pattern: 'a\\%b', matches: true },
  { text: 'axb', pattern: 'a\\%b', matches: false },
  { text: 'a😀b', pattern: 'a_b', matches: true },
  { text: 'ab', pattern: 'a%b', matches: true },
  { text: 'aba', pattern: 'ab%ba', matches: false },
  { text: '', pattern: '%%', matches: true },
  { text: '', pattern: '', matches: true },
  { text: 'a', pattern: '%%%_%%%_%%', matches: false },
])('$text like $pattern: $matches', ({ text, pattern, matches }) => {
  expect(matchesLike(text, pattern, '\\')).toBe(matches);
});

it('agrees with a regular expression on any text', () => {
  const random = seededRandom(7);
  const pick = (signs: string): string => Array.from({ length: Math.floor(random() * 9) }, () => signs[Math.floor(random() * signs.length)]!).join('');
  for (let round = 0; round < 3_000; round++) {
    const [text, pattern] = [pick('ab'), pick('ab%%_')];
    const expected = new RegExp(`^${pattern.replaceAll('%', '.*').replaceAll('_', '.')}$`, 's').test(text);
    expect([text, pattern, matchesLike(text, pattern, '\\')]).toEqual([text, pattern, expected]);
  }
});

it('takes a pattern of thousands of wildcards', () => {
  expect(matchesLike('a'.repeat(100_000), `${'%a'.repeat(5_000)}b`, '\\')).toBe(false);
  expect(matchesLike(`${'a'.repeat(100_000)}b`, `${'%a'.repeat(5_000)}b`, '\\')).toBe(true);
});
