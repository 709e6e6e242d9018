import { useEffect, useState } from 'react';
import type { WorkspaceTable } from '../../../kernel/rpc/tables.ts';
import { useServices } from '../../state/services.ts';

const SHOWN_MAX = 8;

export interface WorkspaceSights {
  readonly notebooks: readonly string[];
  readonly tables: readonly WorkspaceTable[];
  /** Absolute paths of other workspaces. */
  readonly recent: readonly string[];
}

/** What there is to see in this folder, followed as files and tables come and go. */
export function useWorkspaceSights(): WorkspaceSights {
  const { client, session } = useServices();
  const [sights, setSights] = useState<WorkspaceSights>({ notebooks: [], tables: [], recent: [] });
  useEffect(() => {
    const show = (part: Partial<WorkspaceSights>): void => setSights((before) => ({ ...before, ...part }));
    const ignore = (): void => undefined; // a page of shortcuts: what cannot be listed is left out, the explorer says why
    const loadNotebooks = (): void => {
      client.request('files.find', { query: '.ipynb', limit: SHOWN_MAX }).then(({ paths }) => show({ notebooks: paths.filter((path) => path.endsWith('.ipynb')).sort((one, other) => one.localeCompare(other, undefined, { numeric: true })) }), ignore);
    };
    const loadTables = (): void => {
      client.request('tables.list', {}).then(({ tables }) => show({ tables: tables.slice(0, SHOWN_MAX) }), ignore);
    };
    const current = session.getState().hello?.workspace.path;
    client.request('workbench.recentFolders', {}).then(({ folders }) => show({ recent: folders.map(({ path }) => path).filter((path) => path !== current).slice(0, SHOWN_MAX) }), ignore);
    loadNotebooks();
    loadTables();
    const listeners = [client.on('files.changed', loadNotebooks), client.on('tables.changed', loadTables)];
    return () => {
      for (const listener of listeners) listener.dispose();
    };
  }, [client, session]);
  return sights;
}
