import type { AfterCommitWarning } from './checkpoints/afterCommit.ts';
import type { Storage } from '../storage/storage.ts';
import type { CommitCoordinator } from './catalogManaged/commitCoordinator.ts';
import type { ChangeOptions } from './changes.ts';
import type { DifferenceRange, VersionDifference } from './difference/versionDifference.ts';
import type { Engine } from './engine.ts';
import type { CommitEntry } from './history.ts';
import type { Scan } from './scan.ts';
import type { Snapshot } from './snapshot.ts';
import type { Environment } from '../storage/environment.ts';
import type { Expressions } from './write/expressions.ts';
import type { OpenTransaction } from './write/openTransaction.ts';

/** The version wanted: by number, or the newest one not younger than a time. */
export interface SnapshotAt {
  readonly version?: number;
  readonly timestampMs?: number;
}

export interface DeltaTable {
  /** Absolute path of the table's folder. */
  readonly path: string;
  /**
   * The table at a version; the latest one by default. The caller disposes it.
   * @throws LakebookError DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND, DELTA_TIMESTAMP_GREATER_THAN_COMMIT, …
   */
  snapshot(at?: SnapshotAt, signal?: AbortSignal): Promise<Snapshot>;
  /** The latest version, built from the newest snapshot known here by applying the new commits alone. The caller disposes it. */
  refresh(signal?: AbortSignal): Promise<Snapshot>;
  /** From a listing of the log alone. */
  latestVersion(): Promise<number>;
  /** Newest first. */
  history(options?: { readonly limit?: number }, signal?: AbortSignal): Promise<readonly CommitEntry[]>;
  /** The table's columns and `_change_type, _commit_version, _commit_timestamp`. */
  changes(options: ChangeOptions, signal?: AbortSignal): Promise<Scan>;
  /** What lies between two versions, row by row. The caller disposes it. */
  difference(range: DifferenceRange, signal?: AbortSignal): Promise<VersionDifference>;
  /**
   * Starts a transaction on the latest version, or on a table that is still to be made. The caller disposes it.
   * @param expressions what understands the table's own rules
   */
  begin(expressions: Expressions, signal?: AbortSignal): Promise<OpenTransaction>;
  /** Waits for what still follows commits made here: its folder may then be moved. */
  settle(): Promise<void>;
  /** What went wrong so far after commits made here, each told once. The commits stand. */
  takeWarnings(): readonly CommitWarning[];
  dispose(): Promise<void>;
}

/** A step after a commit that failed. */
export interface CommitWarning extends AfterCommitWarning {
  readonly version: number;
}

export interface Delta {
  /** @param path absolute, or a `file:` URI. Nothing is read yet. */
  openTable(path: string): DeltaTable;
  /** The newest version in the log's listing. @throws LakebookError DELTA_TABLE_NOT_FOUND */
  latestVersion(path: string): Promise<number>;
}

export interface DeltaDependencies {
  readonly storage: Storage;
  readonly engine: Engine;
  readonly environment: Environment;
  /**
   * Who orders the commits of a table, by its folder; undefined for tables that their folder alone tells. Without it no
   * table is managed by a catalog, and those that say so are refused.
   */
  readonly coordinatorOf?: (table: string) => CommitCoordinator | undefined;
}
