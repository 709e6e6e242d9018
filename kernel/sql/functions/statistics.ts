import { literal } from '../plan/build.ts';
import type { AggregateEmission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput } from '../resolver/casting.ts';
import { arrayOf, BIGINT, type DataType, DOUBLE, holds, INT, isIntegral, isNumeric, sqlName, STRING } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { plain } from './aggregates.ts';
import { aggregate, aggregateCall, aggregateNode, andFilter, custom, type FunctionCall, type FunctionDefinition, plainAggregatePretty, unexpected } from './definition.ts';

/** Aggregates over doubles that DuckDB has under a name of its own. */
function real(name: string, sql: string, aliases: readonly string[] = []): FunctionDefinition {
  return aggregate(name, ['double'], DOUBLE, plain(sql), { aliases });
}
function realPair(name: string, sql: string): FunctionDefinition {
  return aggregate(name, ['double', 'double'], DOUBLE, plain(sql));
}

const skewness: AggregateEmission = (texts) => {
  const n = `CAST(${aggregateCall('count', texts)} AS DOUBLE)`;
  return `CASE WHEN ${n} < 2 THEN NULL WHEN ${n} = 2 THEN CASE WHEN ${aggregateCall('var_pop', texts)} > 0 THEN CAST(0 AS DOUBLE) END ELSE ${aggregateCall('skewness', texts)} * (${n} - 2) / sqrt(${n} * (${n} - 1)) END`;
};
const kurtosis: AggregateEmission = (texts) => `CASE WHEN ${aggregateCall('count', texts)} < 2 THEN NULL ELSE ${aggregateCall('kurtosis_pop', texts)} END`;
/** Without any variance Spark divides by zero. */
const correlation: AggregateEmission = (texts, context) => {
  const flat = `${aggregateCall('regr_sxx', texts)} = 0 OR ${aggregateCall('regr_syy', texts)} = 0`;
  return `CASE WHEN ${aggregateCall('regr_count', texts)} < 2 THEN NULL WHEN ${flat} THEN ${context.ansi ? context.error('DIVIDE_BY_ZERO', "''") : 'NULL'} ELSE ${aggregateCall('corr', texts)} END`;
};

/** One percentage or a constant array of them. */
function percentages(given: FunctionCall, operand: TypedExpression, shown: () => string): { readonly sql: string; readonly many: boolean } {
  const items = operand.kind === 'call' && operand.name === 'array' ? operand.operands : [operand];
  const values = items.map((item) => {
    const value = item.kind === 'cast' ? item.operand : item;
    if (value.kind !== 'literal' || value.value === null || !isNumeric(value.type)) return given.resolution.refuse(item, `A percentage of ${given.name} that is no constant`, 'the engine needs it before the statement runs');
    const number = value.type.kind === 'decimal' ? Number(value.pretty) : Number(value.value);
    if (!(number >= 0 && number <= 1)) return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { expression: shown(), name: 'percentage', range: '[0.0, 1.0]', value: `${number.toFixed(1)}D` });
    return String(number);
  });
  const many = operand.kind === 'call';
  return { sql: many ? `[${values.join(', ')}]` : values[0]!, many };
}

function quantile(given: FunctionCall, sql: 'quantile_cont' | 'quantile_disc', value: TypedExpression, type: DataType, shown: (texts: readonly string[]) => string, wrap: (text: string) => string = (text) => text): TypedExpression {
  const percentage = percentages(given, given.arguments[1]!, () => shown([prettyText(given.arguments[0]!)]));
  const emission: AggregateEmission = (texts) => wrap(aggregateCall(sql, { ...texts, operands: [texts.operands[0]!, percentage.sql] }));
  return aggregateNode(given, given.name, percentage.many ? arrayOf(type) : type, [value], emission, { pretty: shown });
}

function resolvePercentile(given: FunctionCall): TypedExpression {
  if (given.arguments.length > 2) return given.resolution.refuse(given.node, 'percentile with a frequency', 'rows are not counted more than once here');
  const value = coerceInput(given.resolution, given.arguments[0]!, 'double', 0, () => 'percentile(…)');
  return quantile(given, 'quantile_cont', value, DOUBLE, ([x]) => `percentile(${x}, ${prettyText(given.arguments[1]!)}, 1)`);
}

