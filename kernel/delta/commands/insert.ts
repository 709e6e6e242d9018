import { LakebookError } from '../../base/errors.ts';
import type { SnapshotFile } from '../fileListing.ts';
import { removeOf, type FileActions } from '../write/fileActions.ts';
import { CHANGE_TYPE, writeChangeFiles } from '../write/dataFiles.ts';
import type { OperationParameters } from '../write/commitText.ts';
import { completeRows, type CompleteRows, type NewRows } from '../write/newRows.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { changeRows, feedsChanges, ROW_CHANGE, type RowCounts } from '../write/rowChanges.ts';
import type { RowRead } from '../write/rowReads.ts';
import { ROW_FILE, ROW_POSITION } from '../rowAddress.ts';
import { identifier } from '../sqlText.ts';
import type { CommandResult } from './commandResult.ts';
import { fileMetrics, writeComplete } from './writtenRows.ts';

/** Which rows give way to the new ones. */
export type Overwrite =
  | { readonly kind: 'none' | 'all' }
  /** Those of the partitions that the new rows are of. */
  | { readonly kind: 'partitions' }
  /** Those for which a condition is true: `changes` holds them as deletions (rowChanges.ts). */
  | {
      readonly kind: 'where';
      readonly condition: string;
      /** Whether new rows must meet the condition too. */
      readonly isChecked: boolean;
      readonly read: RowRead;
      readonly changes: string;
    }
  /** Those that have the values of a new row in these columns; NULL is no value. */
  | { readonly kind: 'using'; readonly columns: readonly string[] };

export interface InsertOptions {
  readonly rows: NewRows;
  readonly overwrite: Overwrite;
  /** A transaction of a writer that may try again: one that was seen already writes nothing. */
  readonly txn?: { readonly appId: string; readonly version: bigint } | undefined;
}

/** Appends rows, or puts them in place of others. @throws LakebookError as `completeRows`, as a commit */
export async function insertRows(open: OpenTransaction, options: InsertOptions, signal?: AbortSignal): Promise<CommandResult> {
  const { transaction, environment } = open;
  const { rows, overwrite, txn } = options;
  if (txn !== undefined) {
    const last = transaction.lastTransactionOf(txn.appId);
    if (last !== undefined && last.version >= txn.version) return { committed: undefined, metrics: {}, rows: { affected: 0, inserted: 0, updated: 0, deleted: 0 } };
    transaction.setTransaction({ ...txn, lastUpdated: BigInt(environment.now()) });
  }
  const constraints = overwrite.kind === 'where' && overwrite.isChecked ? [{ kind: 'replaceWhere', expression: overwrite.condition } as const] : [];
  const complete = await completeRows(open, { ...rows, constraints });
  const stored = overwrite.kind === 'using' || (overwrite.kind === 'where' && feedsChanges(open.target())) ? await storedRows(open, complete, signal) : undefined;
  try {
    const written = await writeComplete(open, stored ?? complete, signal);
    const replaced = await replacedRows(open, { overwrite, adds: written.adds, select: (stored ?? complete).select }, signal);
    // Whoever reads the changes of a version that has files of changes reads nothing else of it.
    const inserted = stored === undefined || !feedsChanges(open.target()) || replaced.changeFiles.length === 0 ? [] : await writeChangeFiles(open, open.target(), { select: `SELECT n.*, 'insert' AS ${CHANGE_TYPE} FROM (${stored.select}) n` }, signal);
    const changeFiles = [...replaced.changeFiles, ...inserted];
    const metrics = { ...fileMetrics(written), ...removalMetrics(overwrite, { ...replaced, changeFiles }) };
    const committed = await open.commit({ name: 'WRITE', parameters: parametersOf(overwrite), metrics }, { adds: [...written.adds, ...replaced.adds], removes: replaced.removes, changeFiles });
    return { committed, metrics, rows: { affected: written.rowCount, inserted: written.rowCount, updated: 0, deleted: 0 } };
  } finally {
    await stored?.dispose();
  }
}

