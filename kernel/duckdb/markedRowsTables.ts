import type { Database } from './database.ts';
import { createMarkedRowsTable, type MarkedRows, type TableName } from './deletionVectorSource.ts';

/** Rows of the tables that nobody uses; each takes 16 bytes. */
const IDLE_ROWS_MAX = 4_000_000;
const IDLE_TABLES_MAX = 64;

/** A table of marked rows while a scan needs it. */
export interface MarkedRowsLease {
  readonly table: TableName;
  release(): Promise<void>;
}

interface KeptTable {
  readonly marked: readonly MarkedRows[];
  readonly rows: number;
  readonly table: Promise<TableName>;
  users: number;
}

/**
 * The tables of deleted (or wanted) rows that scans join with. Vectors never change, and whoever has one decoded hands out
 * the same array, so a scan of the same files finds its table made: what a small query costs is mostly making it.
 */
export class MarkedRowsTables {
  readonly #database: Database;
  readonly #newName: () => TableName;
  readonly #idleRowsMax: number;
  /** Least recently used first. */
  #kept: readonly KeptTable[] = [];

  constructor(database: Database, newName: () => TableName, { idleRowsMax = IDLE_ROWS_MAX }: { readonly idleRowsMax?: number } = {}) {
    this.#database = database;
    this.#newName = newName;
    this.#idleRowsMax = idleRowsMax;
  }

  async lease(marked: readonly MarkedRows[]): Promise<MarkedRowsLease> {
    const entry = this.#kept.find((kept) => isSame(kept.marked, marked)) ?? this.#make(marked);
    entry.users += 1;
    this.#kept = [...this.#kept.filter((kept) => kept !== entry), entry];
    let isHeld = true;
    try {
      const table = await entry.table;
      return {
        table,
        release: async () => {
          if (!isHeld) return;
          isHeld = false;
          entry.users -= 1;
          await this.#dropSurplus();
        },
      };
    } catch (error) {
      this.#kept = this.#kept.filter((kept) => kept !== entry);
      throw error;
    }
  }

  #make(marked: readonly MarkedRows[]): KeptTable {
    const name = this.#newName();
    const table = createMarkedRowsTable(this.#database, name, marked).then(() => name);
    return { marked, rows: marked.reduce((sum, { positions }) => sum + positions.length, 0), table, users: 0 };
  }

  async #dropSurplus(): Promise<void> {
    const idle = this.#kept.filter(({ users }) => users === 0);
    let [rows, tables] = [idle.reduce((sum, kept) => sum + kept.rows, 0), idle.length];
    const dropped: KeptTable[] = [];
    for (const kept of idle) {
      if (rows <= this.#idleRowsMax && tables <= IDLE_TABLES_MAX) break;
      rows -= kept.rows;
      tables -= 1;
      dropped.push(kept);
    }
    this.#kept = this.#kept.filter((kept) => !dropped.includes(kept));
    for (const kept of dropped) {
      const { catalog, schema, table } = await kept.table;
      await this.#database.run(`DROP TABLE IF EXISTS "${catalog}"."${schema}"."${table}"`);
    }
  }
}

function isSame(left: readonly MarkedRows[], right: readonly MarkedRows[]): boolean {
  return left.length === right.length && left.every(({ fileIndex, positions }, index) => fileIndex === right[index]?.fileIndex && positions === right[index]?.positions);
}
