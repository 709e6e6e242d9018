import { baseName, isWithin, parentPath } from '../../state/editorInput.ts';
import type { Services } from '../../state/services.ts';
import type { NewKind } from './explorerState.ts';

/** What the explorer does to files, with the tabs that show them. All throw RemoteError as the host reports. */

export async function createEntry({ client }: Services, what: NewKind, path: string): Promise<void> {
  if (what === 'folder') await client.request('files.createFolder', { path });
  else if (what === 'notebook') await client.request('notebooks.create', { path });
  else await client.request('files.writeText', { path, text: '' });
}

/** Open tabs follow to the new name. */
export async function renameEntry({ client, workbench }: Services, from: string, to: string): Promise<void> {
  await client.request('files.rename', { from, to });
  workbench.getState().renamePath(from, to);
}

/** Moves to the trash and closes the tabs; the notification's "Undo" brings back both, and tells `onRestored`. */
export async function deleteEntry(services: Services, path: string, onRestored: (path: string) => Promise<void>): Promise<void> {
  const { client, workbench, notifications } = services;
  const open = workbench.getState().editors.filter(({ input }) => input.kind !== 'table' && isWithin(input.path, path));
  workbench.getState().closePath(path);
  const { trashId } = await client.request('files.delete', { path });
  const restore = async (): Promise<void> => {
    const restored = await client.request('files.restore', { trashId });
    await onRestored(restored.path);
    for (const { input } of open) services.openEditor(input);
  };
  notifications.getState().notify({
    kind: 'info',
    message: `${baseName(path)} was deleted${parentPath(path) === '' ? '' : ` from ${parentPath(path)}`}.`,
    lifetimeMs: 15_000,
    actions: [{ label: 'Undo', run: () => void restore().catch((error: unknown) => notifications.getState().notifyError(error)) }],
  });
}

/** Tables are named by their absolute path. */
export function absolutePath(services: Services, path: string): string {
  const root = services.session.getState().hello?.workspace.path ?? '';
  const separator = root.includes('\\') ? '\\' : '/';
  return `${root}${separator}${path.split('/').join(separator)}`;
}
