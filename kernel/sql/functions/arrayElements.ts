import { call, literal } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, implicitCast } from '../resolver/casting.ts';
import { commonTypeWithoutStrings } from '../types/coercion.ts';
import { arrayOf, BIGINT, BOOLEAN, type DataType, INT, isIntegral, isUnordered, sqlName, STRING } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { arrayOperand, elementType } from './arrays.ts';
import { boundedCount, custom, type FunctionCall, type FunctionDefinition, unexpected } from './definition.ts';

/** The class of arrays and values of types that do not go together. */
function failTypes(given: FunctionCall, array: TypedExpression, value: TypedExpression): never {
  return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES', { expression: `${given.name}(${given.arguments.map(prettyText).join(', ')})`, function: given.name, found: `["${sqlName(array.type)}", "${sqlName(value.type)}"]` });
}

/** An array and a value of its elements' type, in their common type; strings are not read for it. */
function withElement(given: FunctionCall, value: TypedExpression): [TypedExpression, TypedExpression] {
  const { resolution } = given;
  const array = given.arguments[0]!;
  if (array.type.kind !== 'array') {
    if (array.type.kind === 'void' && given.name === 'array_contains') return failNull(given);
    return unexpected(given, array, 'first', '"ARRAY"');
  }
  const type = commonTypeWithoutStrings(elementType(array), value.type, resolution.ansi);
  if (type === undefined) return failTypes(given, array, value);
  return [implicitCast(resolution, array, arrayOf(type)), implicitCast(resolution, value, type)];
}

function failNull(given: FunctionCall): never {
  return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.NULL_TYPE', { expression: `${given.name}(${given.arguments.map(prettyText).join(', ')})`, function: given.name });
}

interface ValueOptions {
  /** Elements are compared, which maps cannot be. */
  readonly compares: boolean;
}

function withValue(name: string, returns: (array: TypedExpression) => DataType, emission: Emission, { compares }: ValueOptions): FunctionDefinition {
  return custom('array', name, 2, 2, (given) => {
    const value = given.arguments[1]!;
    if (name === 'array_contains' && value.type.kind === 'void') return failNull(given);
    const operands = withElement(given, value);
    const element = elementType(operands[0]);
    if (compares && isUnordered(element)) return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { expression: `${name}(${given.arguments.map(prettyText).join(', ')})`, function: name, type: sqlName(element) });
    return call(name, returns(operands[0]), operands, emission, given.node);
  });
}

function resolveInsert(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [, place, value] = given.arguments;
  if (!isIntegral(place!.type) && place!.type.kind !== 'void') return unexpected(given, place!, 'second', '"INT"');
  const [array, element] = withElement(given, value!);
  const operands = [array, implicitCast(resolution, place!, INT), element];
  const emission: Emission = ([list, at, x], context) => {
    const zero = context.error('INVALID_INDEX_OF_ZERO', "'The index 0 is invalid.'");
    const tooLong = context.error('COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION', `abs(${at}::BIGINT)`);
    return `CASE WHEN ${list} IS NULL OR ${at} IS NULL THEN NULL WHEN ${at} = 0 THEN ${zero} WHEN abs(${at}::BIGINT) > 2147483632 THEN ${tooLong} ELSE spark_array_insert(${list}, ${at}, ${x}) END`;
  };
  return call('array_insert', array.type, operands, emission, node);
}

function resolveRepeat(given: FunctionCall): TypedExpression {
  const [value, count] = given.arguments;
  if (!isIntegral(count!.type) && count!.type.kind !== 'void') return unexpected(given, count!, 'second', '"INT"');
  const times = implicitCast(given.resolution, count!, INT);
  return call('array_repeat', arrayOf(value!.type), [value!, times], ([x, n], context) => `CASE WHEN ${n} IS NOT NULL THEN list_transform(range(greatest(${boundedCount(n!, context)}, 0)), lambda ${context.variable()}: ${x}) END`, given.node);
}

function resolveGet(given: FunctionCall): TypedExpression {
  const array = arrayOperand(given, given.arguments[0]!);
  const at = given.arguments[1]!;
  if (!isIntegral(at.type) && at.type.kind !== 'void') return unexpected(given, at, 'second', '"INTEGRAL"');
  return call('get', elementType(array), [array, at.type.kind === 'void' ? literal(INT, null, at) : at], ([list, i]) => `CASE WHEN ${i} < 0 THEN NULL ELSE (${list})[${i} + 1] END`, given.node);
}

function resolveJoin(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [first, separator, replacement] = given.arguments;
  const list = coerceInput(resolution, first!, 'array', 0, () => 'array_join(…)');
  if (['array', 'map', 'struct', 'variant'].includes(elementType(list).kind)) return unexpected(given, first!, 'first', '"ARRAY<STRING>"');
  const operands = [implicitCast(resolution, list, arrayOf(STRING)), coerceInput(resolution, separator!, 'string', 1, () => 'array_join(…)')];
  if (replacement !== undefined) operands.push(coerceInput(resolution, replacement, 'string', 2, () => 'array_join(…)'));
  const constant = operands[1]!.kind === 'literal' && operands[1]!.value !== null ? quoteString(String(operands[1]!.value)) : undefined;
  const emission: Emission = ([items, between, missing], context) => {
    const [x, y] = [context.variable(), context.variable()];
    const kept = missing === undefined ? `list_filter(${items}, lambda ${x}: ${x} IS NOT NULL)` : `list_transform(${items}, lambda ${x}: coalesce(${x}, ${missing}))`;
    // DuckDB joins by constants alone.
    const joined = constant === undefined ? `CASE WHEN len(${kept}) > 0 THEN list_reduce(${kept}, lambda ${x}, ${y}: ${x} || ${between} || ${y}) END` : `array_to_string(${kept}, ${constant})`;
    const known = [items, between, ...(missing === undefined ? [] : [missing])].map((text) => `${text} IS NOT NULL`).join(' AND ');
    return `CASE WHEN ${known} THEN coalesce(${joined}, '') END`;
  };
  return call('array_join', STRING, operands, emission, node);
}

const same = (array: TypedExpression): DataType => array.type;

/** Functions of an array and one value, or one place. */
export const ARRAY_ELEMENT_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('array', 'get', 2, 2, resolveGet),
  withValue('array_contains', () => BOOLEAN, ([list, x]) => `spark_contains(${list}, ${x})`, { compares: true }),
  withValue('array_position', () => BIGINT, ([list, x]) => `CASE WHEN ${list} IS NULL OR ${x} IS NULL THEN NULL ELSE CAST(coalesce(list_position(${list}, ${x}), 0) AS BIGINT) END`, { compares: true }),
  withValue('array_remove', same, ([list, x], context) => {
    const each = context.variable();
    return `CASE WHEN ${x} IS NULL THEN NULL ELSE list_filter(${list}, lambda ${each}: ${each} IS DISTINCT FROM ${x}) END`;
  }, { compares: true }),
  withValue('array_append', same, ([list, x]) => `CASE WHEN ${list} IS NULL THEN NULL ELSE list_append(${list}, ${x}) END`, { compares: false }),
  withValue('array_prepend', same, ([list, x]) => `CASE WHEN ${list} IS NULL THEN NULL ELSE list_prepend(${x}, ${list}) END`, { compares: false }),
  custom('array', 'array_join', 2, 3, resolveJoin),
  custom('array', 'array_repeat', 2, 2, resolveRepeat),
  custom('array', 'array_insert', 3, 3, resolveInsert),
];
