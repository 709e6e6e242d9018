import { LakebookError } from '../../base/errors.ts';
import type { DeletionVectors } from '../deletionVectors.ts';
import type { Snapshot } from '../snapshot.ts';
import type { DeletionVectorDescriptor } from '../actions.ts';
import type { WriteContext, WriteTarget } from './dataFiles.ts';
import type { ChangedFiles, RowsAskedFor, VectorMerge } from './conflicts.ts';
import { vectorFileNames } from './deletionVectorFile.ts';
import type { LogRetention } from '../checkpoints/truncateLog.ts';
import type { FileActions } from './fileActions.ts';
import { rowsAskedFor, type RowRead } from './rowReads.ts';
import type { HeadVersion } from './tableHead.ts';
import { Transaction, type Committed, type Operation } from './transaction.ts';
import { mergeVectors } from './vectorMerge.ts';

/** A transaction together with what commands need to read and write rows. */
export interface OpenTransaction extends WriteContext {
  readonly transaction: Transaction;
  /** What the transaction started from; undefined where the table is not there yet. */
  readonly base: HeadVersion | undefined;
  readonly vectors: DeletionVectors;
  /** The rows and files of {@link base}; it stays until the transaction is disposed. @throws LakebookError DELTA_TABLE_NOT_FOUND */
  snapshot(signal?: AbortSignal): Promise<Snapshot>;
  /** The table as the commit will leave it. */
  target(): WriteTarget;
  commit(operation: Operation, files?: FileActions): Promise<Committed>;
  /** Writes the checkpoint of a version that was committed. */
  checkpoint(version: number): Promise<void>;
  /** Deletes what has expired of the log, by one of the table's retentions. */
  truncateLog(retention: LogRetention): Promise<void>;
  /** Another version of the table; whoever asks disposes it. */
  snapshotAt(version: number, signal?: AbortSignal): Promise<Snapshot>;
  /** Lets go of everything; of a transaction that certainly did not commit nothing is left in the table's folder. */
  dispose(): Promise<void>;
}

interface OpenTransactionParts extends Omit<WriteContext, 'makeDurable'> {
  readonly base: HeadVersion | undefined;
  readonly vectors: DeletionVectors;
  readonly snapshotAt: (version: number, signal?: AbortSignal) => Promise<Snapshot>;
  readonly onCommit: (committed: Committed) => void;
  readonly checkpoint: (version: number) => Promise<void>;
  readonly truncateLog: (retention: LogRetention) => Promise<void>;
}

export function openTransaction(parts: OpenTransactionParts): OpenTransaction {
  const { engine, storage, environment, expressions, table, access, vectors, base, snapshotAt, onCommit, checkpoint, truncateLog } = parts;
  const merged = (merge: VectorMerge): Promise<DeletionVectorDescriptor | undefined> => mergeVectors({ storage, table, vectors, names: vectorFileNames(transaction.metadata, environment) }, merge);
  const rowsAsked = (reads: readonly RowRead[], changed: ChangedFiles): Promise<RowsAskedFor> => rowsAskedFor({ storage, table, vectors, versionAt: snapshotAt }, reads, changed);
  const transaction = new Transaction({ storage, environment, table, access, base, rowsAskedFor: rowsAsked, mergeVectors: merged });
  const written: string[] = [];
  const makeDurable = (paths: readonly string[]): void => {
    written.push(...paths);
    if (paths.length > 0) transaction.awaitBeforeCommit(storage.sync(paths, table));
  };
  let snapshot: Promise<Snapshot> | undefined;
  return {
    engine,
    storage,
    environment,
    expressions,
    table,
    makeDurable,
    access,
    vectors,
    base,
    transaction,
    snapshot: async (signal) => {
      if (base === undefined) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table });
      return (snapshot ??= snapshotAt(base.version, signal));
    },
    target: () => transaction.target,
    commit: async (operation, files) => {
      const committed = await transaction.commit(operation, files);
      onCommit(committed);
      return committed;
    },
    checkpoint,
    truncateLog,
    snapshotAt,
    dispose: async () => {
      // Files that nobody will ever read. Those that cannot be deleted only take room.
      if (transaction.abandon()) for (const path of written.splice(0)) await storage.delete(path).catch(() => undefined);
      const made = await snapshot?.catch(() => undefined);
      await made?.dispose();
    },
  };
}
