import type { Command, FeatureContribution } from '../../state/contribution.ts';
import type { Services } from '../../state/services.ts';
import { explorerOf } from './explorer.ts';
import { ExplorerView } from './ExplorerView.tsx';

/** The key works where the tree has the focus; the palette and menus name a path or mean the focused one. */
const inTree: NonNullable<Command['when']> = (context) => context.focusedView === 'explorer' && !context.textInputFocused;
const focusedPath = (services: Services, argument: unknown): string | undefined => (typeof argument === 'string' ? argument : explorerOf(services).store.getState().focusedPath);

export const explorerContribution: FeatureContribution = {
  id: 'explorer',
  views: [
    {
      id: 'explorer',
      location: 'sidebar',
      title: 'Explorer',
      icon: 'files',
      order: 10,
      component: ExplorerView,
      actions: [
        { commandId: 'explorer.newNotebook', icon: 'notebook-template' },
        { commandId: 'explorer.newFile', icon: 'new-file' },
        { commandId: 'explorer.newFolder', icon: 'new-folder' },
        { commandId: 'explorer.refresh', icon: 'refresh' },
        { commandId: 'explorer.collapseAll', icon: 'collapse-all' },
      ],
    },
  ],
  commands: [
    { id: 'explorer.show', title: 'Show Explorer', category: 'View', keys: ['Mod+Shift+E'], run: ({ showView }) => showView('sidebar', 'explorer') },
    { id: 'explorer.newNotebook', title: 'New Notebook', category: 'File', keys: ['Mod+Alt+N'], run: (services) => explorerOf(services).startCreate('notebook') },
    { id: 'explorer.newFile', title: 'New File', category: 'File', run: (services) => explorerOf(services).startCreate('file') },
    { id: 'explorer.newFolder', title: 'New Folder', category: 'File', run: (services) => explorerOf(services).startCreate('folder') },
    { id: 'explorer.refresh', title: 'Refresh Explorer', category: 'File', run: (services) => explorerOf(services).refresh() },
    { id: 'explorer.collapseAll', title: 'Collapse All Folders', category: 'View', run: (services) => explorerOf(services).collapseAll() },
    {
      id: 'explorer.rename', title: 'Rename', category: 'File', keys: ['F2'], when: inTree,
      run: (services, argument) => {
        const path = focusedPath(services, argument);
        if (path !== undefined) explorerOf(services).startRename(path);
      },
    },
    {
      id: 'explorer.delete', title: 'Delete', category: 'File', keys: ['Delete', 'Mod+Backspace'], when: inTree,
      run: async (services, argument) => {
        const path = focusedPath(services, argument);
        if (path !== undefined) await explorerOf(services).delete(path);
      },
    },
    {
      id: 'explorer.revealActive', title: 'Reveal Active File in Explorer', category: 'File', when: (context) => context.activeEditorKind === 'notebook' || context.activeEditorKind === 'text',
      run: (services) => {
        const { editors, activeEditorId } = services.workbench.getState();
        const active = editors.find((editor) => editor.id === activeEditorId);
        services.showView('sidebar', 'explorer');
        if (active !== undefined) explorerOf(services).reveal(active.input.path);
      },
    },
  ],
};
