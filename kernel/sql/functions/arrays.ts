import { call } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, failInput, implicitCast } from '../resolver/casting.ts';
import { commonTypeWithoutStrings } from '../types/coercion.ts';
import { arrayOf, type DataType, INT, mapOf, type MapType, sqlName, structOf, field, VOID } from '../types/dataType.ts';
import { quoteIdentifier, toDuckDbType } from '../types/duckdbType.ts';
import { indexMessage, mapValue } from './access.ts';
import { commonOperands } from './comparison.ts';
import { custom, type FunctionCall, type FunctionDefinition } from './definition.ts';

/** An argument that must be an array; NULL counts as an empty kind of one. */
export function arrayOperand({ resolution, name }: FunctionCall, operand: TypedExpression, place = 0): TypedExpression {
  const value = coerceInput(resolution, operand, 'array', place, () => `${name}(…)`);
  return value.type.kind === 'void' ? implicitCast(resolution, value, arrayOf(VOID)) : value;
}

export function elementType(array: TypedExpression): DataType {
  return array.type.kind === 'array' ? array.type.element : VOID;
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
  if (base!.type.kind === 'map') {
    if (commonTypeWithoutStrings(base!.type.key, index!.type, resolution.ansi) === undefined) return resolution.fail(node, 'DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES', { expression: pretty([prettyText(base!), prettyText(index!)]), function: name, type: '"MAP"', found: `["${sqlName(base!.type)}", "${sqlName(index!.type)}"]` });
    return mapValue(resolution, base!, base!.type, index!, node, pretty);
  }
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
  if (inner.kind !== 'array') return failInput(resolution, node, nested, { expression: `flatten(${prettyText(nested)})`, parameter: 'first', required: '"ARRAY" of "ARRAY"' });
  return call('flatten', inner, [nested], ([x]) => `spark_list_cat(${x})`, node);
}

function resolveZip(zip: FunctionCall): TypedExpression {
  const { resolution, arguments: given, node } = zip;
  if (given.length === 0) return resolution.refuse(node, 'arrays_zip of nothing', 'a struct has fields here');
  const arrays = given.map((operand, place) => arrayOperand(zip, operand, place));
  const written = arrays.map((array, index) => (array.kind === 'column' ? array.spelling : array.kind === 'field' ? array.name : String(index)));
  if (new Set(written.map((each) => each.toLowerCase())).size < written.length) return resolution.refuse(node, 'arrays_zip of arrays of one name', 'a struct has one field of a name here');
  const type = arrayOf(structOf(arrays.map((array, index) => field(written[index]!, elementType(array)))));
  const names = type.element.kind === 'struct' ? type.element.fields.map((each) => each.name) : [];
  const emission: Emission = (texts, context) => {
    const at = context.variable();
    const longest = texts.length === 1 ? `len(${texts[0]})` : `greatest(${texts.map((text) => `len(${text})`).join(', ')})`;
    const missing = texts.map((text) => `${text} IS NULL`).join(' OR ');
    return `CASE WHEN ${missing} THEN NULL ELSE list_transform(range(1, ${longest} + 1), lambda ${at}: struct_pack(${texts.map((text, index) => `${quoteIdentifier(names[index]!)} := (${text})[${at}]`).join(', ')})) END`;
  };
  return call('arrays_zip', type, arrays, emission, node);
}

function resolveSlice(given: FunctionCall): TypedExpression {
  const array = arrayOperand(given, given.arguments[0]!);
  const operands = [array, ...given.arguments.slice(1).map((operand, place) => coerceInput(given.resolution, operand, 'int', place + 1, () => 'slice(…)'))];
  return call('slice', array.type, operands, ([list, from, count]) => `spark_slice(${list}, ${from}, ${count})`, given.node);
}

function resolveShuffle(given: FunctionCall): TypedExpression {
  const array = arrayOperand(given, given.arguments[0]!);
  return call('shuffle', array.type, [array], ([x]) => `CAST(list_sort(${x}, 'ASC') AS ${toDuckDbType(array.type)})`, given.node); // of a NULL DuckDB makes a number
}

/** A function of a map that DuckDB has by the same name; NULL counts as a map of nothing. */
function ofMap(name: string, type: (map: MapType) => DataType): FunctionDefinition {
  return custom('map', name, 1, 1, ({ resolution, arguments: [given], node }) => {
    const value = coerceInput(resolution, given!, 'map', 0, () => `${name}(…)`);
    const map: MapType = value.type.kind === 'map' ? value.type : mapOf(VOID, VOID);
    return call(name, type(map), [value.type.kind === 'map' ? value : implicitCast(resolution, value, map)], ([x]) => `${name}(${x})`, node);
  });
}

export const ARRAY_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('array', 'array', 0, undefined, resolveArray),
  custom('array', 'size', 1, 1, resolveSize, { aliases: ['cardinality', 'array_size'] }),
  custom('array', 'element_at', 2, 2, resolveElementAt, { aliases: ['try_element_at'] }),
  custom('array', 'arrays_zip', 0, undefined, resolveZip),
  custom('array', 'flatten', 1, 1, resolveConcatenated),
  custom('array', 'slice', 3, 3, resolveSlice),
  custom('array', 'shuffle', 1, 1, resolveShuffle, { state: 'approximate', note: 'the order is random in Spark' }),
  ofMap('map_keys', ({ key }) => arrayOf(key)),
  ofMap('map_values', ({ value }) => arrayOf(value)),
  ofMap('map_entries', ({ key, value }) => arrayOf(structOf([field('key', key, false), field('value', value)]))),
];
