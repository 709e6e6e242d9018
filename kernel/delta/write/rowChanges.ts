import { LakebookError } from '../../base/errors.ts';
import { toNumber, toText } from '../engine.ts';
import type { SnapshotFile } from '../fileListing.ts';
import { unionOf } from '../positions.ts';
import { featuresOf } from '../protocol.ts';
import { ROW_FILE, ROW_POSITION } from '../rowAddress.ts';
import type { Snapshot } from '../snapshot.ts';
import { findField, formatType, parseSchema } from '../schema.ts';
import { duckdbType, identifier } from '../sqlText.ts';
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
 * values that they get. An address that stands twice is a conflict of a MERGE's source with itself.
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
  const { written, changeFiles } = await writeFiles(open, { target, snapshot, changes, counts, touched, partial, rewritten }, signal);
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
  const twice = positions.findIndex((position, row) => row > 0 && position === positions[row - 1] && fileIds[row] === fileIds[row - 1]);
  if (twice > 0) throw await matchedTwice(open, snapshot, relation, { file: fileIds[twice] ?? 0n, position: positions[twice] ?? 0n });
  const changed = splitByFile(fileIds, positions);
  const files = await snapshot.addFiles([...changed.keys()], signal);
  if (files.length !== changed.size) throw new LakebookError('INTERNAL_ERROR', { detail: 'a changed row stands in no file of the snapshot' });
  const before = await vectors.loadAll(storage, table, files.map(({ deletionVector }) => deletionVector));
  const counts = await rowCountsOf(open, files, signal);
  return files.map((file, index) => ({ file, rowCount: counts[index] ?? 0, deleted: unionOf(before[index] ?? new BigInt64Array(), changed.get(file.id) ?? new BigInt64Array()) }));
}

/** With the values that one of the matches would give. */
async function matchedTwice({ engine, table }: OpenTransaction, { schema }: Snapshot, relation: string, { file, position }: { readonly file: bigint; readonly position: bigint }): Promise<LakebookError> {
  const told = schema.fields.filter(({ type }) => type.kind !== 'binary').map(({ name }) => identifier(name));
  const batch = await engine.select(`SELECT to_json(r)::VARCHAR AS row FROM (SELECT ${told.join(', ')} FROM ${relation} WHERE ${ROW_FILE} = ${file} AND ${ROW_POSITION} = ${position} LIMIT 1) r`);
  return new LakebookError('DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE', { table, row: toText(batch.column('row')[0]) ?? '' });
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
  readonly touched: readonly TouchedFile[];
  /** Those of them that keep rows. */
  readonly partial: readonly TouchedFile[];
  /** Those of them that are written again. */
  readonly rewritten: readonly TouchedFile[];
}

async function writeFiles(open: OpenTransaction, of: RowsOfChange, signal: AbortSignal | undefined): Promise<{ readonly written: readonly AddFile[]; readonly changeFiles: readonly ChangeFile[] }> {
  const fresh = await freshRows(open, of, signal);
  try {
    const written = await writeRows(open, of, fresh, signal);
    return { written, changeFiles: await writeChanges(open, of, fresh, signal) };
  } finally {
    await fresh?.dispose();
  }
}

/** Updated and new rows with all their values, and what becomes of each. */
interface FreshRows {
  readonly select: string;
  readonly explain: (error: unknown) => unknown;
  dispose(): Promise<void>;
}

