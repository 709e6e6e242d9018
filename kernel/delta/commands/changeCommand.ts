import type { OpenTransaction } from '../write/openTransaction.ts';
import { removeOf } from '../write/fileActions.ts';
import { changeRows, type ChangedRows, type RowChanges, type RowCounts } from '../write/rowChanges.ts';
import type { RowRead } from '../write/rowReads.ts';
import { numRecordsOf } from '../write/rowIds.ts';
import { NO_ROWS, type CommandResult } from './commandResult.ts';

export interface ChangeCommand extends RowChanges {
  readonly operation: 'DELETE' | 'UPDATE' | 'MERGE';
  /** Of the commit, as Spark writes them: `predicate`, `matchedPredicates` … */
  readonly parameters: Readonly<Record<string, string>>;
  /** Which rows were looked for. */
  readonly read: RowRead;
  /** Of a MERGE. */
  readonly merge?: MergeCounts | undefined;
}

/** What a MERGE counts beside the rows that it changed. */
export interface MergeCounts {
  /** Undefined where counting them would mean to run the source once more. */
  readonly sourceRows: number | undefined;
  /** Of the changed rows, those that no row of the source met. */
  readonly notMatchedBySource: { readonly updated: number; readonly deleted: number };
}

/**
 * DELETE, UPDATE and MERGE: rows that were found to change are changed, in one commit. Where none was, there is none.
 * @throws LakebookError as the rules of the table, as a commit
 */
export async function changeCommand(open: OpenTransaction, command: ChangeCommand, signal?: AbortSignal): Promise<CommandResult> {
  open.transaction.readWhere(command.read.predicate, command.read.rows);
  const changed = await changeRows(open, command, signal);
  if (changed.adds.length === 0 && changed.removes.length === 0) return { committed: undefined, metrics: {}, rows: NO_ROWS };
  const metrics = metricsOf(command, changed);
  const committed = await open.commit({ name: command.operation, parameters: command.parameters, metrics }, changed);
  const { inserted, updated, deleted } = changed.counts;
  return { committed, metrics, rows: { affected: inserted + updated + deleted, inserted, updated, deleted } };
}

/** DELETE without a condition: all files go, none is read. */
export async function deleteAll(open: OpenTransaction, signal?: AbortSignal): Promise<CommandResult> {
  const files = await (await open.snapshot(signal)).addFiles(undefined, signal);
  open.transaction.readWholeTable();
  if (files.length === 0) return { committed: undefined, metrics: {}, rows: NO_ROWS };
  const deletionTimestamp = open.environment.now();
  const removes = files.map((file) => removeOf(file, { deletionTimestamp, dataChange: true }));
  const deleted = files.reduce((sum, { stats, deletionVector }) => sum + (numRecordsOf(stats) ?? 0) - (deletionVector?.cardinality ?? 0), 0);
  const counts = { ...NO_COUNTS, deleted, deletionVectorsRemoved: files.filter(({ deletionVector }) => deletionVector !== undefined).length };
  const metrics = metricsOf({ operation: 'DELETE' }, { adds: [], removes, changeFiles: [], counts });
  const committed = await open.commit({ name: 'DELETE', parameters: { predicate: '["true"]' }, metrics }, { adds: [], removes, changeFiles: [] });
  return { committed, metrics, rows: { affected: deleted, inserted: 0, updated: 0, deleted } };
}

const NO_COUNTS: RowCounts = { deleted: 0, updated: 0, inserted: 0, copied: 0, deletionVectorsAdded: 0, deletionVectorsUpdated: 0, deletionVectorsRemoved: 0 };

/** Spark's names of what each operation counts. */
function metricsOf({ operation, merge }: Pick<ChangeCommand, 'operation' | 'merge'>, { adds, removes, changeFiles, counts }: ChangedRows): Readonly<Record<string, string>> {
  const sizes = (files: readonly { readonly size: number }[]): number => files.reduce((sum, { size }) => sum + size, 0);
  const marked = new Set(removes.map(({ path }) => path));
  const added = adds.filter(({ path }) => !marked.has(path));
  const kept = new Set(adds.map(({ path }) => path));
  const removed = removes.filter(({ path }) => !kept.has(path));
  const files = {
    numDeletionVectorsAdded: counts.deletionVectorsAdded,
    numDeletionVectorsUpdated: counts.deletionVectorsUpdated,
    numDeletionVectorsRemoved: counts.deletionVectorsRemoved,
    numAddedChangeFiles: changeFiles.length,
  };
  const common = { numAddedFiles: added.length, numRemovedFiles: removed.length, numAddedBytes: sizes(added), numRemovedBytes: sizes(removed), ...files };
  switch (operation) {
    case 'DELETE':
      return asTexts({ ...common, numDeletedRows: counts.deleted, numCopiedRows: counts.copied });
    case 'UPDATE':
      return asTexts({ ...common, numUpdatedRows: counts.updated, numCopiedRows: counts.copied });
    case 'MERGE': {
      const { updated = 0, deleted = 0 } = merge?.notMatchedBySource ?? {};
      return asTexts({
        ...(merge?.sourceRows === undefined ? {} : { numSourceRows: merge.sourceRows }),
        numTargetRowsMatchedUpdated: counts.updated - updated,
        numTargetRowsMatchedDeleted: counts.deleted - deleted,
        numTargetRowsNotMatchedBySourceUpdated: updated,
        numTargetRowsNotMatchedBySourceDeleted: deleted,
        numTargetRowsInserted: counts.inserted,
        numTargetRowsUpdated: counts.updated,
        numTargetRowsDeleted: counts.deleted,
        numTargetRowsCopied: counts.copied,
        numOutputRows: counts.inserted + counts.updated + counts.copied,
        numTargetFilesAdded: added.length,
        numTargetFilesRemoved: removed.length,
        numTargetBytesAdded: sizes(added),
        numTargetBytesRemoved: sizes(removed),
        numTargetChangeFilesAdded: changeFiles.length,
        numTargetDeletionVectorsAdded: counts.deletionVectorsAdded,
        numTargetDeletionVectorsUpdated: counts.deletionVectorsUpdated,
        numTargetDeletionVectorsRemoved: counts.deletionVectorsRemoved,
      });
    }
  }
}

function asTexts(metrics: Readonly<Record<string, number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, String(value)]));
}
