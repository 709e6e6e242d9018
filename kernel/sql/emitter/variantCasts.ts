import type { CastMode, EmissionContext } from '../plan/expression.ts';
import { castVerdict } from '../types/coercion.ts';
import { BIGINT, BINARY, BOOLEAN, type DataType, DATE, decimal, DOUBLE, FLOAT, holds, sqlName, STRING, TIMESTAMP, TIMESTAMP_NTZ, VARIANT } from '../types/dataType.ts';
import { quoteIdentifier, quoteString, toDuckDbType } from '../types/duckdbType.ts';

/** A part of a variant: DuckDB text of the variant, and of the path to the part. */
export interface VariantPart {
  readonly variant: string;
  readonly path: string;
}

/** The whole of a variant, as a part of it. */
export const WHOLE = "'$'";

type CastText = (text: string, from: DataType, to: DataType, mode: CastMode, context: EmissionContext) => string;

/**
 * A part of a variant as a value of a type, as Spark's `variant_get` does: what is of another kind than the target is cast,
 * where Spark knows the cast, and else fails, or is NULL where it is tried.
 */
export function variantCast(part: VariantPart, to: DataType, mode: CastMode, context: EmissionContext, castText: CastText): string {
  if (to.kind === 'variant') return part.path === WHOLE ? part.variant : `js_variant_get(${part.variant}, ${part.path})`;
  const told = context.variable();
  const scalar = `js_variant_scalar(${part.variant}, ${part.path}, ${quoteString(context.timeZone)})`;
  return `(list_transform([${scalar}], lambda ${told}: ${typedPart(told, part, to, mode, context, castText)}))[1]`;
}

/** `told` is the letter of the part's kind and its text (`js_variant_scalar`). */
function typedPart(told: string, part: VariantPart, to: DataType, mode: CastMode, context: EmissionContext, castText: CastText): string {
  const kind = `left(${told}, 1)`;
  const shown = `CASE ${kind} WHEN 's' THEN CAST(to_json(substr(${told}, 2)) AS VARCHAR) WHEN 'D' THEN '"' || ${castText(MOMENTS.D(told), DATE, STRING, 'try', context)} || '"' ELSE substr(${told}, 2) END`;
  const failed = mode === 'try' ? 'NULL' : context.error('INVALID_VARIANT_CAST', `'The variant value \`' || ${shown} || '\` cannot be cast into \`"${sqlName(to)}"\`. Please use \`try_variant_get\` instead.'`);
  const branches = to.kind === 'array' || to.kind === 'map' || to.kind === 'struct' ? nestedBranch(part, to, mode, context, castText) : scalarBranches(told, to, context, castText);
  return `CASE WHEN ${told} IS NULL OR ${kind} = 'n' THEN NULL ELSE coalesce(CASE ${kind} ${branches} END, ${failed}) END`;
}

const MOMENTS = {
  D: (told: string): string => `(DATE '1970-01-01' + CAST(substr(${told}, 2) AS INTEGER))`,
  T: (told: string): string => `CAST(make_timestamp(CAST(substr(${told}, 2) AS BIGINT)) AS TIMESTAMPTZ)`,
  N: (told: string): string => `make_timestamp(CAST(substr(${told}, 2) AS BIGINT))`,
} as const;

/** The kinds of single values, with their types and how a value is made of its text. */
const SCALARS: readonly (readonly [letter: string, type: DataType, value: (told: string) => string])[] = [
  ['b', BOOLEAN, (told) => `(${told} = 'btrue')`],
  ['l', BIGINT, (told) => `CAST(substr(${told}, 2) AS BIGINT)`],
  ['d', DOUBLE, (told) => `CAST(substr(${told}, 2) AS DOUBLE)`],
  ['f', FLOAT, (told) => `CAST(substr(${told}, 2) AS FLOAT)`],
  ['s', STRING, (told) => `substr(${told}, 2)`],
  ['x', BINARY, (told) => `unhex(substr(${told}, 2))`],
  ['D', DATE, MOMENTS.D],
  ['T', TIMESTAMP, MOMENTS.T],
  ['N', TIMESTAMP_NTZ, MOMENTS.N],
];

