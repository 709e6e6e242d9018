import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applied, deltaRsOf, planOf, SHARED, sqlOf, type Change, type Row } from './concurrencyModel.ts';
import { atTable } from './deltaPeers.ts';
import { startDeltaRs } from './deltaRsProcess.ts';
import { openLocalEngine, type LocalEngine } from './localEngine.ts';
import { startProcess } from './pythonProcess.ts';
import { startSpark } from './sparkProcess.ts';

export interface ConcurrencyOptions {
  /** Processes of each engine. */
  readonly writers: { readonly lakebook: number; readonly deltaRs: number; readonly spark: number };
  /** By each process. */
  readonly commits: number;
  readonly vectors: boolean;
}

/** What one writer believes of one change. */
interface Believed {
  readonly tag: string;
  readonly change: Change;
  /** Where the engine tells. */
  readonly version: number | undefined;
}

/** A process that changes the table; a conflict answers `again`. */
interface Writer {
  readonly name: string;
  commit(change: Change, tag: string): Promise<{ readonly kind: 'done'; readonly version: number | undefined } | { readonly kind: 'again' | 'failed'; readonly message: string }>;
  close(): void;
}

/**
 * Processes of several engines change one table at the same time. Each remembers what it committed. Then every version of
 * the log must be one of those changes, each change must be one version, and the rows of every version must be those that the
 * changes give when they are done one after the other in the log's order.
 */
export async function compareConcurrency({ writers: counts, commits, vectors }: ConcurrencyOptions): Promise<{ readonly passed: number; readonly failed: number }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lakebook-concurrency-'));
  const table = path.join(folder, 'table');
  const local = await openLocalEngine();
  const bases = [...Array.from({ length: counts.lakebook + counts.deltaRs + counts.spark }, (_, writer) => writer), SHARED].map((w): Row => ({ w, n: -1, v: 0 }));
  await local.run(atTable(`CREATE TABLE @ (w BIGINT, n BIGINT, v BIGINT) USING DELTA PARTITIONED BY (w) TBLPROPERTIES ('delta.isolationLevel' = 'Serializable', 'delta.enableDeletionVectors' = '${vectors}')`, table));
  await local.run(atTable(`INSERT INTO @ VALUES ${bases.map(({ w, n, v }) => `(${w}, ${n}, ${v})`).join(', ')}`, table));
  const writers = await startWriters(counts, table);
  const startedAtMs = performance.now();
  const faults: string[] = [];
  const believed = (await Promise.all(writers.map((writer, number) => runPlan(writer, planOf(number, commits), number, faults)))).flat();
  const seconds = (performance.now() - startedAtMs) / 1000;
  for (const writer of writers) writer.close();
  faults.push(...(await checkHistory(local, table, believed, bases)));
  await local.close();
  process.stdout.write(`concurrency: ${writers.map(({ name }) => name).join(', ')}; ${believed.length} commits in ${seconds.toFixed(1)} s, deletion vectors ${vectors ? 'on' : 'off'}: ${faults.length === 0 ? 'none lost, none done twice, the order of the log explains every row of every version' : `${faults.length} faults`}\n`);
  for (const fault of faults.slice(0, 20)) process.stdout.write(`    ${fault}\n`);
  if (faults.length === 0) rmSync(folder, { recursive: true, force: true });
  else process.stdout.write(`    the table is ${table}\n`);
  return faults.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function startWriters({ lakebook, deltaRs, spark }: ConcurrencyOptions['writers'], table: string): Promise<readonly Writer[]> {
  const made: Writer[] = [];
  for (let index = 0; index < lakebook; index += 1) made.push(await lakebookWriter(`Lakebook ${index + 1}`, table));
  for (let index = 0; index < deltaRs; index += 1) made.push(await deltaRsWriter(`delta-rs ${index + 1}`, table));
  for (let index = 0; index < spark; index += 1) {
    try {
      made.push(await sparkWriter(`Spark ${index + 1}`, table));
    } catch (error) {
      process.stdout.write(`concurrency: Spark ${index + 1} does not start: ${String(error)}\n`);
    }
  }
  return made;
}

async function lakebookWriter(name: string, table: string): Promise<Writer> {
  const process_ = await startProcess({ command: process.execPath, args: ['--no-warnings', path.join(import.meta.dirname, 'lakebookServer.ts')] });
  return {
    name,
    commit: async (change) => {
      const { versions, error, message = '' } = (await process_.ask({ sql: atTable(sqlOf(change), table) })) as { readonly versions?: readonly number[]; readonly error?: string; readonly message?: string };
      if (error !== undefined) return { kind: /^DELTA_(?:CONCURRENT|METADATA_CHANGED)/.test(error) ? 'again' : 'failed', message };
      return { kind: 'done', version: versions?.[0] };
    },
    close: () => process_.close(),
  };
}

