/** Workloads D and E: tables written, changed, and written by several at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTable } from '../../kernel/delta/commands/createTable.ts';
import { insertRows } from '../../kernel/delta/commands/insert.ts';
import type { Delta, DeltaTable } from '../../kernel/delta/delta.ts';
import type { StructType } from '../../kernel/delta/schema.ts';
import type { Expressions } from '../../kernel/delta/write/expressions.ts';
import type { Database } from '../../kernel/duckdb/database.ts';

export interface WriteBench {
  readonly workload: string;
  readonly data: string;
  readonly scratch: string;
  /** Of workload E. */
  readonly writer: number;
  readonly database: Database;
  readonly delta: Delta;
  readonly emit: (metric: string, seconds: number | undefined, extra: object) => void;
}

interface Expectation {
  readonly commits: number;
  readonly rows_per_commit: number;
  readonly partition_by: string;
  readonly delete_where: string;
  readonly update_where: string;
  readonly update_set: string;
}

/** The tables of these workloads have no rules of their own. */
const NO_EXPRESSIONS: Expressions = { compile: (text) => Promise.resolve(text) };

export async function benchWrites(bench: WriteBench): Promise<void> {
  const expected = JSON.parse(readFileSync(join(bench.data, 'expect.json'), 'utf8')) as Expectation;
  switch (bench.workload) {
    case 'd1':
      return appendOften(bench, expected);
    case 'd2':
      return writeMuch(bench, expected);
    case 'd3':
      return change(bench, 'merge', `MERGE INTO delta.\`@\` t USING parquet.\`${bench.data}/upserts.parquet\` s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *`, ([, updated, , inserted]) => ({ updated, inserted }));
    case 'd4':
      return change(bench, 'delete', `DELETE FROM delta.\`@\` WHERE ${expected.delete_where}`, ([deleted]) => ({ deleted }));
    case 'd5':
      return change(bench, 'update', `UPDATE delta.\`@\` SET ${expected.update_set} WHERE ${expected.update_where}`, ([updated]) => ({ updated }));
    case 'e.writer':
      return appendAmongOthers(bench, expected);
    default:
      bench.emit('skip', undefined, { error: 'not for this worker yet' });
  }
}

/** 200 small commits, one after the other. */
async function appendOften({ data, scratch, database, delta, emit }: WriteBench, { commits, rows_per_commit }: Expectation): Promise<void> {
  const columns = await loadSource(database, join(data, 'rows.parquet'));
  const table = delta.openTable(join(scratch, 'table'));
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const lat = await appendPortions(table, columns, { commits, rows: rows_per_commit, from: 0 });
  const seconds = (performance.now() - start) / 1000;
  const version = await table.latestVersion();
  await table.dispose();
  emit('total', seconds, { cpu: cpuSince(cpu), answer: { version }, p50_ms: percentile(lat, 0.5), p95_ms: percentile(lat, 0.95), max_ms: Math.max(...lat) });
}

async function appendAmongOthers({ data, scratch, writer, database, delta, emit }: WriteBench, { commits, rows_per_commit }: Expectation): Promise<void> {
  const columns = await loadSource(database, join(data, 'rows.parquet'));
  const table = delta.openTable(join(scratch, 'table'));
  process.stdout.write('{"ready":1}\n');
  await new Promise<void>((resume) => createInterface(process.stdin).once('line', () => resume()));
  let retries = 0;
  const start = performance.now();
  const lat = await appendPortions(table, columns, { commits, rows: rows_per_commit, from: writer * commits * rows_per_commit, onRetries: (count) => (retries += count) });
  const seconds = (performance.now() - start) / 1000;
  await table.dispose();
  emit('writer', seconds, { cpu: cpuSince({ user: 0, system: 0 }), commits, retries, lat_ms: lat.map((ms) => Math.round(ms * 100) / 100) });
}

interface Portions {
  readonly commits: number;
  readonly rows: number;
  /** The first row. */
  readonly from: number;
  readonly onRetries?: (count: number) => void;
}

