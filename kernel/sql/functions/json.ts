import { call } from '../plan/build.ts';
import type { Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { parseSchemaText } from '../parse.ts';
import { coerceInput } from '../resolver/casting.ts';
import { arrayOf, BOOLEAN, type DataType, INT, isIntegral, sqlName, STRING, VARIANT } from '../types/dataType.ts';
import { quoteIdentifier, quoteString, toDuckDbType } from '../types/duckdbType.ts';
import { custom, type FunctionCall, type FunctionDefinition, scalar } from './definition.ts';
import { jsonPath, schemaOfJson } from './jsonText.ts';
import { isUtc } from './temporalArithmetic.ts';
import { stringText, fieldText, fromVariant } from '../emitter/casts.ts';

function constantText(given: FunctionCall, operand: TypedExpression, what: string): string {
  if (operand.kind === 'literal' && typeof operand.value === 'string') return operand.value;
  return given.resolution.refuse(operand, `${what} of ${given.name} that is no constant`, 'it is read before the statement runs');
}

function resolveGetJson(given: FunctionCall): TypedExpression {
  const json = coerceInput(given.resolution, given.arguments[0]!, 'string', 0, () => 'get_json_object(…)');
  const written = constantText(given, given.arguments[1]!, 'A path');
  const path = jsonPath(written);
  const emission: Emission = ([j]) => (path === undefined ? 'CAST(NULL AS VARCHAR)' : `${path.wildcard ? 'spark_get_json_multi' : 'spark_get_json'}(${j}, ${quoteString(path.text)})`);
  return call('get_json_object', STRING, [json], emission, given.node, { pretty: ([j]) => `get_json_object(${j}, ${written})` });
}

/** The schema argument of from_json and from_csv: a text, or schema_of_json over a constant. */
function schemaOf(given: FunctionCall): DataType {
  const text = constantText(given, given.arguments[1]!, 'A schema');
  return parseSchemaText(text);
}

/** A JSON value as a Spark value, strictly: a value of another kind is NULL. */
function jsonValue(json: string, type: DataType, context: EmissionContext): string {
  const kind = `json_type(${json})`;
  const text = `json_extract_string(${json}, '$')`;
  const target = toDuckDbType(type);
  switch (type.kind) {
    case 'string':
      return `CASE WHEN ${kind} = 'VARCHAR' THEN ${text} WHEN ${kind} = 'NULL' THEN NULL ELSE CAST(${json} AS VARCHAR) END`;
    case 'boolean':
      return `CASE WHEN ${kind} = 'BOOLEAN' THEN CAST(${json} AS BOOLEAN) END`;
    case 'float':
    case 'double':
      return `CASE WHEN ${kind} IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(${json} AS ${target}) WHEN ${text} IN ('NaN', 'Infinity', '-Infinity') THEN CAST(${text} AS ${target}) END`;
    case 'decimal':
      return `CASE WHEN ${kind} IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN TRY_CAST(CAST(${json} AS VARCHAR) AS ${target}) END`;
    case 'date':
      return `CASE WHEN ${kind} = 'VARCHAR' THEN spark_try_to_date(${text}) END`;
    case 'timestamp':
      return `CASE WHEN ${kind} = 'VARCHAR' THEN TRY_CAST(spark_timestamp_text(${text}) AS TIMESTAMPTZ) END`;
    case 'timestamp_ntz':
      return `CASE WHEN ${kind} = 'VARCHAR' THEN TRY_CAST(spark_local_text(${text}) AS TIMESTAMP) END`;
    case 'binary':
      return `CASE WHEN ${kind} = 'VARCHAR' THEN from_base64(${text}) END`;
    case 'array': {
      const each = context.variable();
      return `CASE WHEN ${kind} = 'ARRAY' THEN list_transform(CAST(${json} AS JSON[]), lambda ${each}: ${jsonValue(each, type.element, context)}) END`;
    }
    case 'map': {
      const key = context.variable();
      return `CASE WHEN ${kind} = 'OBJECT' THEN map_from_entries(list_transform(json_keys(${json}), lambda ${key}: struct_pack(key := ${key}, value := ${jsonValue(`json_extract(${json}, '$."' || ${key} || '"')`, type.value, context)}))) END`;
    }
    case 'struct':
      return nestedStruct(json, type, context);
    default:
      if (isIntegral(type)) return `CASE WHEN ${kind} IN ('BIGINT', 'UBIGINT') THEN TRY_CAST(${json} AS ${target}) END`;
      return `CAST(NULL AS ${target})`;
  }
}

/** A name for the inner object: each level would repeat it for all of its fields. */
function nestedStruct(json: string, type: Extract<DataType, { kind: 'struct' }>, context: EmissionContext): string {
  const name = context.variable();
  const repeated = context.error('UNSUPPORTED_FEATURE.LOCAL_ENGINE', "'from_json of nested objects with repeated keys'");
  return `(list_transform([${json}], lambda ${name}: CASE WHEN json_type(${name}) = 'OBJECT' THEN CASE WHEN ${repeatsKeys(name)} THEN ${repeated} ELSE ${jsonStruct(name, type, context)} END END))[1]`;
}

function repeatsKeys(json: string): string {
  return `len(json_keys(${json})) <> len(list_distinct(json_keys(${json})))`;
}

function jsonStruct(json: string, type: Extract<DataType, { kind: 'struct' }>, context: EmissionContext): string {
  const fields = type.fields.map((field) => `${quoteIdentifier(field.name)} := ${jsonValue(`json_extract(${json}, ${quoteString(`$."${field.name}"`)})`, field.type, context)}`);
  return `struct_pack(${fields.join(', ')})`;
}

function resolveFromJson(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  if (given.arguments.length > 2) return resolution.refuse(node, 'from_json with options', 'only Spark\'s defaults are read here');
  const type = schemaOf(given);
  if (type.kind !== 'struct' && type.kind !== 'array' && type.kind !== 'map') return resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', { expression: 'from_json(…)', schema: sqlName(type) });
  if (type.kind === 'map' && type.key.kind !== 'string') return resolution.refuse(node, 'from_json into a map whose keys are no texts', 'JSON has none');
  const json = coerceInput(resolution, given.arguments[0]!, 'string', 0, () => 'from_json(…)');
  const emission: Emission = ([j], context) => {
    // Of repeated keys Spark takes the last, DuckDB the first.
    const parsed = `CAST(CASE WHEN ${repeatsKeys(j!)} THEN js_json_last_keys(${j}) ELSE ${j} END AS JSON)`;
    const empty = type.kind === 'struct' ? `struct_pack(${type.fields.map((field) => `${quoteIdentifier(field.name)} := CAST(NULL AS ${toDuckDbType(field.type)})`).join(', ')})` : 'NULL';
    const good = type.kind === 'struct' ? `CASE WHEN json_type(${j}) = 'OBJECT' THEN ${jsonStruct(parsed, type, context)} ELSE ${empty} END` : jsonValue(`CAST(${j} AS JSON)`, type, context);
    return `CASE WHEN ${j} IS NULL OR trim(${j}) = '' THEN NULL WHEN json_valid(${j}) THEN ${good} ELSE ${empty} END`;
  };
  return call('from_json', type, [json], emission, node, { pretty: ([j]) => `from_json(${j})` });
}

/** A value as Spark's JSON text: NULL fields of structs are left out. */
function toJsonText(text: string, type: DataType, context: EmissionContext): string {
  switch (type.kind) {
    case 'string':
      return `CAST(to_json(${text}) AS VARCHAR)`;
    case 'float':
    case 'double':
      return `CASE WHEN isfinite(${text}) THEN spark_dbl_str(${text}) ELSE '"' || spark_dbl_str(${text}) || '"' END`;
    case 'date':
      return `('"' || CAST(${text} AS VARCHAR) || '"')`;
    case 'timestamp':
      return `('"' || strftime(CAST(${text} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%g') || 'Z"')`;
    case 'timestamp_ntz':
      return `('"' || strftime(${text}, '%Y-%m-%dT%H:%M:%S.%g') || '"')`;
    case 'binary':
      return `('"' || to_base64(${text}) || '"')`;
    case 'interval':
      return `('"' || ${stringText(text, type, context)} || '"')`;
    case 'array': {
      const each = context.variable();
      return `('[' || array_to_string(list_transform(${text}, lambda ${each}: coalesce(${toJsonText(each, type.element, context)}, 'null')), ',') || ']')`;
    }
    case 'map': {
      const each = context.variable();
      const key = type.key.kind === 'string' ? `CAST(to_json(${each}.key) AS VARCHAR)` : `('"' || ${stringText(`${each}.key`, type.key, context)} || '"')`;
      return `('{' || array_to_string(list_transform(map_entries(${text}), lambda ${each}: ${key} || ':' || coalesce(${toJsonText(`${each}.value`, type.value, context)}, 'null')), ',') || '}')`;
    }
    case 'struct': {
      const fields = type.fields.map((field) => `${quoteString(`"${field.name}":`)} || ${toJsonText(fieldText(text, field.name), field.type, context)}`);
      return `CASE WHEN ${text} IS NOT NULL THEN '{' || concat_ws(',', ${fields.join(', ')}) || '}' END`;
    }
    default:
      return `CAST(${text} AS VARCHAR)`;
  }
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

function resolveToJson({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const [value, options] = given;
  if (options !== undefined) return resolution.refuse(node, 'to_json with options', 'only Spark\'s defaults are written here');
  const { type } = value!;
  if (type.kind === 'variant') return call('to_json', STRING, [value!], ([x]) => `CAST(${x} AS VARCHAR)`, node);
  if (type.kind !== 'struct' && type.kind !== 'array' && type.kind !== 'map') return resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', { expression: `to_json(${prettyText(value!)})`, schema: sqlName(type) });
  if (hasTimestamp(type) && !isUtc(resolution.settings.timeZone)) return resolution.refuse(node, 'to_json of timestamps outside of UTC', 'their offset is not written here');
  return call('to_json', STRING, [value!], ([x], context) => toJsonText(x!, type, context), node);
}

function resolveSchemaOfJson(given: FunctionCall): TypedExpression {
  const text = constantText(given, given.arguments[0]!, 'A text');
  const schema = schemaOfJson(text);
  if (schema === undefined) return given.resolution.refuse(given.node, 'schema_of_json of this text', 'it is not one JSON value');
  return call('schema_of_json', STRING, [], () => quoteString(sqlName(schema)), given.node, { pretty: () => `schema_of_json(${text})` });
}

function parseJson(name: string, attempt: boolean): FunctionDefinition {
  return custom('variant', name, 1, 1, ({ resolution, arguments: [text], node }) => {
    const value = coerceInput(resolution, text!, 'string', 0, () => `${name}(…)`);
    return call(name, VARIANT, [value], ([s], context) => `CASE WHEN ${s} IS NULL THEN NULL WHEN json_valid(${s}) THEN CAST(${s} AS JSON) ELSE ${attempt ? 'NULL' : context.error('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', s!)} END`, node);
  });
}

function variantGet(name: string, attempt: boolean): FunctionDefinition {
  return custom('variant', name, 3, 3, (given) => {
    const variant = coerceInput(given.resolution, given.arguments[0]!, 'variant', 0, () => `${name}(…)`);
    const path = jsonPath(constantText(given, given.arguments[1]!, 'A path'));
    const type = parseSchemaText(constantText(given, given.arguments[2]!, 'A type'));
    if (path === undefined || path.wildcard) return given.resolution.refuse(given.arguments[1]!, 'This path', 'only plain paths reach into a variant here');
    return call(name, type, [variant], ([v], context) => fromVariant(`json_extract(${v}, ${quoteString(path.text)})`, type, attempt ? 'try' : 'ansi', context), given.node, { pretty: ([v]) => `${name}(${v}, ${prettyText(given.arguments[1]!)})` });
  });
}

function resolveFromCsv(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  if (given.arguments.length > 2) return resolution.refuse(node, 'from_csv with options', 'only Spark\'s defaults are read here');
  const type = schemaOf(given);
  if (type.kind !== 'struct') return resolution.refuse(node, 'from_csv into anything but a struct', 'a line has fields');
  const text = coerceInput(resolution, given.arguments[0]!, 'string', 0, () => 'from_csv(…)');
  const emission: Emission = ([s], context) => {
    const quoted = context.error('UNSUPPORTED_FEATURE.LOCAL_ENGINE', `'from_csv of a quoted field cannot be run faithfully on the local engine'`);
    const fields = type.fields.map((field, index) => `${quoteIdentifier(field.name)} := TRY_CAST(nullif(split_part(${s}, ',', ${index + 1}), '') AS ${toDuckDbType(field.type)})`);
    return `CASE WHEN ${s} IS NULL THEN NULL WHEN contains(${s}, '"') THEN ${quoted} ELSE struct_pack(${fields.join(', ')}) END`;
  };
  return call('from_csv', type, [text], emission, node, { pretty: ([s]) => `from_csv(${s})` });
}

function resolveToCsv({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const value = coerceInput(resolution, given[0]!, 'struct', 0, () => 'to_csv(…)');
  const { type } = value;
  if (given.length > 1 || type.kind !== 'struct') return resolution.refuse(node, 'to_csv with options', 'only Spark\'s defaults are written here');
  if (hasTimestamp(type) || type.fields.some((field) => ['array', 'map', 'struct'].includes(field.type.kind))) return resolution.refuse(node, 'to_csv of nested values or timestamps', 'their form is Spark\'s own');
  const emission: Emission = ([x], context) => {
    const fields = type.fields.map((field) => {
      const plain = stringText(fieldText(x!, field.name), field.type, context);
      return `coalesce(CASE WHEN regexp_matches(${plain}, '[,"\\n\\r]') OR ${plain} = '' THEN '"' || replace(${plain}, '"', '\\"') || '"' ELSE ${plain} END, '')`;
    });
    return `CASE WHEN ${x} IS NOT NULL THEN ${fields.join(" || ',' || ")} END`;
  };
  return call('to_csv', STRING, [value], emission, node);
}

export const JSON_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('json', 'get_json_object', 2, 2, resolveGetJson),
  custom('json', 'from_json', 2, 3, resolveFromJson),
  custom('json', 'to_json', 1, 2, resolveToJson),
  custom('json', 'schema_of_json', 1, 1, resolveSchemaOfJson),
  scalar('json', 'json_array_length', ['string'], INT, "CASE WHEN json_valid($1) AND json_type($1) = 'ARRAY' THEN CAST(json_array_length($1) AS INTEGER) END"),
  scalar('json', 'json_object_keys', ['string'], arrayOf(STRING), "CASE WHEN json_valid($1) AND json_type($1) = 'OBJECT' THEN json_keys($1) END"),
  parseJson('parse_json', false),
  parseJson('try_parse_json', true),
  variantGet('variant_get', false),
  variantGet('try_variant_get', true),
  scalar('variant', 'is_variant_null', ['variant'], BOOLEAN, "coalesce(json_type($1) = 'NULL', false)"),
  custom('json', 'from_csv', 2, 3, resolveFromCsv, { state: 'approximate', note: 'quoted fields are refused' }),
  custom('json', 'to_csv', 1, 2, resolveToCsv),
];
