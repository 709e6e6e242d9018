import duckdb, { type Vector } from '@duckdb/node-bindings';
import type { Data } from 'apache-arrow';
import { BitmapBuffer } from '../arrow/columnBuffers.ts';

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

/** Rows for which a new builder makes room: a vector holds no more. */
export const INITIAL_ROWS = 2_048;

function readValidity(vector: Vector, end: number): Uint8Array | undefined {
  return duckdb.vector_get_validity(vector, Math.ceil(end / 64) * 8) ?? undefined;
}

/** Which rows of a column are not NULL. */
export class Validity {
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

/** Lengths so far as Arrow's offsets. */
export class Offsets {
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
