import { LakebookError } from '../../base/errors.ts';
import { toNumber, toText } from '../engine.ts';
import type { SnapshotFile } from '../fileListing.ts';
import { unionOf } from '../positions.ts';
import { featuresOf } from '../protocol.ts';
import { ROW_FILE, ROW_POSITION } from '../rowAddress.ts';
import type { Scan } from '../scan.ts';
import type { Snapshot } from '../snapshot.ts';
import { identifier } from '../sqlText.ts';
import { CHANGE_TYPE, writeChangeFiles, writeDataFiles, type RowsToWrite, type WriteTarget } from './dataFiles.ts';
import { vectorFileNames, writeDeletionVectors } from './deletionVectorFile.ts';
import { removeOf, type AddFile, type ChangeFile, type FileActions, type RemoveFile } from './fileActions.ts';
import type { OpenTransaction } from './openTransaction.ts';
import { countedStatistics, rowCountsOf } from './rowCounts.ts';
import { materialisedRowColumns } from './materialisedRows.ts';
import { completeChangedRows } from './newRows.ts';

/** The column that says what becomes of a row. */
export const ROW_CHANGE = '_lakebook_change';

/**
 * What a statement changes, as a relation of the engine: the address of each changed row (rowAddress.ts; NULL for new
 * ones), `_lakebook_change` (`delete`, `update`, `insert`), and where rows are updated or new the table's columns with the
 * values that they get. No address stands twice.
 */
export interface RowChanges {
  /** A table's name. */
  readonly relation: string;
  /** Columns that the statement gives values to; generated and identity columns are computed where they are not among them. */
  readonly given: readonly string[];
}

export interface ChangedRows extends FileActions {
  readonly counts: RowCounts;
}

export interface RowCounts {
  readonly deleted: number;
  readonly updated: number;
  readonly inserted: number;
  /** Written again unchanged, as their file was rewritten. */
  readonly copied: number;
  readonly deletionVectorsAdded: number;
  readonly deletionVectorsUpdated: number;
  readonly deletionVectorsRemoved: number;
}

/**
 * Turns changed rows into files: with deletion vectors their old versions are marked and the new ones stand in files of
 * their own; without, each touched file is written again.
 */
export async function changeRows(open: OpenTransaction, changes: RowChanges, signal?: AbortSignal): Promise<ChangedRows> {
  const snapshot = await open.snapshot(signal);
  const target = open.target();
  const counts = await countChanges(open, changes.relation, signal);
  const touched = await findTouched(open, snapshot, changes.relation, signal);
  open.transaction.readFiles(touched.map(({ file }) => file.path));
  const usesVectors = target.metadata.configuration['delta.enableDeletionVectors']?.toLowerCase() === 'true' && featuresOf(target.protocol).includes('deletionVectors');
  const whole = touched.filter(isWhole);
  const partial = touched.filter((file) => !isWhole(file));
  const rewritten = usesVectors ? [] : partial;
  const marked = usesVectors ? await markRows(open, partial) : [];
  const written = await writeRows(open, { target, snapshot, changes, counts, rewritten }, signal);
  const changeFiles = await writeChanges(open, { target, snapshot, changes, counts, touched, partial }, signal);
  const deletionTimestamp = open.environment.now();
  const removes = touched.map(({ file }): RemoveFile => removeOf(file, { deletionTimestamp, dataChange: true }));
  return {
    adds: [...marked, ...written],
    removes,
    changeFiles,
    counts: {
      ...counts,
      copied: rewritten.reduce((sum, { rowCount, deleted }) => sum + rowCount - deleted.length, 0),
      deletionVectorsAdded: marked.length,
      deletionVectorsUpdated: usesVectors ? partial.filter(({ file }) => file.deletionVector !== undefined).length : 0,
      deletionVectorsRemoved: [...whole, ...rewritten].filter(({ file }) => file.deletionVector !== undefined).length,
    },
  };
}

/** A file some of whose rows change. */
interface TouchedFile {
  readonly file: SnapshotFile;
  /** Rows that it holds, deleted ones included. */
  readonly rowCount: number;
  /** Positions of all rows that do not count any more, ascending. */
  readonly deleted: BigInt64Array;
}

function isWhole({ rowCount, deleted }: TouchedFile): boolean {
  return deleted.length === rowCount;
}

