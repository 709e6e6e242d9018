import type { Range } from './scrollMapping.ts';

/** Where columns stand: `starts[i]` is the left edge of column i; the last entry is the whole width. */
export interface ColumnLayout {
  readonly starts: Float64Array;
  readonly count: number;
  readonly widthPx: number;
}

const COLUMN_MIN_PX = 48;
const COLUMN_MAX_PX = 800;

/** @param widthOf width of a column in pixels */
export function buildColumnLayout(count: number, widthOf: (column: number) => number): ColumnLayout {
  const starts = new Float64Array(count + 1);
  for (let column = 0; column < count; column++) starts[column + 1] = starts[column]! + clampWidth(widthOf(column));
  return { starts, count, widthPx: starts[count]! };
}

export function clampWidth(widthPx: number): number {
  return Math.round(Math.min(Math.max(widthPx, COLUMN_MIN_PX), COLUMN_MAX_PX));
}

export function columnLeft(layout: ColumnLayout, column: number): number {
  return layout.starts[Math.min(Math.max(column, 0), layout.count)]!;
}

export function columnWidth(layout: ColumnLayout, column: number): number {
  return columnLeft(layout, column + 1) - columnLeft(layout, column);
}

/** The column under `x` (pixels from the first column's left edge), the nearest one outside. */
export function columnAt({ starts, count }: ColumnLayout, x: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}

/**
 * Columns to keep in the page while `[left, left + viewPx)` shows: those that show, widened to steps of four so that
 * scrolling sideways does not redraw at every pixel.
 */
export function visibleColumns(layout: ColumnLayout, left: number, viewPx: number): Range {
  if (layout.count === 0) return { from: 0, to: 0 };
  const step = 4;
  const from = Math.floor(columnAt(layout, left) / step) * step;
  const to = Math.ceil((columnAt(layout, left + viewPx) + 1) / step) * step;
  return { from, to: Math.min(to, layout.count) };
}

/** The least move of `left` that shows the column wholly (its left edge where it is wider than the view). */
export function leftToShowColumn(layout: ColumnLayout, left: number, viewPx: number, column: number): number {
  const start = columnLeft(layout, column);
  const end = columnLeft(layout, column + 1);
  if (start < left || end - start > viewPx) return start;
  return end > left + viewPx ? end - viewPx : left;
}

const CHAR_PX = 7.4;
const NUMBER_WIDTHS: Readonly<Record<string, number>> = { boolean: 84, tinyint: 84, smallint: 84, int: 104, bigint: 156, float: 112, double: 160, date: 108, timestamp: 204, timestamp_ntz: 196, void: 84 };

const LEAST_WIDTHS: Readonly<Record<string, number>> = { int: 88, bigint: 116, float: 96, double: 120, date: 92, timestamp: 168, timestamp_ntz: 160, string: 96 };

/** What a column is given at least when it is fitted to its first rows: later ones are often longer (1, 2, … 10,000,000). */
export function leastFittedWidth(sparkType: string): number {
  return LEAST_WIDTHS[sparkType] ?? (sparkType.startsWith('decimal') ? 96 : COLUMN_MIN_PX);
}

/** A column's first width, from its name and type: known before any row is. */
export function initialWidth(name: string, sparkType: string): number {
  const header = name.length * CHAR_PX + 52;
  const typed = NUMBER_WIDTHS[sparkType] ?? (sparkType.startsWith('decimal') ? 132 : /^(array|map|struct|variant)/.test(sparkType) ? 260 : 168);
  return Math.min(Math.max(header, typed), 320);
}
