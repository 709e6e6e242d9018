import type { TableWrite } from '../../kernel/rpc/receipts.ts';

const NUMBERS = new Intl.NumberFormat('en-US');

/** A thing that is counted, with the metrics that count it: operations name them differently. */
interface Counted {
  readonly noun: string;
  readonly verb: string;
  readonly metrics: readonly string[];
}

const ROWS: readonly Counted[] = [
  { noun: 'row', verb: 'inserted', metrics: ['numTargetRowsInserted'] },
  { noun: 'row', verb: 'written', metrics: ['numOutputRows'] },
  { noun: 'row', verb: 'updated', metrics: ['numTargetRowsUpdated', 'numUpdatedRows'] },
  { noun: 'row', verb: 'deleted', metrics: ['numTargetRowsDeleted', 'numDeletedRows'] },
];
const FILES: readonly Counted[] = [
  { noun: 'file', verb: 'added', metrics: ['numTargetFilesAdded', 'numAddedFiles', 'numFiles'] },
  { noun: 'file', verb: 'restored', metrics: ['numRestoredFiles'] },
  { noun: 'file', verb: 'removed', metrics: ['numTargetFilesRemoved', 'numRemovedFiles'] },
  { noun: 'deletion vector', verb: 'added', metrics: ['numTargetDeletionVectorsAdded', 'numDeletionVectorsAdded'] },
  { noun: 'deletion vector', verb: 'removed', metrics: ['numTargetDeletionVectorsRemoved', 'numDeletionVectorsRemoved'] },
];
/** What a MERGE counts as output holds rows that it only copied. */
const MERGE_ROWS = ROWS.filter(({ verb }) => verb !== 'written');

/** What became of rows: `5 rows inserted, 2 updated`. '' where none were touched or counted. */
export function describeRowsWritten({ operation, metrics }: Pick<TableWrite, 'operation' | 'metrics'>): string {
  return countsText(operation === 'MERGE' ? MERGE_ROWS : ROWS, metrics);
}

/** What became of files: `1 file added, 1 deletion vector added`. */
export function describeFilesWritten({ metrics }: Pick<TableWrite, 'metrics'>): string {
  return countsText(FILES, metrics);
}

/** The whole in words: `5 rows inserted, 2 updated; 1 file added`. */
export function describeWrite(write: Pick<TableWrite, 'operation' | 'metrics'>): string {
  return [describeRowsWritten(write), describeFilesWritten(write)].filter((text) => text !== '').join('; ');
}

/** `2 rows updated, 1 inserted`; '' where nothing was counted. */
export function describeCounts({ updated, inserted, deleted }: { readonly updated: number; readonly inserted: number; readonly deleted: number }): string {
  return joinCounts([{ noun: 'row', verb: 'updated', count: updated }, { noun: 'row', verb: 'inserted', count: inserted }, { noun: 'row', verb: 'deleted', count: deleted }]);
}

function countsText(counted: readonly Counted[], metrics: Readonly<Record<string, string>>): string {
  return joinCounts(counted.map(({ noun, verb, metrics: names }) => ({ noun, verb, count: Number(metrics[names.find((name) => metrics[name] !== undefined) ?? ''] ?? 0) })));
}

/** The noun stands once for those that follow each other. */
function joinCounts(counts: readonly { readonly noun: string; readonly verb: string; readonly count: number }[]): string {
  const told = counts.filter(({ count }) => count > 0);
  return told.map(({ noun, verb, count }, index) => {
    const again = told[index - 1]?.noun === noun;
    return `${NUMBERS.format(count)} ${again ? '' : `${noun}${count === 1 ? '' : 's'} `}${verb}`;
  }).join(', ');
}
