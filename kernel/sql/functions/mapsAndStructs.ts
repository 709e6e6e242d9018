import { call, literal } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { failInput, implicitCast } from '../resolver/casting.ts';
import { commonType, commonTypeWithoutStrings } from '../types/coercion.ts';
import { BOOLEAN, type DataType, field, isUnordered, mapOf, sqlName, STRING, type StructField, structOf, VOID } from '../types/dataType.ts';
import { quoteIdentifier, quoteString, toDuckDbType } from '../types/duckdbType.ts';
import { arrayOperand, elementType } from './arrays.ts';
import { commonOperands } from './comparison.ts';
import { custom, type FunctionCall, type FunctionDefinition } from './definition.ts';
import { checkRegex } from './patterns.ts';

function structText(fields: readonly StructField[]): Emission {
  return (texts) => (fields.length === 0 ? "CAST(NULL AS STRUCT(empty INTEGER))" : `struct_pack(${texts.map((text, index) => `${quoteIdentifier(fields[index]!.name)} := ${text}`).join(', ')})`);
}

/** `struct(a, b AS c)`: fields by their alias, their column's name, or `colN`. */
function resolveStruct({ resolution, arguments: given, aliases, node }: FunctionCall): TypedExpression {
  const fields = given.map((operand, index) => field(aliases[index] ?? ownName(operand) ?? `col${index + 1}`, operand.type, nullable(operand)));
  if (new Set(fields.map((each) => each.name.toLowerCase())).size < fields.length) return resolution.refuse(node, 'A struct with two fields of one name', 'a struct has one field of a name here');
  const pretty = (texts: readonly string[]): string => `struct(${texts.map((text, index) => (aliases[index] === undefined ? text : `${text} AS ${aliases[index]}`)).join(', ')})`;
  return call('struct', structOf(fields), given, structText(fields), node, { pretty });
}

function ownName(operand: TypedExpression): string | undefined {
  return operand.kind === 'column' ? operand.spelling : operand.kind === 'field' ? operand.name : operand.kind === 'variable' ? operand.variable.name : undefined;
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
  if (new Set(fields.map((each) => each.name.toLowerCase())).size < fields.length) return resolution.refuse(node, 'A struct with two fields of one name', 'a struct has one field of a name here');
  return call('named_struct', structOf(fields), values, structText(fields), node, { pretty: (texts) => `named_struct(${texts.map((text, index) => `${fields[index]!.name}, ${text}`).join(', ')})` });
}

