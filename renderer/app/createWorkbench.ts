import { DisposableStore, type Disposable } from '../../kernel/base/disposable.ts';
import type { HostClient } from '../client/client.ts';
import { createContextStore } from '../state/contextKeys.ts';
import type { EditorContribution, FeatureContribution } from '../state/contribution.ts';
import { createDialogsStore } from '../state/dialogs.ts';
import { createEditorHandles } from '../state/editorHandles.ts';
import { createNotificationsStore } from '../state/notifications.ts';
import type { Services } from '../state/services.ts';
import { createSessionStore } from '../state/session.ts';
import { createSettingsStore } from '../state/settings.ts';
import { createWorkbenchStore } from '../state/workbench.ts';
import { createCommandRegistry } from './commandRegistry.ts';
import { createEditorDock, type EditorDock } from './editorDock.ts';
import { findEditor } from './editorLookup.ts';
import { buildTitles } from './editorTitles.ts';
import { followContext } from './followContext.ts';
import { trackFocus } from './focusTracking.ts';
import { listenToKeys } from './keyboard.ts';
import { keepStored, type Restored } from './persistence.ts';
import { keyPlatform } from './platform.ts';
import { followTheme } from './themeSwitch.ts';
import { focusEditor, focusRegion } from './regions.ts';
import { createWorkbenchContribution } from './workbenchContribution.ts';

/** The window's objects, built once. */
export interface Workbench extends Disposable {
  readonly services: Services;
  readonly features: readonly FeatureContribution[];
  readonly dock: EditorDock;
  readonly editorOf: (kind: string) => EditorContribution | undefined;
}

/** As in Sidebar.module.css. */
const NARROW = '(max-width: 640px)';

/** Builds stores, commands and listeners over a connected client and what the last window left. */
export function createWorkbench(page: Window, client: HostClient, restored: Restored, featureList: readonly FeatureContribution[]): Workbench {
  const disposables = new DisposableStore();
  const workbench = createWorkbenchStore(restored.workbench);
  if (restored.isFirst) workbench.getState().openEditor({ kind: 'welcome', path: '' });
  const settings = createSettingsStore(restored.settings);
  const editors = featureList.flatMap((feature) => feature.editors ?? []);
  const editorOf = (kind: string): EditorContribution | undefined => editors.find((editor) => editor.kind === kind);
  const dock = disposables.add(createEditorDock(workbench, (open) => buildTitles(open, editorOf)));
  const features = [createWorkbenchContribution(dock), ...featureList];
  const context = createContextStore();
  const registry = createCommandRegistry(features, keyPlatform(page), () => services);

  const narrow = page.matchMedia(NARROW);
  const openEditor: Services['openEditor'] = (input) => {
    workbench.getState().openEditor(input);
    if (narrow.matches) workbench.getState().updateLayout({ sidebarVisible: false }); // it would lie over the editor
  };
  const services: Services = {
    client,
    workbench,
    context,
    commands: registry,
    notifications: createNotificationsStore(),
    dialogs: createDialogsStore(),
    handles: createEditorHandles(),
    session: createSessionStore(client),
    settings,
    desktop: page.lakebookDesktop,
    focusEditor: () => focusEditor(page.document),
    showView: (location, viewId) => {
      workbench.getState().showView(location, viewId);
      page.requestAnimationFrame(() => focusRegion(page.document, location));
    },
    openEditor,
    openPath: (path, kind) => openEditor({ kind: kind ?? findEditor(editors, path)?.kind ?? 'text', path }),
  };
  disposables.add(followTheme(page, settings));
  disposables.add(trackFocus(page.document, context));
  disposables.add(followContext(page.document, services, editorOf));
  disposables.add(listenToKeys(page, registry, context));
  disposables.add(keepStored(client, workbench, settings));
  const stopMenu = page.lakebookDesktop?.onCommand((id) => registry.runFirst([id]));
  if (stopMenu !== undefined) disposables.add({ dispose: stopMenu });
  return { services, features, dock, editorOf, dispose: () => disposables.dispose() };
}
