import { widerDecimal } from '../../types/decimals.ts';
import { decimal, type DataType, sqlName, BIGINT, BOOLEAN, DOUBLE, STRING, VARIANT, VOID } from '../../types/dataType.ts';
import type { JsonNode } from './jsonReader.ts';
import { quoteJson, readJson, SPARK_JSON } from './jsonReader.ts';
import { variantText } from './variants.ts';

/** The type of a variant's value, whose objects have no order of fields. */
type Schema =
  | { readonly kind: 'plain'; readonly type: DataType }
  | { readonly kind: 'array'; readonly element: Schema }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Schema> };

const plain = (type: DataType): Schema => ({ kind: 'plain', type });
const NOTHING = plain(VOID);
const MIXED = plain(VARIANT);

function schemaOf(node: JsonNode): Schema {
  switch (node.kind) {
    case 'null':
      return NOTHING;
    case 'string':
      return plain(STRING);
    case 'integer':
      return plain(wholeType(node.text));
    case 'fraction':
      return plain(fractionType(node.text));
    case 'array':
      return { kind: 'array', element: node.items.map(schemaOf).reduce(merged, NOTHING) };
    case 'object':
      return { kind: 'object', fields: new Map(node.entries.map(([name, value]) => [name, schemaOf(value)])) };
    default:
      return plain(BOOLEAN);
  }
}

function wholeType(text: string): DataType {
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) === value) return BIGINT;
  const digits = text.replace('-', '').length;
  return digits > 38 ? DOUBLE : decimal(digits, 0);
}

function fractionType(text: string): DataType {
  // Decimals have lost the zeros at their end, doubles not.
  if (/[eE]|0$/.test(text)) return DOUBLE;
  const [whole, fraction] = text.replace('-', '').split('.') as [string, string];
  return decimal(Math.max(`${whole}${fraction}`.replace(/^0+/, '').length, fraction.length), fraction.length);
}

function merged(left: Schema, right: Schema): Schema {
  if (left.kind === 'plain' && right.kind === 'plain') return plain(mergedType(left.type, right.type));
  if (left.kind === 'plain' || right.kind === 'plain') return left === NOTHING || isNothing(left) ? right : isNothing(right) ? left : MIXED;
  if (left.kind === 'array' && right.kind === 'array') return { kind: 'array', element: merged(left.element, right.element) };
  if (left.kind !== 'object' || right.kind !== 'object') return MIXED;
  const fields = new Map(left.fields);
  for (const [name, schema] of right.fields) fields.set(name, merged(fields.get(name) ?? NOTHING, schema));
  return { kind: 'object', fields };
}

function isNothing(schema: Schema): boolean {
  return schema.kind === 'plain' && schema.type.kind === 'void';
}

function mergedType(left: DataType, right: DataType): DataType {
  if (left.kind === 'void') return right;
  if (right.kind === 'void') return left;
  const numbers = [left, right].map((type) => (type.kind === 'bigint' ? decimal(20, 0) : type));
  if (left.kind === right.kind && left.kind !== 'decimal') return left;
  if (numbers.every(({ kind }) => kind === 'double' || kind === 'decimal') && numbers.some(({ kind }) => kind === 'double')) return DOUBLE;
  const [a, b] = numbers;
  if (a?.kind !== 'decimal' || b?.kind !== 'decimal') return VARIANT;
  const scale = Math.max(a.scale, b.scale);
  return Math.max(a.precision - a.scale, b.precision - b.scale) + scale > 38 ? DOUBLE : widerDecimal(a, b);
}

function schemaText(schema: Schema): string {
  if (schema.kind === 'plain') return sqlName(schema.type);
  if (schema.kind === 'array') return `ARRAY<${schemaText(schema.element)}>`;
  const fields = [...schema.fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => `${/^\w+$/.test(name) && !/^\d+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``}: ${schemaText(inner)}`);
  return `OBJECT<${fields.join(', ')}>`;
}

/** The type that variants have in common, as Spark writes it. `texts` is a JSON list of their JSON texts. */
export function variantSchema(texts: string): string | null {
  const variants = (JSON.parse(texts) as (string | null)[]).map((text) => (text === null ? null : readJson(text, SPARK_JSON)));
  if (variants.length === 1 && variants[0] === null) return null;
  return schemaText(variants.map((node) => (node === null || node === undefined || node === 'empty' ? NOTHING : schemaOf(node))).reduce(merged, NOTHING));
}

/** The elements or fields of a variant as a JSON list of their keys and JSON texts; an empty one for anything else. */
export function variantEntries(text: string): string {
  const node = readJson(text, SPARK_JSON);
  if (node === undefined || node === 'empty') return '[]';
  const entries = node.kind === 'array' ? node.items.map((item) => [null, item] as const) : node.kind === 'object' ? node.entries : [];
  return `[${entries.map(([key, value]) => `{"k":${key === null ? 'null' : quoteJson(key)},"v":${quoteJson(variantText(value) ?? 'null')}}`).join(',')}]`;
}
