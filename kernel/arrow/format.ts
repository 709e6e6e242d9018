import type { TextBuffer } from './textBuffer.ts';

const TWO_32 = 4_294_967_296;
const MINUS = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;

/** A 128-bit two's complement integer from four little-endian words. */
export function readInt128(words: Uint32Array, at: number): bigint {
  const low = BigInt(words[at]!) + (BigInt(words[at + 1]!) << 32n);
  const high = BigInt(words[at + 2]!) + (BigInt(words[at + 3]!) << 32n);
  return BigInt.asIntN(128, (high << 64n) + low);
}

/** A 64-bit integer as a number where that is exact, from its low and high word. */
export function safeInt64(low: number, high: number): number | undefined {
  const value = high * TWO_32 + (low >>> 0);
  return value >= -Number.MAX_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** The same of a 128-bit integer. */
export function safeInt128(words: Uint32Array, at: number): number | undefined {
  const sign = (words[at + 1]! >> 31) >>> 0;
  return words[at + 2] === sign && words[at + 3] === sign ? safeInt64(words[at]!, words[at + 1]! | 0) : undefined;
}

/** Exact text of a decimal: the unscaled value and the scale. */
export function formatDecimal(unscaled: bigint | number, scale: number): string {
  const isNegative = unscaled < 0;
  const digits = String(isNegative ? -unscaled : unscaled).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return isNegative ? `-${text}` : text;
}

/** The shortest text that gives the same 64-bit float; `-0.0`, `NaN`, `Infinity`, `-Infinity`. */
export function formatDouble(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

const FLOAT_NORMAL_MIN = 2 ** -126;

/** The shortest text that gives the same 32-bit float. */
export function formatFloat(value: number): string {
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value) || (Number.isInteger(value) && magnitude < 2 ** 24)) return formatDouble(value);
  // six digits survive in every normal float; a subnormal one may have a single digit
  for (let digits = magnitude < FLOAT_NORMAL_MIN ? 1 : 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

/** Writes `YYYY-MM-DD`, proleptic Gregorian; years of more than four digits carry a sign, as Spark writes them. */
export function writeDate(out: TextBuffer, days: number): void {
  // days to civil date: eras of 400 years that begin on 1 March
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  writeYear(out, yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
  out.char(MINUS);
  out.padded(month, 2);
  out.char(MINUS);
  out.padded(day, 2);
}

function writeYear(out: TextBuffer, year: number): void {
  if (year > 9_999) out.ascii('+');
  else if (year < 0) out.char(MINUS);
  out.padded(Math.abs(year), 4);
}

export type TimeUnit = 'second' | 'millisecond' | 'microsecond' | 'nanosecond';
const PER_SECOND: Readonly<Record<TimeUnit, number>> = { second: 1, millisecond: 1e3, microsecond: 1e6, nanosecond: 1e9 };

/** Writes `YYYY-MM-DDTHH:MM:SS.ffffff` of ticks since 1970; nine digits of the fraction where the unit is nanoseconds. */
export function writeTimestamp(out: TextBuffer, ticks: bigint | number, unit: TimeUnit): void {
  const perSecond = PER_SECOND[unit];
  const { seconds, fraction } = typeof ticks === 'number' ? splitNumber(ticks, perSecond) : splitBigint(ticks, perSecond);
  const days = Math.floor(seconds / 86_400);
  writeDate(out, days);
  out.ascii('T');
  writeSeconds(out, seconds - days * 86_400);
  out.char(POINT);
  if (unit === 'nanosecond') out.padded(fraction, 9);
  else out.padded((fraction * 1e6) / perSecond, 6);
}

/** Writes `HH:MM:SS.ffffff` of microseconds since midnight. */
export function writeTime(out: TextBuffer, micros: number): void {
  const { seconds, fraction } = splitNumber(micros, 1e6);
  writeSeconds(out, seconds);
  out.char(POINT);
  out.padded(fraction, 6);
}

interface SplitTicks {
  readonly seconds: number;
  /** In ticks. */
  readonly fraction: number;
}

function splitNumber(ticks: number, perSecond: number): SplitTicks {
  const seconds = Math.floor(ticks / perSecond);
  return { seconds, fraction: ticks - seconds * perSecond };
}

function splitBigint(ticks: bigint, perSecond: number): SplitTicks {
  const divisor = BigInt(perSecond);
  const fraction = ((ticks % divisor) + divisor) % divisor;
  return { seconds: Number((ticks - fraction) / divisor), fraction: Number(fraction) };
}

function writeSeconds(out: TextBuffer, seconds: number): void {
  out.padded(Math.floor(seconds / 3_600), 2);
  out.char(COLON);
  out.padded(Math.floor(seconds / 60) % 60, 2);
  out.char(COLON);
  out.padded(seconds % 60, 2);
}

const HEX = new TextEncoder().encode('0123456789abcdef');

/** Writes lower-case hexadecimal digits. */
export function writeHex(out: TextBuffer, bytes: Uint8Array, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    out.char(HEX[bytes[index]! >> 4]!);
    out.char(HEX[bytes[index]! & 15]!);
  }
}
