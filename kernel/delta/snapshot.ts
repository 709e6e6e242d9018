import type { DomainMetadata, Metadata, Protocol, SetTransaction } from './actions.ts';
import type { TableDetail } from './detail.ts';
import type { FileEntry, FileListing, SnapshotFile } from './fileListing.ts';
import type { Predicate } from './predicate.ts';
import type { RowGroupPruning } from './rowGroups.ts';
import type { Scan, ScanOptions } from './scan.ts';
import type { StructType } from './schema.ts';

export interface Totals {
  readonly numFiles: number;
  readonly sizeBytes: number;
}

/**
 * A Delta table at one version. Immutable: a newer one is built beside it, and its relation of live files stays valid
 * until {@link Snapshot.dispose}.
 */
export interface Snapshot {
  readonly tablePath: string;
  readonly version: number;
  /** Time of the commit: in-commit timestamp where the table keeps them, else the commit file's modification time. */
  readonly timestampMs: number;
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  /** Names of the features that the protocol asks for, those implied by legacy versions included. */
  readonly features: readonly string[];
  readonly totals: Totals;
  readonly domains: readonly DomainMetadata[];
  readonly txns: readonly SetTransaction[];
  scan(options?: ScanOptions, signal?: AbortSignal): Promise<Scan>;
  /** Paths, as in the log and in its order, of the files that such a scan would read. */
  planFiles(options?: Omit<ScanOptions, 'columns' | 'rowTracking'>, signal?: AbortSignal): Promise<readonly string[]>;
  /** The same page by page: for tables with more files than one would hold. */
  planPages(options?: Omit<ScanOptions, 'columns' | 'rowTracking'>, signal?: AbortSignal): AsyncIterable<readonly string[]>;
  /** Asks the footers of the files that a scan by `predicate` would read. */
  judgeRowGroups(predicate: Predicate, signal?: AbortSignal): Promise<RowGroupPruning>;
  /** One page of the live files, in the order of the log. */
  files(page?: { readonly offset?: number; readonly limit?: number }, signal?: AbortSignal): Promise<readonly FileEntry[]>;
  /** The add actions of live files: all of them, or those with some ids (rowAddress.ts). */
  addFiles(ids?: readonly bigint[], signal?: AbortSignal): Promise<readonly SnapshotFile[]>;
  /** All live files as a relation. */
  fileListing(signal?: AbortSignal): Promise<FileListing>;
  detail(signal?: AbortSignal): Promise<TableDetail>;
  dispose(): Promise<void>;
}
