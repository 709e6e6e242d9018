import { Schema, type Data, Type } from 'apache-arrow';
import { copyBits, countZeros, getBit } from './columnBuffers.ts';
import { createData } from './columnData.ts';
import type { ArrowBatch } from './batch.ts';

/** Rows `[from, from + count)` of a batch, as a whole batch of its own: every offset begins at 0. */
export function sliceBatch(batch: ArrowBatch, from: number, count: number): ArrowBatch {
  if (from === 0 && count === batch.rows) return batch;
  return { schema: batch.schema, rows: count, columns: batch.columns.map((column) => sliceData(column, from, count)) };
}

/** Columns `[from, to)` of a batch. */
export function selectColumns(batch: ArrowBatch, from: number, to: number): ArrowBatch {
  if (from === 0 && to >= batch.columns.length) return batch;
  return { schema: selectFields(batch.schema, from, to), rows: batch.rows, columns: batch.columns.slice(from, to) };
}

export function selectFields(schema: Schema, from: number, to: number): Schema {
  return new Schema(schema.fields.slice(from, to));
}

function sliceData(data: Data, from: number, count: number): Data {
  const { type } = data;
  const nulls = sliceValidity(data, from, count);
  switch (data.typeId) {
    case Type.Null:
      return createData({ type, length: count });
    case Type.Bool:
      return createData({ type, length: count, ...nulls, data: sliceBits(data.values as Uint8Array, from, count) });
    case Type.Utf8:
    case Type.Binary: {
      const { offsets, start, end } = sliceOffsets(data, from, count);
      return createData({ type, length: count, ...nulls, valueOffsets: offsets, data: (data.values as Uint8Array).subarray(start, end) });
    }
    case Type.List:
    case Type.Map: {
      const { offsets, start, end } = sliceOffsets(data, from, count);
      const child = sliceData(data.children[0]!, start, end - start);
      return createData({ type, length: count, ...nulls, valueOffsets: offsets, child });
    }
    case Type.Struct:
      return createData({ type, length: count, ...nulls, children: data.children.map((child) => sliceData(child, from, count)) });
    default: {
      const width = valueBytes(data);
      const values = data.values as Uint8Array;
      return createData({ type, length: count, ...nulls, data: new Uint8Array(values.buffer, values.byteOffset + from * width, count * width) });
    }
  }
}

/** Bytes per row of a column of fixed width. */
function valueBytes(data: Data): number {
  return data.typeId === Type.Decimal || data.typeId === Type.Interval ? 16 : (data.values as Uint8Array).BYTES_PER_ELEMENT;
}

function sliceValidity(data: Data, from: number, count: number): { nullCount: number; nullBitmap?: Uint8Array } {
  const bits = data.nullBitmap;
  if (data.nullCount <= 0 || bits === undefined || bits === null || bits.byteLength === 0) return { nullCount: 0 };
  const nullCount = countZeros(bits, from, count);
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: sliceBits(bits, from, count) };
}

function sliceBits(bits: Uint8Array, from: number, count: number): Uint8Array {
  const sliced = new Uint8Array((count + 7) >> 3);
  copyBits(bits, from, sliced, 0, count);
  return sliced;
}

function sliceOffsets(data: Data, from: number, count: number): { readonly offsets: Int32Array; readonly start: number; readonly end: number } {
  const all = data.valueOffsets as Int32Array;
  const start = all[from]!;
  const end = all[from + count]!;
  const offsets = start === 0 ? all.subarray(from, from + count + 1) : all.slice(from, from + count + 1).map((offset) => offset - start);
  return { offsets, start, end };
}

/** Bytes of the batch's buffers. */
export function batchBytes(batch: ArrowBatch): number {
  return batch.columns.reduce((sum, column) => sum + dataBytes(column), 0);
}

function dataBytes(data: Data): number {
  const own = (data.values?.byteLength ?? 0) + (data.valueOffsets?.byteLength ?? 0) + (data.nullBitmap?.byteLength ?? 0);
  return data.children.reduce((sum, child) => sum + dataBytes(child), own);
}

/**
 * The batch with texts and binaries of more than `max` bytes cut to it (texts at a whole character), nested ones too, so
 * that a page never carries a huge cell. The batch itself where nothing is that long.
 */
export function cutLongCells(batch: ArrowBatch, max: number): ArrowBatch {
  const columns = batch.columns.map((column) => cutData(column, max));
  if (columns.every((column, index) => column === batch.columns[index])) return batch;
  return { schema: batch.schema, rows: batch.rows, columns };
}

function cutData(data: Data, max: number): Data {
  if (data.typeId === Type.Utf8 || data.typeId === Type.Binary) return cutBytes(data, max);
  if (data.children.length === 0) return data;
  const children = data.children.map((child) => cutData(child, max));
  return children.every((child, index) => child === data.children[index]) ? data : data.clone(data.type, data.offset, data.length, data.nullCount, undefined, children);
}

function cutBytes(data: Data, max: number): Data {
  const offsets = data.valueOffsets as Int32Array;
  const values = data.values as Uint8Array;
  if (longest(offsets, data.length) <= max) return data;
  const cut = new Int32Array(data.length + 1);
  const parts: Uint8Array[] = [];
  for (let row = 0; row < data.length; row++) {
    const start = offsets[row]!;
    const end = Math.min(offsets[row + 1]!, start + max);
    const kept = values.subarray(start, end < offsets[row + 1]! && data.typeId === Type.Utf8 ? wholeCharacters(values, start, end) : end);
    parts.push(kept);
    cut[row + 1] = cut[row]! + kept.byteLength;
  }
  const joined = new Uint8Array(cut[data.length]!);
  parts.forEach((part, row) => joined.set(part, cut[row]!));
  return createData({ type: data.type, length: data.length, nullCount: data.nullCount, nullBitmap: data.nullBitmap, valueOffsets: cut, data: joined });
}

function longest(offsets: Int32Array, rows: number): number {
  let max = 0;
  for (let row = 0; row < rows; row++) max = Math.max(max, offsets[row + 1]! - offsets[row]!);
  return max;
}

/** The end moved before a character of which only a part is left. */
function wholeCharacters(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

/** True where row `row` of a column is NULL. */
export function isNull(data: Data, row: number): boolean {
  if (data.typeId === Type.Null) return true;
  const bits = data.nullBitmap;
  return data.nullCount > 0 && bits !== undefined && bits !== null && bits.byteLength > 0 && !getBit(bits, row);
}
