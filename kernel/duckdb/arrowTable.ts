import duckdb, { type Vector } from '@duckdb/node-bindings';
import { DuckDBDataChunk, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api';
import { Precision, Type, type Data, type DataType, type Decimal, type Field, type Float, type Int, type Schema, type Timestamp } from 'apache-arrow';
import type { ArrowBatch } from '../arrow/batch.ts';
import { copyBits, getBit } from '../arrow/columnBuffers.ts';
import { LakebookError } from '../base/errors.ts';

const CHUNK_ROWS = 2_048;

/**
 * Fills a table with Arrow batches through DuckDB's appender: buffers are copied whole, no value becomes a JavaScript
 * value. Columns are named `c0`, `c1`, …, since a result's own names may repeat; `rowid` is the row's
 * position in the result.
 */
export class ArrowTable {
  readonly #appender: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;

  private constructor(appender: DuckDBAppender) {
    this.#appender = appender;
    this.#chunk = DuckDBDataChunk.create(Array.from({ length: appender.columnCount }, (_, column) => appender.columnType(column)));
  }

  /** A new table for rows of this schema. */
  static async create(connection: DuckDBConnection, schemaName: string, table: string, schema: Schema): Promise<ArrowTable> {
    const columns = schema.fields.map((field: Field, index) => `c${index} ${duckdbTypeOf(field.type)}`);
    await connection.run(`CREATE TABLE ${schemaName}.${table} (${columns.join(', ')})`);
    return ArrowTable.extend(connection, schemaName, table);
  }

  /** A table that {@link create} made, for more rows at its end. */
  static async extend(connection: DuckDBConnection, schemaName: string, table: string): Promise<ArrowTable> {
    return new ArrowTable(await connection.createAppender(table, schemaName));
  }

  /** Appends one batch; the event loop is held for less than a millisecond per 2,048 rows and ten columns. */
  append(batch: ArrowBatch): void {
    const columns = batch.columns;
    for (let from = 0; from < batch.rows; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, batch.rows - from);
      this.#chunk.reset();
      columns.forEach((column, index) => writeVector(duckdb.data_chunk_get_vector(this.#chunk.chunk, index), column, from, count));
      this.#chunk.rowCount = count;
      this.#appender.appendDataChunk(this.#chunk);
    }
    // by itself the appender would flush rarely, and then hold the event loop for a tenth of a second
    this.#appender.flushSync();
  }

  /** Makes what was appended visible; nothing can be appended afterwards. */
  finish(): void {
    this.#appender.closeSync();
  }
}

const SIMPLE_TYPES = new Map<Type, string>([
  [Type.Null, 'INTEGER'],
  [Type.Bool, 'BOOLEAN'],
  [Type.Utf8, 'VARCHAR'],
  [Type.Binary, 'BLOB'],
  [Type.Date, 'DATE'],
  [Type.Time, 'TIME'],
  [Type.Interval, 'INTERVAL'],
]);
const INT_TYPES = new Map([[8, 'TINYINT'], [16, 'SMALLINT'], [32, 'INTEGER'], [64, 'BIGINT']]);
const TIMESTAMP_TYPES = ['TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP', 'TIMESTAMP_NS'];

/** The DuckDB type of an Arrow type that a result can have. */
export function duckdbTypeOf(type: DataType): string {
  const children = (type.children ?? []) as readonly Field[];
  switch (type.typeId) {
    case Type.Int:
      return INT_TYPES.get((type as Int).bitWidth) ?? 'BIGINT';
    case Type.Float:
      return (type as Float).precision === Precision.SINGLE ? 'FLOAT' : 'DOUBLE';
    case Type.Decimal:
      return `DECIMAL(${(type as Decimal).precision},${(type as Decimal).scale})`;
    case Type.Timestamp: {
      const { unit, timezone } = type as Timestamp;
      return typeof timezone === 'string' ? 'TIMESTAMP WITH TIME ZONE' : TIMESTAMP_TYPES[unit]!;
    }
    case Type.List:
      return `${duckdbTypeOf(children[0]!.type)}[]`;
    case Type.Map: {
      const [key, value] = children[0]!.type.children as readonly Field[];
      return `MAP(${duckdbTypeOf(key!.type)}, ${duckdbTypeOf(value!.type)})`;
    }
    case Type.Struct:
      return `STRUCT(${children.map((field) => `"${field.name.replaceAll('"', '""')}" ${duckdbTypeOf(field.type)}`).join(', ')})`;
    default: {
      const simple = SIMPLE_TYPES.get(type.typeId as Type);
      if (simple === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: `no table column for Arrow type ${type.typeId}` });
      return simple;
    }
  }
}

function writeVector(vector: Vector, data: Data, from: number, count: number): void {
  writeValidity(vector, data, from, count);
  switch (data.typeId) {
    case Type.Null:
      return;
    case Type.Bool:
      writeBooleans(vector, data.values as Uint8Array, from, count);
      return;
    case Type.Utf8:
    case Type.Binary:
      writeStrings(vector, data, from, count);
      return;
    case Type.Decimal:
      writeDecimals(vector, data, from, count);
      return;
    case Type.Interval:
      writeIntervals(vector, data.values as Uint8Array, from, count);
      return;
    case Type.List:
    case Type.Map:
      writeLists(vector, data, from, count);
      return;
    case Type.Struct:
      data.children.forEach((child, index) => writeVector(duckdb.struct_vector_get_child(vector, index), child, from, count));
      return;
    default: {
      const values = data.values as Int32Array;
      const width = values.BYTES_PER_ELEMENT;
      copyBytes(vector, values.buffer as ArrayBuffer, values.byteOffset + from * width, count * width);
    }
  }
}

function copyBytes(vector: Vector, source: ArrayBuffer, offset: number, count: number): void {
  if (count > 0) duckdb.copy_data_to_vector(vector, 0, source, offset, count);
}

function writeValidity(vector: Vector, data: Data, from: number, count: number): void {
  if (data.typeId !== Type.Null && (data.nullCount === 0 || !data.nullBitmap?.byteLength)) return;
  const bits = new Uint8Array(Math.ceil(count / 64) * 8);
  if (data.typeId !== Type.Null) copyBits(data.nullBitmap!, from, bits, 0, count);
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.byteLength);
}

function writeBooleans(vector: Vector, bits: Uint8Array, from: number, count: number): void {
  const bytes = new Uint8Array(count);
  for (let row = 0; row < count; row++) bytes[row] = getBit(bits, from + row) ? 1 : 0;
  copyBytes(vector, bytes.buffer, 0, count);
}

const ENTRY_BYTES = 16;
const INLINE_BYTES_MAX = 12;
const PREFIX_BYTES = 4;
const TWO_32 = 2 ** 32;

/**
 * A string's entry is its length, then 12 inline bytes, or a prefix and a pointer. All the rows' texts are handed to
 * DuckDB as one string, whose memory it keeps with the vector, and the long ones point into that: a call per string
 * would cost more than all the rest.
 */
function writeStrings(vector: Vector, data: Data, from: number, count: number): void {
  const offsets = data.valueOffsets as Int32Array;
  const first = offsets[from]!;
  const bytes = (data.values as Uint8Array).subarray(first, offsets[from + count]!);
  const base = storeText(vector, bytes);
  const entries = new Uint8Array(count * ENTRY_BYTES);
  const words = new Uint32Array(entries.buffer);
  for (let row = 0; row < count; row++) {
    const start = offsets[from + row]! - first;
    const length = offsets[from + row + 1]! - first - start;
    const isInline = length <= INLINE_BYTES_MAX;
    words[row * 4] = length;
    const shown = isInline ? length : PREFIX_BYTES;
    for (let byte = 0; byte < shown; byte++) entries[row * ENTRY_BYTES + 4 + byte] = bytes[start + byte]!;
    if (isInline) continue;
    const pointer = base + start;
    words[row * 4 + 2] = pointer % TWO_32;
    words[row * 4 + 3] = Math.floor(pointer / TWO_32);
  }
  copyBytes(vector, entries.buffer, 0, entries.byteLength);
}

/** Where DuckDB keeps a copy of the bytes, as long as it keeps the vector's strings; 0 where they are too few to be kept. */
function storeText(vector: Vector, bytes: Uint8Array): number {
  if (bytes.byteLength <= INLINE_BYTES_MAX) return 0;
  duckdb.vector_assign_string_element_len(vector, 0, bytes);
  const entry = duckdb.vector_get_data(vector, ENTRY_BYTES);
  const words = new Uint32Array(entry.buffer, entry.byteOffset, 4);
  return words[3]! * TWO_32 + words[2]!;
}

function writeDecimals(vector: Vector, data: Data, from: number, count: number): void {
  const { precision } = data.type as Decimal;
  const words = (data.values as Int32Array).subarray(from * 4, (from + count) * 4);
  if (precision > 18) {
    copyBytes(vector, words.buffer as ArrayBuffer, words.byteOffset, words.byteLength);
    return;
  }
  const perValue = precision > 9 ? 2 : 1;
  const narrow = precision > 4 ? new Int32Array(count * perValue) : new Int16Array(count);
  for (let row = 0; row < count; row++) {
    narrow[row * perValue] = words[row * 4]!;
    if (perValue === 2) narrow[row * 2 + 1] = words[row * 4 + 1]!;
  }
  copyBytes(vector, narrow.buffer, 0, narrow.byteLength);
}

function writeIntervals(vector: Vector, values: ArrayBufferView, from: number, count: number): void {
  const intervals = new Uint8Array(values.buffer, values.byteOffset + from * 16, count * 16).slice();
  const micros = new BigInt64Array(intervals.buffer);
  for (let row = 0; row < count; row++) micros[row * 2 + 1] = micros[row * 2 + 1]! / 1_000n;
  copyBytes(vector, intervals.buffer, 0, intervals.byteLength);
}

function writeLists(vector: Vector, data: Data, from: number, count: number): void {
  const offsets = data.valueOffsets as Int32Array;
  const first = offsets[from]!;
  const children = offsets[from + count]! - first;
  const entries = new Uint32Array(count * 4);
  for (let row = 0; row < count; row++) {
    entries[row * 4] = offsets[from + row]! - first;
    entries[row * 4 + 2] = offsets[from + row + 1]! - offsets[from + row]!;
  }
  copyBytes(vector, entries.buffer, 0, entries.byteLength);
  duckdb.list_vector_reserve(vector, children);
  duckdb.list_vector_set_size(vector, children);
  writeVector(duckdb.list_vector_get_child(vector), data.children[0]!, first, children);
}
