import { stat } from 'node:fs/promises';
import type { WebSocket } from 'ws';
import type { Receipt } from '../rpc/receipts.ts';
import { attemptFile, ensurePrivateFolder } from './atomicFile.ts';
import { createClients } from './clients.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { createHandlers } from './handlers.ts';
import { createToken, hostUrl, readAddress, releaseLock, takeLock, writeAddress, type HostAddress } from './hostLock.ts';
import { startHttpServer } from './httpServer.ts';
import type { KernelCommand } from './kernelProcess.ts';
import { createKernelSupervisor } from './kernelSupervisor.ts';
import { createLogBook, type LogBook } from './logBook.ts';
import { createNotebookBases } from './notebookBases.ts';
import { createNotebookService } from './notebookHandlers.ts';
import { NotebookStore } from './notebookStore.ts';
import { createNotebookBasesBySize, createWorkerBases } from './workerBases.ts';
import { createReceiptLog } from './receiptLog.ts';
import { addRecentFolder, createSavedState } from './savedState.ts';
import { watchStaleness } from './stalenessWatch.ts';
import type { StatePaths } from './statePaths.ts';
import { createStaticFiles } from './staticFiles.ts';
import { createWorkspaceFiles } from './workspaceFiles.ts';
import type { WorkspacePaths } from './workspacePaths.ts';
import { watchWorkspace, type WorkspaceWatch } from './workspaceWatch.ts';

export interface HostConfig {
  readonly paths: WorkspacePaths;
  readonly state: StatePaths;
  /** Asked for by the user: must be free. Absent: the workspace's last one, or any. */
  readonly port: number | undefined;
  readonly version: string;
  readonly kernel: KernelCommand;
  /** The built window. */
  readonly rendererFolder: string;
  readonly notebookWorker: URL;
  readonly openFolder: (folder: string) => Promise<string>;
}

export interface Host {
  readonly address: HostAddress;
  readonly url: string;
  /** Nobody is attached and nothing runs. */
  readonly unused: boolean;
  /** Logs what should not have happened. */
  reportDefect(error: unknown): void;
  close(): Promise<void>;
}

const FILE_POLL_INTERVAL_MS = 1_000;

/**
 * Builds the host of one workspace and starts to serve. @returns the address of another host that was faster, or this host
 * @throws LakebookError PORT_IN_USE, HOST_NOT_RESPONDING, STORAGE_*
 */
export async function startHost(config: HostConfig): Promise<{ readonly host: Host } | { readonly running: HostAddress }> {
  const { paths, state, version } = config;
  await ensurePrivateFolder(state.workspace);
  const downloads = createDownloads(state.downloads);
  // Nobody is let in before this host has the lock; until then it only holds the port.
  let attach = (socket: WebSocket): void => socket.close();
  const door = await openDoor(config, downloads, (socket) => attach(socket));
  if ('running' in door) return door;

  const log = createLogBook(state.log);
  const services = createServices(config, log, downloads);
  attach = (socket) => services.attach(socket);
  await addRecentFolder(state.recentFolders, paths.root, Date.now());
  log.write('info', 'host', `Lakebook ${version} serves ${paths.root} on port ${door.address.port}${paths.readOnly ? ', read-only' : ''}`);
  const host: Host = {
    address: door.address,
    url: hostUrl(door.address),
    get unused() {
      return services.unused;
    },
    reportDefect: (error) => log.write('error', 'host', error instanceof Error ? (error.stack ?? error.message) : String(error)),
    close: async () => {
      await services.dispose();
      await door.close();
    },
  };
  return { host };
}

