import type { DragEvent } from 'react';
import { Icon } from '../../../ui/Icon.tsx';
import type { CellRun } from '../../../../kernel/rpc/notebooks.ts';
import type { CellSummary } from '../session/notebookState.ts';
import { DRAG_TYPE } from './cellDrag.ts';
import { useNotebook } from './notebookContext.ts';
import styles from './notebook.module.css';

export interface CellGutterProps {
  readonly cell: CellSummary;
  readonly run: CellRun | undefined;
  readonly requested: boolean;
  readonly active: boolean;
}

/** Left of a cell: run or stop, the number of its run, and the handle to drag it by. */
export function CellGutter({ cell, run, requested, active }: CellGutterProps) {
  const notebook = useNotebook();
  const busy = requested || run?.kind === 'queued' || run?.kind === 'running';
  const startDrag = (event: DragEvent): void => {
    const ids = notebook.selectedIds.includes(cell.id) ? notebook.selectedIds : [cell.id];
    event.dataTransfer.setData(DRAG_TYPE, JSON.stringify(ids));
    event.dataTransfer.effectAllowed = 'move';
  };
  return (
    <div className={styles['gutter']}>
      {cell.type === 'code' && (
        <button
          type="button"
          className={styles['runButton']}
          data-busy={busy || undefined}
          aria-label={busy ? 'Interrupt' : 'Run cell'}
          title={busy ? 'Interrupt (I I)' : 'Run cell (Ctrl+Enter)'}
          tabIndex={active ? 0 : -1}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => void (busy ? notebook.session.interrupt() : notebook.run([cell.id]))}
        >
          <Icon name={busy ? 'debug-stop' : 'play'} />
        </button>
      )}
      {cell.type === 'code' && <span className={styles['count']} aria-hidden="true">{run?.kind === 'finished' && run.executionCount > 0 ? run.executionCount : ''}</span>}
      <span className={styles['handle']} draggable aria-hidden="true" title="Drag to move" onDragStart={startDrag}>
        <Icon name="gripper" />
      </span>
    </div>
  );
}
