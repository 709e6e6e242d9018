import { call } from '../plan/build.ts';
import type { Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { failInput, implicitCast } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { BinaryOperator, Located } from '../tree/expressions.ts';
import { meetsAlike, stringMeets, tightestCommonType } from '../types/coercion.ts';
import { BIGINT, type DataType, type DecimalType, DOUBLE, isIntegral, isNumeric, sqlName } from '../types/dataType.ts';
import { arithmeticType, decimalOfDigits, decimalOfInteger } from '../types/decimals.ts';
import { decimalQuotient, unscaled } from './decimalDivision.ts';
import { resolveTemporal } from './temporalArithmetic.ts';

export type ArithmeticOperator = Extract<BinaryOperator, '+' | '-' | '*' | '/' | '%' | 'DIV'>;

const SYMBOL_NAMES: Readonly<Record<string, string>> = { DIV: 'div' };

/** `+ - * / % DIV` with Spark's types, dates and intervals included. `attempt` is the form of `try_add` and kin. */
export function resolveArithmetic(resolution: Resolution, operator: ArithmeticOperator, left: TypedExpression, right: TypedExpression, node: Located, attempt = false): TypedExpression {
  const temporal = resolveTemporal(resolution, operator, left, right, node);
  if (temporal !== undefined) return temporal;
  const [a, b] = numericOperands(resolution, operator, left, right, node);
  const pretty = (texts: readonly string[]): string => (attempt ? `try_${TRY_NAMES[operator]}(${texts.join(', ')})` : `(${texts[0]} ${SYMBOL_NAMES[operator] ?? operator} ${texts[1]})`);
  const checked = !attempt && resolution.ansi;
  if (operator === '/') return division(resolution, a, b, node, pretty, checked);
  if (operator === 'DIV') return integralDivision(resolution, [left, right], a, b, node, pretty, checked);
  if (a.type.kind === 'decimal' || b.type.kind === 'decimal') {
    const pair = decimalPair(resolution, a, b);
    if (pair !== undefined) return decimalArithmetic(operator, pair[0], pair[1], node, pretty, checked, attempt);
  }
  const type = tightestCommonType(a.type, b.type, resolution.ansi) ?? DOUBLE;
  const operands = [implicitCast(resolution, a, type), implicitCast(resolution, b, type)];
  if (operator === '%') return call('%', type, operands, zeroGuard(b, checked, (x, y) => `(${x} % ${y})`), node, { pretty });
  return call(operator, type, operands, integerEmission(operator, type, checked, attempt), node, { pretty });
}

const TRY_NAMES: Readonly<Record<string, string>> = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'mod', DIV: 'div' };

/** Both sides as numbers, strings read the way the mode wants. */
function numericOperands(resolution: Resolution, operator: string, left: TypedExpression, right: TypedExpression, node: Located): [TypedExpression, TypedExpression] {
  const unread = resolution.ansi && ((left.type.kind === 'string' && right.type.kind === 'void') || (left.type.kind === 'void' && right.type.kind === 'string'));
  const a = stringAsNumber(resolution, left, right.type);
  const b = stringAsNumber(resolution, right, left.type);
  const ok = (type: DataType): boolean => isNumeric(type) || type.kind === 'void';
  if (!unread && ok(a.type) && ok(b.type)) {
    if (a.type.kind === 'void' && b.type.kind === 'void') return [implicitCast(resolution, a, DOUBLE), implicitCast(resolution, b, DOUBLE)];
    return [a.type.kind === 'void' ? implicitCast(resolution, a, operator === '/' ? DOUBLE : b.type) : a, b.type.kind === 'void' ? implicitCast(resolution, b, a.type) : b];
  }
  const expression = `(${prettyText(left)} ${SYMBOL_NAMES[operator] ?? operator} ${prettyText(right)})`;
  if (meetsAlike(left.type, right.type, resolution.ansi)) return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { expression, expected: '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")', type: sqlName(left.type) });
  return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { expression, left: sqlName(left.type), right: sqlName(right.type) });
}

function stringAsNumber(resolution: Resolution, expression: TypedExpression, other: DataType): TypedExpression {
  if (expression.type.kind !== 'string') return expression;
  if (!resolution.ansi) return implicitCast(resolution, expression, DOUBLE);
  const target = isNumeric(other) ? stringMeets(other) : other.kind === 'void' ? DOUBLE : undefined;
  return target === undefined ? expression : implicitCast(resolution, expression, target);
}

