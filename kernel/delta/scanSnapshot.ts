import { LakebookError } from '../base/errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { DeletionVectorDescriptor } from './actions.ts';
import { resolveDataPath } from './dataPath.ts';
import type { DeletionVectors } from './deletionVectors.ts';
import { toNumber, toText, type ColumnBatch, type Engine } from './engine.ts';
import { Constants, constantSql } from './fileConstants.ts';
import type { FileIndexes } from './fileIndex.ts';
import type { LiveFiles } from './liveFiles.ts';
import type { Predicate } from './predicate.ts';
import { bindPlan } from './planBinding.ts';
import { rowAddressColumns } from './rowAddress.ts';
import { rowTrackingColumns } from './rowTracking.ts';
import type { PrunedBy, Scan, ScanOptions } from './scan.ts';
import type { PlannedColumn, ScanFile } from './scanPlan.ts';
import { judgeConjuncts, renderConjunct, type RenderedConjunct } from './predicatePruning.ts';
import { buildFileFilters, type ColumnIndex, type FileFilter } from './skipping.ts';
import type { Totals } from './snapshot.ts';
import { literal } from './sqlText.ts';
import { columnOf, sourceOf, type TableVersion } from './tableVersion.ts';

/** What a scan of a pinned version needs. */
export interface ScanContext {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly at: TableVersion;
  readonly files: LiveFiles;
  readonly indexes: FileIndexes;
  readonly vectors: DeletionVectors;
  readonly totals: Totals;
}

/** The scan of one version: files chosen in the log, rows and columns left to the engine. */
export async function scanSnapshot(context: ScanContext, options: ScanOptions, signal?: AbortSignal): Promise<Scan> {
  const { engine, at, totals } = context;
  const constants = new Constants();
  const names = options.columns ?? at.schema.fields.map(({ name }) => name);
  const columns: PlannedColumn[] = names.map((name) => {
    const field = columnOf(at, name);
    return { name: field.name, source: sourceOf(field, at, constants) };
  });
  if (options.rowTracking === true) columns.push(...rowTrackingColumns(at, constants));
  if (options.rowAddresses === true) columns.push(...rowAddressColumns(constants));

  const choice = await chooseFiles(context, options);
  const statement = `SELECT ${scanColumns(constants.names)} ${choice.from}${choice.where}${choice.order}`;
  const { batch, prunedBy, predicates } = await context.indexes.selections.get(statement, async () => {
    const selected = await engine.select(statement, signal);
    const prunedBy = await countPruned(context, choice, selected.rowCount);
    return { batch: selected, prunedBy, predicates: await judgeConjuncts(engine, choice.from, choice.filters.conjuncts, totals.numFiles) };
  });
  const files = await planFiles(context, batch, constants.names);
  const bytesRead = batch.column('size').reduce((sum: number, size) => sum + toNumber(size), 0);
  const rowEstimate = await context.indexes.estimateRows(bytesRead);
  return bindPlan(engine, at, { table: at.table, columns, files, matchBy: at.mode === 'id' ? 'fieldId' : 'name', rowEstimate }, {
    filesTotal: totals.numFiles,
    filesRead: batch.rowCount,
    bytesTotal: totals.sizeBytes,
    bytesRead,
    prunedBy,
    predicates,
  }, signal);
}

/** The files of a scan as parts of a SELECT. */
interface FileChoice {
  readonly filters: PreparedFilters;
  readonly from: string;
  /** Empty where no file is left out. */
  readonly where: string;
  /** The order of the log, and the limit. */
  readonly order: string;
  readonly isLimited: boolean;
}

const VECTOR_COLUMNS = ['storageType', 'pathOrInlineDv', 'offset', 'sizeInBytes', 'cardinality'] as const;

