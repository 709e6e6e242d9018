import { LakebookError } from '../base/errors.ts';
import { partitionValueSql } from '../delta/partitionValues.ts';
import type { ColumnSource, PlannedColumn, ScanFile, ScanPlan } from '../delta/scanPlan.ts';
import { someType, type DeltaType, type PrimitiveType } from '../delta/schema.ts';
import { duckdbType, fileList, identifier, literal } from '../delta/sqlText.ts';
import { isReadAsVariant, logicalValue } from './columnShape.ts';
import type { MarkedRows } from './deletionVectorSource.ts';
import type { FileLayout } from './fileLayouts.ts';
import { layoutColumn, type LayoutContext, type ResolvedColumn } from './layoutColumn.ts';

/** What building a scan's SQL may ask for. */
export interface ScanSources {
  /** @param withVariants whether it must tell how variants are stored, which costs a statement per file */
  layoutsOf(paths: readonly string[], withVariants: boolean): Promise<readonly FileLayout[]>;
  /** Copies of files, whose variants are not marked as such; one for each. */
  unmarkedCopies(paths: readonly string[]): Promise<readonly string[]>;
  /** A Parquet file without rows. */
  emptyFile(): Promise<string>;
  /** Stores rows' positions and names their table. */
  markRows(marked: readonly MarkedRows[]): Promise<string>;
}

/** A row group has at least about this many rows, if the file has several. */
const PARALLEL_ROWS_MIN = 100_000;

/** With more different constants than this, they are joined instead of spelled out as a CASE. */
const CASE_CONSTANTS_MAX = 1000;

/**
 * One SELECT over the files of a plan. Files that need all their rows, and those of which some rows do not count, are
 * branches of their own, so that a deletion vector costs only its own file; files of one branch are read together.
 */
export async function buildScan(plan: ScanPlan, sources: ScanSources): Promise<string> {
  const branches = await branchesOf(plan, sources);
  if (branches.length === 0) return emptyScan(plan.columns);
  const selects: string[] = [];
  for (const branch of branches) selects.push(await branchSql(plan, branch, sources));
  return selects.join(' UNION ALL ');
}

interface Branch {
  readonly rows: 'all' | 'except' | 'only';
  /** By position in the plan's columns; undefined for those that no file holds. */
  readonly resolved: readonly (ResolvedColumn | undefined)[];
  readonly files: readonly ScanFile[];
}

async function branchesOf(plan: ScanPlan, sources: ScanSources): Promise<readonly Branch[]> {
  const withVariants = plan.columns.some(({ source }) => source.kind === 'file' && hasVariant(source.type));
  const needsLayouts = withVariants || plan.matchBy === 'fieldId';
  const layouts = needsLayouts ? await sources.layoutsOf(plan.files.map(({ path }) => path), withVariants) : [];
  const rewritten = plan.columns.some(({ source }) => source.kind === 'rowNumber' && source.physicalName === undefined); // who asks where rows stand writes them again
  const groups = new Map<string, { rows: Branch['rows']; resolved: readonly (ResolvedColumn | undefined)[]; files: ScanFile[] }>();
  for (const [index, file] of plan.files.entries()) {
    const resolved = plan.columns.map(({ source }) => resolveColumn(source, { layout: layouts[index], matchBy: plan.matchBy, path: file.path, table: plan.table, rewritten }));
    const key = needsLayouts ? `${file.rows.kind}\n${JSON.stringify(resolved)}` : file.rows.kind;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { rows: file.rows.kind, resolved, files: [file] });
    else group.files.push(file);
  }
  return [...groups.values()].map((group) => ({ ...group, files: sortByConstants(group.files) }));
}

function resolveColumn(source: ColumnSource, at: Omit<LayoutContext, 'layout'> & { readonly layout: FileLayout | undefined }): ResolvedColumn | undefined {
  if (source.kind === 'rowNumber') return source.physicalName === undefined ? undefined : { name: source.physicalName, type: { kind: 'long' }, variant: 'none' };
  if (source.kind !== 'file') return undefined;
  if (at.layout === undefined) return { name: source.physicalName, type: source.physicalType, variant: 'none' };
  return layoutColumn(source, { ...at, layout: at.layout });
}

