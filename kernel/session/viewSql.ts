import { LakebookError } from '../base/errors.ts';
import type { ResultFilter, SortKey } from '../rpc/results.ts';

/** A column of a result's table: `c<index>` there. */
export interface TableColumn {
  readonly name: string;
  /** Spark's `simpleString`. */
  readonly type: string;
  readonly duckdbType: string;
}

export interface ViewSpec {
  readonly sort: readonly SortKey[];
  readonly filters: readonly ResultFilter[];
}

/** A view's id says what it is, so that it outlives the kernel that made it. */
export function buildViewId({ sort, filters }: ViewSpec): string {
  return Buffer.from(JSON.stringify([sort.map(({ column, descending }) => [column, descending ? 1 : 0]), filters.map(({ column, op, value }) => [column, op, value ?? null])])).toString('base64url');
}

/** @throws LakebookError RESULT_VIEW_INVALID */
export function parseViewId(viewId: string): ViewSpec {
  try {
    const [sort, filters] = JSON.parse(Buffer.from(viewId, 'base64url').toString('utf8')) as [[number, number][], [number, ResultFilter['op'], string | null][]];
    return {
      sort: sort.map(([column, descending]) => ({ column, descending: descending === 1 })),
      filters: filters.map(([column, op, value]) => ({ column, op, ...(value === null ? {} : { value }) })),
    };
  } catch (error) {
    throw new LakebookError('RESULT_VIEW_INVALID', { view: viewId }, { cause: error });
  }
}

/** The row numbers of the view in its order; rows that compare equal keep the result's order. */
export function buildPermutationSql(table: string, columns: readonly TableColumn[], { sort, filters }: ViewSpec): string {
  // Spark's order of NULLs: first ascending, last descending
  const keys = sort.map(({ column, descending }) => `${columnAt(columns, column).sql} ${descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`);
  return `SELECT rowid AS r FROM ${table}${buildWhere(columns, filters)} ORDER BY ${[...keys, 'rowid'].join(', ')}`;
}

/** ` WHERE …`, or nothing. @throws LakebookError RESULT_COLUMN_NOT_FOUND, RESULT_FILTER_INVALID */
function buildWhere(columns: readonly TableColumn[], filters: readonly ResultFilter[]): string {
  return filters.length === 0 ? '' : ` WHERE ${filters.map((filter) => buildPredicate(columns, filter)).join(' AND ')}`;
}

const COMPARISONS = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

function buildPredicate(columns: readonly TableColumn[], { column: index, op, value }: ResultFilter): string {
  const column = columnAt(columns, index);
  if (op === 'isNull') return `${column.sql} IS NULL`;
  if (op === 'isNotNull') return `${column.sql} IS NOT NULL`;
  if (value === undefined) throw new LakebookError('RESULT_FILTER_INVALID', { value: '', type: column.type, column: column.name });
  if (op === 'contains') return `contains(${textOf(column)}, ${quote(value)})`;
  if (op === 'startsWith') return `starts_with(${textOf(column)}, ${quote(value)})`;
  return `${column.sql} ${COMPARISONS[op]} ${buildLiteral(column, value)}`;
}

const EXACT_NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/**
 * The text as a value of the column's type. An exact number is compared as it stands: casting `1.5` to an integer would
 * round it.
 */
function buildLiteral(column: TableColumn & { readonly sql: string }, text: string): string {
  const trimmed = text.trim();
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|DECIMAL)/.test(column.duckdbType)) {
    if (EXACT_NUMBER.test(trimmed) && trimmed.replace(/\D/g, '').length <= 38) return trimmed.replace(/^\+/, '');
    return `CAST(${quote(trimmed)} AS DOUBLE)`;
  }
  if (column.duckdbType === 'VARCHAR') return quote(text);
  if (column.duckdbType === 'BLOB') return `unhex(${quote(trimmed)})`;
  if (column.duckdbType === 'INTERVAL') return /^interval (year|month)/.test(column.type) ? `to_months(CAST(${quote(trimmed)} AS INTEGER))` : `to_microseconds(CAST(${quote(trimmed)} AS BIGINT))`;
  return `CAST(${quote(trimmed)} AS ${column.duckdbType})`;
}

function textOf(column: TableColumn & { readonly sql: string }): string {
  if (column.duckdbType === 'VARCHAR') return column.sql;
  return column.duckdbType === 'BLOB' ? `lower(hex(${column.sql}))` : `CAST(${column.sql} AS VARCHAR)`;
}

function columnAt(columns: readonly TableColumn[], index: number): TableColumn & { readonly sql: string } {
  const column = columns[index];
  if (column === undefined) throw new LakebookError('RESULT_COLUMN_NOT_FOUND', { column: index });
  return { ...column, sql: `c${index}` };
}

/** The filter whose value was not of its column's type, where DuckDB's error says that one was not. */
export function explainFilterError(error: unknown, columns: readonly TableColumn[], { filters }: ViewSpec): unknown {
  if (!(error instanceof Error) || !/^(Conversion|Invalid Input|Binder) Error/.test(error.message)) return error;
  const filter = filters.find(({ value }) => value !== undefined && error.message.includes(value.trim())) ?? filters.find(({ value }) => value !== undefined);
  const column = filter === undefined ? undefined : columns[filter.column];
  if (filter?.value === undefined || column === undefined) return error;
  return new LakebookError('RESULT_FILTER_INVALID', { value: filter.value, type: column.type, column: column.name }, { cause: error });
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
