import type { ArrowBatch } from '../arrow/batch.ts';
import { readCellText } from '../arrow/cellWriters.ts';
import { encodeStream } from '../arrow/ipc.ts';
import { batchBytes, cutLongCells, selectColumns, selectFields, sliceBatch } from '../arrow/slices.ts';
import { LakebookError } from '../base/errors.ts';
import { CELL_BYTES_MAX } from '../rpc/results.ts';
import type { SpooledResult } from './spooledResult.ts';

/** A page ends where it would become larger, however many rows were asked for; the rest is asked for again. */
const PAGE_BYTES_MAX = 4_000_000;

export interface RowRange {
  readonly offset: number;
  readonly limit: number;
}
export interface ColumnRange {
  readonly columnFrom?: number | undefined;
  readonly columnTo?: number | undefined;
}

/** Rows as a whole Arrow stream. */
export interface Page {
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** Rows of a result in the order in which they came. Fewer than asked for where the result or the page ends. */
export async function readPage(result: SpooledResult, range: RowRange, columns: ColumnRange): Promise<Page> {
  const collected = new PageBuilder(result.schema, columns);
  const end = Math.min(range.offset + range.limit, result.rows);
  for (let row = range.offset; row < end && !collected.isFull; ) {
    const { batch: number, within } = result.locate(row);
    const batch = await result.readBatch(number);
    const count = Math.min(batch.rows - within, end - row);
    collected.add(sliceBatch(batch, within, count));
    row += count;
  }
  return collected.finish();
}

/** Puts batches together into one page: the columns asked for, long cells cut, no more than a page's bytes. */
export class PageBuilder {
  readonly #schema: ArrowBatch['schema'];
  readonly #from: number;
  readonly #to: number;
  readonly #batches: ArrowBatch[] = [];
  #bytes = 0;
  #rows = 0;

  constructor(schema: ArrowBatch['schema'], { columnFrom, columnTo }: ColumnRange) {
    this.#to = Math.min(columnTo ?? schema.fields.length, schema.fields.length);
    this.#from = Math.min(columnFrom ?? 0, this.#to);
    this.#schema = selectFields(schema, this.#from, this.#to);
  }

  get isFull(): boolean {
    return this.#bytes >= PAGE_BYTES_MAX;
  }

  add(batch: ArrowBatch): void {
    const cut = cutLongCells(selectColumns(batch, this.#from, this.#to), CELL_BYTES_MAX);
    const bytes = batchBytes(cut);
    const room = PAGE_BYTES_MAX - this.#bytes;
    const rows = bytes <= room ? cut.rows : Math.max(1, Math.floor((cut.rows * room) / bytes));
    this.#batches.push(sliceBatch(cut, 0, rows));
    this.#rows += rows;
    // a page that could not take all of a batch is full, or rows would be missing in its middle
    this.#bytes = rows < cut.rows ? PAGE_BYTES_MAX : this.#bytes + bytes;
  }

  finish(): Page {
    return { rows: this.#rows, bytes: encodeStream(this.#schema, this.#batches) };
  }
}

/** The whole text of one cell; null for NULL. @throws LakebookError RESULT_COLUMN_NOT_FOUND */
export function cellText(batch: ArrowBatch, row: number, column: number): string | null {
  const field = batch.schema.fields[column];
  const data = batch.columns[column];
  if (field === undefined || data === undefined) throw new LakebookError('RESULT_COLUMN_NOT_FOUND', { column });
  return readCellText(field, data, row);
}
