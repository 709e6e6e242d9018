import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { baseName, parentPath } from '../../state/editorInput.ts';
import { useServices, useWorkbench } from '../../state/services.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FileIcon } from '../../ui/FileIcon.tsx';
import { InlineInput } from '../../ui/InlineInput.tsx';
import { ContextMenu } from '../../ui/Menu.tsx';
import { Tree, type TreePoint } from '../../ui/Tree.tsx';
import { buildExplorerMenu } from './explorerMenu.ts';
import { explorerOf, type Explorer } from './explorer.ts';
import { buildExplorerRows, checkName, freeName, type ExplorerRow, type ExplorerState, type NameEdit } from './explorerState.ts';
import styles from './ExplorerView.module.css';

/** The workspace's files. */
export function ExplorerView() {
  const services = useServices();
  const explorer = explorerOf(services);
  const state = useStore(explorer.store);
  const rows = useMemo(() => buildExplorerRows(state), [state]);
  const openPath = useWorkbench(({ editors, activeEditorId }) => editors.find((editor) => editor.id === activeEditorId)?.input.path);
  const [menu, setMenu] = useState<{ readonly row: ExplorerRow | undefined; readonly at: TreePoint }>();

  if (state.folders.has('') && rows.length === 0) {
    return (
      <EmptyState icon="folder-opened" title="The folder is empty" hint="Make a notebook to begin, or open a folder with Delta tables.">
        <Button variant="primary" onPress={() => services.commands.run('explorer.newNotebook')}>
          New Notebook
        </Button>
        <Button onPress={() => services.commands.run('workspace.openFolder')}>Open Folder…</Button>
      </EmptyState>
    );
  }
  const rowOf = (id: string | undefined): ExplorerRow | undefined => rows.find((row) => row.id === id);
  return (
    <>
      <Tree
        label="Files"
        rows={rows}
        focusedId={state.focusedPath}
        selectedId={openPath}
        onFocus={explorer.focus}
        onToggle={explorer.toggle}
        onOpen={(id, how) => {
          const row = rowOf(id);
          if (row === undefined || row.editing) return;
          explorer.open(row.path, row.kind);
          if (how === 'enter') services.focusEditor();
        }}
        onContextMenu={(id, at) => setMenu({ row: rowOf(id), at })}
        renderRow={(row) => <RowContent row={row} state={state} explorer={explorer} />}
      />
      <ContextMenu label="File actions" at={menu?.at} entries={menu === undefined ? [] : buildExplorerMenu(services, explorer, menu.row)} onClose={() => setMenu(undefined)} />
    </>
  );
}

function RowContent({ row, state, explorer }: { readonly row: ExplorerRow; readonly state: ExplorerState; readonly explorer: Explorer }) {
  return (
    <>
      <FileIcon name={row.label} kind={row.kind} open={row.expanded === true} />
      {row.editing && state.edit !== undefined ? <NameField edit={state.edit} state={state} explorer={explorer} /> : <span className={styles['name']}>{row.label}</span>}
    </>
  );
}

function NameField({ edit, state, explorer }: { readonly edit: NameEdit; readonly state: ExplorerState; readonly explorer: Explorer }) {
  const own = edit.kind === 'rename' ? baseName(edit.path) : undefined;
  const folder = edit.kind === 'rename' ? parentPath(edit.path) : edit.folder;
  return (
    <InlineInput
      label={edit.kind === 'rename' ? 'New name' : `Name of the new ${edit.what}`}
      value={own ?? suggestedName(edit, state)}
      validate={(name) => checkName(state, folder, name, own)}
      onCommit={(name) => void explorer.finishEdit(edit, withExtension(edit, name))}
      onCancel={explorer.cancelEdit}
    />
  );
}

function suggestedName(edit: NameEdit, state: ExplorerState): string {
  return edit.kind === 'create' && edit.what === 'notebook' ? freeName(state, edit.folder, 'Untitled', '.ipynb') : '';
}

/** A new notebook is one by its name. */
function withExtension(edit: NameEdit, name: string): string {
  return edit.kind === 'create' && edit.what === 'notebook' && !name.endsWith('.ipynb') ? `${name}.ipynb` : name;
}
