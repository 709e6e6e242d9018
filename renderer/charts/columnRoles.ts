import type { ResultColumn } from '../../kernel/rpc/results.ts';

/** What a column can be in a chart. */
export type ColumnRole = 'number' | 'time' | 'category' | 'none';

/** From Spark's `simpleString`; nested and binary values cannot be drawn. */
export function columnRole(sparkType: string): ColumnRole {
  if (/^(tinyint|smallint|int|bigint|float|double|decimal)/.test(sparkType)) return 'number';
  if (/^(date|timestamp)/.test(sparkType)) return 'time';
  return /^(string|varchar|char|boolean)/.test(sparkType) ? 'category' : 'none';
}

export function columnsOfRole(columns: readonly ResultColumn[], ...roles: readonly ColumnRole[]): readonly ResultColumn[] {
  return columns.filter(({ type }) => roles.includes(columnRole(type)));
}

/** A number that names something rather than measures it: `id`, `order_id`, `customerKey`. */
export function looksLikeKey(name: string): boolean {
  return /(^|[_.\s-])(id|key|code|zip|year)$/i.test(name) || /[a-z](Id|ID|Key|Code)$/.test(name);
}
