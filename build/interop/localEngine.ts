import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createWorkspaceCatalog } from '../../kernel/catalog/workspaceCatalog.ts';
import { createDelta } from '../../kernel/delta/createDelta.ts';
import { openDatabase, type Database } from '../../kernel/duckdb/database.ts';
import { createDeltaEngine } from '../../kernel/duckdb/deltaEngine.ts';
import { createQueryEngine } from '../../kernel/query/createQueryEngine.ts';
import { runWithFallback } from '../../kernel/query/fallbackRun.ts';
import { performEffect } from '../../kernel/query/performEffect.ts';
import type { TableWrite } from '../../kernel/query/queryEngine.ts';
import { TableHandles } from '../../kernel/query/tableHandles.ts';
import { parseSchemaText } from '../../kernel/sql/parse.ts';
import { createLocalStorage } from '../../kernel/storage/local.ts';
import { systemEnvironment } from '../../kernel/storage/systemEnvironment.ts';
import { decodeValue } from '../testing/sql/sparkAnswers.ts';

const NO_SIGNAL = new AbortController().signal;

/** The rows of a statement as Spark's are compared, and how long it took from its text to its last row. */
export interface LocalAnswer {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Versions of tables that it wrote. */
  readonly written: readonly TableWrite[];
  readonly seconds: number;
}

/** This product's engine over an empty workspace, in this process. */
export interface LocalEngine {
  readonly database: Database;
  run(sql: string): Promise<LocalAnswer>;
  /** Parse, resolve and emit alone; in seconds. */
  prepare(sql: string): Promise<number>;
  /** Closes all tables, when what follows their commits is done. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function openLocalEngine({ memoryLimitBytes = 1 << 30, threads = 2 }: { readonly memoryLimitBytes?: number; readonly threads?: number } = {}): Promise<LocalEngine> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'lakebook-interop-'));
  const database = await openDatabase({ memoryLimitBytes, threads, spillFolder: path.join(root, 'spill'), maxSpillBytes: 20 * 2 ** 30 });
  const catalog = createWorkspaceCatalog(root);
  const delta = createDelta({ storage: createLocalStorage(), engine: await createDeltaEngine(database), environment: systemEnvironment() });
  const tables = new TableHandles(delta);
  const engine = createQueryEngine({ catalog, delta, database, tables });
  const session = engine.createSession();
  return {
    database,
    run: async (sql) => {
      const startedAtMs = performance.now();
      const [statement] = engine.split(sql, 'spark');
      const prepared = await performEffect(await engine.prepare(statement!, session, NO_SIGNAL), NO_SIGNAL);
      const lease = await database.acquire();
      try {
        const read = async (text: string): Promise<readonly (readonly unknown[])[]> => (text === '' ? [] : (await lease.connection.runAndReadAll(text)).getRows());
        const values = await runWithFallback(prepared, read).catch((error: unknown) => Promise.reject(prepared.mapError(error)));
        const seconds = (performance.now() - startedAtMs) / 1000;
        const types = prepared.columns.map(({ type }) => type);
        const kinds = types.map(parseSchemaText);
        const rows = values.map((row) => row.map((value, index) => decodeValue(kinds[index]!, value as Parameters<typeof decodeValue>[1])));
        return { names: prepared.columns.map(({ name }) => name), types, rows, written: prepared.written ?? [], seconds };
      } finally {
        lease.release();
        await prepared.dispose();
      }
    },
    prepare: async (sql) => {
      const startedAtMs = performance.now();
      const [statement] = engine.split(sql, 'spark');
      const prepared = await engine.prepare(statement!, session, NO_SIGNAL);
      const seconds = (performance.now() - startedAtMs) / 1000;
      await prepared.dispose();
      return seconds;
    },
    settle: () => tables.dispose(),
    close: async () => {
      await engine.dispose();
      await tables.dispose();
      catalog.dispose();
      database.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
