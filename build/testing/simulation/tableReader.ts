import { hasCode } from '../../../kernel/base/errors.ts';
import type { TableAction } from '../../../kernel/delta/actions.ts';
import { listLog } from '../../../kernel/delta/logListing.ts';
import { buildLogSegment } from '../../../kernel/delta/logSegment.ts';
import { reconcile } from '../../../kernel/delta/tableState.ts';
import type { AddFile } from '../../../kernel/delta/write/fileActions.ts';
import { readCommit, type WinningCommit } from '../../../kernel/delta/write/readCommit.ts';
import type { TransactionBase } from '../../../kernel/delta/write/transaction.ts';
import type { Storage } from '../../../kernel/storage/storage.ts';

/** A table as one process sees it. */
export interface TableView {
  readonly base: TransactionBase;
  /** Live files by path. */
  readonly files: ReadonlyMap<string, AddFile>;
}

/** Reads a table through the storage of a schedule, without an engine. Commits never change, so those that were read are kept. */
export class TableReader {
  readonly #storage: Storage;
  readonly #table: string;
  readonly #commits: WinningCommit[] = [];

  constructor(storage: Storage, table: string) {
    this.#storage = storage;
    this.#table = table;
  }

  /** Undefined where there is no table yet. */
  async latest(): Promise<TableView | undefined> {
    try {
      const segment = buildLogSegment(await listLog(this.#storage, this.#table), { table: this.#table });
      return await this.at(segment.endVersion, segment.endCommit?.file.modifiedAtMs);
    } catch (error) {
      if (hasCode(error, 'DELTA_TABLE_NOT_FOUND')) return undefined;
      throw error;
    }
  }

  async at(version: number, modifiedAtMs = 0): Promise<TableView> {
    for (let next = this.#commits.length; next <= version; next += 1) this.#commits.push(await readCommit(this.#storage, this.#table, next));
    const commits = this.#commits.slice(0, version + 1);
    const state = reconcile(commits.flatMap(tableActions), { table: this.#table, version });
    return { base: { ...state, version, timestampMs: commits.at(-1)?.inCommitTimestamp ?? modifiedAtMs }, files: liveFiles(commits) };
  }
}

function tableActions({ version, protocol, metadata, txns, domains }: WinningCommit): readonly TableAction[] {
  return [
    ...(protocol === undefined ? [] : [{ version, kind: 'protocol' as const, protocol }]),
    ...(metadata === undefined ? [] : [{ version, kind: 'metadata' as const, metadata }]),
    ...txns.map((txn) => ({ version, kind: 'txn' as const, txn })),
    ...domains.map(({ removed, ...domain }) => ({ version, kind: 'domain' as const, domain, removed })),
  ];
}

function liveFiles(commits: readonly WinningCommit[]): ReadonlyMap<string, AddFile> {
  const live = new Map<string, AddFile>();
  for (const { adds, removes } of commits) {
    for (const { path } of removes) live.delete(path);
    for (const add of adds) live.set(add.path, { ...add, modificationTime: 0 });
  }
  return live;
}