/** Neighbours with the same constants make long runs, which the CASE over them needs. */
function sortByConstants(files: readonly ScanFile[]): readonly ScanFile[] {
  if ((files[0]?.constants.length ?? 0) === 0) return files;
  const keyed = files.map((file) => ({ file, key: JSON.stringify(file.constants) }));
  return keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0)).map(({ file }) => file);
}

async function branchSql(plan: ScanPlan, { rows, resolved, files }: Branch, sources: ScanSources): Promise<string> {
  const { columns } = plan;
  const constants = constantsOf(columns, files);
  const select = columns.map(({ name, source }, index) => `${valueSql(source, { index, resolved: resolved[index], constants })} AS ${identifier(name)}`);
  const originals = files.map(({ path }) => path);
  const stored = resolved.some((column) => column?.variant === 'unmarked') ? await sources.unmarkedCopies(originals) : originals;
  const paths = await withParallelReading(stored, rowsOf(plan, files), sources);
  const read = `read_parquet(${fileList(paths)}, hive_partitioning = false${cardinality(rowsOf(plan, files))}, schema = MAP {${readSchema(resolved)}}) p`;
  const join = constants.kind === 'join' ? ` JOIN ${constants.relation} k ON k.file_index = p.file_index` : '';
  const marked = rows === 'all' ? '' : await markedJoin(rows, files, sources);
  return `SELECT ${select.length === 0 ? 'true AS "_row"' : select.join(', ')} FROM ${read}${join}${marked}`;
}

function rowsOf({ files, rowEstimate }: ScanPlan, branch: readonly ScanFile[]): number | undefined {
  return rowEstimate === undefined ? undefined : Math.max(1, Math.ceil((rowEstimate * branch.length) / files.length));
}

/** With `schema` DuckDB opens no footer when it plans, and would take every file for a thousand rows. */
function cardinality(rows: number | undefined): string {
  return rows === undefined ? '' : `, explicit_cardinality = ${rows}`;
}

/**
 * For the same reason it takes a single file to have one row group, which one thread reads. Of two files it does not know
 * how many there are, and lets every thread take the next: a file without rows is put behind a large one.
 */
async function withParallelReading(paths: readonly string[], rows: number | undefined, sources: ScanSources): Promise<readonly string[]> {
  return paths.length > 1 || (rows ?? 0) < PARALLEL_ROWS_MIN ? paths : [...paths, await sources.emptyFile()];
}

/** Columns are read under names of our own, so that none hides the reader's virtual columns. A scan needs one column at least. */
function readSchema(resolved: readonly (ResolvedColumn | undefined)[]): string {
  const entries = resolved.flatMap((column, index) =>
    column === undefined ? [] : [`${literal(column.name)}: {name: 'c${index}', type: ${literal(readType(column))}, default_value: NULL}`]);
  return entries.length > 0 ? entries.join(', ') : `'': {name: 'none', type: 'BOOLEAN', default_value: NULL}`;
}

function readType({ type, variant }: ResolvedColumn): string {
  return duckdbType(type, isReadAsVariant(variant) ? { variant: 'VARIANT' } : {});
}

async function markedJoin(rows: 'except' | 'only', files: readonly ScanFile[], sources: ScanSources): Promise<string> {
  const marked = files.flatMap(({ rows: selection }, fileIndex) => (selection.kind === 'all' ? [] : [{ fileIndex, positions: selection.positions }]));
  const table = await sources.markRows(marked);
  return ` ${rows === 'except' ? 'ANTI' : 'SEMI'} JOIN ${table} d ON d.file_index = p.file_index AND d.row = p.file_row_number`;
}

interface ValueContext {
  readonly index: number;
  readonly resolved: ResolvedColumn | undefined;
  readonly constants: BranchConstants;
}

