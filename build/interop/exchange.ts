import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Chance } from '../testing/sql/randomSql.ts';
import { deltaRsPeer, differenceOf, lakebookPeer, sparkPeer, type Peer, type SqlPeer, type View } from './deltaPeers.ts';
import { startDeltaRs, type DeltaRs } from './deltaRsProcess.ts';
import { firstStep, has, randomCondition, randomShape, randomStep, type EngineName, type Step, type TableModel, type TableShape } from './exchangeModel.ts';
import { openLocalEngine } from './localEngine.ts';
import { startSpark, type Spark, type SparkRelease } from './sparkProcess.ts';

export interface ExchangeOptions {
  readonly release: SparkRelease;
  /** Of the first table; each further one has the next. */
  readonly seed: number;
  /** Statements on each table. */
  readonly rounds: number;
  readonly tables: number;
}

interface Engines {
  readonly lakebook: SqlPeer;
  readonly spark: SqlPeer;
  readonly deltaRs: Peer;
  readonly askSpark: Spark;
  readonly askDeltaRs: DeltaRs;
}

/**
 * Tables with random features, changed by random statements of random engines in turns. After every statement all engines must
 * see the rows that a model says, the same change data and row ids; in the end every version must still be what it was.
 */
export async function compareExchange({ release, seed, rounds, tables }: ExchangeOptions): Promise<{ readonly passed: number; readonly failed: number }> {
  const local = await openLocalEngine();
  const askSpark = await startSpark({ release, withDelta: true, settings: { 'spark.databricks.delta.checksum.mismatch.fatal': 'true', 'spark.sql.adaptive.enabled': 'false', 'spark.databricks.delta.retentionDurationCheck.enabled': 'false' } });
  const askDeltaRs = await startDeltaRs();
  const engines: Engines = { lakebook: lakebookPeer(local), spark: sparkPeer(askSpark), deltaRs: deltaRsPeer(askDeltaRs), askSpark, askDeltaRs };
  let failed = 0;
  try {
    for (let number = seed; number < seed + tables; number += 1) {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'lakebook-exchange-'));
      const exchange = new Exchange(engines, path.join(folder, 'table'), number);
      const faults = await exchange.run(rounds);
      process.stdout.write(`exchange: Spark ${release.spark}, seed ${number}, ${exchange.told}: ${faults.length === 0 ? 'all agreed' : `${faults.length} faults`}\n`);
      for (const fault of faults) process.stdout.write(`    ${fault.slice(0, 2_000)}\n`);
      if (faults.length === 0) rmSync(folder, { recursive: true, force: true });
      else process.stdout.write(`${exchange.statements.map((line) => `    ${line}\n`).join('')}    the table is in ${folder}\n`);
      failed += faults.length === 0 ? 0 : 1;
    }
  } finally {
    askSpark.close();
    askDeltaRs.close();
    await local.close();
  }
  return { passed: tables - failed, failed };
}

/** One table's way from hand to hand. It ends at the first fault. */
class Exchange {
  readonly statements: string[] = [];
  readonly #engines: Engines;
  readonly #table: string;
  readonly #chance: Chance;
  readonly #shape: TableShape;
  /** What each version holds that a statement ended in. */
  readonly #past = new Map<number, TableModel>();
  /** By version and `id`. */
  readonly #rowIds = new Map<number, ReadonlyMap<string, string>>();
  readonly #counts = new Map<EngineName, number>();
  #refusals = 0;

  constructor(engines: Engines, table: string, seed: number) {
    this.#engines = engines;
    this.#table = table;
    this.#chance = new Chance(seed);
    this.#shape = randomShape(this.#chance);
  }

