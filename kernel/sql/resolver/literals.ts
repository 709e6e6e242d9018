import { call, literal } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import type { Expression, ExpressionOf } from '../tree/expressions.ts';
import { BIGINT, BINARY, BOOLEAN, type DataType, DATE, decimal, DOUBLE, FLOAT, INT, type IntervalField, isYearMonth, SMALLINT, STRING, TIMESTAMP, TIMESTAMP_NTZ, TINYINT, VOID } from '../types/dataType.ts';
import { parseTimestamp } from '../types/datetimes.ts';
import { castNode } from './casting.ts';
import { foldCast } from './folding.ts';
import type { Resolution } from './resolution.ts';

/** Literals with Spark's types: `1.5` is DECIMAL(2,1), `1e0` DOUBLE, an integer too big for BIGINT a DECIMAL. */
export function resolveNumber(resolution: Resolution, node: ExpressionOf<'number'>): TypedExpression {
  const { text, suffix } = node;
  switch (suffix) {
    case 'L':
      return integerOf(resolution, node, BIGINT, 64);
    case 'S':
      return integerOf(resolution, node, SMALLINT, 16);
    case 'Y':
      return integerOf(resolution, node, TINYINT, 8);
    case 'D':
      return fractionOf(resolution, node, DOUBLE, Number.MAX_VALUE);
    case 'F':
      return fractionOf(resolution, node, FLOAT, FLOAT_MAX);
    case 'BD':
      return decimalOf(resolution, node);
  }
  if (/[eE]/.test(text)) return fractionOf(resolution, node, DOUBLE, Number.MAX_VALUE);
  if (text.includes('.')) return decimalOf(resolution, node);
  const value = BigInt(text);
  if (BigInt.asIntN(32, value) === value) return literal(INT, value, node);
  return BigInt.asIntN(64, value) === value ? literal(BIGINT, value, node) : decimalOf(resolution, node);
}

function integerOf(resolution: Resolution, node: ExpressionOf<'number'>, type: DataType, bits: number): TypedExpression {
  const value = /^-?\d+$/.test(node.text) ? BigInt(node.text) : undefined;
  if (value === undefined) return resolution.fail(node, 'PARSE_SYNTAX_ERROR', { error: `'${node.text}${node.suffix}'`, hint: ': it is no whole number' });
  const half = 1n << BigInt(bits - 1);
  return BigInt.asIntN(bits, value) === value ? literal(type, value, node) : outOfRange(resolution, node, type, -half, half - 1n);
}

const FLOAT_MAX = (2 - 2 ** -23) * 2 ** 127;

function fractionOf(resolution: Resolution, node: ExpressionOf<'number'>, type: DataType, max: number): TypedExpression {
  const value = Number(node.text);
  if (Math.abs(value) > max) return outOfRange(resolution, node, type, -max, max);
  return literal(type, type === FLOAT ? Math.fround(value) : value, node);
}

function outOfRange(resolution: Resolution, node: ExpressionOf<'number'>, type: DataType, min: number | bigint, max: number | bigint): never {
  const shown = (bound: number | bigint): string => String(bound).replace('e+', 'E+');
  return resolution.fail(node, 'INVALID_NUMERIC_LITERAL_RANGE', { rawLiteral: node.text, typeName: type.kind, minValue: shown(min), maxValue: shown(max) });
}

function decimalOf(resolution: Resolution, node: ExpressionOf<'number'>): TypedExpression {
  const parts = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(node.text)!;
  let scale = parts[3]!.length - Number(parts[4] ?? 0);
  if (-scale > 38) return resolution.refuse(node, 'The number', 'it has more than 38 digits'); // before so many are made
  let unscaled = BigInt(`${parts[2]}${parts[3]}` || '0');
  if (scale < 0) {
    unscaled *= 10n ** BigInt(-scale);
    scale = 0;
  }
  const precision = Math.max(String(unscaled).length, scale);
  if (precision > 38) return resolution.refuse(node, 'The number', 'it has more than 38 digits');
  return literal(decimal(precision, scale), parts[1] === '-' ? -unscaled : unscaled, node);
}

