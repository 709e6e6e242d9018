import { parseSchemaText } from '../../parse.ts';
import type { DataType, StructField } from '../../types/dataType.ts';
import { parseDate, parseTimestamp, dateText } from '../../types/datetimes.ts';
import { type JsonDialect, type JsonNode, quoteJson, readJson, SPARK_JSON, writeJson } from './jsonReader.ts';
import { remembered } from './memo.ts';
import { variantOf as variantNodeOf } from './variantNode.ts';
import { packed } from './variants.ts';
import { writeVariant } from './variantWriter.ts';

/** How `from_json` reads, resolved from its options; as JSON text it is an argument of the function. */
export interface JsonReading {
  readonly dialect: JsonDialect;
  readonly failFast: boolean;
  readonly corruptColumn: string;
}

/** A value read so far: `broken` where a part of it is not of its type, which Spark keeps beside its error. */
interface Read {
  readonly text: string;
  readonly broken: boolean;
}
/** The value is not of the type and nothing of it is kept. */
const FAILED = Symbol('failed');
type Outcome = Read | typeof FAILED;

const NULL: Read = { text: 'null', broken: false };
const whole = (text: string): Read => ({ text, broken: false });
const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = { tinyint: [-128n, 255n], smallint: [-32768n, 32767n], int: [-(2n ** 31n), 2n ** 31n - 1n], bigint: [-(2n ** 63n), 2n ** 63n - 1n] };
const SPECIAL: Readonly<Record<string, string>> = { NaN: 'NaN', '+INF': 'Infinity', '+Infinity': 'Infinity', Infinity: 'Infinity', '-INF': '-Infinity', '-Infinity': '-Infinity' };

/** A value as JSON that DuckDB casts to the type's raw form: numbers and dates exact, timestamps as texts, binary in Base64. */
function read(node: JsonNode, type: DataType, dialect: JsonDialect): Outcome {
  if (type.kind === 'variant') return variantOf(node);
  if (node.kind === 'null') return NULL;
  switch (type.kind) {
    case 'string':
      return whole(quoteJson(node.kind === 'string' ? node.text : writeJson(node)));
    case 'boolean':
      return node.kind === 'true' || node.kind === 'false' ? whole(node.kind) : FAILED;
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return node.kind === 'integer' ? integerOf(BigInt(node.text), type.kind) : FAILED;
    case 'float':
    case 'double':
      return realOf(node, type.kind, dialect);
    case 'decimal':
      return node.kind === 'string' || node.kind === 'integer' || node.kind === 'fraction' ? decimalOf(node.text.replaceAll(',', ''), type.precision, type.scale) : FAILED;
    case 'date': {
      const days = node.kind === 'string' ? parseDate(node.text) : undefined;
      return days === undefined ? FAILED : whole(`"${dateText(days)}"`);
    }
    case 'timestamp':
      if (node.kind === 'integer') return whole(`"${secondsText(BigInt(node.text))}"`);
      return node.kind === 'string' && parseTimestamp(node.text) !== undefined ? whole(quoteJson(node.text)) : FAILED;
    case 'timestamp_ntz': {
      const parsed = node.kind === 'string' ? parseTimestamp(node.text) : undefined;
      return parsed === undefined || parsed.zone !== undefined || node.kind !== 'string' ? FAILED : whole(quoteJson(node.text));
    }
    case 'binary':
      return node.kind === 'string' ? binaryOf(node.text) : FAILED;
    case 'array':
      return node.kind === 'array' ? collected(node.items.map((item) => read(item, type.element, dialect)), (texts) => `[${texts.join(',')}]`) : FAILED;
    case 'map': {
      if (node.kind !== 'object') return FAILED;
      const entries = [...new Map(node.entries)];
      return collected(entries.map(([, value]) => read(value, type.value, dialect)), (texts) => `{${texts.map((text, index) => `${quoteJson(entries[index]![0])}:${text}`).join(',')}}`);
    }
    case 'struct':
      return node.kind === 'object' ? structOf(node.entries, type.fields, dialect) : FAILED;
    default:
      return FAILED;
  }
}

/** A list is lost with one element that is; what is kept of a broken one is kept. */
function collected(parts: readonly Outcome[], join: (texts: readonly string[]) => string): Outcome {
  const kept = parts.flatMap((part) => (part === FAILED ? [] : [part]));
  if (kept.length < parts.length) return FAILED;
  return { text: join(kept.map(({ text }) => text)), broken: kept.some(({ broken }) => broken) };
}

/** Of repeated keys the last that can be read counts; a field that cannot is NULL. */
function structOf(entries: readonly (readonly [string, JsonNode])[], fields: readonly StructField[], dialect: JsonDialect): Read {
  let broken = false;
  const values = new Map<string, string>();
  const types = new Map(fields.map((field) => [field.name, field.type]));
  for (const [name, node] of entries) {
    const type = types.get(name);
    const value = type === undefined ? undefined : read(node, type, dialect);
    if (value === undefined) continue;
    if (value === FAILED) broken = true;
    else {
      values.set(name, value.text);
      broken ||= value.broken;
    }
  }
  return { text: `{${fields.map(({ name }) => `${quoteJson(name)}:${values.get(name) ?? 'null'}`).join(',')}}`, broken };
}

function variantOf(node: JsonNode): Outcome {
  const value = variantNodeOf(node);
  return value === undefined ? FAILED : whole(`"${packed(writeVariant(value))}"`);
}

