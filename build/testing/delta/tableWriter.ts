import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Database } from '../../../kernel/duckdb/database.ts';

export type Action = Readonly<Record<string, unknown>>;

export interface FileOptions {
  /** Path in the table, not encoded. */
  readonly path?: string;
  readonly partitionValues?: Readonly<Record<string, string | null>>;
  readonly stats?: Readonly<Record<string, unknown>> | string;
  /** DuckDB's FIELD_IDS, e.g. `{a: 1}`. */
  readonly fieldIds?: string;
  readonly add?: Action;
}

export interface TableOptions {
  readonly schema: readonly Action[];
  readonly partitionColumns?: readonly string[];
  readonly configuration?: Readonly<Record<string, string>>;
  readonly protocol?: Action;
}

/** A Delta table written by hand: data files through DuckDB, log files as text. */
export class TableWriter {
  readonly path: string;
  readonly log: string;
  readonly #database: Database;
  #files = 0;

  constructor(database: Database) {
    this.#database = database;
    this.path = join(mkdtempSync(join(tmpdir(), 'lakebook-table-')), 'table');
    this.log = join(this.path, '_delta_log');
    mkdirSync(this.log, { recursive: true });
  }

  /** Writes the rows of a SELECT as a data file; gives back its add action. */
  async file(select: string, options: FileOptions = {}): Promise<Action> {
    this.#files += 1;
    const { path = `part-${this.#files}.parquet`, partitionValues = {}, stats, fieldIds, add = {} } = options;
    const target = join(this.path, path);
    mkdirSync(dirname(target), { recursive: true });
    await this.#database.run(`COPY (${select}) TO '${target.replaceAll("'", "''")}' (FORMAT parquet${fieldIds === undefined ? '' : `, FIELD_IDS ${fieldIds}`})`);
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    const text = stats === undefined || typeof stats === 'string' ? stats : JSON.stringify(stats);
    return { add: { path: encoded, partitionValues, size: statSync(target).size, modificationTime: 1, dataChange: true, ...(text === undefined ? {} : { stats: text }), ...add } };
  }

  /** Writes a commit; `text` instead of actions is written as it is. */
  commit(version: number, actions: readonly Action[] | string, modifiedAtMs?: number): void {
    const file = join(this.log, `${String(version).padStart(20, '0')}.json`);
    writeFileSync(file, typeof actions === 'string' ? actions : actions.map((action) => `${stringify(action)}\n`).join(''));
    if (modifiedAtMs !== undefined) utimesSync(file, modifiedAtMs / 1000, modifiedAtMs / 1000);
  }

  /** Any other file of the log. */
  logFile(name: string, content: string | Uint8Array): void {
    const file = join(this.log, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** Writes a checkpoint file from actions, through DuckDB. */
  async checkpoint(name: string, actions: readonly Action[]): Promise<void> {
    const lines = join(this.path, `checkpoint-${(this.#files += 1)}.jsonl`);
    const keys = [...new Set(actions.flatMap(Object.keys))];
    writeFileSync(lines, actions.map((action) => stringify(action)).join('\n'));
    const columns = keys.map((key) => `'${key}': '${CHECKPOINT_TYPES[key] ?? 'JSON'}'`).join(', ');
    const target = join(this.log, name);
    mkdirSync(dirname(target), { recursive: true });
    await this.#database.run(`COPY (SELECT * FROM read_json('${lines}', format = 'newline_delimited', columns = {${columns}})) TO '${target}' (FORMAT parquet)`);
    rmSync(lines);
  }

  /** The commit 0 that most tables begin with. */
  create({ schema, partitionColumns = [], configuration = {}, protocol = { minReaderVersion: 1, minWriterVersion: 2 } }: TableOptions): readonly Action[] {
    return [{ protocol }, metaData({ schema, partitionColumns, configuration })];
  }

  remove(): void {
    rmSync(dirname(this.path), { recursive: true, force: true });
  }
}

/** A metaData action. */
export function metaData({ schema, partitionColumns = [], configuration = {} }: Omit<TableOptions, 'protocol'>): Action {
  return { metaData: { id: 'test', format: { provider: 'parquet', options: {} }, schemaString: JSON.stringify({ type: 'struct', fields: schema }), partitionColumns, configuration, createdTime: 1 } };
}

/** A field of a schema. */
export function field(name: string, type: unknown, metadata: Action = {}): Action {
  return { name, type, nullable: true, metadata };
}

/** The remove action of an add. */
export function removeOf(action: Action, more: Action = {}): Action {
  const { path, partitionValues, size, deletionVector } = action['add'] as Action;
  return { remove: { path, partitionValues, size, dataChange: true, deletionTimestamp: 1, extendedFileMetadata: true, ...(deletionVector === undefined ? {} : { deletionVector }), ...more } };
}

export const FEATURE_PROTOCOL = (features: readonly string[], writerOnly: readonly string[] = []): Action => ({
  minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: [...features, ...writerOnly],
});

const VECTOR = 'STRUCT("storageType" VARCHAR, "pathOrInlineDv" VARCHAR, "offset" INTEGER, "sizeInBytes" INTEGER, cardinality BIGINT)';
const CHECKPOINT_TYPES: Readonly<Record<string, string>> = {
  add: `STRUCT(path VARCHAR, "partitionValues" MAP(VARCHAR, VARCHAR), size BIGINT, "modificationTime" BIGINT, "dataChange" BOOLEAN, stats VARCHAR, "deletionVector" ${VECTOR})`,
  remove: 'STRUCT(path VARCHAR, "deletionTimestamp" BIGINT, "dataChange" BOOLEAN)',
  protocol: 'STRUCT("minReaderVersion" INTEGER, "minWriterVersion" INTEGER, "readerFeatures" VARCHAR[], "writerFeatures" VARCHAR[])',
  metaData: 'STRUCT(id VARCHAR, format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)), "schemaString" VARCHAR, "partitionColumns" VARCHAR[], configuration MAP(VARCHAR, VARCHAR), "createdTime" BIGINT)',
  txn: 'STRUCT("appId" VARCHAR, version BIGINT, "lastUpdated" BIGINT)',
  domainMetadata: 'STRUCT(domain VARCHAR, configuration VARCHAR, removed BOOLEAN)',
  sidecar: 'STRUCT(path VARCHAR, "sizeInBytes" BIGINT, "modificationTime" BIGINT)',
  checkpointMetadata: 'STRUCT(version BIGINT)',
};

/** 64-bit integers are written as they are. */
function stringify(action: Action): string {
  return JSON.stringify(action, (_key, value: unknown) => (typeof value === 'bigint' ? `@@${value}@@` : value)).replace(/"@@(-?\d+)@@"/g, '$1');
}
