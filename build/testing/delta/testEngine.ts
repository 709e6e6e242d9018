import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { openDatabase, type Database } from '../../../kernel/duckdb/database.ts';
import { createDeltaEngine } from '../../../kernel/duckdb/deltaEngine.ts';
import { createLocalStorage } from '../../../kernel/storage/local.ts';
import { systemEnvironment } from '../../../kernel/storage/systemEnvironment.ts';
import { createDelta } from '../../../kernel/delta/createDelta.ts';
import type { Delta } from '../../../kernel/delta/delta.ts';
import type { Engine } from '../../../kernel/delta/engine.ts';

/** Delta over DuckDB in memory and this machine's disk. */
export interface TestDelta {
  readonly delta: Delta;
  readonly engine: Engine;
  readonly database: Database;
  /** All rows of a statement, as DuckDB's values. */
  rows(sql: string): Promise<readonly (readonly DuckDBValue[])[]>;
  close(): void;
}

export async function openTestDelta(): Promise<TestDelta> {
  const database = await openDatabase({
    memoryLimitBytes: 2 * 2 ** 30,
    threads: 2,
    spillFolder: mkdtempSync(join(tmpdir(), 'lakebook-spill-')),
    maxSpillBytes: 2 ** 30,
  });
  const engine = await createDeltaEngine(database);
  return {
    delta: createDelta({ storage: createLocalStorage(), engine, environment: systemEnvironment() }),
    engine,
    database,
    rows: async (sql) => {
      const lease = await database.acquire();
      try {
        return await (await lease.connection.run(sql)).getRows();
      } finally {
        lease.release();
      }
    },
    close: () => database.close(),
  };
}
