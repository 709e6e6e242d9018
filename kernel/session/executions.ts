import { LakebookError, reportError, type ErrorReport } from '../base/errors.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { ExecutionEvent, executionsTopic } from '../rpc/executions.ts';
import type { HandlersOf, ParamsOf } from '../rpc/topic.ts';
import { mutableReport } from './receipt.ts';
import { Slots } from './slots.ts';
import { runStatement, type StatementDependencies } from './statementRun.ts';

export interface ExecutionsDependencies extends StatementDependencies {
  readonly memoryLimitBytes: number;
  /** How many cells run at once; the others wait. */
  readonly parallelMax: number;
  readonly emit: (executionId: string, event: ExecutionEvent) => void;
}

type StartParams = ParamsOf<typeof executionsTopic, 'executions.start'>;
type Status = 'ok' | 'error' | 'canceled';

interface Session {
  readonly query: QuerySession;
  /** One cell at a time runs in a session. */
  last: Promise<unknown>;
}

/** Runs cells: those of one session one after the other, those of several side by side. */
export class Executions {
  readonly #dependencies: ExecutionsDependencies;
  readonly #slots: Slots;
  readonly #sessions = new Map<string, Session>();
  readonly #running = new Map<string, AbortController>();

  constructor(dependencies: ExecutionsDependencies) {
    this.#dependencies = dependencies;
    this.#slots = new Slots(dependencies.parallelMax);
  }

  /** The session of this id, made when first asked for. */
  session(sessionId: string): QuerySession {
    return this.#session(sessionId).query;
  }

  /** Runs a cell to its end. Its last event is `finished`, always. */
  async start(params: StartParams, signal: AbortSignal): Promise<{ readonly status: Status }> {
    const { executionId, sessionId } = params;
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(new LakebookError('OPERATION_CANCELED', {}));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#running.set(executionId, controller);
    const session = this.#session(sessionId);
    const turn = session.last.then(() => this.#run(params, session.query, controller.signal));
    session.last = turn;
    try {
      return { status: await turn };
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#running.delete(executionId);
    }
  }

  interrupt(executionId: string): void {
    this.#running.get(executionId)?.abort(new LakebookError('OPERATION_CANCELED', {}));
  }

  interruptAll(): void {
    for (const executionId of this.#running.keys()) this.interrupt(executionId);
  }

  endSession(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  handlers(): HandlersOf<typeof executionsTopic> {
    return {
      'executions.start': (params, signal) => this.start(params, signal),
      'executions.interrupt': ({ executionId }) => {
        this.interrupt(executionId);
        return null;
      },
      'executions.endSession': ({ sessionId }) => {
        this.endSession(sessionId);
        return null;
      },
      'executions.status': () => ({
        pid: process.pid,
        memoryBytes: process.memoryUsage.rss(),
        memoryLimitBytes: this.#dependencies.memoryLimitBytes,
        running: [...this.#running.keys()],
      }),
    };
  }

  #session(sessionId: string): Session {
    const known = this.#sessions.get(sessionId);
    if (known !== undefined) return known;
    const session: Session = { query: this.#dependencies.engine.createSession(), last: Promise.resolve() };
    this.#sessions.set(sessionId, session);
    return session;
  }

  /** Never throws: what goes wrong is told in `finished`. */
  async #run(params: StartParams, session: QuerySession, signal: AbortSignal): Promise<Status> {
    const { now } = this.#dependencies;
    const emit = (event: ExecutionEvent): void => this.#dependencies.emit(params.executionId, event);
    let startedAtMs = now();
    let error: ErrorReport | undefined;
    try {
      error = await this.#slots.run(signal, () => {
        startedAtMs = now();
        emit({ kind: 'started', startedAtMs });
        return this.#runStatements(params, session, signal, emit);
      });
    } catch (failure) {
      error = reportError(failure);
    }
    const status = error === undefined ? 'ok' : error.kind === 'canceled' ? 'canceled' : 'error';
    emit({ kind: 'finished', status, durationMs: now() - startedAtMs, ...(error === undefined ? {} : { error: mutableReport(error) }) });
    return status;
  }

  /** The statements in their order, up to the first that fails. Of a text that does not parse, none runs. */
  async #runStatements({ source, dialect, notebook, cellId, parameters = {} }: StartParams, session: QuerySession, signal: AbortSignal, emit: (event: ExecutionEvent) => void): Promise<ErrorReport | undefined> {
    session.parameters.give(parameters);
    const statements = this.#dependencies.engine.split(source, dialect);
    const broken = statements.findIndex((statement) => statement.error !== undefined);
    const first = broken < 0 ? 0 : broken;
    for (const [index, statement] of statements.entries()) {
      if (index < first) continue;
      emit({ kind: 'statement', index, count: statements.length });
      const outcome = await runStatement(this.#dependencies, { statement, index, session, origin: { notebook, cellId }, signal, emit });
      if (outcome.status !== 'ok') return outcome.error;
    }
    return undefined;
  }
}