export function resolveTyped(resolution: Resolution, node: ExpressionOf<'typed'>): TypedExpression {
  if (node.type === 'INTERVAL') return resolveIntervalText(resolution, node.text, node);
  const type = node.type === 'DATE' ? DATE : node.type === 'TIMESTAMP_NTZ' ? TIMESTAMP_NTZ : TIMESTAMP;
  const folded = foldCast(literal(STRING, node.text, node), type, resolution.settings);
  if (folded?.kind === 'literal') return literal(type, folded.value, node);
  // In a region's zone the instant is left to the engine, which knows its rules.
  if (type === TIMESTAMP && parseTimestamp(node.text) !== undefined) {
    const cast = castNode(literal(STRING, node.text, node), TIMESTAMP, 'ansi', false, node);
    return call('timestamp literal', TIMESTAMP, [cast], ([x]) => x!, node, { pretty: () => `TIMESTAMP '${node.text}'` });
  }
  return resolution.fail(node, 'INVALID_TYPED_LITERAL', { valueType: node.type, value: node.text });
}

export function bytesLiteral(node: ExpressionOf<'bytes'>): TypedExpression {
  const { hex } = node;
  const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
  return literal(BINARY, bytes, node);
}

export function nullLiteral(node: { readonly start: number; readonly end: number }): TypedExpression {
  return literal(VOID, null, node);
}

export function booleanLiteral(value: boolean, node: { readonly start: number; readonly end: number }): TypedExpression {
  return literal(BOOLEAN, value, node);
}

