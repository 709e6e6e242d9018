import { call, literal } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, implicitCast } from '../resolver/casting.ts';
import { commonType } from '../types/coercion.ts';
import { arrayOf, BIGINT, BOOLEAN, type DataType, INT, isDatetime, isIntegral, isYearMonth, sqlName, STRING, structOf, field, VOID } from '../types/dataType.ts';
import { quoteIdentifier, toDuckDbType } from '../types/duckdbType.ts';
import { indexMessage, mapValue } from './access.ts';
import { commonOperands, hasMap } from './comparison.ts';
import { custom, type FunctionCall, type FunctionDefinition, scalar } from './definition.ts';

/** An argument that must be an array; NULL counts as an empty kind of one. */
export function arrayOperand({ resolution, name }: FunctionCall, operand: TypedExpression, place = 0): TypedExpression {
  const value = coerceInput(resolution, operand, 'array', place, () => `${name}(…)`);
  return value.type.kind === 'void' ? implicitCast(resolution, value, arrayOf(VOID)) : value;
}

export function elementType(array: TypedExpression): DataType {
  return array.type.kind === 'array' ? array.type.element : VOID;
}

/** An array and a value of its elements' type, in their common type. */
function withElement(given: FunctionCall): [TypedExpression, TypedExpression] {
  const { resolution, node, name } = given;
  const array = arrayOperand(given, given.arguments[0]!);
  const value = given.arguments[1]!;
  const type = commonType(elementType(array), value.type, resolution.ansi);
  if (type === undefined || hasMap(type)) {
    return resolution.fail(node, 'DATATYPE_MISMATCH.DATA_DIFF_TYPES', { expression: `${name}(${prettyText(array)}, ${prettyText(value)})`, function: name, types: `("${sqlName(array.type)}" or "${sqlName(value.type)}")` });
  }
  return [implicitCast(resolution, array, arrayOf(type)), implicitCast(resolution, value, type)];
}

function withValue(name: string, returns: (array: TypedExpression) => DataType, emission: Emission, loose: 'never' | 'always' = 'never'): FunctionDefinition {
  return custom('array', name, 2, 2, (given) => {
    const operands = withElement(given);
    return call(name, returns(operands[0]), operands, emission, given.node, { loose });
  });
}

function unary(name: string, returns: (array: TypedExpression) => DataType, emission: Emission | string, loose: 'never' | 'always' = 'never'): FunctionDefinition {
  return custom('array', name, 1, 1, (given) => {
    const array = arrayOperand(given, given.arguments[0]!);
    const text: Emission = typeof emission === 'string' ? ([x]) => emission.replaceAll('$1', x!) : emission;
    return call(name, returns(array), [array], text, given.node, { loose, pretty: ([x]) => `${given.name}(${x})` });
  });
}

/** Two arrays in their common type. */
function pair(name: string, returns: (array: TypedExpression) => DataType, emission: Emission): FunctionDefinition {
  return custom('array', name, 2, 2, (given) => {
    const arrays = given.arguments.map((operand, place) => arrayOperand(given, operand, place));
    const operands = commonOperands(given.resolution, arrays, name, given.node, (texts) => `${name}(${texts.join(', ')})`);
    return call(name, returns(operands[0]!), operands, emission, given.node);
  });
}

