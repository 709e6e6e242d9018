import type { Database } from '../duckdb/database.ts';
import type { EngineProfile } from '../duckdb/engineProfile.ts';
import { withProgress } from '../duckdb/progressScope.ts';
import { runWithFallback } from '../query/fallbackRun.ts';
import { performEffect } from '../query/performEffect.ts';
import type { PreparedStatement, QueryEngine, StatementStep, StatementText, WidgetChange } from '../query/queryEngine.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { ExecutionEvent } from '../rpc/executions.ts';
import type { WidgetChange as WrittenWidgetChange } from '../rpc/widgets.ts';
import { buildReceipt, evaluatedRecord, explainFailure, type StatementOrigin } from './receipt.ts';
import { buildQueryProfile, type MeasuredProfile } from './queryProfile.ts';
import { redactionOf, type Redaction } from './redaction.ts';
import type { ResultStore } from './resultStore.ts';
import type { SpooledResult } from './spooledResult.ts';
import { outcomeOf, runSteps, type StatementOutcome } from './stepRun.ts';

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

/** How often a growing result is told. */
const GROWTH_MS = 100;

/**
 * Runs a statement; of a script each statement in its turn, with a receipt of its own, and the last rows are the ones that
 * stay. Never throws.
 */
export async function runStatement(dependencies: StatementDependencies, run: StatementRun): Promise<StatementOutcome> {
  let shown: SpooledResult | undefined;
  const redaction = redactionOf(run.session.parameters.usedIn(run.statement.text));
  const outcome = await runSteps(dependencies.engine, run.statement, run.session, run.signal, async (step) => {
    const part = { ...run, statement: step.statement, inner: step.statement !== run.statement };
    if (step.kind === 'evaluated') return tellEvaluated(dependencies, part, step);
    const { outcome, result } = await runOne(dependencies, part);
    if (result !== undefined && shown !== undefined) await dependencies.store.discard(shown.resultId);
    shown = result ?? shown;
    return outcome.failure;
  });
  return outcome.error === undefined ? outcome : { ...outcome, error: redaction.apply(outcome.error) };
}

/** What a script read to find its way, or failed with there. */
function tellEvaluated(dependencies: StatementDependencies, run: StatementRun & { readonly inner: boolean }, step: Extract<StatementStep, { readonly kind: 'evaluated' }>): unknown {
  run.emit({ kind: 'receipt', statement: run.index, receipt: buildReceipt(dependencies, run, evaluatedRecord(step)), inner: true });
  return step.error;
}

/** One statement: its notices, its growing result, its progress and its receipt go to `emit`. Never throws. */
async function runOne(dependencies: StatementDependencies, run: StatementRun & { readonly inner: boolean }): Promise<{ readonly outcome: StatementOutcome; readonly result: SpooledResult | undefined }> {
  const startedAtMs = dependencies.now();
  let prepared: PreparedStatement | undefined;
  let result: SpooledResult | undefined;
  let failure: unknown;
  try {
    prepared = await dependencies.engine.prepare(run.statement, run.session, run.signal);
    for (const text of prepared.notices) run.emit({ kind: 'notice', text });
    const effect = prepared;
    prepared = await withProgress((fraction) => run.emit({ kind: 'progress', fraction }), () => performEffect(effect, run.signal, (text) => run.emit({ kind: 'notice', text })));
    if (prepared.widget !== undefined) run.emit({ kind: 'widget', change: toWidgetEvent(prepared.widget) });
    if (prepared.sql !== '') {
      const { columns, scans } = prepared;
      await runWithFallback(prepared, async (sql) => {
        const failed = result;
        await spoolRows(dependencies, { sql, columns, scans }, run, (made) => (result = made));
        if (failed !== undefined) await dependencies.store.discard(failed.resultId);
      });
    }
  } catch (error) {
    failure = explainFailure(error, prepared, run.signal);
  } finally {
    await prepared?.dispose().catch(() => undefined);
  }
  const outcome = outcomeOf(failure);
  run.emit({ kind: 'receipt', statement: run.index, receipt: buildReceipt(dependencies, run, { startedAtMs, prepared, rows: result?.rows ?? 0, resultId: result?.resultId, outcome, parameters: run.session.parameters.usedIn(run.statement.text) }), ...(run.inner ? { inner: true } : {}) });
  return { outcome, result };
}

function toWidgetEvent(change: WidgetChange): WrittenWidgetChange {
  return change.kind === 'create' ? { ...change, choices: [...change.choices] } : change;
}

async function spoolRows({ database, store }: StatementDependencies, { sql, columns, scans }: Pick<PreparedStatement, 'sql' | 'columns' | 'scans'>, { statement, index, session, signal, emit }: StatementRun, onResult: (result: SpooledResult) => void): Promise<void> {
  const startedAtMs = performance.now();
  let profile: EngineProfile | undefined;
  const stream = await database.stream(sql, { signal, columns, onProgress: (fraction) => emit({ kind: 'progress', fraction }), onProfile: (measured) => (profile = measured) });
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
    if (profile !== undefined) await result.keepProfile(redactProfile(buildQueryProfile(profile, scans, (performance.now() - startedAtMs) / 1000), redactionOf(session.parameters.usedIn(statement.text))));
    await result.finish('complete');
  } catch (error) {
    await result.finish(signal.aborted ? 'canceled' : 'failed').catch(() => undefined); // the first error is the one to tell
    throw error;
  } finally {
    tell();
  }
}

/** Conditions tell the values of parameters; where one is secret, no condition is kept for asking the files again. */
function redactProfile({ profile, reads }: MeasuredProfile, { isNeeded, apply }: Redaction): MeasuredProfile {
  return { profile: apply(profile), reads: isNeeded ? reads.map(() => undefined) : reads };
}
