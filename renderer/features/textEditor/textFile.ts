import { createStore, type StoreApi } from 'zustand/vanilla';
import { DisposableStore, type Disposable } from '../../../kernel/base/disposable.ts';
import { reportAnyError } from '../../../kernel/rpc/peer.ts';
import { createHandleKey } from '../../state/editorHandles.ts';
import type { Services } from '../../state/services.ts';
import { isDirty, nextDiskChange, nextEdited, nextLoaded, nextSaved, type TextFileState } from './textFileState.ts';

/** One open text file: its text here, its text on disk, and what happens when they part. */
export interface TextFile {
  readonly store: StoreApi<TextFileState>;
  /** Reads the file and follows it on disk until disposed. */
  readonly open: () => Disposable;
  readonly edit: (text: string) => void;
  readonly save: () => Promise<void>;
  /** Settles a conflict. */
  readonly resolve: (keep: 'ours' | 'theirs') => Promise<void>;
  /** Reads the file again after an error. */
  readonly reload: () => Promise<void>;
  /** The file has a new name. */
  readonly moveTo: (path: string) => void;
}

export const TEXT_FILE = createHandleKey<TextFile>('textFile');

const BACKUP_DELAY_MS = 400;
const backupKey = (path: string): string => `textBackup:${path}`;

/** What is not saved is kept by the host too, so that a killed window loses nothing. */
export function createTextFile({ client, notifications }: Services, initialPath: string): TextFile {
  const store = createStore<TextFileState>(() => ({ kind: 'loading' }));
  let path = initialPath;
  let backupTimer: ReturnType<typeof setTimeout> | undefined;
  let backedUp = false;

  const update = (next: (state: TextFileState) => TextFileState): void => store.setState(next, true);
  const saveBackup = (): void => {
    clearTimeout(backupTimer);
    const state = store.getState();
    const dirty = isDirty(state);
    if (!dirty && !backedUp) return;
    backedUp = dirty;
    const value = dirty && state.kind === 'open' ? JSON.stringify({ text: state.text, revision: state.revision }) : '';
    client.request('workbench.saveState', { key: backupKey(path), value }).catch(() => (backedUp = true)); // the next change writes it again
  };

  const load = async (): Promise<void> => {
    try {
      const [disk, backup] = await Promise.all([client.request('files.readText', { path }), client.request('workbench.loadState', { key: backupKey(path) })]);
      const kept = parseBackup(backup.value);
      backedUp = kept !== undefined;
      update(() => nextLoaded(disk, kept));
    } catch (error) {
      store.setState({ kind: 'failed', report: reportAnyError(error) }, true);
    }
  };
  const followDisk = async (): Promise<void> => {
    const state = store.getState();
    if (state.kind !== 'open' || state.saving) return;
    try {
      const disk = await client.request('files.readText', { path });
      update((now) => nextDiskChange(now, disk));
    } catch (error) {
      if (reportAnyError(error).kind !== 'missing') notifications.getState().notifyError(error); // what was deleted stays here to be saved
    }
  };
  const write = async (text: string, revision: string): Promise<void> => {
    update((state) => (state.kind === 'open' ? { ...state, saving: true } : state));
    try {
      const written = await client.request('files.writeText', { path, text, ...(revision === '' ? {} : { revision }) });
      update((state) => nextSaved(state, text, written.revision));
      saveBackup();
    } catch (error) {
      const conflict = reportAnyError(error).code === 'FILE_CHANGED_ON_DISK';
      update((state) => (state.kind === 'open' ? { ...state, saving: false, conflict: state.conflict || conflict } : state));
      if (!conflict) notifications.getState().notifyError(error);
    }
  };

  const open = (): Disposable => {
    const disposables = new DisposableStore();
    disposables.add(client.on('files.changed', ({ paths }) => (paths.includes(path) ? void followDisk() : undefined)));
    disposables.add(client.onConnected(() => void followDisk()));
    window.addEventListener('pagehide', saveBackup);
    disposables.add({ dispose: () => window.removeEventListener('pagehide', saveBackup) });
    disposables.add({ dispose: saveBackup });
    void load();
    return disposables;
  };

  return {
    store,
    open,
    edit: (text) => {
      update((state) => nextEdited(state, text));
      clearTimeout(backupTimer);
      backupTimer = setTimeout(saveBackup, BACKUP_DELAY_MS);
    },
    save: async () => {
      const state = store.getState();
      if (state.kind === 'open' && isDirty(state) && !state.saving) await write(state.text, state.revision);
    },
    resolve: async (keep) => {
      const disk = await client.request('files.readText', { path });
      const state = store.getState();
      if (keep === 'theirs') update(() => nextLoaded(disk, undefined));
      else if (state.kind === 'open') await write(state.text, disk.revision);
      saveBackup();
    },
    reload: load,
    moveTo: (next) => {
      if (next === path) return;
      client.request('workbench.saveState', { key: backupKey(path), value: '' }).catch(() => undefined); // an old name's backup is never asked for again
      path = next;
      saveBackup();
    },
  };
}

function parseBackup(value: string | null): { readonly text: string; readonly revision: string } | undefined {
  if (value === null || value === '') return undefined;
  const parsed = JSON.parse(value) as { readonly text?: unknown; readonly revision?: unknown };
  return typeof parsed.text === 'string' && typeof parsed.revision === 'string' ? { text: parsed.text, revision: parsed.revision } : undefined;
}
