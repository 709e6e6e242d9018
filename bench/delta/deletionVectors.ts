/** Bench: reading a table of which one row in a hundred is marked as deleted, beside the same table written again without the vectors. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
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
import { createFigures } from '../app/figures.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '20000000' }, rounds: { type: 'string', default: '7' }, folder: { type: 'string', default: os.tmpdir() }, record: { type: 'boolean' } } });
const rows = Number(values.rows);
const FILES = 20;
/** How much slower a query may be for the vectors. */
const BAR = 1.2;

/** `@` is the table. */
const QUERIES: Readonly<Record<string, string>> = {
  'three sums': 'SELECT sum(id), sum(amount), max(qty) FROM @',
  'every column': 'SELECT max(id), max(k), max(amount), max(qty), max(name), max(ts), max(cat), max(note) FROM @',
  'group by a text': 'SELECT cat, count(*), sum(amount), avg(qty) FROM @ GROUP BY cat',
  'group by a thousand keys': 'SELECT k, count(*), sum(amount), max(name), min(ts) FROM @ GROUP BY k',
  'distinct names': 'SELECT count(DISTINCT name) FROM @',
  'one in a hundred by a number': 'SELECT count(*), sum(amount), max(name) FROM @ WHERE qty = 7 AND k < 500',
  'part of a text': `SELECT count(*), sum(amount) FROM @ WHERE note LIKE '%17%'`,
  'one id': `SELECT * FROM @ WHERE id = ${Math.floor(rows / 3)}`,
  'a range of ids': `SELECT count(*), sum(amount) FROM @ WHERE id BETWEEN ${Math.floor(rows / 2)} AND ${Math.floor(rows / 2) + rows / 100}`,
  'the ten greatest': 'SELECT * FROM @ ORDER BY amount DESC, id LIMIT 10',
};

const folder = mkdtempSync(join(values.folder, 'lakebook-vectors-'));
const database = await openDatabase({ memoryLimitBytes: 4 * 2 ** 30, threads: os.availableParallelism(), spillFolder: join(folder, '.spill'), maxSpillBytes: 2 ** 36 });
const delta = createDelta({ storage: createLocalStorage(), engine: await createDeltaEngine(database), environment: systemEnvironment() });
const engine = createQueryEngine({ catalog: createWorkspaceCatalog(folder), delta, database });
const session = engine.createSession();
const { signal } = new AbortController();

interface Run {
  readonly ms: number;
  readonly cpuMs: number;
  readonly answer: string;
}

/** A statement from its text to its last row. */
async function run(text: string): Promise<Run> {
  const [statement] = engine.split(text, 'spark');
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const prepared = await performEffect(await engine.prepare(statement!, session, signal), signal);
  try {
    const found = prepared.sql === '' ? [] : (await database.query(prepared.sql)).rows();
    const used = process.cpuUsage(cpu);
    return { ms: performance.now() - start, cpuMs: (used.user + used.system) / 1e3, answer: found.map((row) => row.map(String).join('|')).sort().join('\n') };
  } finally {
    await prepared.dispose();
  }
}

const median = (found: readonly number[]): number => [...found].sort((left, right) => left - right)[found.length >> 1] ?? 0;

const figures = createFigures('deletionVectors');
try {
  const columns = `id, CAST(id * 7919 % 1000 AS INT) AS k, id * 104729 % 1000003 AS amount, CAST(id * 31 % 50 AS INT) AS qty, concat('name-', id * 7907 % 100003) AS name,
    timestamp_seconds(1700000000 + id) AS ts, concat('cat-', id * 13 % 20) AS cat, concat('a note of some length, number ', id * 6151 % 999983) AS note`;
  await run(`CREATE TABLE marked TBLPROPERTIES ('delta.enableDeletionVectors' = 'true') AS SELECT ${columns} FROM range(0, ${rows / FILES})`);
  for (let file = 1; file < FILES; file += 1) await run(`INSERT INTO marked SELECT ${columns} FROM range(${(rows / FILES) * file}, ${(rows / FILES) * (file + 1)})`);
  await run(`CREATE TABLE clean TBLPROPERTIES ('delta.enableDeletionVectors' = 'false') AS SELECT * FROM marked WHERE id % 20 = 20`);
  const gone = '(id * 48271) % 100 = 7';
  for (let file = 0; file < FILES; file += 1) await run(`INSERT INTO clean SELECT * FROM marked WHERE id >= ${(rows / FILES) * file} AND id < ${(rows / FILES) * (file + 1)} AND NOT (${gone})`);
  await run(`DELETE FROM marked WHERE ${gone}`);
  const sums = { marked: 0, clean: 0 };
  for (const [name, query] of Object.entries(QUERIES)) {
    const found: Record<'marked' | 'clean', Run[]> = { marked: [], clean: [] };
    for (let round = 0; round <= Number(values.rounds); round += 1) {
      const [marked, clean] = [await run(query.replace('@', 'marked')), await run(query.replace('@', 'clean'))];
      if (round === 0) figures.expect(`${name}: same answer`, marked.answer === clean.answer ? 1 : 0, 1);
      else for (const [table, measured] of [['marked', marked], ['clean', clean]] as const) found[table].push(measured);
    }
    const ratioOf = (what: 'ms' | 'cpuMs'): number => median(found.marked.map((each) => each[what])) / median(found.clean.map((each) => each[what]));
    figures.add(`${name}: CPU time with vectors / without`, 'ratio', [ratioOf('cpuMs')], { p50: BAR });
    figures.add(`${name}: wall time with vectors / without`, 'ratio', [ratioOf('ms')]);
    figures.add(`${name}: CPU time without`, 'ms', found.clean.map(({ cpuMs }) => cpuMs));
    for (const table of ['marked', 'clean'] as const) sums[table] += median(found[table].map(({ cpuMs }) => cpuMs));
  }
  figures.add('all queries: CPU time with vectors / without', 'ratio', [sums.marked / sums.clean], { p50: BAR });
} finally {
  figures.finish();
  await engine.dispose();
  database.close();
  rmSync(folder, { recursive: true, force: true });
}
