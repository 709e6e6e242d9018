import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DELTA_CASES, ownWrites, type DeltaCase } from './deltaCases.ts';
import { compareDetail, compareHistory } from './deltaDescriptions.ts';
import { deltaRsPeer, differenceOf, lakebookPeer, sparkPeer, type Peer, type SqlPeer, type View } from './deltaPeers.ts';
import { startDeltaRs } from './deltaRsProcess.ts';
import { openLocalEngine } from './localEngine.ts';
import { startSpark } from './sparkProcess.ts';

interface Engines {
  readonly lakebook: SqlPeer;
  readonly spark: SqlPeer;
  readonly deltaRs: Peer;
  checksumFault(table: string): Promise<string | undefined>;
}

interface Outcome {
  readonly name: string;
  /** One cell for each engine. */
  readonly cells: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
}

/**
 * Every feature of Delta's that Lakebook writes, beside Spark and delta-rs: Lakebook writes, both read; each writes on,
 * Lakebook reads and writes on, both read again. A table of Spark's own that has had the same statements tells what is
 * expected, and whether an engine refuses our table or the feature as such.
 */
export async function compareDelta({ only }: { readonly only: readonly string[] }): Promise<{ readonly passed: number; readonly failed: number }> {
  const local = await openLocalEngine();
  const warnings: string[] = [];
  const spark = await startSpark({
    withDelta: true,
    settings: { 'spark.databricks.delta.properties.defaults.enableDeletionVectors': 'true', 'spark.databricks.delta.checksum.mismatch.fatal': 'true', 'spark.sql.codegen.factoryMode': 'FALLBACK' },
    onLog: (line) => void (/checksum|mismatch|corrupt/i.test(line) && warnings.push(line)),
  });
  const deltaRs = await startDeltaRs();
  const engines = { lakebook: lakebookPeer(local), spark: sparkPeer(spark), deltaRs: deltaRsPeer(deltaRs), checksumFault: (table: string) => spark.checksumFault(table) };
  const outcomes: Outcome[] = [];
  try {
    for (const tried of DELTA_CASES.filter(({ name }) => only.length === 0 || only.includes(name))) {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'lakebook-delta-'));
      const outcome = await tryCase(tried, folder, engines);
      const faults = [...outcome.faults, ...warnings.splice(0).map((line) => `Spark warns: ${line}`)];
      outcomes.push({ ...outcome, faults });
      process.stdout.write(`${tried.name}: ${faults.length === 0 ? 'agreed' : `${faults.length} faults`}\n${faults.map((fault) => `    ${fault.slice(0, 1200)}\n`).join('')}`);
      if (faults.length === 0) rmSync(folder, { recursive: true, force: true });
      else process.stdout.write(`    the tables are in ${folder}\n`);
    }
  } finally {
    spark.close();
    deltaRs.close();
    await local.close();
  }
  process.stdout.write(`\n${matrix(outcomes)}\n`);
  const failed = outcomes.filter(({ faults }) => faults.length > 0).length;
  return { passed: outcomes.length - failed, failed };
}

async function tryCase(tried: DeltaCase, folder: string, engines: Engines): Promise<Outcome> {
  const { lakebook, spark, deltaRs } = engines;
  const faults: string[] = [];
  const ours = path.join(folder, 'ours');
  const twin = path.join(folder, 'spark');
  const refused = await lakebook.run(ours, tried.create);
  if (refused !== undefined) return { name: tried.name, cells: { Spark: '', 'delta-rs': '' }, faults: [`Lakebook refuses: ${refused}`] };
  const notSpark = await spark.run(twin, tried.create);
  if (notSpark !== undefined) return { name: tried.name, cells: { Spark: `refuses: ${notSpark}`, 'delta-rs': '' }, faults: [] };

  await compareReads(engines, { ours, twin }, 'as written', faults);
  await compareConditions(engines, tried, ours, faults);
  if (tried.changes === true) await compareChanges(engines, { ours, twin }, faults);
  await checkChecksum(engines, ours, faults);
  faults.push(...compareHistory(await spark.query(twin, HISTORY), await spark.query(ours, HISTORY)).map((fault) => `history: ${fault}`));
  faults.push(...compareDetail(await spark.query(twin, DETAIL), await spark.query(ours, DETAIL)).map((fault) => `detail: ${fault}`));

  const cells: Record<string, string> = {};
  for (const peer of [spark, deltaRs]) {
    const copies = { ours: copyOf(ours, peer.name), twin: copyOf(twin, peer.name) };
    cells[peer.name] = await alternate(engines, tried, { peer, ...copies }, faults);
  }
  return { name: tried.name, cells, faults };
}

const HISTORY = 'DESCRIBE HISTORY @';
const DETAIL = 'DESCRIBE DETAIL @';

interface Tables {
  /** Made by Lakebook. */
  readonly ours: string;
  /** Made by Spark with the same statements. */
  readonly twin: string;
}

