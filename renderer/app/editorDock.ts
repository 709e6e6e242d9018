import type { Model } from 'flexlayout-react';
import type { Disposable } from '../../kernel/base/disposable.ts';
import type { OpenEditor, WorkbenchStore } from '../state/workbench.ts';
import { activeTabId, buildDock, listTabIds, listVisibleTabIds, syncDock } from './dockModel.ts';

/** The docking library's model, kept equal to the workbench's open editors in both directions. */
export interface EditorDock extends Disposable {
  readonly model: Model;
}

/**
 * The store says what is open and active, the model where it stands. Each follows the other; a change that came from
 * here does not come back.
 */
export function createEditorDock(store: WorkbenchStore, titlesOf: (editors: readonly OpenEditor[]) => ReadonlyMap<string, string>): EditorDock {
  const titleIn = (editors: readonly OpenEditor[]) => {
    const titles = titlesOf(editors);
    return (editor: OpenEditor): string => titles.get(editor.id) ?? editor.id;
  };
  const { dock, editors, activeEditorId } = store.getState();
  const model = buildDock(dock, editors, activeEditorId, titleIn(editors));
  let syncing = false;

  const report = (): void => {
    store.getState().dockChanged({ dock: model.toJson(), editorIds: listTabIds(model), visibleEditorIds: listVisibleTabIds(model), activeEditorId: activeTabId(model) });
  };
  const onModel = (): void => {
    if (!syncing) report();
  };
  model.addChangeListener(onModel);
  const unsubscribe = store.subscribe((state, before) => {
    if (syncing || (state.editors === before.editors && state.activeEditorId === before.activeEditorId)) return;
    syncing = true;
    syncDock(model, state.editors, state.activeEditorId, titleIn(state.editors));
    syncing = false;
    report();
  });
  return {
    model,
    dispose: () => {
      unsubscribe();
      model.removeChangeListener(onModel);
    },
  };
}
