import type { WorkspaceTable } from '../../../kernel/rpc/tables.ts';
import { writeClipboard } from '../../grid/clipboard.ts';
import type { Services } from '../../state/services.ts';
import type { MenuEntry } from '../../ui/menuEntry.ts';
import { openVersionQuery, type VersionQuery } from './queryNotebook.ts';

/** What can be done with a table of the list. */
export function buildTableMenu(services: Services, table: WorkspaceTable): readonly MenuEntry[] {
  return [
    { kind: 'item', id: 'open', label: 'Open Table', icon: 'go-to-file', run: () => services.openEditor({ kind: 'table', path: table.path }) },
    { kind: 'item', id: 'query', label: 'Query Latest Version', icon: 'notebook', run: () => void queryLatest(services, table) },
    { kind: 'separator', id: 'copies' },
    { kind: 'item', id: 'copyName', label: 'Copy Name', icon: 'copy', run: () => copyText(services, nameInStatements(table)) },
    { kind: 'item', id: 'copyPath', label: 'Copy Path', run: () => copyText(services, table.path) },
  ];
}

/** The table as a statement names it: by path where its name is shared. */
export function nameInStatements({ name, path }: Pick<WorkspaceTable, 'name' | 'path'>): string {
  return name ?? `delta.\`${path.replaceAll('`', '``')}\``;
}

export function copyText(services: Pick<Services, 'notifications'>, text: string): void {
  writeClipboard(navigator.clipboard, text).catch((error: unknown) => services.notifications.getState().notifyError(error));
}

/** Opens a notebook with the query; what goes wrong is a notification. */
export async function queryVersion(services: Services, query: VersionQuery): Promise<void> {
  try {
    await openVersionQuery(services, query);
  } catch (error) {
    services.notifications.getState().notifyError(error);
  }
}

async function queryLatest(services: Services, table: WorkspaceTable): Promise<void> {
  try {
    const { versions } = await services.client.request('tables.latest', { paths: [table.path] });
    const version = versions[table.path];
    if (version === undefined || version === null) services.openEditor({ kind: 'table', path: table.path }); // its page says what is wrong
    else await openVersionQuery(services, { name: table.name, path: table.path, version });
  } catch (error) {
    services.notifications.getState().notifyError(error);
  }
}
