import { parentPath } from '../../state/editorInput.ts';
import type { Services } from '../../state/services.ts';
import type { MenuEntry } from '../../ui/menuEntry.ts';
import type { Explorer } from './explorer.ts';
import type { ExplorerRow } from './explorerState.ts';
import { absolutePath } from './fileOperations.ts';

/** What can be done with a line of the tree, or (undefined) with the workspace's root. */
export function buildExplorerMenu(services: Services, explorer: Explorer, row: ExplorerRow | undefined): readonly MenuEntry[] {
  const folder = row === undefined ? '' : row.kind === 'folder' ? row.path : parentPath(row.path);
  const create: readonly MenuEntry[] = [
    { kind: 'item', id: 'newNotebook', label: 'New Notebook', icon: 'notebook-template', keys: services.commands.keysText('explorer.newNotebook'), run: () => explorer.startCreate('notebook', folder) },
    { kind: 'item', id: 'newFile', label: 'New File', icon: 'new-file', run: () => explorer.startCreate('file', folder) },
    { kind: 'item', id: 'newFolder', label: 'New Folder', icon: 'new-folder', run: () => explorer.startCreate('folder', folder) },
  ];
  if (row === undefined) return [...create, { kind: 'separator', id: 'root' }, { kind: 'item', id: 'refresh', label: 'Refresh', icon: 'refresh', run: explorer.refresh }];
  return [...openEntries(services, explorer, row), ...create, { kind: 'separator', id: 'paths' }, ...pathEntries(services, row), { kind: 'separator', id: 'change' }, ...changeEntries(services, explorer, row)];
}

function openEntries(services: Services, explorer: Explorer, row: ExplorerRow): readonly MenuEntry[] {
  if (row.kind === 'folder') return [];
  const open: MenuEntry = { kind: 'item', id: 'open', label: row.kind === 'table' ? 'Open Table' : 'Open', icon: 'go-to-file', run: () => explorer.open(row.path, row.kind) };
  const asText: MenuEntry = { kind: 'item', id: 'openAsText', label: 'Open as Text', icon: 'file-text', run: () => services.openPath(row.path, 'text') };
  return [open, ...(row.path.endsWith('.ipynb') ? [asText] : []), { kind: 'separator', id: 'afterOpen' }];
}

function pathEntries(services: Services, row: ExplorerRow): readonly MenuEntry[] {
  const copy = (text: string) => (): void => {
    navigator.clipboard.writeText(text).catch((error: unknown) => services.notifications.getState().notifyError(error));
  };
  return [
    { kind: 'item', id: 'copyPath', label: 'Copy Path', icon: 'copy', run: copy(absolutePath(services, row.path)) },
    { kind: 'item', id: 'copyRelativePath', label: 'Copy Relative Path', run: copy(row.path) },
  ];
}

function changeEntries(services: Services, explorer: Explorer, row: ExplorerRow): readonly MenuEntry[] {
  return [
    { kind: 'item', id: 'rename', label: 'Rename…', icon: 'rename', keys: services.commands.keysText('explorer.rename'), run: () => explorer.startRename(row.path) },
    { kind: 'item', id: 'delete', label: 'Delete', icon: 'trash', keys: services.commands.keysText('explorer.delete'), danger: true, run: () => void explorer.delete(row.path) },
  ];
}
