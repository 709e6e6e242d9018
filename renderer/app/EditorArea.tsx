import { Actions, Layout, TabNode, type Action, type BorderNode, type ITabRenderValues, type TabGroupNode, type TabSetNode } from 'flexlayout-react';
import { useState, type MouseEvent } from 'react';
import { useStore } from 'zustand';
import { useServices, useWorkbench } from '../state/services.ts';
import { ContextMenu } from '../ui/Menu.tsx';
import type { MenuEntry } from '../ui/menuEntry.ts';
import { FileIcon } from '../ui/FileIcon.tsx';
import { Icon } from '../ui/Icon.tsx';
import { closeEditors } from './closeEditors.ts';
import { commandEntry } from './commandEntry.ts';
import type { Workbench } from './createWorkbench.ts';
import { EditorPane } from './EditorPane.tsx';
import { EditorWatermark } from './EditorWatermark.tsx';
import styles from './EditorArea.module.css';

type DockNode = TabNode | TabSetNode | BorderNode | TabGroupNode;

/** The open editors in their groups: tabs that are dragged, split, moved and closed. */
export function EditorArea({ workbench }: { readonly workbench: Workbench }) {
  const { dock, editorOf } = workbench;
  const services = useServices();
  const empty = useWorkbench((state) => state.editors.length === 0);
  const [menu, setMenu] = useState<{ readonly editorId: string; readonly at: { readonly x: number; readonly y: number } }>();

  const onAction = (action: Action): Action | undefined => {
    if (action.type !== Actions.DELETE_TAB) return action;
    void closeEditors(services, [String(action.data['node'])]); // comes back through the store
    return undefined;
  };
  const onRenderTab = (node: TabNode, values: ITabRenderValues): void => {
    const icon = editorOf(node.getComponent() ?? '')?.icon;
    values.leading = icon === undefined ? <FileIcon name={node.getName()} kind="file" /> : <Icon name={icon} className={styles['tabIcon'] ?? ''} />;
    values.content = (
      <>
        {node.getName()}
        <DirtyMark editorId={node.getId()} />
      </>
    );
  };
  const onContextMenu = (node: DockNode, event: MouseEvent): void => {
    event.preventDefault();
    if (node instanceof TabNode) setMenu({ editorId: node.getId(), at: { x: event.clientX, y: event.clientY } });
  };
  const onAuxMouseClick = (node: DockNode, event: MouseEvent): void => {
    if (event.button === 1 && node instanceof TabNode) void closeEditors(services, [node.getId()]);
  };

  return (
    <main aria-label="Editors" data-region="editor" className={styles['area']}>
      <Layout
        model={dock.model}
        factory={(node) => <EditorPane editorId={node.getId()} editorOf={editorOf} />}
        onAction={onAction}
        onRenderTab={onRenderTab}
        onContextMenu={onContextMenu}
        onAuxMouseClick={onAuxMouseClick}
        onTabSetPlaceHolder={() => <EditorWatermark />}
        icons={{ close: <Icon name="close" />, more: () => <Icon name="chevron-down" /> }}
        invalidateTabContentOnParentRender={false}
        supportsPopout={false}
      />
      {empty ? <div className={styles['cover']}><EditorWatermark /></div> : null}
      <ContextMenu label="Editor" entries={menu === undefined ? [] : tabEntries(services, menu.editorId)} at={menu?.at} onClose={() => setMenu(undefined)} />
    </main>
  );
}

function DirtyMark({ editorId }: { readonly editorId: string }) {
  const { workbench } = useServices();
  const dirty = useStore(workbench, (state) => state.editors.some((editor) => editor.id === editorId && editor.dirty));
  return dirty ? <Icon name="circle-filled" label="Not saved" className={styles['dirty'] ?? ''} /> : null;
}

function tabEntries(services: ReturnType<typeof useServices>, editorId: string): readonly MenuEntry[] {
  const path = services.workbench.getState().editors.find((editor) => editor.id === editorId)?.input.path ?? '';
  return [
    { ...commandEntry(services, 'editor.close', editorId), label: 'Close' },
    { ...commandEntry(services, 'editor.closeOthers', editorId), label: 'Close Others' },
    { ...commandEntry(services, 'editor.closeAll'), label: 'Close All' },
    { kind: 'separator', id: 'paths' },
    { kind: 'item', id: 'copyPath', label: 'Copy Path', icon: 'copy', disabled: path === '', run: () => void navigator.clipboard.writeText(path) },
    { kind: 'separator', id: 'split' },
    commandEntry(services, 'editor.splitRight'),
    commandEntry(services, 'editor.splitDown'),
  ];
}