  get told(): string {
    const done = [...this.#counts].map(([name, count]) => `${count} by ${name}`).join(', ');
    return `${this.#shape.features.length === 0 ? 'no features' : this.#shape.features.join(', ')}; ${done}, ${this.#refusals} refused by delta-rs, ${this.#latest() + 1} versions`;
  }

  async run(rounds: number): Promise<readonly string[]> {
    let model = firstStep(this.#shape).after;
    for (let round = 0; round <= rounds; round += 1) {
      const step = round === 0 ? firstStep(this.#shape) : randomStep(this.#chance, model, { shape: this.#shape, past: this.#past });
      const before = this.#latest();
      const refused = await this.#perform(step);
      if (refused !== undefined) return [`${this.statements.at(-1) ?? ''}: ${refused}`];
      const faults = await this.#check(step, { from: before, before: model });
      if (faults.length > 0) return faults.map((fault) => `after round ${round}, ${step.kind}: ${fault}`);
      if (step.forgets === true) this.#past.clear();
      this.#past.set(this.#latest(), step.after);
      model = step.after;
    }
    return await this.#checkPast();
  }

  /** By any engine that can; delta-rs may refuse what it has no feature for, and another then does it. */
  async #perform(step: Step): Promise<string | undefined> {
    const engine = this.#chance.pick(step.engines);
    this.statements.push(`${engine}: ${step.sql === '' ? step.kind : step.sql}`);
    const refused = await this.#ask(engine, step);
    if (refused !== undefined && engine === 'delta-rs') {
      this.#refusals += 1;
      this.statements.push(`  refused: ${refused.slice(0, 200)}`);
      return await this.#perform({ ...step, engines: step.engines.includes('Lakebook') ? ['Lakebook', 'Spark'] : ['Spark'] });
    }
    this.#counts.set(engine, (this.#counts.get(engine) ?? 0) + 1);
    return refused;
  }

  async #ask(engine: EngineName, { sql, deltaRs }: Step): Promise<string | undefined> {
    const { lakebook, spark, askSpark, askDeltaRs } = this.#engines;
    if (engine === 'delta-rs') {
      const { error, message } = await askDeltaRs.ask({ table: this.#table, ...deltaRs! });
      return error === undefined ? undefined : `${error}: ${message ?? ''}`;
    }
    if (sql === '') return await askSpark.checkpoint(this.#table);
    return await (engine === 'Spark' ? spark : lakebook).run(this.#table, [sql]);
  }

  async #check({ after, kind, base }: Step, { from, before }: { readonly from: number; readonly before: TableModel }): Promise<readonly string[]> {
    const { lakebook, spark, deltaRs, askSpark } = this.#engines;
    const faults: string[] = [];
    const expected = rowTexts(after);
    for (const peer of [lakebook, spark, deltaRs]) {
      const view = await peer.read(this.#table);
      if (peer === deltaRs && view.refused !== undefined) continue; // a feature that it does not read
      faults.push(...differ(peer.name, expected, view, after.columns));
    }
    const { sql, holds } = randomCondition(this.#chance, after);
    const found = rowTexts({ ...after, rows: after.rows.filter(holds) });
    for (const peer of [lakebook, spark]) faults.push(...differ(`${peer.name} where ${sql}`, found, await peer.read(this.#table, sql), after.columns));
    const fault = await askSpark.checksumFault(this.#table);
    if (fault !== undefined && !fault.startsWith('there is no checksum file')) faults.push(`checksum file: ${fault}`);
    const latest = this.#latest();
    if (has(this.#shape, 'row tracking')) faults.push(...(await this.#checkRowIds(latest, base ?? from)));
    if (has(this.#shape, 'change data feed') && latest > from && from >= 0) faults.push(...(await this.#checkChanges(from + 1, { before, after, kind })));
    return faults;
  }

  /** A row keeps its id for ever, and both engines know it. */
  async #checkRowIds(version: number, base: number | 'none'): Promise<readonly string[]> {
    const { lakebook, spark } = this.#engines;
    const ours = await lakebook.query(this.#table, 'SELECT id, _row_id AS r, _row_commit_version AS v FROM @');
    const theirs = await spark.query(this.#table, 'SELECT id, _metadata.row_id AS r, _metadata.row_commit_version AS v FROM @');
    const difference = differenceOf(theirs, ours);
    if (difference !== undefined) return [`row ids by Lakebook, against Spark: ${difference}`];
    const now = new Map(parsed(theirs).map(([id, row]) => [String(id), String(row)]));
    this.#rowIds.set(version, now);
    const then = base === 'none' ? new Map<string, string>() : this.#rowIds.get(base) ?? new Map<string, string>();
    const lost = [...now].filter(([id, row]) => then.has(id) && then.get(id) !== row);
    const twice = now.size - new Set(now.values()).size;
    return [...(twice === 0 ? [] : [`${twice} row ids stand twice`]), ...lost.slice(0, 3).map(([id, row]) => `row ${id} had the row id ${then.get(id) ?? ''} and has ${row}`)];
  }

  /** The change data lead from one model to the next. */
  async #checkChanges(from: number, { before, after, kind }: { readonly before: TableModel; readonly after: TableModel; readonly kind: string }): Promise<readonly string[]> {
    if (String(before.columns) !== String(after.columns) || before.isWide !== after.isWide) return [];
    const { lakebook, spark } = this.#engines;
    const names = after.columns.join(', ');
    const ours = await lakebook.query(this.#table, `SELECT ${names}, _change_type, _commit_version FROM table_changes('@', ${from})`);
    const theirs = await spark.query(this.#table, `SELECT ${names}, _change_type, _commit_version FROM table_changes_by_path('${this.#table}', ${from})`);
    const difference = differenceOf(theirs, ours);
    if (difference !== undefined) return [`change data by Lakebook, against Spark: ${difference}`];
    const counts = new Map<string, number>();
    const count = (text: string, by: number): void => void counts.set(text, (counts.get(text) ?? 0) + by);
    for (const text of rowTexts(before)) count(text, 1);
    for (const text of rowTexts(after)) count(text, -1);
    for (const row of parsed(theirs)) count(textOf(row.slice(0, -2)), ['insert', 'update_postimage'].includes(String(row.at(-2))) ? 1 : -1);
    const wrong = [...counts].filter(([, left]) => left !== 0);
    return wrong.length === 0 ? [] : [`the change data of ${kind} do not lead from the rows before to those after: ${JSON.stringify(wrong.slice(0, 3))}`];
  }

  async #checkPast(): Promise<readonly string[]> {
    const { lakebook, spark } = this.#engines;
    const faults: string[] = [];
    for (const [version, model] of this.#past) {
      for (const peer of version % 4 === 0 ? [lakebook, spark] : [lakebook]) {
        faults.push(...differ(`version ${version} by ${peer.name}`, rowTexts(model), await peer.query(this.#table, `SELECT * FROM @ VERSION AS OF ${version}`), model.columns));
      }
    }
    for (const sql of ['DESCRIBE HISTORY @', 'DESCRIBE DETAIL @']) {
      // Where commits keep their own time Spark's detail still tells that of the newest file.
      const left = has(this.#shape, 'in-commit') ? 'lastModified' : '';
      const difference = differenceOf(without(await spark.query(this.#table, sql), left), without(await lakebook.query(this.#table, sql), left));
      if (difference !== undefined) faults.push(`${sql} by Lakebook, against Spark: ${difference}`);
    }
    return faults;
  }

  #latest(): number {
    const log = path.join(this.#table, '_delta_log');
    try {
      return Math.max(-1, ...readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name)).map((name) => Number(name.slice(0, 20))));
    } catch {
      return -1;
    }
  }
}

function without(view: View, name: string): View {
  if (view.refused !== undefined || !view.names.includes(name)) return view;
  const kept = (_: unknown, index: number): boolean => view.names[index] !== name;
  return { names: view.names.filter(kept), types: view.types.filter(kept), rows: parsed(view).map((row) => JSON.stringify(row.filter(kept))) };
}

function differ(who: string, expected: readonly string[], view: View, columns: readonly string[]): readonly string[] {
  if (view.refused !== undefined) return [`${who} refuses: ${view.refused}`];
  const rows = parsed(view).map(textOf).sort();
  const difference = differenceOf({ names: columns, types: [], rows: expected }, { names: view.names, types: [], rows });
  return difference === undefined ? [] : [`${who}: ${difference}`];
}

function parsed(view: View): readonly (readonly unknown[])[] {
  return view.refused === undefined ? view.rows.map((row) => JSON.parse(row) as readonly unknown[]) : [];
}

function rowTexts({ columns, rows }: TableModel): readonly string[] {
  return rows.map((row) => textOf(columns.map((name) => row[name]))).sort();
}

/** Whatever width a number has. */
function textOf(row: readonly unknown[]): string {
  return JSON.stringify(row.map((value) => (typeof value === 'number' ? String(value) : (value ?? null))));
}
