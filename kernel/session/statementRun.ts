import { reportError, type ErrorReport } from '../base/errors.ts';
import type { Database } from '../duckdb/database.ts';
import type { PreparedStatement, QueryEngine, StatementText } from '../query/queryEngine.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { ExecutionEvent } from '../rpc/executions.ts';
import type { Receipt } from '../rpc/receipts.ts';
import { runWithFallback } from './fallbackRun.ts';
import { buildReceipt, explainFailure, type StatementOrigin } from './receipt.ts';
import type { ResultStore } from './resultStore.ts';
import type { SpooledResult } from './spooledResult.ts';

export interface StatementDependencies {
  readonly engine: QueryEngine;
  readonly database: Database;
  readonly store: ResultStore;
  /** What runs the statements, for receipts. */
  readonly engineName: string;
  readonly now: () => number;
}

export interface StatementRun {
  readonly statement: StatementText;
  /** Of the statement in its cell. */
  readonly index: number;
  readonly session: QuerySession;
  readonly origin: StatementOrigin;
  readonly signal: AbortSignal;
  readonly emit: (event: ExecutionEvent) => void;
}

export interface StatementOutcome {
  readonly status: Receipt['status'];
  readonly error?: ErrorReport;
}

/** How often a growing result is told. */
const GROWTH_MS = 100;

/** Runs one statement: its notices, its growing result, its progress and its receipt go to `emit`. Never throws. */
export async function runStatement(dependencies: StatementDependencies, run: StatementRun): Promise<StatementOutcome> {
  const startedAtMs = dependencies.now();
  let prepared: PreparedStatement | undefined;
  let result: SpooledResult | undefined;
  let failure: unknown;
  try {
    prepared = await dependencies.engine.prepare(run.statement, run.session, run.signal);
    for (const text of prepared.notices) run.emit({ kind: 'notice', text });
    if (prepared.sql !== '') {
      const { columns } = prepared;
      await runWithFallback(prepared, async (sql) => {
        const failed = result;
        await spoolRows(dependencies, { sql, columns }, run, (made) => (result = made));
        if (failed !== undefined) await dependencies.store.discard(failed.resultId);
      });
    }
  } catch (error) {
    failure = explainFailure(error, prepared, run.signal);
  } finally {
    await prepared?.dispose().catch(() => undefined);
  }
  const outcome = outcomeOf(failure);
  run.emit({ kind: 'receipt', statement: run.index, receipt: buildReceipt(dependencies, run, { startedAtMs, prepared, rows: result?.rows ?? 0, resultId: result?.resultId, outcome }) });
  return outcome;
}

function outcomeOf(failure: unknown): StatementOutcome {
  if (failure === undefined) return { status: 'ok' };
  const error = reportError(failure);
  return { status: error.kind === 'canceled' ? 'canceled' : 'error', error };
}

async function spoolRows({ database, store }: StatementDependencies, { sql, columns }: Pick<PreparedStatement, 'sql' | 'columns'>, { index, signal, emit }: StatementRun, onResult: (result: SpooledResult) => void): Promise<void> {
  const stream = await database.stream(sql, { signal, columns, onProgress: (fraction) => emit({ kind: 'progress', fraction }) });
  const result = await store.create(stream.schema).catch((error: unknown) => {
    stream.close();
    throw error;
  });
  onResult(result);
  const tell = (): void => emit({ kind: 'result', statement: index, result: result.info() });
  let toldAtMs = Number.NEGATIVE_INFINITY;
  try {
    for await (const batch of stream) {
      await store.append(result, batch);
      if (performance.now() - toldAtMs < GROWTH_MS) continue;
      toldAtMs = performance.now();
      tell();
    }
    await result.finish('complete');
  } catch (error) {
    await result.finish(signal.aborted ? 'canceled' : 'failed').catch(() => undefined); // the first error is the one to tell
    throw error;
  } finally {
    tell();
  }
}
