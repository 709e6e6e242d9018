/** A cell by its place in the shown order. */
export interface CellRef {
  readonly row: number;
  readonly column: number;
}

/** What is selected: the rectangle between two cells, whole rows, or whole columns. `focus` is the active cell. */
export interface GridSelection {
  readonly kind: 'cells' | 'rows' | 'columns';
  /** Where it began. */
  readonly anchor: CellRef;
  readonly focus: CellRef;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

/** Ends are behind the last. */
export interface Rectangle {
  readonly rowFrom: number;
  readonly rowTo: number;
  readonly columnFrom: number;
  readonly columnTo: number;
}

export const FIRST_CELL: GridSelection = selectCell({ row: 0, column: 0 });

export function selectCell(cell: CellRef): GridSelection {
  return { kind: 'cells', anchor: cell, focus: cell };
}

/** The same beginning, up to `focus`. */
export function extendTo(selection: GridSelection, focus: CellRef): GridSelection {
  return { ...selection, focus };
}

export function selectRow(row: number, column: number): GridSelection {
  return { kind: 'rows', anchor: { row, column }, focus: { row, column } };
}

export function selectColumn(column: number, row: number): GridSelection {
  return { kind: 'columns', anchor: { row, column }, focus: { row, column } };
}

export function selectAll(selection: GridSelection, size: GridSize): GridSelection {
  return { kind: 'rows', anchor: { row: 0, column: selection.focus.column }, focus: { row: Math.max(0, size.rows - 1), column: selection.focus.column } };
}

/** The cells that are selected. */
export function selectedRectangle({ kind, anchor, focus }: GridSelection, size: GridSize): Rectangle {
  const rows = { rowFrom: Math.min(anchor.row, focus.row), rowTo: Math.min(size.rows, Math.max(anchor.row, focus.row) + 1) };
  const columns = { columnFrom: Math.min(anchor.column, focus.column), columnTo: Math.min(size.columns, Math.max(anchor.column, focus.column) + 1) };
  switch (kind) {
    case 'cells':
      return { ...rows, ...columns };
    case 'rows':
      return { ...rows, columnFrom: 0, columnTo: size.columns };
    case 'columns':
      return { ...columns, rowFrom: 0, rowTo: size.rows };
  }
}

export function cellCount({ rowFrom, rowTo, columnFrom, columnTo }: Rectangle): number {
  return Math.max(0, rowTo - rowFrom) * Math.max(0, columnTo - columnFrom);
}

/** The selection after the result became smaller (a filter), inside it. */
export function clampSelection(selection: GridSelection, size: GridSize): GridSelection {
  const clamp = ({ row, column }: CellRef): CellRef => ({ row: Math.max(0, Math.min(row, size.rows - 1)), column: Math.max(0, Math.min(column, size.columns - 1)) });
  const anchor = clamp(selection.anchor);
  const focus = clamp(selection.focus);
  const same = equalCells(anchor, selection.anchor) && equalCells(focus, selection.focus);
  return same ? selection : { kind: selection.kind, anchor, focus };
}

export function equalCells(left: CellRef, right: CellRef): boolean {
  return left.row === right.row && left.column === right.column;
}

export type Move = 'up' | 'down' | 'left' | 'right' | 'pageUp' | 'pageDown' | 'rowStart' | 'rowEnd' | 'columnStart' | 'columnEnd' | 'gridStart' | 'gridEnd';

/** @param pageRows rows that show at once */
export function moveCell({ row, column }: CellRef, move: Move, size: GridSize, pageRows: number): CellRef {
  const lastRow = Math.max(0, size.rows - 1);
  const lastColumn = Math.max(0, size.columns - 1);
  switch (move) {
    case 'up':
      return { row: Math.max(0, row - 1), column };
    case 'down':
      return { row: Math.min(lastRow, row + 1), column };
    case 'left':
      return { row, column: Math.max(0, column - 1) };
    case 'right':
      return { row, column: Math.min(lastColumn, column + 1) };
    case 'pageUp':
      return { row: Math.max(0, row - pageRows), column };
    case 'pageDown':
      return { row: Math.min(lastRow, row + pageRows), column };
    case 'rowStart':
      return { row, column: 0 };
    case 'rowEnd':
      return { row, column: lastColumn };
    case 'columnStart':
      return { row: 0, column };
    case 'columnEnd':
      return { row: lastRow, column };
    case 'gridStart':
      return { row: 0, column: 0 };
    case 'gridEnd':
      return { row: lastRow, column: lastColumn };
  }
}
