import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createCellWriter } from '../arrow/cellWriters.ts';
import { TextBuffer } from '../arrow/textBuffer.ts';
import type { Database } from '../duckdb/database.ts';
import { runWithFallback } from '../query/fallbackRun.ts';
import type { PreparedStatement } from '../query/queryEngine.ts';
import type { ExportFormat } from '../rpc/results.ts';
import { writeFileWhole, type ByteSink } from '../storage/wholeFile.ts';
import { HeldSink } from './heldSink.ts';
import { copyToParquet, pipeFile, writeRows } from './rowWriters.ts';

/** Where a statement's rows go: a file that is made whole or not at all, or a stream. */
export type OutputTarget = { readonly path: string } | { readonly sink: ByteSink; readonly temporaryFolder: string };

/**
 * Runs a statement and writes its rows without holding them; Parquet is written by the engine.
 * @throws what the statement fails with, mapped by the statement; LakebookError EXPORT_FAILED
 */
export async function writeStatement(database: Database, prepared: PreparedStatement, format: ExportFormat, target: OutputTarget, signal: AbortSignal): Promise<void> {
  const { columns } = prepared;
  const held = 'path' in target ? undefined : new HeldSink(target.sink);
  const attempt = async (sql: string): Promise<void> => {
    held?.clear();
    if ('path' in target) await writeFileWhole(target.path, (temporary, sink) => write(database, { sql, columns }, format, temporary, sink, signal));
    else if (format === 'parquet') await writeParquetTo(database, { sql, columns }, target, signal);
    else await write(database, { sql, columns }, format, '', held ?? target.sink, signal);
    await held?.release();
  };
  try {
    await runWithFallback(prepared, attempt, () => held?.released !== true);
  } catch (error) {
    throw prepared.mapError(error);
  }
}

type Rows = Pick<PreparedStatement, 'sql' | 'columns'>;

async function write(database: Database, { sql, columns }: Rows, format: ExportFormat, temporary: string, sink: ByteSink, signal: AbortSignal): Promise<void> {
  if (format === 'parquet') await copyToParquet(database, sql, columns.map(({ name }) => name), temporary, signal);
  else await writeRows(await database.stream(sql, { signal, columns }), format, sink);
}

/** Parquet needs a file first: its footer is written last and names what lies before. */
async function writeParquetTo(database: Database, prepared: Rows, { sink, temporaryFolder }: Exclude<OutputTarget, { path: string }>, signal: AbortSignal): Promise<void> {
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
  let sql = prepared.sql;
  let told = false;
  for (;;) {
    try {
      for await (const portion of textPortions(database, { sql, columns: prepared.columns }, signal)) {
        told = true;
        yield portion;
      }
      return;
    } catch (error) {
      const other = told ? undefined : await prepared.fallback(error);
      if (other === undefined || sql === other) throw prepared.mapError(error);
      sql = other;
    }
  }
}

async function* textPortions(database: Database, { sql, columns }: Rows, signal: AbortSignal): AsyncGenerator<readonly (readonly (string | null)[])[]> {
  for await (const batch of await database.stream(sql, { signal, columns })) {
    const out = new TextBuffer();
    const writers = batch.columns.map((column, index) => createCellWriter(batch.schema.fields[index]!, column, 'text'));
    yield Array.from({ length: batch.rows }, (_, row) => writers.map((write) => (write(out, row) ? out.takeText() : null)));
  }
}