/** Each unit as the field that names its type, and its length in months or microseconds. */
const UNITS: Readonly<Record<string, readonly [field: IntervalField, months: bigint, micros: bigint]>> = {
  YEAR: ['YEAR', 12n, 0n],
  QUARTER: ['MONTH', 3n, 0n],
  MONTH: ['MONTH', 1n, 0n],
  WEEK: ['DAY', 0n, 604_800_000_000n],
  DAY: ['DAY', 0n, 86_400_000_000n],
  HOUR: ['HOUR', 0n, 3_600_000_000n],
  MINUTE: ['MINUTE', 0n, 60_000_000n],
  SECOND: ['SECOND', 0n, 1_000_000n],
  MILLISECOND: ['SECOND', 0n, 1000n],
  MICROSECOND: ['SECOND', 0n, 1n],
};
const FIELDS: readonly IntervalField[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

export function resolveInterval(resolution: Resolution, node: ExpressionOf<'interval'>): TypedExpression {
  const pieces: { unit: string; text: string }[] = [];
  for (const part of node.parts) {
    const text = numberText(part.value);
    if (text === undefined) return resolution.fail(part.value, 'PARSE_SYNTAX_ERROR', { error: `'${resolution.text.slice(part.value.start, part.value.end)}'`, hint: ': an interval takes literals' });
    if (part.to !== undefined) return rangeInterval(resolution, text, part.unit as IntervalField, part.to as IntervalField, node);
    pieces.push({ unit: part.unit, text });
  }
  return unitInterval(resolution, pieces, node);
}

function numberText(value: Expression): string | undefined {
  if (value.kind === 'string') return value.value.trim();
  if (value.kind === 'number' && value.suffix === '') return value.text;
  return undefined;
}

/** `INTERVAL '3 days 2 hours'`. */
function resolveIntervalText(resolution: Resolution, text: string, node: Expression): TypedExpression {
  const pieces = [...text.matchAll(/([+-]?\d+(?:\.\d+)?)\s*([a-zA-Z]+)/g)].map((match) => ({ text: match[1]!, unit: match[2]!.toUpperCase().replace(/S$/, '') }));
  const rest = text.replace(/([+-]?\d+(?:\.\d+)?)\s*([a-zA-Z]+)/g, '').replace(/^\s*interval\s*/i, '').trim();
  if (pieces.length === 0 || rest !== '') return resolution.fail(node, 'INVALID_TYPED_LITERAL', { valueType: 'INTERVAL', value: text });
  return unitInterval(resolution, pieces, node);
}

function unitInterval(resolution: Resolution, pieces: readonly { unit: string; text: string }[], node: Expression): TypedExpression {
  let months = 0n;
  let micros = 0n;
  const places: number[] = [];
  for (const { unit, text } of pieces) {
    const known = UNITS[unit];
    const number = /^([+-]?)(\d+)(?:\.(\d{1,9}))?$/.exec(text);
    if (known === undefined || number === null || (number[3] !== undefined && unit !== 'SECOND')) return resolution.fail(node, 'PARSE_SYNTAX_ERROR', { error: `'${text} ${unit}'`, hint: ': it is no interval' });
    const [field, monthsEach, microsEach] = known;
    const sign = number[1] === '-' ? -1n : 1n;
    const whole = BigInt(number[2]!) * sign;
    months += whole * monthsEach;
    micros += whole * microsEach + sign * BigInt((number[3] ?? '').padEnd(6, '0').slice(0, 6) || 0);
    places.push(FIELDS.indexOf(field));
  }
  const type: DataType = { kind: 'interval', from: FIELDS[Math.min(...places)]!, to: FIELDS[Math.max(...places)]! };
  if (Math.min(...places) < 2 && Math.max(...places) >= 2) return resolution.refuse(node, 'An interval of months and days together', 'it is of no ANSI interval type');
  return literal(type, isYearMonth(type) ? months : micros, node);
}

function rangeInterval(resolution: Resolution, text: string, from: IntervalField, to: IntervalField, node: Expression): TypedExpression {
  const type: DataType = { kind: 'interval', from, to };
  const value = isYearMonth(type) ? yearToMonth(text) : dayToSecond(text, from, to);
  if (value === undefined && isYearMonth(type)) return resolution.fail(node, 'INVALID_INTERVAL_FORMAT.INTERVAL_PARSING', { input: text, interval: `${from} TO ${to}` });
  if (value === undefined) return resolution.fail(node, 'PARSE_SYNTAX_ERROR', { error: `'${text}'`, hint: `: it is no interval ${from} TO ${to}` });
  return literal(type, value, node);
}

function yearToMonth(text: string): bigint | undefined {
  const parts = /^([+-]?)(\d+)-(\d+)$/.exec(text);
  if (parts === null || Number(parts[3]) > 11) return undefined;
  const months = BigInt(parts[2]!) * 12n + BigInt(parts[3]!);
  return parts[1] === '-' ? -months : months;
}

function dayToSecond(text: string, from: IntervalField, to: IntervalField): bigint | undefined {
  const order: readonly IntervalField[] = ['DAY', 'HOUR', 'MINUTE', 'SECOND'];
  const fields = order.slice(order.indexOf(from), order.indexOf(to) + 1);
  const patterns = fields.map((field) => (field === 'SECOND' ? '(\\d+)(?:\\.(\\d{1,9}))?' : '(\\d+)'));
  const pattern = fields[0] === 'DAY' ? `${patterns[0]}${fields.length > 1 ? `\\s+${patterns.slice(1).join(':')}` : ''}` : patterns.join(':');
  const parts = new RegExp(`^([+-]?)${pattern}$`).exec(text);
  if (parts === null) return undefined;
  // Behind the first field none may be as much as one of the field before.
  if (fields.some((field, index) => index > 0 && Number(parts[index + 2]) > (field === 'HOUR' ? 23 : 59))) return undefined;
  let micros = 0n;
  for (const [index, field] of fields.entries()) micros += BigInt(parts[index + 2]!) * UNITS[field]![2];
  if (to === 'SECOND') micros += BigInt((parts[fields.length + 2] ?? '').padEnd(6, '0').slice(0, 6));
  return parts[1] === '-' ? -micros : micros;
}
