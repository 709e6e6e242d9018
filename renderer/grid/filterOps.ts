import type { ResultFilter, SortKey } from '../../kernel/rpc/results.ts';

export type FilterOp = ResultFilter['op'];

/** How values of a column are compared and typed in. */
export type FilterFamily = 'number' | 'text' | 'boolean' | 'date' | 'timestamp' | 'presence';

/** From Spark's `simpleString`. Nested and binary values can only be asked for presence. */
export function filterFamily(sparkType: string): FilterFamily {
  if (/^(tinyint|smallint|int|bigint|float|double|decimal)/.test(sparkType)) return 'number';
  if (/^(string|varchar|char)/.test(sparkType)) return 'text';
  if (sparkType === 'boolean') return 'boolean';
  if (sparkType === 'date') return 'date';
  return sparkType.startsWith('timestamp') ? 'timestamp' : 'presence';
}

const ORDERED: readonly FilterOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const PRESENCE: readonly FilterOp[] = ['isNull', 'isNotNull'];
const OPS: Readonly<Record<FilterFamily, readonly FilterOp[]>> = {
  number: [...ORDERED, ...PRESENCE],
  text: ['contains', 'startsWith', ...ORDERED, ...PRESENCE],
  boolean: ['eq', ...PRESENCE],
  date: [...ORDERED, ...PRESENCE],
  timestamp: [...ORDERED, ...PRESENCE],
  presence: PRESENCE,
};

/** Comparisons that fit the column, the likeliest first. */
export function filterOps(sparkType: string): readonly FilterOp[] {
  return OPS[filterFamily(sparkType)];
}

export function needsValue(op: FilterOp): boolean {
  return op !== 'isNull' && op !== 'isNotNull';
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const VALUE_PATTERNS: Readonly<Record<FilterFamily, { readonly pattern: RegExp; readonly hint: string } | undefined>> = {
  number: { pattern: new RegExp(`${NUMBER.source}|^(nan|[+-]?infinity)$`, 'i'), hint: 'a number' },
  date: { pattern: /^[+-]?\d{4,}-\d{2}-\d{2}$/, hint: 'YYYY-MM-DD' },
  timestamp: { pattern: /^[+-]?\d{4,}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/, hint: 'YYYY-MM-DD HH:MM:SS' },
  text: undefined,
  boolean: undefined,
  presence: undefined,
};

/** What a value has to look like, where the text is not one; undefined where it is. */
export function filterValueProblem(sparkType: string, op: FilterOp, value: string): string | undefined {
  if (!needsValue(op)) return undefined;
  const expected = VALUE_PATTERNS[filterFamily(sparkType)];
  return expected === undefined || expected.pattern.test(value.trim()) ? undefined : expected.hint;
}

/** The order and the rows that are asked of a result. */
export interface ViewQuery {
  readonly sort: readonly SortKey[];
  readonly filters: readonly ResultFilter[];
}

export const WHOLE_RESULT: ViewQuery = { sort: [], filters: [] };

export function isWholeResult({ sort, filters }: ViewQuery): boolean {
  return sort.length === 0 && filters.length === 0;
}

/** Sorts by the column; `keepOthers` makes it the last of several keys, or turns it where it stands. */
export function nextSort(query: ViewQuery, key: SortKey, keepOthers: boolean): ViewQuery {
  if (!keepOthers) return { ...query, sort: [key] };
  const known = query.sort.some(({ column }) => column === key.column);
  return { ...query, sort: known ? query.sort.map((other) => (other.column === key.column ? key : other)) : [...query.sort, key] };
}

export function withoutSort(query: ViewQuery, column: number): ViewQuery {
  return { ...query, sort: query.sort.filter((key) => key.column !== column) };
}

/** One filter per column: a new one takes the old one's place. */
export function nextFilter(query: ViewQuery, filter: ResultFilter): ViewQuery {
  return { ...query, filters: [...withoutFilter(query, filter.column).filters, filter] };
}

export function withoutFilter(query: ViewQuery, column: number): ViewQuery {
  return { ...query, filters: query.filters.filter((filter) => filter.column !== column) };
}
