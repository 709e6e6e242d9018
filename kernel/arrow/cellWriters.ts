import { Type, type Data, type Decimal, type Field, type Int, type Timestamp } from 'apache-arrow';
import { LakebookError } from '../base/errors.ts';
import { getBit } from './columnBuffers.ts';
import { formatDecimal, formatDouble, formatFloat, readInt128, safeInt128, safeInt64, writeDate, writeHex, writeTime, writeTimestamp, type TimeUnit } from './format.ts';
import { formatInterval } from './intervalText.ts';
import { isNull } from './slices.ts';
import { innerTypes, sparkTypeOf } from './sparkFields.ts';
import { TextBuffer } from './textBuffer.ts';

/** Writes the value of a row; false, and nothing, for NULL. */
export type CellWriter = (out: TextBuffer, row: number) => boolean;

/**
 * `json`: JSON values, as `--format jsonl` has them: texts, times, decimals, and 64-bit integers outside ±2^53 are
 * strings, structs and maps objects. `text`: the same without quotation marks, and nested values as Spark shows them,
 * `{1, a}`, `{k -> 1}`, `[1, null]`. `typed`: JSON for readers that know the columns' types: every 64-bit integer and
 * every variant is a string, structs are lists of their values, maps lists of pairs. All are exact.
 */
export type CellStyle = 'json' | 'text' | 'typed';

/**
 * Writes the cells of a column: dates `YYYY-MM-DD`, timestamps ISO with microseconds (`Z` where they have a zone),
 * binaries in hexadecimal, intervals as Spark's literals (`typed`: day-time intervals in microseconds, year-month
 * intervals in months). A variant is JSON text already, so JSON has it as it is.
 */
export function createCellWriter(field: Field, data: Data, style: CellStyle): CellWriter {
  const write = createValueWriter(data, style, sparkTypeOf(field));
  return (out, row) => {
    if (isNull(data, row)) return false;
    write(out, row);
    return true;
  };
}

/** The text of one cell, of a nested value its JSON; null for NULL. */
export function readCellText(field: Field, data: Data, row: number): string | null {
  const out = new TextBuffer(64);
  return createCellWriter(field, data, data.children.length > 0 ? 'json' : 'text')(out, row) ? out.takeText() : null;
}

type ValueWriter = (out: TextBuffer, row: number) => void;

function createValueWriter(data: Data, style: CellStyle, sparkType: string): ValueWriter {
  switch (data.typeId) {
    case Type.Null:
      return (out) => out.ascii('null');
    case Type.Bool: {
      const bits = data.values as Uint8Array;
      return (out, row) => out.ascii(getBit(bits, row) ? 'true' : 'false');
    }
    case Type.Int:
      return createIntWriter(data, style);
    case Type.Float:
      return createFloatWriter(data, style);
    case Type.Utf8:
      return createTextWriter(data, style, sparkType);
    case Type.Decimal:
    case Type.Binary:
    case Type.Interval:
    case Type.Date:
    case Type.Time:
    case Type.Timestamp:
      return inQuotes(createQuotedWriter(data, style, sparkType), style);
    case Type.List:
      return createListWriter(data, style, sparkType);
    case Type.Map:
      return createMapWriter(data, style, sparkType);
    case Type.Struct:
      return createStructWriter(data, style, sparkType);
    default:
      throw new LakebookError('INTERNAL_ERROR', { detail: `no text for values of Arrow type ${data.typeId}` });
  }
}

const QUOTE = 0x22;

function inQuotes(write: ValueWriter, style: CellStyle): ValueWriter {
  if (style === 'text') return write;
  return (out, row) => {
    out.char(QUOTE);
    write(out, row);
    out.char(QUOTE);
  };
}

