import { reportError, type ErrorReport } from '../base/errors.ts';
import type { QueryEngine, StatementStep, StatementText } from '../query/queryEngine.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { Receipt } from '../rpc/receipts.ts';

export interface StatementOutcome {
  readonly status: Receipt['status'];
  readonly error?: ErrorReport;
  /** What was thrown, for those who look closer than a report. */
  readonly failure?: unknown;
}

export function outcomeOf(failure: unknown): StatementOutcome {
  if (failure === undefined) return { status: 'ok' };
  const error = reportError(failure);
  return { status: error.kind === 'canceled' ? 'canceled' : 'error', error, failure };
}

/** What a statement comes to, each step run by `run`, whose answer is what the step failed with. */
export async function runSteps(engine: QueryEngine, statement: StatementText, session: QuerySession, signal: AbortSignal, run: (step: StatementStep) => Promise<unknown>): Promise<StatementOutcome> {
  const steps = engine.steps(statement, session, signal);
  let next = await steps.next();
  while (next.done !== true) next = await steps.next(await run(next.value));
  return outcomeOf(next.value);
}
