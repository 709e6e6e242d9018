import type { Storage } from '../storage/storage.ts';
import type { DeletionVectorDescriptor } from './actions.ts';
import { loadDeletionVector, uniqueId } from './deletionVector.ts';

/** Positions kept for later scans, 8 bytes each. */
const CACHED_POSITIONS_MAX = 8_000_000;
const PARALLEL_READS = 16;

/** The decoded deletion vectors of one table. They never change, so the ones used last are kept. */
export class DeletionVectors {
  readonly #cache = new Map<string, BigInt64Array>();
  #cachedPositions = 0;

  /** The deleted positions for each descriptor, in their order. @throws as `loadDeletionVector` */
  async loadAll(storage: Storage, table: string, descriptors: readonly (DeletionVectorDescriptor | undefined)[]): Promise<readonly (BigInt64Array | undefined)[]> {
    const loaded: (BigInt64Array | undefined)[] = descriptors.map(() => undefined);
    const wanted = [...descriptors.entries()].filter(([, descriptor]) => descriptor !== undefined);
    const next = wanted.values();
    const work = async (): Promise<void> => {
      for (const [index, descriptor] of next) if (descriptor !== undefined) loaded[index] = await this.#load(storage, table, descriptor);
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL_READS, wanted.length) }, work));
    return loaded;
  }

  async #load(storage: Storage, table: string, descriptor: DeletionVectorDescriptor): Promise<BigInt64Array> {
    const id = uniqueId(descriptor);
    const positions = this.#cache.get(id) ?? (await loadDeletionVector(storage, table, descriptor));
    this.#remember(id, positions);
    return positions;
  }

  #remember(id: string, positions: BigInt64Array): void {
    if (this.#cache.delete(id)) this.#cachedPositions -= positions.length;
    this.#cache.set(id, positions);
    this.#cachedPositions += positions.length;
    for (const [oldest, dropped] of this.#cache) {
      if (this.#cachedPositions <= CACHED_POSITIONS_MAX) break;
      this.#cache.delete(oldest);
      this.#cachedPositions -= dropped.length;
    }
  }
}
