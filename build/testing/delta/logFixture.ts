import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterCommit, type AfterCommitReport } from '../../../kernel/delta/checkpoints/afterCommit.ts';
import type { CheckpointContext } from '../../../kernel/delta/checkpoints/checkpointWriter.ts';
import { createLocalStorage } from '../../../kernel/storage/local.ts';
import type { Storage } from '../../../kernel/storage/storage.ts';
import { systemEnvironment } from '../../../kernel/storage/systemEnvironment.ts';
import { TableWriter, type Action } from './tableWriter.ts';
import type { TestDelta } from './testEngine.ts';

/** A table whose log is looked after as a writer would. */
export class LogFixture extends TableWriter {
  readonly #test: TestDelta;

  constructor(test: TestDelta) {
    super(test.database);
    this.#test = test;
  }

  afterCommit(version: number, { nowMs = Date.UTC(2026, 10, 29, 12), storage = createLocalStorage() }: { readonly nowMs?: number; readonly storage?: Storage } = {}): Promise<AfterCommitReport> {
    return afterCommit({ ...this.context({ nowMs, storage }), version });
  }

  /** What looks after the log, at a time. */
  context({ nowMs = Date.now(), storage = createLocalStorage() }: { readonly nowMs?: number; readonly storage?: Storage } = {}): CheckpointContext {
    return { engine: this.#test.engine, storage, environment: { ...systemEnvironment(), now: () => nowMs }, table: this.path };
  }

  /** All that a fresh reader knows of a version. */
  async state(version?: number): Promise<unknown> {
    const opened = this.#test.delta.openTable(this.path);
    const snapshot = await opened.snapshot(version === undefined ? {} : { version });
    try {
      const files = (await snapshot.files()).map((file) => JSON.stringify({ ...file, baseRowId: String(file.baseRowId), defaultRowCommitVersion: String(file.defaultRowCommitVersion) })).sort();
      const { totals, txns, domains, metadata, protocol } = snapshot;
      const byKey = (left: unknown, right: unknown): number => (String(JSON.stringify(left, bigintText)) < String(JSON.stringify(right, bigintText)) ? -1 : 1);
      return { version: snapshot.version, totals, files, txns: [...txns].sort(byKey), domains: [...domains].sort(byKey), metadata, protocol };
    } finally {
      await snapshot.dispose();
      await opened.dispose();
    }
  }

  /** Names in the log's folder, without the folders in it. */
  logNames(folder = ''): readonly string[] {
    const path = join(this.log, folder);
    return existsSync(path) ? readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort() : [];
  }

  /** Deletes the commits before a version. */
  forget(version: number): void {
    for (let former = 0; former < version; former += 1) rmSync(join(this.log, logName(former, 'json')), { force: true });
  }

  /** The rows of a Parquet file of the log as actions, in no order. */
  async actionsOf(name: string): Promise<readonly Action[]> {
    const file = join(this.log, name);
    const columns = (await this.#test.rows(`SELECT column_name FROM (DESCRIBE SELECT * FROM '${file}')`)).map(([column]) => String(column));
    const selects = columns.map((column) => `SELECT '{"${column}":' || to_json("${column}") || '}' FROM '${file}' WHERE "${column}" IS NOT NULL`);
    const rows = await this.#test.rows(selects.join(' UNION ALL '));
    return rows.map(([text]) => JSON.parse(String(text).replaceAll(':NaN', ':"NaN"')) as Action);
  }
}

export function logName(version: number, extension: string): string {
  return `${String(version).padStart(20, '0')}.${extension}`;
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
