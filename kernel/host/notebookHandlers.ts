import * as Y from 'yjs';
import { readCellIds } from '../notebook/notebookDocument.ts';
import type { CellState, Output } from '../rpc/notebooks.ts';
import type { HostContract } from '../rpc/hostContract.ts';
import type { Receipt } from '../rpc/receipts.ts';
import type { HandlersOf } from '../rpc/topic.ts';
import type { Parameters } from '../rpc/widgets.ts';
import type { Client, Clients } from './clients.ts';
import { idleState } from './cellRun.ts';
import type { KernelSupervisor } from './kernelSupervisor.ts';
import { NotebookRuns } from './notebookRuns.ts';
import type { NotebookStore, StoredNotebook } from './notebookStore.ts';

export type NotebookHandlers = Pick<HandlersOf<HostContract>, Extract<keyof HandlersOf<HostContract>, `notebooks.${string}`>>;

/** Open notebooks with their queues, told to everybody who is attached. */
export interface NotebookService {
  handlersFor(client: Client): NotebookHandlers;
  /** The client went away: what only it had open is closed when nothing runs in it. */
  released(client: Client): void;
  readonly running: boolean;
  /** The kernel's session of an open notebook. */
  sessionOf(notebookId: string): string;
  /** What the notebook's widgets are set to. */
  parametersOf(notebookId: string): Parameters;
  dispose(): Promise<void>;
}

interface NotebookServiceParts {
  readonly store: NotebookStore;
  readonly kernel: KernelSupervisor;
  readonly clients: Clients;
  readonly onReceipt: (receipt: Receipt) => void;
}

/** Outputs beyond this many characters do not come with the answer to `open`, but right after it, cell by cell. */
const OPEN_OUTPUT_CHARS_MAX = 500_000;
const SNAPSHOT_DELAY_MS = 1_000;

export function createNotebookService({ store, kernel, clients, onReceipt }: NotebookServiceParts): NotebookService {
  const runsOf = new Map<StoredNotebook, NotebookRuns>();
  const snapshotTimers = new Map<StoredNotebook, NodeJS.Timeout>();

  const scheduleSnapshot = (stored: StoredNotebook): void => {
    clearTimeout(snapshotTimers.get(stored));
    snapshotTimers.set(stored, setTimeout(() => void store.writeSnapshot(stored), SNAPSHOT_DELAY_MS));
  };
  const closeIfUnused = (stored: StoredNotebook): void => {
    if (stored.users.size === 0 && runsOf.get(stored)?.busy === false) void store.close(stored);
  };
  store.opened.subscribe((stored) => {
    const { notebook } = stored;
    const runs = new NotebookRuns({ notebook, path: stored.path, kernel, onReceipt });
    runsOf.set(stored, runs);
    runs.idle.subscribe(() => {
      scheduleSnapshot(stored);
      closeIfUnused(stored);
    });
    notebook.updates.subscribe(({ update, from }) => clients.broadcast('notebooks.updated', { notebookId: notebook.id, update: Buffer.from(update).toString('base64') }, from));
    notebook.saveStates.subscribe((save) => clients.broadcast('notebooks.saveState', { notebookId: notebook.id, save }));
    notebook.states.changed.subscribe((state) => clients.broadcast('notebooks.cell', { notebookId: notebook.id, state }));
  });
  store.closed.subscribe((stored) => {
    if (snapshotTimers.has(stored)) void store.writeSnapshot(stored);
    clearTimeout(snapshotTimers.get(stored));
    snapshotTimers.delete(stored);
    void runsOf.get(stored)?.dispose();
    runsOf.delete(stored);
  });
  const runs = (notebookId: string): NotebookRuns => runsOf.get(store.find(notebookId)) as NotebookRuns;

  return {
    handlersFor: (client) => ({
      'notebooks.open': async ({ path }) => {
        const stored = await store.open(path, client);
        const { notebook } = stored;
        const { now, later } = splitStates(readCellIds(notebook.doc).map((cellId) => notebook.states.get(cellId)));
        sendLater(client, notebook.id, later);
        return { header: { notebookId: notebook.id, path: stored.path, cells: now, save: notebook.save }, bytes: Y.encodeStateAsUpdate(notebook.doc) };
      },
      'notebooks.create': async ({ path }) => ({ path: await store.create(path) }),
      'notebooks.update': async ({ notebookId, update }) => {
        await store.find(notebookId).notebook.applyUpdate(Buffer.from(update, 'base64'), client);
        return null;
      },
      'notebooks.save': ({ notebookId }) => store.find(notebookId).notebook.saveNow(),
      'notebooks.resolve': async ({ notebookId, keep }) => {
        await store.find(notebookId).notebook.resolve(keep);
        return null;
      },
      'notebooks.close': ({ notebookId }) => {
        const stored = store.find(notebookId);
        stored.users.delete(client);
        closeIfUnused(stored);
        return null;
      },
      'notebooks.run': ({ notebookId, cellIds }) => {
        runs(notebookId).run(inDocumentOrder(readCellIds(store.find(notebookId).notebook.doc), cellIds));
        return null;
      },
      'notebooks.interrupt': async ({ notebookId }) => {
        await runs(notebookId).interrupt();
        return null;
      },
      'notebooks.clearOutputs': async ({ notebookId, cellIds }) => {
        await runs(notebookId).clearOutputs(cellIds);
        scheduleSnapshot(store.find(notebookId));
        return null;
      },
    }),
    released: (client) => {
      for (const stored of store.all) if (stored.users.delete(client)) closeIfUnused(stored);
    },
    sessionOf: (notebookId) => runs(notebookId).useSession(),
    parametersOf: (notebookId) => runs(notebookId).parameters,
    get running() {
      return [...runsOf.values()].some(({ busy }) => busy);
    },
    dispose: async () => {
      const pending = [...snapshotTimers.keys()];
      for (const timer of snapshotTimers.values()) clearTimeout(timer);
      await Promise.all(pending.map((stored) => store.writeSnapshot(stored)));
      await store.closeAll();
    },
  };
}

function inDocumentOrder(order: readonly string[], cellIds: readonly string[]): string[] {
  const wanted = new Set(cellIds);
  return order.filter((cellId) => wanted.has(cellId));
}

/** States as far as they fit into one message; the others first come without outputs. */
function splitStates(states: readonly CellState[]): { readonly now: CellState[]; readonly later: CellState[] } {
  const later: CellState[] = [];
  let chars = 0;
  const now = states.map((state) => {
    chars += state.outputs.reduce((sum, output) => sum + countChars(output), 0);
    if (chars <= OPEN_OUTPUT_CHARS_MAX) return state;
    later.push(state);
    return { ...idleState(state.cellId), run: state.run };
  });
  return { now, later };
}

/** About how long the output is as a message, without making it one. */
function countChars(output: Output): number {
  switch (output.kind) {
    case 'display':
      return Object.values(output.data).reduce((sum, text) => sum + text.length, 0);
    case 'stream':
      return output.text.length;
    case 'result':
      return (output.head?.length ?? 0) + (output.receipt?.source.length ?? 0) + output.columns.length * 40;
    case 'error':
    case 'notice':
    case 'written':
      return 0;
  }
}

/** One message per turn of the event loop, behind the answer, so that a large notebook holds up nobody. */
function sendLater(client: Client, notebookId: string, states: readonly CellState[]): void {
  let next = 0;
  const send = (): void => {
    const state = states[next++];
    if (state === undefined) return;
    client.server.send('notebooks.cell', { notebookId, state });
    setTimeout(send, 0);
  };
  setTimeout(send, 0);
}
