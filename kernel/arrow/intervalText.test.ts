import { expect, it } from 'vitest';
import { formatInterval } from './intervalText.ts';

/** As a real Spark answers `CAST(… AS STRING)`. */
it.each([
  { type: 'interval day', micros: 86_400_000_000n, text: "INTERVAL '1' DAY" },
  { type: 'interval day', micros: 0n, text: "INTERVAL '0' DAY" },
  { type: 'interval hour', micros: 3_600_000_000n, text: "INTERVAL '01' HOUR" },
  { type: 'interval second', micros: 1_500_000n, text: "INTERVAL '01.5' SECOND" },
  { type: 'interval second', micros: -1n, text: "INTERVAL '-00.000001' SECOND" },
  { type: 'interval second', micros: 75_000_000n, text: "INTERVAL '75' SECOND" },
  { type: 'interval day to hour', micros: -93_600_000_000n, text: "INTERVAL '-1 02' DAY TO HOUR" },
  { type: 'interval day to minute', micros: -93_780_000_000n, text: "INTERVAL '-1 02:03' DAY TO MINUTE" },
  { type: 'interval day to second', micros: 93_784_500_000n, text: "INTERVAL '1 02:03:04.5' DAY TO SECOND" },
  { type: 'interval hour to minute', micros: -93_780_000_000n, text: "INTERVAL '-26:03' HOUR TO MINUTE" },
  { type: 'interval hour to second', micros: 453_784_250_000n, text: "INTERVAL '126:03:04.25' HOUR TO SECOND" },
  { type: 'interval minute to second', micros: 4_504_000_000n, text: "INTERVAL '75:04' MINUTE TO SECOND" },
  { type: 'interval year', months: -60, text: "INTERVAL '-5' YEAR" },
  { type: 'interval month', months: -15, text: "INTERVAL '-15' MONTH" },
  { type: 'interval year to month', months: -14, text: "INTERVAL '-1-2' YEAR TO MONTH" },
  { type: 'interval', months: 14, text: "INTERVAL '1-2' YEAR TO MONTH" },
  { type: 'interval', micros: 1n, text: "INTERVAL '0 00:00:00.000001' DAY TO SECOND" },
])('$text', ({ type, months = 0, micros = 0n, text }) => {
  expect(formatInterval(months, micros, type)).toBe(text);
});
