import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DELTA_CASES, ownWrites, type DeltaCase } from './deltaCases.ts';
import { compareDetail, compareHistory } from './deltaDescriptions.ts';
import { deltaRsPeer, differenceOf, lakebookPeer, shorten, sparkPeer, type Peer, type SqlPeer, type View } from './deltaPeers.ts';
import { makeBySpark, trySparkTable, type SparkMade } from './sparkMade.ts';
import { SPARK_TABLES } from './sparkTables.ts';
import { startDeltaRs } from './deltaRsProcess.ts';
import { openLocalEngine } from './localEngine.ts';
import { startSpark, type SparkRelease } from './sparkProcess.ts';

interface Engines {
  readonly lakebook: SqlPeer;
  /** Undefined where only delta-rs is asked. */
  readonly spark: SqlPeer | undefined;
  readonly deltaRs: Peer;
  readonly checksumFault: (table: string) => Promise<string | undefined>;
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
export async function compareDelta({ only, release }: { readonly only: readonly string[]; readonly release: SparkRelease | undefined }): Promise<{ readonly passed: number; readonly failed: number }> {
  const local = await openLocalEngine();
  const warnings: string[] = [];
  const spark = release === undefined ? undefined : await startSpark({
    release,
    withDelta: true,
    settings: { 'spark.databricks.delta.properties.defaults.enableDeletionVectors': 'true', 'spark.databricks.delta.checksum.mismatch.fatal': 'true', 'spark.sql.adaptive.enabled': 'false' },
    onLog: (line) => void (/^(?!(?:Previous|New) snapshot = ).*(?:checksum|corrupt)/i.test(line) && warnings.push(line)),
  });
  const deltaRs = await startDeltaRs();
  const engines = { lakebook: lakebookPeer(local), spark: spark && sparkPeer(spark), deltaRs: deltaRsPeer(deltaRs), checksumFault: async (table: string) => spark?.checksumFault(table) };
  const outcomes: Outcome[] = [];
  const made: SparkMade[] = [];
  const wanted = <Tried extends { readonly name: string }>(all: readonly Tried[]): readonly Tried[] => all.filter(({ name }) => only.length === 0 || only.includes(name));
  const inFolder = async <Result extends { readonly name: string; readonly faults: readonly string[] }>(work: (folder: string) => Promise<Result>, tell: (result: Result) => string): Promise<Result> => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lakebook-delta-'));
    const result = await work(folder);
    const faults = [...result.faults, ...warnings.splice(0).map((line) => `Spark warns: ${line}`)];
    process.stdout.write(`${result.name}: ${faults.length === 0 ? 'agreed' : `${faults.length} faults`}; ${tell(result)}\n${faults.map((fault) => `    ${fault.slice(0, 1200)}\n`).join('')}`);
    if (faults.length === 0) rmSync(folder, { recursive: true, force: true });
    else process.stdout.write(`    the tables are in ${folder}\n`);
    return { ...result, faults };
  };
  try {
    for (const tried of wanted(DELTA_CASES)) {
      outcomes.push(await inFolder((folder) => tryCase(tried, folder, engines), ({ cells }) => Object.entries(cells).map(([name, cell]) => `${name} ${cell}`).join('; ')));
    }
    for (const table of engines.spark === undefined ? [] : wanted(SPARK_TABLES)) {
      const { spark: maker } = engines;
      made.push(await inFolder((folder) => trySparkTable(table, path.join(folder, 'table'), { ...engines, spark: maker! }), ({ unmade, cell }) => (unmade === undefined ? `Lakebook ${cell}` : `Spark makes it not: ${unmade}`)));
    }
  } finally {
    spark?.close();
    deltaRs.close();
    await local.close();
  }
  process.stdout.write(`\n${matrix(outcomes, release)}\n\n${madeMatrix(made, release)}\n`);
  const failed = [...outcomes, ...made].filter(({ faults }) => faults.length > 0).length;
  return { passed: outcomes.length + made.length - failed, failed };
}