async function countChanges({ engine }: OpenTransaction, relation: string, signal: AbortSignal | undefined): Promise<Pick<RowCounts, 'deleted' | 'updated' | 'inserted'>> {
  const batch = await engine.select(`SELECT ${identifier(ROW_CHANGE)} AS change, count(*) AS rows FROM ${relation} GROUP BY ALL`, signal);
  const [kinds, rows] = [batch.column('change'), batch.column('rows')];
  const count = (kind: string): number => toNumber(rows[kinds.findIndex((each) => toText(each) === kind)] ?? 0);
  return { deleted: count('delete'), updated: count('update'), inserted: count('insert') };
}

async function findTouched(open: OpenTransaction, snapshot: Snapshot, relation: string, signal: AbortSignal | undefined): Promise<readonly TouchedFile[]> {
  const { engine, storage, table, vectors } = open;
  const [fileIds, positions] = await engine.selectIntegers(`SELECT ${ROW_FILE}, ${ROW_POSITION} FROM ${relation} WHERE ${ROW_FILE} IS NOT NULL ORDER BY ALL`, signal);
  if (fileIds === undefined || positions === undefined || fileIds.length === 0) return [];
  const changed = splitByFile(fileIds, positions);
  const files = await snapshot.addFiles([...changed.keys()], signal);
  if (files.length !== changed.size) throw new LakebookError('INTERNAL_ERROR', { detail: 'a changed row stands in no file of the snapshot' });
  const before = await vectors.loadAll(storage, table, files.map(({ deletionVector }) => deletionVector));
  const counts = await rowCountsOf(open, files, signal);
  return files.map((file, index) => ({ file, rowCount: counts[index] ?? 0, deleted: unionOf(before[index] ?? new BigInt64Array(), changed.get(file.id) ?? new BigInt64Array()) }));
}

function splitByFile(fileIds: BigInt64Array, positions: BigInt64Array): ReadonlyMap<bigint, BigInt64Array> {
  const parts = new Map<bigint, BigInt64Array>();
  let start = 0;
  for (let row = 1; row <= fileIds.length; row += 1) {
    const id = fileIds[start];
    if (id === undefined || (row < fileIds.length && fileIds[row] === id)) continue;
    parts.set(id, positions.subarray(start, row));
    start = row;
  }
  return parts;
}

/** The files again with vectors of all their deleted rows (PROTOCOL.md "Writer Requirement for Deletion Vectors"). */
async function markRows(open: OpenTransaction, files: readonly TouchedFile[]): Promise<readonly AddFile[]> {
  const { storage, table, environment } = open;
  const descriptors = await writeDeletionVectors(storage, table, files.map(({ deleted }) => ({ positions: deleted })), vectorFileNames(open.target().metadata, environment));
  return files.map(({ file, rowCount }, index) => ({ ...file, deletionVector: descriptors[index], dataChange: true, stats: looseStatistics(file.stats, rowCount) }));
}

/** The number of rows must be exact, and the bounds may now be of rows that are gone. */
function looseStatistics(stats: string | undefined, rowCount: number): string {
  const counted = countedStatistics(stats, rowCount);
  return /"tightBounds"\s*:/.test(counted) ? counted.replace(/"tightBounds"\s*:\s*(?:true|false|null)/, '"tightBounds":false') : counted.replace(/\}\s*$/, ',"tightBounds":false}');
}

interface RowsOfChange {
  readonly target: WriteTarget;
  readonly snapshot: Snapshot;
  readonly changes: RowChanges;
  readonly counts: Pick<RowCounts, 'deleted' | 'updated' | 'inserted'>;
}

