import type { ColumnBatch } from './engine.ts';
import type { PredicatePruning, PrunedBy } from './scan.ts';

/** The files that a scan reads, as the log's relations gave them. */
export interface SelectedFiles {
  readonly batch: ColumnBatch;
  readonly prunedBy: PrunedBy;
  readonly predicates: readonly PredicatePruning[];
}

const ENTRIES_MAX = 32;
const FILES_MAX = 1_000;

/**
 * The last selections of files, by the statement that made them: the live files of a version never change, so neither does
 * its answer. Asking a small table again and again costs no statement then; large selections are not kept.
 */
export class SelectionCache {
  /** Least recently used first. */
  readonly #entries = new Map<string, SelectedFiles>();

  async get(statement: string, select: () => Promise<SelectedFiles>): Promise<SelectedFiles> {
    const selected = this.#entries.get(statement) ?? (await select());
    this.#entries.delete(statement);
    if (selected.batch.rowCount <= FILES_MAX) this.#entries.set(statement, selected);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= ENTRIES_MAX) break;
      this.#entries.delete(oldest);
    }
    return selected;
  }
}
