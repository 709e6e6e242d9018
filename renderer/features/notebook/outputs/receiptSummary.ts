import type { Receipt, TableRead } from '../../../../kernel/rpc/receipts.ts';
import { countOf, formatBytes, formatCount } from '../model/messages.ts';

/** A receipt in three short texts; '' where there is nothing to say. */
export interface ReadSummary {
  /** `sales.orders@v12`, or how many tables. */
  readonly tables: string;
  /** `3 of 40 files`; all read is said plainly. */
  readonly files: string;
  readonly bytes: string;
}

const NAMED_MAX = 2;

export function summariseReads({ tables, files }: Pick<Receipt, 'tables' | 'files'>): ReadSummary {
  if (tables.length === 0) return { tables: files.length === 0 ? '' : countOf(files.length, 'file'), files: '', bytes: '' };
  const total = sum(tables, 'filesTotal');
  const read = sum(tables, 'filesRead');
  const bytesTotal = sum(tables, 'bytesTotal');
  const bytesRead = sum(tables, 'bytesRead');
  return {
    tables: tables.length <= NAMED_MAX ? tables.map(({ name, version }) => `${name}@v${version}`).join(', ') : countOf(tables.length, 'table version'),
    files: read === total ? countOf(total, 'file') : `${formatCount(read)} of ${countOf(total, 'file')}`,
    bytes: bytesRead === bytesTotal ? formatBytes(bytesTotal) : `${formatBytes(bytesRead)} of ${formatBytes(bytesTotal)}`,
  };
}

function sum(tables: readonly TableRead[], key: 'filesTotal' | 'filesRead' | 'bytesTotal' | 'bytesRead'): number {
  return tables.reduce((total, table) => total + table[key], 0);
}
