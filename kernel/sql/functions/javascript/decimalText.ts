/** A number as its digits: `0.digits × 10^exponent`, no leading zero in `digits`; `digits` is empty for zero. */
export interface DecimalDigits {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** The digits of a decimal text, with or without an exponent. */
export function readDigits(text: string): DecimalDigits {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  const [whole, fraction, power] = [match?.[2] ?? '', match?.[3] ?? '', Number(match?.[4] ?? 0)];
  const all = whole + fraction;
  const zeros = /^0*/.exec(all)![0].length;
  return { negative: match?.[1] === '-', digits: all.slice(zeros).replace(/0+$/, ''), exponent: all.length === zeros ? 0 : whole.length - zeros + power };
}

/** The quotient of two decimal texts with so many places, rounded half up; null where the divisor is 0. */
export function decimalQuotientText(dividend: string, divisor: string, places: number): string | null {
  const [above, below] = [readDigits(dividend), readDigits(divisor)];
  if (below.digits === '') return null;
  const shift = places + (above.exponent - above.digits.length) - (below.exponent - below.digits.length);
  const numerator = BigInt(above.digits || '0') * 10n ** BigInt(Math.max(0, shift));
  const denominator = BigInt(below.digits) * 10n ** BigInt(Math.max(0, -shift));
  const rounded = (2n * numerator + denominator) / (2n * denominator);
  const text = String(rounded).padStart(places + 1, '0');
  const sign = above.negative !== below.negative && rounded !== 0n ? '-' : '';
  return `${sign}${text.slice(0, text.length - places)}${places === 0 ? '' : `.${text.slice(-places)}`}`;
}

/** All digits of a double, exactly. */
export function exactDigits(value: number): DecimalDigits {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const power = Number(bits >> 52n);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const mantissa = power === 0 ? fraction : fraction | 0x10_0000_0000_0000n;
  const shift = Math.max(power, 1) - 1075;
  const text = shift >= 0 ? String(mantissa << BigInt(shift)) : `${mantissa * 5n ** BigInt(-shift)}e${shift}`;
  return { ...readDigits(text), negative: value < 0 || Object.is(value, -0) };
}

/** Whole and fractional digits at `places` behind the point. Half goes up, or to the even digit. */
export function roundDigits({ digits, exponent }: DecimalDigits, places: number, half: 'up' | 'even'): { readonly whole: string; readonly fraction: string } {
  const kept = exponent + places;
  let unscaled = kept <= 0 ? 0n : BigInt(digits.slice(0, kept).padEnd(kept, '0') || '0');
  if (kept >= 0 && kept < digits.length) {
    const rest = digits.slice(kept);
    const tie = rest === '5';
    if (tie ? half === 'up' || unscaled % 2n === 1n : rest[0]! >= '5') unscaled += 1n;
  }
  const text = String(unscaled).padStart(places + 1, '0');
  return { whole: text.slice(0, text.length - places), fraction: places === 0 ? '' : text.slice(-places) };
}

export function groupThousands(whole: string, size = 3): string {
  if (size <= 0) return whole;
  const head = whole.length % size;
  const groups = [...(head === 0 ? [] : [whole.slice(0, head)]), ...(whole.slice(head).match(new RegExp(`.{${size}}`, 'g')) ?? [])];
  return groups.join(',');
}
