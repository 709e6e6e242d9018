import type { FilterOp } from './filterOps.ts';
import type { CopyFormat } from './copyText.ts';
import type { ExportFormat } from '../../kernel/rpc/results.ts';

const numbers = new Intl.NumberFormat('en');

export function countText(count: number): string {
  return numbers.format(count);
}

export function rowsText(count: number): string {
  return `${countText(count)} ${count === 1 ? 'row' : 'rows'}`;
}

/** `1.2 MB`, in powers of 1000 as file managers show them. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export const OP_TEXTS: Readonly<Record<FilterOp, string>> = {
  eq: 'is',
  ne: 'is not',
  lt: 'less than',
  le: 'at most',
  gt: 'greater than',
  ge: 'at least',
  contains: 'contains',
  startsWith: 'starts with',
  isNull: 'is NULL',
  isNotNull: 'is not NULL',
};

export const COPY_TEXTS: Readonly<Record<CopyFormat, string>> = {
  tsv: 'Copy',
  tsvWithHeader: 'Copy with header',
  csv: 'Copy as CSV',
  json: 'Copy as JSON',
  markdown: 'Copy as Markdown',
};

export const EXPORT_TEXTS: Readonly<Record<ExportFormat, string>> = { csv: 'CSV', parquet: 'Parquet', jsonl: 'JSON lines', arrow: 'Arrow' };

export const NOT_HERE = '…';
