import { call, literal } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, implicitCast } from '../resolver/casting.ts';
import { commonType } from '../types/coercion.ts';
import { BOOLEAN, field, mapOf, sqlName, STRING, type StructField, structOf, VOID } from '../types/dataType.ts';
import { quoteIdentifier, quoteString, toDuckDbType } from '../types/duckdbType.ts';
import { arrayOperand, elementType } from './arrays.ts';
import { commonOperands } from './comparison.ts';
import { custom, type FunctionCall, type FunctionDefinition } from './definition.ts';
import { checkRegex } from './patterns.ts';

function structText(fields: readonly StructField[]): Emission {
  return (texts) => (fields.length === 0 ? "CAST(NULL AS STRUCT(empty INTEGER))" : `struct_pack(${texts.map((text, index) => `${quoteIdentifier(fields[index]!.name)} := ${text}`).join(', ')})`);
}

/** `struct(a, b AS c)`: fields by their alias, their column's name, or `colN`. */
function resolveStruct({ arguments: given, aliases, node }: FunctionCall): TypedExpression {
  const fields = given.map((operand, index) => field(aliases[index] ?? ownName(operand) ?? `col${index + 1}`, operand.type, nullable(operand)));
  const pretty = (texts: readonly string[]): string => `struct(${texts.map((text, index) => (aliases[index] === undefined ? text : `${text} AS ${aliases[index]}`)).join(', ')})`;
  return call('struct', structOf(fields), given, structText(fields), node, { pretty });
}

function ownName(operand: TypedExpression): string | undefined {
  return operand.kind === 'column' ? operand.spelling : operand.kind === 'field' ? operand.name : undefined;
}

function nullable(operand: TypedExpression): boolean {
  return operand.kind === 'literal' ? operand.value === null : operand.kind === 'column' ? operand.attribute.nullable : true;
}

