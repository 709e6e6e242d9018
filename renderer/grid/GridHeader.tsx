import { memo, type PointerEvent } from 'react';
import type { ResultColumn } from '../../kernel/rpc/results.ts';
import { Icon } from '../ui/Icon.tsx';
import { clampWidth, columnLeft, columnWidth, type ColumnLayout } from './columnLayout.ts';
import type { ViewQuery } from './filterOps.ts';
import type { Range } from './scrollMapping.ts';
import styles from './grid.module.css';

export interface GridHeaderProps {
  readonly gridId: string;
  readonly columns: readonly ResultColumn[];
  readonly range: Range;
  readonly layout: ColumnLayout;
  readonly gutterPx: number;
  readonly query: ViewQuery;
  /** Selected whole columns; empty where none are. */
  readonly selected: Range;
  readonly onSelectAll: () => void;
  readonly onSelectColumn: (column: number, extend: boolean) => void;
  readonly onResize: (column: number, widthPx: number) => void;
  readonly onAutoSize: (column: number) => void;
  /** Ascending, descending, none. */
  readonly onToggleSort: (column: number, keepOthers: boolean) => void;
  readonly onMenu: (column: number) => void;
}

export function headerId(gridId: string, column: number): string {
  return `${gridId}-h${column}`;
}

/** The row of column heads; stays on top while rows scroll. */
export const GridHeader = memo(function GridHeader(props: GridHeaderProps) {
  const { range, layout, gutterPx, onSelectAll } = props;
  const heads = [];
  for (let column = range.from; column < range.to; column++) heads.push(<ColumnHead key={column} {...props} column={column} />);
  return (
    <div role="rowgroup" className={styles['header']} style={{ width: gutterPx + layout.widthPx }}>
      <div role="row" aria-rowindex={1} className={styles['headerRow']}>
        <div role="columnheader" aria-colindex={1} className={styles['corner']} style={{ width: gutterPx }} onPointerDown={onSelectAll} title="Select all">
          <span className={styles['hidden']}>Row</span>
        </div>
        {heads}
      </div>
    </div>
  );
});

function ColumnHead(props: GridHeaderProps & { readonly column: number }) {
  const { gridId, columns, column, layout, gutterPx, query, selected, onSelectColumn, onToggleSort, onMenu } = props;
  const { name, type } = columns[column] ?? { name: '', type: '' };
  const position = query.sort.findIndex((key) => key.column === column);
  const key = query.sort[position];
  const filtered = query.filters.some((filter) => filter.column === column);
  return (
    <div
      role="columnheader"
      id={headerId(gridId, column)}
      aria-colindex={column + 2}
      aria-sort={key === undefined ? 'none' : key.descending ? 'descending' : 'ascending'}
      className={styles['head']}
      data-selected={(column >= selected.from && column < selected.to) || undefined}
      style={{ left: gutterPx + columnLeft(layout, column), width: columnWidth(layout, column) }}
      title={`${name}\n${type}`}
      onPointerDown={(event) => event.button === 0 && onSelectColumn(column, event.shiftKey)}
      onDoubleClick={(event) => onToggleSort(column, event.shiftKey)}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onMenu(column);
      }}
    >
      <span className={styles['headName']}>{name}</span>
      <span className={styles['headType']}>{type}</span>
      {(key !== undefined || filtered) && (
        <span className={styles['headMarks']}>
          {filtered && <Icon name="filter-filled" label="filtered" />}
          {key !== undefined && <Icon name={key.descending ? 'arrow-down' : 'arrow-up'} />}
          {query.sort.length > 1 && key !== undefined && position + 1}
        </span>
      )}
      <button type="button" tabIndex={-1} className={styles['headMenu']} aria-label={`Menu of column ${name}`} onPointerDown={(event) => event.stopPropagation()} onDoubleClick={(event) => event.stopPropagation()} onClick={() => onMenu(column)}>
        <Icon name="chevron-down" />
      </button>
      <ResizeHandle {...props} />
    </div>
  );
}

/** Drag to resize, double-click to fit. */
function ResizeHandle({ column, layout, onResize, onAutoSize }: GridHeaderProps & { readonly column: number }) {
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    event.stopPropagation();
    event.preventDefault();
    const handle = event.currentTarget;
    const start = event.clientX;
    const width = columnWidth(layout, column);
    handle.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent): void => onResize(column, clampWidth(width + moved.clientX - start));
    const end = (): void => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', end);
      handle.removeEventListener('pointercancel', end);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', end);
    handle.addEventListener('pointercancel', end);
  };
  return (
    <div
      className={styles['resizer']}
      aria-hidden="true"
      onPointerDown={drag}
      onDoubleClick={(event) => {
        event.stopPropagation();
        onAutoSize(column);
      }}
    />
  );
}
