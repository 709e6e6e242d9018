import { useState } from 'react';
import { Icon } from '../../../ui/Icon.tsx';
import { ContextMenu } from '../../../ui/Menu.tsx';
import type { MenuEntry } from '../../../ui/menuEntry.ts';
import { useServices } from '../../../state/services.ts';
import { areOutputsHidden, type NotebookController } from '../session/notebookController.ts';
import type { CellSummary } from '../session/notebookState.ts';
import { useNotebook } from './notebookContext.ts';
import styles from './notebook.module.css';

export interface CellToolbarProps {
  readonly cell: CellSummary;
}

/** What can be done with one cell, over its upper right corner. */
export function CellToolbar({ cell }: CellToolbarProps) {
  const notebook = useNotebook();
  const [menuAt, setMenuAt] = useState<{ readonly x: number; readonly y: number }>();
  const withCell = (action: (notebook: NotebookController) => void) => () => {
    if (!notebook.selectedIds.includes(cell.id)) notebook.select(cell.id);
    action(notebook);
  };
  return (
    <div className={styles['cellToolbar']} role="toolbar" aria-label="Cell" onMouseDown={(event) => event.preventDefault()}>
      {cell.type === 'markdown' && <ToolButton icon="edit" label="Edit" onClick={() => notebook.edit({ kind: 'end' }, cell.id)} />}
      <ToolButton icon="arrow-up" label="Move up" onClick={withCell((each) => each.move('up'))} />
      <ToolButton icon="arrow-down" label="Move down" onClick={withCell((each) => each.move('down'))} />
      <ToolButton icon="trash" label="Delete cell (D D)" onClick={withCell((each) => each.delete())} />
      <ToolButton
        icon="ellipsis"
        label="More actions"
        onClick={(event) => {
          if (!notebook.selectedIds.includes(cell.id)) notebook.select(cell.id);
          const box = event.currentTarget.getBoundingClientRect();
          setMenuAt({ x: box.left, y: box.bottom + 2 });
        }}
      />
      <CellMenu cell={cell} at={menuAt} onClose={() => setMenuAt(undefined)} />
    </div>
  );
}

function CellMenu({ cell, at, onClose }: { readonly cell: CellSummary; readonly at: { readonly x: number; readonly y: number } | undefined; readonly onClose: () => void }) {
  const { commands } = useServices();
  const notebook = useNotebook();
  if (at === undefined) return null;
  const item = (id: string, label: string, run: () => unknown, options: { readonly icon?: string; readonly danger?: boolean } = {}): MenuEntry => ({
    kind: 'item', id, label, keys: commands.keysText(`notebook.${id}`), run: () => void run(), ...options,
  });
  const code: readonly MenuEntry[] = [
    item('runAbove', 'Run all cells above', () => notebook.runAbove()),
    item('runBelow', 'Run this cell and all below', () => notebook.runBelow()),
    { kind: 'separator', id: 'afterRun' },
    item('toggleOutputs', areOutputsHidden(cell) ? 'Show outputs' : 'Collapse outputs', () => notebook.toggleOutputs()),
    item('clearOutputs', 'Clear outputs', () => notebook.session.clearOutputs(notebook.selectedIds)),
    { kind: 'separator', id: 'afterOutputs' },
  ];
  const entries: readonly MenuEntry[] = [
    ...(cell.type === 'code' ? code : []),
    item('cut', 'Cut', () => navigator.clipboard.writeText(notebook.cut()).catch(() => undefined)),
    item('copy', 'Copy', () => navigator.clipboard.writeText(notebook.copy()).catch(() => undefined)),
    item('pasteBelow', 'Paste below', () => notebook.paste('below')),
    { kind: 'separator', id: 'afterClipboard' },
    item('insertAbove', 'Insert cell above', () => notebook.insert('above')),
    item('insertBelow', 'Insert cell below', () => notebook.insert('below')),
    item('merge', 'Merge with the cell below', () => notebook.merge()),
    { kind: 'separator', id: 'beforeDelete' },
    item('delete', 'Delete', () => notebook.delete(), { icon: 'trash', danger: true }),
  ];
  return <ContextMenu label="Cell" entries={entries} at={at} onClose={onClose} />;
}

/** Plain buttons: a cell's toolbar comes and goes with the pointer, so it must be cheap. */
function ToolButton({ icon, label, onClick }: { readonly icon: string; readonly label: string; readonly onClick: (event: React.MouseEvent<HTMLElement>) => void }) {
  return (
    <button type="button" className={styles['toolButton']} aria-label={label} title={label} tabIndex={-1} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