function resolveMap({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  if (given.length % 2 !== 0) return resolution.fail(node, 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { function: 'map', expected: '2n (n > 0)', actual: given.length });
  const shown = (texts: readonly string[]): string => `map(${texts.join(', ')})`;
  const keys = commonOperands(resolution, given.filter((_, index) => index % 2 === 0), 'map', node, shown);
  const values = commonOperands(resolution, given.filter((_, index) => index % 2 === 1), 'map', node, shown);
  const type = mapOf(keys[0]?.type ?? VOID, values[0]?.type ?? VOID);
  if (isUnordered(type.key)) return resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE', { expression: shown(given.map(prettyText)), keyType: sqlName(type.key) });
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
  return call('map_from_arrays', type, [keys!, values!], ([k, v], context) => `CASE WHEN ${k} IS NULL OR ${v} IS NULL THEN NULL WHEN len(${k}) <> len(${v}) THEN ${context.error('UNSUPPORTED_FEATURE.LOCAL_ENGINE', "'map_from_arrays of arrays of other lengths'")} ELSE MAP(${k}, ${v}) END`, given.node);
}

function resolveMapFromEntries(given: FunctionCall): TypedExpression {
  const entries = arrayOperand(given, given.arguments[0]!);
  const element = elementType(entries);
  if (element.kind !== 'struct' || element.fields.length !== 2) return failInput(given.resolution, given.node, entries, { expression: `map_from_entries(${prettyText(entries)})`, parameter: 'first', required: '"ARRAY" of pair "STRUCT"' });
  const type = mapOf(element.fields[0]!.type, element.fields[1]!.type);
  return call('map_from_entries', type, [entries], ([x], context) => {
    const each = context.variable();
    return `CASE WHEN ${x} IS NULL OR len(list_filter(${x}, lambda ${each}: ${each} IS NULL)) > 0 THEN NULL ELSE map_from_entries(${x}) END`;
  }, given.node);
}

function resolveMapConcat({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const shown = (texts: readonly string[]): string => `map_concat(${texts.join(', ')})`;
  if (given.some((operand) => operand.type.kind !== 'map')) return resolution.fail(node, 'DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES', { expression: shown(given.map(prettyText)), function: 'map_concat', found: given.map((operand) => `"${sqlName(operand.type)}"`).join(', ') });
  const common = resolution.ansi ? commonTypeWithoutStrings : commonType;
  const type = given.map((operand) => operand.type).reduce<DataType | undefined>((left, right) => left && common(left, right, resolution.ansi), given[0]?.type ?? mapOf(STRING, STRING));
  if (type === undefined) return resolution.fail(node, 'DATATYPE_MISMATCH.DATA_DIFF_TYPES', { expression: shown(given.map(prettyText)), function: 'map_concat', types: `(${given.map((operand) => `"${sqlName(operand.type)}"`).join(' or ')})` });
  const operands = given.map((operand) => implicitCast(resolution, operand, type));
  const emission: Emission = (texts) => {
    if (texts.length === 0) return 'CAST(MAP {} AS MAP(VARCHAR, VARCHAR))';
    return `CASE WHEN ${texts.map((text) => `${text} IS NULL`).join(' OR ')} THEN NULL ELSE map_from_entries(flatten([${texts.map((text) => `map_entries(${text})`).join(', ')}])) END`;
  };
  return call('map_concat', type, operands, emission, node);
}

function resolveContainsKey({ resolution, arguments: [map, key], node }: FunctionCall): TypedExpression {
  const expression = `map_contains_key(${prettyText(map!)}, ${prettyText(key!)})`;
  if (map!.type.kind === 'void' || key!.type.kind === 'void') return resolution.fail(node, 'DATATYPE_MISMATCH.NULL_TYPE', { expression, function: 'map_contains_key' });
  const type = map!.type.kind === 'map' ? commonTypeWithoutStrings(map!.type.key, key!.type, resolution.ansi) : undefined;
  if (map!.type.kind !== 'map' || type === undefined) return resolution.fail(node, 'DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES', { expression, function: 'map_contains_key', type: '"MAP"', found: `["${sqlName(map!.type)}", "${sqlName(key!.type)}"]` });
  const operands = [implicitCast(resolution, map!, mapOf(type, map!.type.value)), implicitCast(resolution, key!, type)];
  return call('map_contains_key', BOOLEAN, operands, ([m, k]) => `CASE WHEN ${m} IS NULL OR ${k} IS NULL THEN NULL ELSE list_contains(map_keys(${m}), ${k}) END`, node);
}

/** `str_to_map(text[, pairs, keyValue])`: separators are patterns. */
function resolveStrToMap({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const shown = (texts: readonly string[]): string => `str_to_map(${texts.join(', ')})`;
  const all = [given[0]!, given[1] ?? literal(STRING, ',', node), given[2] ?? literal(STRING, ':', node)];
  for (const [place, operand] of all.entries()) {
    if (operand.type.kind !== 'string' && operand.type.kind !== 'void') return failInput(resolution, node, operand, { expression: shown(all.map(prettyText)), parameter: ['first', 'second', 'third'][place]!, required: '"STRING"' });
    if (place === 0) continue;
    checkRegex(resolution, operand, 'str_to_map', node);
    if (operand.kind !== 'literal') return resolution.refuse(operand, 'A separator of str_to_map that is no constant', 'it decides how the text is split');
  }
  const [text, outer, inner] = all.map((operand) => implicitCast(resolution, operand, STRING));
  const emission: Emission = ([s], context) => {
    if ([outer!, inner!].some((separator) => separator.kind === 'literal' && separator.value === null)) return 'CAST(NULL AS MAP(VARCHAR, VARCHAR))';
    const each = context.variable();
    const [pairs, halves] = [separatorText(outer!), separatorText(inner!)];
    const parts = pairs.plain ? `string_split(${s}, ${pairs.text})` : `string_split_regex(${s}, ${pairs.text})`;
    const key = halves.plain ? `split_part(${each}, ${halves.text}, 1)` : `string_split_regex(${each}, ${halves.text})[1]`;
    const found = halves.plain ? `contains(${each}, ${halves.text})` : `regexp_matches(${each}, ${halves.text})`;
    const between = halves.plain ? halves.text : `regexp_extract(${each}, ${halves.text})`;
    return `CASE WHEN ${s} IS NULL THEN NULL ELSE map_from_entries(list_transform(${parts}, lambda ${each}: struct_pack(key := ${key}, value := CASE WHEN ${found} THEN substring(${each}, length(${key}) + length(${between}) + 1) END))) END`;
  };
  return call('str_to_map', mapOf(STRING, STRING), [text!], emission, node, { pretty: ([s]) => shown([s!, ...all.slice(1).map(prettyText)]) });
}

function separatorText(separator: TypedExpression): { readonly text: string; readonly plain: boolean } {
  const value = separator.kind === 'literal' ? String(separator.value) : '';
  return { text: quoteString(value), plain: !/[\\^$.|?*+()[\]{}]/.test(value) };
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