/** Updated and new rows, and what stays of files that are written again. */
async function writeRows(open: OpenTransaction, { target, snapshot, changes, counts, rewritten }: RowsOfChange & { readonly rewritten: readonly TouchedFile[] }, signal: AbortSignal | undefined): Promise<readonly AddFile[]> {
  const columns = snapshot.schema.fields.map(({ name }) => `r.${identifier(name)}`);
  const tracked = materialisedRowColumns(target.metadata);
  const scans: Scan[] = [];
  let explain = (error: unknown): unknown => error;
  const scanOf = async (ids: readonly bigint[]): Promise<string> => {
    const scan = await snapshot.scan({ onlyFiles: ids, rowAddresses: true, ...(tracked.length > 0 ? { rowTracking: true } : {}) }, signal);
    scans.push(scan);
    return scan.relationSql;
  };
  try {
    const selects: string[] = [];
    if (counts.updated + counts.inserted > 0) {
      const ids = tracked.length > 0 && counts.updated > 0 ? await touchedIds(open, changes.relation, signal) : [];
      const rowIds = tracked.map(({ name, keptByUpdates }) => `, ${keptByUpdates && ids.length > 0 ? `o.${identifier(name)}` : 'NULL::BIGINT'} AS ${identifier(name)}`).join('');
      const former = ids.length > 0 ? ` LEFT JOIN (${await scanOf(ids)}) o ON o.${ROW_FILE} = r.${ROW_FILE} AND o.${ROW_POSITION} = r.${ROW_POSITION}` : '';
      const fresh = `SELECT ${columns.join(', ')}${rowIds}, r.${identifier(ROW_CHANGE)} FROM ${changes.relation} r${former} WHERE r.${identifier(ROW_CHANGE)} <> 'delete'`;
      const complete = await completeChangedRows(open, { select: fresh, columns: changes.given, isNew: `g.${identifier(ROW_CHANGE)} = 'insert'`, newCount: counts.inserted });
      complete.settle(counts.inserted);
      explain = complete.explain;
      selects.push(`SELECT n.* EXCLUDE (${identifier(ROW_CHANGE)}) FROM (${complete.select}) n`);
    }
    if (rewritten.length > 0) {
      const kept = await scanOf(rewritten.map(({ file }) => file.id));
      const rowIds = tracked.map(({ name }) => `, r.${identifier(name)}`).join('');
      selects.push(`SELECT ${columns.join(', ')}${rowIds} FROM (${kept}) r ANTI JOIN ${changes.relation} c ON c.${ROW_FILE} = r.${ROW_FILE} AND c.${ROW_POSITION} = r.${ROW_POSITION}`);
    }
    if (selects.length === 0) return [];
    const rows: RowsToWrite = { select: selects.join(' UNION ALL '), extraColumns: tracked.map(({ name, physicalName }) => ({ name, physicalName, type: 'BIGINT' })) };
    return await writeDataFiles(open, target, rows, signal);
  } catch (error) {
    throw scans.reduce<unknown>((current, scan) => scan.explainError(current), explain(error));
  } finally {
    for (const scan of scans) await scan.dispose();
  }
}

async function touchedIds({ engine }: OpenTransaction, relation: string, signal: AbortSignal | undefined): Promise<readonly bigint[]> {
  const [ids] = await engine.selectIntegers(`SELECT DISTINCT ${ROW_FILE} FROM ${relation} WHERE ${identifier(ROW_CHANGE)} = 'update'`, signal);
  return [...(ids ?? [])];
}

/**
 * The rows' changes for the change data feed (PROTOCOL.md "Writer Requirements for AddCDCFile"): none are needed where
 * files only come, or only go as a whole.
 */
async function writeChanges(open: OpenTransaction, { target, snapshot, changes, counts, touched, partial }: RowsOfChange & { readonly touched: readonly TouchedFile[]; readonly partial: readonly TouchedFile[] }, signal: AbortSignal | undefined): Promise<readonly ChangeFile[]> {
  if (target.metadata.configuration['delta.enableChangeDataFeed']?.toLowerCase() !== 'true') return [];
  const onlyComes = touched.length === 0;
  const onlyGoes = partial.length === 0 && counts.updated + counts.inserted === 0;
  if (onlyComes || onlyGoes) return [];
  const names = snapshot.schema.fields.map(({ name }) => identifier(name));
  const listed = (alias: string): string => names.map((name) => `${alias}.${name}`).join(', ');
  const scan = await snapshot.scan({ onlyFiles: touched.map(({ file }) => file.id), rowAddresses: true }, signal);
  try {
    const kind = `c.${identifier(ROW_CHANGE)}`;
    const before = `SELECT ${listed('o')}, CASE ${kind} WHEN 'delete' THEN 'delete' ELSE 'update_preimage' END AS ${CHANGE_TYPE}
      FROM (${scan.relationSql}) o JOIN ${changes.relation} c ON c.${ROW_FILE} = o.${ROW_FILE} AND c.${ROW_POSITION} = o.${ROW_POSITION}`;
    const after = `SELECT ${listed('c')}, CASE ${kind} WHEN 'insert' THEN 'insert' ELSE 'update_postimage' END AS ${CHANGE_TYPE} FROM ${changes.relation} c WHERE ${kind} <> 'delete'`;
    const select = counts.updated + counts.inserted === 0 ? before : `${before} UNION ALL ${after}`;
    return await writeChangeFiles(open, target, { select }, signal);
  } catch (error) {
    throw scan.explainError(error);
  } finally {
    await scan.dispose();
  }
}
