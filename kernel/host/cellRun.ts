import type { ErrorReport } from '../base/errors.ts';
import type { ExecutionEvent } from '../rpc/executions.ts';
import type { CellState, Output } from '../rpc/notebooks.ts';
import type { Receipt } from '../rpc/receipts.ts';

/** A cell's state while it runs, and what is needed to go on. */
export interface RunningCell {
  readonly state: CellState;
  readonly executionCount: number;
  /** The old outputs still stand; the first new one takes their place. */
  readonly showsOld: boolean;
  /** Statement index → index of its output. */
  readonly outputOf: ReadonlyMap<number, number>;
}

/** A cell that never ran. */
export function idleState(cellId: string): CellState {
  return { cellId, run: { kind: 'idle' }, outputs: [] };
}

export function startRun(before: CellState, start: { readonly startedAtMs: number; readonly executionCount: number; readonly sourceHash: string }): RunningCell {
  const { staleness: _stale, ...kept } = before;
  return {
    state: { ...kept, sourceHash: start.sourceHash, run: { kind: 'running', startedAtMs: start.startedAtMs } },
    executionCount: start.executionCount,
    showsOld: true,
    outputOf: new Map(),
  };
}

/** The cell after one event of its kernel. Pure. `finished` ends the run. */
export function nextRun(running: RunningCell, event: ExecutionEvent, nowMs: number): RunningCell {
  switch (event.kind) {
    case 'started':
    case 'statement':
      return running;
    case 'progress':
      return running.state.run.kind === 'running' && event.fraction !== undefined ? withState(running, { run: { ...running.state.run, fraction: event.fraction } }) : running;
    case 'result': {
      const { resultId, columns, rows, state } = event.result;
      return putOutput(running, event.statement, { kind: 'result', resultId, columns, rows, state });
    }
    case 'notice':
      return addOutput(running, { kind: 'notice', text: event.text });
    case 'receipt':
      return event.inner === true ? putInnerReceipt(running, event.statement, event.receipt) : putReceipt(running, event.statement, event.receipt);
    case 'widget':
      return running; // the document keeps widgets, not the cell's state
    case 'finished':
      return finish(running, event.status, event.durationMs, event.error, nowMs);
  }
}

/** Ends a run for which no kernel will tell how. */
export function failRun(running: RunningCell, error: ErrorReport, nowMs: number): RunningCell {
  const startedAtMs = running.state.run.kind === 'running' ? running.state.run.startedAtMs : nowMs;
  const outputs = running.state.outputs.map((output): Output => (output.kind === 'result' && output.state === 'running' ? { ...output, state: 'failed' } : output));
  const kept = running.showsOld ? running : withState(running, { outputs });
  return finish(kept, error.kind === 'canceled' ? 'canceled' : 'error', nowMs - startedAtMs, error, nowMs);
}

/** Puts the head of a finished result beside it, so that it shows without a kernel. */
export function withHead(state: CellState, resultId: string, head: string): CellState {
  return { ...state, outputs: state.outputs.map((output) => (output.kind === 'result' && output.resultId === resultId ? { ...output, head } : output)) };
}

function finish(running: RunningCell, status: 'ok' | 'error' | 'canceled', durationMs: number, error: ErrorReport | undefined, nowMs: number): RunningCell {
  const noted = error === undefined ? running : mergeError(running, error);
  const outputs = noted.showsOld ? [] : noted.state.outputs;
  return { ...withState(noted, { outputs, run: { kind: 'finished', status, finishedAtMs: nowMs, durationMs, executionCount: running.executionCount } }), showsOld: false };
}

/** A failed statement's receipt may have come before its error: both are one output. */
function mergeError(running: RunningCell, error: ErrorReport): RunningCell {
  const report = { ...error, suggestions: error.suggestions === undefined ? undefined : [...error.suggestions] };
  const last = running.state.outputs.at(-1);
  if (!running.showsOld && last?.kind === 'error') return withState(running, { outputs: [...running.state.outputs.slice(0, -1), { ...last, error: report }] });
  return addOutput(running, { kind: 'error', error: report });
}

function putReceipt(running: RunningCell, statement: number, receipt: Receipt): RunningCell {
  const index = running.outputOf.get(statement);
  const output = index === undefined ? undefined : running.state.outputs[index];
  if (index !== undefined && (output?.kind === 'result' || output?.kind === 'error')) return withOutput(running, index, { ...output, receipt });
  if (receipt.error === undefined) return receipt.written === undefined ? running : putOutput(running, statement, { kind: 'written', receipt });
  return putOutput(running, statement, { kind: 'error', error: receipt.error, receipt });
}

/** The receipt of a script's statement stands beside the result it made; what it failed with may have been handled. */
function putInnerReceipt(running: RunningCell, statement: number, receipt: Receipt): RunningCell {
  const index = running.outputOf.get(statement);
  const output = index === undefined ? undefined : running.state.outputs[index];
  if (index === undefined || output?.kind !== 'result' || output.resultId !== receipt.resultId) return running;
  return withOutput(running, index, { ...output, receipt });
}

function putOutput(running: RunningCell, statement: number, output: Output): RunningCell {
  const index = running.outputOf.get(statement);
  const present = index === undefined ? undefined : running.state.outputs[index];
  // A script's next result takes the place of the last one.
  if (index !== undefined && present?.kind === 'result' && output.kind === 'result' && present.resultId !== output.resultId) return withOutput(running, index, output);
  if (index !== undefined && present?.kind === output.kind) return withOutput(running, index, { ...present, ...output } as Output);
  const added = addOutput(running, output);
  return { ...added, outputOf: new Map(added.outputOf).set(statement, added.state.outputs.length - 1) };
}

function addOutput(running: RunningCell, output: Output): RunningCell {
  const outputs = running.showsOld ? [] : running.state.outputs;
  return { ...withState(running, { outputs: [...outputs, output] }), showsOld: false };
}

function withOutput(running: RunningCell, index: number, output: Output): RunningCell {
  return withState(running, { outputs: running.state.outputs.map((each, at) => (at === index ? output : each)) });
}

function withState(running: RunningCell, change: Partial<CellState>): RunningCell {
  return { ...running, state: { ...running.state, ...change } };
}
