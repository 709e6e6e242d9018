import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type KeyboardEvent, type RefObject } from 'react';
import type { ResultColumn } from '../../kernel/rpc/results.ts';
import type { ChangeMarks } from './changeMarks.ts';
import { columnAt, type ColumnLayout } from './columnLayout.ts';
import type { ViewQuery } from './filterOps.ts';
import { GridHeader } from './GridHeader.tsx';
import { GridScroller, type GridExtent } from './gridScroller.ts';
import { commandOfKey, type GridCommand } from './gridKeys.ts';
import { countText } from './gridMessages.ts';
import { cellId, GridRow } from './GridRow.tsx';
import { wantedBlocks } from './pageBlocks.ts';
import type { PageStore } from './pageStore.ts';
import { spacerPx, type Range } from './scrollMapping.ts';
import { cellCount, selectColumn, selectedRectangle, type CellRef, type GridSelection, type Rectangle } from './selection.ts';
import { useElementSize } from './useElementSize.ts';
import { useGridPointer, type GridPlace } from './useGridPointer.ts';
import styles from './grid.module.css';

const ROW_PX = 24;
const HEADER_PX = 40;

export interface GridCanvasProps {
  readonly gridId: string;
  readonly ariaLabel: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: number;
  /** Without filters: decides the width of row numbers, so that a filter moves no column. */
  readonly totalRows: number;
  readonly store: PageStore;
  readonly layout: ColumnLayout;
  readonly query: ViewQuery;
  readonly selection: GridSelection;
  readonly marks: ChangeMarks | undefined;
  /** The shown rows are about to be replaced. */
  readonly dimmed: boolean;
  readonly handle: RefObject<GridCanvasHandle | null>;
  readonly onSelect: (selection: GridSelection) => void;
  readonly onCommand: (command: GridCommand) => void;
  readonly onResize: (column: number, widthPx: number) => void;
  readonly onAutoSize: (column: number) => void;
  readonly onToggleSort: (column: number, keepOthers: boolean) => void;
  readonly onColumnMenu: (column: number) => void;
  readonly onCellMenu: (at: { readonly x: number; readonly y: number }) => void;
}

/** What the grid's owner may ask of the part that scrolls. */
export interface GridCanvasHandle {
  show(cell: CellRef): void;
  focus(): void;
  /** Rows that show; at least one. */
  visibleRows(): Range;
}