function resolveArray({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const operands = commonOperands(resolution, given, 'array', node, (texts) => `array(${texts.join(', ')})`);
  const type = arrayOf(operands[0]?.type ?? VOID, operands.some((operand) => operand.kind !== 'literal' || operand.value === null));
  return call('array', type, operands, (texts) => (texts.length === 0 ? `CAST([] AS ${toDuckDbType(type)})` : `[${texts.join(', ')}]`), node);
}

function resolveSize({ resolution, arguments: [first], node, name }: FunctionCall): TypedExpression {
  const value = coerceInput(resolution, first!, 'collection', 0, () => `${name}(…)`);
  const map = value.type.kind === 'map';
  const missing = resolution.ansi || name === 'array_size' || name === 'map_size' ? (text: string): string => text : (text: string): string => `coalesce(${text}, -1)`;
  if (value.type.kind === 'void') return call('size', INT, [value], () => missing('CAST(NULL AS INTEGER)'), node, { pretty: ([x]) => `${name}(${x})` });
  return call('size', INT, [value], ([x]) => missing(`CAST(${map ? 'cardinality' : 'len'}(${x}) AS INTEGER)`), node, { pretty: ([x]) => `${name}(${x})` });
}

/** `element_at` and `try_element_at`: one-based in arrays, from the end where negative; by key in maps. */
function resolveElementAt(given: FunctionCall): TypedExpression {
  const { resolution, node, name, arguments: [base, index] } = given;
  const pretty = (texts: readonly string[]): string => `${name}(${texts.join(', ')})`;
  if (base!.type.kind === 'map') return mapValue(resolution, base!, base!.type, index!, node, pretty);
  const array = arrayOperand(given, base!);
  const place = coerceInput(resolution, index!, 'int', 1, () => `${name}(…)`);
  const emission: Emission = ([list, at], context) => {
    const zero = `WHEN ${at} = 0 THEN ${context.error('INVALID_INDEX_OF_ZERO', "'The index 0 is invalid.'")}`;
    const outside = resolution.ansi && name === 'element_at' ? ` WHEN abs(${at}) > len(${list}) THEN ${context.error('INVALID_ARRAY_INDEX_IN_ELEMENT_AT', indexMessage(at!, list!))}` : '';
    return `CASE WHEN ${list} IS NULL OR ${at} IS NULL THEN NULL ${zero}${outside} ELSE (${list})[${at}] END`;
  };
  return call(name, elementType(array), [array, place], emission, node, { pretty });
}

function resolveConcatenated(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const nested = arrayOperand(given, given.arguments[0]!);
  const inner = elementType(nested);
  if (inner.kind !== 'array') return resolution.fail(node, 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { expression: `flatten(${prettyText(nested)})`, parameter: 'first', required: '"ARRAY" of "ARRAY"', input: prettyText(nested), type: sqlName(nested.type) });
  return call('flatten', inner, [nested], ([x]) => `spark_list_cat(${x})`, node);
}

function resolveSortArray({ resolution, arguments: [first, ascending], node }: FunctionCall): TypedExpression {
  const array = coerceInput(resolution, first!, 'array', 0, () => 'sort_array(…)');
  const up = ascending === undefined || (ascending.kind === 'literal' && ascending.value === true);
  if (ascending !== undefined && ascending.kind !== 'literal') return resolution.refuse(ascending, 'A direction of sort_array that is no constant', 'the engine needs it before the statement runs');
  return call('sort_array', array.type, [array], ([x]) => (up ? `list_sort(${x}, 'ASC', 'NULLS FIRST')` : `list_sort(${x}, 'DESC', 'NULLS LAST')`), node, { pretty: ([x]) => `sort_array(${x}, ${up})` });
}

function resolveJoin({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const [first, separator, replacement] = given;
  const array = implicitCast(resolution, coerceInput(resolution, first!, 'array', 0, () => 'array_join(…)'), arrayOf(STRING));
  const operands = [array, coerceInput(resolution, separator!, 'string', 1, () => 'array_join(…)')];
  if (replacement !== undefined) operands.push(coerceInput(resolution, replacement, 'string', 2, () => 'array_join(…)'));
  const emission: Emission = ([list, s, r]) => {
    const kept = r === undefined ? `list_filter(${list}, lambda x: x IS NOT NULL)` : `list_transform(${list}, lambda x: coalesce(x, ${r}))`;
    return `CASE WHEN ${list} IS NOT NULL AND ${s} IS NOT NULL THEN coalesce(array_to_string(${kept}, ${s}), '') END`;
  };
  return call('array_join', STRING, operands, emission, node);
}

function resolveRepeat({ resolution, arguments: [value, count], node }: FunctionCall): TypedExpression {
  const times = coerceInput(resolution, count!, 'int', 1, () => 'array_repeat(…)');
  const type = arrayOf(value!.type);
  return call('array_repeat', type, [value!, times], ([x, n], context) => `list_transform(range(greatest(${n}, 0)), lambda ${context.variable()}: ${x})`, node);
}

function resolveZip({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const arrays = given.map((operand, place) => coerceInput(resolution, operand, 'array', place, () => 'arrays_zip(…)'));
  const type = arrayOf(structOf(arrays.map((array, index) => field(array.kind === 'column' ? array.spelling : String(index), elementType(array)))));
  const names = type.element.kind === 'struct' ? type.element.fields.map((each) => each.name) : [];
  const emission: Emission = (texts, context) => {
    const at = context.variable();
    const longest = texts.length === 1 ? `len(${texts[0]})` : `greatest(${texts.map((text) => `len(${text})`).join(', ')})`;
    const missing = texts.map((text) => `${text} IS NULL`).join(' OR ');
    return `CASE WHEN ${missing} THEN NULL ELSE list_transform(range(1, ${longest} + 1), lambda ${at}: struct_pack(${texts.map((text, index) => `${quoteIdentifier(names[index]!)} := (${text})[${at}]`).join(', ')})) END`;
  };
  return call('arrays_zip', type, arrays, emission, node);
}

function resolveInsert(given: FunctionCall): TypedExpression {
  const { resolution, node, arguments: [first, place, value] } = given;
  const array = arrayOperand(given, first!);
  const type = commonType(elementType(array), value!.type, resolution.ansi);
  if (type === undefined) return resolution.fail(node, 'DATATYPE_MISMATCH.DATA_DIFF_TYPES', { expression: 'array_insert(…)', function: 'array_insert', types: `("${sqlName(array.type)}" or "${sqlName(value!.type)}")` });
  if (place!.kind !== 'literal' || typeof place!.value !== 'bigint' || place!.value < 1n) return resolution.refuse(place!, 'array_insert at a place that is no positive constant', 'places from the end are counted otherwise');
  const at = place!.value;
  const operands = [implicitCast(resolution, array, arrayOf(type)), implicitCast(resolution, value!, type)];
  const emission: Emission = ([list, x]) => {
    const before = at === 1n ? `CAST([] AS ${toDuckDbType(arrayOf(type))})` : `list_resize((${list})[1:${at - 1n}], ${at - 1n})`;
    return `CASE WHEN ${list} IS NULL THEN NULL ELSE list_concat(list_concat(${before}, [${x}]), (${list})[${at}:]) END`;
  };
  return call('array_insert', arrayOf(type), operands, emission, node, { pretty: ([list, x]) => `array_insert(${list}, ${at}, ${x})` });
}

function resolveSlice(given: FunctionCall): TypedExpression {
  const array = arrayOperand(given, given.arguments[0]!);
  const operands = [array, ...given.arguments.slice(1).map((operand, place) => coerceInput(given.resolution, operand, 'int', place + 1, () => 'slice(…)'))];
  return call('slice', array.type, operands, ([list, from, count]) => `spark_slice(${list}, ${from}, ${count})`, given.node);
}

function resolveSequence(given: FunctionCall): TypedExpression {
  const { resolution, node, arguments: [from, to, step] } = given;
  const type = commonType(from!.type, to!.type, resolution.ansi);
  if (type !== undefined && isIntegral(type)) {
    const operands = [from!, to!, ...(step === undefined ? [] : [step])].map((operand) => implicitCast(resolution, operand, type));
    const emission: Emission = ([a, b, s]) => {
      const series = s === undefined ? `generate_series(CAST(${a} AS BIGINT), CAST(${b} AS BIGINT), CASE WHEN ${a} <= ${b} THEN 1 ELSE -1 END)` : `generate_series(CAST(${a} AS BIGINT), CAST(${b} AS BIGINT), CAST(${s} AS BIGINT))`;
      return type.kind === 'bigint' ? series : `CAST(${series} AS ${toDuckDbType(arrayOf(type))})`;
    };
    return call('sequence', arrayOf(type), operands, emission, node);
  }
  if (type === undefined || !isDatetime(type)) return resolution.fail(node, 'DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES', { expression: `sequence(${given.arguments.map(prettyText).join(', ')})`, function: 'sequence', start: '("TIMESTAMP" or "DATE")', step: '("INTERVAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")', other: '"INTEGRAL"' });
  return temporalSequence(given, type);
}

/** Each moment is counted from the first, so that month ends do not drift. */
function temporalSequence(given: FunctionCall, type: DataType): TypedExpression {
  const { resolution, node, arguments: [from, to, step] } = given;
  const interval = step ?? literal({ kind: 'interval', from: 'DAY', to: 'DAY' }, 86_400_000_000n, node);
  if (interval.kind !== 'literal' || interval.type.kind !== 'interval' || typeof interval.value !== 'bigint' || interval.value <= 0n) return resolution.refuse(node, 'A sequence of moments by a step that is no positive constant', 'its length is counted from the step');
  if (type.kind === 'timestamp' && resolution.settings.timeZone !== 'UTC') return resolution.refuse(node, 'A sequence of timestamps outside of UTC', 'its days have no fixed length');
  const months = isYearMonth(interval.type);
  const operands = [implicitCast(resolution, from!, type), implicitCast(resolution, to!, type)];
  const size = interval.value;
  const emission: Emission = ([a, b], context) => {
    const at = context.variable();
    const start = `CAST(${a} AS TIMESTAMP)`;
    const end = `CAST(${b} AS TIMESTAMP)`;
    const count = months ? `(datediff('month', ${start}, ${end}) // ${size})` : `((epoch_us(${end}) - epoch_us(${start})) // ${size})`;
    const moved = months ? `${start} + to_months(CAST(${size} * ${at} AS INTEGER))` : `${start} + to_microseconds(${size} * ${at})`;
    const each = type.kind === 'date' ? `CAST(${moved} AS DATE)` : type.kind === 'timestamp' ? `CAST(${moved} AS TIMESTAMPTZ)` : moved;
    const kept = context.variable();
    return `list_filter(list_transform(range(0, ${count} + 1), lambda ${at}: ${each}), lambda ${kept}: ${kept} <= ${b})`;
  };
  return call('sequence', arrayOf(type), operands, emission, node, { pretty: (texts) => `sequence(${[...texts, ...(step === undefined ? [] : [prettyText(step)])].join(', ')})` });
}

const same = (array: TypedExpression): DataType => array.type;
const compact: Emission = ([x]) => `list_filter(${x}, lambda e: e IS NOT NULL)`;

export const ARRAY_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('array', 'array', 0, undefined, resolveArray),
  custom('array', 'size', 1, 1, resolveSize, { aliases: ['cardinality', 'array_size'] }),
  custom('array', 'element_at', 2, 2, resolveElementAt, { aliases: ['try_element_at'] }),
  custom('array', 'get', 2, 2, (given) => {
    const array = arrayOperand(given, given.arguments[0]!);
    const at = coerceInput(given.resolution, given.arguments[1]!, 'int', 1, () => 'get(…)');
    return call('get', elementType(array), [array, at], ([list, i]) => `CASE WHEN ${i} < 0 THEN NULL ELSE (${list})[${i} + 1] END`, given.node);
  }),
  withValue('array_contains', () => BOOLEAN, ([list, x]) => `spark_contains(${list}, ${x})`),
  withValue('array_position', () => BIGINT, ([list, x]) => `CASE WHEN ${list} IS NULL OR ${x} IS NULL THEN NULL ELSE CAST(coalesce(list_position(${list}, ${x}), 0) AS BIGINT) END`),
  withValue('array_remove', same, ([list, x]) => `CASE WHEN ${x} IS NULL THEN NULL ELSE list_filter(${list}, lambda e: e IS DISTINCT FROM ${x}) END`),
  withValue('array_append', same, ([list, x]) => `CASE WHEN ${list} IS NULL THEN NULL ELSE list_append(${list}, ${x}) END`),
  withValue('array_prepend', same, ([list, x]) => `CASE WHEN ${list} IS NULL THEN NULL ELSE list_prepend(${x}, ${list}) END`),
  unary('array_distinct', same, 'spark_distinct($1)'),
  unary('array_compact', same, compact),
  unary('array_max', elementType, 'list_max(list_filter($1, lambda e: e IS NOT NULL))'),
  unary('array_min', elementType, 'list_min(list_filter($1, lambda e: e IS NOT NULL))'),
  pair('array_union', same, ([a, b]) => `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE spark_distinct(list_concat(${a}, ${b})) END`),
  pair('array_intersect', same, ([a, b]) => `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE list_filter(spark_distinct(${a}), lambda z: CASE WHEN z IS NULL THEN len(list_filter(${b}, lambda y: y IS NULL)) > 0 ELSE list_contains(${b}, z) END) END`),
  pair('array_except', same, ([a, b]) => `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE list_filter(spark_distinct(${a}), lambda z: CASE WHEN z IS NULL THEN len(list_filter(${b}, lambda y: y IS NULL)) = 0 ELSE NOT list_contains(${b}, z) END) END`),
  pair('arrays_overlap', () => BOOLEAN, ([a, b]) => `spark_overlap(${a}, ${b})`),
  custom('array', 'arrays_zip', 1, undefined, resolveZip),
  custom('array', 'flatten', 1, 1, resolveConcatenated),
  custom('array', 'slice', 3, 3, resolveSlice),
  custom('array', 'sort_array', 1, 2, resolveSortArray),
  custom('array', 'array_join', 2, 3, resolveJoin),
  custom('array', 'array_repeat', 2, 2, resolveRepeat),
  custom('array', 'array_insert', 3, 3, resolveInsert),
  custom('array', 'sequence', 2, 3, resolveSequence),
  scalar('array', 'shuffle', ['array'], ([x]) => x!.type, ([x]) => `list_sort(${x}, 'ASC')`, { state: 'approximate', note: 'the order is random in Spark' }),
  scalar('map', 'map_keys', ['map'], ([m]) => arrayOf(m!.type.kind === 'map' ? m!.type.key : VOID), 'map_keys($1)'),
  scalar('map', 'map_values', ['map'], ([m]) => arrayOf(m!.type.kind === 'map' ? m!.type.value : VOID), 'map_values($1)'),
  scalar('map', 'map_entries', ['map'], ([m]) => arrayOf(m!.type.kind === 'map' ? structOf([field('key', m!.type.key, false), field('value', m!.type.value)]) : VOID), 'map_entries($1)'),
];
