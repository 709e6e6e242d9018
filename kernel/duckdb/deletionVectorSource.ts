import { BIGINT, DuckDBDataChunk, UBIGINT } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
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
      const indexes = new BigInt64Array(Math.min(positions.length, CHUNK_ROWS)).fill(BigInt(fileIndex));
      for (let start = 0; start < positions.length; start += CHUNK_ROWS) {
        const part = positions.subarray(start, start + CHUNK_ROWS);
        appender.appendDataChunk(chunkOf(indexes.subarray(0, part.length), part));
      }
    }
    appender.closeSync();
  } finally {
    lease.release();
  }
}

/** The positions cross as they lie in memory: value by value they would take longer than reading the rows that they mark. */
function chunkOf(fileIndexes: BigInt64Array, positions: BigInt64Array): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create([UBIGINT, BIGINT], positions.length);
  for (const [column, values] of [fileIndexes, positions].entries()) {
    duckdb.copy_data_to_vector(duckdb.data_chunk_get_vector(chunk.chunk, column), 0, values.slice().buffer, 0, values.byteLength);
  }
  return chunk;
}
