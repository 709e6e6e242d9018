import { memo, useLayoutEffect, useState, type DragEvent, type MouseEvent } from 'react';
import { useStore } from 'zustand';
import type { CellEditorHost } from '../../../editor/cellEditorHost.ts';
import { CellEditor } from '../../../editor/CellEditor.tsx';
import { cellSource } from '../../../../kernel/notebook/notebookDocument.ts';
import { editorLanguage, kindOf } from '../model/cellKinds.ts';
import { areOutputsHidden } from '../session/notebookController.ts';
import type { CellSummary } from '../session/notebookState.ts';
import { CellOutputs } from '../outputs/CellOutputs.tsx';
import { CellGutter } from './CellGutter.tsx';
import { CellStatus } from './CellStatus.tsx';
import { CellToolbar } from './CellToolbar.tsx';
import { cellLabel } from './cellLabel.ts';
import { InsertBar } from './InsertBar.tsx';
import { MarkdownView } from './MarkdownView.tsx';
import { useNotebookState, useNotebookView, useSource } from './notebookContext.ts';
import { useRunErrors } from './useRunErrors.ts';
import { DRAG_TYPE, dropIndex } from './cellDrag.ts';
import styles from './notebook.module.css';

export interface CellProps {
  readonly cell: CellSummary;
  readonly index: number;
  readonly count: number;
  readonly active: boolean;
  readonly selected: boolean;
  /** The keyboard is in its text. */
  readonly editing: boolean;
  /** The live editor belongs here. */
  readonly live: boolean;
}

/** One cell: its text, how its run does, and its outputs. */
export const Cell = memo(function Cell({ cell, index, count, active, selected, editing, live }: CellProps) {
  const view = useNotebookView();
  const notebook = view.controller;
  const editor = useStore(view.store, (state) => state.editor);
  const state = useNotebookState(({ states }) => states.get(cell.id));
  const requested = useNotebookState((all) => all.requested.has(cell.id));
  const [hovered, setHovered] = useState(false);
  const [drop, setDrop] = useState<'above' | 'below'>();
  const host = live && (cell.type !== 'markdown' || editing) ? editor : undefined;

  useRunErrors(host, cell.id, state);
  useLayoutEffect(() => {
    if (host !== undefined && editing) view.editorArrived(cell.id);
  }, [host, editing, cell.id, view]);

  const select = (event: MouseEvent): void => {
    const inText = event.target instanceof Element && event.target.closest('[data-live-editor]') !== null;
    if (event.button !== 0 || inText || event.defaultPrevented) return;
    notebook.select(cell.id, event.shiftKey);
    const own = event.target instanceof Element && event.target.closest('button,a,input,select,textarea,[role="grid"],[tabindex="0"]:not([data-cell])') !== null;
    if (!own) notebook.surface.focusCell();
  };
  const dragOver = (event: DragEvent<HTMLElement>): void => {
    if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    setDrop(event.clientY < box.top + box.height / 2 ? 'above' : 'below');
  };
  const dropped = (event: DragEvent<HTMLElement>): void => {
    const ids = event.dataTransfer.getData(DRAG_TYPE);
    setDrop(undefined);
    if (ids === '') return;
    event.preventDefault();
    notebook.moveTo(JSON.parse(ids) as string[], dropIndex(index, drop));
  };

  const code = cell.type !== 'markdown';
  return (
    <div
      role="listitem"
      aria-setsize={count}
      aria-posinset={index + 1}
      className={styles['cellRow']}
      data-drop={drop}
      onDragOver={dragOver}
      onDragLeave={(event) => event.currentTarget.contains(event.relatedTarget as Node | null) || setDrop(undefined)}
      onDrop={dropped}
    >
      <InsertBar index={index} afterId={notebook.session.order[index - 1]} />
      <div
        data-cell={cell.id}
        role="group"
        tabIndex={active && !editing ? 0 : -1}
        aria-label={cellLabel(cell, index, count, state?.run, requested)}
        aria-current={active}
        className={styles['cell']}
        data-active={active || undefined}
        data-selected={(selected && !active) || undefined}
        data-editing={editing || undefined}
        onMouseDown={select}
        onMouseEnter={() => setHovered(true)}
        onMouseLeave={() => setHovered(false)}
      >
        <CellGutter cell={cell} run={state?.run} requested={requested} active={active} />
        <div className={styles['cellMain']}>
          {(active || hovered) && <CellToolbar cell={cell} />}
          {code || host !== undefined ? (
            <div className={styles['codeBox']} data-running={state?.run.kind === 'running' || undefined}>
              <CellText cell={cell} index={index} host={host} />
              <CellStatus cell={cell} state={state} requested={requested} />
            </div>
          ) : (
            <MarkdownView cell={cell} onEdit={() => notebook.edit({ kind: 'end' }, cell.id)} />
          )}
          {cell.type === 'code' && <CellOutputs cell={cell} state={state} requested={requested} hidden={areOutputsHidden(cell)} />}
        </div>
      </div>
    </div>
  );
});

interface CellTextProps extends Pick<CellProps, 'cell' | 'index'> {
  readonly host: CellEditorHost | undefined;
}

function CellText({ cell, index, host }: CellTextProps) {
  const view = useNotebookView();
  const { session } = view;
  const lineNumbers = useNotebookState((state) => state.lineNumbers);
  const text = cellSource(session.document, cell.id);
  if (text === undefined) return null;
  const shared = {
    cellId: cell.id, text, lineNumbers, host, readOnly: false,
    language: editorLanguage(cell), wrap: cell.type === 'markdown', ariaLabel: `Cell ${index + 1}, ${kindOf(cell).label}`,
    onPress: (event: { readonly clientX: number; readonly clientY: number; readonly shiftKey: boolean }) => {
      if (event.shiftKey) session.update({ selection: { anchorId: session.state.selection?.anchorId ?? cell.id, activeId: cell.id }, mode: 'command' });
      else view.press(cell.id, { kind: 'point', clientX: event.clientX, clientY: event.clientY });
    },
  };
  // The live editor holds the text itself: keys must not come back through React.
  return host === undefined ? <PaintedText {...shared} /> : <CellEditor {...shared} source="" />;
}

function PaintedText(props: Omit<Parameters<typeof CellEditor>[0], 'source'>) {
  return <CellEditor {...props} source={useSource(props.cellId)} />;
}
