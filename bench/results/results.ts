/**
 * How fast results leave the engine and how far they reach: `node bench/results/results.ts [ROWS]` (10,000,000 by
 * default). Prints one line of JSON per measure; `delayMs` is the longest time for which the event loop stood still.
 * The peers in the same run: DuckDB's own stream with nothing done to it, and its own COPY.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { encodeBatch } from '../../kernel/arrow/ipc.ts';
import { openDatabase } from '../../kernel/duckdb/database.ts';
import { createResultHandlers } from '../../kernel/session/results.ts';
import { ResultStore } from '../../kernel/session/resultStore.ts';
import { ResultTables } from '../../kernel/session/resultTables.ts';

const ROWS = Number(process.argv[2] ?? 10_000_000);
const EXPORTED_ROWS = Math.min(ROWS, 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'lakebook-bench-'));
const signal = new AbortController().signal;
const database = await openDatabase({ memoryLimitBytes: 4 * 2 ** 30, threads: availableParallelism(), spillFolder: join(folder, 'spill'), maxSpillBytes: 50 * 2 ** 30 });
const store = new ResultStore({ folder: join(folder, 'results'), budgetBytes: 50 * 2 ** 30, now: Date.now, createId: randomUUID });
const handlers = createResultHandlers({ store, database, tables: new ResultTables(database), judgeRowGroups: () => Promise.reject(new TypeError('these results read no tables')) });

interface Measure {
  readonly rows?: number;
  readonly bytes?: number;
}

async function measure(name: string, task: () => Promise<Measure | void>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAtMs = performance.now();
  const { rows, bytes } = (await task()) ?? {};
  const ms = performance.now() - startedAtMs;
  delay.disable();
  const round = (value: number): number => Math.round(value * 100) / 100;
  console.log(
    JSON.stringify({
      name,
      ms: round(ms),
      ...(rows === undefined ? {} : { rowsPerSecond: Math.round((rows / ms) * 1_000) }),
      ...(bytes === undefined ? {} : { megabytesPerSecond: round(bytes / ms / 1_000) }),
      delayMs: round(delay.max / 1e6),
      rssMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
    }),
  );
}

/** Ten mixed columns, about 100 bytes a row. */
await database.run(`CREATE TABLE source AS SELECT range AS id, (range % 1000)::INTEGER AS k, range / 7.0 AS v, 'str' || range AS s, 'a longer text, number ' || range AS t,
  TIMESTAMP '2020-01-01' + to_seconds(range) AS ts, range % 2 = 0 AS b, (range % 100000)::DECIMAL(12, 2) AS d, CASE WHEN range % 3 = 0 THEN NULL ELSE range::DOUBLE END AS n, DATE '2020-01-01' + (range % 1000)::INTEGER AS day
  FROM range(${ROWS})`);

await measure('stream: chunks alone (peer)', async () => {
  const lease = await database.acquire();
  const result = await lease.connection.stream('FROM source');
  let rows = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) rows += chunk.rowCount;
  lease.release();
  return { rows };
});
await measure('stream: Arrow frames', async () => {
  let rows = 0;
  let bytes = 0;
  for await (const batch of await database.stream('FROM source')) {
    rows += batch.rows;
    bytes += encodeBatch(batch).bytes.byteLength;
  }
  return { rows, bytes };
});
await measure('stream: first frame', async () => {
  for await (const _ of await database.stream('FROM source')) break;
});

let resultId = '';
await measure('spool: all rows on disk', async () => {
  const stream = await database.stream('FROM source');
  const result = await store.create(stream.schema);
  for await (const batch of stream) await store.append(result, batch);
  await result.finish('complete');
  resultId = result.resultId;
  return { rows: result.rows, bytes: result.info().bytes };
});
const page = async (offset: number, viewId?: string): Promise<void> => {
  await handlers['results.page']({ resultId, viewId, offset, limit: 200 }, signal);
};
for (const part of [0, 0.37, 0.999]) await measure(`page: 200 rows at ${part}`, () => page(Math.floor(ROWS * part)));
await measure('page: 200 rows, 100 random places', async () => {
  for (let number = 1; number <= 100; number++) await page((number * 7_919_999) % (ROWS - 200));
});

await measure('table from spool', async () => {
  await handlers['results.view']({ resultId, sort: [], filters: [{ column: 0, op: 'eq', value: '1' }] }, signal);
  return { rows: ROWS };
});
let viewId = '';
await measure('view: sort by a text, descending', async () => {
  ({ viewId } = await handlers['results.view']({ resultId, sort: [{ column: 3, descending: true }], filters: [] }, signal));
});
for (const part of [0, 0.5]) await measure(`view: 200 rows at ${part}`, () => page(Math.floor(ROWS * part), viewId));
await measure('view: filter by a part of a text', async () => {
  await handlers['results.view']({ resultId, sort: [], filters: [{ column: 4, op: 'contains', value: '99999' }] }, signal);
});
await measure('chart: histogram', async () => {
  await handlers['results.chart']({ resultId, spec: { type: 'histogram', x: 'v', y: [], aggregate: 'none', bins: 50 }, marksMax: 1_000 }, signal);
});
await measure('chart: line thinned to 2,000 marks', async () => {
  await handlers['results.chart']({ resultId, spec: { type: 'line', x: 'ts', y: ['v'], aggregate: 'none' }, marksMax: 2_000 }, signal);
});

const stream = await database.stream(`SELECT * FROM source LIMIT ${EXPORTED_ROWS}`);
const part = await store.create(stream.schema);
for await (const batch of stream) await store.append(part, batch);
await part.finish('complete');
for (const format of ['csv', 'jsonl', 'arrow', 'parquet'] as const) {
  await measure(`export: ${format}`, async () => {
    const { rows, bytes } = await handlers['results.export']({ resultId: part.resultId, format, path: join(folder, `rows.${format}`) }, signal);
    return { rows, bytes };
  });
}
for (const [name, options] of [['csv', 'FORMAT csv'], ['json', 'FORMAT json'], ['parquet', 'FORMAT parquet, COMPRESSION zstd']] as const) {
  await measure(`COPY: ${name} (peer)`, async () => {
    await database.run(`COPY (SELECT * FROM source LIMIT ${EXPORTED_ROWS}) TO '${join(folder, `peer.${name}`)}' (${options})`);
    return { rows: EXPORTED_ROWS };
  });
}

await store.close();
database.close();
await rm(folder, { recursive: true, force: true });
