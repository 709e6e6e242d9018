// Exact texts of values that JavaScript's own numbers and dates would round.

/** Exact text of an Arrow decimal: unscaled value and scale. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const text = scale <= 0 ? digits + '0'.repeat(-scale) : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

const SECONDS_PER_DAY = 86_400n;

/**
 * `YYYY-MM-DD HH:MM:SS[.fff[fff[fff]]]` of ticks since 1970 (proleptic Gregorian, UTC). The fraction is as long as it
 * needs to be, in steps of three digits; it is never rounded.
 */
export function formatTicks(ticks: bigint, perSecond: bigint): string {
  const seconds = floorDivide(ticks, perSecond);
  const days = floorDivide(seconds, SECONDS_PER_DAY);
  const clock = formatClock(Number(seconds - days * SECONDS_PER_DAY));
  return `${formatDay(Number(days))} ${clock}${formatFraction(ticks - seconds * perSecond, perSecond)}`;
}

/** `HH:MM:SS[.fff…]` of ticks since midnight. */
export function formatTimeOfDay(ticks: bigint, perSecond: bigint): string {
  const seconds = floorDivide(ticks, perSecond);
  return formatClock(Number(seconds)) + formatFraction(ticks - seconds * perSecond, perSecond);
}

/** `YYYY-MM-DD` of days since 1970. Howard Hinnant's `civil_from_days`: eras of 400 years that begin on 1 March. */
export function formatDay(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year < 0 ? '-' : ''}${pad(Math.abs(year), 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** `[-]D HH:MM:SS[.fff…]`, as Spark writes a day-time interval without its keyword. */
export function formatDayTime(ticks: bigint, perSecond: bigint): string {
  const size = ticks < 0n ? -ticks : ticks;
  const seconds = size / perSecond;
  const days = seconds / SECONDS_PER_DAY;
  const clock = formatClock(Number(seconds - days * SECONDS_PER_DAY));
  return `${ticks < 0n ? '-' : ''}${days} ${clock}${formatFraction(size - seconds * perSecond, perSecond)}`;
}

/** `[-]Y-M`, as Spark writes a year-month interval without its keyword. */
export function formatYearMonth(months: number): string {
  const size = Math.abs(months);
  return `${months < 0 ? '-' : ''}${Math.floor(size / 12)}-${size % 12}`;
}

/** The shortest text that gives the same 64-bit float; a whole number keeps its `.0`, so that it never looks like an integer. */
export function formatDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The shortest text that gives the same 32-bit float. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatDouble(value);
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return formatDouble(rounded);
  }
  return formatDouble(Number(value.toPrecision(9)));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal digits. */
export function formatHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte]!;
  return text;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  return dividend >= 0n ? dividend / divisor : -((-dividend + divisor - 1n) / divisor);
}

function formatClock(seconds: number): string {
  return `${pad(Math.floor(seconds / 3_600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
}

function formatFraction(fraction: bigint, perSecond: bigint): string {
  if (fraction === 0n) return '';
  const digits = fraction.toString().padStart(perSecond.toString().length - 1, '0');
  return `.${digits.replace(/(000)+$/, '')}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