/** Listens and takes the workspace's lock, in this order: whoever finds the lock can ask at the port. */
async function openDoor({ paths, state, port, rendererFolder, version }: HostConfig, downloads: Downloads, onSocket: (socket: WebSocket) => void): Promise<{ readonly address: HostAddress; close(): Promise<void> } | { readonly running: HostAddress }> {
  const last = await readAddress(state.address);
  const token = last?.token ?? createToken();
  const server = await startHttpServer({
    token,
    port: port === undefined ? { preferred: last?.port } : { exactly: port },
    files: createStaticFiles(rendererFolder),
    status: () => ({ pid: process.pid, workspace: paths.root, version }),
    download: (ticket, response) => downloads.answer(ticket, response),
    onSocket,
  });
  const address: HostAddress = { pid: process.pid, port: server.port, token };
  const running = await takeLock(state.lock, address, paths.root);
  if (running !== undefined) {
    await server.close();
    return { running };
  }
  await writeAddress(state.address, address);
  const close = async (): Promise<void> => {
    await server.close();
    await releaseLock(state.lock, address);
  };
  return { address, close };
}

interface Services {
  attach(socket: WebSocket): void;
  readonly unused: boolean;
  dispose(): Promise<void>;
}

/** Everything behind the door: the kernel, the notebooks, the files, and the news of them to all who are attached. */
function createServices(config: HostConfig, log: LogBook, downloads: Downloads): Services {
  const { paths, state, version, openFolder } = config;
  const clients = createClients();
  const kernel = createKernelSupervisor(config.kernel, log);
  const sizeOf = async (file: string): Promise<number> => (await attemptFile(file, () => stat(file))).size;
  const bases = createNotebookBasesBySize(createNotebookBases(), createWorkerBases(config.notebookWorker), sizeOf);
  const store = new NotebookStore({ paths, state, bases, log });
  const receipts = createReceiptLog(state.receipts);
  const onReceipt = (receipt: Receipt): void => {
    receipts.append(receipt).catch((error: unknown) => log.write('warning', 'receipts', `A receipt could not be written: ${String(error)}`));
    clients.broadcast('workbench.receipt', receipt);
  };
  const notebooks = createNotebookService({ store, kernel, clients, onReceipt });
  const watch = followFiles(paths, log, (changed) => {
    clients.broadcast('files.changed', { paths: changed });
    void store.checkFiles();
  }, () => {
    if (kernel.state.kind === 'idle' || kernel.state.kind === 'busy') kernel.request('tables.list', { refresh: true }).catch(() => undefined); // a kernel that dies searches when it starts again
  });
  const parts = { version, paths, state, files: createWorkspaceFiles(paths, state.trash), watch, store, kernel, savedState: createSavedState(state.uiState), receipts, log, downloads, openFolder, sessionOf: (notebookId: string) => notebooks.sessionOf(notebookId), parametersOf: (notebookId: string) => notebooks.parametersOf(notebookId) };
  kernel.states.subscribe((kernelState) => clients.broadcast('workbench.kernel', kernelState));
  kernel.tablesChanged.subscribe((change) => clients.broadcast('tables.changed', change));
  log.entries.subscribe((entry) => clients.broadcast('workbench.logEntry', entry));
  const staleness = watchStaleness(kernel, () => Array.from(store.all, ({ notebook }) => notebook.states));
  const filePoll = setInterval(() => void store.checkFiles(), FILE_POLL_INTERVAL_MS);
  return {
    attach: (socket) => clients.attach(socket, (client) => createHandlers(parts, notebooks.handlersFor(client)), (client) => notebooks.released(client)),
    get unused() {
      return clients.count === 0 && !notebooks.running;
    },
    dispose: async () => {
      clearInterval(filePoll);
      staleness.dispose();
      await notebooks.dispose();
      await Promise.all([kernel.dispose(), watch.dispose(), downloads.dispose()]);
    },
  };
}

/** Watching a large folder takes its time to begin, and nobody waits for it. */
function followFiles(paths: WorkspacePaths, log: LogBook, onChanged: (changed: string[]) => void, onTablesMoved: () => void): Pick<WorkspaceWatch, 'lookAt' | 'dispose'> {
  let watch: WorkspaceWatch | undefined;
  void watchWorkspace(paths, log).then((started) => {
    watch = started;
    started.changed.subscribe((changed) => onChanged([...changed]));
    started.tablesMoved.subscribe(onTablesMoved);
  });
  return {
    lookAt: (folder) => watch?.lookAt(folder),
    dispose: async () => watch?.dispose(), // one that is still beginning ends with the process
  };
}
