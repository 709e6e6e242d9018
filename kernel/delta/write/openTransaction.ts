import type { DeletionVectors } from '../deletionVectors.ts';
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
    const [merged] = await writeDeletionVectors(storage, table, [{ positions: unite(loaded.map((positions) => positions ?? new BigInt64Array())) }], { newUuid: () => environment.uuid() });
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

/** Positions that are in any of the lists, ascending; each list is so already. Pure. */
export function unite(lists: readonly BigInt64Array[]): BigInt64Array {
  const [first, ...others] = lists;
  return others.reduce(uniteTwo, first ?? new BigInt64Array());
}

function uniteTwo(left: BigInt64Array, right: BigInt64Array): BigInt64Array {
  if (left.length === 0) return right;
  const united = new BigInt64Array(left.length + right.length);
  let [at, fromLeft, fromRight] = [0, 0, 0];
  while (fromLeft < left.length || fromRight < right.length) {
    const [a, b] = [left[fromLeft], right[fromRight]];
    if (b === undefined || (a !== undefined && a <= b)) fromLeft += 1;
    if (a === undefined || (b !== undefined && b <= a)) fromRight += 1;
    united[at] = a === undefined || (b !== undefined && b < a) ? b! : a;
    at += 1;
  }
  return united.subarray(0, at);
}
