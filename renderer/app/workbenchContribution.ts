import type { Command, FeatureContribution } from '../state/contribution.ts';
import type { Services } from '../state/services.ts';
import type { ThemeChoice } from '../state/settings.ts';
import { closeEditors } from './closeEditors.ts';
import { neighbourTabId, splitTab } from './dockModel.ts';
import type { EditorDock } from './editorDock.ts';
import { focusNextRegion } from './regions.ts';
import { openFolder, openRecent } from './openFolder.ts';

/** The commands of the window itself. */
export function createWorkbenchContribution(dock: EditorDock): FeatureContribution {
  return { id: 'workbench', commands: [...editorCommands(dock), ...layoutCommands(), ...windowCommands()] };
}

function editorCommands(dock: EditorDock): readonly Command[] {
  const hasEditor: Command['when'] = (context) => context.activeEditorKind !== undefined;
  const activeId = (services: Services): string | undefined => services.workbench.getState().activeEditorId;
  const ids = (services: Services): readonly string[] => services.workbench.getState().editors.map((editor) => editor.id);
  const go = (step: 1 | -1) => (services: Services) => {
    const active = activeId(services);
    const next = active === undefined ? undefined : neighbourTabId(dock.model, active, step);
    if (next === undefined) return;
    services.workbench.getState().activateEditor(next);
    services.focusEditor();
  };
  const split = (direction: 'right' | 'down') => (services: Services) => {
    const active = activeId(services);
    if (active !== undefined) splitTab(dock.model, active, direction);
  };
  return [
    // Browsers keep Ctrl+W for themselves, so Alt+W is there too.
    { id: 'editor.close', title: 'Close Editor', category: 'View', keys: ['Mod+W', 'Alt+W'], when: hasEditor, run: (services, id) => closeEditors(services, [typeof id === 'string' ? id : (activeId(services) ?? '')]) },
    { id: 'editor.closeOthers', title: 'Close Other Editors', category: 'View', when: hasEditor, run: (services, id) => closeEditors(services, ids(services).filter((other) => other !== (id ?? activeId(services)))) },
    { id: 'editor.closeAll', title: 'Close All Editors', category: 'View', keys: ['Mod+K Mod+W'], when: hasEditor, run: (services) => closeEditors(services, ids(services)) },
    { id: 'editor.reopenClosed', title: 'Reopen Closed Editor', category: 'View', keys: ['Mod+Shift+T'], run: (services) => services.workbench.getState().reopenClosed() },
    { id: 'editor.next', title: 'Open Next Editor', category: 'View', keys: ['Ctrl+PageDown', 'Alt+PageDown'], when: hasEditor, run: go(1) },
    { id: 'editor.previous', title: 'Open Previous Editor', category: 'View', keys: ['Ctrl+PageUp', 'Alt+PageUp'], when: hasEditor, run: go(-1) },
    { id: 'editor.splitRight', title: 'Move Editor into Right Group', category: 'View', keys: ['Mod+\\'], when: hasEditor, run: split('right') },
    { id: 'editor.splitDown', title: 'Move Editor into Group Below', category: 'View', keys: ['Mod+K Mod+\\'], when: hasEditor, run: split('down') },
  ];
}

function layoutCommands(): readonly Command[] {
  const layout = (services: Services) => services.workbench.getState().layout;
  return [
    { id: 'view.toggleSidebar', title: 'Toggle Sidebar', category: 'View', keys: ['Mod+B'], run: (services) => services.workbench.getState().updateLayout({ sidebarVisible: !layout(services).sidebarVisible }) },
    { id: 'view.togglePanel', title: 'Toggle Panel', category: 'View', keys: ['Mod+J'], run: (services) => services.workbench.getState().updateLayout({ panelVisible: !layout(services).panelVisible }) },
    { id: 'view.focusNextPart', title: 'Focus Next Part', category: 'View', keys: ['F6'], run: () => focusNextRegion(document, 1) },
    { id: 'view.focusPreviousPart', title: 'Focus Previous Part', category: 'View', keys: ['Shift+F6'], run: () => focusNextRegion(document, -1) },
    { id: 'view.focusEditor', title: 'Focus Active Editor', category: 'View', keys: ['Mod+1'], run: (services) => services.focusEditor() },
    { id: 'view.focusSidebar', title: 'Focus Sidebar', category: 'View', keys: ['Mod+0'], run: (services) => services.showView('sidebar', layout(services).activeSidebarView) },
  ];
}

function windowCommands(): readonly Command[] {
  const theme = (choice: ThemeChoice, title: string): Command => ({
    id: `theme.${choice}`, title: `Color Theme: ${title}`, category: 'Preferences', run: (services) => services.settings.setState({ theme: choice }),
  });
  return [
    { id: 'workspace.openFolder', title: 'Open Folder…', category: 'File', keys: ['Mod+K Mod+O'], run: openFolder },
    { id: 'workspace.openRecent', title: 'Open Recent Folder…', category: 'File', keys: ['Mod+K Mod+R'], run: openRecent },
    { id: 'kernel.restart', title: 'Restart Kernel', category: 'Kernel', run: (services) => services.client.request('workbench.restartKernel', {}).then(() => undefined) },
    // Where no editor saves, the browser would offer to save the page.
    { id: 'window.ignoreSave', title: 'Save', category: 'File', keys: ['Mod+S'], hidden: true, run: () => undefined },
    theme('system', 'Follow System'),
    theme('light', 'Light'),
    theme('dark', 'Dark'),
    theme('hc-light', 'High Contrast Light'),
    theme('hc-dark', 'High Contrast Dark'),
    { id: 'help.about', title: 'About Lakebook', category: 'Help', run: (services) => services.dialogs.getState().showAbout() },
  ];
}