/** Rows that are written more than once, and must be the same each time. */
async function storedRows({ engine }: OpenTransaction, complete: CompleteRows, signal: AbortSignal | undefined): Promise<CompleteRows & { dispose(): Promise<void> }> {
  const table = engine.newTableName();
  await engine.run(`CREATE TABLE ${table} AS ${complete.select}`, signal).catch((error: unknown) => Promise.reject(complete.explain(error)));
  return { ...complete, select: `SELECT * FROM ${table}`, dispose: () => engine.run(`DROP TABLE IF EXISTS ${table}`) };
}

interface ReplacedRows extends FileActions {
  /** Where single rows were looked for. */
  readonly counts?: RowCounts;
}

async function replacedRows(open: OpenTransaction, { overwrite, adds, select }: { readonly overwrite: Overwrite; readonly adds: FileActions['adds']; readonly select: string }, signal: AbortSignal | undefined): Promise<ReplacedRows> {
  const { transaction, environment } = open;
  const removed = (files: readonly SnapshotFile[]): FileActions => ({ adds: [], changeFiles: [], removes: files.map((file) => removeOf(file, { deletionTimestamp: environment.now(), dataChange: true })) });
  switch (overwrite.kind) {
    case 'none':
      return removed([]);
    case 'all':
      transaction.readWholeTable();
      return removed(await (await open.snapshot(signal)).addFiles(undefined, signal));
    case 'partitions': {
      if (open.target().metadata.partitionColumns.length === 0) throw new LakebookError('DELTA_OVERWRITE_MUST_BE_PARTITIONED', { table: open.table });
      transaction.readWholeTable();
      const written = new Set(adds.map(({ partitionValues }) => partitionKey(partitionValues)));
      return removed((await (await open.snapshot(signal)).addFiles(undefined, signal)).filter(({ partitionValues }) => written.has(partitionKey(partitionValues))));
    }
    case 'where': {
      transaction.readWhere(overwrite.read.predicate, overwrite.read.rows);
      return changeRows(open, { relation: overwrite.changes, given: [] }, signal);
    }
    case 'using':
      transaction.readWholeTable();
      return deleteMatching(open, { select, columns: overwrite.columns }, signal);
  }
}

async function deleteMatching(open: OpenTransaction, { select, columns }: { readonly select: string; readonly columns: readonly string[] }, signal: AbortSignal | undefined): Promise<ReplacedRows> {
  const { engine } = open;
  const scan = await (await open.snapshot(signal)).scan({ columns, rowAddresses: true }, signal);
  const relation = engine.newTableName();
  const matches = columns.map((name) => `s.${identifier(name)} = t.${identifier(name)}`).join(' AND ');
  try {
    await engine.run(`CREATE TABLE ${relation} AS SELECT t.${ROW_FILE}, t.${ROW_POSITION}, 'delete' AS ${identifier(ROW_CHANGE)} FROM (${scan.relationSql}) t WHERE EXISTS (SELECT 1 FROM (${select}) s WHERE ${matches})`, signal);
    return await changeRows(open, { relation, given: [] }, signal);
  } catch (error) {
    throw scan.explainError(error);
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${relation}`);
    await scan.dispose();
  }
}

function partitionKey(values: Readonly<Record<string, string | null>>): string {
  return JSON.stringify(Object.entries(values).map(([name, value]) => [name, value === '' ? null : value] as const).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** As Spark says it of SQL: which columns partition a table is told where the table is made. */
function parametersOf(overwrite: Overwrite): OperationParameters {
  const mode = { mode: overwrite.kind === 'none' ? 'Append' : 'Overwrite', partitionBy: '[]' };
  if (overwrite.kind === 'where') return { ...mode, predicate: overwrite.condition };
  if (overwrite.kind === 'using') return { ...mode, replaceUsing: JSON.stringify(overwrite.columns) };
  return overwrite.kind === 'partitions' ? { ...mode, partitionOverwriteMode: 'dynamic' } : mode;
}

function removalMetrics(overwrite: Overwrite, { removes, changeFiles, counts }: ReplacedRows): Readonly<Record<string, string>> {
  if (overwrite.kind === 'none') return {};
  const files = { numRemovedFiles: String(removes.length), numRemovedBytes: String(removes.reduce((sum, { size }) => sum + size, 0)) };
  return counts === undefined ? files : { ...files, numCopiedRows: String(counts.copied), numDeletedRows: String(counts.deleted), numAddedChangeFiles: String(changeFiles.length) };
}
