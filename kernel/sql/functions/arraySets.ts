import { call } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { implicitCast } from '../resolver/casting.ts';
import { commonTypeWithoutStrings } from '../types/coercion.ts';
import { BOOLEAN, type DataType, isUnordered, sqlName } from '../types/dataType.ts';
import { arrayOperand, elementType } from './arrays.ts';
import { orderedText } from './comparison.ts';
import { custom, type FunctionCall, type FunctionDefinition, unexpected } from './definition.ts';

/** Elements are compared: maps cannot be. */
function checkComparable(given: FunctionCall, array: TypedExpression): void {
  const element = elementType(array);
  if (isUnordered(element)) given.resolution.fail(given.node, 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { expression: `${given.name}(${given.arguments.map(prettyText).join(', ')})`, function: given.name, type: sqlName(element) });
}

function unary(name: string, compares: boolean, returns: (array: TypedExpression) => DataType, emission: (list: string, element: DataType, context: Parameters<Emission>[1]) => string): FunctionDefinition {
  return custom('array', name, 1, 1, (given) => {
    const array = arrayOperand(given, given.arguments[0]!);
    if (compares) checkComparable(given, array);
    return call(name, returns(array), [array], ([x], context) => emission(x!, elementType(array), context), given.node, { pretty: ([x]) => `${given.name}(${x})` });
  });
}

/** Two arrays in their common type; strings are not read for it. */
function pair(name: string, returns: (array: TypedExpression) => DataType, emission: Emission): FunctionDefinition {
  return custom('array', name, 2, 2, (given) => {
    const { resolution, node } = given;
    const [left, right] = given.arguments;
    const type = left!.type.kind === 'void' || right!.type.kind === 'void' ? oneKnown(left!, right!) : commonTypeWithoutStrings(left!.type, right!.type, resolution.ansi);
    if (type?.kind !== 'array') return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES', { expression: `${name}(${prettyText(left!)}, ${prettyText(right!)})`, function: name, left: sqlName(left!.type), right: sqlName(right!.type) });
    const operands = [left!, right!].map((operand) => implicitCast(resolution, operand, type));
    checkComparable(given, operands[0]!);
    return call(name, returns(operands[0]!), operands, emission, node);
  });
}

function oneKnown(left: TypedExpression, right: TypedExpression): DataType {
  return left.type.kind === 'void' ? right.type : left.type;
}

/** A sorted array. Inside of nested values Spark puts NULL first, DuckDB last: those are sorted by a key beside them. */
export function sortedText(list: string, element: DataType, descending: boolean, nullsFirst: boolean, context: Parameters<Emission>[1]): string {
  const direction = descending ? 'DESC' : 'ASC';
  if (element.kind !== 'array' && element.kind !== 'struct') return `list_sort(${list}, '${direction}', 'NULLS ${nullsFirst ? 'FIRST' : 'LAST'}')`;
  const [each, pair] = [context.variable(), context.variable()];
  const place = nullsFirst === descending ? `${each} IS NULL` : `${each} IS NOT NULL`;
  const keyed = `list_transform(${list}, lambda ${each}: {'n': ${place}, 'k': ${orderedText(each, element, context)}, 'v': ${each}})`;
  return `list_transform(list_sort(${keyed}, '${direction}'), lambda ${pair}: ${pair}.v)`;
}

function resolveSortArray(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [first, ascending] = given.arguments;
  if (first!.type.kind !== 'array') return first!.type.kind === 'void' ? first! : unexpected(given, first!, 'first', '"ARRAY"');
  checkComparable(given, first!);
  if (ascending !== undefined && ascending.type.kind !== 'boolean') return unexpected(given, ascending, 'second', '"BOOLEAN"');
  if (ascending !== undefined && (ascending.kind !== 'literal' || ascending.value === null)) return resolution.fail(node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression: `sort_array(${given.arguments.map(prettyText).join(', ')})`, input: 'ascendingOrder', type: '"BOOLEAN"' });
  const up = ascending === undefined || (ascending.kind === 'literal' && ascending.value === true);
  const element = elementType(first!);
  return call('sort_array', first!.type, [first!], ([x], context) => sortedText(x!, element, !up, up, context), node, { pretty: ([x]) => `sort_array(${x}, ${up})` });
}

function extreme(name: 'array_max' | 'array_min'): FunctionDefinition {
  return unary(name, true, elementType, (list, element, context) => {
    const each = context.variable();
    const present = `list_filter(${list}, lambda ${each}: ${each} IS NOT NULL)`;
    if (element.kind === 'array' || element.kind === 'struct') return `(${sortedText(present, element, name === 'array_max', false, context)})[1]`;
    return `${name === 'array_max' ? 'list_max' : 'list_min'}(${present})`;
  });
}

const same = (array: TypedExpression): DataType => array.type;
/** Elements of the first array that are in the second, or are not. */
function kept(a: string, b: string, inside: boolean, context: Parameters<Emission>[1]): string {
  const [z, y] = [context.variable(), context.variable()];
  const nulls = `len(list_filter(${b}, lambda ${y}: ${y} IS NULL)) ${inside ? '> 0' : '= 0'}`;
  return `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE list_filter(spark_distinct(${a}), lambda ${z}: CASE WHEN ${z} IS NULL THEN ${nulls} ELSE ${inside ? '' : 'NOT '}list_contains(${b}, ${z}) END) END`;
}

/** Arrays as sets, and in order. */
export const ARRAY_SET_FUNCTIONS: readonly FunctionDefinition[] = [
  unary('array_distinct', true, same, (list) => `spark_distinct(${list})`),
  unary('array_compact', false, same, (list, _, context) => {
    const each = context.variable();
    return `list_filter(${list}, lambda ${each}: ${each} IS NOT NULL)`;
  }),
  extreme('array_max'),
  extreme('array_min'),
  pair('array_union', same, ([a, b]) => `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE spark_distinct(list_concat(${a}, ${b})) END`),
  pair('array_intersect', same, ([a, b], context) => kept(a!, b!, true, context)),
  pair('array_except', same, ([a, b], context) => kept(a!, b!, false, context)),
  pair('arrays_overlap', () => BOOLEAN, ([a, b]) => `spark_overlap(${a}, ${b})`),
  custom('array', 'sort_array', 1, 2, resolveSortArray),
];
