import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { ArrowFileEncoder } from '../arrow/ipc.ts';
import type { ArrowBatch } from '../arrow/batch.ts';
import { createCsvEncoder, createJsonLinesEncoder } from '../arrow/textFormats.ts';
import type { Database } from '../duckdb/database.ts';
import type { ExportFormat } from '../rpc/results.ts';
import type { ByteSink } from '../storage/wholeFile.ts';
import { quote } from './viewSql.ts';

/** Rows as they come. */
export interface RowSource extends AsyncIterable<ArrowBatch> {
  readonly schema: ArrowBatch['schema'];
}

/** Formats that are written row by row; Parquet is written by the engine ({@link copyToParquet}). */
export type StreamFormat = Exclude<ExportFormat, 'parquet'>;

/** Writes all rows. The number of them. */
export async function writeRows(source: RowSource, format: StreamFormat, sink: ByteSink): Promise<number> {
  const encoder = createEncoder(source.schema, format);
  const head = encoder.head();
  if (head.byteLength > 0) await sink.write(head);
  let rows = 0;
  for await (const batch of source) {
    rows += batch.rows;
    await sink.write(encoder.batch(batch));
    await setImmediate(); // encoding holds the event loop for some milliseconds per batch
  }
  const end = encoder.finish();
  if (end.byteLength > 0) await sink.write(end);
  return rows;
}

interface BatchEncoder {
  head(): Uint8Array;
  batch(batch: ArrowBatch): Uint8Array;
  finish(): Uint8Array;
}

function createEncoder(schema: ArrowBatch['schema'], format: StreamFormat): BatchEncoder {
  if (format === 'arrow') return new ArrowFileEncoder(schema);
  const text = format === 'csv' ? createCsvEncoder(schema) : createJsonLinesEncoder(schema);
  return { head: () => text.head(), batch: (batch) => text.batch(batch), finish: () => new Uint8Array() };
}

/**
 * Writes the rows of a statement as Parquet to a path that nobody else uses. Column names must differ there: of those
 * that repeat, the later ones get a number.
 * @param sql a SELECT with as many columns as `names`
 */
export async function copyToParquet(database: Database, sql: string, names: readonly string[], path: string, signal?: AbortSignal): Promise<void> {
  const columns = uniqueNames(names).map((name) => `"${name.replaceAll('"', '""')}"`);
  await database.run(`COPY (SELECT * FROM (${sql}\n) AS t(${columns.join(', ')})) TO ${quote(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`, signal);
}

function uniqueNames(names: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let number = 1; used.has(unique.toLowerCase()); number++) unique = `${name}_${number}`;
    used.add(unique.toLowerCase());
    return unique;
  });
}

/** Reads a file into a sink, in pieces. */
export async function pipeFile(path: string, sink: ByteSink): Promise<void> {
  const file = await open(path, 'r');
  try {
    for await (const chunk of file.createReadStream({ autoClose: false })) await sink.write(chunk as Uint8Array);
  } finally {
    await file.close();
  }
}
