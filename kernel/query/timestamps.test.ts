import { expect, it } from 'vitest';
import { hasCode } from '../base/errors.ts';
import { parseInstant } from './timestamps.ts';

it.each([
  ['2024-01-31', 'UTC', '2024-01-31T00:00:00.000Z'],
  ['2024-01-31 10:00:00.123999', 'UTC', '2024-01-31T10:00:00.123Z'],
  ['2024-01-31T10:00:00Z', 'America/New_York', '2024-01-31T10:00:00.000Z'],
  ['2024-01-31 10:00:00', 'America/New_York', '2024-01-31T15:00:00.000Z'],
  ['2024-07-01 10:00:00', 'America/New_York', '2024-07-01T14:00:00.000Z'],
  ['2024-03-10 02:30:00', 'America/New_York', '2024-03-10T07:30:00.000Z'],
  ['2024-11-03 01:30:00', 'America/New_York', '2024-11-03T05:30:00.000Z'],
  ['2024-01-31 10:00:00', '+05:30', '2024-01-31T04:30:00.000Z'],
  ['2024-01-31 10:00:00 Europe/Berlin', 'UTC', '2024-01-31T09:00:00.000Z'],
  ['2024', 'UTC', '2024-01-01T00:00:00.000Z'],
])('%s in %s is %s', (text, zone, instant) => {
  expect(new Date(parseInstant(text, zone)).toISOString()).toBe(instant);
});

it.each(['yesterday', '2024-13-01', '2024-01-01 10:00:00 Mars/Base', ''])('%s is no timestamp', (text) => {
  expect(() => parseInstant(text, 'UTC')).toThrow(expect.toSatisfy((error: unknown) => hasCode(error, 'DELTA_TIMESTAMP_INVALID')));
});
