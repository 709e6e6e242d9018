import type { Field, Schema } from 'apache-arrow';
import type { ArrowBatch } from './batch.ts';
import { createCellWriter, type CellStyle, type CellWriter } from './cellWriters.ts';
import { TextBuffer } from './textBuffer.ts';

/** Writes batches as UTF-8 text, one after the other; {@link head} first. */
export interface BatchTextEncoder {
  head(): Uint8Array;
  batch(batch: ArrowBatch): Uint8Array;
}

const NEWLINE = 0x0a;
const COMMA = 0x2c;

function writersOf(batch: ArrowBatch, style: CellStyle): readonly CellWriter[] {
  return batch.columns.map((column, index) => createCellWriter(batch.schema.fields[index]!, column, style));
}

/** One JSON object per line and row. Two columns of one name both stand there, as they do in the result. */
export function createJsonLinesEncoder(schema: Schema): BatchTextEncoder {
  const out = new TextBuffer();
  const utf8 = new TextEncoder();
  const keys = schema.fields.map((field: Field, index) => utf8.encode(`${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`));
  return {
    head: () => new Uint8Array(),
    batch: (batch) => {
      const writers = writersOf(batch, 'json');
      for (let row = 0; row < batch.rows; row++) {
        if (writers.length === 0) out.ascii('{');
        for (let column = 0; column < writers.length; column++) {
          out.copy(keys[column]!, 0, undefined);
          if (!writers[column]!(out, row)) out.ascii('null');
        }
        out.ascii('}\n');
      }
      return out.take();
    },
  };
}

/**
 * RFC 4180 with a header line and `\n`. NULL is an empty field, the empty text is `""`: they stay different for readers
 * that look (DuckDB, Spark with `emptyValue`).
 */
export function createCsvEncoder(schema: Schema): BatchTextEncoder {
  const out = new TextBuffer();
  return {
    head: () => {
      schema.fields.forEach((field: Field, index) => {
        if (index > 0) out.char(COMMA);
        const from = out.length;
        out.text(field.name);
        out.quoteCsv(from);
      });
      out.char(NEWLINE);
      return out.take();
    },
    batch: (batch) => {
      const writers = writersOf(batch, 'text');
      for (let row = 0; row < batch.rows; row++) {
        for (let column = 0; column < writers.length; column++) {
          if (column > 0) out.char(COMMA);
          const from = out.length;
          if (writers[column]!(out, row)) out.quoteCsv(from);
        }
        out.char(NEWLINE);
      }
      return out.take();
    },
  };
}

/** One `{"row":[…]}` per line and row, for readers that know the columns' types. */
export function createRowEventsEncoder(): BatchTextEncoder {
  const out = new TextBuffer();
  return {
    head: () => new Uint8Array(),
    batch: (batch) => {
      const writers = writersOf(batch, 'typed');
      for (let row = 0; row < batch.rows; row++) {
        out.ascii('{"row":[');
        for (let column = 0; column < writers.length; column++) {
          if (column > 0) out.char(COMMA);
          if (!writers[column]!(out, row)) out.ascii('null');
        }
        out.ascii(']}\n');
      }
      return out.take();
    },
  };
}
