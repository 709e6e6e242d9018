import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DuckDBDataChunk } from '@duckdb/node-api';
import { identifier } from '../delta/sqlText.ts';
import type { Database } from './database.ts';

const CATALOG = 'lakebook_values';
const CHUNK_ROWS = 2_048;

type Value = string | number | bigint | boolean | null;

/** A column of values that JavaScript holds. All columns of a table have as many values. */
export interface ValuesColumn {
  readonly name: string;
  readonly type: 'VARCHAR' | 'INTEGER' | 'BIGINT' | 'BOOLEAN';
  readonly values: readonly Value[];
}

export interface ValuesTable {
  /** The qualified name, for any connection of the database until `dispose`. */
  readonly name: string;
  dispose(): Promise<void>;
}

/** A table of values, filled column by column: a text of as many literals would cost more than all that is done with them. */
export async function createValuesTable(database: Database, columns: readonly ValuesColumn[], rowCount: number): Promise<ValuesTable> {
  const table = `v${randomUUID().replaceAll('-', '')}`;
  const name = `${CATALOG}.main.${table}`;
  await database.run(`ATTACH IF NOT EXISTS ':memory:' AS ${CATALOG}; CREATE TABLE ${name} (${columns.map((column) => `${identifier(column.name)} ${column.type}`).join(', ')})`);
  const dispose = (): Promise<void> => database.run(`DROP TABLE IF EXISTS ${name}`);
  const lease = await database.acquire();
  try {
    const appender = await lease.connection.createAppender(table, 'main', CATALOG);
    const types = columns.map((_, index) => appender.columnType(index));
    for (let from = 0; from < rowCount; from += CHUNK_ROWS) {
      const chunk = DuckDBDataChunk.create(types, Math.min(CHUNK_ROWS, rowCount - from));
      for (const [index, { values }] of columns.entries()) chunk.setColumnValues(index, values.slice(from, from + CHUNK_ROWS));
      appender.appendDataChunk(chunk);
      await nextTurn();
    }
    appender.closeSync();
  } catch (error) {
    await dispose();
    throw error;
  } finally {
    lease.release();
  }
  return { name, dispose };
}
