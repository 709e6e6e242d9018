/**
 * A MERGE larger than memory: makes a table of `--rows` rows, merges a fifth as many into it (half of them hits, spread over
 * every file, half new), and checks what came of it. The engine may use half of `--limit-mb`; the most that the process
 * used is printed beside the limit.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createWorkspaceCatalog } from '../../kernel/catalog/workspaceCatalog.ts';
import { createDelta } from '../../kernel/delta/createDelta.ts';
import { openDatabase } from '../../kernel/duckdb/database.ts';
import { createDeltaEngine } from '../../kernel/duckdb/deltaEngine.ts';
import { createQueryEngine } from '../../kernel/query/createQueryEngine.ts';
import { performEffect } from '../../kernel/query/performEffect.ts';
import { createLocalStorage } from '../../kernel/storage/local.ts';
import { systemEnvironment } from '../../kernel/storage/systemEnvironment.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000000' }, 'limit-mb': { type: 'string', default: '4096' }, folder: { type: 'string' } } });
const rows = Number(values.rows);
const limitMb = Number(values['limit-mb']);
const folder = mkdtempSync(join(values.folder ?? tmpdir(), 'lakebook-big-'));
const database = await openDatabase({ memoryLimitBytes: limitMb * 2 ** 19, threads: 2, spillFolder: join(folder, '.spill'), maxSpillBytes: 2 ** 38 });
const delta = createDelta({ storage: createLocalStorage(), engine: await createDeltaEngine(database), environment: systemEnvironment() });
const engine = createQueryEngine({ catalog: createWorkspaceCatalog(folder), delta, database });
const session = engine.createSession();
const { signal } = new AbortController();

async function run(text: string): Promise<readonly (readonly unknown[])[]> {
  const [statement] = engine.split(text, 'spark');
  const prepared = await performEffect(await engine.prepare(statement!, session, signal), signal);
  try {
    return prepared.sql === '' ? [] : (await database.query(prepared.sql)).rows();
  } finally {
    await prepared.dispose();
  }
}

async function timed(name: string, text: string): Promise<void> {
  const start = performance.now();
  const answer = await run(text);
  const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s, at most ${rssMb} MB of ${limitMb} MB so far, ${answer.map((row) => row.join(' ')).join('; ')}\n`);
}

try {
  await timed('create', `CREATE TABLE t AS SELECT id, id % 1000 AS k, CAST(id AS DOUBLE) / 3 AS v, concat('name-', id * 7919 % 1000003) AS s FROM range(${rows})`);
  await timed('merge', `MERGE INTO t USING (SELECT CASE WHEN id < ${rows / 10} THEN id * 10 ELSE id + ${rows} END AS id, -1L AS k, 0.5D AS v, 'merged' AS s FROM range(${rows / 5})) s
    ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *`);
  await timed('check', 'SELECT count(*), count_if(k = -1), count(DISTINCT id) FROM t');
} finally {
  await engine.dispose();
  database.close();
  rmSync(folder, { recursive: true, force: true });
}
