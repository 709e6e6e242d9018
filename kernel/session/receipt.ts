import { createHash, randomUUID } from 'node:crypto';
import { LakebookError, type ErrorReport } from '../base/errors.ts';
import type { PreparedStatement, StatementText } from '../query/queryEngine.ts';
import type { Receipt } from '../rpc/receipts.ts';

/** Where a statement comes from, for its receipt. */
export interface StatementOrigin {
  readonly notebook?: string | undefined;
  readonly cellId?: string | undefined;
}

/** What became of a statement. */
export interface StatementRecord {
  readonly startedAtMs: number;
  readonly prepared: PreparedStatement | undefined;
  readonly rows: number;
  readonly resultId: string | undefined;
  readonly outcome: { readonly status: Receipt['status']; readonly error?: ErrorReport };
}

export interface ReceiptDependencies {
  /** What runs the statements. */
  readonly engineName: string;
  readonly now: () => number;
}

export function buildReceipt({ engineName, now }: ReceiptDependencies, { statement, origin }: { readonly statement: StatementText; readonly origin: StatementOrigin }, record: StatementRecord): Receipt {
  const { startedAtMs, prepared, rows, resultId, outcome } = record;
  return {
    receiptId: randomUUID(),
    sourceHash: createHash('sha256').update(statement.text).digest('hex'),
    source: statement.text,
    dialect: statement.dialect,
    engine: engineName,
    startedAtMs,
    durationMs: now() - startedAtMs,
    status: outcome.status,
    rows,
    ...(resultId === undefined ? {} : { resultId }),
    tables: [...(prepared?.tables ?? [])],
    files: [...(prepared?.files ?? [])],
    ...(outcome.error === undefined ? {} : { error: mutableReport(outcome.error) }),
    ...(origin.notebook === undefined ? {} : { notebook: origin.notebook }),
    ...(origin.cellId === undefined ? {} : { cellId: origin.cellId }),
  };
}

/** What a statement failed with, as its user is told. */
export function explainFailure(error: unknown, prepared: PreparedStatement | undefined, signal: AbortSignal): unknown {
  if (signal.aborted) return new LakebookError('OPERATION_CANCELED', {}, { cause: error });
  return prepared === undefined ? error : prepared.mapError(error);
}

type WrittenReport = NonNullable<Receipt['error']>;

export function mutableReport(report: ErrorReport): WrittenReport {
  return { ...report, suggestions: report.suggestions === undefined ? undefined : [...report.suggestions] };
}
