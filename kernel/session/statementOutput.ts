import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createCellWriter } from '../arrow/cellWriters.ts';
import { TextBuffer } from '../arrow/textBuffer.ts';
import type { Database } from '../duckdb/database.ts';
import type { PreparedStatement } from '../query/queryEngine.ts';
import type { ExportFormat } from '../rpc/results.ts';
import { copyToParquet, pipeFile, writeFileWhole, writeRows, type ByteSink } from './rowWriters.ts';

/** Where a statement's rows go: a file that is made whole or not at all, or a stream. */
export type OutputTarget = { readonly path: string } | { readonly sink: ByteSink; readonly temporaryFolder: string };

/**
 * Runs a statement and writes its rows without holding them; Parquet is written by the engine.
 * @throws what the statement fails with, mapped by the statement; LakebookError EXPORT_FAILED
 */
export async function writeStatement(database: Database, prepared: PreparedStatement, format: ExportFormat, target: OutputTarget, signal: AbortSignal): Promise<void> {
  try {
    if ('path' in target) await writeFileWhole(target.path, (temporary, sink) => write(database, prepared, format, temporary, sink, signal));
    else if (format === 'parquet') await writeParquetTo(database, prepared, target, signal);
    else await write(database, prepared, format, '', target.sink, signal);
  } catch (error) {
    throw prepared.mapError(error);
  }
}

async function write(database: Database, { sql, columns }: PreparedStatement, format: ExportFormat, temporary: string, sink: ByteSink, signal: AbortSignal): Promise<void> {
  if (format === 'parquet') await copyToParquet(database, sql, columns.map(({ name }) => name), temporary, signal);
  else await writeRows(await database.stream(sql, { signal, columns }), format, sink);
}

/** Parquet needs a file first: its footer is written last and names what lies before. */
async function writeParquetTo(database: Database, prepared: PreparedStatement, { sink, temporaryFolder }: Exclude<OutputTarget, { path: string }>, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(temporaryFolder, 'parquet-'));
  try {
    const path = join(folder, 'rows.parquet');
    await write(database, prepared, 'parquet', path, sink, signal);
    await pipeFile(path, sink);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows as texts, null for NULL, in portions: for tables in a terminal. */
export async function* readTextRows(database: Database, prepared: PreparedStatement, signal: AbortSignal): AsyncGenerator<readonly (readonly (string | null)[])[]> {
  try {
    for await (const batch of await database.stream(prepared.sql, { signal, columns: prepared.columns })) {
      const out = new TextBuffer();
      const writers = batch.columns.map((column, index) => createCellWriter(batch.schema.fields[index]!, column, 'text'));
      yield Array.from({ length: batch.rows }, (_, row) => writers.map((write) => (write(out, row) ? out.takeText() : null)));
    }
  } catch (error) {
    throw prepared.mapError(error);
  }
}