function createIntWriter(data: Data, style: CellStyle): ValueWriter {
  if ((data.type as Int).bitWidth < 64) {
    const values = data.values as Int32Array;
    return (out, row) => out.integer(values[row]!);
  }
  const values = data.values as BigInt64Array;
  const words = wordsOf(values);
  const writeLarge = inQuotes((out, row) => out.ascii(String(values[row])), style);
  return (out, row) => {
    const safe = safeInt64(words[row * 2]!, words[row * 2 + 1]!);
    if (safe === undefined || style === 'typed') writeLarge(out, row);
    else out.integer(safe);
  };
}

function createFloatWriter(data: Data, style: CellStyle): ValueWriter {
  const values = data.values as Float64Array;
  const format = values.BYTES_PER_ELEMENT === 4 ? formatFloat : formatDouble;
  const writeSpecial = inQuotes((out, row) => out.ascii(String(values[row])), style);
  return (out, row) => {
    const value = values[row]!;
    if (Number.isFinite(value)) out.ascii(format(value));
    else writeSpecial(out, row);
  };
}

function createTextWriter(data: Data, style: CellStyle, sparkType: string): ValueWriter {
  const offsets = data.valueOffsets as Int32Array;
  const bytes = data.values as Uint8Array;
  if (style === 'json' && sparkType === 'variant') return (out, row) => out.jsonValue(bytes, offsets[row]!, offsets[row + 1]!);
  if (style !== 'text') return (out, row) => out.jsonString(bytes, offsets[row]!, offsets[row + 1]!);
  return (out, row) => out.copy(bytes, offsets[row]!, offsets[row + 1]!);
}

const UNITS: readonly TimeUnit[] = ['second', 'millisecond', 'microsecond', 'nanosecond'];

/** Values that are strings in JSON, and in which no character needs care. */
function createQuotedWriter(data: Data, style: CellStyle, sparkType: string): ValueWriter {
  switch (data.typeId) {
    case Type.Decimal: {
      const { scale } = data.type as Decimal;
      const words = data.values as Uint32Array;
      return (out, row) => out.ascii(formatDecimal(safeInt128(words, row * 4) ?? readInt128(words, row * 4), scale));
    }
    case Type.Binary: {
      const offsets = data.valueOffsets as Int32Array;
      const bytes = data.values as Uint8Array;
      return (out, row) => writeHex(out, bytes, offsets[row]!, offsets[row + 1]!);
    }
    case Type.Interval:
      return createIntervalWriter(data, style, sparkType);
    case Type.Date: {
      const days = data.values as Int32Array;
      return (out, row) => writeDate(out, days[row]!);
    }
    case Type.Time: {
      const micros = data.values as BigInt64Array;
      return (out, row) => writeTime(out, Number(micros[row]));
    }
    default:
      return createTimestampWriter(data);
  }
}

function createTimestampWriter(data: Data): ValueWriter {
  const ticks = data.values as BigInt64Array;
  const words = wordsOf(ticks);
  const { unit, timezone } = data.type as Timestamp;
  const timeUnit = UNITS[unit]!;
  const zone = typeof timezone === 'string' ? 'Z' : '';
  return (out, row) => {
    writeTimestamp(out, safeInt64(words[row * 2]!, words[row * 2 + 1]!) ?? ticks[row]!, timeUnit);
    out.ascii(zone);
  };
}

