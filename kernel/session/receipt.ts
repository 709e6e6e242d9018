import { createHash, randomUUID } from 'node:crypto';
import { LakebookError, type ErrorReport } from '../base/errors.ts';
import type { PreparedStatement, StatementStep, StatementText } from '../query/queryEngine.ts';
import type { Receipt } from '../rpc/receipts.ts';
import { redactionOf, redactSource } from './redaction.ts';
import { outcomeOf } from './stepRun.ts';

/** Where a statement comes from, for its receipt. */
export interface StatementOrigin {
  readonly notebook?: string | undefined;
  readonly cellId?: string | undefined;
}

/** What became of a statement. */
export interface StatementRecord {
  readonly startedAtMs: number;
  readonly prepared: Pick<PreparedStatement, 'tables' | 'files' | 'written'> | undefined;
  readonly rows: number;
  readonly resultId: string | undefined;
  readonly outcome: { readonly status: Receipt['status']; readonly error?: ErrorReport };
  /** Values of parameters that the statement names; secret ones do not reach the receipt. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface ReceiptDependencies {
  /** What runs the statements. */
  readonly engineName: string;
  readonly now: () => number;
}

/** The record of what a script read to find its way. */
export function evaluatedRecord({ startedAtMs, tables, files, error }: Extract<StatementStep, { readonly kind: 'evaluated' }>): StatementRecord {
  return { startedAtMs, prepared: { tables, files }, rows: 0, resultId: undefined, outcome: outcomeOf(error) };
}

export function buildReceipt({ engineName, now }: ReceiptDependencies, { statement, origin }: { readonly statement: Pick<StatementText, 'text' | 'dialect'>; readonly origin: StatementOrigin }, record: StatementRecord): Receipt {
  const { startedAtMs, prepared, rows, resultId, outcome } = record;
  const { parameters, apply } = redactionOf(record.parameters ?? {});
  return {
    receiptId: randomUUID(),
    sourceHash: createHash('sha256').update(statement.text).digest('hex'),
    source: apply(redactSource(statement.text)),
    dialect: statement.dialect,
    engine: engineName,
    startedAtMs,
    durationMs: now() - startedAtMs,
    status: outcome.status,
    rows,
    ...(resultId === undefined ? {} : { resultId }),
    tables: [...(prepared?.tables ?? [])],
    files: [...(prepared?.files ?? [])],
    ...(prepared?.written === undefined || prepared.written.length === 0 ? {} : { written: prepared.written.map((write) => ({ ...write, metrics: { ...write.metrics } })) }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters: { ...parameters } }),
    ...(outcome.error === undefined ? {} : { error: mutableReport(apply(outcome.error)) }),
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
