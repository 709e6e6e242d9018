import * as Y from 'yjs';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { DisposableStore, type Disposable } from '../../../../kernel/base/disposable.ts';
import type { ErrorReport } from '../../../../kernel/base/errors.ts';
import { cellsOf, cellSource, createNotebookDocument, readCells, readNotebookMetadata, TYPING_ORIGIN, type NotebookDocument } from '../../../../kernel/notebook/notebookDocument.ts';
import { createUndo, type NotebookUndo } from '../../../../kernel/notebook/notebookUndo.ts';
import { readWidgets, watchNotebookMetadata } from '../../../../kernel/notebook/widgets.ts';
import type { CellState } from '../../../../kernel/rpc/notebooks.ts';
import { reportAnyError } from '../../../../kernel/rpc/peer.ts';
import { describeRun } from '../model/messages.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { HostConnection } from './hostConnection.ts';
import { INITIAL_STATE, nextCells, nextCellState, type NotebookState } from './notebookState.ts';
import { createUpdateOutbox, type UpdateOutbox } from './updateOutbox.ts';

const REMOTE_ORIGIN = 'remote';
const RETRY_MS = 2_000;

/**
 * One notebook of the host as this window has it: the shared document, the runs and outputs that the host reports, and
 * the way of every change to the host. It outlives its views, and lost connections: what was typed meanwhile merges.
 */
export class NotebookSession implements Disposable {
  readonly path: string;
  readonly document: NotebookDocument = createNotebookDocument();
  readonly undo: NotebookUndo = createUndo(this.document);
  readonly store: StoreApi<NotebookState> = createStore(() => INITIAL_STATE);
  readonly #host: HostConnection;
  readonly #outbox: UpdateOutbox;
  readonly #lifetime = new DisposableStore();
  readonly #textListeners = new Map<string, Set<() => void>>();
  #notebookId: string | undefined;
  #opening = false;
  #stranded = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(host: HostConnection, path: string) {
    this.#host = host;
    this.path = path;
    this.#outbox = createUpdateOutbox({
      send: async (update) => void (await host.request('notebooks.update', { notebookId: this.#id(), update: encodeBase64(update) })),
      onChange: ({ waiting, error }) => this.#outboxChanged(waiting, error),
    });
    this.#watchDocument();
    this.#watchHost();
    void this.#open();
  }

  /** The host's name of the open document; undefined until it is open. */
  get notebookId(): string | undefined {
    return this.#notebookId;
  }

  get state(): NotebookState {
    return this.store.getState();
  }

  /** The cells' ids in order. */
  get order(): string[] {
    return this.state.cells.map(({ id }) => id);
  }

  update(change: Partial<NotebookState>): void {
    this.store.setState(change);
  }

  /** Runs typing as one transaction, so that it joins the present undo step. */
  readonly transactTyping = (edits: () => void): void => this.document.transact(edits, TYPING_ORIGIN);

  source(cellId: string): string {
    return cellSource(this.document, cellId)?.toJSON() ?? '';
  }

  watchSource(cellId: string, listener: () => void): Disposable {
    const listeners = this.#textListeners.get(cellId) ?? new Set();
    this.#textListeners.set(cellId, listeners.add(listener));
    return { dispose: () => listeners.delete(listener) };
  }

  /** Queues cells in document order. They show as queued, and their old outputs as old, before the host answers. */
  async run(cellIds: readonly string[]): Promise<void> {
    const code = new Set(this.state.cells.filter(({ type }) => type === 'code').map(({ id }) => id));
    const runnable = cellIds.filter((cellId) => code.has(cellId));
    if (runnable.length === 0) return;
    this.update({ requested: new Set([...this.state.requested, ...runnable]) });
    try {
      await this.#outbox.flushed();
      await this.#host.request('notebooks.run', { notebookId: this.#id(), cellIds: runnable });
    } catch (error) {
      this.update({ announcement: reportAnyError(error).message });
      throw error;
    } finally {
      const asked = new Set(runnable);
      this.update({ requested: new Set([...this.state.requested].filter((cellId) => !asked.has(cellId))) });
    }
  }

  async interrupt(): Promise<void> {
    this.update({ requested: new Set() });
    await this.#host.request('notebooks.interrupt', { notebookId: this.#id() });
  }

  async clearOutputs(cellIds: readonly string[]): Promise<void> {
    await this.#host.request('notebooks.clearOutputs', { notebookId: this.#id(), cellIds: [...cellIds] });
  }

