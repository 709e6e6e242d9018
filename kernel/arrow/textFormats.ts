import type { Field, Schema } from 'apache-arrow';
import type { ArrowBatch } from './batch.ts';
import { createCellWriter, JSON_STYLE, TEXT_STYLE, type CellWriter } from './cellWriters.ts';

/** Writes batches as text, one after the other; {@link head} first. */
export interface TextEncoderOfBatches {
  head(): string;
  batch(batch: ArrowBatch): string;
}

function writersOf(batch: ArrowBatch, style: typeof JSON_STYLE): readonly CellWriter[] {
  return batch.columns.map((column, index) => createCellWriter(batch.schema.fields[index]!, column, style));
}

/** One JSON object per line and row. Two columns of one name both stand there, as they do in the result. */
export function createJsonLinesEncoder(schema: Schema): TextEncoderOfBatches {
  const keys = schema.fields.map((field: Field, index) => `${index === 0 ? '' : ','}${JSON.stringify(field.name)}:`);
  return {
    head: () => '',
    batch: (batch) => {
      const writers = writersOf(batch, JSON_STYLE);
      const lines: string[] = [];
      for (let row = 0; row < batch.rows; row++) {
        let line = '{';
        for (let column = 0; column < writers.length; column++) line += keys[column]! + (writers[column]!(row) ?? 'null');
        lines.push(line);
      }
      return lines.length === 0 ? '' : `${lines.join('}\n')}}\n`;
    },
  };
}

/**
 * RFC 4180 with a header line and `\n`. NULL is an empty field, the empty text is `""`: they stay different for readers
 * that look (DuckDB, Spark with `emptyValue`).
 */
export function createCsvEncoder(schema: Schema): TextEncoderOfBatches {
  return {
    head: () => `${schema.fields.map((field: Field) => csvField(field.name)).join(',')}\n`,
    batch: (batch) => {
      const writers = writersOf(batch, TEXT_STYLE);
      const lines: string[] = [];
      for (let row = 0; row < batch.rows; row++) {
        let line = '';
        for (let column = 0; column < writers.length; column++) {
          const text = writers[column]!(row);
          if (column > 0) line += ',';
          if (text !== null) line += csvField(text);
        }
        lines.push(line);
      }
      return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
    },
  };
}

const CSV_SPECIAL = /[",\r\n]|^\s|\s$/;

function csvField(text: string): string {
  return text === '' || CSV_SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
