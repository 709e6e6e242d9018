import { type DecimalDigits, exactDigits, groupThousands, readDigits, roundDigits } from './decimalText.ts';
import { remembered } from './memo.ts';

/** A pattern of java.text.DecimalFormat, of `#`, `0`, `,` and a point alone. */
interface DecimalPattern {
  readonly wholeMin: number;
  readonly fractionMin: number;
  readonly fractionMax: number;
  readonly grouping: number;
}

/** Whether `format_number` takes the pattern here: quotes, signs, percents and exponents are Java's alone. */
export function isDecimalPattern(pattern: string): boolean {
  return /^[#,]*[0,]*(\.0*#*)?$/.test(pattern) && !/,(\.|$)/.test(pattern);
}

function parsePattern(pattern: string): DecimalPattern {
  const [whole = '', fraction = ''] = pattern.split('.');
  const comma = whole.lastIndexOf(',');
  const digits = whole.replaceAll(',', '');
  const wholeMin = digits.replaceAll('#', '').length;
  return { wholeMin: Math.max(1, wholeMin), fractionMin: fraction.replaceAll('#', '').length, fractionMax: fraction.length, grouping: comma < 0 ? 0 : whole.length - comma - 1 };
}

function formatNumber(value: number | string, { wholeMin, fractionMin, fractionMax, grouping }: DecimalPattern): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
  const digits = digitsOf(value, fractionMax);
  const { whole, fraction } = roundDigits(digits, fractionMax, 'even');
  const shown = whole.replace(/^0+/, '').padStart(wholeMin, '0');
  const trimmed = fraction.slice(0, Math.max(fractionMin, fraction.replace(/0+$/, '').length));
  const body = `${groupThousands(shown === '' && trimmed === '' ? '0' : shown, grouping)}${trimmed === '' ? '' : `.${trimmed}`}`;
  const zero = !/[1-9]/.test(whole + fraction);
  return digits.negative && (typeof value === 'number' || !zero) ? `-${body}` : body;
}

/** Java takes the shortest digits that give the double, and looks at the exact ones only where digits are cut off. */
function digitsOf(value: number | string, places: number): DecimalDigits {
  if (typeof value === 'string') return readDigits(value);
  const shortest = { ...readDigits(String(value)), negative: value < 0 || Object.is(value, -0) };
  return shortest.digits.length > shortest.exponent + places ? exactDigits(value) : shortest;
}

const DEFAULT_PATTERN = '#,###,###,###,###,###,##0';
const patternOf = remembered((text) => parsePattern(text === '' ? DEFAULT_PATTERN : text));

/** Null for a negative number of places. */
export function formatWithPlaces(value: number | string, places: number): string | null {
  return places < 0 ? null : formatNumber(value, { wholeMin: 1, fractionMin: places, fractionMax: places, grouping: 3 });
}

/** @param pattern one of those of {@link isDecimalPattern} */
export function formatWithPattern(value: number | string, pattern: string): string {
  return formatNumber(value, patternOf(pattern));
}
