import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorkspaceCatalog, type WorkspaceCatalog } from '../catalog/workspaceCatalog.ts';
import { createDelta } from '../delta/createDelta.ts';
import type { DeltaDependencies } from '../delta/delta.ts';
import { openDatabase, type Database } from '../duckdb/database.ts';
import { createDeltaEngine } from '../duckdb/deltaEngine.ts';
import { createLocalStorage } from '../storage/local.ts';
import { systemEnvironment } from '../storage/systemEnvironment.ts';
import { allowAll, type Authorise } from './authorisation.ts';
import { createQueryEngine } from './createQueryEngine.ts';
import { performEffect } from './performEffect.ts';
import { prepareEffect } from './preparedStatement.ts';
import type { Dialect, PreparedStatement, QueryEngine, StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';

/** A column of a test table, with Delta's name of its type, or its JSON. */
export interface TestColumn {
  readonly name: string;
  readonly type: string | object;
  readonly comment?: string;
  readonly nullable?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** One commit: a data file for each SELECT, and the files that go (by their number among all that were added). */
export interface TestCommit {
  readonly add?: readonly { readonly select: string; readonly partition?: Readonly<Record<string, string>>; readonly rowGroupRows?: number }[];
  readonly remove?: readonly number[];
  readonly atMs?: number;
}

export interface TestTable {
  readonly columns: readonly TestColumn[];
  readonly partitionColumns?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  readonly commits: readonly TestCommit[];
}

/** What a statement answered. */
export interface TestAnswer {
  /** `name type`, joined by commas. */
  readonly columns: string;
  readonly rows: readonly (readonly unknown[])[];
  readonly statement: PreparedStatement;
}

/** A workspace in a temporary folder with small Delta tables, for tests: the log is written by hand, the files by DuckDB. */
export class TestWorkspace {
  readonly root: string;
  readonly database: Database;
  readonly catalog: WorkspaceCatalog;
  readonly engine: QueryEngine;
  session: QuerySession;

  private constructor(root: string, database: Database, catalog: WorkspaceCatalog, engine: QueryEngine) {
    this.root = root;
    this.database = database;
    this.catalog = catalog;
    this.engine = engine;
    this.session = engine.createSession();
  }

  static async create({ authorise = allowAll, coordinatorOf = () => undefined }: { readonly authorise?: Authorise; readonly coordinatorOf?: DeltaDependencies['coordinatorOf'] } = {}): Promise<TestWorkspace> {
    const root = await mkdtemp(join(tmpdir(), 'lakebook-workspace-'));
    const database = await openDatabase({ memoryLimitBytes: 512 << 20, threads: 2, spillFolder: join(root, '.spill'), maxSpillBytes: 1 << 30, connections: 2 });
    const catalog = createWorkspaceCatalog(root);
    const delta = createDelta({ storage: createLocalStorage(), engine: await createDeltaEngine(database), environment: systemEnvironment(), coordinatorOf });
    return new TestWorkspace(root, database, catalog, createQueryEngine({ catalog, delta, database, authorise }));
  }

  async writeTable(path: string, table: TestTable): Promise<void> {
    const log = join(this.root, path, '_delta_log');
    await mkdir(log, { recursive: true });
    const files: string[] = [];
    for (const [version, commit] of table.commits.entries()) {
      const timestamp = commit.atMs ?? 1_704_067_200_000 + version * 60_000;
      const actions: unknown[] = [{ commitInfo: { timestamp, operation: version === 0 ? 'CREATE TABLE' : 'WRITE', operationParameters: { mode: 'Append' }, inCommitTimestamp: timestamp } }];
      if (version === 0) actions.push({ protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['inCommitTimestamp', 'changeDataFeed'] } }, { metaData: buildMetadata(table) });
      for (const number of commit.remove ?? []) actions.push({ remove: { path: files[number], deletionTimestamp: timestamp, dataChange: true } });
      for (const { select, partition = {}, rowGroupRows } of commit.add ?? []) {
        const file = `part-${String(files.length).padStart(5, '0')}.parquet`;
        files.push(file);
        actions.push({ add: { path: file, partitionValues: partition, size: 1000 + files.length, modificationTime: timestamp, dataChange: true, stats: await this.#writeFile(join(this.root, path, file), select, rowGroupRows) } });
      }
      await writeFile(join(log, `${String(version).padStart(20, '0')}.json`), actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
    }
  }

  /** Runs the statements of a text; answers with the last one's rows. Errors come as the user would see them. */
  async run(text: string, dialect: Dialect = 'spark'): Promise<TestAnswer> {
    let answer: TestAnswer | undefined;
    for (const statement of this.engine.split(text, dialect)) answer = await this.#steps(statement);
    if (answer === undefined) throw new TypeError('there is no statement in the text');
    return answer;
  }

  /** The last answer with columns, of a script's statements; that of any other statement. */
  async #steps(statement: StatementText): Promise<TestAnswer> {
    const steps = this.engine.steps(statement, this.session, NO_SIGNAL);
    let answer: TestAnswer | undefined;
    let failure: unknown;
    for (let next = await steps.next(); ; next = await steps.next(failure)) {
      if (next.done === true) {
        if (next.value !== undefined) await Promise.reject(next.value);
        return answer ?? { columns: '', rows: [], statement: prepareEffect('script') };
      }
      failure = undefined;
      if (next.value.kind !== 'run') continue;
      try {
        const prepared = await this.engine.prepare(next.value.statement, this.session, NO_SIGNAL);
        const done = await performEffect(prepared, NO_SIGNAL).catch(async (error: unknown) => {
          await prepared.dispose();
          throw error;
        });
        const made = await this.#answer(done);
        if (answer === undefined || made.columns !== '') answer = made;
      } catch (error) {
        failure = error;
      }
    }
  }

  async #answer(statement: PreparedStatement): Promise<TestAnswer> {
    try {
      const rows = statement.sql === '' ? [] : (await this.database.query(statement.sql)).rows();
      return { columns: statement.columns.map(({ name, type }) => `${name} ${type}`).join(', '), rows, statement };
    } catch (error) {
      throw statement.mapError(error);
    } finally {
      await statement.dispose();
    }
  }

  async #writeFile(file: string, select: string, rowGroupRows = 122_880): Promise<string> {
    await this.database.run(`COPY (${select}) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE ${rowGroupRows})`);
    const described = await this.database.query(`DESCRIBE ${select}`);
    const names = described.column('column_name').map(String);
    const bounds = (kind: string): string => `{${names.map((name) => `'${name}': ${kind}("${name}")`).join(', ')}}`;
    const stats = await this.database.query(`SELECT to_json({'numRecords': count(*), 'minValues': ${bounds('min')}, 'maxValues': ${bounds('max')}, 'nullCount': ${bounds('count(*) - count')}})::VARCHAR AS s FROM (${select})`);
    return String(stats.column('s')[0]);
  }

  async dispose(): Promise<void> {
    await this.engine.dispose();
    this.catalog.dispose();
    this.database.close();
    await rm(this.root, { recursive: true, force: true });
  }
}

const NO_SIGNAL = new AbortController().signal;

function buildMetadata({ columns, partitionColumns = [], properties = {} }: TestTable): unknown {
  const fields = columns.map(({ name, type, comment, nullable = true, metadata }) => ({ name, type, nullable, metadata: { ...metadata, ...(comment === undefined ? {} : { comment }) } }));
  return {
    id: 'a3a1a6c0-0000-4000-8000-000000000000',
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify({ type: 'struct', fields }),
    partitionColumns,
    configuration: { 'delta.enableInCommitTimestamps': 'true', ...properties },
    createdTime: 1_704_067_200_000,
  };
}
