const TWO_32 = 4_294_967_296;

/** Exact text of a decimal: the unscaled value and the scale. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

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

/** `YYYY-MM-DD`, proleptic Gregorian; years of more than four digits carry a sign, as Spark writes them. */
export function formatDate(days: number): string {
  // days to civil date: eras of 400 years that begin on 1 March
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return `${formatYear(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))}-${two(month)}-${two(day)}`;
}

function formatYear(year: number): string {
  if (year > 9_999) return `+${year}`;
  return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
}

export type TimeUnit = 'second' | 'millisecond' | 'microsecond' | 'nanosecond';
const PER_SECOND: Readonly<Record<TimeUnit, number>> = { second: 1, millisecond: 1e3, microsecond: 1e6, nanosecond: 1e9 };

/** `YYYY-MM-DDTHH:MM:SS.ffffff` of ticks since 1970; nine digits of the fraction where the unit is nanoseconds. */
export function formatTimestamp(ticks: bigint | number, unit: TimeUnit): string {
  const perSecond = PER_SECOND[unit];
  const [seconds, fraction] = typeof ticks === 'number' ? splitNumber(ticks, perSecond) : splitBigint(ticks, perSecond);
  const days = Math.floor(seconds / 86_400);
  return `${formatDate(days)}T${formatSeconds(seconds - days * 86_400)}.${formatFraction(fraction, unit)}`;
}

/** `HH:MM:SS.ffffff` of microseconds since midnight. */
export function formatTime(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  return `${formatSeconds(seconds)}.${formatFraction(micros - seconds * 1e6, 'microsecond')}`;
}

function splitNumber(ticks: number, perSecond: number): [number, number] {
  const seconds = Math.floor(ticks / perSecond);
  return [seconds, ticks - seconds * perSecond];
}

function splitBigint(ticks: bigint, perSecond: number): [number, number] {
  const divisor = BigInt(perSecond);
  const fraction = ((ticks % divisor) + divisor) % divisor;
  return [Number((ticks - fraction) / divisor), Number(fraction)];
}

function formatSeconds(seconds: number): string {
  return `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function formatFraction(fraction: number, unit: TimeUnit): string {
  return unit === 'nanosecond' ? String(fraction).padStart(9, '0') : String((fraction * 1e6) / PER_SECOND[unit]).padStart(6, '0');
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal digits. */
export function formatHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte]!;
  return text;
}
