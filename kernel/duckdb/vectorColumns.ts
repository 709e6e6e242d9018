import duckdb, { type Vector } from '@duckdb/node-bindings';
import { DuckDBDecimalType, DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { Data, DataType, Field } from 'apache-arrow';
import { BitmapBuffer, ByteBuffer, getBit } from '../arrow/columnBuffers.ts';
import { createData } from '../arrow/columnData.ts';

// DuckDB's vectors are read as raw memory: integers, floats, dates and timestamps are laid out as Arrow's, so their
// bytes are copied whole; the others are rewritten. `getColumns` of the binding makes a JavaScript value per cell and is
// an order of magnitude slower.

/** Collects rows of one column from DuckDB's vectors and hands them over as an Arrow column. */
export interface ColumnBuilder {
  /** Rows `[from, from + count)` of a vector. */
  append(vector: Vector, from: number, count: number): void;
  readonly byteLength: number;
  /** The rows so far; the builder is empty afterwards. */
  finish(): Data;
}

const INITIAL_ROWS = 2_048;

/** @param arrow as `mapColumnType` gives it for `type` */
export function createColumnBuilder(type: DuckDBType, arrow: DataType): ColumnBuilder {
  const children = (arrow.children ?? []) as readonly Field[];
  if (type instanceof DuckDBDecimalType) return new DecimalColumn(arrow, type.width);
  if (type instanceof DuckDBListType) return new ListColumn(arrow, createColumnBuilder(type.valueType, children[0]!.type));
  if (type instanceof DuckDBStructType) return new StructColumn(arrow, type.entryTypes.map((entry, index) => createColumnBuilder(entry, children[index]!.type)));
  if (type instanceof DuckDBMapType) {
    const entries = children[0]!.type;
    const [key, value] = entries.children as Field[];
    return new ListColumn(arrow, new StructColumn(entries, [createColumnBuilder(type.keyType, key!.type), createColumnBuilder(type.valueType, value!.type)]));
  }
  switch (type.typeId) {
    case DuckDBTypeId.SQLNULL:
      return new NullColumn(arrow);
    case DuckDBTypeId.BOOLEAN:
      return new BooleanColumn(arrow);
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
      return new StringColumn(arrow);
    case DuckDBTypeId.INTERVAL:
      return new IntervalColumn(arrow);
    default:
      return new FixedColumn(arrow, WIDTHS.get(type.typeId) ?? 8);
  }
}

/** Bytes of a value, where not 8. */
const WIDTHS = new Map<DuckDBTypeId, number>([
  [DuckDBTypeId.TINYINT, 1],
  [DuckDBTypeId.SMALLINT, 2],
  [DuckDBTypeId.INTEGER, 4],
  [DuckDBTypeId.FLOAT, 4],
  [DuckDBTypeId.DATE, 4],
  [DuckDBTypeId.HUGEINT, 16],
]);

/** A column of VOID: its vector says nothing. */
export class NullColumn implements ColumnBuilder {
  readonly #type: DataType;
  #length = 0;
  readonly byteLength = 0;
  constructor(type: DataType) {
    this.#type = type;
  }
  append(_vector: Vector, _from: number, count: number): void {
    this.#length += count;
  }
  finish(): Data {
    const length = this.#length;
    this.#length = 0;
    return createData({ type: this.#type, length });
  }
}

function readValidity(vector: Vector, end: number): Uint8Array | undefined {
  return duckdb.vector_get_validity(vector, Math.ceil(end / 64) * 8) ?? undefined;
}

/** The validity of a column, and what is common to all builders that have one. */
class Validity {
  readonly #bits = new BitmapBuffer();
  get length(): number {
    return this.#bits.length;
  }
  get byteLength(): number {
    return this.#bits.length >> 3;
  }
  append(vector: Vector, from: number, count: number): Uint8Array | undefined {
    const bits = readValidity(vector, from + count);
    this.#bits.append(bits, from, count);
    return bits;
  }
  finish(): { readonly length: number; readonly nullCount: number; readonly nullBitmap: Uint8Array | undefined } {
    const length = this.#bits.length;
    const { bits, zeros } = this.#bits.take();
    return { length, nullCount: zeros, nullBitmap: bits };
  }
}

class FixedColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #width: number;
  readonly #validity = new Validity();
  readonly #values: ByteBuffer;
  constructor(type: DataType, width: number) {
    this.#type = type;
    this.#width = width;
    this.#values = new ByteBuffer(INITIAL_ROWS * width);
  }
  get byteLength(): number {
    return this.#values.length + this.#validity.byteLength;
  }
  append(vector: Vector, from: number, count: number): void {
    this.#validity.append(vector, from, count);
    const width = this.#width;
    this.#values.append(duckdb.vector_get_data(vector, (from + count) * width).subarray(from * width));
  }
  finish(): Data {
    return createData({ type: this.#type, ...this.#validity.finish(), data: this.#values.take() });
  }
}

class BooleanColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #validity = new Validity();
  readonly #values = new BitmapBuffer();
  constructor(type: DataType) {
    this.#type = type;
  }
  get byteLength(): number {
    return this.#validity.byteLength * 2;
  }
  append(vector: Vector, from: number, count: number): void {
    this.#validity.append(vector, from, count);
    const bytes = duckdb.vector_get_data(vector, from + count);
    const bits = new Uint8Array((count + 7) >> 3);
    for (let row = 0; row < count; row++) if (bytes[from + row] !== 0) bits[row >> 3]! |= 1 << (row & 7);
    this.#values.append(bits, 0, count);
  }
  finish(): Data {
    const validity = this.#validity.finish();
    // a bitmap without a 0 holds no bytes
    const data = this.#values.take().bits ?? new Uint8Array((validity.length + 7) >> 3).fill(0xff);
    return createData({ type: this.#type, ...validity, data });
  }
}

/** DuckDB stores a decimal in 2, 4, 8 or 16 bytes by its width; Arrow's takes 16. */
class DecimalColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #width: number;
  readonly #validity = new Validity();
  readonly #values = new ByteBuffer(INITIAL_ROWS * 16);
  constructor(type: DataType, precision: number) {
    this.#type = type;
    this.#width = precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
  }
  get byteLength(): number {
    return this.#values.length + this.#validity.byteLength;
  }
  append(vector: Vector, from: number, count: number): void {
    this.#validity.append(vector, from, count);
    const width = this.#width;
    const source = duckdb.vector_get_data(vector, (from + count) * width).subarray(from * width);
    if (width === 16) {
      this.#values.append(source);
      return;
    }
    this.#values.reserve(count * 16);
    const target = new Int32Array(this.#values.bytes.buffer, this.#values.length, count * 4);
    if (width === 8) widenWords(new Int32Array(source.buffer, source.byteOffset, count * 2), target);
    else widenIntegers(width === 4 ? new Int32Array(source.buffer, source.byteOffset, count) : new Int16Array(source.buffer, source.byteOffset, count), target);
    this.#values.advance(count * 16);
  }
  finish(): Data {
    return createData({ type: this.#type, ...this.#validity.finish(), data: this.#values.take() });
  }
}

function widenIntegers(source: Int32Array | Int16Array, target: Int32Array): void {
  for (let row = 0, at = 0; row < source.length; row++, at += 4) {
    const value = source[row]!;
    target[at] = value;
    target[at + 1] = target[at + 2] = target[at + 3] = value >> 31;
  }
}

function widenWords(source: Int32Array, target: Int32Array): void {
  for (let row = 0, at = 0; row < source.length; row += 2, at += 4) {
    const high = source[row + 1]!;
    target[at] = source[row]!;
    target[at + 1] = high;
    target[at + 2] = target[at + 3] = high >> 31;
  }
}

const MICROS_PER_DAY = 86_400_000_000n;
const MICROS_MAX = 9_223_372_036_854_775n;

/** Months, days, microseconds become months, days, nanoseconds; where these do not fit, whole days move over. */
class IntervalColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #validity = new Validity();
  readonly #values = new ByteBuffer(INITIAL_ROWS * 16);
  constructor(type: DataType) {
    this.#type = type;
  }
  get byteLength(): number {
    return this.#values.length + this.#validity.byteLength;
  }
  append(vector: Vector, from: number, count: number): void {
    const valid = this.#validity.append(vector, from, count);
    this.#values.append(duckdb.vector_get_data(vector, (from + count) * 16).subarray(from * 16));
    const view = new DataView(this.#values.bytes.buffer, this.#values.length - count * 16, count * 16);
    for (let row = 0; row < count; row++) {
      if (valid !== undefined && !getBit(valid, from + row)) continue;
      let micros = view.getBigInt64(row * 16 + 8, true);
      if (micros > MICROS_MAX || micros < -MICROS_MAX) {
        view.setInt32(row * 16 + 4, view.getInt32(row * 16 + 4, true) + Number(micros / MICROS_PER_DAY), true);
        micros %= MICROS_PER_DAY;
      }
      view.setBigInt64(row * 16 + 8, micros * 1_000n, true);
    }
  }
  finish(): Data {
    return createData({ type: this.#type, ...this.#validity.finish(), data: this.#values.take() });
  }
}

/** Lengths so far as Arrow's offsets. */
class Offsets {
  #offsets = new Int32Array(INITIAL_ROWS + 1);
  #rows = 0;
  get byteLength(): number {
    return this.#rows * 4;
  }
  /** Room for `count` more rows; write offset `rows + 1 + i` for the i-th. */
  extend(count: number): { readonly offsets: Int32Array; readonly at: number } {
    if (this.#rows + count >= this.#offsets.length) {
      const grown = new Int32Array(Math.max(this.#rows + count + 1, this.#offsets.length * 2));
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
    const at = this.#rows;
    this.#rows += count;
    return { offsets: this.#offsets, at };
  }
  finish(): Int32Array {
    const taken = this.#offsets.subarray(0, this.#rows + 1);
    this.#offsets = new Int32Array(this.#offsets.length);
    this.#rows = 0;
    return taken;
  }
}

const STRING_ENTRY_BYTES = 16;
const INLINE_BYTES_MAX = 12;

/**
 * A string is an entry of 16 bytes: its length, then 12 inline bytes or a prefix and a pointer. The pointed-to texts of
 * a vector mostly lie one behind the other, so a whole run of them is copied at once.
 */
class StringColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #validity = new Validity();
  readonly #offsets = new Offsets();
  readonly #bytes = new ByteBuffer(INITIAL_ROWS * 16);
  constructor(type: DataType) {
    this.#type = type;
  }
  get byteLength(): number {
    return this.#bytes.length + this.#offsets.byteLength + this.#validity.byteLength;
  }

  append(vector: Vector, from: number, count: number): void {
    const valid = this.#validity.append(vector, from, count);
    const data = duckdb.vector_get_data(vector, (from + count) * STRING_ENTRY_BYTES);
    const entries = new StringEntries(data, valid, from + count);
    const { offsets, at } = this.#offsets.extend(count);
    this.#bytes.reserve(entries.totalLength(from));
    const target = this.#bytes.bytes;
    let end = this.#bytes.length;
    const first = end;
    let run: StringRun | undefined;
    for (let row = from, slot = at + 1; row < from + count; row++, slot++) {
      const length = entries.length(row);
      if (length <= INLINE_BYTES_MAX) {
        const start = row * STRING_ENTRY_BYTES + 4;
        for (let byte = 0; byte < length; byte++) target[end + byte] = data[start + byte]!;
      } else {
        if (run === undefined || row >= run.endRow) run = entries.readRun(row);
        const start = run.offset;
        if (length < 64) for (let byte = 0; byte < length; byte++) target[end + byte] = run.bytes[start + byte]!;
        else target.set(run.bytes.subarray(start, start + length), end);
        run.offset += length;
      }
      end += length;
      offsets[slot] = end;
    }
    this.#bytes.advance(end - first);
  }

  finish(): Data {
    return createData({ type: this.#type, ...this.#validity.finish(), valueOffsets: this.#offsets.finish(), data: this.#bytes.take() });
  }
}

interface StringRun {
  readonly bytes: Uint8Array;
  /** The first row that is not of the run. */
  readonly endRow: number;
  /** Where the run's next text begins. */
  offset: number;
}

class StringEntries {
  readonly #words: Uint32Array;
  readonly #data: Uint8Array;
  readonly #valid: Uint8Array | undefined;
  readonly #rows: number;
  constructor(data: Uint8Array, valid: Uint8Array | undefined, rows: number) {
    this.#words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
    this.#data = data;
    this.#valid = valid;
    this.#rows = rows;
  }

  /** 0 for NULL. */
  length(row: number): number {
    return this.#valid === undefined || getBit(this.#valid, row) ? this.#words[row * 4]! : 0;
  }

  totalLength(from: number): number {
    let total = 0;
    for (let row = from; row < this.#rows; row++) total += this.length(row);
    return total;
  }

  /** The pointed-to texts of `row` and of the rows behind it, as far as they lie one behind the other. */
  readRun(row: number): StringRun {
    const start = this.#pointer(row);
    let end = start;
    let endRow = row;
    for (; endRow < this.#rows; endRow++) {
      const length = this.length(endRow);
      if (length <= INLINE_BYTES_MAX) continue;
      if (this.#pointer(endRow) !== end) break;
      end += length;
    }
    const bytes = duckdb.get_data_from_pointer(this.#data.buffer as ArrayBuffer, this.#data.byteOffset + row * STRING_ENTRY_BYTES + 8, end - start);
    return { bytes, endRow, offset: 0 };
  }

  #pointer(row: number): number {
    return this.#words[row * 4 + 3]! * 4_294_967_296 + this.#words[row * 4 + 2]!;
  }
}

/** Lists, and maps as lists of key-value structs. An entry of a list vector is the first child row and their number. */
class ListColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #child: ColumnBuilder;
  readonly #validity = new Validity();
  readonly #offsets = new Offsets();
  #childRows = 0;
  constructor(type: DataType, child: ColumnBuilder) {
    this.#type = type;
    this.#child = child;
  }
  get byteLength(): number {
    return this.#child.byteLength + this.#offsets.byteLength + this.#validity.byteLength;
  }

  append(vector: Vector, from: number, count: number): void {
    const valid = this.#validity.append(vector, from, count);
    const data = duckdb.vector_get_data(vector, (from + count) * 16);
    const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
    const children = duckdb.list_vector_get_child(vector);
    const { offsets, at } = this.#offsets.extend(count);
    let runStart = 0;
    let runEnd = 0;
    for (let row = from, slot = at + 1; row < from + count; row++, slot++) {
      const length = valid === undefined || getBit(valid, row) ? words[row * 4 + 2]! : 0;
      if (length > 0) {
        const start = words[row * 4]!;
        if (start !== runEnd) {
          if (runEnd > runStart) this.#child.append(children, runStart, runEnd - runStart);
          runStart = start;
        }
        runEnd = start + length;
        this.#childRows += length;
      }
      offsets[slot] = this.#childRows;
    }
    if (runEnd > runStart) this.#child.append(children, runStart, runEnd - runStart);
  }

  finish(): Data {
    this.#childRows = 0;
    return createData({ type: this.#type, ...this.#validity.finish(), valueOffsets: this.#offsets.finish(), child: this.#child.finish() });
  }
}

class StructColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #children: readonly ColumnBuilder[];
  readonly #validity = new Validity();
  constructor(type: DataType, children: readonly ColumnBuilder[]) {
    this.#type = type;
    this.#children = children;
  }
  get byteLength(): number {
    return this.#children.reduce((sum, child) => sum + child.byteLength, this.#validity.byteLength);
  }
  append(vector: Vector, from: number, count: number): void {
    this.#validity.append(vector, from, count);
    this.#children.forEach((child, index) => child.append(duckdb.struct_vector_get_child(vector, index), from, count));
  }
  finish(): Data {
    return createData({ type: this.#type, ...this.#validity.finish(), children: this.#children.map((child) => child.finish()) });
  }
}
