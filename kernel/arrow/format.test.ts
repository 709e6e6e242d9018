import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, formatFloat, readInt128, safeInt128, safeInt64, writeDate, writeTimestamp, type TimeUnit } from './format.ts';
import { TextBuffer } from './textBuffer.ts';

const written = (write: (out: TextBuffer) => void): string => {
  const out = new TextBuffer();
  write(out);
  return out.takeText();
};
/** What Date says, years of more than four digits aside: `+10000-…` is ours and Spark's. */
const isoOf = (ms: number): string => new Date(ms).toISOString();
const MS_MAX = Date.UTC(9_999, 11, 31);
const MS_MIN = -62_135_596_800_000;

describe('values as text', () => {
  it('writes days as Date does', () => {
    fc.assert(fc.property(fc.integer({ min: MS_MIN / 864e5, max: MS_MAX / 864e5 }), (days) => { expect(written((out) => writeDate(out, days))).toBe(isoOf(days * 864e5).slice(0, 10)); }));
  });

  it.each([
    { days: 2_932_897, text: '+10000-01-01' },
    { days: -719_528, text: '0000-01-01' },
    { days: -719_529, text: '-0001-12-31' },
  ])('writes day $days, where Date cannot say, as $text', ({ days, text }) => {
    expect(written((out) => writeDate(out, days))).toBe(text);
  });

  it('writes timestamps exactly, as numbers and as bigints', () => {
    fc.assert(
      fc.property(fc.integer({ min: MS_MIN, max: MS_MAX }), fc.integer({ min: 0, max: 999 }), (ms, micros) => {
        const ticks = BigInt(ms) * 1_000n + BigInt(micros);
        const text = `${isoOf(ms).slice(0, -1)}${String(micros).padStart(3, '0')}`;
        expect(written((out) => writeTimestamp(out, ticks, 'microsecond'))).toBe(text);
        if (Number.isSafeInteger(Number(ticks))) expect(written((out) => writeTimestamp(out, Number(ticks), 'microsecond'))).toBe(text);
      }),
    );
  });

  it.each<{ unit: TimeUnit; ticks: bigint; text: string }>([
    { unit: 'second', ticks: -1n, text: '1969-12-31T23:59:59.000000' },
    { unit: 'millisecond', ticks: -1n, text: '1969-12-31T23:59:59.999000' },
    { unit: 'nanosecond', ticks: -1n, text: '1969-12-31T23:59:59.999999999' },
    { unit: 'nanosecond', ticks: 9_223_372_036_854_775_807n, text: '2262-04-11T23:47:16.854775807' },
  ])('writes a $unit of $ticks', ({ unit, ticks, text }) => {
    expect(written((out) => writeTimestamp(out, ticks, unit))).toBe(text);
  });

  it('writes floats in the shortest text that gives the same bits', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatFloat(value);
        expect(Math.fround(Number(text))).toBe(value);
        const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((count) => Math.fround(Number(value.toPrecision(count))) === value);
        expect(Math.abs(Number(text))).toBe(Math.abs(Number(value.toPrecision(digits))));
      }),
    );
  });

  it('reads 64-bit and 128-bit words exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }), fc.integer({ min: 0, max: 120 }), (value, shift) => {
        const small = value >> BigInt(shift);
        const words = Uint32Array.from([0n, 32n, 64n, 96n], (bits) => Number(BigInt.asUintN(32, small >> bits)));
        expect(readInt128(words, 0)).toBe(small);
        const isSafe = small >= BigInt(Number.MIN_SAFE_INTEGER) && small <= BigInt(Number.MAX_SAFE_INTEGER);
        expect(safeInt128(words, 0)).toBe(isSafe ? Number(small) : undefined);
        if (BigInt.asIntN(64, small) === small) expect(safeInt64(words[0]! | 0, words[1]! | 0)).toBe(isSafe ? Number(small) : undefined);
      }),
    );
  });

  it('writes decimals the same from numbers and bigints', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 38 }), (unscaled, scale) => {
        const text = formatDecimal(unscaled, scale);
        expect(text).toBe(formatDecimal(BigInt(unscaled), scale));
        expect(BigInt(text.replace('.', ''))).toBe(BigInt(unscaled));
        expect(text.includes('.') ? text.length - text.indexOf('.') - 1 : 0).toBe(scale);
      }),
    );
  });
});
