import { Actions, DockLocation, Model, TabNode, TabSetNode, type IJsonModel, type IJsonTabNode } from 'flexlayout-react';
import type { OpenEditor } from '../state/workbench.ts';

/** How the docking library behaves here: no borders, pop-outs or renaming; each editor scrolls itself. Sizes are pixels. */
const GLOBAL: NonNullable<IJsonModel['global']> = {
  tabEnableRename: false,
  tabEnablePopout: false,
  tabEnableScrollbars: false,
  tabSetEnableMaximize: false,
  tabSetMinWidth: 160,
  tabSetMinHeight: 120,
};

const EMPTY: IJsonModel = { global: GLOBAL, borders: [], layout: { type: 'row', children: [{ type: 'tabset', children: [] }] } };

/** The stored dock if it is one, else a single empty group; then exactly the open editors. */
export function buildDock(stored: unknown, editors: readonly OpenEditor[], activeEditorId: string | undefined, titleOf: (editor: OpenEditor) => string): Model {
  const model = parseDock(stored);
  syncDock(model, editors, activeEditorId, titleOf);
  return model;
}

function parseDock(stored: unknown): Model {
  try {
    return Model.fromJson({ ...(stored as IJsonModel), global: GLOBAL, borders: [] });
  } catch {
    return Model.fromJson(EMPTY);
  }
}

/** Brings the dock to the open editors: closes and adds tabs, and selects the active one. Does nothing where it agrees. */
export function syncDock(model: Model, editors: readonly OpenEditor[], activeEditorId: string | undefined, titleOf: (editor: OpenEditor) => string): void {
  const open = new Map(editors.map((editor) => [editor.id, editor]));
  for (const id of listTabIds(model)) if (!open.has(id)) model.doAction(Actions.deleteTab(id));
  const present = new Set(listTabIds(model));
  for (const editor of editors) {
    const title = titleOf(editor);
    const tab = model.getNodeById(editor.id);
    if (!present.has(editor.id)) addTab(model, { type: 'tab', id: editor.id, name: title, component: editor.input.kind, helpText: editor.input.path });
    else if (tab instanceof TabNode && (tab.getName() !== title || tab.getHelpText() !== editor.input.path)) model.doAction(Actions.updateNodeAttributes(editor.id, { name: title, helpText: editor.input.path }));
  }
  if (activeEditorId !== undefined && activeTabId(model) !== activeEditorId && model.getNodeById(activeEditorId) !== undefined) model.doAction(Actions.selectTab(activeEditorId));
}

export function listTabIds(model: Model): readonly string[] {
  const ids: string[] = [];
  model.visitNodes((node) => {
    if (node instanceof TabNode) ids.push(node.getId());
  });
  return ids;
}

/** The tabs in front of their groups. */
export function listVisibleTabIds(model: Model): readonly string[] {
  const ids: string[] = [];
  model.visitNodes((node) => {
    const selected = node instanceof TabSetNode ? node.getSelectedNode() : undefined;
    if (selected instanceof TabNode) ids.push(selected.getId());
  });
  return ids;
}

/** The tab in front of the active group. */
export function activeTabId(model: Model): string | undefined {
  const selected = model.getActiveTabset()?.getSelectedNode();
  return selected instanceof TabNode ? selected.getId() : undefined;
}

/** Moves the tab into a new group beside its own. */
export function splitTab(model: Model, id: string, direction: 'right' | 'down'): void {
  const parent = model.getNodeById(id)?.getParent();
  if (!(parent instanceof TabSetNode) || parent.getChildren().length < 2) return;
  model.doAction(Actions.moveNode(id, parent.getId(), direction === 'right' ? DockLocation.RIGHT : DockLocation.BOTTOM, -1));
}

/** The tab `step` places on within its group, around the ends. */
export function neighbourTabId(model: Model, id: string, step: 1 | -1): string | undefined {
  const siblings = model.getNodeById(id)?.getParent()?.getChildren() ?? [];
  const index = siblings.findIndex((node) => node.getId() === id);
  return siblings[(index + step + siblings.length) % siblings.length]?.getId();
}

function addTab(model: Model, tab: IJsonTabNode): void {
  const group = model.getActiveTabset() ?? model.getFirstTabSet();
  if (group === undefined) return;
  const selected = group.getSelected();
  model.doAction(Actions.addTab(tab, group.getId(), DockLocation.CENTER, selected < 0 ? -1 : selected + 1, false));
}
