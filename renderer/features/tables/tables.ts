import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WorkspaceTable } from '../../../kernel/rpc/tables.ts';
import { createHandleKey } from '../../state/editorHandles.ts';
import type { Services } from '../../state/services.ts';
import { NO_TABLES, nextToggled, type TablesState } from './tablesState.ts';

/** The workspace's tables, followed as the search finds them and as they come and go. */
export interface Tables {
  readonly store: StoreApi<TablesState>;
  /** Searches the workspace again. */
  readonly refresh: () => Promise<void>;
  readonly open: (table: WorkspaceTable) => void;
  readonly toggle: (schema: string, expanded: boolean) => void;
  readonly focus: (id: string) => void;
  readonly setFilter: (filter: string) => void;
}

const TABLES = createHandleKey<Tables>('tables');

/** The window's one list of tables, made on first use. */
export function tablesOf(services: Services): Tables {
  const known = services.handles.get(TABLES, 'tables');
  if (known !== undefined) return known;
  const created = createTables(services);
  services.handles.provide(TABLES, 'tables', created);
  return created;
}

function createTables(services: Services): Tables {
  const { client, notifications } = services;
  const store = createStore<TablesState>(() => NO_TABLES);
  let asked = 0;

  const list = async (refresh: boolean): Promise<void> => {
    const turn = ++asked;
    try {
      const { tables, complete, note } = await client.request('tables.list', refresh ? { refresh } : {});
      if (turn === asked) store.setState({ tables, complete, note, loaded: true });
    } catch (error) {
      if (turn === asked) store.setState({ loaded: true });
      notifications.getState().notifyError(error);
    }
  };
  client.on('tables.changed', () => void list(false));
  client.onConnected(() => void list(false));
  void list(false);
  return {
    store,
    refresh: () => list(true),
    open: ({ path }) => services.openEditor({ kind: 'table', path }),
    toggle: (schema, expanded) => store.setState((state) => nextToggled(state, schema, expanded)),
    focus: (focusedId) => store.setState({ focusedId }),
    setFilter: (filter) => store.setState({ filter }),
  };
}
