import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FileEntry } from '../../../kernel/rpc/files.ts';
import { createHandleKey } from '../../state/editorHandles.ts';
import { baseName, isWithin, joinPath, parentPath } from '../../state/editorInput.ts';
import type { Services } from '../../state/services.ts';
import { EMPTY_EXPLORER, nextFocusAfter, nextListed, nextMoved, nextRevealed, nextToggled, targetFolder, touchedFolders, type ExplorerState, type NameEdit, type NewKind } from './explorerState.ts';

/** The workspace's files as a tree, with what one can do to them. Errors come as notifications. */
export interface Explorer {
  readonly store: StoreApi<ExplorerState>;
  readonly toggle: (folder: string, expanded: boolean) => void;
  readonly focus: (path: string) => void;
  /** Opens the folders above and focuses the path. */
  readonly reveal: (path: string) => void;
  /** Opens a file or table; folds or unfolds a folder. */
  readonly open: (path: string, kind: FileEntry['kind']) => void;
  readonly startCreate: (what: NewKind, folder?: string) => void;
  readonly startRename: (path: string) => void;
  readonly finishEdit: (edit: NameEdit, name: string) => Promise<void>;
  readonly cancelEdit: () => void;
  readonly delete: (path: string) => Promise<void>;
  readonly refresh: () => void;
  readonly collapseAll: () => void;
}

const EXPLORER = createHandleKey<Explorer>('explorer');
const STATE_KEY = 'explorer.expanded';

/** The window's one explorer, made on first use: it lives on while another view is shown. */
export function explorerOf(services: Services): Explorer {
  const known = services.handles.get(EXPLORER, 'explorer');
  if (known !== undefined) return known;
  const created = createExplorer(services);
  services.handles.provide(EXPLORER, 'explorer', created);
  return created;
}

function createExplorer(services: Services): Explorer {
  const { client, workbench, notifications } = services;
  const store = createStore<ExplorerState>(() => EMPTY_EXPLORER);
  const update = (next: (state: ExplorerState) => ExplorerState): void => store.setState(next, true);
  const fail = (error: unknown): void => notifications.getState().notifyError(error);

  const list = async (folder: string): Promise<void> => {
    const { entries } = await client.request('files.list', { path: folder });
    update((state) => nextListed(state, folder, entries));
  };
  const listQuietly = (folder: string): void => void list(folder).catch((error: unknown) => forgetOrFail(folder, error));
  /** A folder that went away is the business of the one around it. */
  const forgetOrFail = (folder: string, error: unknown): void => {
    const expanded = store.getState().expanded.has(folder);
    update((state) => ({ ...nextToggled(state, folder, false), folders: new Map([...state.folders].filter(([path]) => path !== folder || folder === '')) }));
    if (folder === '' || !expanded) fail(error);
  };
  const listMissing = (): void => {
    const { folders, expanded } = store.getState();
    for (const folder of ['', ...expanded]) if (!folders.has(folder)) listQuietly(folder);
  };
  const saveExpanded = (): void => {
    client.request('workbench.saveState', { key: STATE_KEY, value: JSON.stringify([...store.getState().expanded]) }).catch(() => undefined); // a fold is no work to lose
  };
  const refresh = (): void => {
    for (const folder of new Set(['', ...store.getState().folders.keys()])) listQuietly(folder);
  };

  const create = async (what: NewKind, path: string): Promise<void> => {
    if (what === 'folder') await client.request('files.createFolder', { path });
    else if (what === 'notebook') await client.request('notebooks.create', { path });
    else await client.request('files.writeText', { path, text: '' });
    await list(parentPath(path));
    update((state) => nextRevealed(state, path));
    if (what === 'folder') update((state) => nextToggled(state, path, true));
    else services.openPath(path);
    listMissing();
  };
  const rename = async (from: string, to: string): Promise<void> => {
    if (from === to) return;
    await client.request('files.rename', { from, to });
    workbench.getState().renamePath(from, to);
    update((state) => nextMoved(state, from, to));
    await list(parentPath(to));
    listMissing();
  };
  const restore = async (trashId: string, reopened: readonly string[]): Promise<void> => {
    const { path } = await client.request('files.restore', { trashId });
    await list(parentPath(path));
    update((state) => nextRevealed(state, path));
    for (const open of reopened) services.openPath(open);
  };

  client.on('files.changed', ({ paths }) => {
    for (const folder of touchedFolders(store.getState(), paths)) listQuietly(folder);
  });
  client.onConnected(refresh);
  void loadExpanded(services)
    .then((expanded) => update((state) => ({ ...state, expanded: new Set(expanded) })))
    .catch(() => undefined) // without it all folders are folded
    .then(listMissing);

  return {
    store,
    toggle: (folder, expanded) => {
      update((state) => nextToggled(state, folder, expanded));
      listMissing();
      saveExpanded();
    },
    focus: (path) => update((state) => ({ ...state, focusedPath: path })),
    reveal: (path) => {
      update((state) => nextRevealed(state, path));
      listMissing();
    },
    open: (path, kind) => {
      if (kind === 'file') services.openPath(path);
      else if (kind === 'table') services.openEditor({ kind: 'table', path: absolutePath(services, path) });
    },
    startCreate: (what, folder) => {
      workbench.getState().showView('sidebar', 'explorer');
      const target = folder ?? targetFolder(store.getState());
      update((state) => ({ ...(target === '' ? state : nextToggled(state, target, true)), edit: { kind: 'create', what, folder: target } }));
      listMissing();
    },
    startRename: (path) => update((state) => ({ ...state, edit: { kind: 'rename', path } })),
    finishEdit: async (edit, name) => {
      update((state) => ({ ...state, edit: undefined }));
      const done = edit.kind === 'create' ? create(edit.what, joinPath(edit.folder, name)) : rename(edit.path, joinPath(parentPath(edit.path), name));
      await done.catch(fail);
    },
    cancelEdit: () => update((state) => ({ ...state, edit: undefined })),
    delete: async (path) => {
      const reopened = workbench.getState().editors.filter(({ input }) => input.kind !== 'table' && isWithin(input.path, path)).map(({ input }) => input.path);
      try {
        workbench.getState().closePath(path);
        const { trashId } = await client.request('files.delete', { path });
        const focusedPath = nextFocusAfter(store.getState(), path);
        update((state) => ({ ...state, focusedPath }));
        await list(parentPath(path));
        notifications.getState().notify({
          kind: 'info',
          message: `${baseName(path)} was deleted.`,
          lifetimeMs: 15_000,
          actions: [{ label: 'Undo', run: () => void restore(trashId, reopened).catch(fail) }],
        });
      } catch (error) {
        fail(error);
      }
    },
    refresh,
    collapseAll: () => {
      update((state) => ({ ...state, expanded: new Set() }));
      saveExpanded();
    },
  };
}

/** Tables are named by their absolute path. */
export function absolutePath(services: Services, path: string): string {
  const root = services.session.getState().hello?.workspace.path ?? '';
  const separator = root.includes('\\') ? '\\' : '/';
  return `${root}${separator}${path.split('/').join(separator)}`;
}

async function loadExpanded({ client }: Services): Promise<readonly string[]> {
  const { value } = await client.request('workbench.loadState', { key: STATE_KEY });
  const parsed: unknown = JSON.parse(value ?? '[]');
  return Array.isArray(parsed) ? parsed.filter((path) => typeof path === 'string') : [];
}
