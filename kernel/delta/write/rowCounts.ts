import { resolveDataPath } from '../dataPath.ts';
import { toNumber, toText } from '../engine.ts';
import { fileList } from '../sqlText.ts';
import type { AddFile } from './fileActions.ts';
import type { OpenTransaction } from './openTransaction.ts';
import { numRecordsOf } from './rowIds.ts';

/** How many rows each file has, deleted ones included. Where statistics do not tell, the files' footers do. */
export async function rowCountsOf({ engine, table }: OpenTransaction, files: readonly AddFile[], signal: AbortSignal | undefined): Promise<readonly number[]> {
  const known = files.map(({ stats }) => numRecordsOf(stats));
  const unknown = files.filter((_, index) => known[index] === undefined).map(({ path }) => resolveDataPath(table, path));
  if (unknown.length === 0) return known.map((count) => count ?? 0);
  const batch = await engine.select(`SELECT file_name, num_rows FROM parquet_file_metadata(${fileList(unknown)})`, signal);
  const rows = new Map(batch.column('file_name').map((name, row) => [toText(name) ?? '', toNumber(batch.column('num_rows')[row])]));
  return files.map(({ path }, index) => known[index] ?? rows.get(resolveDataPath(table, path)) ?? 0);
}

/** The same files, each with the number of its rows among its statistics. */
export async function withRowCounts<File extends AddFile>(open: OpenTransaction, files: readonly File[], signal: AbortSignal | undefined): Promise<readonly File[]> {
  const counts = await rowCountsOf(open, files, signal);
  return files.map((file, index) => ({ ...file, stats: countedStatistics(file.stats, counts[index] ?? 0) }));
}

export function countedStatistics(stats: string | undefined, rowCount: number): string {
  if (stats === undefined) return `{"numRecords":${rowCount}}`;
  return numRecordsOf(stats) === undefined ? stats.replace(/^\s*\{\s*(\}?)/, (_, end: string) => `{"numRecords":${rowCount}${end === '' ? ',' : '}'}`) : stats;
}