/** Both sides as decimals; undefined where one is floating, so that both become DOUBLE. */
function decimalPair(resolution: Resolution, a: TypedExpression, b: TypedExpression): [TypedExpression, TypedExpression] | undefined {
  const left = decimalOperandType(a);
  const right = decimalOperandType(b);
  if (left === undefined || right === undefined) return undefined;
  return [implicitCast(resolution, a, left), implicitCast(resolution, b, right)];
}

/** An integer literal beside a decimal takes its own digits, any other integer those of its type. */
function decimalOperandType(operand: TypedExpression): DecimalType | undefined {
  if (operand.kind === 'literal' && isIntegral(operand.type) && operand.value !== null) return decimalOfDigits(operand.value as bigint);
  return decimalOfInteger(operand.type);
}

function decimalArithmetic(operator: '+' | '-' | '*' | '%', a: TypedExpression, b: TypedExpression, node: Located, pretty: (texts: readonly string[]) => string, checked: boolean, attempt: boolean): TypedExpression {
  const left = a.type as DecimalType;
  const right = b.type as DecimalType;
  const type = arithmeticType(operator, left, right);
  const plainScale = operator === '*' ? left.scale + right.scale : Math.max(left.scale, right.scale);
  const exactScale = type.scale === plainScale;
  const target = `DECIMAL(${type.precision},${type.scale})`;
  if (operator === '%') return call('%', type, [a, b], zeroGuard(b, checked, (x, y) => `CAST(${x} % ${y} AS ${target})`), node, { pretty });
  const failing = attempt || !checked;
  // NULL for an overflow of 64 bits would be wrong where 128 hold the result
  const compute: Emission = ([x, y], context) => `(${context.wideDecimals || failing ? widened(x!, left, type) : x} ${operator} ${y})`;
  const emission: Emission = (texts, context) => {
    const text = compute(texts, context);
    if (failing) return `TRY(CAST(${text} AS ${target}))`;
    return exactScale && !context.wideDecimals ? text : `CAST(${text} AS ${target})`;
  };
  // A scale that differs from DuckDB's own has to be rounded; else the width alone may differ, which nobody sees.
  const capped = type.precision === 38 && left.precision + right.precision > 38;
  return call(operator, type, [a, b], emission, node, { pretty, acceptsLoose: true, loose: exactScale && !failing && !capped ? 'always' : exactScale && !failing ? 'always' : 'never' });
}

/** The left side in 128 bits, so that DuckDB computes in 128. */
function widened(text: string, left: DecimalType, result: DecimalType): string {
  return `CAST(${text} AS DECIMAL(${Math.min(38, Math.max(19 + left.scale, left.precision, result.precision - result.scale + left.scale))},${left.scale}))`;
}

function division(resolution: Resolution, a: TypedExpression, b: TypedExpression, node: Located, pretty: (texts: readonly string[]) => string, checked: boolean): TypedExpression {
  const decimals = a.type.kind === 'decimal' || b.type.kind === 'decimal' ? decimalPair(resolution, a, b) : undefined;
  if (decimals === undefined) {
    const operands = [implicitCast(resolution, a, DOUBLE), implicitCast(resolution, b, DOUBLE)];
    return call('/', DOUBLE, operands, zeroGuard(b, checked, (x, y) => `(${x} / ${y})`), node, { pretty });
  }
  const left = decimals[0].type as DecimalType;
  const right = decimals[1].type as DecimalType;
  const type = arithmeticType('/', left, right);
  return call('/', type, decimals, zeroGuard(b, checked, (x, y, context) => decimalQuotient([x, left], [y, right], type, context)), node, { pretty, acceptsLoose: true });
}

