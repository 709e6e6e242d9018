import type { CommitWarning, Delta, DeltaTable } from '../delta/delta.ts';

const IDLE_TABLES_MAX = 64;

/** A table that stays open while it is used, and for a while after. */
export interface TableLease {
  readonly table: DeltaTable;
  readonly release: () => void;
}

/** What went wrong behind a commit of one of the tables. */
export interface TableWarning extends CommitWarning {
  readonly path: string;
}

/** Tables that are open, by path, so that a statement over a known table reads the new commits alone. */
export class TableHandles {
  readonly #delta: Delta;
  /** Of tables that were let go of. */
  readonly #untold: TableWarning[] = [];
  readonly #closing = new Set<Promise<void>>();
  /** Least recently used first. */
  readonly #open = new Map<string, { readonly table: DeltaTable; users: number }>();

  constructor(delta: Delta) {
    this.#delta = delta;
  }

  lease(path: string): TableLease {
    const entry = this.#open.get(path) ?? { table: this.#delta.openTable(path), users: 0 };
    this.#open.delete(path);
    this.#open.set(path, entry);
    entry.users++;
    let held = true;
    return {
      table: entry.table,
      release: () => {
        if (!held) return;
        held = false;
        entry.users--;
        this.#closeIdle();
      },
    };
  }

  /** A table for a moment: one that is open is used, one that is not is not kept in the place of another. */
  async visit<Result>(path: string, visit: (table: DeltaTable) => Promise<Result>): Promise<Result> {
    if (this.#open.has(path)) {
      const lease = this.lease(path);
      try {
        return await visit(lease.table);
      } finally {
        lease.release();
      }
    }
    const table = this.#delta.openTable(path);
    try {
      return await visit(table);
    } finally {
      await table.dispose();
    }
  }

  /** Waits for what follows commits, and answers what went wrong with it and was not told yet. */
  async settle(): Promise<readonly TableWarning[]> {
    await Promise.all(this.#closing);
    for (const { table } of this.#open.values()) await this.#settle(table);
    return this.#untold.splice(0);
  }

  async #settle(table: DeltaTable): Promise<void> {
    await table.settle();
    this.#untold.push(...table.takeWarnings().map((warning) => ({ ...warning, path: table.path })));
  }

  async dispose(): Promise<void> {
    const entries = [...this.#open.values()];
    this.#open.clear();
    await Promise.all([...entries.map(({ table }) => table.dispose()), ...this.#closing]);
  }

  #closeIdle(): void {
    let surplus = this.#open.size - IDLE_TABLES_MAX;
    for (const [path, entry] of this.#open) {
      if (surplus <= 0) return;
      if (entry.users > 0) continue;
      surplus--;
      this.#open.delete(path);
      const closing = this.#settle(entry.table).finally(() => entry.table.dispose()).finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    }
  }
}
