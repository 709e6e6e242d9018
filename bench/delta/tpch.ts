import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkspaceCatalog } from '../../kernel/catalog/workspaceCatalog.ts';
import type { Delta } from '../../kernel/delta/delta.ts';
import type { Database } from '../../kernel/duckdb/database.ts';
import { createQueryEngine } from '../../kernel/query/createQueryEngine.ts';
import { digestRows } from './digest.ts';

/** One line of the benchmark's report. */
export interface Measurement {
  readonly metric: string;
  readonly seconds: number;
  readonly cpu: number;
  readonly answer?: unknown;
}

export interface TpchOptions {
  /** The folder with the eight tables and `expect.json`. */
  readonly data: string;
  readonly repetitions: number;
  readonly database: Database;
  readonly delta: Delta;
}

/**
 * Workload `c`: the 22 TPC-H queries in the default dialect, one session for all. What is timed is what a user waits for:
 * from the statement's text (the tables' logs are looked at again each time) to the last row in this process.
 */
export async function* runTpch({ data, repetitions, database, delta }: TpchOptions): AsyncGenerator<Measurement> {
  const { sql } = JSON.parse(await readFile(join(data, 'expect.json'), 'utf8')) as { readonly sql: Readonly<Record<string, string>> };
  const catalog = createWorkspaceCatalog(data);
  const engine = createQueryEngine({ catalog, delta, database });
  const session = engine.createSession();
  const { signal } = new AbortController();
  try {
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const [metric, text] of Object.entries(sql)) {
        const cpu = process.cpuUsage();
        const startedAtMs = performance.now();
        const [statement] = engine.split(text, 'spark');
        const prepared = await engine.prepare(statement!, session, signal);
        const rows = (await database.query(prepared.sql, signal)).rows();
        const seconds = (performance.now() - startedAtMs) / 1000;
        const { user, system } = process.cpuUsage(cpu);
        await prepared.dispose();
        yield { metric, seconds, cpu: (user + system) / 1_000_000, answer: digestRows(prepared.columns, rows) };
      }
    }
  } finally {
    await engine.dispose();
    catalog.dispose();
  }
}
