import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chance } from '../../../build/testing/sql/randomSql.ts';
import { TestWorkspace } from '../../query/testWorkspace.ts';

const VALUES = 400;

/** Unscaled numbers of every length, 0 and the greatest among them. */
function randomUnscaled(chance: Chance, precision: number): bigint {
  const digits = chance.below(precision + 1);
  if (chance.once(12)) return 10n ** BigInt(precision) - 1n;
  let value = 0n;
  for (let digit = 0; digit < digits; digit++) value = value * 10n + BigInt(chance.below(10));
  return chance.once(2) ? -value : value;
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`}`;
}

function unscaledOf(text: string, scale: number): bigint {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(`${whole!}${fraction.padEnd(scale, '0')}`);
}

/** Half away from zero. */
function exactQuotient(left: bigint, right: bigint, shift: number): bigint {
  const [n, d] = shift >= 0 ? [left * 10n ** BigInt(shift), right] : [left, right * 10n ** BigInt(-shift)];
  const size = (2n * (n < 0n ? -n : n) + (d < 0n ? -d : d)) / (2n * (d < 0n ? -d : d));
  return (n < 0n) === (d < 0n) ? size : -size;
}

describe('a quotient of decimals is exact, whatever the way it is computed', () => {
  let workspace: TestWorkspace;
  beforeAll(async () => {
    workspace = await TestWorkspace.create();
  });
  afterAll(() => workspace.dispose());

  it.each([
    [7, 2, 7, 2], [10, 2, 10, 0], [12, 2, 5, 2], [18, 2, 18, 2], [17, 2, 17, 2], [15, 4, 12, 3], [18, 0, 18, 0], [10, 6, 10, 6], [18, 8, 9, 5], [9, 9, 9, 9], [19, 2, 10, 2], [20, 0, 10, 0], [22, 6, 12, 2], [28, 2, 8, 2], [14, 12, 6, 1],
  ])('DECIMAL(%i,%i) / DECIMAL(%i,%i)', async (p1, s1, p2, s2) => {
    const chance = new Chance(p1 * 1_000_000 + s1 * 10_000 + p2 * 100 + s2);
    const pairs = Array.from({ length: VALUES }, () => [randomUnscaled(chance, p1), randomUnscaled(chance, p2)] as const).filter(([, divisor]) => divisor !== 0n);
    const rows = pairs.map(([a, b], index) => `(${index}, CAST('${decimalText(a, s1)}' AS DECIMAL(${p1},${s1})), CAST('${decimalText(b, s2)}' AS DECIMAL(${p2},${s2})))`);
    const { columns, rows: found } = await workspace.run(`SELECT i, CAST(try_divide(a, b) AS STRING) AS q, typeof(try_divide(a, b)) AS t FROM VALUES ${rows.join(', ')} AS v(i, a, b) ORDER BY i`);
    expect(columns).toBe('i int, q string, t string');
    const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(String(found[0]![2]))!.map(Number);
    const wrong = pairs.flatMap(([a, b], index) => {
      const expected = exactQuotient(a, b, scale! - s1 + s2);
      const fits = (expected < 0n ? -expected : expected) < 10n ** BigInt(precision!);
      const text = found[index]![1] as string | null;
      const same = text === null ? !fits : fits && unscaledOf(text, scale!) === expected;
      return same ? [] : [`${decimalText(a, s1)} / ${decimalText(b, s2)}: ${text ?? 'NULL'}, not ${fits ? decimalText(expected, scale!) : 'NULL'}`];
    });
    expect(wrong).toEqual([]);
  });
});