/** The scrolling part of a grid: head, rows and the selection in them. */
export function GridCanvas(props: GridCanvasProps) {
  const { gridId, columns, rows, store, layout, marks, selection, onSelect, onCommand } = props;
  const gutterPx = Math.max(44, countText(Math.max(rows, props.totalRows, 1)).length * 7 + 18);
  const scroller = useRef<HTMLDivElement>(null);
  const size = useElementSize(scroller);
  const extent: GridExtent = useMemo(
    () => ({ rows, rowPx: ROW_PX, viewPx: Math.max(0, size.height - HEADER_PX), viewWidthPx: Math.max(0, size.width - gutterPx), layout }),
    [rows, size, gutterPx, layout],
  );
  const [scroll] = useState(() => new GridScroller());
  const window = useSyncExternalStore(scroll.subscribe, scroll.window);
  const layer = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (scroller.current === null || layer.current === null) return;
    const attached = scroll.attach(scroller.current, layer.current);
    return () => attached.dispose();
  }, [scroll]);
  useLayoutEffect(() => scroll.setExtent(extent), [scroll, extent]);
  useLayoutEffect(() => scroll.place(), [scroll, window]);

  const columnCount = columns.length;
  useEffect(() => {
    const totals = { rows, columns: columnCount };
    const shown = wantedBlocks(window.rows, window.columns, totals);
    // The column that tells what became of a row is needed wherever the view stands.
    const telling = marks === undefined ? [] : wantedBlocks(window.rows, { from: marks.change, to: marks.change + 1 }, totals);
    store.want([...shown, ...telling], totals);
  }, [store, window, rows, columnCount, marks]);

  useImperativeHandle(
    props.handle,
    () => ({
      show: ({ row, column }) => {
        scroll.showRow(row);
        scroll.showColumn(column);
      },
      focus: () => scroller.current?.focus({ preventScroll: true }),
      visibleRows: () => ({ from: window.rows.from, to: Math.max(window.rows.to, window.rows.from + 1) }),
    }),
    [scroll, window],
  );

  const placeAt = (clientX: number, clientY: number): GridPlace | undefined => {
    const element = scroller.current;
    if (element === null || rows === 0) return undefined;
    const { left, top } = element.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    if (x > element.clientWidth || y > element.clientHeight) return undefined; // a scrollbar
    const row = Math.floor((y - HEADER_PX + scroll.y) / ROW_PX);
    const cell = { row: Math.min(Math.max(row, 0), rows - 1), column: columnAt(layout, x - gutterPx + element.scrollLeft) };
    return { part: x < gutterPx ? 'gutter' : 'cell', inside: y >= HEADER_PX && row < rows, cell };
  };
  const pointer = useGridPointer({ placeAt, selection, onSelect, onInspect: () => onCommand({ kind: 'inspect' }), onMenu: props.onCellMenu });

  const onKeyDown = (event: KeyboardEvent): void => {
    const command = commandOfKey(event);
    if (command === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onCommand(command);
  };

  const area = selectedRectangle(selection, { rows, columns: columnCount });
  const { focus } = selection;
  const activeShows = rows > 0 && focus.row >= window.rows.from && focus.row < window.rows.to && focus.column >= window.columns.from && focus.column < window.columns.to;
  const slots = Math.ceil(extent.viewPx / ROW_PX) + 2;
  const gridRows = [];
  for (let row = window.rows.from; row < Math.min(window.rows.to, rows); row++) {
    const inArea = row >= area.rowFrom && row < area.rowTo;
    gridRows.push(
      <GridRow
        key={row % slots} // rows that leave lend their elements to those that come
        gridId={gridId}
        row={row}
        topPx={(row - window.baseRow) * ROW_PX}
        columns={window.columns}
        layout={layout}
        gutterPx={gutterPx}
        store={store}
        version={store.versionOfRow(row)}
        selectedFrom={inArea ? area.columnFrom : 0}
        selectedTo={inArea ? area.columnTo : 0}
        wholeRowSelected={inArea && selection.kind === 'rows'}
        activeColumn={row === focus.row ? focus.column : -1}
        marks={marks}
      />,
    );
  }
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.ariaLabel}
      aria-rowcount={rows + 1}
      aria-colcount={columnCount + 1}
      aria-multiselectable="true"
      {...(activeShows ? { 'aria-activedescendant': cellId(gridId, focus.row, focus.column) } : {})}
      tabIndex={0}
      data-owns-keys=""
      className={styles['scroller']}
      data-dimmed={props.dimmed || undefined}
      data-single={cellCount(area) === 1 || undefined}
      onKeyDown={onKeyDown}
      {...pointer}
    >
      <div role="presentation" className={styles['spacer']} style={{ height: spacerPx(extent) + HEADER_PX, width: gutterPx + layout.widthPx }}>
        <GridHeader
          gridId={gridId}
          columns={columns}
          range={window.columns}
          layout={layout}
          gutterPx={gutterPx}
          query={props.query}
          selected={wholeColumns(selection, area)}
          onSelectAll={() => onCommand({ kind: 'selectAll' })}
          onSelectColumn={(column, extend) => onSelect(extend && selection.kind === 'columns' ? { ...selection, focus: { ...focus, column } } : selectColumn(column, window.rows.from))}
          onResize={props.onResize}
          onAutoSize={props.onAutoSize}
          onToggleSort={props.onToggleSort}
          onMenu={props.onColumnMenu}
        />
        <div ref={layer} role="rowgroup" className={styles['layer']}>
          {gridRows}
        </div>
      </div>
    </div>
  );
}

function wholeColumns(selection: GridSelection, area: Rectangle): Range {
  return selection.kind === 'columns' ? { from: area.columnFrom, to: area.columnTo } : { from: 0, to: 0 };
}