function integerOf(value: bigint, kind: 'tinyint' | 'smallint' | 'int' | 'bigint'): Outcome {
  const [low, high] = RANGES[kind]!;
  if (value < low || value > high) return FAILED;
  return whole(String(kind === 'tinyint' ? BigInt.asIntN(8, value) : value));
}

function realOf(node: JsonNode, kind: 'float' | 'double', dialect: JsonDialect): Outcome {
  if (node.kind === 'string') {
    const special = dialect.allowNonNumericNumbers ? SPECIAL[node.text] : undefined;
    return special === undefined ? FAILED : whole(`"${special}"`);
  }
  if (node.kind !== 'integer' && node.kind !== 'fraction') return FAILED;
  const value = kind === 'float' ? Math.fround(Number(node.text)) : Number(node.text);
  return whole(`"${Object.is(value, -0) ? '-0.0' : value}"`);
}

/** The digits rounded half up to the scale; lost where they do not fit. */
export function decimalOf(text: string, precision: number, scale: number): Outcome {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null || (match[2] === '' && (match[3] ?? '') === '')) return FAILED;
  const digits = `${match[2]}${match[3] ?? ''}`;
  const shift = scale - (match[3] ?? '').length + Number(match[4] ?? 0);
  if (Math.abs(shift) > 400) return FAILED;
  let unscaled = BigInt(digits);
  if (shift >= 0) unscaled *= 10n ** BigInt(shift);
  else {
    const divisor = 10n ** BigInt(-shift);
    unscaled = (unscaled * 2n + divisor) / (divisor * 2n);
  }
  if (unscaled >= 10n ** BigInt(precision)) return FAILED;
  const padded = unscaled.toString().padStart(scale + 1, '0');
  return whole(`"${match[1] === '-' ? '-' : ''}${padded.slice(0, padded.length - scale)}${scale === 0 ? '' : `.${padded.slice(padded.length - scale)}`}"`);
}

function secondsText(seconds: bigint): string {
  return `${new Date(Number(seconds) * 1000).toISOString().replace('T', ' ').replace('.000Z', '')}+00:00`;
}

/** Base64, which DuckDB decodes. */
function binaryOf(text: string): Outcome {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 ? whole(quoteJson(text)) : FAILED;
}

const schemaOf = remembered(parseSchemaText);

/** `from_json`: the value as JSON to be cast to the schema's raw form, null where it is NULL; `malformed` where that fails the statement. */
export function fromJson(json: string, schema: string, reading: JsonReading): string | null {
  const type = schemaOf(schema);
  const node = readJson(json, reading.dialect);
  if (node === 'empty') return null;
  const value = node === undefined ? FAILED : readRoot(node, type, reading);
  const broken = value === FAILED || value.broken;
  if (broken && reading.failFast) return 'malformed';
  if (type.kind !== 'struct') return value === FAILED ? null : value.text;
  const text = value === FAILED ? `{${type.fields.map(({ name }) => `${quoteJson(name)}:null`).join(',')}}` : value.text;
  if (!broken || !type.fields.some(({ name }) => name === reading.corruptColumn)) return text;
  const marked = `${quoteJson(reading.corruptColumn)}:`;
  return text.replace(`${marked}null`, () => `${marked}${quoteJson(json)}`);
}

function readRoot(node: JsonNode, type: DataType, reading: JsonReading): Outcome {
  if (type.kind === 'variant') return read(node, type, reading.dialect);
  if (type.kind === 'array' && type.element.kind === 'struct' && node.kind === 'object') return collected([read(node, type.element, reading.dialect)], ([text]) => `[${text}]`);
  if (node.kind === 'null') return FAILED;
  if (type.kind !== 'struct') return read(node, type, reading.dialect);
  // The column for what cannot be read is none of the record's own.
  const fields = type.fields.filter(({ name }) => name !== reading.corruptColumn);
  if (node.kind !== 'object') return FAILED;
  const value = structOf(node.entries, fields, reading.dialect);
  if (fields.length === type.fields.length) return value;
  const corrupt = `${quoteJson(reading.corruptColumn)}:null`;
  return { ...value, text: fields.length === 0 ? `{${corrupt}}` : `${value.text.slice(0, -1)},${corrupt}}` };
}

/** The dialect of options written as `name=value` parts; the rest is Spark's. */
export function jsonReading(options: ReadonlyMap<string, string>): JsonReading {
  const flag = (name: keyof JsonDialect): boolean => (options.get(name.toLowerCase()) ?? String(SPARK_JSON[name])).toLowerCase() === 'true';
  return {
    dialect: {
      allowComments: flag('allowComments'), allowSingleQuotes: flag('allowSingleQuotes'), allowUnquotedFieldNames: flag('allowUnquotedFieldNames'),
      allowNumericLeadingZeros: flag('allowNumericLeadingZeros'), allowNonNumericNumbers: flag('allowNonNumericNumbers'),
      allowBackslashEscapingAnyCharacter: flag('allowBackslashEscapingAnyCharacter'), allowUnquotedControlChars: flag('allowUnquotedControlChars'),
    },
    failFast: options.get('mode')?.toUpperCase() === 'FAILFAST',
    corruptColumn: options.get('columnnameofcorruptrecord') ?? '_corrupt_record',
  };
}