function integralDivision(resolution: Resolution, given: readonly [TypedExpression, TypedExpression], a: TypedExpression, b: TypedExpression, node: Located, pretty: (texts: readonly string[]) => string, checked: boolean): TypedExpression {
  const pair = a.type.kind === 'decimal' || b.type.kind === 'decimal' ? decimalPair(resolution, a, b) : undefined;
  const floating = !isIntegral(a.type) && a.type.kind !== 'decimal' ? a : b;
  if (pair === undefined && (!isIntegral(a.type) || !isIntegral(b.type))) {
    const [left, right] = [given[0].type, given[1].type];
    if (!meetsAlike(left, right, resolution.ansi)) return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { expression: pretty([prettyText(a), prettyText(b)]), left: sqlName(left), right: sqlName(right) });
    return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { expression: pretty([prettyText(a), prettyText(b)]), expected: '("BIGINT" or "DECIMAL" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")', type: sqlName(floating.type) });
  }
  const operands = pair ?? [implicitCast(resolution, a, BIGINT), implicitCast(resolution, b, BIGINT)];
  if (pair === undefined) return call('div', BIGINT, operands, zeroGuard(b, checked, (x, y) => (checked ? `CAST(${x} // ${y} AS BIGINT)` : `CASE WHEN ${y} = -1 THEN spark_wrap64(-CAST(${x} AS HUGEINT)) ELSE CAST(${x} // ${y} AS BIGINT) END`)), node, { pretty });
  const scale = Math.max((pair[0].type as DecimalType).scale, (pair[1].type as DecimalType).scale);
  const common = (type: DecimalType): DecimalType => ({ kind: 'decimal', precision: Math.min(38, type.precision - type.scale + scale), scale });
  const [left, right] = [common(pair[0].type as DecimalType), common(pair[1].type as DecimalType)];
  return call('div', BIGINT, operands, zeroGuard(b, checked, (x, y) => `CAST(${unscaled(x, left, 'HUGEINT')} // ${unscaled(y, right, 'HUGEINT')} AS BIGINT)`), node, { pretty });
}

/** Division by zero is an error where it is `checked`, else NULL; a literal that is not zero needs no guard. */
export function zeroGuard(divisor: TypedExpression, checked: boolean, compute: (x: string, y: string, context: EmissionContext) => string): Emission {
  const safe = divisor.kind === 'literal' && divisor.value !== null && Number(divisor.value) !== 0;
  return ([x, y], context) => {
    if (safe) return compute(x!, y!, context);
    if (!checked) return compute(x!, `nullif(${y}, 0)`, context);
    return `CASE WHEN ${y} = 0 THEN ${divideByZero(context)} ELSE ${compute(x!, y!, context)} END`;
  };
}

function divideByZero(context: EmissionContext): string {
  return context.error('DIVIDE_BY_ZERO', "'Division by zero'");
}

const WRAPS: Readonly<Record<string, readonly [wider: string, macro: string]>> = {
  tinyint: ['INTEGER', 'spark_wrap8'],
  smallint: ['INTEGER', 'spark_wrap16'],
  int: ['BIGINT', 'spark_wrap32'],
  bigint: ['HUGEINT', 'spark_wrap64'],
};

/** Integers overflow with an error, to NULL (`try_add`), or around (ANSI off). */
function integerEmission(operator: string, type: DataType, checked: boolean, attempt: boolean): Emission {
  const wrap = WRAPS[type.kind];
  if (checked || wrap === undefined) return ([x, y]) => `(${x} ${operator} ${y})`;
  if (attempt) return ([x, y]) => `TRY_CAST(CAST(${x} AS HUGEINT) ${operator} CAST(${y} AS HUGEINT) AS ${duckInteger(type)})`;
  return ([x, y]) => `${wrap[1]}(CAST(${x} AS ${wrap[0]}) ${operator} CAST(${y} AS ${wrap[0]}))`;
}

export function duckInteger(type: DataType): string {
  return type.kind === 'int' ? 'INTEGER' : type.kind.toUpperCase();
}

/** Unary minus and plus. */
export function resolveSign(resolution: Resolution, operator: '-' | '+', operand: TypedExpression, node: Located): TypedExpression {
  const value = operand.type.kind === 'string' || operand.type.kind === 'void' ? implicitCast(resolution, operand, DOUBLE) : operand;
  if (!isNumeric(value.type) && value.type.kind !== 'interval') {
    return failInput(resolution, node, operand, { expression: `(${operator} ${prettyText(operand)})`, parameter: 'first', required: '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")' });
  }
  if (operator === '+') return call('positive', value.type, [value], ([x]) => x!, node, { pretty: ([x]) => `(+ ${x})` });
  const wrap = resolution.ansi ? undefined : WRAPS[value.type.kind];
  const emission: Emission = wrap === undefined ? ([x]) => `(-(${x}))` : ([x]) => `${wrap[1]}(-CAST(${x} AS ${wrap[0]}))`;
  const decimal = value.type.kind === 'decimal';
  return call('negative', value.type, [value], emission, node, { pretty: ([x]) => `(- ${x})`, acceptsLoose: decimal, loose: decimal ? 'operands' : 'never' });
}
