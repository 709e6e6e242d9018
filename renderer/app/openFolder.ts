import { baseName } from '../state/editorInput.ts';
import type { Services } from '../state/services.ts';

/** Asks for a folder (or takes the given path) and goes to its workspace. */
export async function openFolder(services: Services, argument?: unknown): Promise<void> {
  const path = typeof argument === 'string' ? argument : await chooseFolder(services);
  if (path === undefined) return;
  if (services.desktop !== undefined) return services.desktop.openFolder(path);
  const { url } = await services.client.request('workbench.openFolder', { path });
  goTo(url);
}

/** Offers the folders that were opened before. */
export async function openRecent(services: Services): Promise<void> {
  const current = services.session.getState().hello?.workspace.path;
  const { folders } = await services.client.request('workbench.recentFolders', {});
  const items = folders.filter((folder) => folder.path !== current).map(({ path }) => ({ value: path, label: baseName(path), description: path, icon: 'folder' }));
  if (items.length === 0) return services.notifications.getState().notify({ kind: 'info', message: 'No other folder was opened before.' });
  const path = await services.dialogs.getState().pick({ title: 'Open Recent Folder', placeholder: 'Folder to open', items });
  if (path !== undefined) await openFolder(services, path);
}

function chooseFolder(services: Services): Promise<string | undefined> {
  return services.desktop?.chooseFolder() ?? services.dialogs.getState().chooseFolder('Open Folder');
}

/** An address that differs in its `#t=` alone would not load anything by itself. */
function goTo(url: string): void {
  const sameDocument = new URL(url).origin === location.origin;
  location.assign(url);
  if (sameDocument) location.reload();
}
