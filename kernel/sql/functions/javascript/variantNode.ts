import { LakebookError } from '../../../base/errors.ts';
import { dateText, timestampText } from '../../types/datetimes.ts';
import { decimalText } from '../../types/decimals.ts';
import { javaDouble, type JsonNode, quoteJson } from './jsonReader.ts';

/** A variant's value; numbers are exact. Objects that were read have their fields in the order of their names. */
export type VariantNode =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'decimal'; readonly unscaled: bigint; readonly scale: number }
  | { readonly kind: 'double' | 'float'; readonly value: number }
  | { readonly kind: 'string' | 'uuid'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }
  /** Days since 1970. */
  | { readonly kind: 'date'; readonly value: bigint }
  /** Microseconds, or nanoseconds, since 1970 or midnight. */
  | { readonly kind: 'timestamp' | 'timestamp_ntz' | 'time' | 'timestamp_nanos' | 'timestamp_ntz_nanos'; readonly value: bigint }
  | { readonly kind: 'array'; readonly items: readonly VariantNode[] }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [name: string, value: VariantNode])[] };

/** Kinds that other writers know and Spark does not, with their ids in Parquet. */
export const FOREIGN_KINDS = { time: 17, timestamp_nanos: 18, timestamp_ntz_nanos: 19 } as const;

/** Spark's error for what it does not know. */
export function unknownKind(kind: VariantNode['kind']): LakebookError {
  return new LakebookError('UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT', { id: (FOREIGN_KINDS as Partial<Record<VariantNode['kind'], number>>)[kind] ?? 'none' });
}

/** The fields of an object in the order of their names. */
export function sortedFields(fields: readonly (readonly [string, VariantNode])[]): readonly (readonly [string, VariantNode])[] {
  return [...fields].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}

const DECIMAL_DIGITS_MAX = 38;

/** What `parse_json` makes of a JSON value; undefined where a key is repeated. */
export function variantOf(node: JsonNode): VariantNode | undefined {
  switch (node.kind) {
    case 'string':
      return { kind: 'string', text: node.text };
    case 'integer': {
      const value = BigInt(node.text);
      return BigInt.asIntN(64, value) === value ? { kind: 'integer', value } : numberOf(node.text);
    }
    case 'fraction':
      return numberOf(node.text);
    case 'array': {
      const items = node.items.flatMap((item) => variantOf(item) ?? []);
      return items.length < node.items.length ? undefined : { kind: 'array', items };
    }
    case 'object': {
      const fields = node.entries.flatMap(([name, value]) => {
        const inner = variantOf(value);
        return inner === undefined ? [] : [[name, inner] as const];
      });
      if (fields.length < node.entries.length || new Set(node.entries.map(([name]) => name)).size < fields.length) return undefined;
      return { kind: 'object', fields };
    }
    case 'null':
      return { kind: 'null' };
    default:
      return { kind: 'boolean', value: node.kind === 'true' };
  }
}

/** A decimal where the text has no exponent and not too many digits; else a double. */
function numberOf(text: string): VariantNode {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  if (whole === '' || digits.length > DECIMAL_DIGITS_MAX || fraction.length > DECIMAL_DIGITS_MAX) return { kind: 'double', value: Number(text) };
  return { kind: 'decimal', unscaled: BigInt(`${sign}${digits === '' ? '0' : digits}`), scale: fraction.length };
}

/** A decimal without zeros behind its last digit, as Spark hands it out. */
export function strippedDecimal({ unscaled, scale }: { readonly unscaled: bigint; readonly scale: number }): { readonly unscaled: bigint; readonly scale: number } {
  let [digits, places] = [unscaled, scale];
  for (; places > 0 && digits % 10n === 0n; places--) digits /= 10n;
  return { unscaled: digits, scale: places };
}

/** How far a zone is from UTC at an instant, in seconds. */
export type ZoneOffset = (seconds: number) => number;
export const UTC: ZoneOffset = () => 0;

/** The JSON text that Spark prints: what JSON has no type for as texts, timestamps in a zone. */
export function variantJson(node: VariantNode, zone: ZoneOffset): string {
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(node.value);
    case 'array':
      return `[${node.items.map((item) => variantJson(item, zone)).join(',')}]`;
    case 'object':
      return `{${node.fields.map(([name, value]) => `${quoteJson(name)}:${variantJson(value, zone)}`).join(',')}}`;
    case 'integer':
    case 'decimal':
      return scalarText(node);
    case 'double':
    case 'float':
      return Number.isFinite(node.value) ? scalarText(node) : `"${scalarText(node)}"`;
    case 'timestamp':
      return `"${zonedText(node.value, zone)}"`;
    case 'timestamp_nanos':
      return `"${scalarText(node)}+00:00"`;
    default:
      return quoteJson(scalarText(node));
  }
}

/** A single value as text. */
export function scalarText(node: Exclude<VariantNode, { kind: 'null' | 'boolean' | 'array' | 'object' }>): string {
  switch (node.kind) {
    case 'integer':
      return String(node.value);
    case 'decimal': {
      const { unscaled, scale } = strippedDecimal(node);
      return decimalText(unscaled, scale);
    }
    case 'double':
      return javaDouble(node.value);
    case 'float':
      return javaDouble(shortestFloat(node.value));
    case 'date':
      return dateText(node.value);
    case 'timestamp':
    case 'timestamp_ntz':
      return timestampText(node.value);
    case 'timestamp_nanos':
    case 'timestamp_ntz_nanos':
      return nanosText(node.value);
    case 'time':
      return timestampText(node.value).slice('1970-01-01 '.length);
    case 'binary':
      return base64(node.bytes);
    default:
      return node.text;
  }
}

/** The shortest decimal that is the same 32-bit number: the double itself would show digits that nobody wrote. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

const MICROS = 1_000_000n;

function zonedText(micros: bigint, zone: ZoneOffset): string {
  const seconds = Number((micros - (((micros % MICROS) + MICROS) % MICROS)) / MICROS);
  const offset = zone(seconds);
  const minutes = Math.floor(Math.abs(offset) / 60);
  const parts = [Math.floor(minutes / 60), minutes % 60, ...(Math.abs(offset) % 60 === 0 ? [] : [Math.abs(offset) % 60])];
  return `${timestampText(micros + BigInt(offset) * MICROS)}${offset < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join(':')}`;
}

function nanosText(nanos: bigint): string {
  const rest = ((nanos % 1000n) + 1000n) % 1000n;
  const micros = timestampText((nanos - rest) / 1000n);
  if (rest === 0n) return micros;
  const [seconds, fraction = ''] = micros.split('.');
  return `${seconds!}.${fraction.padEnd(6, '0')}${String(rest).padStart(3, '0').replace(/0+$/, '')}`;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: Uint8Array): string {
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const block = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const signs = [18, 12, 6, 0].map((shift) => BASE64[(block >> shift) & 63]!).join('');
    encoded += signs.slice(0, Math.min(3, bytes.length - at) + 1).padEnd(4, '=');
  }
  return encoded;
}
