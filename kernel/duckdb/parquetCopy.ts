import { DuckDBMapValue, type DuckDBValue } from '@duckdb/node-api';
import { LakebookError } from '../base/errors.ts';
import type { WrittenFile } from '../delta/engine.ts';
import type { Database } from './database.ts';

/** Runs a `COPY … (RETURN_STATS)`: one row a file, `filename, count, file_size_bytes, column_statistics, partition_keys` among its columns. */
export async function copyToParquet(database: Database, sql: string, signal?: AbortSignal): Promise<readonly WrittenFile[]> {
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
