import type { ResultColumn } from '../../kernel/rpc/results.ts';
import { ContextMenu } from '../ui/Menu.tsx';
import { CellInspector } from './CellInspector.tsx';
import type { Cell } from './cellText.ts';
import type { CopyFormat } from './copyText.ts';
import { nextFilter, withoutFilter, type ViewQuery } from './filterOps.ts';
import { FilterDialog } from './FilterDialog.tsx';
import { GoToRowDialog } from './GoToRowDialog.tsx';
import { buildCellMenu, buildColumnMenu } from './gridMenus.ts';
import type { CellRef } from './selection.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What is open over a grid. */
export type Overlay =
  | { readonly kind: 'columnMenu'; readonly column: number; readonly at: Point }
  | { readonly kind: 'cellMenu'; readonly at: Point }
  | { readonly kind: 'filter'; readonly column: number }
  | { readonly kind: 'goToRow' }
  | { readonly kind: 'inspect'; readonly cell: CellRef };

export interface GridOverlaysProps {
  readonly overlay: Overlay;
  readonly columns: readonly ResultColumn[];
  readonly rows: number;
  readonly query: ViewQuery;
  /** Why the order cannot change now; undefined where it can. */
  readonly locked: string | undefined;
  readonly focus: CellRef;
  /** Absent where it has not arrived. */
  readonly focusCell: Cell | undefined;
  /** Opens another one in its place. */
  readonly onOverlay: (overlay: Overlay) => void;
  /** Closes this one; a menu says so also after one of its items opened another. */
  readonly onClose: (overlay: Overlay) => void;
  readonly onQuery: (query: ViewQuery) => void;
  readonly onSelectColumn: (column: number) => void;
  readonly onAutoSize: (column: number) => void;
  readonly onCopy: (format: CopyFormat) => void;
  readonly onCopyText: (text: string) => void;
  readonly onGoToRow: (row: number) => void;
  readonly loadCell: (cell: CellRef, signal: AbortSignal) => Promise<string | null>;
}

/** Menus and dialogs of a grid; one at a time. */
export function GridOverlays(props: GridOverlaysProps) {
  const { overlay, columns, rows, focus, onClose, onGoToRow } = props;
  const close = (): void => onClose(overlay);
  switch (overlay.kind) {
    case 'columnMenu':
      return <ColumnMenu {...props} overlay={overlay} onClose={close} />;
    case 'cellMenu':
      return <CellMenu {...props} overlay={overlay} onClose={close} />;
    case 'filter':
      return <ColumnFilter {...props} overlay={overlay} onClose={close} />;
    case 'goToRow':
      return <GoToRowDialog rows={rows} onGo={onGoToRow} onClose={close} />;
    case 'inspect': {
      const { row, column } = overlay.cell;
      const head = columns[column];
      if (head === undefined) return null;
      return <CellInspector key={`${row}:${column}:${focus.row}`} column={head} row={row} load={(signal) => props.loadCell(overlay.cell, signal)} onCopy={props.onCopyText} onClose={close} />;
    }
  }
}

type OverlayOf<Kind extends Overlay['kind']> = Omit<GridOverlaysProps, 'overlay' | 'onClose'> & { readonly overlay: Extract<Overlay, { kind: Kind }>; readonly onClose: () => void };

function ColumnMenu({ overlay: { column: index, at }, columns, query, locked, onOverlay, onQuery, onSelectColumn, onAutoSize, onCopyText, onClose }: OverlayOf<'columnMenu'>) {
  const column = columns[index];
  if (column === undefined) return null;
  const entries = buildColumnMenu({
    index,
    column,
    query,
    locked,
    onQuery,
    onFilter: () => onOverlay({ kind: 'filter', column: index }),
    onSelect: () => onSelectColumn(index),
    onAutoSize: () => onAutoSize(index),
    onCopyName: () => onCopyText(column.name),
  });
  return <ContextMenu label={`Column ${column.name}`} at={at} entries={entries} onClose={onClose} />;
}

function CellMenu({ overlay: { at }, columns, query, locked, focus, focusCell, onOverlay, onQuery, onCopy, onClose }: OverlayOf<'cellMenu'>) {
  const entries = buildCellMenu({
    index: focus.column,
    column: columns[focus.column],
    cell: focusCell,
    query,
    locked,
    onQuery,
    onCopy,
    onInspect: () => onOverlay({ kind: 'inspect', cell: focus }),
  });
  return <ContextMenu label="Cell" at={at} entries={entries} onClose={onClose} />;
}

function ColumnFilter({ overlay: { column: index }, columns, query, onQuery, onClose }: OverlayOf<'filter'>) {
  const column = columns[index];
  if (column === undefined) return null;
  return (
    <FilterDialog
      index={index}
      column={column}
      filter={query.filters.find((filter) => filter.column === index)}
      onApply={(filter) => onQuery(nextFilter(query, filter))}
      onClear={() => onQuery(withoutFilter(query, index))}
      onClose={onClose}
    />
  );
}
