import { setImmediate } from 'node:timers/promises';
import { ArrowTable, duckdbTypeOf } from '../duckdb/arrowTable.ts';
import type { ArrowStream } from '../duckdb/arrowStream.ts';
import type { Database } from '../duckdb/database.ts';
import { sparkColumns } from '../arrow/sparkFields.ts';
import type { SpooledResult } from './spooledResult.ts';
import { buildPermutationSql, explainFilterError, parseViewId, type TableColumn } from './viewSql.ts';

const SCHEMA = 'held';
/** Tables, and views per table, that are kept; the ones used longest ago go. DuckDB spills what does not fit in memory. */
const TABLES_MAX = 8;
const VIEWS_MAX = 8;

interface HeldTable {
  readonly name: string;
  readonly views: Map<string, HeldView>;
  rows: number;
}
interface HeldView {
  readonly name: string;
  readonly rows: number;
}

/** A result's rows as a relation of DuckDB, with all its columns `c0`, `c1`, … and the order in column `p`. */
export interface HeldRelation {
  readonly rows: number;
  /** `SELECT … FROM <sql>`; its columns are `p` (position) and the result's. */
  readonly sql: string;
  readonly columns: readonly TableColumn[];
}

/**
 * Results as tables of DuckDB, made from their spools when somebody first sorts, filters, charts or exports them: the
 * statement is not run again. A result that has grown since is completed.
 */
