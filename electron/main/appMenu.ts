import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import { DESKTOP_CHANNELS } from '../../kernel/rpc/desktop.ts';

/**
 * The menu sends ids of workbench commands; the page has their keys, so the items show none (a menu's key would never
 * reach the page). Undo and redo are left out for the same reason: the document has one history of its own.
 */
export function installMenu(window: () => BrowserWindow | undefined): void {
  const command = (label: string, id: string): MenuItemConstructorOptions => ({ label, click: () => window()?.webContents.send(DESKTOP_CHANNELS.command, id) });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: '&File',
      submenu: [
        command('New Notebook', 'explorer.newNotebook'),
        separator,
        command('Open Folder…', 'workspace.openFolder'),
        command('Open Recent Folder…', 'workspace.openRecent'),
        separator,
        command('Close Editor', 'editor.close'),
        separator,
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { label: '&Edit', submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    {
      label: '&View',
      submenu: [
        command('Command Palette…', 'palette.commands'),
        separator,
        command('Toggle Sidebar', 'view.toggleSidebar'),
        command('Toggle Panel', 'view.togglePanel'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        separator,
        { role: 'toggleDevTools' },
      ],
    },
    { label: '&Kernel', submenu: [command('Restart Kernel', 'kernel.restart')] },
    { role: 'help', submenu: [command('About Lakebook', 'help.about')] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
