import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBMapValue, type DuckDBValue } from '@duckdb/node-api';
import { LakebookError } from '../base/errors.ts';
import type { CopyStatement, WrittenFile } from '../delta/engine.ts';
import type { Database } from './database.ts';
import { groupVariants } from './variantGroups.ts';

/** Runs a `COPY`, and makes one of the halves of variants. Nothing of a failed one is left but folders. */
export async function copyToParquet(database: Database, { sql, begun, hasVariants }: CopyStatement, signal?: AbortSignal): Promise<readonly WrittenFile[]> {
  const files = await writeFiles(database, sql, signal).catch(async (error: unknown) => {
    if (begun !== undefined) await deleteBegun(begun.folder, begun.prefix).catch(() => undefined);
    throw error;
  });
  if (!hasVariants) return files;
  try {
    const grouped: WrittenFile[] = [];
    for (const file of files) grouped.push({ ...file, sizeBytes: await groupVariants(file.path) });
    return grouped;
  } catch (error) {
    for (const { path } of files) await rm(path, { force: true });
    throw error;
  }
}

/** DuckDB leaves what it began when it fails or is interrupted. What cannot be deleted stays, as the error is about something else. */
async function deleteBegun(folder: string, prefix: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile() && entry.name.startsWith(prefix)) await rm(path, { force: true });
    else if (entry.isDirectory() && entry.name.includes('=')) await deleteBegun(path, prefix); // a partition's
  }
}

/** One row a file: `filename, count, file_size_bytes, column_statistics, partition_keys` among its columns. */
function writeFiles(database: Database, sql: string, signal: AbortSignal | undefined): Promise<readonly WrittenFile[]> {
  return database.read(sql, async (result) => {
    const names = result.columnNames();
    const rows = await result.getRows();
    return rows.map((row) => {
      const value = (name: string): DuckDBValue => {
        const index = names.indexOf(name);
        if (index < 0) throw new LakebookError('INTERNAL_ERROR', { detail: `a COPY tells no ${name}` });
        return row[index] ?? null;
      };
      return {
        path: String(value('filename')),
        rowCount: Number(value('count')),
        sizeBytes: Number(value('file_size_bytes')),
        statistics: new Map(entriesOf(value('column_statistics')).map(([column, values]) => [String(column), new Map(entriesOf(values).map(([key, text]) => [String(key), String(text)]))])),
        partitionValues: Object.fromEntries(entriesOf(value('partition_keys')).map(([column, text]) => [String(column), text === null ? null : String(text)])),
      };
    });
  }, signal);
}

function entriesOf(value: DuckDBValue): readonly (readonly [DuckDBValue, DuckDBValue])[] {
  return value instanceof DuckDBMapValue ? value.entries.map((entry) => [entry.key, entry.value] as const) : [];
}
