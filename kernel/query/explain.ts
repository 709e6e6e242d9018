import type { Database } from '../duckdb/database.ts';
import { STRING } from '../sql/types/dataType.ts';
import type { InformationRows } from './information/rows.ts';
import type { OpenedScan } from './pinnedTables.ts';

/** What `EXPLAIN` answers: a line a row. */
export function explainRows(lines: readonly string[]): InformationRows {
  return { columns: [{ name: 'plan', type: STRING }], rows: lines.map((line) => [line]) };
}

/** A statement that is run without a plan. */
export function explainCommand(text: string): readonly string[] {
  return ['== Command ==', text.trim().replaceAll(/\s+/g, ' '), ''];
}

/** How a query is run: the pinned tables with what pruning leaves of them, then DuckDB's plan. */
export async function explainQuery(database: Database, sql: string, scans: readonly OpenedScan[], files: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const plan = await database.query(`EXPLAIN ${sql}`, signal);
  const read = [...scans.flatMap((scan) => (scan.read === undefined ? [] : [describeScan(scan.read, scan.prunedBy)])), ...files.map((file) => `${file}, read in place`)];
  return [
    '== Pinned tables ==',
    ...(read.length === 0 ? ['none'] : read),
    '',
    '== Physical plan (DuckDB) ==',
    ...plan.column('explain_value').flatMap((text) => String(text).trimEnd().split('\n')),
  ];
}

function describeScan(read: NonNullable<OpenedScan['read']>, prunedBy: OpenedScan['prunedBy']): string {
  const { partitions = 0, statistics = 0, limit = 0 } = prunedBy ?? {};
  const leftOut = [partitions > 0 && `${partitions} by partition values`, statistics > 0 && `${statistics} by statistics`, limit > 0 && `${limit} by the limit`].filter(Boolean);
  return [
    `${read.name} at version ${read.version}${read.pinned ? ' (fixed by the statement)' : ''}:`,
    `${read.filesRead} of ${read.filesTotal} files, ${read.bytesRead} of ${read.bytesTotal} bytes`,
    ...(leftOut.length === 0 ? [] : [`(files left out: ${leftOut.join(', ')})`]),
  ].join(' ');
}