/** @returns undefined where rows only go */
async function freshRows(open: OpenTransaction, { target, snapshot, changes, counts }: RowsOfChange, signal: AbortSignal | undefined): Promise<FreshRows | undefined> {
  if (counts.updated + counts.inserted === 0) return undefined;
  const { engine } = open;
  const tracked = materialisedRowColumns(target.metadata);
  const ids = tracked.length > 0 && counts.updated > 0 ? await touchedIds(open, changes.relation, signal) : [];
  const scan = ids.length === 0 ? undefined : await snapshot.scan({ onlyFiles: ids, rowAddresses: true, rowTracking: true }, signal);
  const rowIds = tracked.map(({ name, keptByUpdates }) => `, ${keptByUpdates && scan !== undefined ? `o.${identifier(name)}` : 'NULL::BIGINT'} AS ${identifier(name)}`).join('');
  const former = scan === undefined ? '' : ` LEFT JOIN (${scan.relationSql}) o ON o.${ROW_FILE} = r.${ROW_FILE} AND o.${ROW_POSITION} = r.${ROW_POSITION}`;
  const select = `SELECT ${columnsOf(target, 'r')}${rowIds}, r.${identifier(ROW_CHANGE)} FROM ${changes.relation} r${former} WHERE r.${identifier(ROW_CHANGE)} <> 'delete'`;
  let table: string | undefined;
  const dispose = async (): Promise<void> => {
    if (table !== undefined) await engine.run(`DROP TABLE IF EXISTS ${table}`);
    await scan?.dispose();
  };
  try {
    const complete = await completeChangedRows(open, { select, columns: changes.given, isNew: `g.${identifier(ROW_CHANGE)} = 'insert'`, newCount: counts.inserted });
    complete.settle(counts.inserted);
    const explain = (error: unknown): unknown => complete.explain(scan === undefined ? error : scan.explainError(error));
    if (!feedsChanges(target)) return { select: complete.select, explain, dispose };
    // They are written twice, and must be the same both times.
    table = engine.newTableName();
    await engine.run(`CREATE TABLE ${table} AS ${complete.select}`, signal).catch((error: unknown) => Promise.reject(explain(error)));
    return { select: `SELECT * FROM ${table}`, explain, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function columnsOf({ metadata }: WriteTarget, alias: string): string {
  return parseSchema(metadata.schemaString, metadata.id).fields.map(({ name }) => `${alias}.${identifier(name)}`).join(', ');
}

/** Columns of rows as they were, in the table as it will be: new ones are NULL. */
function formerColumns({ schema }: Snapshot, { metadata }: WriteTarget, alias: string): string {
  const columns = parseSchema(metadata.schemaString, metadata.id).fields.map(({ name, type }) => {
    const field = findField(schema, name);
    if (field !== undefined && formatType(field.type) === formatType(type)) return `${alias}.${identifier(name)}`;
    return `CAST(${field === undefined ? 'NULL' : `${alias}.${identifier(name)}`} AS ${duckdbType(type)}) AS ${identifier(name)}`;
  });
  return columns.join(', ');
}

/** Updated and new rows, and what stays of files that are written again. */
async function writeRows(open: OpenTransaction, { target, snapshot, changes, rewritten }: RowsOfChange, fresh: FreshRows | undefined, signal: AbortSignal | undefined): Promise<readonly AddFile[]> {
  const tracked = materialisedRowColumns(target.metadata);
  const kept = rewritten.length === 0 ? undefined : await snapshot.scan({ onlyFiles: rewritten.map(({ file }) => file.id), rowAddresses: true, ...(tracked.length > 0 ? { rowTracking: true } : {}) }, signal);
  const rowIds = tracked.map(({ name }) => `, r.${identifier(name)}`).join('');
  const selects = [
    ...(fresh === undefined ? [] : [`SELECT n.* EXCLUDE (${identifier(ROW_CHANGE)}) FROM (${fresh.select}) n`]),
    ...(kept === undefined ? [] : [`SELECT ${formerColumns(snapshot, target, 'r')}${rowIds} FROM (${kept.relationSql}) r ANTI JOIN ${changes.relation} c ON c.${ROW_FILE} = r.${ROW_FILE} AND c.${ROW_POSITION} = r.${ROW_POSITION}`]),
  ];
  try {
    if (selects.length === 0) return [];
    const rows: RowsToWrite = { select: selects.join(' UNION ALL '), extraColumns: tracked.map(({ name, physicalName }) => ({ name, physicalName, type: 'BIGINT' })) };
    return await writeDataFiles(open, target, rows, signal);
  } catch (error) {
    const explained = fresh === undefined ? error : fresh.explain(error);
    throw kept === undefined ? explained : kept.explainError(explained);
  } finally {
    await kept?.dispose();
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
async function writeChanges(open: OpenTransaction, { target, snapshot, changes, touched, partial }: RowsOfChange, fresh: FreshRows | undefined, signal: AbortSignal | undefined): Promise<readonly ChangeFile[]> {
  const onlyComes = touched.length === 0;
  const onlyGoes = partial.length === 0 && fresh === undefined;
  if (!feedsChanges(target) || onlyComes || onlyGoes) return [];
  const scan = await snapshot.scan({ onlyFiles: touched.map(({ file }) => file.id), rowAddresses: true }, signal);
  try {
    const kind = `c.${identifier(ROW_CHANGE)}`;
    const before = `SELECT ${formerColumns(snapshot, target, 'o')}, CASE ${kind} WHEN 'delete' THEN 'delete' ELSE 'update_preimage' END AS ${CHANGE_TYPE}
      FROM (${scan.relationSql}) o JOIN ${changes.relation} c ON c.${ROW_FILE} = o.${ROW_FILE} AND c.${ROW_POSITION} = o.${ROW_POSITION}`;
    const after = fresh === undefined ? '' : ` UNION ALL SELECT ${columnsOf(target, 'c')}, CASE ${kind} WHEN 'insert' THEN 'insert' ELSE 'update_postimage' END AS ${CHANGE_TYPE} FROM (${fresh.select}) c`;
    return await writeChangeFiles(open, target, { select: `${before}${after}` }, signal);
  } catch (error) {
    throw scan.explainError(error);
  } finally {
    await scan.dispose();
  }
}

/** Whether a table's changes can be read row by row. */
export function feedsChanges({ metadata }: WriteTarget): boolean {
  return metadata.configuration['delta.enableChangeDataFeed']?.toLowerCase() === 'true';
}