function scalarBranches(told: string, to: DataType, context: EmissionContext, castText: CastText): string {
  const known = SCALARS.filter(([, from]) => castVerdict(from, to, 'try') === 'yes');
  const branches = known.map(([letter, from, value]) => `WHEN '${letter}' THEN ${castText(value(told), from, to, 'try', context)}`);
  const nested = to.kind === 'string' ? [`WHEN 'a' THEN substr(${told}, 2)`, `WHEN 'o' THEN substr(${told}, 2)`] : [];
  return [...branches, ...nested, decimalBranch(`substr(${told}, 2)`, to, context, castText)].join(' ');
}

/** A decimal's digits behind the point differ from row to row, so each target reads the text in its own way. */
function decimalBranch(text: string, to: DataType, context: EmissionContext, castText: CastText): string {
  const target = toDuckDbType(to);
  switch (to.kind) {
    case 'string':
      return `WHEN 'm' THEN ${text}`;
    case 'decimal':
    case 'double':
    case 'float':
      return `WHEN 'm' THEN TRY_CAST(${text} AS ${target})`;
    case 'boolean':
      return `WHEN 'm' THEN regexp_matches(${text}, '[1-9]')`;
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return `WHEN 'm' THEN TRY_CAST(split_part(${text}, '.', 1) AS ${target})`;
    case 'timestamp':
      return `WHEN 'm' THEN ${castText(`TRY_CAST(regexp_extract(${text}, '^-?[0-9]+([.][0-9]{1,6})?') AS DECIMAL(38,6))`, decimal(38, 6), to, 'try', context)}`;
    default:
      return '';
  }
}

function nestedBranch(part: VariantPart, to: Extract<DataType, { kind: 'array' | 'map' | 'struct' }>, mode: CastMode, context: EmissionContext, castText: CastText): string {
  const each = context.variable();
  const list = entriesText(part);
  const value = (type: DataType): string => variantCast({ variant: unpackedText(each), path: WHOLE }, type, mode, context, castText);
  switch (to.kind) {
    case 'array':
      return `WHEN 'a' THEN list_transform(${list}, lambda ${each}: ${value(to.element)})`;
    case 'map':
      return `WHEN 'o' THEN map_from_entries(list_transform(${list}, lambda ${each}: struct_pack(key := ${each}.k, value := ${value(to.value)})))`;
    case 'struct': {
      const fields = to.fields.map(({ name, type }) => {
        const found = `list_filter(${list}, lambda ${each}: ${each}.k = ${quoteString(name)})[1]`;
        return `${quoteIdentifier(name)} := ${variantCast({ variant: unpackedText(found), path: WHOLE }, type, mode, context, castText)}`;
      });
      return `WHEN 'o' THEN struct_pack(${fields.join(', ')})`;
    }
  }
}

/** The elements or fields of a part, as a list of structs of the field's name `k` and the packed value `v`. */
export function entriesText({ variant, path }: VariantPart): string {
  return `CAST(CAST(js_variant_entries(${variant}, ${path}) AS JSON) AS STRUCT(k VARCHAR, v VARCHAR)[])`;
}

/** The variant in an entry of {@link entriesText}. */
export function unpackedText(entry: string): string {
  return `js_unpack_variant(${entry}.v)`;
}

/** A value of any type that a variant can hold, as a variant. */
export function variantText(text: string, type: DataType, context: EmissionContext): string {
  if (type.kind === 'void') return `CAST(NULL AS ${toDuckDbType(VARIANT)})`;
  const json = typedJson(text, type, context);
  return `CASE WHEN ${text} IS NOT NULL THEN js_build_variant(${json}) END`;
}