function resolvePercentileApprox(given: FunctionCall): TypedExpression {
  const value = coerceInput(given.resolution, given.arguments[0]!, given.arguments[0]!.type.kind === 'string' ? 'double' : 'any', 0, () => `${given.name}(…)`);
  const [, , written] = given.arguments;
  const expression = `${given.name}(${given.arguments.map(prettyText).join(', ')})`;
  if (written !== undefined && written.kind !== 'literal') return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression, input: 'accuracy', type: '"BIGINT"' });
  if (written?.kind === 'literal' && typeof written.value === 'bigint' && (written.value < 1n || written.value > 2_147_483_647n)) return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { expression, name: 'accuracy', range: '(0, 2147483647]', value: String(written.value) });
  const accuracy = given.arguments[2] === undefined ? '10000' : prettyText(given.arguments[2]);
  return quantile(given, 'quantile_disc', value, value.type, ([x]) => `${given.name}(${x}, ${prettyText(given.arguments[1]!)}, ${accuracy})`);
}

/** `percentile_cont(p) WITHIN GROUP (ORDER BY x)`. */
function withinGroup(name: 'percentile_cont' | 'percentile_disc'): FunctionDefinition {
  return custom('aggregate', name, 1, 1, (given) => {
    const [key] = given.orderBy;
    if (key === undefined) return given.resolution.refuse(given.node, `${name} without WITHIN GROUP`, 'it needs an order');
    const value = coerceInput(given.resolution, key.value, 'double', 0, () => `${name}(…)`);
    const percentage = percentages(given, given.arguments[0]!, () => `${name}(${prettyText(given.arguments[0]!)})`);
    const direction = key.descending ? ' DESC' : '';
    // DuckDB has no window over the form with WITHIN GROUP
    const sql = name === 'percentile_cont' ? 'quantile_cont' : 'quantile_disc';
    const windowed = (x: string, over: string): string => (key.descending ? `(-${sql}(-(${x}), ${percentage.sql})${over})` : `${sql}(${x}, ${percentage.sql})${over}`);
    const emission: AggregateEmission = (texts) => texts.over !== '' ? windowed(texts.operands[0]!, texts.over) : `${name}(${percentage.sql}) WITHIN GROUP (ORDER BY ${texts.operands[0]}${direction})${texts.filter === undefined ? '' : ` FILTER (WHERE ${texts.filter})`}${texts.over}`;
    const shown = ([x]: readonly string[]): string => `${name}(${prettyText(given.arguments[0]!)}) WITHIN GROUP (ORDER BY ${x}${direction})`;
    return aggregateNode({ ...given, orderBy: [] }, name, percentage.many ? arrayOf(DOUBLE) : DOUBLE, [value], emission, { pretty: shown });
  });
}

/** `first`, `last` and kin: with IGNORE NULLS only values that are there. */
function edge(name: string, sql: 'first' | 'last', shown = name): FunctionDefinition {
  return custom('aggregate', name, 1, 2, (given) => {
    const [value, flag] = given.arguments;
    if (flag !== undefined && (flag.kind !== 'literal' || typeof flag.value !== 'boolean')) return given.resolution.refuse(flag, `A flag of ${name} that is no constant`, 'it decides whether NULLs count');
    const ignoring = given.nulls === 'IGNORE' || (flag?.kind === 'literal' && flag.value === true);
    const emission: AggregateEmission = (texts) => {
      const [x] = texts.operands;
      if (texts.over !== '') return `${sql}_value(${x}${ignoring ? ' IGNORE NULLS' : ''})${texts.over}`;
      return aggregateCall(sql, { ...texts, filter: ignoring ? andFilter(texts.filter, `${x} IS NOT NULL`) : texts.filter });
    };
    return aggregateNode(given, `${sql}${ignoring ? ' ignore nulls' : ''}`, value!.type, [value!], emission, { pretty: ([x]) => `${given.nulls === 'IGNORE' ? sql : shown}(${x})` });
  });
}

