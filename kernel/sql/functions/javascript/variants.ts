import { LakebookError } from '../../../base/errors.ts';
import { fixedOffsetSeconds } from '../../types/datetimes.ts';
import type { JavaScriptFunction } from '../../scalarFunctions.ts';
import { quoteJson, readJson, SPARK_JSON } from './jsonReader.ts';
import { remembered } from './memo.ts';
import { scalarText, unknownKind, UTC, variantJson, type VariantNode, variantOf, type ZoneOffset } from './variantNode.ts';
import { parsePlainVariant } from './variantParser.ts';
import { readVariant, readVariantAt, type VariantBytes, type VariantStep } from './variantReader.ts';
import { variantSchema } from './variantSchemas.ts';
import { writeVariant } from './variantWriter.ts';

/** `parse_json`; null where the text is malformed. What stands behind the first value is not looked at. */
function parseVariant(json: string): VariantBytes | null {
  const plain = parsePlainVariant(json);
  if (plain !== undefined) return plain;
  const node = readJson(json, { ...SPARK_JSON, allowSingleQuotes: false, allowNonNumericNumbers: false });
  const value = node === undefined || node === 'empty' ? undefined : variantOf(node);
  return value === undefined ? null : writeVariant(value);
}

/** The steps of a path such as `$.a['b c'][0]`; undefined for a text that is none. */
export function variantPath(path: string): readonly VariantStep[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: VariantStep[] = [];
  const step = /\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]|\.([^.[]+)/y;
  for (step.lastIndex = 1; step.lastIndex < path.length; ) {
    const found = step.exec(path);
    if (found === null) return undefined;
    steps.push(found[1] === undefined ? (found[2] ?? found[3] ?? found[4]!) : Number(found[1]));
  }
  return steps;
}

const pathOf = remembered((path) => {
  const steps = variantPath(path);
  if (steps === undefined) throw new LakebookError('INVALID_VARIANT_GET_PATH', { path, name: 'variant_get' });
  return steps;
});

/**
 * A variant's part as text: the letter of its kind ({@link VARIANT_KINDS}), and its value. Moments are told as numbers,
 * bytes by their digits, lists and objects as JSON.
 */
function variantScalar(variant: VariantBytes, path: string, zone: string): string | null {
  const node = readVariantAt(variant, pathOf(path));
  if (node === undefined) return null;
  switch (node.kind) {
    case 'null':
      return 'n';
    case 'boolean':
      return `b${node.value}`;
    case 'array':
    case 'object':
      return `${VARIANT_KINDS[node.kind]}${variantJson(node, zoneOf(zone))}`;
    case 'double':
    case 'float':
      return `${VARIANT_KINDS[node.kind]}${Object.is(node.value, -0) ? '-0.0' : node.value}`;
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz':
      return `${VARIANT_KINDS[node.kind]}${node.value}`;
    case 'binary':
      return `x${hex(node.bytes)}`;
    case 'integer':
    case 'decimal':
    case 'string':
    case 'uuid':
      return `${VARIANT_KINDS[node.kind]}${scalarText(node)}`;
    default:
      throw unknownKind(node.kind);
  }
}

/** The letters of the kinds of values. A UUID is a text to all that read it. */
const VARIANT_KINDS = {
  null: 'n', boolean: 'b', integer: 'l', decimal: 'm', double: 'd', float: 'f', string: 's', uuid: 's', binary: 'x', date: 'D', timestamp: 'T', timestamp_ntz: 'N', array: 'a', object: 'o',
} as const;

/** The elements or fields of a variant's part as a JSON list of their names and packed values; `[]` for anything else. */
function variantEntries(variant: VariantBytes, path: string): string {
  const node = readVariantAt(variant, pathOf(path));
  const entries = node?.kind === 'array' ? node.items.map((item) => [null, item] as const) : node?.kind === 'object' ? node.fields : [];
  return `[${entries.map(([key, value]) => `{"k":${key === null ? 'null' : quoteJson(key)},"v":"${packed(writeVariant(value))}"}`).join(',')}]`;
}

/** A variant put into JSON: the digits of its bytes. */
export function packed({ value, metadata }: VariantBytes): string {
  return `${hex(value)}:${hex(metadata)}`;
}

