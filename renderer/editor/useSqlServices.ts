import { useEffect } from 'react';
import type { HostClient } from '../client/client.ts';
import { useLoadedMonaco } from './loadMonaco.ts';
import type { Monaco } from './monaco.ts';
import { registerSqlServices } from './sqlServices.ts';

// Monaco's providers are the page's: one registration per connection, for as long as the page lives.
const served = new WeakSet<HostClient>();

/** Gives SQL in every editor of the page the kernel's language services, once Monaco is there. */
export function useSqlServices(client: HostClient): void {
  const monaco = useLoadedMonaco();
  useEffect(() => {
    if (monaco !== undefined) serve(monaco, client);
  }, [monaco, client]);
}

function serve(monaco: Monaco, client: HostClient): void {
  if (served.has(client)) return;
  served.add(client);
  registerSqlServices(monaco, client);
}