async function appendPortions(table: DeltaTable, columns: readonly string[], { commits, rows, from, onRetries }: Portions): Promise<readonly number[]> {
  const lat: number[] = [];
  for (let commit = 0; commit < commits; commit += 1) {
    const started = performance.now();
    const first = from + commit * rows;
    const open = await table.begin(NO_EXPRESSIONS);
    const select = `SELECT ${columns.join(', ')} FROM source WHERE rowid >= ${first} AND rowid < ${first + rows}`;
    const { committed } = await insertRows(open, { rows: { select, columns }, overwrite: { kind: 'none' } });
    await open.dispose();
    onRetries?.(committed?.retries ?? 0);
    lat.push(performance.now() - started);
  }
  return lat;
}

async function loadSource(database: Database, path: string): Promise<readonly string[]> {
  await database.run(`CREATE TABLE source AS SELECT * FROM read_parquet('${path}')`);
  return (await database.query('SELECT * FROM source LIMIT 0')).names;
}

const D2_SCHEMA: StructType = {
  kind: 'struct',
  fields: ([['id', 'long'], ['ts', 'timestamp'], ['category', 'string'], ['amount', 'double'], ['qty', 'integer'], ['name', 'string'], ['flag', 'boolean'], ['region', 'string']] as const)
    .map(([name, kind]) => ({ name, type: { kind }, nullable: true, metadata: {} })),
};

async function writeMuch({ data, scratch, delta, emit }: WriteBench, { partition_by }: Expectation): Promise<void> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const table = delta.openTable(join(scratch, 'table'));
  const open = await table.begin(NO_EXPRESSIONS);
  const rows = { select: `SELECT * FROM read_parquet('${data}/src.parquet')`, columns: D2_SCHEMA.fields.map(({ name }) => name) };
  await createTable(open, { mode: 'create', schema: D2_SCHEMA, partitionColumns: [partition_by], configuration: {}, isManaged: false, rows });
  await open.dispose();
  const seconds = (performance.now() - start) / 1000;
  const used = cpuSince(cpu);
  const snapshot = await table.refresh();
  emit('write', seconds, { cpu: used, answer: { files: snapshot.totals.numFiles } });
}

/** A statement through the whole pipeline, with deletion vectors switched on before the clock starts. */
async function change({ workload, scratch, database, delta, emit }: WriteBench, metric: string, sql: string, answer: (counts: readonly (number | undefined)[]) => object): Promise<void> {
  const [{ createWorkspaceCatalog }, { createQueryEngine }, { performEffect }] = await Promise.all([
    import('../../kernel/catalog/workspaceCatalog.ts'), import('../../kernel/query/createQueryEngine.ts'), import('../../kernel/query/performEffect.ts'),
  ]);
  const path = join(scratch, 'table');
  const engine = createQueryEngine({ catalog: createWorkspaceCatalog(scratch), delta, database });
  const session = engine.createSession();
  const { signal } = new AbortController();
  const run = async (text: string): Promise<readonly number[]> => {
    const [statement] = engine.split(text, 'spark');
    const prepared = await engine.prepare(statement!, session, signal);
    const done = await performEffect(prepared, signal).finally(() => prepared.dispose());
    return done.sql === '' ? [] : (await database.query(done.sql)).columns.map(([value]) => Number(value));
  };
  if (process.env['LAKEBOOK_BENCH_COPY_ON_WRITE'] === undefined) await enableVectors(delta.openTable(path));
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const counts = await run(sql.replace('@', path));
  const seconds = (performance.now() - start) / 1000;
  emit(metric, seconds, { cpu: cpuSince(cpu), answer: answer(counts), workload });
  await engine.dispose();
}

async function enableVectors(table: DeltaTable): Promise<void> {
  const open = await table.begin(NO_EXPRESSIONS);
  const { metadata } = open.transaction;
  open.transaction.setMetadata({ ...metadata, configuration: { ...metadata.configuration, 'delta.enableDeletionVectors': 'true' } });
  await open.commit({ name: 'SET TBLPROPERTIES' });
  await open.dispose();
  await table.dispose();
}

function cpuSince(before: { readonly user: number; readonly system: number }): number {
  const { user, system } = process.cpuUsage(before as NodeJS.CpuUsage);
  return (user + system) / 1e6;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
