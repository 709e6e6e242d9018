import { createHash } from 'node:crypto';
import {
  DuckDBBlobValue, DuckDBDateValue, DuckDBDecimalValue, DuckDBListValue, DuckDBMapValue, DuckDBStructValue, DuckDBTimestampTZValue, DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { DeltaType } from '../../../kernel/delta/schema.ts';
import { decodeVariant } from './variantJson.ts';

/** A row as the conformance corpus writes it: compact JSON in which every value has one spelling. */
export function canonicalRow(values: readonly DuckDBValue[], types: readonly DeltaType[]): string {
  return JSON.stringify(values.map((value, index) => canonicalValue(value, types[index] ?? { kind: 'void' })));
}

/** SHA-256 over the rows in byte order. */
export function contentHash(rows: readonly string[]): string {
  const sorted = rows.map((row) => Buffer.from(row)).sort((left, right) => Buffer.compare(left, right));
  const hash = createHash('sha256');
  for (const [index, row] of sorted.entries()) {
    if (index > 0) hash.update('\n');
    hash.update(row);
  }
  return hash.digest('hex');
}

type Canonical = null | boolean | string | readonly Canonical[] | { readonly variant: Canonical } | { readonly [name: string]: Canonical };

function canonicalValue(value: DuckDBValue, type: DeltaType): Canonical {
  if (value === null || type.kind === 'void') return null;
  if (type.kind === 'variant') return { variant: variantOf(value) };
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return type.kind === 'float' ? floatBits(value) : type.kind === 'double' ? doubleBits(value) : String(value);
  if (value instanceof DuckDBDecimalValue) return decimalText(value.value, value.scale);
  if (value instanceof DuckDBDateValue) return String(value.days);
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) return String(value.micros);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  if (value instanceof DuckDBStructValue && type.kind === 'struct') {
    return type.fields.map((field) => canonicalValue(value.entries[field.name] ?? null, field.type));
  }
  if (value instanceof DuckDBListValue && type.kind === 'array') return value.items.map((item) => canonicalValue(item, type.elementType));
  if (value instanceof DuckDBMapValue && type.kind === 'map') {
    const entries = value.entries.map((entry) => [canonicalValue(entry.key, type.keyType), canonicalValue(entry.value, type.valueType)] as const);
    return entries.sort((left, right) => Buffer.compare(Buffer.from(JSON.stringify(left[0])), Buffer.from(JSON.stringify(right[0]))));
  }
  throw new Error(`no canonical form of ${String(value)} as ${type.kind}`);
}

/** JSON text as the product gives it, or the bytes of the corpus. */
function variantOf(value: DuckDBValue): Canonical {
  if (typeof value === 'string') return parseJson(value);
  if (value instanceof DuckDBStructValue) {
    const { metadata, value: bytes } = value.entries;
    if (metadata instanceof DuckDBBlobValue && bytes instanceof DuckDBBlobValue) return decodeVariant(metadata.bytes, bytes.bytes);
  }
  throw new Error(`${String(value)} is no variant`);
}

function floatBits(value: number): string {
  if (Number.isNaN(value)) return '7fc00000';
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint32(0).toString(16).padStart(8, '0');
}

function doubleBits(value: number): string {
  if (Number.isNaN(value)) return '7ff8000000000000';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

/** JSON with its numbers as text, without zeros that do not count, and its keys in order. */
function parseJson(text: string): Canonical {
  const reviver = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value === 'number') return plainNumber(context?.source ?? String(value));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))) : value;
  };
  return JSON.parse(text, reviver) as Canonical;
}

function plainNumber(text: string): string {
  if (/e/i.test(text)) return String(Number(text));
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}
