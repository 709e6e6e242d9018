import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FileEntry } from '../../../kernel/rpc/files.ts';
import { createHandleKey } from '../../state/editorHandles.ts';
import { joinPath, parentPath } from '../../state/editorInput.ts';
import type { Services } from '../../state/services.ts';
import { createExplorerListing } from './explorerListing.ts';
import { EMPTY_EXPLORER, nextFocusAfter, nextMoved, nextRevealed, nextToggled, targetFolder, type ExplorerState, type NameEdit, type NewKind } from './explorerState.ts';
import { absolutePath, createEntry, deleteEntry, renameEntry } from './fileOperations.ts';

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
  const listing = createExplorerListing(services, store);
  const update = (next: (state: ExplorerState) => ExplorerState): void => store.setState(next, true);
  const fail = (error: unknown): void => notifications.getState().notifyError(error);

  const reveal = (path: string): void => {
    update((state) => nextRevealed(state, path));
    listing.listMissing();
  };
  const setExpanded = (next: (state: ExplorerState) => ExplorerState): void => {
    update(next);
    listing.listMissing();
    client.request('workbench.saveState', { key: STATE_KEY, value: JSON.stringify([...store.getState().expanded]) }).catch(() => undefined); // a fold is no work to lose
  };

  const create = async (what: NewKind, path: string): Promise<void> => {
    await createEntry(services, what, path);
    await listing.list(parentPath(path));
    reveal(path);
    if (what === 'folder') setExpanded((state) => nextToggled(state, path, true));
    else services.openPath(path);
  };
  const rename = async (from: string, to: string): Promise<void> => {
    if (from === to) return;
    await renameEntry(services, from, to);
    update((state) => nextMoved(state, from, to));
    await listing.list(parentPath(to));
    listing.listMissing();
  };
  const remove = async (path: string): Promise<void> => {
    await deleteEntry(services, path, async (restored) => {
      await listing.list(parentPath(restored));
      reveal(restored);
    });
    const focusedPath = nextFocusAfter(store.getState(), path);
    update((state) => ({ ...state, focusedPath }));
    await listing.list(parentPath(path));
  };

  void loadExpanded(services)
    .then((expanded) => update((state) => ({ ...state, expanded: new Set(expanded) })))
    .catch(() => undefined) // without it all folders are folded
    .then(listing.listMissing);

  return {
    store,
    reveal,
    toggle: (folder, expanded) => setExpanded((state) => nextToggled(state, folder, expanded)),
    focus: (path) => update((state) => ({ ...state, focusedPath: path })),
    open: (path, kind) => {
      if (kind === 'file') services.openPath(path);
      else if (kind === 'table') services.openEditor({ kind: 'table', path: absolutePath(services, path) });
    },
    startCreate: (what, folder) => {
      workbench.getState().showView('sidebar', 'explorer');
      const target = folder ?? targetFolder(store.getState());
      if (target !== '') setExpanded((state) => nextToggled(state, target, true));
      update((state) => ({ ...state, edit: { kind: 'create', what, folder: target } }));
    },
    startRename: (path) => update((state) => ({ ...state, edit: { kind: 'rename', path } })),
    finishEdit: async (edit, name) => {
      update((state) => ({ ...state, edit: undefined }));
      const done = edit.kind === 'create' ? create(edit.what, joinPath(edit.folder, name)) : rename(edit.path, joinPath(parentPath(edit.path), name));
      await done.catch(fail);
    },
    cancelEdit: () => update((state) => ({ ...state, edit: undefined })),
    delete: (path) => remove(path).catch(fail),
    refresh: listing.refresh,
    collapseAll: () => setExpanded((state) => ({ ...state, expanded: new Set() })),
  };
}

async function loadExpanded({ client }: Services): Promise<readonly string[]> {
  const { value } = await client.request('workbench.loadState', { key: STATE_KEY });
  const parsed: unknown = JSON.parse(value ?? '[]');
  return Array.isArray(parsed) ? parsed.filter((path) => typeof path === 'string') : [];
}
