import type { ResultColumn } from '../../kernel/rpc/results.ts';
import type { PageColumn } from './arrowPage.ts';
import { buildCopyText, type CopyCell, type CopyFormat } from './copyText.ts';
import type { FetchPage } from './pageStore.ts';
import { cellCount, type Rectangle } from './selection.ts';

/** A larger selection is exported, not copied: a clipboard is held in memory by every program that looks at it. */
export const COPY_CELLS_MAX = 1_000_000;
const CELLS_PER_PAGE = 100_000;
const ROWS_PER_PAGE_MAX = 10_000;

export interface CopyPorts {
  readonly fetch: FetchPage;
  /** The whole text of a cell that a page carries only in part. */
  readonly wholeCell: (row: number, column: number, signal: AbortSignal) => Promise<string | null>;
  /** True where the page holds only a part of the cell. */
  readonly isCut: (column: PageColumn, row: number) => boolean;
}

/** The clipboard's text of a rectangle, whole and in the shown order, fetched where it is not here. */
export async function buildRangeText(ports: CopyPorts, columns: readonly ResultColumn[], area: Rectangle, format: CopyFormat, signal: AbortSignal): Promise<string> {
  const names = columns.slice(area.columnFrom, area.columnTo).map(({ name }) => name);
  const rows: (readonly CopyCell[])[] = [];
  const step = Math.max(1, Math.min(ROWS_PER_PAGE_MAX, Math.floor(CELLS_PER_PAGE / Math.max(1, names.length))));
  for (let from = area.rowFrom; from < area.rowTo; from += step) {
    const range = { from, to: Math.min(area.rowTo, from + step) };
    const page = await ports.fetch(range, { from: area.columnFrom, to: area.columnTo }, signal);
    for (let row = 0; row < page.rows; row++) {
      rows.push(await Promise.all(page.columns.map((column, index) => copyCell(ports, column, row, from + row, area.columnFrom + index, signal))));
    }
    if (page.rows < range.to - range.from) break;
  }
  return buildCopyText(format, names, rows);
}

export function isTooLargeToCopy(area: Rectangle): boolean {
  return cellCount(area) > COPY_CELLS_MAX;
}

async function copyCell(ports: CopyPorts, column: PageColumn, pageRow: number, row: number, columnIndex: number, signal: AbortSignal): Promise<CopyCell> {
  if (!ports.isCut(column, pageRow)) return { cell: column.cell(pageRow), json: column.json(pageRow) };
  const text = (await ports.wholeCell(row, columnIndex, signal)) ?? '';
  return { cell: { kind: column.cell(pageRow).kind, text }, json: JSON.stringify(text) };
}
