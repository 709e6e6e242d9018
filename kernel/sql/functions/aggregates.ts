import type { AggregateEmission, AggregateTexts, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { coerceInput, implicitCast } from '../resolver/casting.ts';
import { type DataType, type DecimalType, BIGINT, BOOLEAN, DOUBLE, DAY_TIME_INTERVAL, YEAR_MONTH_INTERVAL, decimal, isIntegral, isYearMonth } from '../types/dataType.ts';
import { orderedText } from './comparison.ts';
import { decimalQuotient, unscaled } from './decimalDivision.ts';
import { averageInterval } from './intervals.ts';
import { aggregate, aggregateCall, aggregateNode, custom, type FunctionCall, type FunctionDefinition, plainAggregatePretty } from './definition.ts';

/** An emission that is one call of a DuckDB aggregate, all parts given to it. */
export function plain(name: string, wrap: (text: string) => string = (text) => text): AggregateEmission {
  return (texts) => wrap(aggregateCall(name, texts));
}

function sumType(type: DataType): DataType {
  if (isIntegral(type)) return BIGINT;
  if (type.kind === 'decimal') return decimal(Math.min(38, type.precision + 10), type.scale);
  if (type.kind === 'interval') return isYearMonth(type) ? (type.from === type.to ? type : YEAR_MONTH_INTERVAL) : type.from === type.to ? type : DAY_TIME_INTERVAL;
  return DOUBLE;
}

function numericOrInterval({ resolution, arguments: [value], name }: FunctionCall): TypedExpression {
  return value!.type.kind === 'interval' ? value! : coerceInput(resolution, value!, 'numeric', 0, () => `${name}(…)`);
}

function resolveSum(given: FunctionCall, attempt: boolean): TypedExpression {
  const value = numericOrInterval(given);
  const type = sumType(value.type);
  const operand = value.type.kind === 'float' ? implicitCast(given.resolution, value, DOUBLE) : value;
  const emission: AggregateEmission = (texts, context) => {
    if (type.kind === 'interval') return sumOfIntervals(texts, isYearMonth(type));
    if (type.kind === 'decimal') return decimalSum(texts, type, { nullable: attempt || !given.resolution.ansi, context });
    const text = aggregateCall('sum', texts);
    if (isIntegral(value.type)) return attempt ? `TRY_CAST(${text} AS BIGINT)` : given.resolution.ansi ? `CAST(${text} AS BIGINT)` : `spark_wrap64(${text})`;
    return text;
  };
  const loose = type.kind === 'decimal' && !attempt && given.resolution.ansi;
  return aggregateNode(given, attempt ? 'try_sum' : 'sum', type, [operand], emission, { pretty: plainAggregatePretty(given.name, given.distinct), loose });
}

/**
 * A sum of decimals. DuckDB adds 128-bit integers up, which hold a little more than the 38 digits that a decimal may have: as a
 * text, those are counted. Where the sum's type has ten digits more than the values', no number of rows gets there.
 */
function decimalSum(texts: AggregateTexts, type: DecimalType, { nullable, context, attempt = 'try_sum' }: { readonly nullable: boolean; readonly context: EmissionContext; readonly attempt?: string }): string {
  const total = aggregateCall('sum', texts);
  const target = `DECIMAL(${type.precision},${type.scale})`;
  if (type.precision < 38) return nullable ? `TRY_CAST(${total} AS ${target})` : total;
  const counted = `CAST(${total} AS VARCHAR)`;
  if (nullable && context.wideDecimals && !texts.distinct) return hugeSum(texts, type, context);
  if (nullable) return `TRY_CAST(${counted} AS ${target})`;
  if (texts.over !== '') return `CAST(${counted} AS ${target})`;
  return `CASE WHEN ${total} IS NULL THEN NULL ELSE coalesce(TRY_CAST(${counted} AS ${target}), ${context.error('ARITHMETIC_OVERFLOW', sumOverflow(attempt))}) END`;
}

/** A sum that may be beyond 128 bits, which is NULL then: the upper and the lower half of each value's digits are added on their own. */
function hugeSum(texts: AggregateTexts, type: DecimalType, context: EmissionContext): string {
  const value = unscaled(texts.operands[0]!, type, 'HUGEINT');
  const half = '10000000000000000000';
  const part = (operator: string): string => aggregateCall('sum', { ...texts, operands: [`(${value} ${operator} ${half}::HUGEINT)`] });
  const name = context.variable();
  const upper = `(${name}.u + ${name}.l // ${half}::HUGEINT)`;
  const digits = `(${upper} * ${half}::HUGEINT + ${name}.l % ${half}::HUGEINT)`;
  const target = `DECIMAL(38,${type.scale})`;
  const scaled = type.scale === 0 ? `TRY_CAST(CAST(${digits} AS VARCHAR) AS ${target})` : `TRY_CAST(CAST(${digits} AS VARCHAR) || 'e-${type.scale}' AS ${target})`;
  return `(list_transform([{'u': ${part('//')}, 'l': ${part('%')}}], lambda ${name}: CASE WHEN abs(${upper}) <= ${half}::HUGEINT THEN ${scaled} END))[1]`;
}

const sumOverflow = (attempt: string): string => `'Overflow in sum of decimals. Use ''${attempt}'' to tolerate overflow and return NULL instead. If necessary set "spark.sql.ansi.enabled" to "false" to bypass this error.'`;

/** DuckDB adds no intervals up: their months or microseconds are added. */
function sumOfIntervals(texts: AggregateTexts, months: boolean): string {
  const [x] = texts.operands;
  const counted = months ? `spark_months(${x})` : `epoch_us(${x})`;
  const total = aggregateCall('sum', { ...texts, operands: [counted] });
  return months ? `to_months(CAST(${total} AS INTEGER))` : `to_microseconds(CAST(${total} AS BIGINT))`;
}

function resolveAverage(given: FunctionCall): TypedExpression {
  const value = numericOrInterval(given);
  const pretty = plainAggregatePretty(given.name, given.distinct);
  if (value.type.kind === 'interval') return averageInterval(given, value);
  if (value.type.kind !== 'decimal') {
    return aggregateNode(given, 'avg', DOUBLE, [implicitCast(given.resolution, value, value.type.kind === 'float' ? DOUBLE : value.type)], plain('avg'), { pretty });
  }
  const { precision, scale } = value.type;
  const type = decimal(Math.min(38, precision + 4), Math.min(38, scale + 4));
  return aggregateNode(given, 'avg', type, [value], (texts, context) => averageText(texts, { kind: 'decimal', precision: Math.min(38, precision + 10), scale }, type, { context, nullable: !context.ansi || given.name === 'try_avg' }), { pretty });
}

/** NULL where nothing is counted, as the sum is. A window is written once: DuckDB would compute it at each place. */
function averageText(texts: AggregateTexts, sum: DecimalType, type: DecimalType, { context, nullable }: { readonly context: EmissionContext; readonly nullable: boolean }): string {
  const total = decimalSum(texts, sum, { nullable, context, attempt: 'try_avg' });
  const count = aggregateCall('count', texts);
  const quotient = (x: string, y: string): string => decimalQuotient([x, sum], [y, { kind: 'decimal', precision: 20, scale: 0 }], type, context);
  if (texts.over === '') return quotient(total, count);
  const name = context.variable();
  return `(list_transform([{'s': ${total}, 'n': ${count}}], lambda ${name}: ${quotient(`${name}.s`, `${name}.n`)}))[1]`;
}

function resolveCount(given: FunctionCall): TypedExpression {
  const operands = given.arguments;
  const [first] = operands;
  const pretty = plainAggregatePretty(given.name, given.distinct);
  const star = operands.length === 1 && first!.kind === 'literal' && first!.value !== null && !given.distinct;
  if (star) return aggregateNode(given, 'count', BIGINT, operands, (texts) => aggregateCall('count', { ...texts, operands: ['*'] }), { pretty, nullable: false });
  if (operands.length <= 1) return aggregateNode(given, 'count', BIGINT, operands, plain('count'), { pretty, nullable: false });
  const emission: AggregateEmission = (texts) => {
    const present = texts.operands.map((text) => `${text} IS NOT NULL`).join(' AND ');
    const counted = texts.distinct ? [`(${texts.operands.join(', ')})`] : ['*'];
    return aggregateCall('count', { ...texts, operands: counted, filter: texts.filter === undefined ? present : `${texts.filter} AND ${present}` });
  };
  return aggregateNode(given, 'count', BIGINT, operands, emission, { pretty, nullable: false });
}

/** Inside of nested values Spark puts NULL first, DuckDB last: they are compared by a sort key. */
function resolveExtreme(given: FunctionCall, name: 'min' | 'max'): TypedExpression {
  const value = coerceInput(given.resolution, given.arguments[0]!, 'ordered', 0, () => `${name}(…)`);
  const { type } = value;
  const pretty = plainAggregatePretty(given.name, given.distinct);
  if (type.kind !== 'struct' && type.kind !== 'array') return aggregateNode(given, name, type, [value], plain(name), { pretty, loose: true });
  const emission: AggregateEmission = (texts, context) => aggregateCall(`arg_${name}`, { ...texts, distinct: false, operands: [texts.operands[0]!, orderedText(texts.operands[0]!, type, context)] });
  return aggregateNode(given, name, type, [value], emission, { pretty });
}

export const AGGREGATE_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('aggregate', 'count', 1, undefined, resolveCount),
  custom('aggregate', 'sum', 1, 1, (given) => resolveSum(given, false)),
  custom('aggregate', 'try_sum', 1, 1, (given) => resolveSum(given, true)),
  custom('aggregate', 'avg', 1, 1, resolveAverage, { aliases: ['mean', 'try_avg'] }),
  custom('aggregate', 'min', 1, 1, (given) => resolveExtreme(given, 'min')),
  custom('aggregate', 'max', 1, 1, (given) => resolveExtreme(given, 'max')),
  aggregate('bool_and', ['boolean'], BOOLEAN, plain('bool_and'), { aliases: ['every'] }),
  aggregate('bool_or', ['boolean'], BOOLEAN, plain('bool_or'), { aliases: ['some', 'any'] }),
];
