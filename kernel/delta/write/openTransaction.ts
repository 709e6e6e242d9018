import type { DeletionVectors } from '../deletionVectors.ts';
import { unionOf } from '../positions.ts';
import type { Predicate } from '../predicate.ts';
import type { Snapshot } from '../snapshot.ts';
import type { DeletionVectorDescriptor } from '../actions.ts';
import type { WriteContext, WriteTarget } from './dataFiles.ts';
import { writeDeletionVectors } from './deletionVectorFile.ts';
import type { FileActions } from './fileActions.ts';
import { Transaction, type Committed, type Operation } from './transaction.ts';

/** A transaction together with what commands need to read and write rows. */
export interface OpenTransaction extends WriteContext {
  readonly transaction: Transaction;
  /** What the transaction started from; undefined where the table is not there yet. */
  readonly snapshot: Snapshot | undefined;
  readonly vectors: DeletionVectors;
  /** The table as the commit will leave it. */
  target(): WriteTarget;
  commit(operation: Operation, files?: FileActions): Promise<Committed>;
  dispose(): Promise<void>;
}

interface OpenTransactionParts extends WriteContext {
  readonly vectors: DeletionVectors;
  readonly snapshot: Snapshot | undefined;
  readonly filesThatMightMatch: (predicates: readonly Predicate[], version: number) => Promise<ReadonlySet<string>>;
}

export function openTransaction(parts: OpenTransactionParts): OpenTransaction {
  const { engine, storage, environment, expressions, table, vectors, snapshot, filesThatMightMatch } = parts;
  const mergeVectors = async (descriptors: readonly DeletionVectorDescriptor[]): Promise<DeletionVectorDescriptor> => {
    const loaded = await vectors.loadAll(storage, table, descriptors);
    const [merged] = await writeDeletionVectors(storage, table, [{ positions: loaded.reduce<BigInt64Array>((united, positions) => unionOf(united, positions ?? new BigInt64Array()), new BigInt64Array()) }], { newUuid: () => environment.uuid() });
    return merged!;
  };
  const transaction = new Transaction({ storage, environment, table, base: snapshot, filesThatMightMatch, mergeVectors });
  return {
    engine,
    storage,
    environment,
    expressions,
    table,
    vectors,
    snapshot,
    transaction,
    target: () => transaction.target,
    commit: (operation, files) => transaction.commit(operation, files),
    dispose: async () => snapshot?.dispose(),
  };
}