function valueSql(source: ColumnSource, { index, resolved, constants }: ValueContext): string {
  switch (source.kind) {
    case 'null':
      return `NULL::${duckdbType(source.type)}`;
    case 'constant':
      return constants.sql(source.constant, source.type);
    case 'rowNumber': {
      const fallback = constants.sql(source.constant, { kind: 'long' });
      const computed = source.addPosition ? `(${fallback} + p.file_row_number)` : fallback;
      return resolved === undefined ? computed : `coalesce(p.c${index}, ${computed})`;
    }
    case 'file': {
      if (resolved === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: `the column ${source.physicalName} was not resolved` });
      // DuckDB would compare a widened column as the file's narrow type; this it cannot see through
      const read = source.lossyWidened ? `ifnull(p.c${index}, p.c${index})` : `p.c${index}`;
      return logicalValue(read, { from: resolved.type, to: source.type, variant: resolved.variant });
    }
  }
}

/** How the constants of a branch's files reach its rows. */
type BranchConstants =
  | { readonly kind: 'case'; sql(constant: number, type: PrimitiveType): string }
  | { readonly kind: 'join'; readonly relation: string; sql(constant: number, type: PrimitiveType): string };

function constantsOf(columns: readonly PlannedColumn[], files: readonly ScanFile[]): BranchConstants {
  const used = new Set(columns.flatMap(({ source }) => (source.kind === 'constant' || source.kind === 'rowNumber' ? [source.constant] : [])));
  const runs = runsOf(files, used);
  if (runs.length <= CASE_CONSTANTS_MAX) {
    return { kind: 'case', sql: (constant, type) => caseSql(runs.map(({ start, file }) => ({ start, value: file.constants[constant] ?? null })), type) };
  }
  const lists = [...used].map((constant) => `unnest([${files.map((file) => literal(file.constants[constant] ?? null)).join(', ')}]::VARCHAR[]) AS k${constant}`);
  return {
    kind: 'join',
    relation: `(SELECT unnest(range(${files.length}))::UBIGINT AS file_index, ${lists.join(', ')})`,
    sql: (constant, type) => partitionValueSql(`k.k${constant}`, type),
  };
}

function runsOf(files: readonly ScanFile[], used: ReadonlySet<number>): readonly { readonly start: number; readonly file: ScanFile }[] {
  const runs: { start: number; file: ScanFile }[] = [];
  for (const [start, file] of files.entries()) {
    const last = runs.at(-1)?.file;
    if (last === undefined || [...used].some((constant) => last.constants[constant] !== file.constants[constant])) runs.push({ start, file });
  }
  return runs;
}

/** A constant per file as a balanced CASE over the file's place: as deep as the logarithm of the runs. */
function caseSql(runs: readonly { readonly start: number; readonly value: string | null }[], type: PrimitiveType): string {
  const distinct = runs.filter(({ value }, index) => index === 0 || runs[index - 1]?.value !== value);
  const half = (from: number, to: number): string => {
    if (to - from <= 1) return constantSql(distinct[from]?.value ?? null, type);
    const middle = (from + to) >> 1;
    return `CASE WHEN p.file_index < ${distinct[middle]?.start ?? 0} THEN ${half(from, middle)} ELSE ${half(middle, to)} END`;
  };
  return half(0, distinct.length);
}

function constantSql(value: string | null, type: PrimitiveType): string {
  return value === null || value === '' ? `NULL::${duckdbType(type)}` : `${partitionValueSql(literal(value), type)}::${duckdbType(type)}`;
}

function emptyScan(columns: readonly PlannedColumn[]): string {
  const select = columns.map(({ name, source }) => `NULL::${duckdbType(source.kind === 'rowNumber' ? { kind: 'long' } : source.type)} AS ${identifier(name)}`);
  return `SELECT ${select.length === 0 ? 'true AS "_row"' : select.join(', ')} WHERE false`;
}

function hasVariant(type: DeltaType): boolean {
  return someType(type, ({ kind }) => kind === 'variant');
}
