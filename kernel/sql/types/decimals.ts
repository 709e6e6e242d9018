import { type DataType, decimal, type DecimalType } from './dataType.ts';

const MAX_PRECISION = 38;
const MIN_ADJUSTED_SCALE = 6;

/** A result of `precision` digits, cut to 38 the way Spark does: whole digits first, at least six of the scale. */
function adjusted(precision: number, scale: number): DecimalType {
  if (precision <= MAX_PRECISION) return decimal(precision, scale);
  const whole = precision - scale;
  return decimal(MAX_PRECISION, Math.max(MAX_PRECISION - whole, Math.min(scale, MIN_ADJUSTED_SCALE)));
}

/** Spark's result type of an arithmetic operator on decimals (`allowPrecisionLoss=true`). */
export function arithmeticType(operator: '+' | '-' | '*' | '/' | '%', left: DecimalType, right: DecimalType): DecimalType {
  const { precision: p1, scale: s1 } = left;
  const { precision: p2, scale: s2 } = right;
  switch (operator) {
    case '+':
    case '-': {
      const scale = Math.max(s1, s2);
      return adjusted(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
    }
    case '*':
      return adjusted(p1 + p2 + 1, s1 + s2);
    case '/': {
      const scale = Math.max(MIN_ADJUSTED_SCALE, s1 + p2 + 1);
      return adjusted(p1 - s1 + s2 + scale, scale);
    }
    case '%': {
      const scale = Math.max(s1, s2);
      return adjusted(Math.min(p1 - s1, p2 - s2) + scale, scale);
    }
  }
}

/** The type that holds both without loss, as far as 38 digits go: beyond them the fraction gives way. */
export function widerDecimal(left: DecimalType, right: DecimalType): DecimalType {
  const scale = Math.max(left.scale, right.scale);
  const precision = Math.max(left.precision - left.scale, right.precision - right.scale) + scale;
  return precision <= 38 ? decimal(precision, scale) : decimal(38, Math.max(0, scale - (precision - 38)));
}

const INTEGER_DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, int: 10, bigint: 20 };

/** The decimal that an integer type becomes beside a decimal; undefined for other types. */
export function decimalOfInteger(type: DataType): DecimalType | undefined {
  if (type.kind === 'decimal') return type;
  const digits = INTEGER_DIGITS[type.kind];
  return digits === undefined ? undefined : decimal(digits, 0);
}

/** The decimal of an integer literal: its own digits. */
export function decimalOfDigits(value: bigint): DecimalType {
  return decimal(String(value < 0n ? -value : value).length, 0);
}

/** `unscaled` with `scale` places, written plainly: `-0.55`. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** `unscaled` at another scale, rounded half up (away from zero). */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (to >= from) return unscaled * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  const magnitude = unscaled < 0n ? -unscaled : unscaled;
  const rounded = (2n * magnitude + divisor) / (2n * divisor);
  return unscaled < 0n ? -rounded : rounded;
}
