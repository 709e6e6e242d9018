import type { Storage } from '../../storage/storage.ts';
import { canonicalPath } from '../commitSql.ts';
import { resolveDataPath } from '../dataPath.ts';
import type { DeletionVectors } from '../deletionVectors.ts';
import { toNumber, toText, type ColumnBatch, type Engine } from '../engine.ts';
import { Constants, constantSql } from '../fileConstants.ts';
import type { LiveFiles } from '../liveFiles.ts';
import { bindPlan } from '../planBinding.ts';
import { differenceOf } from '../positions.ts';
import { rowTrackingColumns } from '../rowTracking.ts';
import type { Scan } from '../scan.ts';
import type { PlannedColumn, ScanFile } from '../scanPlan.ts';
import { descriptorsOf } from '../scanSnapshot.ts';
import { formatType } from '../schema.ts';
import { duckdbType } from '../sqlText.ts';
import { sourceOf, type TableVersion } from '../tableVersion.ts';
import type { DifferenceColumn } from './differenceColumns.ts';

/** A version of a table with its files. */
export interface VersionFiles {
  readonly at: TableVersion;
  readonly files: LiveFiles;
}

export interface DifferenceContext {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly vectors: DeletionVectors;
}

/** Rows of one version: a SELECT of `c0`, `c1` … by the place of the column, and `_row_id` where rows are tracked. */
export interface RowSide {
  readonly sql: string;
  readonly fileCount: number;
  readonly scan: Scan;
}

/**
 * The rows of a version that stand in a file, or at a place of one, that the other version does not read. Rows that a
 * commit only copied into another file are among them, on both sides.
 */
export async function differingRows(context: DifferenceContext, own: VersionFiles, other: VersionFiles | undefined, end: 'before' | 'after', columns: readonly DifferenceColumn[], tracked: boolean, signal?: AbortSignal): Promise<RowSide> {
  const { at } = own;
  const constants = new Constants();
  const planned: PlannedColumn[] = columns.map((column, index) => {
    const field = column[end];
    return { name: `c${index}`, source: field === undefined ? { kind: 'null', type: column.type } : sourceOf(field, at, constants) };
  });
  if (tracked) planned.push(...rowTrackingColumns(at, constants).slice(0, 1));
  const batch = await selectFiles(context.engine, own, other, constants.names, signal);
  const files = await planFiles(context, at.table, batch, constants.names.length);
  const bytes = batch.column('size').reduce((sum: number, size) => sum + toNumber(size), 0);
  const figures = { filesTotal: files.length, filesRead: files.length, bytesTotal: bytes, bytesRead: bytes, prunedBy: { partitions: 0, statistics: 0, limit: 0 }, predicates: [] };
  const scan = await bindPlan(context.engine, at, { table: at.table, columns: planned, files, matchBy: at.mode === 'id' ? 'fieldId' : 'name' }, figures, signal);
  const values = columns.map((column, index) => (changesType(column, end) ? `CAST(c${index} AS ${duckdbType(column.type)}) AS c${index}` : `c${index}`));
  return { sql: `SELECT ${[...values, ...(tracked ? ['_row_id'] : [])].join(', ')} FROM (${scan.relationSql})`, fileCount: files.length, scan };
}

function changesType(column: DifferenceColumn, end: 'before' | 'after'): boolean {
  const field = column[end];
  return field !== undefined && formatType(field.type) !== formatType(column.type);
}

const VECTOR_FIELDS = ['storageType', 'pathOrInlineDv', 'offset', 'sizeInBytes', 'cardinality'] as const;

/** Files that the other version has not, or has with another deletion vector: `other_…` is that one's. */
async function selectFiles(engine: Engine, { at, files }: VersionFiles, other: VersionFiles | undefined, constants: readonly string[], signal: AbortSignal | undefined): Promise<ColumnBatch> {
  await files.materialise();
  await other?.files.materialise();
  const vector = (alias: string, prefix: string): string => VECTOR_FIELDS.map((name) => (alias === '' ? `NULL AS "${prefix}${name}"` : `${alias}.deletion_vector."${name}" AS "${prefix}${name}"`)).join(', ');
  const values = constants.map((name, index) => `${constantSql(name, 'f')} AS constant${index}`);
  const selected = (kept: string, otherAlias: string): string => ['f.path AS path', 'f.size AS size', `${kept} AS kept`, vector('f', 'own_'), vector(otherAlias, 'other_'), ...values].join(', ');
  if (other === undefined) return engine.select(`SELECT ${selected('false', '')} FROM ${files.relation(at.version)} ORDER BY f.file_id`, signal);
  return engine.select(`
    SELECT ${selected('o.path IS NOT NULL', 'o')} FROM ${files.relation(at.version)}
    LEFT JOIN (SELECT f.* FROM ${other.files.relation(other.at.version)}) o ON ${canonicalPath('o.path')} = ${canonicalPath('f.path')}
    WHERE o.path IS NULL OR o.dv_id <> f.dv_id ORDER BY f.file_id`, signal);
}

const NO_POSITIONS = new BigInt64Array(0);

async function planFiles({ storage, vectors }: DifferenceContext, table: string, batch: ColumnBatch, constantCount: number): Promise<readonly ScanFile[]> {
  const own = await vectors.loadAll(storage, table, descriptorsOf(batch, 'own_'));
  const other = await vectors.loadAll(storage, table, descriptorsOf(batch, 'other_'));
  const [paths, kept] = [batch.column('path'), batch.column('kept')];
  const values = Array.from({ length: constantCount }, (_, index) => batch.column(`constant${index}`));
  return paths.flatMap((path, row): ScanFile[] => {
    const file = { path: resolveDataPath(table, toText(path) ?? ''), constants: values.map((column) => toText(column[row])) };
    const deleted = own[row];
    if (kept[row] !== true) return [{ ...file, rows: deleted === undefined ? { kind: 'all' } : { kind: 'except', positions: deleted } }];
    const positions = differenceOf(other[row] ?? NO_POSITIONS, deleted ?? NO_POSITIONS);
    return positions.length === 0 ? [] : [{ ...file, rows: { kind: 'only', positions } }];
  });
}
