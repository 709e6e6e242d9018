import { randomUUID } from 'node:crypto';
import type { ErrorReport } from '../base/errors.ts';
import type { ExecutionEvent } from '../rpc/executions.ts';
import type { Receipt } from '../rpc/receipts.ts';
import type { ResultInfo } from '../rpc/results.ts';
import type { statementsTopic } from '../rpc/statements.ts';
import type { HandlersOf, ResultOf } from '../rpc/topic.ts';
import type { KernelSupervisor } from './kernelSupervisor.ts';

type StatementHandlers = HandlersOf<typeof statementsTopic>;
type Outcome = ResultOf<typeof statementsTopic, 'statements.run'>;

/** Statements that no notebook holds: each text has a session of its own, and leaves its receipts like any other run. */
export function createStatementHandlers(kernel: KernelSupervisor, onReceipt: (receipt: Receipt) => void): StatementHandlers {
  return {
    'statements.run': async ({ dialect, source, parameters }, signal) => {
      const [executionId, sessionId] = [randomUUID(), randomUUID()];
      const run = new CollectedRun(onReceipt);
      const interrupt = (): void => void kernel.interrupt(executionId).catch(() => undefined); // a dead kernel runs nothing
      signal.addEventListener('abort', interrupt, { once: true });
      try {
        await kernel.execute({ executionId, sessionId, dialect, source, notebook: '', cellId: '', ...(parameters === undefined ? {} : { parameters }) }, (event) => run.add(event), signal);
        return run.outcome();
      } finally {
        signal.removeEventListener('abort', interrupt);
        await kernel.request('executions.endSession', { sessionId }).catch(() => undefined);
      }
    },
  };
}

/** What the events of one run come to. */
class CollectedRun {
  readonly #onReceipt: (receipt: Receipt) => void;
  readonly #results = new Map<number, ResultInfo>();
  readonly #notices: string[] = [];
  #status: Outcome['status'] = 'error';
  #error: ErrorReport | undefined;

  constructor(onReceipt: (receipt: Receipt) => void) {
    this.#onReceipt = onReceipt;
  }

  add(event: ExecutionEvent): void {
    if (event.kind === 'result') this.#results.set(event.statement, event.result);
    else if (event.kind === 'notice') this.#notices.push(event.text);
    else if (event.kind === 'receipt') this.#onReceipt({ ...event.receipt, notebook: undefined, cellId: undefined });
    else if (event.kind === 'finished') {
      this.#status = event.status;
      this.#error = event.error;
    }
  }

  outcome(): Outcome {
    const results = [...this.#results].sort(([left], [right]) => left - right).map(([, result]) => result);
    const error = this.#error === undefined ? {} : { error: { ...this.#error, suggestions: this.#error.suggestions === undefined ? undefined : [...this.#error.suggestions] } };
    return { status: this.#status, ...error, results: results.filter(({ state }) => state === 'complete'), notices: this.#notices };
  }
}