function unpacked(text: string): VariantBytes {
  const [value = '', metadata = ''] = text.split(':').map((digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  return { value: value as Uint8Array, metadata: metadata as Uint8Array };
}

function hex(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return digits;
}

/** A variant of values that are typed: JSON whose texts begin with the letter of their kind. */
function buildVariant(json: string): VariantBytes {
  return writeVariant(typedNode(JSON.parse(json) as TypedJson));
}

type TypedJson = null | boolean | string | readonly TypedJson[] | { readonly [name: string]: TypedJson };

function typedNode(value: TypedJson): VariantNode {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'string') return typedScalar(value.slice(0, 1), value.slice(1));
  if (isList(value)) return { kind: 'array', items: value.map(typedNode) };
  return { kind: 'object', fields: Object.entries(value).map(([name, inner]) => [name, typedNode(inner)] as const) };
}

function isList(value: TypedJson): value is readonly TypedJson[] {
  return Array.isArray(value);
}

function typedScalar(kind: string, text: string): VariantNode {
  switch (kind) {
    case VARIANT_KINDS.integer:
      return { kind: 'integer', value: BigInt(text) };
    case VARIANT_KINDS.decimal: {
      const [whole = '', fraction = ''] = text.split('.'); // DuckDB leaves a lone zero before the point out
      const digits = BigInt(`${whole.replace('-', '')}${fraction}`);
      return { kind: 'decimal', unscaled: text.startsWith('-') ? -digits : digits, scale: fraction.length };
    }
    case VARIANT_KINDS.double:
    case VARIANT_KINDS.float:
      return { kind: kind === VARIANT_KINDS.double ? 'double' : 'float', value: Number(SPECIAL[text] ?? text) };
    case VARIANT_KINDS.binary:
      return { kind: 'binary', bytes: unpacked(text).value };
    case VARIANT_KINDS.date:
      return { kind: 'date', value: BigInt(text) };
    case VARIANT_KINDS.timestamp:
      return { kind: 'timestamp', value: BigInt(text) };
    case VARIANT_KINDS.timestamp_ntz:
      return { kind: 'timestamp_ntz', value: BigInt(text) };
    case 'v':
      return readVariant(unpacked(text));
    default:
      return { kind: 'string', text };
  }
}

/** As DuckDB prints them. */
const SPECIAL: Readonly<Record<string, string>> = { inf: 'Infinity', '-inf': '-Infinity', nan: 'NaN' };

/** The offsets of a zone's name. */
const zoneOf = remembered((name): ZoneOffset => {
  if (name === 'UTC') return UTC;
  const fixed = fixedOffsetSeconds(name);
  if (fixed !== undefined) return () => fixed;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short' });
  return (seconds) => {
    const parts = new Map(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const local = new Date(0);
    local.setUTCFullYear(parts.get('era') === 'BC' ? 1 - part('year') : part('year'), part('month') - 1, part('day'));
    local.setUTCHours(part('hour'), part('minute'), part('second'));
    return local.getTime() / 1000 - seconds;
  };
});

/** The type that variants have in common; their packed texts as a JSON list. */
function commonSchema(texts: string): string {
  return variantSchema((JSON.parse(texts) as readonly string[]).map((text) => readVariant(unpacked(text))));
}

export const variantFunctions: readonly JavaScriptFunction[] = [
  { name: 'js_parse_json', parameters: ['VARCHAR'], returns: 'VARIANT', evaluate: (json) => parseVariant(json as string) },
  { name: 'js_build_variant', parameters: ['VARCHAR'], returns: 'VARIANT', evaluate: (json) => buildVariant(json as string) },
  { name: 'js_pack_variant', parameters: ['VARIANT'], returns: 'VARCHAR', evaluate: (variant) => packed(variant as VariantBytes) },
  { name: 'js_unpack_variant', parameters: ['VARCHAR'], returns: 'VARIANT', evaluate: (text) => unpacked(text as string) },
  { name: 'js_variant_json', parameters: ['VARIANT', 'VARCHAR'], returns: 'VARCHAR', evaluate: (variant, zone) => variantJson(readVariant(variant as VariantBytes), zoneOf(zone as string)) },
  {
    name: 'js_variant_get', parameters: ['VARIANT', 'VARCHAR'], returns: 'VARIANT',
    evaluate: (variant, path) => {
      const part = readVariantAt(variant as VariantBytes, pathOf(path as string));
      return part === undefined ? null : writeVariant(part);
    },
  },
  { name: 'js_variant_scalar', parameters: ['VARIANT', 'VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (variant, path, zone) => variantScalar(variant as VariantBytes, path as string, zone as string) },
  { name: 'js_variant_entries', parameters: ['VARIANT', 'VARCHAR'], returns: 'VARCHAR', evaluate: (variant, path) => variantEntries(variant as VariantBytes, path as string) },
  { name: 'js_variant_schema', parameters: ['VARIANT'], returns: 'VARCHAR', evaluate: (variant) => variantSchema([readVariant(variant as VariantBytes)]) },
  { name: 'js_common_schema', parameters: ['VARCHAR'], returns: 'VARCHAR', evaluate: (texts) => commonSchema(texts as string) },
];