function collect(name: string, distinct: boolean, aliases: readonly string[] = []): FunctionDefinition {
  return custom('aggregate', name, 1, 1, (given) => {
    const value = given.arguments[0]!;
    if (distinct && holds(value.type, 'map')) return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE', { functionName: given.name, dataType: sqlName(value.type) });
    const emission: AggregateEmission = (texts) => {
      const call = aggregateCall('list', { ...texts, distinct: distinct || texts.distinct, filter: andFilter(texts.filter, `${texts.operands[0]} IS NOT NULL`) });
      return `coalesce(${call}, [])`;
    };
    return aggregateNode(given, distinct ? 'collect_set' : 'collect_list', arrayOf(value.type, false), [value], emission, { pretty: plainAggregatePretty(distinct ? 'collect_set' : 'collect_list', given.distinct), nullable: false });
  }, { aliases });
}

function resolveListAggregate(given: FunctionCall): TypedExpression {
  const { resolution } = given;
  if (given.arguments[0]!.type.kind === 'binary') return resolution.refuse(given.node, `${given.name} of bytes`, 'texts are joined here');
  const value = coerceInput(resolution, given.arguments[0]!, 'string', 0, () => `${given.name}(…)`);
  const [key] = given.orderBy;
  if (given.distinct && key !== undefined && (given.orderBy.length > 1 || key.value.type.kind !== 'string' || prettyText(key.value) !== prettyText(value))) return resolution.fail(given.node, 'INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT', { function: given.name, input: prettyText(value), order: prettyText(key.value) });
  const separator = given.arguments[1] ?? literal(STRING, '', given.node);
  if (separator.kind !== 'literal') return resolution.fail(separator, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression: `${given.name}(…)`, input: 'delimiter', type: '"STRING"' });
  const between = quoteString(separator.value === null ? '' : String(separator.value));
  const shown = given.orderBy.length === 0 ? '' : ` WITHIN GROUP (ORDER BY ${given.orderBy.map((key) => `${prettyText(key.value)} ${key.descending ? 'DESC' : 'ASC'} NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`).join(', ')})`;
  const emission: AggregateEmission = (texts) => aggregateCall('string_agg', { ...texts, operands: [texts.operands[0]!, between] });
  return aggregateNode(given, 'listagg', STRING, [value], emission, { pretty: ([x]) => `${given.name}(${given.distinct ? 'DISTINCT ' : ''}${x}, ${prettyText(separator)})${shown}` });
}

function byOther(name: string, sql: string): FunctionDefinition {
  return aggregate(name, ['any', 'ordered'], ([x]) => x!.type, plain(sql));
}

/** `grouping_id()` and `grouping(c)`: which keys a row of a grouping set leaves out. */
function grouping(name: 'grouping' | 'grouping_id'): FunctionDefinition {
  return custom('aggregate', name, name === 'grouping' ? 1 : 0, name === 'grouping' ? 1 : undefined, (given) => {
    const type: DataType = name === 'grouping' ? { kind: 'tinyint' } : BIGINT;
    const emission: AggregateEmission = (texts) => `CAST(GROUPING(${texts.operands.join(', ')}) AS ${name === 'grouping' ? 'TINYINT' : 'BIGINT'})`;
    const shown = given.arguments;
    return aggregateNode(given, name, type, given.arguments, emission, { pretty: () => `${name}(${shown.map(prettyText).join(', ')})`, nullable: false });
  });
}

function bits(name: string): FunctionDefinition {
  return custom('aggregate', name, 1, 1, (given) => {
    const value = given.arguments[0]!;
    if (!isIntegral(value.type) && value.type.kind !== 'void') return unexpected(given, value, 'first', '"INTEGRAL"');
    const operand = value.type.kind === 'void' ? literal(INT, null, value) : value;
    return aggregateNode(given, name, operand.type, [operand], plain(name), { pretty: plainAggregatePretty(given.name, given.distinct) });
  });
}

