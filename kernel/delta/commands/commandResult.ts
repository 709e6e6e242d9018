import type { Committed } from '../write/transaction.ts';

/** What a command did to rows, as statements answer it. */
export interface AffectedRows {
  readonly affected: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface CommandResult {
  /** Undefined where there was nothing to do, so that no version was written. */
  readonly committed: Committed | undefined;
  /** As the commit's operationMetrics. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly rows: AffectedRows;
}

export const NO_ROWS: AffectedRows = { affected: 0, inserted: 0, updated: 0, deleted: 0 };