function copyOf(table: string, by: string): string {
  const copy = `${table}-${by}`;
  cpSync(table, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** Another engine writes on, then Lakebook. @returns the engine's cell of the matrix */
async function alternate(engines: Engines, tried: DeltaCase, { peer, ours, twin }: Tables & { readonly peer: Peer }, faults: string[]): Promise<string> {
  const { lakebook } = engines;
  const read = await cellOfReading(peer, { ours, twin }, faults);
  const [refused, refusedTwin] = [await peer.write(ours, tried), await peer.write(twin, tried)];
  const by = `after ${peer.name}`;
  if (refused !== undefined && refusedTwin === undefined) faults.push(`${peer.name} refuses to write: ${refused}`);
  await compareReads(engines, { ours, twin }, by, faults);
  for (const [table, whose] of [[ours, 'our'], [twin, 'Spark’s']] as const) {
    const stopped = await lakebook.run(table, tried.own ?? ownWrites(tried));
    if (stopped !== undefined) faults.push(`Lakebook refuses to write on in ${whose} table ${by}: ${stopped}`);
  }
  await compareReads(engines, { ours, twin }, `${by} and Lakebook`, faults);
  await cellOfReading(peer, { ours, twin }, faults);
  await compareConditions(engines, tried, ours, faults);
  if (tried.changes === true) await compareChanges(engines, { ours, twin }, faults);
  await checkChecksum(engines, ours, faults);
  return refused === undefined ? `${read}, writes` : `${read}; writes not: ${shorten(refused)}`;
}

/** What one engine makes of our table is what it makes of Spark's. */
async function cellOfReading(peer: Peer, { ours, twin }: Tables, faults: string[]): Promise<string> {
  const [view, control] = [await peer.read(ours), await peer.read(twin)];
  if (view.refused !== undefined && control.refused !== undefined) return `reads not: ${shorten(view.refused)}`;
  const difference = differenceOf(control, view);
  if (difference === undefined) return 'reads';
  faults.push(`${peer.name} reads ours unlike Spark's: ${difference}`);
  return 'reads otherwise';
}

/** Lakebook and Spark see the same rows and types in both tables. */
async function compareReads({ lakebook, spark }: Engines, { ours, twin }: Tables, when: string, faults: string[]): Promise<void> {
  const expected = await spark.read(twin);
  for (const [peer, table, whose] of [[spark, ours, 'our'], [lakebook, ours, 'our'], [lakebook, twin, 'Spark’s']] as const) {
    const difference = differenceOf(expected, await peer.read(table));
    if (difference !== undefined) faults.push(`${when}, ${peer.name} in ${whose} table: ${difference}`);
  }
}

/** Rows found with files left out are those found without. */
async function compareConditions({ lakebook, spark, deltaRs }: Engines, { conditions = [] }: DeltaCase, table: string, faults: string[]): Promise<void> {
  if (conditions.length === 0) return;
  const expected = rowOf(await spark.query(table, `SELECT ${conditions.map((condition) => `count_if(${condition})`).join(', ')} FROM @`));
  const skipping = conditions.map((condition, index) => `SELECT ${index} AS i, count(*) AS n FROM @ WHERE ${condition}`).join(' UNION ALL ');
  for (const peer of [lakebook, spark]) {
    const found = await peer.query(table, `SELECT max(if(i = 0, n, 0)) AS c0${conditions.slice(1).map((_, index) => `, max(if(i = ${index + 1}, n, 0)) AS c${index + 1}`).join('')} FROM (${skipping})`);
    const row = rowOf(found);
    for (const [index, condition] of conditions.entries()) {
      if (String(row[index]) !== String(expected[index])) faults.push(`${peer.name} finds ${String(row[index])} of ${String(expected[index])} rows where ${condition}${found.refused === undefined ? '' : `: ${found.refused}`}`);
    }
  }
  for (const [index, condition] of conditions.entries()) {
    const found = await deltaRs.read(table, condition);
    if (found.refused === undefined && String(found.rows.length) !== String(expected[index])) faults.push(`delta-rs finds ${found.rows.length} of ${String(expected[index])} rows where ${condition}`);
  }
}

function rowOf(view: View): readonly unknown[] {
  return view.refused === undefined ? (JSON.parse(view.rows[0] ?? '[]') as readonly unknown[]) : [];
}

async function compareChanges({ lakebook, spark }: Engines, { ours, twin }: Tables, faults: string[]): Promise<void> {
  const changes = (table: string): string => `SELECT * EXCEPT (_commit_timestamp) FROM table_changes_by_path('${table}', 0)`;
  const expected = await spark.query(twin, changes(twin));
  const views = [['Spark', await spark.query(ours, changes(ours))], ['Lakebook', await lakebook.query(ours, "SELECT * EXCEPT (_commit_timestamp) FROM table_changes('@', 0)")]] as const;
  for (const [name, view] of views) {
    const difference = differenceOf(expected, view);
    if (difference !== undefined) faults.push(`changes by ${name}: ${difference}`);
  }
}

async function checkChecksum({ checksumFault }: Engines, table: string, faults: string[]): Promise<void> {
  const fault = await checksumFault(table);
  if (fault !== undefined) faults.push(`checksum file: ${fault}`);
}

function shorten(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.length <= 160 ? line : `${line.slice(0, 157)}…`;
}

function matrix(outcomes: readonly Outcome[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = outcomes.map(({ name, cells, faults }) => `| ${name} | ${cell(cells['Spark'] ?? '')} | ${cell(cells['delta-rs'] ?? '')} | ${faults.length === 0 ? 'agreed' : `${faults.length} faults`} |`);
  return ['| feature | Spark 4.0.5 + Delta 4.0.1 | delta-rs 1.6.6 | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
