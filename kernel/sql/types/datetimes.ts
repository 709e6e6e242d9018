/** Calendar arithmetic on Spark's internal values: days and microseconds since 1970, in the proleptic Gregorian calendar. */

export const MICROS_PER_DAY = 86_400_000_000n;

/** Days since 1970-01-01; undefined where the date does not exist. */
function daysOf(year: number, month: number, day: number): bigint | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  // Howard Hinnant's days_from_civil: March-based years, so that the leap day comes last.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return BigInt(era * 146_097 + dayOfEra - 719_468);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** `2024-01-05`. */
export function dateText(days: bigint): string {
  const z = Number(days) + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const yearText = year < 0 ? `-${String(-year).padStart(4, '0')}` : year > 9999 ? `+${year}` : String(year).padStart(4, '0');
  return `${yearText}-${pad(month)}-${pad(day)}`;
}

/** `2024-01-05 10:11:12.5`, without trailing zeros of the fraction. */
export function timestampText(micros: bigint): string {
  const days = floorDiv(micros, MICROS_PER_DAY);
  const rest = micros - days * MICROS_PER_DAY;
  const seconds = Number(rest / 1_000_000n);
  const fraction = String(rest % 1_000_000n).padStart(6, '0').replace(/0+$/, '');
  return `${dateText(days)} ${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${fraction === '' ? '' : `.${fraction}`}`;
}

export function floorDiv(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor !== 0n && value < 0n !== divisor < 0n ? quotient - 1n : quotient;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** A date text as Spark's CAST reads it (`2024`, `2024-1`, `2024-1-5`, with anything behind `T` or a space). */
export function parseDate(text: string): bigint | undefined {
  const parts = /^([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?$/s.exec(trimSpark(text));
  if (parts === null) return undefined;
  return daysOf(Number(parts[1]), Number(parts[2] ?? 1), Number(parts[3] ?? 1));
}

export interface ParsedTimestamp {
  /** The wall clock as microseconds, as if the zone were UTC. */
  readonly localMicros: bigint;
  /** As written behind the time; undefined where the session's zone holds. */
  readonly zone: string | undefined;
}

/** A timestamp text as Spark's CAST reads it; a time alone (`10:11`) is left to the clock and undefined here. */
export function parseTimestamp(text: string): ParsedTimestamp | undefined {
  const pattern = /^([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?)?\s*(.*))?)?)?$/s;
  const parts = pattern.exec(trimSpark(text));
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = parts;
  const days = daysOf(Number(year), Number(month ?? 1), Number(day ?? 1));
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (days === undefined || h > 23 || m > 59 || s > 59) return undefined;
  if (zone !== undefined && zone !== '' && hour === undefined) return undefined;
  const micros = BigInt((fraction ?? '').padEnd(6, '0').slice(0, 6) || 0);
  return { localMicros: days * MICROS_PER_DAY + BigInt(h * 3600 + m * 60 + s) * 1_000_000n + micros, zone: zone === undefined || zone === '' ? undefined : zone };
}

/** Seconds east of UTC of a fixed offset (`Z`, `UTC`, `+02:00`, `GMT-5`); undefined for region names. */
export function fixedOffsetSeconds(zone: string): number | undefined {
  if (/^(?:Z|UTC|GMT|UT|Etc\/UTC)$/i.test(zone)) return 0;
  const parts = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?$/i.exec(zone);
  if (parts === null) return undefined;
  const seconds = Number(parts[2]) * 3600 + Number(parts[3] ?? 0) * 60 + Number(parts[4] ?? 0);
  return seconds > 18 * 3600 ? undefined : parts[1] === '-' ? -seconds : seconds;
}

/** Spark's trim of a text before it is cast: white space and control characters on both sides. */
export function trimSpark(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code <= 0x20 || code === 0x7f;
}
