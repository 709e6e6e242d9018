import { call, literal } from '../plan/build.ts';
import type { Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { parseSchemaText } from '../parse.ts';
import { coerceInput, implicitCast } from '../resolver/casting.ts';
import { arrayOf, BOOLEAN, type DataType, INT, sameType, sqlName, STRING, type StructField, VARIANT } from '../types/dataType.ts';
import { quoteIdentifier, quoteString, toDuckDbType } from '../types/duckdbType.ts';
import { isoText } from './datetimePatterns.ts';
import { custom, type FunctionCall, type FunctionDefinition, scalar, unexpected } from './definition.ts';
import { jsonPath, schemaOfJson } from './jsonText.ts';
import { isUtc } from './temporalArithmetic.ts';
import { castVerdict } from '../types/coercion.ts';
import { castText, stringText, fieldText, fromVariant } from '../emitter/casts.ts';
import { jsonText } from '../emitter/variantCasts.ts';
import { variantPath } from './javascript/variants.ts';

function constantText(given: FunctionCall, operand: TypedExpression, what: string): string {
  if (operand.kind === 'literal' && typeof operand.value === 'string') return operand.value;
  return given.resolution.refuse(operand, `${what} of ${given.name} that is no constant`, 'it is read before the statement runs');
}

/** An argument that has to be a text: nothing is cast to one here. */
export function textOperand(given: FunctionCall, place: number): TypedExpression {
  const operand = given.arguments[place]!;
  if (operand.type.kind !== 'string' && operand.type.kind !== 'void') return unexpected(given, operand, place === 0 ? 'first' : 'second', '"STRING"');
  return implicitCast(given.resolution, operand, STRING);
}

/** Numbers and words that DuckDB prints, or takes, otherwise. */
const UNLIKE = '(?i)nan|inf|[0-9]{7}|[0-9]e[-+]?[0-9]|0[.]00';

function resolveGetJson(given: FunctionCall): TypedExpression {
  const [json, path] = [textOperand(given, 0), textOperand(given, 1)];
  const written = path.kind === 'literal' && typeof path.value === 'string' ? path.value : undefined;
  const plain = written === undefined || /[\s[*]/.test(written) ? undefined : jsonPath(written);
  const emission: Emission = ([j, p]) => {
    const read = `js_get_json(${j}, ${p})`;
    // DuckDB's own reader is faster where it reads the same.
    return plain === undefined || written === '$' ? read : `CASE WHEN json_valid(${j}) AND NOT regexp_matches(${j}, '${UNLIKE}') THEN json_extract_string(${j}, ${quoteString(plain.text)}) ELSE ${read} END`;
  };
  return call('get_json_object', STRING, [json, path], emission, given.node);
}

/** The schema argument of from_json and from_csv: a text, or schema_of_json over a constant. */
export function schemaOf(given: FunctionCall): DataType {
  const operand = given.arguments[1]!;
  if (operand.kind !== 'literal' || typeof operand.value !== 'string') return given.resolution.fail(given.node, 'INVALID_SCHEMA.NON_STRING_LITERAL', { schema: prettyText(operand) });
  return parseSchemaText(operand.value);
}

/** Options that change what is read and are not followed here. */
const UNREAD_OPTIONS = new Set(['dateformat', 'timestampformat', 'timestampntzformat', 'timezone', 'locale', 'linesep', 'multiline', 'encoding', 'charset']);

/** The options of a call as a map of constants; names in lower case. */
export function optionsOf(given: FunctionCall, place: number): ReadonlyMap<string, string> {
  const { resolution, name } = given;
  const operand = given.arguments[place];
  if (operand === undefined) return new Map();
  if (operand.kind !== 'call' || operand.name !== 'map') return resolution.fail(operand, 'INVALID_OPTIONS.NON_MAP_FUNCTION', {});
  if (operand.type.kind === 'map' && (operand.type.key.kind !== 'string' || operand.type.value.kind !== 'string')) return resolution.fail(operand, 'INVALID_OPTIONS.NON_STRING_TYPE', { mapType: sqlName(operand.type) });
  const texts = operand.operands.map((each) => (each.kind === 'literal' && typeof each.value === 'string' ? each.value : resolution.refuse(each, `An option of ${name} that is no constant text`, 'it is read before the statement runs')));
  const half = texts.length / 2;
  const options = new Map(texts.slice(0, half).map((key, index) => [key.toLowerCase(), texts[half + index]!]));
  for (const key of options.keys()) if (UNREAD_OPTIONS.has(key)) resolution.refuse(operand, `The option ${key} of ${name}`, 'it is not followed here');
  if (options.get('mode')?.toUpperCase() === 'DROPMALFORMED') return resolution.fail(given.node, 'PARSE_MODE_UNSUPPORTED', { function: name, mode: 'DROPMALFORMED' });
  return options;
}

/** The type as JSON is cast to it: moments stay texts, which are read in the session's zone, bytes Base64, variants packed. */
function rawType(type: DataType): DataType {
  switch (type.kind) {
    case 'timestamp':
    case 'timestamp_ntz':
    case 'binary':
    case 'variant':
      return STRING;
    case 'array':
      return { ...type, element: rawType(type.element) };
    case 'map':
      return { ...type, value: rawType(type.value) };
    case 'struct':
      return { ...type, fields: type.fields.map((each) => ({ ...each, type: rawType(each.type) })) };
    default:
      return type;
  }
}

/** A value of the raw type as one of the type. */
function settled(text: string, type: DataType, context: EmissionContext): string {
  if (sameType(rawType(type), type)) return text;
  const each = context.variable();
  switch (type.kind) {
    case 'binary':
      return `from_base64(${text})`;
    case 'variant':
      return `js_unpack_variant(${text})`;
    case 'array':
      return `list_transform(${text}, lambda ${each}: ${settled(each, type.element, context)})`;
    case 'map':
      return `CASE WHEN ${text} IS NOT NULL THEN map_from_entries(list_transform(map_entries(${text}), lambda ${each}: struct_pack(key := ${each}.key, value := ${settled(`${each}.value`, type.value, context)}))) END`;
    case 'struct':
      return `CASE WHEN ${text} IS NOT NULL THEN struct_pack(${type.fields.map((field) => `${quoteIdentifier(field.name)} := ${settled(fieldText(text, field.name), field.type, context)}`).join(', ')}) END`;
    default:
      return castText(text, STRING, type, 'try', context);
  }
}

/** What no JSON value can become. */
function checkJsonType(given: FunctionCall, type: DataType): void {
  const { resolution, node } = given;
  if (type.kind === 'interval') resolution.refuse(node, 'An interval in a schema', 'its texts are not read here');
  if (type.kind === 'map' && type.key.kind !== 'string') resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_JSON_MAP_KEY_TYPE', { expression: `${given.name}(${prettyText(given.arguments[0]!)})`, schema: sqlName(type) });
  if (type.kind === 'map') checkJsonType(given, type.value);
  if (type.kind === 'array') checkJsonType(given, type.element);
  if (type.kind === 'struct') for (const each of type.fields) checkJsonType(given, each.type);
}

function resolveFromJson(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const json = textOperand(given, 0);
  const type = schemaOf(given);
  if (type.kind !== 'struct' && type.kind !== 'array' && type.kind !== 'map' && type.kind !== 'variant') return resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', { expression: 'from_json(…)', schema: sqlName(type) });
  checkJsonType(given, type);
  const chosen = optionsOf(given, 2);
  const strict = chosen.get('mode')?.toUpperCase() === 'FAILFAST';
  return call('from_json', type, [json], parsedRecord('js_from_json', type, chosen, strict), node, { pretty: ([j]) => `from_json(${j})` });
}

/**
 * A text read as a record by a function that gives the record's raw form as JSON.
 * @param strict whether a malformed text fails the statement
 */
export function parsedRecord(reader: string, type: DataType, options: ReadonlyMap<string, string>, strict: boolean): Emission {
  const packed = quoteString([...options].map(([key, value]) => `${key}=${value}`).join('\n'));
  const raw = rawType(type);
  return ([text], context) => {
    const json = `${reader}(${text}, ${quoteString(sqlName(type))}, ${packed})`;
    const checked = strict ? `CASE WHEN ${json} = 'malformed' THEN ${context.error('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', text!)} ELSE ${json} END` : json;
    const read = `CAST(CAST(${checked} AS JSON) AS ${toDuckDbType(raw)})`;
    if (sameType(raw, type)) return read;
    const value = context.variable();
    return `list_transform([${read}], lambda ${value}: ${settled(value, type, context)})[1]`;
  };
}

/** A value that JSON writes in one way. */
function plainJsonText(text: string, type: DataType): string {
  if (type.kind === 'string') return `CAST(to_json(${text}) AS VARCHAR)`;
  if (type.kind === 'binary') return `('"' || to_base64(${text}) || '"')`;
  return `CASE WHEN isfinite(${text}) THEN spark_dbl_str(${text}) ELSE '"' || spark_dbl_str(${text}) || '"' END`;
}

/** A value as Spark's JSON text: NULL fields of structs are left out. */
function toJsonText(text: string, type: DataType, context: EmissionContext, nulls = false): string {
  switch (type.kind) {
    case 'string':
    case 'float':
    case 'double':
    case 'binary':
      return plainJsonText(text, type);
    case 'date':
      return `('"' || ${stringText(text, type, context)} || '"')`;
    case 'timestamp':
      return `('"' || (${isoText(`CAST(${text} AS TIMESTAMP)`)}) || 'Z"')`;
    case 'timestamp_ntz':
      return `('"' || (${isoText(text)}) || '"')`;
    case 'interval':
      return `('"' || ${stringText(text, type, context)} || '"')`;
    case 'variant':
      return jsonText(text, context);
    case 'array': {
      const each = context.variable();
      return `('[' || array_to_string(list_transform(${text}, lambda ${each}: coalesce(${toJsonText(each, type.element, context, nulls)}, 'null')), ',') || ']')`;
    }
    case 'map': {
      const each = context.variable();
      const key = keyText(`${each}.key`, type.key, context);
      return `('{' || array_to_string(list_transform(map_entries(${text}), lambda ${each}: ${key} || ':' || coalesce(${toJsonText(`${each}.value`, type.value, context, nulls)}, 'null')), ',') || '}')`;
    }
    case 'struct': {
      const value = (field: StructField): string => toJsonText(fieldText(text, field.name), field.type, context, nulls);
      const fields = type.fields.map((field) => `${quoteString(`${JSON.stringify(field.name)}:`)} || ${nulls ? `coalesce(${value(field)}, 'null')` : value(field)}`);
      return `CASE WHEN ${text} IS NOT NULL THEN '{' || concat_ws(',', ${fields.join(', ')}) || '}' END`;
    }
    default:
      return `CAST(${text} AS VARCHAR)`;
  }
}

/** A map's key: Spark writes moments as their numbers. */
function keyText(text: string, type: DataType, context: EmissionContext): string {
  if (type.kind === 'string') return `CAST(to_json(${text}) AS VARCHAR)`;
  const shown = type.kind === 'date' ? `CAST(${text} - DATE '1970-01-01' AS VARCHAR)` : type.kind === 'timestamp' || type.kind === 'timestamp_ntz' ? `CAST(epoch_us(${text}) AS VARCHAR)` : stringText(text, type, context);
  return `('"' || ${shown} || '"')`;
}

function hasKeyOf(type: DataType, kinds: readonly string[]): boolean {
  if (type.kind === 'array') return hasKeyOf(type.element, kinds);
  if (type.kind === 'map') return kinds.includes(type.key.kind) || hasKeyOf(type.value, kinds);
  return type.kind === 'struct' && type.fields.some((each) => hasKeyOf(each.type, kinds));
}

function hasTimestamp(type: DataType): boolean {
  switch (type.kind) {
    case 'timestamp':
      return true;
    case 'array':
      return hasTimestamp(type.element);
    case 'map':
      return hasTimestamp(type.key) || hasTimestamp(type.value);
    case 'struct':
      return type.fields.some((field) => hasTimestamp(field.type));
    default:
      return false;
  }
}

function resolveToJson(given: FunctionCall): TypedExpression {
  const { resolution, arguments: [value], node } = given;
  const options = optionsOf(given, 1);
  if (options.get('pretty') === 'true') return resolution.refuse(node, 'to_json with indents', 'only one line is written here');
  const nulls = options.get('ignorenullfields')?.toLowerCase() === 'false';
  if (value!.type.kind === 'void') return literal(STRING, null, node, 'to_json(NULL)');
  if (hasKeyOf(value!.type, ['struct', 'array', 'binary', 'interval'])) return resolution.refuse(node, 'to_json of a map with such keys', 'their form is Spark\'s own');
  const { type } = value!;
  if (type.kind === 'variant') return call('to_json', STRING, [value!], ([x], context) => jsonText(x!, context), node);
  if (type.kind !== 'struct' && type.kind !== 'array' && type.kind !== 'map') return resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', { expression: `to_json(${prettyText(value!)})`, schema: sqlName(type) });
  if (hasTimestamp(type) && !isUtc(resolution.settings.timeZone)) return resolution.refuse(node, 'to_json of timestamps outside of UTC', 'their offset is not written here');
  return call('to_json', STRING, [value!], ([x], context) => toJsonText(x!, type, context, nulls), node);
}

function resolveSchemaOfJson(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const operand = given.arguments[0]!;
  const expression = `schema_of_json(${prettyText(operand)})`;
  if (operand.type.kind === 'void' || (operand.kind === 'literal' && operand.value === null)) return resolution.fail(node, 'DATATYPE_MISMATCH.UNEXPECTED_NULL', { expression, name: 'json' });
  const text = textOperand(given, 0);
  if (text.kind !== 'literal') return resolution.fail(node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression, input: 'json', type: '"STRING"' });
  const schema = schemaOfJson(String(text.value), optionsOf(given, 1));
  if (schema === undefined) return resolution.refuse(node, 'schema_of_json of this text', 'it is not one JSON value');
  return literal(STRING, sqlName(schema), node, expression);
}

function parseJson(name: string, attempt: boolean): FunctionDefinition {
  return custom('variant', name, 1, 1, (given) => {
    const { node } = given;
    const value = textOperand(given, 0);
    return call(name, VARIANT, [value], ([s], context) => `${attempt ? `js_parse_json(${s})` : `CASE WHEN ${s} IS NOT NULL THEN coalesce(js_parse_json(${s}), ${context.error('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', s!)}) END`}`, node);
  });
}

function variantGet(name: string, attempt: boolean): FunctionDefinition {
  return custom('variant', name, 2, 3, (given) => {
    const variant = coerceInput(given.resolution, given.arguments[0]!, 'variant', 0, () => `${name}(…)`);
    const path = textOperand(given, 1);
    if (path.kind === 'literal' && typeof path.value === 'string' && variantPath(path.value) === undefined) return given.resolution.fail(given.node, 'INVALID_VARIANT_GET_PATH', { path: path.value, name });
    const type = given.arguments[2] === undefined ? VARIANT : parseSchemaText(constantText(given, given.arguments[2], 'A type'));
    if (castVerdict(VARIANT, type, 'try') !== 'yes') return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { expression: `${name}(…)`, from: 'VARIANT', to: sqlName(type) });
    return call(name, type, [variant, path], ([v, p], context) => fromVariant({ variant: v!, path: p! }, type, attempt ? 'try' : 'ansi', context), given.node, { pretty: ([v, p]) => `${name}(${v}, ${p})` });
  });
}

export const JSON_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('json', 'get_json_object', 2, 2, resolveGetJson),
  custom('json', 'from_json', 2, 3, resolveFromJson),
  custom('json', 'to_json', 1, 2, resolveToJson),
  custom('json', 'schema_of_json', 1, 2, resolveSchemaOfJson),
  custom('json', 'json_array_length', 1, 1, (given) => call('json_array_length', INT, [textOperand(given, 0)], ([j]) => `js_json_array_length(${j})`, given.node)),
  custom('json', 'json_object_keys', 1, 1, (given) => call('json_object_keys', arrayOf(STRING), [textOperand(given, 0)], ([j]) => `CAST(CAST(js_json_object_keys(${j}) AS JSON) AS VARCHAR[])`, given.node)),
  parseJson('parse_json', false),
  parseJson('try_parse_json', true),
  variantGet('variant_get', false),
  variantGet('try_variant_get', true),
  scalar('variant', 'is_variant_null', ['variant'], BOOLEAN, "coalesce(($1).\"value\" = '\\x00'::BLOB, false)"),
];
