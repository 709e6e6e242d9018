import { writeDataFiles } from '../write/dataFiles.ts';
import type { AddFile } from '../write/fileActions.ts';
import type { CompleteRows } from '../write/newRows.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { numRecordsOf } from '../write/rowIds.ts';

export interface WrittenRows {
  readonly adds: readonly AddFile[];
  readonly rowCount: number;
}

/** Writes complete rows as new files, and settles what they used up. */
export async function writeComplete(open: OpenTransaction, rows: CompleteRows, signal?: AbortSignal): Promise<WrittenRows> {
  try {
    const adds = await writeDataFiles(open, open.target(), { select: rows.select }, signal);
    const rowCount = adds.reduce((sum, { stats }) => sum + (numRecordsOf(stats) ?? 0), 0);
    rows.settle(rowCount);
    return { adds, rowCount };
  } catch (error) {
    throw rows.explain(error);
  }
}

/** Spark's metrics of a write. */
export function fileMetrics({ adds, rowCount }: WrittenRows): Readonly<Record<string, string>> {
  return { numFiles: String(adds.length), numOutputRows: String(rowCount), numOutputBytes: String(adds.reduce((sum, { size }) => sum + size, 0)) };
}
