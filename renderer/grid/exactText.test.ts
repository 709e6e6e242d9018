import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, formatDayTime, formatDecimal, formatDouble, formatFloat, formatHex, formatTicks, formatTimeOfDay, formatYearMonth } from './exactText.ts';

describe('exact texts', () => {
  it.each<[string, string, string]>([
    ['decimal with scale', formatDecimal(123456789012345678901234567890n, 10), '12345678901234567890.1234567890'],
    ['decimal below one', formatDecimal(-5n, 3), '-0.005'],
    ['decimal without scale', formatDecimal(-5n, 0), '-5'],
    ['decimal zero', formatDecimal(0n, 2), '0.00'],
    ['microseconds a double cannot hold', formatTicks(-62135596800000001n, 1_000_000n), '0000-12-31 23:59:59.999999'],
    ['nanoseconds', formatTicks(1700000000123456789n, 1_000_000_000n), '2023-11-14 22:13:20.123456789'],
    ['a fraction is as long as it needs to be', formatTicks(1_500n, 1_000n), '1970-01-01 00:00:01.500'],
    ['no fraction', formatTicks(0n, 1_000_000n), '1970-01-01 00:00:00'],
    ['year 9999', formatTicks(253402300799999999n, 1_000_000n), '9999-12-31 23:59:59.999999'],
    ['a day before the common era', formatDay(-800_000), '-0221-09-04'],
    ['time of day', formatTimeOfDay(86_399_999_999n, 1_000_000n), '23:59:59.999999'],
    ['day-time interval', formatDayTime(-93_784_000_000n, 1_000_000n), '-1 02:03:04'],
    ['year-month interval', formatYearMonth(-14), '-1-2'],
    ['whole double', formatDouble(3), '3.0'],
    ['negative zero', formatDouble(-0), '-0.0'],
    ['large double', formatDouble(1e21), '1e+21'],
    ['float', formatFloat(Math.fround(0.1)), '0.1'],
    ['whole float', formatFloat(16_777_216), '16777216.0'],
    ['not a number', formatFloat(Number.NaN), 'NaN'],
    ['binary', formatHex(new Uint8Array([0, 15, 255])), '000fff'],
  ])('%s', (_name, actual, expected) => expect(actual).toBe(expected));

  it('agrees with Date wherever Date can say', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (milliseconds) => {
        const date = new Date(milliseconds).toISOString();
        expect(formatTicks(BigInt(milliseconds), 1_000n)).toBe(date.slice(0, -1).replace('T', ' ').replace('.000', ''));
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads back every float', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        expect(Math.fround(Number(formatFloat(value)))).toBe(Math.fround(value));
      }),
    );
  });
});
