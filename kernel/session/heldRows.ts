import type { Database } from '../duckdb/database.ts';
import type { PreparedStatement } from '../query/queryEngine.ts';
import type { ResultInfo } from '../rpc/results.ts';
import type { ResultStore } from './resultStore.ts';

/**
 * Runs a statement that only reads and holds all its rows, or none where it fails. The statement ends with it.
 * @param limit of rows; all by default
 */
export async function holdRows({ database, store }: { readonly database: Database; readonly store: ResultStore }, prepared: PreparedStatement, signal: AbortSignal, limit?: number): Promise<ResultInfo> {
  try {
    const sql = limit === undefined ? prepared.sql : `SELECT * FROM (${prepared.sql}\n) LIMIT ${limit}`;
    const stream = await database.stream(sql, { signal, columns: prepared.columns });
    const result = await store.create(stream.schema);
    try {
      for await (const batch of stream) await store.append(result, batch);
      await result.finish('complete');
    } catch (error) {
      await store.discard(result.resultId);
      throw error;
    }
    return result.info();
  } catch (error) {
    throw prepared.mapError(error);
  } finally {
    await prepared.dispose();
  }
}
