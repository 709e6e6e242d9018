import type { Range } from './scrollMapping.ts';

/** A rectangle of a result that travels as one page. */
export interface BlockKey {
  readonly rowBlock: number;
  readonly columnBlock: number;
}

/** Blocks are cut in both directions, so that a page of a wide result stays small. */
export const BLOCK_ROWS = 256;
export const BLOCK_COLUMNS = 64;
/** Rows and columns beyond the view that are asked for before they show. */
const ROWS_AHEAD = 64;
const COLUMNS_AHEAD = 16;

/** The blocks that `rows` × `columns` touch and then those that come next, those nearest to the view first. */
export function wantedBlocks(rows: Range, columns: Range, total: { readonly rows: number; readonly columns: number }): readonly BlockKey[] {
  if (rows.to <= rows.from || columns.to <= columns.from) return [];
  const shown = blocksOf(rows, columns);
  const ahead = blocksOf(
    { from: Math.max(0, rows.from - ROWS_AHEAD), to: Math.min(total.rows, rows.to + ROWS_AHEAD) },
    { from: Math.max(0, columns.from - COLUMNS_AHEAD), to: Math.min(total.columns, columns.to + COLUMNS_AHEAD) },
  );
  const known = new Set(shown.map(blockId));
  return [...shown, ...ahead.filter((block) => !known.has(blockId(block)))];
}

export function blockId({ rowBlock, columnBlock }: BlockKey): string {
  return `${rowBlock}:${columnBlock}`;
}

export function blockRows({ rowBlock }: BlockKey, totalRows: number): Range {
  return { from: rowBlock * BLOCK_ROWS, to: Math.min(totalRows, (rowBlock + 1) * BLOCK_ROWS) };
}

export function blockColumns({ columnBlock }: BlockKey, totalColumns: number): Range {
  return { from: columnBlock * BLOCK_COLUMNS, to: Math.min(totalColumns, (columnBlock + 1) * BLOCK_COLUMNS) };
}

function blocksOf(rows: Range, columns: Range): readonly BlockKey[] {
  const blocks: BlockKey[] = [];
  for (let rowBlock = Math.floor(rows.from / BLOCK_ROWS); rowBlock * BLOCK_ROWS < rows.to; rowBlock++) {
    for (let columnBlock = Math.floor(columns.from / BLOCK_COLUMNS); columnBlock * BLOCK_COLUMNS < columns.to; columnBlock++) blocks.push({ rowBlock, columnBlock });
  }
  return blocks;
}
