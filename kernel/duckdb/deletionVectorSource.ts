import { BIGINT, DuckDBBigIntVector, DuckDBDataChunk, DuckDBUBigIntVector, UBIGINT } from '@duckdb/node-api';
import { LakebookError } from '../base/errors.ts';
import type { Database } from './database.ts';

const CHUNK_ROWS = 2048;

/** A table's name in its parts. */
export interface TableName {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

/** Rows of the files in one branch of a scan: for each file its place in the branch's list, and the positions. */
export interface MarkedRows {
  readonly fileIndex: number;
  readonly positions: BigInt64Array;
}

/** Makes a table `(file_index UBIGINT, row BIGINT)` of deleted (or wanted) rows, for joining with a scan. */
export async function createMarkedRowsTable(database: Database, { catalog, schema, table }: TableName, marked: readonly MarkedRows[]): Promise<void> {
  await database.run(`CREATE TABLE "${catalog}"."${schema}"."${table}" (file_index UBIGINT, row BIGINT)`);
  const lease = await database.acquire();
  try {
    const appender = await lease.connection.createAppender(table, schema, catalog);
    for (const { fileIndex, positions } of marked) {
      for (let start = 0; start < positions.length; start += CHUNK_ROWS) appender.appendDataChunk(chunkOf(fileIndex, positions.subarray(start, start + CHUNK_ROWS)));
    }
    appender.closeSync();
  } finally {
    lease.release();
  }
}

function chunkOf(fileIndex: number, positions: BigInt64Array): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create([UBIGINT, BIGINT], positions.length);
  const [files, rows] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
  if (!(files instanceof DuckDBUBigIntVector) || !(rows instanceof DuckDBBigIntVector)) throw new LakebookError('INTERNAL_ERROR', { detail: 'a chunk has other columns than it was made with' });
  for (const [at, position] of positions.entries()) {
    files.setItem(at, BigInt(fileIndex));
    rows.setItem(at, position);
  }
  files.flush();
  rows.flush();
  return chunk;
}
