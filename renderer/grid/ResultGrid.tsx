import { useCallback, useEffect, useEffectEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import type { ResultColumn } from '../../kernel/rpc/results.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import type { Cell } from './cellText.ts';
import { leastFittedWidth } from './columnLayout.ts';
import { nextSort, withoutFilter, withoutSort, type ViewQuery } from './filterOps.ts';
import { GridCanvas, type GridCanvasHandle } from './GridCanvas.tsx';
import { headerId } from './GridHeader.tsx';
import type { ChangeMarks } from './changeMarks.ts';
import type { GridCommand } from './gridKeys.ts';
import { buildCopyMenu } from './gridMenus.ts';
import { GridOverlays, type Overlay } from './GridOverlays.tsx';
import { cellId } from './GridRow.tsx';
import { GridStatus } from './GridStatus.tsx';
import type { PageStore } from './pageStore.ts';
import type { ResultsClient, ResultSource } from './resultSource.ts';
import { describeRows, type RowsNotice } from './rowsNotice.ts';
import type { Range } from './scrollMapping.ts';
import { clampSelection, extendTo, FIRST_CELL, moveCell, selectAll, selectCell, selectColumn, selectedRectangle, selectRow, type GridSelection } from './selection.ts';
import { fittingWidth, useColumnWidths, type ColumnWidths } from './useColumnWidths.ts';
import { useGridActions } from './useGridActions.ts';
import { usePageStore, useSeed } from './usePageStore.ts';
import { useResultView, type ResultView } from './useResultView.ts';
import styles from './grid.module.css';

export interface ResultGridProps {
  readonly client: ResultsClient;
  readonly source: ResultSource;
  /** Pixels; `'fill'` takes the parent's height. */
  readonly height: number | 'fill';
  readonly ariaLabel: string;
  /** Base64 Arrow stream of the first rows: shows at once, and where no kernel holds the result. */
  readonly fallback?: string | undefined;
  /** Where the rows are changes of rows. */
  readonly marks?: ChangeMarks | undefined;
  /** Suggested name of an exported file, without extension. */
  readonly exportName?: string | undefined;
}

/** The rows of a held result: paged, sorted, filtered, selected, copied and exported where they are held. */
export function ResultGrid({ client, source, height, ariaLabel, fallback, marks, exportName = 'result' }: ResultGridProps) {
  const { resultId, columns } = source;
  const gridId = useId();
  const canvas = useRef<GridCanvasHandle>(null);
  const view = useResultView(client, resultId);
  const { query, viewId } = view.shown;
  const store = usePageStore(client, resultId, viewId, useSeed(fallback));
  const widths = useColumnWidths(columns);
  const actions = useGridActions({ client, resultId, viewId, columns, store, exportName });
  const [selection, setSelection] = useState<GridSelection>(FIRST_CELL);
  const [overlay, setOverlay] = useState<Overlay>();

  const notice = describeRows({ source, viewRows: view.shown.rows, filtered: query.filters.length > 0, seedRows: store.seedRows, failure: store.failure });
  const size = { rows: notice.rows, columns: columns.length };
  const shown = clampSelection(selection, size);
  const area = selectedRectangle(shown, size);
  const locked = lockReason(source, store.failure !== undefined);
  useFirstFit(store, source, viewId, widths);
  useForgottenView(view, store);

  const select = useCallback((next: GridSelection) => {
    setSelection(next);
    if (next.kind !== 'columns') canvas.current?.show(next.focus);
  }, []);

  const changeQuery = (next: ViewQuery): void => {
    view.change(next, () => select(selectCell({ row: 0, column: shown.focus.column })));
    canvas.current?.focus();
  };
  const toggleSort = (column: number, keepOthers: boolean): void => {
    if (locked !== undefined) return;
    const own = query.sort.find((key) => key.column === column);
    changeQuery(own?.descending === true ? withoutSort(query, column) : nextSort(query, { column, descending: own !== undefined }, keepOthers));
  };
  const autoSize = (column: number): void => {
    const head = columns[column];
    if (head !== undefined) widths.resize(column, measureColumn(store, head, column, canvas.current?.visibleRows() ?? NO_ROWS));
  };
  const openColumnMenu = (column: number): void => {
    const box = document.getElementById(headerId(gridId, column))?.getBoundingClientRect();
    if (box !== undefined) setOverlay({ kind: 'columnMenu', column, at: { x: box.left, y: box.bottom } });
  };
  const openCellMenu = (): void => {
    const box = document.getElementById(cellId(gridId, shown.focus.row, shown.focus.column))?.getBoundingClientRect();
    if (box !== undefined) setOverlay({ kind: 'cellMenu', at: { x: box.left, y: box.bottom } });
  };
  const runCommand = (command: GridCommand): void => {
    const { focus } = shown;
    switch (command.kind) {
      case 'move': {
        const { from, to } = canvas.current?.visibleRows() ?? NO_ROWS;
        const next = moveCell(focus, command.move, size, Math.max(1, to - from - 2));
        return select(command.extend ? extendTo(shown, next) : selectCell(next));
      }
      case 'selectAll':
        return setSelection(selectAll(shown, size));
      case 'selectRow':
        return setSelection(selectRow(focus.row, focus.column));
      case 'selectColumn':
        return setSelection(selectColumn(focus.column, focus.row));
      case 'copy':
        return actions.copy(area, 'tsv');
      case 'copyWithHeader':
        return actions.copy(area, 'tsvWithHeader');
      case 'goToRow':
        return setOverlay({ kind: 'goToRow' });
      case 'inspect':
        return size.rows > 0 ? setOverlay({ kind: 'inspect', cell: focus }) : undefined;
      case 'columnMenu':
        canvas.current?.show(focus);
        return openColumnMenu(focus.column);
      case 'cellMenu':
        return openCellMenu();
      case 'clear':
        return setSelection(selectCell(focus));
    }
  };

  const focusCell = store.find(shown.focus.row, shown.focus.column);
  return (
    <div className={styles['grid']} style={height === 'fill' ? { flex: 1, minHeight: 0 } : { height }}>
      <GridCanvas
        gridId={gridId}
        ariaLabel={ariaLabel}
        columns={columns}
        rows={notice.rows}
        totalRows={source.rows}
        store={store}
        layout={widths.layout}
        query={query}
        selection={shown}
        marks={marks}
        dimmed={view.building !== undefined}
        handle={canvas}
        onSelect={select}
        onCommand={runCommand}
        onResize={widths.resize}
        onAutoSize={autoSize}
        onToggleSort={toggleSort}
        onColumnMenu={openColumnMenu}
        onCellMenu={(at) => setOverlay({ kind: 'cellMenu', at })}
      />
      {notice.rows === 0 && source.state !== 'running' && <NoRows notice={notice} filtered={query.filters.length > 0} />}
      <GridStatus
        notice={notice}
        columns={columns}
        query={query}
        area={area}
        activity={view.building === undefined ? actions.activity : { text: view.building.sort.length > 0 ? 'Sorting' : 'Filtering', onCancel: view.cancel }}
        error={view.error === undefined ? undefined : `[${view.error.code}] ${view.error.message}`}
        onRetry={store.failure === undefined || source.state === 'evicted' ? undefined : () => store.retry()}
        copyEntries={buildCopyMenu((format) => actions.copy(area, format))}
        onExport={actions.exportTo}
        onGoToRow={() => setOverlay({ kind: 'goToRow' })}
        onFilter={(column) => setOverlay({ kind: 'filter', column })}
        onClearFilter={(column) => changeQuery(withoutFilter(query, column))}
      />
      {overlay !== undefined && (
        <GridOverlays
          overlay={overlay}
          columns={columns}
          rows={notice.rows}
          query={query}
          locked={locked}
          focus={shown.focus}
          focusCell={focusCell?.column.cell(focusCell.row)}
          onOverlay={setOverlay}
          onClose={(closed) => setOverlay((open) => (open === closed ? undefined : open))}
          onQuery={changeQuery}
          onSelectColumn={(column) => setSelection(selectColumn(column, shown.focus.row))}
          onAutoSize={autoSize}
          onCopy={(format) => actions.copy(area, format)}
          onCopyText={actions.copyText}
          onGoToRow={(row) => select(selectCell({ row, column: shown.focus.column }))}
          loadCell={actions.loadCell}
        />
      )}
    </div>
  );
}

function NoRows({ notice, filtered }: { readonly notice: RowsNotice; readonly filtered: boolean }) {
  return (
    <div className={styles['empty']}>
      {notice.tone !== 'plain' ? (
        <EmptyState icon="warning" title="The rows are not here" hint={notice.text} />
      ) : (
        <EmptyState icon={filtered ? 'filter' : 'table'} title={filtered ? 'No row passes the filters' : 'No rows'} />
      )}
    </div>
  );
}

const NO_ROWS: Range = { from: 0, to: 0 };
const FITTED_ROWS = 40;
const FITTED_COLUMNS = 24;
const FITTED_MAX_PX = 360;

/** Fits the first columns to the first rows of a result or view, once, as soon as these are there. */
function useFirstFit(store: PageStore, { resultId, columns }: ResultSource, viewId: string | undefined, widths: ColumnWidths): void {
  const fitted = useRef<string>(undefined);
  const ready = store.find(0, 0) !== undefined;
  const shown = `${resultId} ${viewId}`;
  useLayoutEffect(() => {
    if (!ready || fitted.current === shown) return;
    fitted.current = shown;
    const fit = (head: ResultColumn, column: number): number => Math.min(FITTED_MAX_PX, Math.max(leastFittedWidth(head.type), measureColumn(store, head, column, { from: 0, to: FITTED_ROWS })));
    widths.fit(new Map(columns.slice(0, FITTED_COLUMNS).map((head, column) => [column, fit(head, column)])));
  }, [ready, shown, columns, store, widths]);
}

function measureColumn(store: PageStore, head: ResultColumn, column: number, { from, to }: Range): number {
  const cells: Cell[] = [];
  for (let row = from; row < to; row++) {
    const found = store.find(row, column);
    if (found !== undefined) cells.push(found.column.cell(found.row));
  }
  return fittingWidth(cells, head);
}

/** Why sorting and filtering have to wait. */
function lockReason({ state }: ResultSource, failed: boolean): string | undefined {
  if (state === 'running') return 'Sorting and filtering wait for the last row';
  if (state === 'evicted') return 'Run again to sort or filter';
  return failed ? 'The rows are not reachable' : undefined;
}

/** A restarted kernel has the result but not the view over it: it is built again. */
function useForgottenView(view: ResultView, store: PageStore): void {
  const rebuild = useEffectEvent(() => view.change(view.shown.query));
  const forgotten = store.failure?.code === 'RESULT_VIEW_INVALID';
  useEffect(() => {
    if (forgotten) rebuild();
  }, [forgotten]);
}
