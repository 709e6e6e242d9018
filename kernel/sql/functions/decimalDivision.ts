import type { EmissionContext } from '../plan/expression.ts';
import type { DecimalType } from '../types/dataType.ts';

type DecimalText = readonly [text: string, type: DecimalType];

/**
 * A division of decimals, exact and rounded half up: by unscaled integers, in 64 bits where they suffice for every value
 * of the types, else where they suffice for the row's. DuckDB divides 128 bits bit by bit, some fifty times slower. Rows for
 * which 128 bits do not suffice are divided by JavaScript.
 * NULL where the divisor is 0.
 */
export function decimalQuotient([x, left]: DecimalText, [y, right]: DecimalText, type: DecimalType, context: EmissionContext): string {
  const shift = type.scale - left.scale + right.scale;
  const small = left.precision - left.scale + type.scale + right.scale <= 18 && left.precision + left.scale <= 18 && right.precision + right.scale <= 18;
  if (small) return fromUnscaled(longDivision(unscaled(x, left, 'BIGINT'), unscaled(y, right, 'BIGINT'), [Math.max(0, shift)], context), 18, type);
  const numerator = unscaled(x, left, 'HUGEINT');
  const scaledUp = shift > 0 ? `${numerator} * CAST('1${'0'.repeat(shift)}' AS HUGEINT)` : numerator;
  const direct = fromUnscaled(`spark_decdiv(${scaledUp}, ${unscaled(y, right, 'HUGEINT')})`, 38, type);
  const wide = shift <= 0 || left.precision + shift <= 38 ? direct : `CASE WHEN ${within(x, left, 38 - shift)} THEN ${direct} ELSE ${context.ansi ? 'CAST' : 'TRY_CAST'}(js_decimal_quotient(CAST(${x} AS VARCHAR), CAST(${y} AS VARCHAR), ${type.scale}) AS DECIMAL(${type.precision},${type.scale})) END`;
  const plan = planSteps(left, right, shift);
  if (plan === undefined) return wide;
  const narrow = fromUnscaled(longDivision(narrowUnscaled(x, left, plan.dividendDigits), narrowUnscaled(y, right, plan.divisorDigits), plan.steps, context), plan.steps.length > 1 ? 38 : 18, type);
  return `CASE WHEN ${within(x, left, plan.dividendDigits)} AND ${within(y, right, plan.divisorDigits)} THEN ${narrow} ELSE ${wide} END`;
}

/** The quotient's further digits in 64 bits, so many in each step; for unscaled operands of at most so many digits. */
interface StepPlan {
  readonly steps: readonly number[];
  readonly dividendDigits: number;
  readonly divisorDigits: number;
}

const STEP_DIGITS_MAX = 7;
const STEPS_MAX = 4;

function planSteps(left: DecimalType, right: DecimalType, shift: number): StepPlan | undefined {
  const count = Math.ceil(shift / STEP_DIGITS_MAX);
  if (count < 1 || count > STEPS_MAX) return undefined;
  const digits = Math.ceil(shift / count);
  const steps = Array.from({ length: count }, (_, index) => (index < count - 1 ? digits : shift - (count - 1) * digits));
  const dividendDigits = Math.min(unscalableDigits(left), count === 1 ? 18 - shift : 38 - shift);
  const divisorDigits = Math.min(unscalableDigits(right), count === 1 ? 17 : 18 - digits);
  return dividendDigits > left.scale && divisorDigits > right.scale ? { steps, dividendDigits, divisorDigits } : undefined;
}

/** Up to this scale DuckDB multiplies the point away in 64 bits with digits to spare. */
const SHIFTED_SCALE_MAX = 4;
/** Up to this scale the digits behind the point are taken apart first. */
const SPLIT_SCALE_MAX = 8;

/** Digits that a decimal may have so that its point is taken out in 64 bits. */
function unscalableDigits({ scale }: DecimalType): number {
  if (scale === 0 || (scale > SHIFTED_SCALE_MAX && scale <= SPLIT_SCALE_MAX)) return 18;
  return scale <= SHIFTED_SCALE_MAX ? 17 - scale : 0;
}

function narrowUnscaled(text: string, { scale }: DecimalType, digits: number): string {
  if (scale === 0) return `CAST(${text} AS BIGINT)`;
  const power = 10n ** BigInt(scale);
  const value = `CAST(${text} AS DECIMAL(${digits},${scale}))`;
  if (scale <= SHIFTED_SCALE_MAX) return `CAST(${value} * ${power} AS BIGINT)`;
  return `(CAST(trunc(${value}) AS BIGINT) * ${power} + CAST(CAST(${value} % 1 AS DECIMAL(${17 - scale},${scale})) * ${power} AS BIGINT))`;
}

function within(text: string, { scale }: DecimalType, digits: number): string {
  const most = 10n ** BigInt(Math.max(0, digits - scale)) - 1n;
  return `${text} BETWEEN -${most} AND ${most}`;
}

/** Longer operands are given a name by a lambda, the only way that DuckDB has inside of an expression. */
const OPERAND_LENGTH_MAX = 120;

/** Long division of integers with so many digits in each step; the last is rounded half away from zero. */
function longDivision(dividend: string, divisor: string, steps: readonly number[], context: EmissionContext): string {
  if (dividend.length + divisor.length > OPERAND_LENGTH_MAX && steps.length > 1) {
    const name = context.variable();
    return `(list_transform([{'n': ${dividend}, 'd': ${divisor}}], lambda ${name}: ${longDivision(`${name}.n`, `${name}.d`, steps, context)}))[1]`;
  }
  const half = `CASE WHEN (${dividend} < 0) = (${divisor} < 0) THEN ${divisor} ELSE -${divisor} END`;
  const rounded = (rest: string, digits: number): string => `(2 * ${10n ** BigInt(digits)} * ${rest} + ${half}) // (2 * ${divisor})`;
  if (steps.length === 1) return rounded(dividend, steps[0]!);
  let quotient = `CAST(${dividend} // ${divisor} AS HUGEINT)`;
  let rest = `(${dividend} % ${divisor})`;
  for (const [index, digits] of steps.entries()) {
    const power = 10n ** BigInt(digits);
    quotient = `(${quotient} * ${power} + ${index === steps.length - 1 ? rounded(rest, digits) : `${rest} * ${power} // ${divisor}`})`;
    rest = `(${rest} * ${power} % ${divisor})`;
  }
  return quotient;
}

/** A decimal without its point, as an integer. */
export function unscaled(text: string, { precision, scale }: DecimalType, integer: string): string {
  if (scale === 0) return `CAST(${text} AS ${integer})`;
  // Shifting by the scale takes that many digits more; where they are not there, the point is taken out of the text.
  if (precision + scale > 38) return `CAST(replace(CAST(CAST(${text} AS DECIMAL(38,${scale})) AS VARCHAR), '.', '') AS HUGEINT)`;
  // In 64 bits the shift to the left could overflow where the quotient does not.
  const wide = integer === 'HUGEINT' ? `CAST(${text} AS DECIMAL(38,${scale}))` : text;
  return `CAST(${wide} * ${10n ** BigInt(scale)} AS ${integer})`;
}

function fromUnscaled(integer: string, digits: number, { precision, scale }: DecimalType): string {
  const value = `CAST(${integer} AS DECIMAL(${digits},0))`;
  return `CAST(${scale === 0 ? value : `${value} * CAST(0.${'0'.repeat(scale - 1)}1 AS DECIMAL(${scale},${scale}))`} AS DECIMAL(${precision},${scale}))`;
}
