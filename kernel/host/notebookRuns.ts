import { createHash, randomUUID } from 'node:crypto';
import { LakebookError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import { readCell, readNotebookMetadata, type NotebookCell } from '../notebook/notebookDocument.ts';
import { changeWidgets, readWidgets } from '../notebook/widgets.ts';
import type { ExecutionEvent } from '../rpc/executions.ts';
import type { CellRun, CellState } from '../rpc/notebooks.ts';
import { reportAnyError } from '../rpc/peer.ts';
import type { Receipt } from '../rpc/receipts.ts';
import type { Parameters } from '../rpc/widgets.ts';
import { failRun, nextRun, startRun, withHead, type RunningCell } from './cellRun.ts';
import type { KernelSupervisor } from './kernelSupervisor.ts';
import type { OpenNotebook } from './openNotebook.ts';
import { emptyWaiting, EMPTY_QUEUE, enqueue, finishRunning, queuePositions, startNext, type RunQueue } from './runQueue.ts';

export interface NotebookRunsParts {
  readonly notebook: OpenNotebook;
  /** As receipts name the notebook. */
  readonly path: string;
  readonly kernel: KernelSupervisor;
  readonly onReceipt: (receipt: Receipt) => void;
}

const KERNEL_NAMES: Readonly<Record<string, string>> = { python: 'Python', typescript: 'TypeScript', javascript: 'JavaScript', scala: 'Scala (Spark)', r: 'R', bash: 'shell' };
const HEAD_ROWS = 200;
const HEAD_ROWS_WIDE = 20;
const HEAD_BYTES_MAX = 128 * 1024;
/** Positions in the queue are told this often while cells come and go quickly. */
const POSITIONS_INTERVAL_MS = 250;
/** An interrupt that is repeated after this long ends the kernel. */
const ESCALATION_MS = 2_000;

/** The queue of one notebook: one cell at a time, each to its end. */
export class NotebookRuns {
  readonly idle = new Emitter<undefined>();
  readonly #parts: NotebookRunsParts;
  readonly #sessionId = randomUUID();
  #queue: RunQueue = EMPTY_QUEUE;
  /** What queued cells were before, for those that are taken out again. */
  readonly #before = new Map<string, CellRun>();
  #current: { readonly executionId: string; running: RunningCell; readonly stopWaiting: AbortController; interruptedAtMs: number | undefined } | undefined;
  #usedSession = false;
  #positionsTimer: NodeJS.Timeout | undefined;

  constructor(parts: NotebookRunsParts) {
    this.#parts = parts;
  }

  get busy(): boolean {
    return this.#queue.running !== undefined || this.#queue.waiting.length > 0;
  }

  /** The kernel's session of the notebook, for whoever asks about names in it. */
  useSession(): string {
    this.#usedSession = true;
    return this.#sessionId;
  }

  run(cellIds: readonly string[]): void {
    const { doc, states } = this.#parts.notebook;
    const runnable = cellIds.filter((cellId) => readCell(doc, cellId)?.type === 'code');
    for (const cellId of runnable) {
      const { run } = states.get(cellId);
      if (run.kind !== 'queued' && run.kind !== 'running') this.#before.set(cellId, run);
    }
    this.#queue = enqueue(this.#queue, runnable);
    this.#showPositions();
    this.#goOn();
  }

  async interrupt(): Promise<void> {
    this.#emptyQueue();
    const current = this.#current;
    if (current === undefined) return;
    const now = Date.now();
    if (current.interruptedAtMs !== undefined && now - current.interruptedAtMs > ESCALATION_MS) return this.#parts.kernel.restart();
    current.interruptedAtMs ??= now;
    current.stopWaiting.abort();
    await this.#parts.kernel.interrupt(current.executionId);
  }

  /** Takes outputs away for good; a running cell keeps its own. */
  async clearOutputs(cellIds: readonly string[]): Promise<void> {
    const { states } = this.#parts.notebook;
    for (const cellId of cellIds) {
      if (cellId === this.#queue.running) continue;
      const { run } = states.get(cellId);
      await states.keep({ cellId, run: run.kind === 'queued' ? run : { kind: 'idle' }, outputs: [] });
    }
    this.#parts.notebook.outputsChanged();
  }

  /** Interrupts what runs and ends the kernel's session, with its temporary views and settings. */
  async dispose(): Promise<void> {
    this.#emptyQueue();
    if (this.#current !== undefined) await this.#parts.kernel.interrupt(this.#current.executionId).catch(() => undefined); // no kernel, no run
    clearTimeout(this.#positionsTimer);
    if (this.#usedSession) await this.#parts.kernel.request('executions.endSession', { sessionId: this.#sessionId }).catch(() => undefined); // no kernel, no session
  }

  #goOn(): void {
    const next = startNext(this.#queue);
    if (next === this.#queue) return;
    this.#queue = next;
    this.#positionsTimer ??= setTimeout(() => this.#showPositions(), POSITIONS_INTERVAL_MS);
    void this.#runToEnd(next.running ?? '');
  }

  async #runToEnd(cellId: string): Promise<void> {
    const { notebook } = this.#parts;
    const cell = readCell(notebook.doc, cellId);
    const executed = cell?.language === 'sql';
    const ended = executed ? await this.#execute(cell) : this.#passOver(cellId, cell?.language);
    // The queue is in order before the end is told: whoever runs more upon it must not lose that.
    this.#queue = finishRunning(this.#queue);
    this.#before.delete(cellId);
    if (executed && ended.run.kind === 'finished' && ended.run.status !== 'ok') this.#emptyQueue();
    if (executed) {
      await notebook.states.keep(ended).catch(() => undefined); // a full disk: shown, and kept with the next state
      notebook.outputsChanged();
      void this.#addHeads(ended);
    } else {
      notebook.states.show(ended);
    }
    if (this.busy) this.#goOn();
    else this.idle.emit(undefined);
  }

  async #execute(cell: NotebookCell): Promise<CellState> {
    const { states } = this.#parts.notebook;
    const sourceHash = createHash('sha256').update(cell.source).digest('hex');
    const current = {
      executionId: randomUUID(),
      running: startRun(states.get(cell.id), { startedAtMs: Date.now(), executionCount: states.nextExecutionCount(), sourceHash }),
      stopWaiting: new AbortController(),
      interruptedAtMs: undefined,
    };
    this.#current = current;
    this.#usedSession = true;
    states.show(current.running.state);
    try {
      await this.#parts.kernel.execute(
        { executionId: current.executionId, sessionId: this.#sessionId, dialect: cell.dialect ?? 'spark', source: cell.source, notebook: this.#parts.path, cellId: cell.id, parameters: this.parameters },
        (event) => this.#onEvent(current, event),
        current.stopWaiting.signal,
      );
      if (current.running.state.run.kind === 'running') throw new LakebookError('INTERNAL_ERROR', { detail: 'The kernel ended the cell without saying how.' });
    } catch (error) {
      if (current.running.state.run.kind === 'running') current.running = failRun(current.running, reportAnyError(error), Date.now());
    }
    this.#current = undefined;
    return current.running.state;
  }

  /** What the notebook's widgets are set to. */
  get parameters(): Parameters {
    return Object.fromEntries(readWidgets(readNotebookMetadata(this.#parts.notebook.doc)).map(({ name, value }) => [name, { value }]));
  }

  /**
   * Cells of other languages keep what they have and say which kernel they wait for. A cell that was deleted while it
   * waited (no language) must not look queued when an undo brings it back.
   */
  #passOver(cellId: string, language: string | undefined): CellState {
    const state = { ...this.#parts.notebook.states.get(cellId), run: this.#before.get(cellId) ?? { kind: 'idle' as const } };
    if (language === undefined) return state;
    const text = `This cell waits for a ${KERNEL_NAMES[language] ?? language} kernel. Lakebook runs SQL cells; the cell and its outputs are kept as they are.`;
    const kept = state.outputs.filter((output) => output.kind !== 'notice' || output.text !== text);
    return { ...state, outputs: [...kept, { kind: 'notice', text }] };
  }

  #onEvent(current: { running: RunningCell }, event: ExecutionEvent): void {
    const before = current.running;
    current.running = nextRun(before, event, Date.now());
    if (event.kind === 'receipt') this.#parts.onReceipt(event.receipt);
    if (event.kind === 'widget') this.#parts.notebook.edit((doc) => changeWidgets(doc, event.change));
    if (current.running === before || event.kind === 'finished') return; // the end is told when the queue knows it
    const { states } = this.#parts.notebook;
    // The first output takes the old ones' place for good; from then on a crash must not bring them back.
    if (before.showsOld && !current.running.showsOld) void states.keep(current.running.state).catch(() => undefined);
    else states.show(current.running.state);
  }

  async #addHeads(state: CellState): Promise<void> {
    const { states } = this.#parts.notebook;
    for (const output of state.outputs) {
      if (output.kind !== 'result' || output.state !== 'complete') continue;
      const head = await this.#loadHead(output.resultId, HEAD_ROWS) ?? (await this.#loadHead(output.resultId, HEAD_ROWS_WIDE));
      const present = states.get(state.cellId);
      if (head === undefined || !present.outputs.some((each) => each.kind === 'result' && each.resultId === output.resultId)) continue;
      const changed = withHead(present, output.resultId, head);
      if (present.run.kind === 'finished') await states.keep(changed).catch(() => undefined);
    }
    this.idle.emit(undefined);
  }

  async #loadHead(resultId: string, limit: number): Promise<string | undefined> {
    try {
      const { bytes } = await this.#parts.kernel.request('results.page', { resultId, offset: 0, limit });
      return bytes.byteLength <= HEAD_BYTES_MAX ? Buffer.from(bytes).toString('base64') : undefined;
    } catch {
      return undefined; // a copy for when no kernel runs; the result itself is spooled
    }
  }

  #emptyQueue(): void {
    const { states } = this.#parts.notebook;
    for (const cellId of this.#queue.waiting) {
      if (cellId === this.#queue.running) continue;
      states.show({ ...states.get(cellId), run: this.#before.get(cellId) ?? { kind: 'idle' } });
      this.#before.delete(cellId);
    }
    this.#queue = emptyWaiting(this.#queue);
  }

  #showPositions(): void {
    clearTimeout(this.#positionsTimer);
    this.#positionsTimer = undefined;
    const { states } = this.#parts.notebook;
    for (const [cellId, position] of queuePositions(this.#queue)) {
      const state = states.get(cellId);
      if (cellId === this.#queue.running || (state.run.kind === 'queued' && state.run.position === position)) continue;
      states.show({ ...state, run: { kind: 'queued', position } });
    }
  }
}
