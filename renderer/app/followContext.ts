import { DisposableStore, type Disposable } from '../../kernel/base/disposable.ts';
import type { EditorContribution } from '../state/contribution.ts';
import type { Services } from '../state/services.ts';
import { buildTitles, documentTitle } from './editorTitles.ts';

/** Keeps the context of commands and the window's title true to the stores. */
export function followContext(page: Document, services: Services, editorOf: (kind: string) => EditorContribution | undefined): Disposable {
  const { workbench, session, dialogs, context } = services;
  const update = (): void => {
    const { editors, activeEditorId } = workbench.getState();
    const hello = session.getState().hello;
    const active = editors.find((editor) => editor.id === activeEditorId);
    context.setState({
      activeEditorKind: active?.input.kind,
      activeEditorDirty: active?.dirty ?? false,
      overlayOpen: dialogs.getState().dialog !== undefined,
      desktop: services.desktop !== undefined,
      workspaceReadOnly: hello?.workspace.readOnly ?? false,
    });
    const title = active === undefined ? undefined : (buildTitles(editors, editorOf).get(active.id) ?? '');
    page.title = documentTitle(active === undefined || title === undefined ? undefined : { title, dirty: active.dirty }, hello?.workspace.name);
  };
  const disposables = new DisposableStore();
  for (const store of [workbench, session, dialogs]) disposables.add({ dispose: store.subscribe(update) });
  update();
  return disposables;
}
