/** Bench: what the query profile costs: the 22 TPC-H queries streamed with and without it, in turn. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { provideTpc } from '../../build/interop/tpcData.ts';
import { openDatabase, type Database } from '../../kernel/duckdb/database.ts';
import { createFigures } from '../app/figures.ts';

const ROUNDS = 7;

const folder = mkdtempSync(path.join(os.tmpdir(), 'lakebook-bench-'));
const data = await provideTpc('tpch', 1);
const database = await openDatabase({ memoryLimitBytes: 4e9, threads: os.availableParallelism(), spillFolder: folder, maxSpillBytes: 1 << 30 });
for (const [table, file] of data.files) await database.run(`CREATE VIEW "${table}" AS FROM read_parquet('${file}')`);
const figures = createFigures('profile');
const plain: number[] = [];
const profiled: number[] = [];
for (const { duckdb } of data.queries) {
  const times = { plain: Number.POSITIVE_INFINITY, profiled: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    times.plain = Math.min(times.plain, await timeOf(database, duckdb, false));
    times.profiled = Math.min(times.profiled, await timeOf(database, duckdb, true));
  }
  plain.push(times.plain);
  profiled.push(times.profiled);
}
figures.add('TPC-H SF1 query without a profile, best of 7', 'ms', plain);
figures.add('TPC-H SF1 query with its profile, best of 7', 'ms', profiled);
figures.add('with its profile / without, sum of 22', 'ratio', [sum(profiled) / sum(plain)], { p50: 1.05 });
const small: number[] = [];
const smallProfiled: number[] = [];
for (let round = 0; round < 300; round++) {
  small.push(await timeOf(database, 'SELECT n_name FROM nation WHERE n_nationkey = 3', false));
  smallProfiled.push(await timeOf(database, 'SELECT n_name FROM nation WHERE n_nationkey = 3', true));
}
figures.add('point query without a profile', 'ms', small);
figures.add('point query with its profile', 'ms', smallProfiled);
figures.finish();
database.close();
rmSync(folder, { recursive: true, force: true });

async function timeOf(on: Database, sql: string, withProfile: boolean): Promise<number> {
  const startedAtMs = performance.now();
  let measured = 0;
  let rows = 0;
  for await (const batch of await on.stream(sql, withProfile ? { onProfile: () => measured++ } : {})) rows += batch.rows;
  if (measured !== (withProfile ? 1 : 0)) throw new TypeError(`${measured} profiles of a statement with ${rows} rows`);
  return performance.now() - startedAtMs;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
