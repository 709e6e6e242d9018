import { Type, type Data, type Decimal, type Field, type Int, type Timestamp } from 'apache-arrow';
import { LakebookError } from '../base/errors.ts';
import { getBit } from './columnBuffers.ts';
import { formatDate, formatDecimal, formatDouble, formatFloat, formatHex, formatTime, formatTimestamp, readInt128, safeInt64, type TimeUnit } from './format.ts';
import { isNull } from './slices.ts';
import { sparkTypeOf } from './sparkFields.ts';

/** The text of row `row` of a column; null for NULL. */
export type CellWriter = (row: number) => string | null;

/** How values become text. Both are exact; they differ in what is quoted. */
export interface CellStyle {
  /** A value that JSON writes without quotes: numbers, booleans, nested values. */
  bare(text: string): string;
  /** Everything else: texts, times, decimals, numbers that a JSON reader would round. */
  quoted(text: string): string;
}

/** JSON values, as `--format jsonl` writes them: decimals, and 64-bit integers outside ±2^53, as strings. */
export const JSON_STYLE: CellStyle = { bare: (text) => text, quoted: (text) => JSON.stringify(text) };
/** The plain text of a cell. */
export const TEXT_STYLE: CellStyle = { bare: (text) => text, quoted: (text) => text };

/**
 * Writes the cells of a column: dates `YYYY-MM-DD`, timestamps ISO with microseconds (`Z` where they have a zone),
 * binaries in hexadecimal, day-time intervals in microseconds, year-month intervals in months; nested values as JSON
 * (structs as the list of their values, maps as lists of pairs).
 */
export function createCellWriter(field: Field, data: Data, style: CellStyle): CellWriter {
  const write = createValueWriter(data, style, sparkTypeOf(field));
  return (row) => (isNull(data, row) ? null : write(row));
}

type ValueWriter = (row: number) => string;

function createValueWriter(data: Data, style: CellStyle, sparkType: string): ValueWriter {
  switch (data.typeId) {
    case Type.Null:
      return () => 'null';
    case Type.Bool: {
      const bits = data.values as Uint8Array;
      return (row) => style.bare(getBit(bits, row) ? 'true' : 'false');
    }
    case Type.Int:
      return createIntWriter(data, style);
    case Type.Float: {
      const values = data.values as Float64Array;
      const format = values.BYTES_PER_ELEMENT === 4 ? formatFloat : formatDouble;
      return (row) => (Number.isFinite(values[row]) ? style.bare(format(values[row]!)) : style.quoted(String(values[row])));
    }
    case Type.Decimal:
      return createDecimalWriter(data, style);
    case Type.Utf8: {
      const read = createTextReader(data);
      return (row) => style.quoted(read(row));
    }
    case Type.Binary: {
      const offsets = data.valueOffsets as Int32Array;
      const bytes = data.values as Uint8Array;
      return (row) => style.quoted(formatHex(bytes.subarray(offsets[row]!, offsets[row + 1]!)));
    }
    case Type.Interval:
      return createIntervalWriter(data, style, sparkType);
    case Type.Date:
    case Type.Time:
    case Type.Timestamp:
      return createTimeWriter(data, style);
    default:
      return createNestedWriter(data);
  }
}

function createIntWriter(data: Data, style: CellStyle): ValueWriter {
  if ((data.type as Int).bitWidth < 64) {
    const values = data.values as Int32Array;
    return (row) => style.bare(String(values[row]));
  }
  const values = data.values as BigInt64Array;
  const words = wordsOf(values);
  return (row) => {
    const safe = safeInt64(words[row * 2]!, words[row * 2 + 1]!);
    return safe === undefined ? style.quoted(String(values[row])) : style.bare(String(safe));
  };
}

function createDecimalWriter(data: Data, style: CellStyle): ValueWriter {
  const { scale } = data.type as Decimal;
  const words = data.values as Uint32Array;
  return (row) => style.quoted(formatDecimal(readInt128(words, row * 4), scale));
}

const UNITS: readonly TimeUnit[] = ['second', 'millisecond', 'microsecond', 'nanosecond'];

function createTimeWriter(data: Data, style: CellStyle): ValueWriter {
  if (data.typeId === Type.Date) {
    const days = data.values as Int32Array;
    return (row) => style.quoted(formatDate(days[row]!));
  }
  const ticks = data.values as BigInt64Array;
  if (data.typeId === Type.Time) return (row) => style.quoted(formatTime(Number(ticks[row])));
  const { unit, timezone } = data.type as Timestamp;
  const zone = timezone === null || timezone === undefined ? '' : 'Z';
  const timeUnit = UNITS[unit]!;
  const words = wordsOf(ticks);
  return (row) => style.quoted(formatTimestamp(safeInt64(words[row * 2]!, words[row * 2 + 1]!) ?? ticks[row]!, timeUnit) + zone);
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
  return (row) => {
    const months = words[row * 4]!;
    const micros = BigInt(words[row * 4 + 1]!) * 86_400_000_000n + nanos[row * 2 + 1]! / 1_000n;
    if (isYearMonth) return style.quoted(String(months));
    return style.quoted(months === 0 ? String(micros) : `${months} months ${micros} microseconds`);
  };
}

function createNestedWriter(data: Data): ValueWriter {
  const children = data.children.map((child, index) => {
    const write = createValueWriter(child, JSON_STYLE, sparkTypeOf((data.type.children as Field[])[index]!));
    return (row: number): string => (isNull(child, row) ? 'null' : write(row));
  });
  if (data.typeId === Type.Struct) return (row) => `[${children.map((write) => write(row)).join(',')}]`;
  const [entry] = children;
  if (entry === undefined || (data.typeId !== Type.List && data.typeId !== Type.Map)) throw new LakebookError('INTERNAL_ERROR', { detail: `no text for values of type ${data.type}` });
  const offsets = data.valueOffsets as Int32Array;
  return (row) => {
    let text = '[';
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) text += (text === '[' ? '' : ',') + entry(at);
    return `${text}]`;
  };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads a column's texts. All of the column is decoded at once: far faster than one by one. */
function createTextReader(data: Data): (row: number) => string {
  const offsets = data.valueOffsets as Int32Array;
  const bytes = (data.values as Uint8Array).subarray(0, offsets[data.length]);
  const all = decoder.decode(bytes);
  if (all.length === bytes.byteLength) return (row) => all.slice(offsets[row]!, offsets[row + 1]!);
  return (row) => decoder.decode(bytes.subarray(offsets[row]!, offsets[row + 1]!));
}
