import duckdb, { type Vector } from '@duckdb/node-bindings';
import type { Data, DataType } from 'apache-arrow';
import { ByteBuffer, getBit } from '../arrow/columnBuffers.ts';
import { createData } from '../arrow/columnData.ts';
import { INITIAL_ROWS, Offsets, Validity, type ColumnBuilder } from './columnBuilder.ts';

const STRING_ENTRY_BYTES = 16;
const INLINE_BYTES_MAX = 12;

/**
 * A string is an entry of 16 bytes: its length, then 12 inline bytes or a prefix and a pointer. The pointed-to texts of
 * a vector mostly lie one behind the other, so a whole run of them is copied at once.
 */
export class StringColumn implements ColumnBuilder {
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
