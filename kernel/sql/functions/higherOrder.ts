import { call } from '../plan/build.ts';
import type { Emission, EmissionContext, LambdaExpression, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { operandsOf } from '../plan/traverse.ts';
import { coerceInput, failInput, implicitCast } from '../resolver/casting.ts';
import { lambdaName } from '../resolver/resolution.ts';
import { commonTypeWithoutStrings } from '../types/coercion.ts';
import { arrayOf, BOOLEAN, type DataType, INT, isUnordered, mapOf, sameType, sqlName, VOID } from '../types/dataType.ts';
import { toDuckDbType } from '../types/duckdbType.ts';
import { arrayOperand, elementType } from './arrays.ts';
import { sortedText } from './arraySets.ts';
import type { FunctionCall, FunctionDefinition, LambdaParameter } from './definition.ts';

type Parameters = NonNullable<FunctionDefinition['lambdaParameters']>;

function higherOrder(name: string, min: number, max: number, lambdaParameters: Parameters, resolve: FunctionDefinition['resolve'], aliases: readonly string[] = []): FunctionDefinition {
  return {
    name, aliases, group: 'lambda', state: 'exact', note: undefined, min, max, lambdaParameters,
    resolve: (given) => resolve({ ...given, arguments: given.arguments.map((argument, place) => asLambda(given, argument, place, lambdaParameters)) }),
  };
}

/** A lambda holds no query; what stands in its place without parameters is one that uses none. */
function asLambda(given: FunctionCall, argument: TypedExpression, place: number, lambdaParameters: Parameters): TypedExpression {
  if (argument.kind === 'lambda') {
    if (hasSubquery(argument.body)) given.resolution.fail(argument, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION', {});
    return argument;
  }
  if (place !== 1 || !TAKES_VALUES.has(given.name)) return argument;
  const parameters = lambdaParameters(given.arguments.slice(0, 1), 1) ?? [];
  return { kind: 'lambda', parameters: given.resolution.variables(parameters.map((_, index) => `col${index}`), parameters), body: argument, type: argument.type, start: argument.start, end: argument.end };
}

/** Functions whose second argument is always the lambda. */
const TAKES_VALUES = new Set(['transform', 'filter', 'exists', 'forall']);

function hasSubquery(expression: TypedExpression): boolean {
  return expression.kind === 'subquery' || operandsOf(expression).some(hasSubquery);
}

function lambdaOf(given: FunctionCall, place: number): LambdaExpression {
  const value = given.arguments[place];
  if (value?.kind === 'lambda') return value;
  return given.resolution.fail(value ?? given.node, 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { expression: `${given.name}(…)`, parameter: 'second', required: '"LAMBDA"', input: value === undefined ? '' : prettyText(value), type: value === undefined ? '' : sqlName(value.type) });
}

/** The lambda's body cast to a type, where Spark casts it. */
function bodyAs(given: FunctionCall, lambda: LambdaExpression, type: DataType): LambdaExpression {
  if (sameType(lambda.body.type, type)) return lambda;
  if (type.kind === 'boolean' && lambda.body.type.kind !== 'void') {
    return failInput(given.resolution, lambda, lambda, { expression: `${given.name}(${given.arguments.map(prettyText).join(', ')})`, parameter: 'second', required: '"BOOLEAN"' });
  }
  const body = implicitCast(given.resolution, lambda.body, type);
  return { ...lambda, body, type };
}

function variable(lambda: LambdaExpression, index = 0): string {
  return lambdaName(lambda.parameters[index]!.id);
}

const ELEMENT: Parameters = (before, count) => (count === 2 ? [{ type: elementType(before[0]!) }, INDEX] : [{ type: elementType(before[0]!) }]);
const ONE_ELEMENT: Parameters = (before) => [{ type: elementType(before[0]!) }];
/** DuckDB counts from one, in BIGINT. */
const INDEX: LambdaParameter = { type: INT, sql: (names) => `CAST(${names[1]} - 1 AS INTEGER)` };

/** `lambda x: …` or `lambda x, i: …` over a list. */
function listCall(sql: string, lambda: LambdaExpression): Emission {
  const names = lambda.parameters.map((_, index) => variable(lambda, index)).join(', ');
  return ([list, body]) => `${sql}(${list}, lambda ${names}: ${body})`;
}

function resolveTransform(given: FunctionCall): TypedExpression {
  const lambda = lambdaOf(given, 1);
  return call('transform', arrayOf(lambda.body.type), [arrayOperand(given, given.arguments[0]!), lambda], listCall('list_transform', lambda), given.node);
}

function resolveFilter(given: FunctionCall): TypedExpression {
  const lambda = bodyAs(given, lambdaOf(given, 1), BOOLEAN);
  const array = arrayOperand(given, given.arguments[0]!);
  return call('filter', array.type, [array, lambda], listCall('list_filter', lambda), given.node);
}

/** Three-valued: an unknown element makes the answer unknown, unless another decides it. */
function quantified(name: 'exists' | 'forall'): FunctionDefinition {
  const decisive = name === 'exists' ? 'IS TRUE' : 'IS FALSE';
  return higherOrder(name, 2, 2, ONE_ELEMENT, (given) => {
    const lambda = bodyAs(given, lambdaOf(given, 1), BOOLEAN);
    const x = variable(lambda);
    const emission: Emission = ([list, body]) => {
      const count = (test: string): string => `len(list_filter(${list}, lambda ${x}: (${body}) ${test})) > 0`;
      return `CASE WHEN ${list} IS NULL THEN NULL WHEN ${count(decisive)} THEN ${name === 'exists'} WHEN ${count('IS NULL')} THEN NULL ELSE ${name !== 'exists'} END`;
    };
    return call(name, BOOLEAN, [arrayOperand(given, given.arguments[0]!), lambda], emission, given.node);
  });
}

const AGGREGATE_PARAMETERS: Parameters = (before) => {
  const start = before[1]!;
  if (before.length === 2) return [{ type: start.type, sql: ([acc]) => `${acc}.a` }, { type: elementType(before[0]!), sql: (names) => `${names[1]}.x` }];
  return [{ type: start.type }];
};

/** A fold over structs that carry the accumulator and the next element: DuckDB's own fold keeps one type. */
function resolveAggregate(given: FunctionCall): TypedExpression {
  const { node } = given;
  const array = arrayOperand(given, given.arguments[0]!);
  const start = given.arguments[1]!;
  const merge = lambdaOf(given, 2);
  if (!sameType(merge.body.type, start.type)) return failInput(given.resolution, node, merge, { expression: `${given.name}(${given.arguments.map(prettyText).join(', ')})`, parameter: 'third', required: `"${sqlName(start.type)}"` });
  const finish = given.arguments[3] === undefined ? undefined : lambdaOf(given, 3);
  const accumulator = toDuckDbType(start.type);
  const element = toDuckDbType(elementType(array));
  const emission: Emission = ([list, first, body, last], context) => {
    const each = context.variable();
    const items = `list_transform(${list}, lambda ${each}: {'a': CAST(NULL AS ${accumulator}), 'x': ${each}})`;
    const folded = `(list_reduce(list_prepend({'a': ${first}, 'x': CAST(NULL AS ${element})}, ${items}), lambda ${variable(merge)}, ${variable(merge, 1)}: {'a': ${body}, 'x': CAST(NULL AS ${element})})).a`;
    const result = last === undefined ? folded : `(list_transform([${folded}], lambda ${variable(finish!)}: ${last}))[1]`;
    return `CASE WHEN ${list} IS NULL THEN NULL ELSE ${result} END`;
  };
  const operands = [array, start, merge, ...(finish === undefined ? [] : [finish])];
  return call('aggregate', finish?.body.type ?? start.type, operands, emission, node, { pretty: (texts) => `${given.name}(${texts.join(', ')})` });
}

function resolveZipWith(given: FunctionCall): TypedExpression {
  const arrays = [arrayOperand(given, given.arguments[0]!), arrayOperand(given, given.arguments[1]!, 1)];
  const lambda = lambdaOf(given, 2);
  const emission: Emission = ([a, b, body], context) => {
    const at = context.variable();
    const pairs = `list_transform(range(1, greatest(len(${a}), len(${b})) + 1), lambda ${at}: {'x': (${a})[${at}], 'y': (${b})[${at}]})`;
    return `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE list_transform(${pairs}, lambda ${variable(lambda)}: ${body}) END`;
  };
  return call('zip_with', arrayOf(lambda.body.type), [...arrays, lambda], emission, given.node);
}

function resolveArraySort(given: FunctionCall): TypedExpression {
  const array = arrayOperand(given, given.arguments[0]!);
  if (given.arguments[1] === undefined) return call('array_sort', array.type, [array], ([x], context) => sortedText(x!, elementType(array), false, false, context), given.node);
  const lambda = lambdaOf(given, 1);
  if (!sameType(lambda.body.type, INT)) return given.resolution.fail(lambda, 'DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE', { expression: `array_sort(${given.arguments.map(prettyText).join(', ')})`, function: 'array_sort', expected: '"INT"', type: sqlName(lambda.body.type) });
  const emission: Emission = ([list, body], context) => mergeSortText(list!, { left: variable(lambda), right: variable(lambda, 1), body: `coalesce(${body}, ${context.error('COMPARATOR_RETURNS_NULL', "''")})` }, context);
  return call('array_sort', array.type, [array, lambda], emission, given.node);
}

/**
 * A stable merge sort, level by level: sorted blocks of twice the size from pairs of them. An element's place in its pair is
 * its place in its own block and, by binary search, that in the sibling block: behind equal ones where that comes first.
 */
function mergeSortText(list: string, { left, right, body }: { readonly left: string; readonly right: string; readonly body: string }, context: EmissionContext): string {
  const [sorted, none, level, index, search, step, each] = Array.from({ length: 7 }, () => context.variable()) as [string, string, string, string, string, string, string];
  const at = `(${index} - 1)`;
  const size = `(1::BIGINT << (${level} - 2))`; // DuckDB counts what it reduces from 2
  const isSecond = `(${at} // ${size} % 2)`;
  const from = `least((${at} // ${size} + 1 - 2 * ${isSecond}) * ${size}, len(${sorted}))`;
  const to = `least((${at} // ${size} + 2 - 2 * ${isSecond}) * ${size}, len(${sorted}))`;
  const middle = `((${search}.l + ${search}.h) // 2)`;
  const goesBefore = `(list_transform([${sorted}[${middle} + 1]], lambda ${left}: ${body}))[1] < ${isSecond}`;
  const halved = `CASE WHEN ${search}.l >= ${search}.h THEN ${search} WHEN ${goesBefore} THEN {'l': ${middle} + 1, 'h': ${search}.h} ELSE {'l': ${search}.l, 'h': ${middle}} END`;
  const steps = `list_prepend({'l': ${from}, 'h': ${to}}, list_transform(range(${level} - 1), lambda ${each}: {'l': 0::BIGINT, 'h': 0::BIGINT}))`;
  const place = `${at} + (list_reduce(${steps}, lambda ${search}, ${step}: ${halved})).l - CASE WHEN ${isSecond} = 1 THEN ${to} ELSE ${from} END`;
  const merged = `list_select(${sorted}, list_grade_up(list_transform(${sorted}, lambda ${right}, ${index}: ${place})))`;
  const levels = `list_transform(range(CAST(ceil(log2(len(${list}))) AS BIGINT)), lambda ${each}: (${list})[1:0])`;
  return `CASE WHEN len(${list}) < 2 THEN ${list} ELSE list_reduce(list_prepend(${list}, ${levels}), lambda ${sorted}, ${none}, ${level}: ${merged}) END`;
}

const ENTRY: Parameters = ([map]) => {
  const { key, value } = entryTypes(map!);
  return [{ type: key, sql: ([entry]) => `${entry}.key` }, { type: value, sql: ([entry]) => `${entry}.value` }];
};

/** What a lambda sees of a map; of anything else its function refuses afterwards. */
function entryTypes(map: TypedExpression): { readonly key: DataType; readonly value: DataType } {
  return map.type.kind === 'map' ? map.type : { key: VOID, value: VOID };
}

function mapOperand(given: FunctionCall, place: number): TypedExpression {
  return coerceInput(given.resolution, given.arguments[place]!, 'map', place, () => `${given.name}(${given.arguments.map(prettyText).join(', ')})`);
}

/** A function over the entries of a map that makes another map. */
function overEntries(name: string, entry: (lambda: LambdaExpression, body: string) => string, sql: 'list_transform' | 'list_filter', type: (map: Extract<DataType, { kind: 'map' }>, body: DataType) => DataType): FunctionDefinition {
  return higherOrder(name, 2, 2, ENTRY, (given) => {
    const map = mapOperand(given, 0);
    const lambda = sql === 'list_filter' ? bodyAs(given, lambdaOf(given, 1), BOOLEAN) : lambdaOf(given, 1);
    const emission: Emission = ([m, body]) => `CASE WHEN ${m} IS NULL THEN NULL ELSE map_from_entries(${sql}(map_entries(${m}), lambda ${variable(lambda)}: ${entry(lambda, body!)})) END`;
    const made = type(mapOf(entryTypes(map).key, entryTypes(map).value), lambda.body.type);
    if (made.kind === 'map' && isUnordered(made.key)) return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE', { expression: `${name}(${given.arguments.map(prettyText).join(', ')})`, keyType: sqlName(made.key) });
    return call(name, made, [map, lambda], emission, given.node);
  });
}

const ZIPPED: Parameters = ([left, right]) => {
  const [a, b] = [entryTypes(left!), entryTypes(right!)];
  return [
    { type: commonTypeWithoutStrings(a.key, b.key, true) ?? a.key, sql: ([e]) => `${e}.k` },
    { type: a.value, sql: ([e]) => `${e}.a` },
    { type: b.value, sql: ([e]) => `${e}.b` },
  ];
};

function resolveMapZipWith(given: FunctionCall): TypedExpression {
  const maps = [mapOperand(given, 0), mapOperand(given, 1)];
  const keys = maps.map((map) => entryTypes(map).key);
  if (commonTypeWithoutStrings(keys[0]!, keys[1]!, true) === undefined) {
    if (!given.resolution.ansi) return given.resolution.refuse(given.node, 'map_zip_with of keys that become texts', 'a lambda sees them in their own type here');
    return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES', { expression: `map_zip_with(${given.arguments.map(prettyText).join(', ')})`, left: sqlName(keys[0]!), right: sqlName(keys[1]!) });
  }
  const lambda = lambdaOf(given, 2);
  const type = mapOf(lambda.parameters[0]!.type, lambda.body.type);
  const [left, right] = maps.map((map) => implicitCast(given.resolution, map, mapOf(type.key, entryTypes(map).value)));
  const emission: Emission = ([a, b, body], context) => {
    const key = context.variable();
    const entries = `list_transform(spark_distinct(list_concat(map_keys(${a}), map_keys(${b}))), lambda ${key}: {'k': ${key}, 'a': (${a})[${key}], 'b': (${b})[${key}]})`;
    return `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE map_from_entries(list_transform(${entries}, lambda ${variable(lambda)}: struct_pack(key := ${variable(lambda)}.k, value := ${body}))) END`;
  };
  return call('map_zip_with', type, [left!, right!, lambda], emission, given.node);
}

export const HIGHER_ORDER_FUNCTIONS: readonly FunctionDefinition[] = [
  higherOrder('transform', 2, 2, ELEMENT, resolveTransform),
  higherOrder('filter', 2, 2, ELEMENT, resolveFilter),
  quantified('exists'),
  quantified('forall'),
  higherOrder('aggregate', 3, 4, AGGREGATE_PARAMETERS, resolveAggregate, ['reduce']),
  higherOrder('zip_with', 3, 3, ([a, b]) => [{ type: elementType(a!), sql: ([pair]) => `${pair}.x` }, { type: elementType(b!), sql: ([pair]) => `${pair}.y` }], resolveZipWith),
  higherOrder('array_sort', 1, 2, ([array]) => [{ type: elementType(array!) }, { type: elementType(array!) }], resolveArraySort),
  overEntries('map_filter', (_, body) => body, 'list_filter', (map) => map),
  overEntries('transform_values', (lambda, body) => `struct_pack(key := ${variable(lambda)}.key, value := ${body})`, 'list_transform', (map, body) => mapOf(map.key, body)),
  overEntries('transform_keys', (lambda, body) => `struct_pack(key := ${body}, value := ${variable(lambda)}.value)`, 'list_transform', (map, body) => mapOf(body, map.value)),
  higherOrder('map_zip_with', 3, 3, ZIPPED, resolveMapZipWith),
];