/** The signed words of 64-bit values, low before high. */
function wordsOf(values: BigInt64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** Arrow's month-day-nano: two 32-bit integers and a 64-bit one. */
function createIntervalWriter(data: Data, style: CellStyle, sparkType: string): ValueWriter {
  const { buffer, byteOffset } = data.values as Int32Array;
  const words = new Int32Array(buffer, byteOffset, data.length * 4);
  const nanos = new BigInt64Array(buffer, byteOffset, data.length * 2);
  const isYearMonth = /^interval (year|month)/.test(sparkType);
  return (out, row) => {
    const months = words[row * 4]!;
    const micros = BigInt(words[row * 4 + 1]!) * 86_400_000_000n + nanos[row * 2 + 1]! / 1_000n;
    if (style !== 'typed') out.ascii(formatInterval(months, micros, sparkType));
    else if (isYearMonth) out.integer(months);
    else out.ascii(months === 0 ? String(micros) : `${months} months ${micros} microseconds`);
  };
}

const OPEN = 0x5b;
const CLOSE = 0x5d;

/** What stands around and between the parts of nested values. */
interface Layout {
  readonly struct: readonly [open: string, close: string];
  readonly map: readonly [open: string, close: string];
  readonly between: string;
}
const LISTS: Layout = { struct: ['[', ']'], map: ['[', ']'], between: ',' };
const OBJECTS: Layout = { struct: ['{', '}'], map: ['{', '}'], between: ',' };
const SPARK: Layout = { struct: ['{', '}'], map: ['{', '}'], between: ', ' };
const LAYOUTS: Readonly<Record<CellStyle, Layout>> = { typed: LISTS, json: OBJECTS, text: SPARK };

function createElementWriters(data: Data, style: CellStyle, sparkTypes: readonly string[]): readonly ValueWriter[] {
  const fields = data.type.children as Field[];
  return data.children.map((child, index) => {
    // what DuckDB's types do not tell, such as an interval's fields, the whole value's type does
    const write = createValueWriter(child, style, sparkTypes.length === fields.length ? sparkTypes[index]! : sparkTypeOf(fields[index]!));
    return (out: TextBuffer, row: number): void => {
      if (isNull(child, row)) out.ascii('null');
      else write(out, row);
    };
  });
}

function createStructWriter(data: Data, style: CellStyle, sparkType: string): ValueWriter {
  const children = createElementWriters(data, style, innerTypes(sparkType));
  const { struct: [open, close], between } = LAYOUTS[style];
  const utf8 = new TextEncoder();
  const names = (data.type.children as Field[]).map(({ name }) => utf8.encode(style === 'json' ? `${JSON.stringify(name)}:` : ''));
  return (out, row) => {
    out.ascii(open);
    for (let index = 0; index < children.length; index++) {
      if (index > 0) out.ascii(between);
      out.copy(names[index]!, 0, undefined);
      children[index]!(out, row);
    }
    out.ascii(close);
  };
}

function createMapWriter(data: Data, style: CellStyle, sparkType: string): ValueWriter {
  const [entries] = data.children;
  const types = innerTypes(sparkType);
  // in JSON a key is a string, whatever it is
  const [writeKey] = createElementWriters(entries!, style === 'json' ? 'text' : style, types);
  const [, writeValue] = createElementWriters(entries!, style, types);
  const { map: [open, close], between } = LAYOUTS[style];
  const key = new TextBuffer(64);
  const writeEntry = (out: TextBuffer, at: number): void => {
    if (style === 'json') {
      writeKey!(key, at);
      const bytes = key.take();
      out.jsonString(bytes, 0, bytes.byteLength);
      out.ascii(':');
    } else {
      if (style === 'typed') out.char(OPEN);
      writeKey!(out, at);
      out.ascii(style === 'typed' ? ',' : ' -> ');
    }
    writeValue!(out, at);
    if (style === 'typed') out.char(CLOSE);
  };
  return createSequenceWriter(data, writeEntry, [open, between, close]);
}

function createListWriter(data: Data, style: CellStyle, sparkType: string): ValueWriter {
  const [writeElement] = createElementWriters(data, style, innerTypes(sparkType));
  return createSequenceWriter(data, writeElement!, ['[', LAYOUTS[style].between, ']']);
}

function createSequenceWriter(data: Data, write: ValueWriter, [open, between, close]: readonly [string, string, string]): ValueWriter {
  const offsets = data.valueOffsets as Int32Array;
  return (out, row) => {
    out.ascii(open);
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      if (at > offsets[row]!) out.ascii(between);
      write(out, at);
    }
    out.ascii(close);
  };
}
