import { tableFromIPC, type Column, type ExtractionOptions } from '@uwdata/flechette';
import { formatCell, formatJson, formatMonthDayNano, formatPretty, NULL_CELL, type Cell } from './cellText.ts';
import type { Range } from './scrollMapping.ts';
import { shapeOf, type ValueShape } from './valueShape.ts';

/** Everything exact: 64-bit integers and ticks as bigints, decimals as their unscaled value. */
const DECODE_OPTIONS: ExtractionOptions = { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true, useDate: false };

/** A column of a page. Rows count from the page's first. */
export interface PageColumn {
  readonly name: string;
  readonly shape: ValueShape;
  /** The value as Arrow has it: bigint, number, text, bytes, list… null for NULL. */
  value(row: number): unknown;
  cell(row: number): Cell;
  /** JSON text that loses nothing. */
  json(row: number): string;
  /** For reading: nested values over several lines. */
  pretty(row: number): string;
  /** Bytes of the longest text or binary in the cell, nested ones too; 0 for other types. */
  longest(row: number): number;
}

/** Rows of some columns, decoded on demand from one Arrow IPC stream. */
export interface ArrowPage {
  readonly rows: number;
  readonly columns: readonly PageColumn[];
}

const EMPTY_PAGE: ArrowPage = { rows: 0, columns: [] };

/** Reads an Arrow IPC stream. Values are not touched before they are asked for. */
export function decodePage(bytes: Uint8Array): ArrowPage {
  if (bytes.byteLength === 0) return EMPTY_PAGE; // the decoder takes an empty body for an empty table
  const table = tableFromIPC(bytes, DECODE_OPTIONS);
  const columns = table.children.map((column, index) => createPageColumn(table.schema.fields[index]?.name ?? '', column));
  return { rows: table.numRows, columns };
}

/** Pages of the same columns as one, in order. */
export function joinPages(pages: readonly ArrowPage[]): ArrowPage {
  const [first] = pages;
  if (first === undefined || pages.length === 1) return first ?? EMPTY_PAGE;
  const rows = pages.reduce((sum, page) => sum + page.rows, 0);
  return { rows, columns: first.columns.map((column, index) => joinColumns(column, pages, index)) };
}

/** Rows `[from, to)` and columns of a page, without copying. */
export function slicePage(page: ArrowPage, rows: Range, columns: Range): ArrowPage {
  const shift = (column: PageColumn): PageColumn => redirect(column, (row) => [column, row + rows.from]);
  return { rows: rows.to - rows.from, columns: page.columns.slice(columns.from, columns.to).map(shift) };
}

function joinColumns(first: PageColumn, pages: readonly ArrowPage[], index: number): PageColumn {
  return redirect(first, (row) => {
    let at = row;
    for (const page of pages) {
      const column = page.columns[index];
      if (at < page.rows && column !== undefined) return [column, at];
      at -= page.rows;
    }
    return [first, row];
  });
}

function redirect({ name, shape }: PageColumn, find: (row: number) => readonly [PageColumn, number]): PageColumn {
  const call = <Result>(read: (column: PageColumn, row: number) => Result) => (row: number): Result => read(...find(row));
  return {
    name,
    shape,
    value: call((column, row) => column.value(row)),
    cell: call((column, row) => column.cell(row)),
    json: call((column, row) => column.json(row)),
    pretty: call((column, row) => column.pretty(row)),
    longest: call((column, row) => column.longest(row)),
  };
}

/** Reads the base64 text of an Arrow IPC stream (a notebook's stored head of a result). */
export function decodeBase64Page(base64: string): ArrowPage {
  return decodePage(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

function createPageColumn(name: string, column: Column<unknown>): PageColumn {
  const shape = shapeOf(column.type);
  const value = (row: number): unknown => column.at(row);
  const cell = (row: number): Cell => formatCell(value(row), shape);
  const exact = { name, shape, value, longest: (row: number) => longestBytes(value(row), shape) };
  if (shape.kind === 'interval' && shape.unit === 'monthDayNano') {
    const interval = (row: number): Cell => intervalCell(column, row);
    return { ...exact, cell: interval, pretty: (row) => interval(row).text, json: (row) => (value(row) === null ? 'null' : JSON.stringify(interval(row).text)) };
  }
  return { ...exact, cell, json: (row) => formatJson(value(row), shape), pretty: (row) => formatPretty(value(row), shape) };
}

/** The decoder gives nanoseconds as a double; the buffer has them exactly. */
function intervalCell(column: Column<unknown>, row: number): Cell {
  let at = row;
  for (const batch of column.data) {
    if (at >= batch.length) {
      at -= batch.length;
      continue;
    }
    if (batch.at(at) === null) return NULL_CELL; // `isValid` says no where a batch without NULLs has no bitmap
    const { buffer, byteOffset, byteLength } = batch.values;
    const view = new DataView(buffer, byteOffset, byteLength);
    const text = formatMonthDayNano(view.getInt32(at * 16, true), view.getInt32(at * 16 + 4, true), view.getBigInt64(at * 16 + 8, true));
    return { kind: 'interval', text };
  }
  return NULL_CELL;
}

const encoder = new TextEncoder();

function longestBytes(value: unknown, shape: ValueShape): number {
  if (typeof value === 'string') return encoder.encode(value).byteLength;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  if (shape.kind === 'list') return longestOf(Array.from(value as ArrayLike<unknown>), () => shape.item);
  if (shape.kind === 'struct') return longestOf(shape.fields.map(({ name }) => (value as Readonly<Record<string, unknown>>)[name]), (index) => shape.fields[index]!.shape);
  if (shape.kind === 'map') return longestOf([...(value as Iterable<readonly [unknown, unknown]>)].flat(), (index) => (index % 2 === 0 ? shape.key : shape.item));
  return 0;
}

function longestOf(values: readonly unknown[], shapeAt: (index: number) => ValueShape): number {
  return values.reduce<number>((longest, value, index) => Math.max(longest, longestBytes(value, shapeAt(index))), 0);
}