export async function chooseFiles(context: ScanContext, options: ScanOptions): Promise<FileChoice> {
  const { files, at } = context;
  await files.materialise();
  const filters = await prepareFilters(context, options.predicate, options.trustFloatMaximum ?? false);
  const only = options.onlyFiles === undefined ? 'true' : `f.file_id IN (${[...options.onlyFiles, -1n].join(', ')})`;
  const paths = options.onlyPaths === undefined ? 'true' : `f.path IN (${[...options.onlyPaths, ''].map(literal).join(', ')})`;
  const conditions = [filters.partitions, filters.statistics, only, paths].filter((condition) => condition !== 'true');
  return {
    filters,
    from: `FROM ${files.relation(at.version)}${filters.joins}`,
    where: conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`,
    order: ` ORDER BY f.file_id${options.limitFiles === undefined ? '' : ` LIMIT ${options.limitFiles}`}`,
    isLimited: options.limitFiles !== undefined,
  };
}

function scanColumns(constants: readonly string[]): string {
  const vector = VECTOR_COLUMNS.map((name) => `f.deletion_vector."${name}" AS "${name}"`);
  const values = constants.map((name, index) => `${constantSql(name, 'f')} AS constant${index}`);
  return ['f.path AS path', 'f.size AS size', ...vector, ...values].join(', ');
}

/** A generated condition may have thousands of parts. */
const CONJUNCTS_MAX = 20;

interface PreparedFilters {
  readonly joins: string;
  readonly partitions: string;
  readonly statistics: string;
  readonly conjuncts: readonly RenderedConjunct[];
}

async function prepareFilters({ at, indexes }: ScanContext, predicate: Predicate | undefined, trustFloatMaximum: boolean): Promise<PreparedFilters> {
  if (predicate === undefined) return { joins: '', partitions: 'true', statistics: 'true', conjuncts: [] };
  const { partitions, statistics } = buildFileFilters(predicate, { schema: at.schema, partitionColumns: at.metadata.partitionColumns, mode: at.mode, trustFloatMaximum });
  const joins: string[] = [];
  const render = async (filter: FileFilter): Promise<{ readonly sql: string; readonly conjuncts: readonly RenderedConjunct[] }> => {
    const found = await Promise.all(filter.columns.map((column) => indexes.get(column)));
    const indexOf = (position: number): ColumnIndex | undefined => {
      const index = found[position];
      if (index === undefined) return undefined;
      const alias = `x${[...joins, index.table].indexOf(index.table)}`;
      if (!joins.includes(index.table)) joins.push(index.table);
      return { alias, hasGaps: index.hasGaps };
    };
    return { sql: filter.sql(indexOf), conjuncts: filter.conjuncts.filter(({ predicate: part }) => part.kind !== 'unknown').map((conjunct) => renderConjunct(conjunct, filter, indexOf)) };
  };
  const [byPartitions, byStatistics] = [await render(partitions), await render(statistics)];
  const conditions = { partitions: byPartitions.sql, statistics: byStatistics.sql, conjuncts: [...byPartitions.conjuncts, ...byStatistics.conjuncts].slice(0, CONJUNCTS_MAX) };
  return { ...conditions, joins: joins.map((table, position) => ` JOIN ${table} x${position} ON x${position}.file_id = f.file_id`).join('') };
}

/** Counting costs a statement, so it is asked only where more than one means left files out. */
async function countPruned({ engine, totals }: ScanContext, { filters, from, where, isLimited }: FileChoice, kept: number): Promise<PrunedBy> {
  const total = totals.numFiles;
  const count = async (condition: string): Promise<number> => (condition === '' ? total : toNumber((await engine.select(`SELECT count(*) AS files ${from}${condition}`)).column('files')[0]));
  const selected = isLimited ? await count(where) : kept;
  const afterPartitions = filters.statistics === 'true' ? selected : await count(filters.partitions === 'true' ? '' : ` WHERE ${filters.partitions}`);
  return { partitions: total - afterPartitions, statistics: afterPartitions - selected, limit: selected - kept };
}

async function planFiles({ at, storage, vectors }: ScanContext, batch: ColumnBatch, constants: readonly string[]): Promise<readonly ScanFile[]> {
  const paths = batch.column('path');
  const values = constants.map((_, index) => batch.column(`constant${index}`));
  const descriptors = descriptorsOf(batch);
  const positions = await vectors.loadAll(storage, at.table, descriptors);
  return paths.map((path, row): ScanFile => {
    const deleted = positions[row];
    return {
      path: resolveDataPath(at.table, toText(path) ?? ''),
      rows: deleted === undefined ? { kind: 'all' } : { kind: 'except', positions: deleted },
      constants: values.map((column) => toText(column[row])),
    };
  });
}

/** One per row; undefined where a file has no deletion vector. */
export function descriptorsOf(batch: ColumnBatch, prefix = ''): readonly (DeletionVectorDescriptor | undefined)[] {
  const [types, paths, offsets, sizes, cardinalities] = VECTOR_COLUMNS.map((name) => batch.column(`${prefix}${name}`));
  if (types === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: 'deletion vectors were not selected' });
  return types.map((type, row) => {
    const storageType = toText(type);
    if (storageType === null) return undefined;
    const offset = offsets?.[row] ?? null;
    return {
      storageType,
      pathOrInlineDv: toText(paths?.[row]) ?? '',
      offset: offset === null ? undefined : toNumber(offset),
      sizeInBytes: toNumber(sizes?.[row]),
      cardinality: toNumber(cardinalities?.[row]),
    };
  });
}