export class ResultTables {
  readonly #database: Database;
  readonly #tables = new Map<string, HeldTable>();
  readonly #busy = new Map<string, Promise<unknown>>();
  #schemaMade: Promise<void> | undefined;
  #lastNumber = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Rows of the result as they came, or of a view in its order. */
  async relation(result: SpooledResult, viewId: string | undefined, signal?: AbortSignal): Promise<HeldRelation> {
    return this.#exclusively(result.resultId, async () => {
      const table = await this.#load(result, signal);
      const columns = tableColumns(result);
      if (viewId === undefined) return { rows: table.rows, sql: `(SELECT rowid AS p, * FROM ${SCHEMA}.${table.name})`, columns };
      const view = await this.#view(table, viewId, columns, signal);
      return { rows: view.rows, sql: `(SELECT v.rowid AS p, t.* FROM ${SCHEMA}.${view.name} v JOIN ${SCHEMA}.${table.name} t ON t.rowid = v.r)`, columns };
    });
  }

  /** Rows `[offset, offset + limit)` of a view, in its order. */
  async streamView(result: SpooledResult, viewId: string, range: { readonly offset: number; readonly limit: number }, signal?: AbortSignal): Promise<{ readonly totalRows: number; readonly stream: ArrowStream }> {
    const { table, view } = await this.#exclusively(result.resultId, async () => {
      const loaded = await this.#load(result, signal);
      return { table: loaded, view: await this.#view(loaded, viewId, tableColumns(result), signal) };
    });
    const positions = `SELECT rowid AS p, r FROM ${SCHEMA}.${view.name} WHERE rowid >= ${range.offset} AND rowid < ${range.offset + range.limit}`;
    const list = selectList(result);
    const sql = `SELECT ${list} FROM (${positions}) v JOIN ${SCHEMA}.${table.name} t ON t.rowid = v.r ORDER BY v.p`;
    return { totalRows: view.rows, stream: await this.#database.stream(sql, { signal, columns: sparkColumns(result.schema) }) };
  }

  /** Forgets what was made of a result. */
  drop(resultId: string): void {
    const table = this.#tables.get(resultId);
    this.#tables.delete(resultId);
    if (table !== undefined) void this.#dropTables([table.name, ...[...table.views.values()].map((view) => view.name)]);
  }

  async #load(result: SpooledResult, signal: AbortSignal | undefined): Promise<HeldTable> {
    await (this.#schemaMade ??= this.#database.run(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`));
    const held = this.#tables.get(result.resultId) ?? { name: this.#nextName('r'), views: new Map<string, HeldView>(), rows: -1 };
    this.#tables.delete(result.resultId);
    this.#tables.set(result.resultId, held);
    this.#dropOldest(this.#tables, TABLES_MAX, (resultId) => this.drop(resultId));
    const rows = result.rows;
    if (held.rows >= rows) return held;
    try {
      await this.#fill(held, result, rows, signal);
    } catch (error) {
      this.drop(result.resultId);
      throw error;
    }
    return held;
  }

  async #fill(held: HeldTable, result: SpooledResult, rows: number, signal: AbortSignal | undefined): Promise<void> {
    const lease = await this.#database.acquire();
    try {
      const isNew = held.rows < 0;
      const table = await (isNew ? ArrowTable.create(lease.connection, SCHEMA, held.name, result.schema) : ArrowTable.extend(lease.connection, SCHEMA, held.name));
      for (let row = Math.max(held.rows, 0); row < rows; ) {
        signal?.throwIfAborted();
        const { batch: number } = result.locate(row);
        const batch = await result.readBatch(number);
        table.append(batch);
        row += batch.rows;
        await setImmediate(); // a long result leaves room for others
      }
      table.finish();
      held.rows = rows;
      const views = [...held.views.values()].map((view) => view.name);
      held.views.clear();
      if (views.length > 0) await this.#dropTables(views);
    } finally {
      lease.release();
    }
  }

  async #view(table: HeldTable, viewId: string, columns: readonly TableColumn[], signal: AbortSignal | undefined): Promise<HeldView> {
    const known = table.views.get(viewId);
    if (known !== undefined) return known;
    const spec = parseViewId(viewId);
    const name = this.#nextName('v');
    const select = buildPermutationSql(`${SCHEMA}.${table.name}`, columns, spec);
    try {
      await this.#database.run(`CREATE TABLE ${SCHEMA}.${name} AS ${select}`, signal);
    } catch (error) {
      throw explainFilterError(error, columns, spec);
    }
    const rows = Number((await this.#database.query(`SELECT count(*) AS n FROM ${SCHEMA}.${name}`)).column('n')[0]);
    const view = { name, rows };
    table.views.set(viewId, view);
    this.#dropOldest(table.views, VIEWS_MAX, (oldest, { name: oldName }) => {
      table.views.delete(oldest);
      void this.#dropTables([oldName]);
    });
    return view;
  }

  #dropOldest<Value>(map: Map<string, Value>, max: number, drop: (key: string, value: Value) => void): void {
    const [oldest] = map;
    if (map.size > max && oldest !== undefined) drop(oldest[0], oldest[1]);
  }

  async #dropTables(names: readonly string[]): Promise<void> {
    // a statement that still reads one of them keeps its rows
    await this.#database.run(names.map((name) => `DROP TABLE IF EXISTS ${SCHEMA}.${name}`).join('; ')).catch(() => undefined);
  }

  #nextName(prefix: string): string {
    this.#lastNumber += 1;
    return `${prefix}${this.#lastNumber}`;
  }

  /** One at a time per result, so that two who want the same table do not both make it. */
  async #exclusively<Value>(resultId: string, task: () => Promise<Value>): Promise<Value> {
    const before = this.#busy.get(resultId) ?? Promise.resolve();
    const running = before.catch(() => undefined).then(task);
    this.#busy.set(resultId, running);
    try {
      return await running;
    } finally {
      if (this.#busy.get(resultId) === running) this.#busy.delete(resultId);
    }
  }
}

function tableColumns(result: SpooledResult): readonly TableColumn[] {
  return sparkColumns(result.schema).map((column, index) => ({ ...column, duckdbType: duckdbTypeOf(result.schema.fields[index]!.type) }));
}

/** The result's columns as a select list. */
export function selectList(result: SpooledResult): string {
  return result.schema.fields.map((_, index) => `c${index}`).join(', ');
}
