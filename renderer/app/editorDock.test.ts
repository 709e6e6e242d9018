import { Actions, DockLocation } from 'flexlayout-react';
import { expect, it } from 'vitest';
import { createWorkbenchStore, INITIAL_WORKBENCH, type OpenEditor } from '../state/workbench.ts';
import { activeTabId, listTabIds, neighbourTabId, splitTab } from './dockModel.ts';
import { createEditorDock } from './editorDock.ts';

const titles = (editors: readonly OpenEditor[]) => new Map(editors.map((editor) => [editor.id, editor.input.path]));
function createDock(paths: readonly string[], dock?: unknown) {
  const store = createWorkbenchStore({ ...INITIAL_WORKBENCH, dock });
  const created = createEditorDock(store, titles);
  for (const path of paths) store.getState().openEditor({ kind: 'text', path });
  return { store, model: created.model };
}

it('tabs appear, become active and go with the store', () => {
  const { store, model } = createDock(['a', 'b', 'c']);
  expect([listTabIds(model), activeTabId(model)]).toEqual([['text:a', 'text:b', 'text:c'], 'text:c']);
  store.getState().closeEditor('text:c');
  store.getState().activateEditor('text:a');
  expect([listTabIds(model), activeTabId(model)]).toEqual([['text:a', 'text:b'], 'text:a']);
});

it('a new tab stands behind the active one', () => {
  const { store, model } = createDock(['a', 'b']);
  store.getState().activateEditor('text:a');
  store.getState().openEditor({ kind: 'text', path: 'c' });
  expect(listTabIds(model)).toEqual(['text:a', 'text:c', 'text:b']);
});

it('the store follows what is closed and selected in the dock', () => {
  const { store, model } = createDock(['a', 'b', 'c']);
  model.doAction(Actions.selectTab('text:a'));
  model.doAction(Actions.deleteTab('text:b'));
  expect([store.getState().editors.map(({ id }) => id), store.getState().activeEditorId]).toEqual([['text:a', 'text:c'], 'text:a']);
});

it('groups come back as they were stored', () => {
  const { store, model } = createDock(['a', 'b']);
  splitTab(model, 'text:b', 'right');
  const stored: unknown = JSON.parse(JSON.stringify(store.getState().dock));
  const again = createEditorDock(createWorkbenchStore({ ...INITIAL_WORKBENCH, dock: stored, editors: store.getState().editors, activeEditorId: 'text:a' }), titles);
  expect(again.model.getNodeById('text:a')?.getParent()).not.toBe(again.model.getNodeById('text:b')?.getParent());
  expect(activeTabId(again.model)).toBe('text:a');
});

it('a stored dock that is none gives one group with all tabs', () => {
  const { model } = createDock(['a', 'b'], { layout: 'broken' });
  expect(listTabIds(model)).toEqual(['text:a', 'text:b']);
});

it('a renamed file keeps its tab', () => {
  const { store, model } = createDock(['a', 'b']);
  store.getState().renamePath('a', 'x');
  expect([listTabIds(model), model.getNodeById('text:a')?.toJson()]).toMatchObject([['text:a', 'text:b'], { name: 'x' }]);
});

it('going to the next tab wraps around inside its group', () => {
  const { model } = createDock(['a', 'b', 'c']);
  const group = model.getNodeById('text:a')?.getParent();
  model.doAction(Actions.moveNode('text:c', group?.getId() ?? '', DockLocation.RIGHT, -1));
  expect([neighbourTabId(model, 'text:a', 1), neighbourTabId(model, 'text:b', 1), neighbourTabId(model, 'text:c', 1)]).toEqual(['text:b', 'text:a', 'text:c']);
});