  async save(): Promise<void> {
    await this.#outbox.flushed();
    this.update({ save: await this.#host.request('notebooks.save', { notebookId: this.#id() }) });
  }

  async resolveConflict(keep: 'ours' | 'theirs'): Promise<void> {
    await this.#host.request('notebooks.resolve', { notebookId: this.#id(), keep });
  }

  /** Opens again after a failure. */
  retry(): void {
    this.update({ phase: { kind: 'opening' } });
    void this.#open();
  }

  /** True while closing the window would lose typing: it waits, and does not get through. */
  get stranded(): boolean {
    return this.#stranded;
  }

  dispose(): void {
    clearTimeout(this.#retry);
    const notebookId = this.#notebookId;
    // The host keeps the document; a failed close only leaves it open there a little longer.
    if (notebookId !== undefined) void this.#outbox.flushed().then(() => this.#host.request('notebooks.close', { notebookId })).catch(() => undefined);
    this.#lifetime.dispose();
    this.undo.dispose();
    this.document.destroy();
  }

  async #open(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    try {
      const { header, bytes } = await this.#host.request('notebooks.open', { path: this.path });
      this.#notebookId = header.notebookId;
      Y.applyUpdate(this.document, bytes, REMOTE_ORIGIN);
      this.update({ states: new Map(header.cells.map((cell) => [cell.cellId, cell])), save: header.save, requested: new Set() });
      this.#readStructure();
      this.update({ phase: { kind: 'ready' } });
      this.#outbox.resume();
    } catch (error) {
      this.#openFailed(reportAnyError(error));
    } finally {
      this.#opening = false;
    }
  }

  #openFailed(error: ErrorReport): void {
    if (error.code === 'RPC_DISCONNECTED') return; // `onConnected` tries again
    if (this.state.phase.kind !== 'ready') this.update({ phase: { kind: 'failed', error } });
  }

  #watchHost(): void {
    const host = this.#host;
    this.#lifetime.add(host.onConnected(() => void this.#open()));
    this.#lifetime.add(
      host.on('notebooks.updated', ({ notebookId, update }) => {
        if (notebookId === this.#notebookId) Y.applyUpdate(this.document, decodeBase64(update), REMOTE_ORIGIN);
      }),
    );
    this.#lifetime.add(
      host.on('notebooks.cell', ({ notebookId, state }) => {
        if (notebookId === this.#notebookId) this.#cellReported(state);
      }),
    );
    this.#lifetime.add(
      host.on('notebooks.saveState', ({ notebookId, save }) => {
        if (notebookId === this.#notebookId) this.update({ save });
      }),
    );
  }

  #cellReported(cell: CellState): void {
    const before = this.state.states.get(cell.cellId)?.run;
    this.store.setState((state) => nextCellState(state, cell));
    if (cell.run.kind === 'finished' && before?.kind !== 'finished') {
      this.update({ announcement: describeRun(this.order.indexOf(cell.cellId) + 1, cell) });
    }
  }

  #watchDocument(): void {
    const changed = (update: Uint8Array, origin: unknown): void => {
      if (origin !== REMOTE_ORIGIN) this.#outbox.push(update);
    };
    this.document.on('update', changed);
    cellsOf(this.document).observeDeep((events) => {
      const texts = events.filter((event) => event.target instanceof Y.Text);
      for (const event of texts) this.#textChanged(String(event.path[0]));
      if (texts.length < events.length) this.#readStructure();
    });
    this.#lifetime.add({ dispose: watchNotebookMetadata(this.document, () => this.#readWidgets()) });
    this.#keepFocusWithSteps();
  }

  #readWidgets(): void {
    this.update({ widgets: readWidgets(readNotebookMetadata(this.document)) });
  }

  /** Undoing a step goes back to the cell that was active when it was made. */
  #keepFocusWithSteps(): void {
    const { manager } = this.undo;
    let before: NotebookState['selection'];
    this.document.on('beforeTransaction', () => (before = this.state.selection));
    manager.on('stack-item-added', ({ stackItem }) => {
      if (!stackItem.meta.has('selection')) stackItem.meta.set('selection', before);
    });
    manager.on('stack-item-popped', ({ stackItem }) => {
      const selection = stackItem.meta.get('selection') as NotebookState['selection'];
      if (selection === undefined || !this.state.cells.some(({ id }) => id === selection.activeId)) return;
      const elsewhere = selection.activeId !== this.state.selection?.activeId;
      this.update({ selection, ...(elsewhere ? { mode: 'command' } : {}) });
    });
  }

  #textChanged(cellId: string): void {
    for (const listener of this.#textListeners.get(cellId) ?? []) listener();
  }

  #readStructure(): void {
    this.store.setState((state) => nextCells(state, readCells(this.document)));
    for (const cellId of this.#textListeners.keys()) this.#textChanged(cellId);
  }

  #outboxChanged(waiting: boolean, error: unknown): void {
    this.#stranded = waiting && error !== undefined;
    if (this.state.unsent !== waiting) this.update({ unsent: waiting });
    clearTimeout(this.#retry);
    if (error === undefined) return;
    const report = reportAnyError(error);
    if (report.code === 'RPC_DISCONNECTED') return; // `onConnected` sends it again
    if (report.code === 'NOTEBOOK_NOT_OPEN') return void this.#open(); // another view closed it; opening sends again
    this.update({ save: { kind: 'failed', error: report } });
    this.#retry = setTimeout(() => this.#outbox.resume(), RETRY_MS);
  }

  #id(): string {
    return this.#notebookId ?? '';
  }
}