/** Over decimals Spark keeps decimals. */
function meanOfPair(name: 'regr_avgx' | 'regr_avgy'): FunctionDefinition {
  const mean = realPair(name, name);
  return { ...mean, resolve: (given) => (given.arguments.some(({ type }) => type.kind === 'decimal') ? given.resolution.refuse(given.node, `${name} of decimals`, 'doubles are averaged here') : mean.resolve(given)) };
}

function resolveMode(given: FunctionCall): TypedExpression {
  const [value, deterministic] = given.arguments;
  if (value === undefined || deterministic !== undefined || given.orderBy.length > 0) return given.resolution.refuse(given.node, 'mode with an order among equals', 'any of the most frequent values is given here');
  return aggregateNode(given, 'mode', value.type, [value], plain('mode'), { pretty: plainAggregatePretty(given.name, given.distinct) });
}

export const STATISTIC_FUNCTIONS: readonly FunctionDefinition[] = [
  real('stddev', 'stddev_samp', ['stddev_samp', 'std']),
  real('stddev_pop', 'stddev_pop'),
  real('variance', 'var_samp', ['var_samp']),
  real('var_pop', 'var_pop'),
  aggregate('skewness', ['double'], DOUBLE, skewness),
  aggregate('kurtosis', ['double'], DOUBLE, kurtosis),
  aggregate('corr', ['double', 'double'], DOUBLE, correlation),
  realPair('covar_pop', 'covar_pop'),
  realPair('covar_samp', 'covar_samp'),
  aggregate('regr_slope', ['double', 'double'], DOUBLE, (texts) => `CASE WHEN ${aggregateCall('regr_sxx', texts)} > 0 THEN ${aggregateCall('regr_slope', texts)} END`),
  realPair('regr_intercept', 'regr_intercept'),
  realPair('regr_r2', 'regr_r2'),
  meanOfPair('regr_avgx'),
  meanOfPair('regr_avgy'),
  realPair('regr_sxx', 'regr_sxx'),
  realPair('regr_sxy', 'regr_sxy'),
  realPair('regr_syy', 'regr_syy'),
  aggregate('regr_count', ['double', 'double'], BIGINT, plain('regr_count', (text) => `CAST(${text} AS BIGINT)`), { nullable: false }),
  aggregate('approx_count_distinct', ['any'], BIGINT, plain('approx_count_distinct'), { state: 'approximate', note: 'another sketch: equal on small sets only', nullable: false }),
  custom('aggregate', 'percentile', 2, 3, resolvePercentile),
  custom('aggregate', 'percentile_approx', 2, 3, resolvePercentileApprox, { aliases: ['approx_percentile'], state: 'approximate', note: 'exact here; within Spark\'s accuracy on large data' }),
  aggregate('median', ['double'], DOUBLE, (texts) => aggregateCall('quantile_cont', { ...texts, operands: [texts.operands[0]!, '0.5'] })),
  withinGroup('percentile_cont'),
  withinGroup('percentile_disc'),
  edge('first', 'first'),
  edge('first_value', 'first', 'first_value'),
  edge('any_value', 'first', 'any_value'),
  edge('last', 'last'),
  edge('last_value', 'last', 'last_value'),
  collect('collect_list', false, ['array_agg']),
  collect('collect_set', true),
  custom('aggregate', 'listagg', 1, 2, resolveListAggregate, { aliases: ['string_agg'] }),
  byOther('max_by', 'arg_max_null'),
  byOther('min_by', 'arg_min_null'),
  custom('aggregate', 'mode', 0, 2, resolveMode),
  aggregate('count_if', ['boolean'], BIGINT, (texts) => aggregateCall('count', { ...texts, operands: texts.distinct ? texts.operands : ['*'], filter: andFilter(texts.filter, texts.operands[0]) }), { nullable: false }),
  bits('bit_and'),
  bits('bit_or'),
  bits('bit_xor'),
  grouping('grouping'),
  grouping('grouping_id'),
];