function resolveNamedStruct({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  if (given.length % 2 !== 0) return resolution.fail(node, 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { function: 'named_struct', expected: '2n (n > 0)', actual: given.length });
  const fields: StructField[] = [];
  const values: TypedExpression[] = [];
  for (let at = 0; at < given.length; at += 2) {
    const name = given[at]!;
    if (name.kind !== 'literal' || typeof name.value !== 'string') return resolution.fail(name, 'DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING', { expression: 'named_struct(…)', inputs: prettyText(name) });
    fields.push(field(name.value, given[at + 1]!.type, nullable(given[at + 1]!)));
    values.push(given[at + 1]!);
  }
  return call('named_struct', structOf(fields), values, structText(fields), node, { pretty: (texts) => `named_struct(${texts.map((text, index) => `${fields[index]!.name}, ${text}`).join(', ')})` });
}

function resolveMap({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  if (given.length % 2 !== 0) return resolution.fail(node, 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { function: 'map', expected: '2n (n > 0)', actual: given.length });
  const shown = (texts: readonly string[]): string => `map(${texts.join(', ')})`;
  const keys = commonOperands(resolution, given.filter((_, index) => index % 2 === 0), 'map', node, shown);
  const values = commonOperands(resolution, given.filter((_, index) => index % 2 === 1), 'map', node, shown);
  const type = mapOf(keys[0]?.type ?? VOID, values[0]?.type ?? VOID);
  const emission: Emission = (texts) => {
    if (keys.length === 0) return `CAST(MAP {} AS ${toDuckDbType(type)})`;
    return `MAP([${texts.slice(0, keys.length).join(', ')}], [${texts.slice(keys.length).join(', ')}])`;
  };
  const pretty = (texts: readonly string[]): string => shown(keys.flatMap((_, index) => [texts[index]!, texts[keys.length + index]!]));
  return call('map', type, [...keys, ...values], emission, node, { pretty });
}

function resolveMapFromArrays(given: FunctionCall): TypedExpression {
  const [keys, values] = given.arguments.map((operand, place) => arrayOperand(given, operand, place));
  const type = mapOf(elementType(keys!), elementType(values!));
  return call('map_from_arrays', type, [keys!, values!], ([k, v]) => `CASE WHEN ${k} IS NULL OR ${v} IS NULL THEN NULL ELSE MAP(${k}, ${v}) END`, given.node);
}

function resolveMapFromEntries(given: FunctionCall): TypedExpression {
  const entries = arrayOperand(given, given.arguments[0]!);
  const element = elementType(entries);
  if (element.kind !== 'struct' || element.fields.length !== 2) return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { expression: `map_from_entries(${prettyText(entries)})`, parameter: 'first', required: '"ARRAY" of pair "STRUCT"', input: prettyText(entries), type: sqlName(entries.type) });
  const type = mapOf(element.fields[0]!.type, element.fields[1]!.type);
  return call('map_from_entries', type, [entries], ([x]) => `CASE WHEN ${x} IS NULL THEN NULL ELSE map_from_entries(${x}) END`, given.node);
}

function resolveMapConcat({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const operands = commonOperands(resolution, given.map((operand, place) => coerceInput(resolution, operand, 'map', place, () => 'map_concat(…)')), 'map_concat', node, (texts) => `map_concat(${texts.join(', ')})`);
  const type = operands[0]?.type ?? mapOf(STRING, STRING);
  const emission: Emission = (texts) => {
    if (texts.length === 0) return 'CAST(MAP {} AS MAP(VARCHAR, VARCHAR))';
    return `CASE WHEN ${texts.map((text) => `${text} IS NULL`).join(' OR ')} THEN NULL ELSE map_from_entries(flatten([${texts.map((text) => `map_entries(${text})`).join(', ')}])) END`;
  };
  return call('map_concat', type, operands, emission, node);
}

function resolveContainsKey({ resolution, arguments: [map, key], node }: FunctionCall): TypedExpression {
  const value = coerceInput(resolution, map!, 'map', 0, () => 'map_contains_key(…)');
  if (value.type.kind !== 'map') return literal(BOOLEAN, null, node, 'map_contains_key(NULL)');
  const type = commonType(value.type.key, key!.type, resolution.ansi);
  if (type === undefined) return resolution.fail(node, 'DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES', { expression: 'map_contains_key(…)', function: 'map_contains_key', type: '"MAP"', found: `["${sqlName(value.type)}", "${sqlName(key!.type)}"]` });
  return call('map_contains_key', BOOLEAN, [value, implicitCast(resolution, key!, value.type.key)], ([m, k]) => `CASE WHEN ${m} IS NULL OR ${k} IS NULL THEN NULL ELSE list_contains(map_keys(${m}), ${k}) END`, node);
}

/** `str_to_map(text[, pairs, keyValue])` with plain separators. */
function resolveStrToMap({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const text = coerceInput(resolution, given[0]!, 'string', 0, () => 'str_to_map(…)');
  const separators = [given[1] ?? literal(STRING, ',', node), given[2] ?? literal(STRING, ':', node)];
  for (const separator of separators) {
    checkRegex(resolution, separator, 'str_to_map', node);
    if (separator.kind !== 'literal' || typeof separator.value !== 'string' || /[\\^$.|?*+()[\]{}]/.test(separator.value)) return resolution.refuse(separator, 'str_to_map by a pattern', 'only plain separators are split here');
  }
  const [outer, inner] = separators.map((separator) => quoteString(String(separator.kind === 'literal' ? separator.value : '')));
  const emission: Emission = ([s], context) => {
    const each = context.variable();
    const parts = `string_split(${s}, ${outer})`;
    const value = `CASE WHEN contains(${each}, ${inner}) THEN substring(${each}, instr(${each}, ${inner}) + length(${inner})) END`;
    return `CASE WHEN ${s} IS NULL THEN NULL ELSE map_from_entries(list_transform(${parts}, lambda ${each}: struct_pack(key := split_part(${each}, ${inner}, 1), value := ${value}))) END`;
  };
  return call('str_to_map', mapOf(STRING, STRING), [text], emission, node, { pretty: ([s]) => `str_to_map(${[s, ...separators.map(prettyText)].join(', ')})` });
}

export const MAP_AND_STRUCT_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('struct', 'struct', 0, undefined, resolveStruct),
  custom('struct', 'named_struct', 0, undefined, resolveNamedStruct),
  custom('map', 'map', 0, undefined, resolveMap),
  custom('map', 'map_from_arrays', 2, 2, resolveMapFromArrays),
  custom('map', 'map_from_entries', 1, 1, resolveMapFromEntries),
  custom('map', 'map_concat', 0, undefined, resolveMapConcat),
  custom('map', 'map_contains_key', 2, 2, resolveContainsKey),
  custom('map', 'str_to_map', 1, 3, resolveStrToMap),
];