async function tryCase(tried: DeltaCase, folder: string, engines: Engines): Promise<Outcome> {
  const { lakebook, spark, deltaRs } = engines;
  const faults: string[] = [];
  const ours = path.join(folder, 'ours');
  const twin = path.join(folder, 'spark');
  const refused = await lakebook.run(ours, tried.create);
  if (refused !== undefined) return { name: tried.name, cells: {}, faults: [`Lakebook refuses: ${refused}`] };
  const { byPath, byName } = spark === undefined ? { byName: 'not asked' } : await makeBySpark(spark, twin, tried.create);
  if (spark === undefined || byName !== undefined) {
    const cells: Record<string, string> = { Spark: byName ?? '' };
    // What an engine does not make it may still read and write.
    for (const peer of spark === undefined ? [deltaRs] : [spark, deltaRs]) {
      const cell = await alternate(engines, tried, { peer, ours: copyOf(ours, peer.name), twin: copyOf(ours, `${peer.name}-again`) }, faults);
      cells[peer.name] = peer === spark ? `${cell}; makes it not: ${byName ?? ''}` : cell;
    }
    return { name: tried.name, cells, faults };
  }
  const expected = await spark.read(twin);
  await agree(expected, [[spark, ours], [lakebook, ours], [lakebook, twin]], 'as written', faults);
  await askAlike([spark, twin], [[spark, ours], [lakebook, ours], [lakebook, twin]], tried, 'as written', faults);
  await compareConditions([lakebook, spark, deltaRs], await spark.query(ours, countsOf(tried)), tried, { ours, twin }, faults);
  if (tried.changes === true) await compareChanges(lakebook, spark, { ours, twin }, faults);
  await checkChecksum(engines, ours, faults);
  faults.push(...compareHistory(await spark.query(twin, HISTORY), await spark.query(ours, HISTORY)).map((fault) => `history: ${fault}`));
  faults.push(...compareDetail(await spark.query(twin, DETAIL), await spark.query(ours, DETAIL)).map((fault) => `detail: ${fault}`));

  const cells: Record<string, string> = {};
  for (const peer of [spark, deltaRs]) {
    const cell = await alternate(engines, tried, { peer, ours: copyOf(ours, peer.name), twin: copyOf(twin, peer.name) }, faults);
    cells[peer.name] = peer === spark && byPath !== undefined ? `${cell}; by its path makes it not: ${byPath}` : cell;
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

/** Another engine writes on in our table, then Lakebook; and Lakebook in Spark's table. @returns the engine's cell of the matrix */
async function alternate(engines: Engines, tried: DeltaCase, { peer, ours, twin }: Tables & { readonly peer: Peer }, faults: string[]): Promise<string> {
  const { lakebook, spark } = engines;
  const before = await peer.read(ours);
  const difference = peer === spark ? undefined : differenceOf(await peer.read(twin), before);
  const referee = spark ?? lakebook;
  const trusted = before.refused === undefined && differenceOf(await lakebook.read(ours), before) === undefined;
  if (difference !== undefined && !trusted) faults.push(`${peer.name} reads ours unlike Spark's: ${difference}`);
  const readers = spark === undefined ? [lakebook] : [lakebook, spark];
  const seen = async (when: string): Promise<void> => agree(await referee.read(ours), [...readers, ...(trusted && peer !== spark ? [peer] : [])].map((reader) => [reader, ours] as const), when, faults);

  const refused = await peer.write(ours, tried);
  if (refused !== undefined && (await peer.write(twin, tried)) === undefined) faults.push(`${peer.name} refuses to write: ${refused}`);
  await seen(`after ${peer.name}`);
  for (const table of peer === spark ? [ours, twin] : [ours]) {
    const stopped = await lakebook.run(table, tried.own ?? ownWrites(tried));
    if (stopped !== undefined) faults.push(`Lakebook refuses to write on in ${table === ours ? 'our' : 'Spark’s'} table after ${peer.name}: ${stopped}`);
  }
  await seen(`after ${peer.name} and Lakebook`);
  if (peer === spark) await agree(await peer.read(twin), [[lakebook, twin]], 'written on by Lakebook', faults);
  if (spark !== undefined) for (const table of peer === spark ? [ours, twin] : [ours]) await askAlike([spark, table], [[lakebook, table]], tried, `after ${peer.name} and Lakebook`, faults);
  await compareConditions([lakebook], await lakebook.query(ours, countsOf(tried)), tried, { ours, twin: ours }, faults);
  if (tried.changes === true && spark !== undefined) await compareChanges(lakebook, spark, { ours, twin: ours }, faults);
  await checkChecksum(engines, ours, faults);
  const reads = before.refused !== undefined ? `reads not: ${shorten(before.refused)}` : trusted ? 'reads' : 'reads otherwise';
  return refused === undefined ? `${reads}, writes` : `${reads}; writes not: ${shorten(refused)}`;
}

/** Readers of tables see what was expected. */
async function agree(expected: View, readers: readonly (readonly [Peer, string])[], when: string, faults: string[]): Promise<void> {
  for (const [peer, table] of readers) {
    const difference = differenceOf(expected, await peer.read(table));
    if (difference !== undefined) faults.push(`${when}, ${peer.name} in ${path.basename(table)}: ${difference}`);
  }
}

/** Engines answer a case's questions as one of them does of one table. */
async function askAlike([referee, asked]: readonly [SqlPeer, string], others: readonly (readonly [SqlPeer, string])[], { questions = [] }: DeltaCase, when: string, faults: string[]): Promise<void> {
  for (const question of questions) {
    const expected = await referee.query(asked, question);
    for (const [peer, table] of others) {
      const difference = differenceOf(expected, await peer.query(table, question));
      if (difference !== undefined) faults.push(`${when}, ${peer.name} in ${path.basename(table)}, ${question}: ${difference}`);
    }
  }
}

/** How many rows each condition is true for, with no file left out. */
function countsOf({ conditions = [] }: DeltaCase): string {
  return `SELECT ${['count(*)', ...conditions.map((condition) => `count_if(${condition})`)].map((count, index) => `${count} AS c${index}`).join(', ')} FROM @`;
}

/** Rows found with files left out are those found without. */
async function compareConditions(peers: readonly Peer[], counts: View, { conditions = [] }: DeltaCase, { ours, twin }: Tables, faults: string[]): Promise<void> {
  const [, ...expected] = rowOf(counts);
  for (const [index, condition] of conditions.entries()) {
    for (const peer of peers) {
      const found = await peer.read(ours, condition);
      const count = found.refused === undefined ? String(found.rows.length) : found.refused;
      if (count === String(expected[index])) continue;
      // delta-rs understands not every condition as Spark does: it must understand it alike of both tables.
      if (peer.name === 'delta-rs' && differenceOf(await peer.read(twin, condition), found) === undefined) continue;
      faults.push(`${peer.name} finds ${count} of ${String(expected[index])} rows where ${condition}`);
    }
  }
}

function rowOf(view: View): readonly unknown[] {
  return view.refused === undefined ? (JSON.parse(view.rows[0] ?? '[]') as readonly unknown[]) : [];
}

async function compareChanges(lakebook: SqlPeer, spark: SqlPeer, { ours, twin }: Tables, faults: string[]): Promise<void> {
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

const cell = (text: string): string => text.replaceAll('|', '\\|');
const verdict = (faults: readonly string[]): string => (faults.length === 0 ? 'agreed' : `${faults.length} faults`);

function matrix(outcomes: readonly Outcome[], release: SparkRelease | undefined): string {
  const rows = outcomes.map(({ name, cells, faults }) => `| ${name} | ${cell(cells['Spark'] ?? '')} | ${cell(cells['delta-rs'] ?? '')} | ${verdict(faults)} |`);
  return [`| feature | ${release === undefined ? 'Spark' : `Spark ${release.spark} + Delta ${release.delta}`} | delta-rs 1.6.6 | |`, '| --- | --- | --- | --- |', ...rows].join('\n');
}

function madeMatrix(made: readonly SparkMade[], release: SparkRelease | undefined): string {
  const rows = made.map(({ name, unmade, cell: text, faults }) => `| ${name} | ${unmade === undefined ? cell(text) : '–'} | ${unmade === undefined ? verdict(faults) : `makes it not: ${cell(unmade)}`} |`);
  return [`| made by Spark ${release?.spark ?? ''} | Lakebook | |`, '| --- | --- | --- |', ...rows].join('\n');
}
