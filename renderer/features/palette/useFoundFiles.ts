import { useEffect, useState } from 'react';
import { useServices } from '../../state/services.ts';

export interface FoundFiles {
  readonly paths: readonly string[];
  /** Files in tabs, most recent last opened first. */
  readonly open: readonly string[];
  readonly searching: boolean;
}

const FILES_MAX = 100;

/** The host's answer to a query for file names; undefined asks nothing. A newer query cancels the older. */
export function useFoundFiles(query: string | undefined): FoundFiles {
  const { client, workbench, notifications } = useServices();
  const [found, setFound] = useState<{ readonly query: string | undefined; readonly paths: readonly string[] }>({ query: undefined, paths: [] });
  const [open] = useState(() => workbench.getState().editors.filter(({ input }) => input.kind !== 'table' && input.path !== '').map(({ input }) => input.path).reverse());
  useEffect(() => {
    if (query === undefined) return undefined;
    const controller = new AbortController();
    client.request('files.find', { query: query.trim(), limit: FILES_MAX }, controller.signal).then(
      ({ paths }) => setFound({ query, paths }),
      (error: unknown) => {
        if (!controller.signal.aborted) notifications.getState().notifyError(error);
      },
    );
    return () => controller.abort();
  }, [client, notifications, query]);
  return { paths: found.paths, open, searching: found.query !== query };
}
