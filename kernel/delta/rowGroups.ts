import { resolveDataPath } from './dataPath.ts';
import { toNumber, toText } from './engine.ts';
import { statisticColumns } from './fileIndex.ts';
import { explainScanError } from './planBinding.ts';
import type { Predicate } from './predicate.ts';
import { countLeftOut, renderConjunct } from './predicatePruning.ts';
import { chooseFiles, type ScanContext } from './scanSnapshot.ts';
import { buildFileFilters, type IndexedColumn } from './skipping.ts';
import { fileList, literal } from './sqlText.ts';

/** What the statistics in the footers of the files that a scan reads say of its predicate. */
export interface RowGroupPruning {
  /** Files that the scan reads. */
  readonly files: number;
  /** Files whose footers were looked at, spread evenly over those. */
  readonly filesSeen: number;
  /** Row groups of the files that were looked at. */
  readonly rowGroups: number;
  readonly bytes: number;
  /** Row groups in which no row can fulfil the predicate as a whole. */
  readonly rowGroupsLeftOut: number;
  readonly bytesLeftOut: number;
  /** By conjunct that statistics can judge. */
  readonly predicates: readonly RowGroupPredicate[];
}

export interface RowGroupPredicate {
  /** As in {@link PredicatePruning}. */
  readonly text: string;
  /** Row groups that it alone rules out. */
  readonly rowGroupsLeftOut: number;
  /** Row groups without statistics of its columns. */
  readonly rowGroupsUnknown: number;
}

/** Opening a file costs about a millisecond; a footer holds an entry per row group and column. */
const FILES_SEEN_MAX = 100;

/**
 * Judges a scan's predicate by the row groups of the files that it reads: the same rules as for files, over the
 * statistics of the footers. Reads footers alone.
 * @throws LakebookError DELTA_FILE_NOT_FOUND_DETAILED, DELTA_DATA_FILE_CORRUPT
 */
export async function judgeRowGroups(context: ScanContext, predicate: Predicate, signal?: AbortSignal): Promise<RowGroupPruning> {
  const { engine, at } = context;
  const { files, paths } = await sampleFiles(context, predicate, signal);
  if (paths.length === 0) return { files, filesSeen: 0, rowGroups: 0, bytes: 0, rowGroupsLeftOut: 0, bytesLeftOut: 0, predicates: [] };
  const { statistics } = buildFileFilters(predicate, { schema: at.schema, partitionColumns: at.metadata.partitionColumns, mode: at.mode, trustFloatMaximum: false });
  // Footers know nothing of partition values: where these take part, a condition is not judged
  const judged = statistics.conjuncts.filter(({ predicate: part, columns }) => part.kind !== 'unknown' && columns.every((column) => statistics.columns[column]?.kind === 'statistics'));
  const indexOf = (column: number): { readonly alias: string; readonly hasGaps: true } => ({ alias: `x${column}`, hasGaps: true });
  const conjuncts = judged.map((conjunct) => renderConjunct(conjunct, statistics, indexOf));
  const whole = conjuncts.length === 0 ? 'true' : conjuncts.map(({ sql }) => `(${sql})`).join(' AND ');
  const relation = engine.newTableName();
  try {
    await engine.run(`CREATE TABLE ${relation} AS ${footerStatistics(paths, statistics.columns)}`, signal);
    const [all, ...counts] = await countLeftOut(engine, { from: `FROM ${relation}`, bytes: 'bytes' }, [{ sql: whole, known: undefined }, ...conjuncts]);
    const totals = await engine.select(`SELECT count(*) AS groups, coalesce(sum(bytes), 0)::BIGINT AS bytes FROM ${relation}`, signal);
    return {
      files,
      filesSeen: paths.length,
      rowGroups: toNumber(totals.column('groups')[0]),
      bytes: toNumber(totals.column('bytes')[0]),
      rowGroupsLeftOut: all?.leftOut ?? 0,
      bytesLeftOut: all?.bytesLeftOut ?? 0,
      predicates: conjuncts.map(({ text }, index) => ({ text, rowGroupsLeftOut: counts[index]?.leftOut ?? 0, rowGroupsUnknown: counts[index]?.unknown ?? 0 })),
    };
  } catch (error) {
    throw explainScanError(engine, at, error);
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${relation}`);
  }
}

async function sampleFiles(context: ScanContext, predicate: Predicate, signal?: AbortSignal): Promise<{ readonly files: number; readonly paths: readonly string[] }> {
  const { from, where } = await chooseFiles(context, { predicate });
  const batch = await context.engine.select(
    `SELECT path, files FROM (SELECT f.path AS path, row_number() OVER (ORDER BY f.file_id) - 1 AS place, count(*) OVER () AS files ${from}${where})
      WHERE place % ceil(files / ${FILES_SEEN_MAX}) = 0 ORDER BY place`, signal);
  const paths = batch.column('path').map((path) => resolveDataPath(context.at.table, toText(path) ?? ''));
  return { files: toNumber(batch.column('files')[0]), paths };
}

/** A row per row group: its bytes, and per column a struct `x0`, `x1`, … of what {@link statisticColumns} makes. */
function footerStatistics(paths: readonly string[], columns: readonly IndexedColumn[]): string {
  const texts = columns.flatMap((column, index) => {
    const own = `FILTER (WHERE ${isColumn(column)})`;
    // Two columns of one written path: neither is known
    const once = (value: string): string => `CASE WHEN count(*) ${own} = 1 THEN any_value(${value}) ${own} END`;
    return [`${once('stats_min_value')} AS min${index}`, `${once('stats_max_value')} AS max${index}`, `${once('stats_null_count')} AS nulls${index}`];
  });
  const grouped = `SELECT ${['sum(total_compressed_size)::BIGINT AS bytes', 'any_value(row_group_num_rows) AS row_count', ...texts].join(', ')} FROM parquet_metadata(${fileList(paths)}) GROUP BY file_name, row_group_id`;
  const structs = columns.map(({ type }, index) => `(SELECT s FROM (SELECT ${statisticColumns(type, { min: `min${index}`, max: `max${index}`, nulls: `nulls${index}`, rows: 'row_count' })}) s) AS x${index}`);
  return `SELECT ${['bytes', ...structs].join(', ')} FROM (${grouped})`;
}

/** Footers tell the path of a nested column as one text. Of a column that was a float, the bounds are rounded texts. */
function isColumn({ path, type }: IndexedColumn): string {
  return `path_in_schema = ${literal(path.join(', '))}${type.kind === 'double' ? " AND type = 'DOUBLE'" : ''}`;
}
