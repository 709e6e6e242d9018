import type { StoreApi } from 'zustand/vanilla';
import { reportAnyError } from '../../../kernel/rpc/peer.ts';
import type { Services } from '../../state/services.ts';
import { nextListed, nextToggled, touchedFolders, type ExplorerState } from './explorerState.ts';

/** Keeps the listed folders equal to the disk. */
export interface ExplorerListing {
  /** @throws RemoteError as the host reports */
  readonly list: (folder: string) => Promise<void>;
  /** Lists what is unfolded and was not listed yet. */
  readonly listMissing: () => void;
  /** Lists everything again. */
  readonly refresh: () => void;
}

/** Follows changes on disk, by whomever, and new connections, for the window's life. */
export function createExplorerListing({ client, notifications }: Services, store: StoreApi<ExplorerState>): ExplorerListing {
  const update = (next: (state: ExplorerState) => ExplorerState): void => store.setState(next, true);

  const list = async (folder: string): Promise<void> => {
    const { entries } = await client.request('files.list', { path: folder });
    update((state) => nextListed(state, folder, entries));
  };
  /** A folder that went away is no news: the one around it shows that. */
  const giveUp = (folder: string, error: unknown): void => {
    if (folder !== '') update((state) => nextForgotten(nextToggled(state, folder, false), folder));
    if (folder === '' || reportAnyError(error).kind !== 'missing') notifications.getState().notifyError(error);
  };
  const listQuietly = (folder: string): void => void list(folder).catch((error: unknown) => giveUp(folder, error));
  const refresh = (): void => {
    for (const folder of new Set(['', ...store.getState().folders.keys()])) listQuietly(folder);
  };

  client.on('files.changed', ({ paths }) => {
    for (const folder of touchedFolders(store.getState(), paths)) listQuietly(folder);
  });
  client.onConnected(refresh);
  return {
    list,
    refresh,
    listMissing: () => {
      const { folders, expanded } = store.getState();
      for (const folder of ['', ...expanded]) if (!folders.has(folder)) listQuietly(folder);
    },
  };
}

function nextForgotten(state: ExplorerState, folder: string): ExplorerState {
  return { ...state, folders: new Map([...state.folders].filter(([path]) => path !== folder)) };
}
