/** Units of intervals and of date arithmetic, upper case and singular. */
export const INTERVAL_UNITS: ReadonlySet<string> = new Set(['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND', 'NANOSECOND']);

/** `DAYS` as `DAY`. */
export function singular(key: string): string {
  return key.endsWith('S') ? key.slice(0, -1) : key;
}