/** JSON that tells the types of its values (`js_build_variant`). Of a NULL it is NULL. */
function typedJson(text: string, type: DataType, context: EmissionContext): string {
  const tagged = (letter: string, value: string): string => `('"${letter}' || ${value} || '"')`;
  const item = (value: string, of: DataType): string => `coalesce(${typedJson(value, of, context)}, 'null')`;
  switch (type.kind) {
    case 'void':
      return 'CAST(NULL AS VARCHAR)';
    case 'boolean':
      return `CAST(${text} AS VARCHAR)`;
    case 'string':
      return `CAST(to_json('s' || ${text}) AS VARCHAR)`;
    case 'binary':
      return tagged('x', `hex(${text})`);
    case 'decimal':
      return tagged('m', `CAST(${text} AS VARCHAR)`);
    case 'double':
      return tagged('d', `CAST(${text} AS VARCHAR)`);
    case 'float':
      return tagged('f', `CAST(CAST(${text} AS DOUBLE) AS VARCHAR)`);
    case 'date':
      return tagged('D', `CAST((${text} - DATE '1970-01-01') AS VARCHAR)`);
    case 'timestamp':
      return tagged('T', `CAST(epoch_us(${text}) AS VARCHAR)`);
    case 'timestamp_ntz':
      return tagged('N', `CAST(epoch_us(${text}) AS VARCHAR)`);
    case 'variant':
      return tagged('v', `js_pack_variant(${text})`);
    case 'array': {
      const each = context.variable();
      return `('[' || array_to_string(list_transform(${text}, lambda ${each}: ${item(each, type.element)}), ',') || ']')`;
    }
    case 'map': {
      const each = context.variable();
      return `('{' || array_to_string(list_transform(map_entries(${text}), lambda ${each}: CAST(to_json(${each}.key) AS VARCHAR) || ':' || ${item(`${each}.value`, type.value)}), ',') || '}')`;
    }
    case 'struct': {
      const parts = type.fields.map(({ name, type: inner }) => `${quoteString(`${JSON.stringify(name)}:`)} || ${item(`struct_extract(${text}, ${quoteString(name)})`, inner)}`);
      return `CASE WHEN ${text} IS NOT NULL THEN '{' || ${parts.length === 0 ? "''" : parts.join(" || ',' || ")} || '}' END`;
    }
    default:
      return tagged('l', `CAST(${text} AS VARCHAR)`);
  }
}

/** What a value's text needs of a statement; anywhere outside of one, the zone is UTC and variables have names of their own. */
type ValueContext = Pick<EmissionContext, 'timeZone' | 'variable'>;

export function valueContext(): ValueContext {
  let made = 0;
  return { timeZone: 'UTC', variable: () => `x${++made}` };
}

/** A value with its variants as the JSON that people see. */
export function shownVariants(text: string, type: DataType, context: ValueContext): string {
  return eachVariant(text, type, (variant) => `CAST(${jsonText(variant, context)} AS JSON)`, context);
}

/** A value whose variants are JSON, with variants in their place; what is no JSON is NULL. */
export function variantsOfJson(text: string, type: DataType, context: ValueContext): string {
  return eachVariant(text, type, (json) => `js_parse_json(CAST(${json} AS VARCHAR))`, context);
}

/** The value with each variant in it changed. */
function eachVariant(text: string, type: DataType, change: (variant: string) => string, context: ValueContext): string {
  if (!holds(type, 'variant')) return text;
  const each = context.variable();
  switch (type.kind) {
    case 'array':
      return `list_transform(${text}, lambda ${each}: ${eachVariant(each, type.element, change, context)})`;
    case 'map':
      return `CASE WHEN ${text} IS NOT NULL THEN map_from_entries(list_transform(map_entries(${text}), lambda ${each}: struct_pack(key := ${each}.key, value := ${eachVariant(`${each}.value`, type.value, change, context)}))) END`;
    case 'struct':
      return `CASE WHEN ${text} IS NOT NULL THEN struct_pack(${type.fields.map((field) => `${quoteIdentifier(field.name)} := ${eachVariant(`struct_extract(${text}, ${quoteString(field.name)})`, field.type, change, context)}`).join(', ')}) END`;
    default:
      return change(text);
  }
}

/** A variant's JSON text, with timestamps in the session's zone. */
export function jsonText(variant: string, { timeZone }: Pick<EmissionContext, 'timeZone'>): string {
  return `js_variant_json(${variant}, ${quoteString(timeZone)})`;
}
