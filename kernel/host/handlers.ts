import os from 'node:os';
import { LakebookError } from '../base/errors.ts';
import { hostContract, type HostContract } from '../rpc/hostContract.ts';
import { kernelContract, type KernelContract } from '../rpc/kernelContract.ts';
import { RPC_VERSION } from '../rpc/frames.ts';
import type { Receipt } from '../rpc/receipts.ts';
import type { HandlersOf, MethodOf } from '../rpc/topic.ts';
import type { Parameters } from '../rpc/widgets.ts';
import type { Downloads } from './downloads.ts';
import type { KernelSupervisor } from './kernelSupervisor.ts';
import type { LogBook } from './logBook.ts';
import type { NotebookHandlers } from './notebookHandlers.ts';
import type { NotebookStore } from './notebookStore.ts';
import type { ReceiptLog } from './receiptLog.ts';
import { loadRecentFolders, type SavedState } from './savedState.ts';
import { createStatementHandlers } from './statementHandlers.ts';
import type { StatePaths } from './statePaths.ts';
import { browseFolders, type WorkspaceFiles } from './workspaceFiles.ts';
import type { WorkspacePaths } from './workspacePaths.ts';
import type { WorkspaceWatch } from './workspaceWatch.ts';

export interface HandlerParts {
  readonly version: string;
  readonly paths: WorkspacePaths;
  readonly state: StatePaths;
  readonly files: WorkspaceFiles;
  readonly watch: Pick<WorkspaceWatch, 'lookAt'>;
  readonly store: NotebookStore;
  readonly kernel: KernelSupervisor;
  readonly savedState: SavedState;
  readonly receipts: ReceiptLog;
  readonly log: LogBook;
  readonly downloads: Downloads;
  /** Starts or finds the host of another folder. @returns its URL */
  readonly openFolder: (folder: string) => Promise<string>;
  /** The kernel's session of an open notebook. @throws LakebookError NOTEBOOK_NOT_OPEN */
  readonly sessionOf: (notebookId: string) => string;
  readonly parametersOf: (notebookId: string) => Parameters;
}

type HandlersOfTopic<Topic extends string> = Pick<HandlersOf<HostContract>, Extract<keyof HandlersOf<HostContract>, `${Topic}.${string}`>>;

/** What one client may ask; only its notebooks are its own, the rest is the same for all. */
export function createHandlers(parts: HandlerParts, notebooks: NotebookHandlers): HandlersOf<HostContract> {
  const { kernel, receipts, log } = parts;
  const keep = (receipt: Receipt): void => {
    receipts.append(receipt).catch((error: unknown) => log.write('warning', 'receipts', `A receipt could not be written: ${String(error)}`));
  };
  const tables: Pick<HandlersOf<HostContract>, 'tables.undo'> = {
    'tables.undo': async (params, signal) => {
      const answer = await kernel.request('tables.undo', params, signal);
      keep(answer.receipt);
      return answer;
    },
  };
  return { ...passToKernel(kernel, parts), ...tables, ...createStatementHandlers(kernel, keep), ...workbenchHandlers(parts), ...fileHandlers(parts), ...notebooks } as HandlersOf<HostContract>;
}

function workbenchHandlers({ version, paths, state, kernel, savedState, receipts, log, downloads, openFolder }: HandlerParts): HandlersOfTopic<'workbench'> {
  return {
    'workbench.hello': ({ rpcVersion }) => {
      if (rpcVersion !== RPC_VERSION) throw new LakebookError('RPC_INVALID_MESSAGE', { method: 'workbench.hello', detail: `this host speaks version ${RPC_VERSION}, not ${rpcVersion}; reload the window` });
      const workspace = { name: paths.name, path: paths.root, readOnly: paths.readOnly };
      return { rpcVersion: RPC_VERSION, version, workspace, platform: platformName(), kernel: kernel.state };
    },
    'workbench.loadState': async ({ key }) => ({ value: (await savedState.load(key)) ?? null }),
    'workbench.saveState': async ({ key, value }) => {
      await savedState.save(key, value);
      return null;
    },
    'workbench.recentFolders': async () => ({ folders: await loadRecentFolders(state.recentFolders) }),
    'workbench.browseFolders': ({ path }) => browseFolders(path === '' ? os.homedir() : path),
    'workbench.openFolder': async ({ path }) => ({ url: await openFolder(path) }),
    'workbench.log': ({ limit }) => ({ entries: [...log.latest(limit)] }),
    'workbench.queryHistory': async (query) => ({ receipts: await receipts.find(query) }),
    'workbench.restartKernel': async () => {
      await kernel.restart();
      return null;
    },
    'workbench.download': async ({ resultId, viewId, format, fileName }) => {
      const path = await downloads.prepare();
      await kernel.request('results.export', { resultId, format, path, ...(viewId === undefined ? {} : { viewId }) });
      return { url: downloads.offer(path, fileName) };
    },
  };
}

function fileHandlers({ files, watch, store }: HandlerParts): HandlersOfTopic<'files'> {
  return {
    'files.list': async ({ path }) => {
      watch.lookAt(path);
      return { entries: await files.list(path) };
    },
    'files.readText': ({ path }) => files.readText(path),
    'files.writeText': async ({ path, text, revision }) => ({ revision: await files.writeText(path, text, revision) }),
    'files.createFolder': async ({ path }) => {
      await files.createFolder(path);
      return null;
    },
    'files.rename': async ({ from, to }) => {
      await store.closeUnder(from);
      await files.rename(from, to);
      await store.renamed(from, to);
      return null;
    },
    'files.delete': async ({ path }) => {
      await store.closeUnder(path);
      return { trashId: await files.delete(path) };
    },
    'files.restore': async ({ trashId }) => ({ path: await files.restore(trashId) }),
    'files.find': async ({ query, limit }) => ({ paths: await files.find(query, limit) }),
  };
}

/** Results, tables and language services are the kernel's; the host only carries the bytes. */
function passToKernel(kernel: KernelSupervisor, { sessionOf, parametersOf }: Pick<HandlerParts, 'sessionOf' | 'parametersOf'>): Partial<HandlersOf<HostContract>> {
  const methods = Object.keys(kernelContract.requests).filter((method): method is MethodOf<KernelContract> => method in hostContract.requests);
  const inSession = (params: { readonly notebookId?: string }): never => (params.notebookId === undefined ? params : { ...params, sessionId: sessionOf(params.notebookId), parameters: parametersOf(params.notebookId) }) as never; // each method's own shape is checked where it arrives
  return Object.fromEntries(methods.map((method) => [method, (params: never, signal: AbortSignal) => kernel.request(method, inSession(params), signal)]));
}

function platformName(): 'linux' | 'darwin' | 'win32' | 'other' {
  const { platform } = process;
  return platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other';
}