async function deltaRsWriter(name: string, table: string): Promise<Writer> {
  const deltaRs = await startDeltaRs();
  return {
    name,
    commit: async (change, tag) => {
      const { error, message = '' } = await deltaRs.ask({ table, tag, ...deltaRsOf(change) });
      if (error === undefined) return { kind: 'done', version: undefined };
      return { kind: error === 'CommitFailedError' || /conflict|concurrent/i.test(message) ? 'again' : 'failed', message: `${error}: ${message}` };
    },
    close: () => deltaRs.close(),
  };
}

async function sparkWriter(name: string, table: string): Promise<Writer> {
  const spark = await startSpark({ withDelta: true, settings: { 'spark.driver.memory': '1g' } });
  return {
    name,
    commit: async (change, tag) => {
      const { error, message = '' } = await spark.ask({ sql: atTable(sqlOf(change), table), settings: { 'spark.databricks.delta.commitInfo.userMetadata': tag } });
      if (error === undefined) return { kind: 'done', version: undefined };
      return { kind: /CONCURRENT|Concurrent/.test(`${error} ${message}`) ? 'again' : 'failed', message: `${error}: ${message}` };
    },
    close: () => spark.close(),
  };
}

const ATTEMPTS_MAX = 500;

async function runPlan(writer: Writer, plan: readonly Change[], number: number, faults: string[]): Promise<readonly Believed[]> {
  const believed: Believed[] = [];
  let again = 0;
  for (const [index, change] of plan.entries()) {
    const tag = `${number}-${index}`;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await writer.commit(change, tag);
      if (outcome.kind === 'done') {
        believed.push({ tag, change, version: outcome.version });
        break;
      }
      if (outcome.kind === 'failed' || attempt >= ATTEMPTS_MAX) {
        faults.push(`${writer.name} gives up on ${JSON.stringify(change)} after ${attempt} attempts: ${outcome.message.slice(0, 400)}`);
        return believed;
      }
      again += 1;
      await delay(Math.random() * 50);
    }
  }
  process.stdout.write(`concurrency: ${writer.name} did ${believed.length}, began ${again} times anew\n`);
  return believed;
}

/** Versions 0 and 1 made the table. */
const FIRST_CHANGE = 2;

async function checkHistory(local: LocalEngine, table: string, believed: readonly Believed[], bases: readonly Row[]): Promise<readonly string[]> {
  const faults: string[] = [];
  const tags = tagsOf(table);
  const byTag = new Map(believed.map((each) => [each.tag, each]));
  const byVersion = new Map(believed.flatMap((each) => (each.version === undefined ? [] : [[each.version, each] as const])));
  const unseen = new Set(believed);
  let rows = bases;
  for (let version = FIRST_CHANGE; version < tags.length; version += 1) {
    const done = byVersion.get(version) ?? byTag.get(tags[version] ?? '');
    if (done === undefined) {
      faults.push(`version ${version} is nobody's`);
      break;
    }
    if (!unseen.delete(done)) faults.push(`version ${version} does ${done.tag} a second time`);
    rows = applied(rows, done.change);
    const found = (await local.run(atTable(`SELECT w, n, v FROM @ VERSION AS OF ${version}`, table))).rows.map(([w, n, v]) => `${String(w)},${String(n)},${String(v)}`).sort();
    const expected = rows.map(({ w, n, v }) => `${w},${n},${v}`).sort();
    if (String(found) !== String(expected)) {
      faults.push(`version ${version}, ${done.tag} ${JSON.stringify(done.change)}: missing ${expected.filter((row) => !found.includes(row)).slice(0, 3).join(' ')}, too many ${found.filter((row) => !expected.includes(row)).slice(0, 3).join(' ')}`);
      break;
    }
  }
  if (faults.length === 0) faults.push(...[...unseen].map(({ tag }) => `${tag} is in no version`));
  return faults;
}

/** The name that other engines gave each version. */
function tagsOf(table: string): readonly (string | undefined)[] {
  const log = path.join(table, '_delta_log');
  return readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name)).sort().map((name) => {
    const infos = readFileSync(path.join(log, name), 'utf8').split('\n').filter((line) => line.includes('"commitInfo"')).map((line) => (JSON.parse(line) as { readonly commitInfo?: Readonly<Record<string, unknown>> }).commitInfo);
    const tag = infos[0]?.['tag'] ?? infos[0]?.['userMetadata'];
    return typeof tag === 'string' ? tag : undefined;
  });
}
