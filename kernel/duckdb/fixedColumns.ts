import duckdb, { type Vector } from '@duckdb/node-bindings';
import type { Data, DataType } from 'apache-arrow';
import { BitmapBuffer, ByteBuffer, getBit } from '../arrow/columnBuffers.ts';
import { createData } from '../arrow/columnData.ts';
import { INITIAL_ROWS, Validity, type ColumnBuilder } from './columnBuilder.ts';

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

/** Values whose bytes are Arrow's. */
export class FixedColumn implements ColumnBuilder {
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

/** DuckDB's byte per boolean becomes a bit. */
export class BooleanColumn implements ColumnBuilder {
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
export class DecimalColumn implements ColumnBuilder {
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
export class IntervalColumn implements ColumnBuilder {
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
