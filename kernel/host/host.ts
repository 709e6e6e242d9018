import { stat } from 'node:fs/promises';
import { attemptFile, ensurePrivateFolder } from './atomicFile.ts';
import { createClients } from './clients.ts';
import { createDownloads } from './downloads.ts';
import { createHandlers } from './handlers.ts';
import { createToken, hostUrl, readAddress, releaseLock, takeLock, writeAddress, type HostAddress } from './hostLock.ts';
import { startHttpServer } from './httpServer.ts';
import type { KernelCommand } from './kernelProcess.ts';
import { createKernelSupervisor } from './kernelSupervisor.ts';
import { createLogBook } from './logBook.ts';
import { createNotebookBases } from './notebookBases.ts';
import { createNotebookService } from './notebookHandlers.ts';
import { NotebookStore } from './notebookStore.ts';
import { createNotebookBasesBySize, createWorkerBases } from './notebookWorkerProtocol.ts';
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
  const { paths, state } = config;
  await ensurePrivateFolder(state.workspace);
  const log = createLogBook(state.log);
  const clients = createClients();
  const downloads = createDownloads(state.downloads);
  const last = await readAddress(state.address);
  const token = last?.token ?? createToken();

  let attach: Parameters<typeof startHttpServer>[0]['onSocket'] = (socket) => socket.close();
  const server = await startHttpServer({
    token,
    port: config.port === undefined ? { preferred: last?.port } : { exactly: config.port },
    files: createStaticFiles(config.rendererFolder),
    status: () => ({ pid: process.pid, workspace: paths.root, version: config.version }),
    download: (ticket, response) => downloads.answer(ticket, response),
    onSocket: (socket) => attach(socket),
  });
  const address: HostAddress = { pid: process.pid, port: server.port, token };
  const running = await takeLock(state.lock, address, paths.root);
  if (running !== undefined) {
    await server.close();
    return { running };
  }
  await writeAddress(state.address, address);

  const kernel = createKernelSupervisor(config.kernel, log);
  const bases = createNotebookBasesBySize(createNotebookBases(), createWorkerBases(config.notebookWorker), async (file) => (await attemptFile(file, () => stat(file))).size);
  const store = new NotebookStore({ paths, state, bases, log });
  const receipts = createReceiptLog(state.receipts);
  const notebooks = createNotebookService({
    store,
    kernel,
    clients,
    onReceipt: (receipt) => {
      receipts.append(receipt).catch((error: unknown) => log.write('warning', 'receipts', `A receipt could not be written: ${String(error)}`));
      clients.broadcast('workbench.receipt', receipt);
    },
  });
  let watch: WorkspaceWatch | undefined;
  const parts = {
    version: config.version,
    paths,
    state,
    files: createWorkspaceFiles(paths, state.trash),
    watch: { lookAt: (folder: string) => watch?.lookAt(folder) },
    store,
    kernel,
    savedState: createSavedState(state.uiState),
    receipts,
    log,
    downloads,
    openFolder: config.openFolder,
  };
  attach = (socket) => clients.attach(socket, (client) => createHandlers(parts, notebooks.handlersFor(client)), (client) => notebooks.released(client));
  kernel.states.subscribe((kernelState) => clients.broadcast('workbench.kernel', kernelState));
  kernel.tablesChanged.subscribe((change) => clients.broadcast('tables.changed', change));
  log.entries.subscribe((entry) => clients.broadcast('workbench.logEntry', entry));
  const staleness = watchStaleness(kernel, () => [...store.all].map(({ notebook }) => notebook.states));
  const filePoll = setInterval(() => void store.checkFiles(), FILE_POLL_INTERVAL_MS);
  void watchWorkspace(paths, log).then((started) => {
    watch = started;
    started.changed.subscribe((changed) => {
      clients.broadcast('files.changed', { paths: [...changed] });
      void store.checkFiles();
    });
  });
  await addRecentFolder(state.recentFolders, paths.root, Date.now());
  log.write('info', 'host', `Lakebook ${config.version} serves ${paths.root} on port ${server.port}${paths.readOnly ? ', read-only' : ''}`);

  const close = async (): Promise<void> => {
    clearInterval(filePoll);
    staleness.dispose();
    await notebooks.dispose();
    await Promise.all([kernel.dispose(), watch?.dispose(), downloads.dispose()]);
    await server.close();
    await releaseLock(state.lock, address);
  };
  return {
    host: {
      address,
      url: hostUrl(address),
      get unused() {
        return clients.count === 0 && !notebooks.running;
      },
      reportDefect: (error) => log.write('error', 'host', error instanceof Error ? (error.stack ?? error.message) : String(error)),
      close,
    },
  };
}
