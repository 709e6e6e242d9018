/**
 * One workload of the side-by-side benchmark, in a process of its own: prints a line of JSON per measurement, with metrics
 * and answers as the peers print them.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Delta } from '../../kernel/delta/delta.ts';
import type { Snapshot } from '../../kernel/delta/snapshot.ts';
import type { Database } from '../../kernel/duckdb/database.ts';
import { parsePlanPredicate } from './planPredicate.ts';
import { benchWrites } from './writes.ts';

const { values } = parseArgs({
  options: { peer: { type: 'string' }, workload: { type: 'string' }, data: { type: 'string' }, scratch: { type: 'string' }, reps: { type: 'string' }, writer: { type: 'string' } },
});
const { peer = 'ours', workload = '', data = '', scratch = '' } = values;
const reps = Number(values.reps ?? 3);

interface Expectation {
  readonly refresh: readonly { readonly file: string; readonly version: number }[];
  readonly plans: Readonly<Record<string, { readonly sql: string }>>;
}

const { delta: engine, database } = await timed('import', openEngine, () => undefined);
if (/^a.*\.(cold|hot)$/.test(workload)) await replayLog(engine, workload.endsWith('.cold'));
else if (workload.startsWith('b')) await planScans(engine);
else if (workload === 'c') await answerQueries(engine, database);
else await benchWrites({ workload, data, scratch, writer: Number(values.writer ?? 0), database, delta: engine, emit });
process.exit(0);

async function openEngine(): Promise<{ readonly database: Database; readonly delta: Delta }> {
  const [{ openDatabase }, { createDeltaEngine }, { createLocalStorage }, { systemEnvironment }, { createDelta }] = await Promise.all([
    import('../../kernel/duckdb/database.ts'), import('../../kernel/duckdb/deltaEngine.ts'), import('../../kernel/storage/local.ts'), import('../../kernel/storage/systemEnvironment.ts'), import('../../kernel/delta/createDelta.ts'),
  ]);
  const database = await openDatabase({ memoryLimitBytes: Math.floor(totalmem() / 2), threads: availableParallelism(), spillFolder: join(tmpdir(), `lakebook-bench-${process.pid}`), maxSpillBytes: 2 ** 33 });
  return { database, delta: createDelta({ storage: createLocalStorage(), engine: await createDeltaEngine(database), environment: systemEnvironment() }) };
}

/** Workload A: how long until a table's state is known. */
async function replayLog(delta: Delta, cold: boolean): Promise<void> {
  const path = tablePath();
  const load = (): Promise<Snapshot> => delta.openTable(path).snapshot();
  const state = ({ version, totals }: Snapshot): object => ({ version, num_files: totals.numFiles, size_bytes: totals.sizeBytes });
  if (cold) {
    await timed('cold', load, state);
    return;
  }
  const table = delta.openTable(path);
  const first = await timed('first', () => table.snapshot(), state);
  for (let rep = 0; rep < reps; rep += 1) await (await timed('warm', load, state)).dispose();
  for (let rep = 0; rep < reps; rep += 1) await timed('paths', () => first.planFiles(), (paths) => ({ n: paths.length, sha: digest(paths) }));
  for (const { file, version } of expectation().refresh.slice(0, reps + 2)) {
    putCommit(join(data, 'refresh', file), join(path, '_delta_log'));
    await (await timed('refresh', () => table.refresh(), state, { version })).dispose();
  }
}

/** Workload B: how long until the list of files to read is known. */
async function planScans(delta: Delta): Promise<void> {
  const path = tablePath();
  const { plans } = expectation();
  const answer = (paths: readonly string[]): object => ({ files: paths.length, sha: digest(paths) });
  const plan = async (snapshot: Snapshot, sql: string): Promise<readonly string[]> =>
    // The answers are worked out as Spark would: a maximum of doubles counts
    snapshot.planFiles({ predicate: parsePlanPredicate(sql, snapshot.schema), trustFloatMaximum: true });
  await timed('cold.point', async () => plan(await delta.openTable(path).snapshot(), plans['point']?.sql ?? ''), answer);
  const snapshot = await delta.openTable(path).snapshot();
  for (const [name, { sql }] of Object.entries(plans)) {
    for (let rep = 0; rep < reps; rep += 1) await timed(name, () => plan(snapshot, sql), answer);
  }
}

/** Workload C: the TPC-H queries in the default dialect. */
async function answerQueries(delta: Delta, database: Database): Promise<void> {
  const { runTpch } = await import('./tpch.ts');
  for await (const { metric, seconds, cpu, answer } of runTpch({ data, repetitions: reps, database, delta })) emit(metric, seconds, { cpu, answer });
}

async function timed<Result>(metric: string, action: () => Promise<Result>, answer: (result: Result) => object | undefined, extra: object = {}): Promise<Result> {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  const result = await action();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const found = answer(result);
  emit(metric, seconds, { cpu: (user + system) / 1e6, ...(found === undefined ? {} : { answer: found }), ...extra });
  return result;
}

function emit(metric: string, seconds: number | undefined, extra: object): void {
  const rssMb = Math.round(process.resourceUsage().maxRSS / 102.4) / 10;
  process.stdout.write(`${JSON.stringify({ peer, workload, metric, seconds: seconds ?? null, rss_mb: rssMb, ...extra })}\n`);
}

function tablePath(): string {
  const copy = join(scratch, 'table');
  return existsSync(copy) ? copy : join(data, 'table');
}

function expectation(): Expectation {
  return JSON.parse(readFileSync(join(data, 'expect.json'), 'utf8')) as Expectation;
}

/** One commit appears at once, as a concurrent writer would make it. */
function putCommit(source: string, log: string): void {
  const target = join(log, basename(source));
  copyFileSync(source, `${target}.tmp`);
  renameSync(`${target}.tmp`, target);
}

function digest(paths: readonly string[]): string {
  return createHash('sha256').update([...paths].sort().join('\n')).digest('hex').slice(0, 16);
}
