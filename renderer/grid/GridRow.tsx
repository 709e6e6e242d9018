import { memo } from 'react';
import { isAlignedRight, type Cell } from './cellText.ts';
import { columnLeft, columnWidth, type ColumnLayout } from './columnLayout.ts';
import { countText, NOT_HERE } from './gridMessages.ts';
import { changeOfRow, isAbsent, isChanged, type ChangeMarks } from './changeMarks.ts';
import type { PageStore } from './pageStore.ts';
import type { Range } from './scrollMapping.ts';
import styles from './grid.module.css';

export interface GridRowProps {
  readonly gridId: string;
  readonly row: number;
  readonly topPx: number;
  readonly columns: Range;
  readonly layout: ColumnLayout;
  readonly gutterPx: number;
  readonly store: PageStore;
  /** {@link PageStore.versionOfRow}: the row is drawn again when it changes. */
  readonly version: number;
  /** Selected columns of this row; empty where none are. */
  readonly selectedFrom: number;
  readonly selectedTo: number;
  readonly wholeRowSelected: boolean;
  /** The active cell's column, or -1. */
  readonly activeColumn: number;
  /** Where the rows are changes of rows. */
  readonly marks: ChangeMarks | undefined;
}

const TEXT_MAX = 400;

export function cellId(gridId: string, row: number, column: number): string {
  return `${gridId}-r${row}-c${column}`;
}

/** One row: its number and the cells that show. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, topPx, columns, layout, gutterPx, store, marks, wholeRowSelected } = props;
  const cells = [];
  for (let column = columns.from; column < columns.to; column++) cells.push(<GridCell key={column} {...props} column={column} />);
  return (
    <div role="row" aria-rowindex={row + 2} className={styles['row']} data-odd={row % 2 === 1 || undefined} data-change={marks && changeOfRow(store, marks, row)} style={{ top: topPx, width: gutterPx + layout.widthPx }}>
      <div role="rowheader" aria-colindex={1} className={styles['gutter']} data-selected={wholeRowSelected || undefined} style={{ width: gutterPx }}>
        {countText(row + 1)}
      </div>
      {cells}
    </div>
  );
});

function GridCell({ gridId, row, column, layout, gutterPx, store, marks, selectedFrom, selectedTo, activeColumn }: GridRowProps & { readonly column: number }) {
  const found = store.find(row, column);
  const cell = found?.column.cell(found.row);
  const selected = column >= selectedFrom && column < selectedTo;
  return (
    <div
      role="gridcell"
      id={cellId(gridId, row, column)}
      aria-colindex={column + 2}
      aria-selected={selected}
      className={styles['cell']}
      data-kind={cell?.kind ?? 'missing'}
      data-align={found !== undefined && isAlignedRight(found.column.shape) ? 'end' : undefined}
      data-changed={(marks && isChanged(store, marks, row, column)) || undefined}
      data-active={column === activeColumn || undefined}
      style={{ left: gutterPx + columnLeft(layout, column), width: columnWidth(layout, column) }}
    >
      {cell === undefined ? NOT_HERE : marks && isAbsent(store, marks, row, column) ? '' : shownText(cell)}
    </div>
  );
}

/** One line of at most a few hundred characters; the inspector has the rest. */
function shownText({ kind, text }: Cell): string {
  if (kind === 'empty') return '""';
  const line = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
  return kind === 'text' ? line.replace(/\r\n|\r|\n/g, ' ↵ ').replaceAll('\t', ' ⇥ ') : line;
}
