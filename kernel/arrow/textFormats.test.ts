import { Field, Int32, Schema, Utf8, type Data, type DataType } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArrowBatch } from './batch.ts';
import { createData } from './columnData.ts';
import { decodeBatch, decodeSchema, encodeBatch, encodeSchema } from './ipc.ts';
import { cutLongCells, sliceBatch } from './slices.ts';
import { createCsvEncoder, createJsonLinesEncoder } from './textFormats.ts';

const utf8 = new TextEncoder();
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function texts(values: readonly (string | null)[]): Data {
  const parts = values.map((value) => utf8.encode(value ?? ''));
  const offsets = new Int32Array(values.length + 1);
  parts.forEach((part, row) => (offsets[row + 1] = offsets[row]! + part.byteLength));
  const data = new Uint8Array(offsets.at(-1)!);
  parts.forEach((part, row) => data.set(part, offsets[row]));
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, row) => { if (value !== null) bits[row >> 3]! |= 1 << (row & 7); });
  return createData({ type: new Utf8(), length: values.length, nullCount: values.filter((value) => value === null).length, nullBitmap: bits, valueOffsets: offsets, data });
}

function batchOf(columns: Readonly<Record<string, Data>>, rows: number): ArrowBatch {
  const schema = new Schema(Object.entries(columns).map(([name, data]) => new Field(name, data.type as DataType, true)));
  return { schema, rows, columns: Object.values(columns) };
}

/** A reader of RFC 4180: fields with whether they were quoted. */
function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n)/gy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    rows.at(-1)!.push(match[1] === undefined ? match[2] || null : match[1].replaceAll('""', '"'));
    if (match[3] === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

const anyText = fc.oneof(fc.constant(null), fc.string({ unit: 'binary' }), fc.constantFrom('', ' ', '"', ',', '\n', '\r', '\t', '\\', 'a"b', 'é😀', '\u0000', ' a', 'a '));

describe('rows as text', () => {
  it('gives every text back through JSON and CSV', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 30 }), (rows) => {
        const batch = batchOf({ a: texts(rows.map(([a]) => a)), 'b "c", d': texts(rows.map(([, b]) => b)) }, rows.length);
        const json = textOf(createJsonLinesEncoder(batch.schema).batch(batch)).trimEnd().split('\n').map((line) => Object.values(JSON.parse(line) as object));
        expect(json).toEqual(rows);
        const csv = createCsvEncoder(batch.schema);
        expect(parseCsv(textOf(csv.head()) + textOf(csv.batch(batch)))).toEqual([['a', 'b "c", d'], ...rows]);
      }),
    );
  });

  it('gives every text back through slices and IPC', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (values, a, b) => {
        const from = a % values.length;
        const count = b % (values.length - from + 1);
        const batch = batchOf({ a: texts(values) }, values.length);
        const sliced = decodeBatch(decodeSchema(encodeSchema(batch.schema)), encodeBatch(sliceBatch(batch, from, count)).bytes);
        const lines = textOf(createJsonLinesEncoder(batch.schema).batch(sliced)).split('\n').slice(0, -1);
        expect(lines.map((line) => (JSON.parse(line) as { a: string | null }).a)).toEqual(values.slice(from, from + count));
      }),
    );
  });

  it('cuts long texts at a whole character', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 8 }), (values, max) => {
        const cut = cutLongCells(batchOf({ a: texts(values) }, values.length), max);
        const lines = textOf(createJsonLinesEncoder(cut.schema).batch(cut)).trimEnd().split('\n');
        lines.forEach((line, row) => {
          const { a } = JSON.parse(line) as { a: string | null };
          const whole = values[row] ?? null;
          if (whole === null || a === null) return expect(a).toBe(whole);
          expect(whole.startsWith(a)).toBe(true);
          const bytes = utf8.encode(a).byteLength;
          expect(bytes).toBeLessThanOrEqual(max);
          return expect(a === whole || bytes > max - 4).toBe(true);
        });
      }),
    );
  });

  it('writes whole numbers of every size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const batch = batchOf({ a: createData({ type: new Int32(), length: values.length, data: Int32Array.from(values) }) }, values.length);
        expect(textOf(createCsvEncoder(batch.schema).batch(batch))).toBe(`${Int32Array.from(values).join('\n')}\n`);
      }),
    );
  });

  it('writes rows without columns', () => {
    const batch = batchOf({}, 2);
    expect(textOf(createJsonLinesEncoder(batch.schema).batch(batch))).toBe('{}\n{}\n');
  });
});
