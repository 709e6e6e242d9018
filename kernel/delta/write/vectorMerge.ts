import type { Storage } from '../../storage/storage.ts';
import type { DeletionVectorDescriptor } from '../actions.ts';
import type { DeletionVectors } from '../deletionVectors.ts';
import { differenceOf, intersects, unionOf } from '../positions.ts';
import type { VectorMerge } from './conflicts.ts';
import { writeDeletionVectors } from './deletionVectorFile.ts';

export interface MergingContext {
  readonly storage: Storage;
  readonly table: string;
  readonly vectors: DeletionVectors;
  readonly names: Parameters<typeof writeDeletionVectors>[3];
}

/**
 * A vector, stored, of the rows that either of two writers deleted from a file. Undefined where both deleted one row, each as
 * one of its own, and where one of them brought rows back: what is there now cannot be both's.
 */
export async function mergeVectors({ storage, table, vectors, names }: MergingContext, { before, theirs, ours }: Pick<VectorMerge, 'before' | 'theirs' | 'ours'>): Promise<DeletionVectorDescriptor | undefined> {
  const [gone, their, our] = (await vectors.loadAll(storage, table, [before, theirs, ours])).map((positions) => positions ?? new BigInt64Array()) as [BigInt64Array, BigInt64Array, BigInt64Array];
  const isBack = differenceOf(gone, their).length + differenceOf(gone, our).length > 0;
  if (isBack || intersects(differenceOf(their, gone), our)) return undefined;
  const [merged] = await writeDeletionVectors(storage, table, [{ positions: unionOf(their, our) }], names);
  return merged;
}
