import duckdb from '@duckdb/node-bindings';
import { LakebookError } from '../base/errors.ts';
import type { Database } from './database.ts';

/** Columns of BIGINT without NULL as flat arrays, straight from DuckDB's memory: a JavaScript value a row would take ten times as much. */
export async function readIntegerColumns(database: Database, sql: string, signal?: AbortSignal): Promise<readonly BigInt64Array[]> {
  return database.read(sql, async (result) => {
    const columns = result.columnNames().map(() => new GrowingColumn());
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const { rowCount } = chunk;
      for (const [index, column] of columns.entries()) {
        const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
        if (duckdb.vector_get_validity(vector, Math.ceil(rowCount / 64) * 8)?.some((byte, at) => at * 8 < rowCount && byte !== 0xff && isNullIn(byte, rowCount - at * 8)) === true) {
          throw new LakebookError('INTERNAL_ERROR', { detail: 'a column of positions holds NULL' });
        }
        const bytes = duckdb.vector_get_data(vector, rowCount * BigInt64Array.BYTES_PER_ELEMENT);
        column.append(new BigInt64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + rowCount * BigInt64Array.BYTES_PER_ELEMENT)));
      }
    }
    return columns.map((column) => column.finish());
  }, signal);
}

/** Whether one of the first `count` rows of a validity byte is NULL. */
function isNullIn(byte: number, count: number): boolean {
  const mask = count >= 8 ? 0xff : (1 << count) - 1;
  return (byte & mask) !== mask;
}

class GrowingColumn {
  #values = new BigInt64Array(2_048);
  #length = 0;

  append(values: BigInt64Array): void {
    if (this.#length + values.length > this.#values.length) {
      const grown = new BigInt64Array(Math.max(this.#length + values.length, this.#values.length * 2));
      grown.set(this.#values.subarray(0, this.#length));
      this.#values = grown;
    }
    this.#values.set(values, this.#length);
    this.#length += values.length;
  }

  finish(): BigInt64Array {
    return this.#values.subarray(0, this.#length);
  }
}
