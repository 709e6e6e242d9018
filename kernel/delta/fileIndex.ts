import { ROWS_PER_FILE, type ActionFiles } from './checkpointSql.ts';
import { toNumber, type Engine } from './engine.ts';
import { FIRST_COMMIT_FILE_ID, type LiveFiles } from './liveFiles.ts';
import { partitionValueSql } from './partitionValues.ts';
import { loadRowDensity } from './rowDensity.ts';
import type { PrimitiveType } from './schema.ts';
import { SelectionCache } from './selectionCache.ts';
import type { IndexedColumn } from './skipping.ts';
import { duckdbType, fileList, identifier, literal } from './sqlText.ts';

/** What is known of one column per file: `file_id`, and `value, unknown` or `lo, hi, nulls, rows`. */
export interface FileIndex {
  readonly table: string;
  readonly hasGaps: boolean;
}

interface BuiltIndex extends FileIndex {
  /** Commits' rows that are in it. */
  readonly commitRows: number;
}

/**
 * Typed statistics and partition values of the files, by column: made when a predicate first asks for the column, kept,
 * and extended as commits arrive. Statistics that cannot be read leave nothing out, so they are no error.
 */
export class FileIndexes {
  readonly #engine: Engine;
  readonly #files: LiveFiles;
  readonly #indexes = new Map<string, Promise<BuiltIndex | undefined>>();
  #rowDensity: Promise<number> | undefined;
  readonly selections = new SelectionCache();

  constructor(engine: Engine, files: LiveFiles) {
    this.#engine = engine;
    this.#files = files;
  }

  /** @returns undefined where nothing is known of the column */
  async get(column: IndexedColumn): Promise<FileIndex | undefined> {
    const key = `${column.kind}\n${column.type.kind}\n${column.path.join('\n')}`;
    const former = this.#indexes.get(key);
    const next = former === undefined ? this.#build(column) : former.then((index) => this.#extend(index, column));
    this.#indexes.set(key, next);
    return next;
  }

  /** About how many rows so many bytes of data files hold. */
  async estimateRows(bytes: number): Promise<number> {
    return Math.ceil((await (this.#rowDensity ??= loadRowDensity(this.#engine, this.#files))) * bytes);
  }

  async dispose(): Promise<void> {
    for (const index of this.#indexes.values()) {
      const built = await index;
      if (built !== undefined) await this.#engine.run(`DROP TABLE IF EXISTS ${built.table}`);
    }
  }

  async #build(column: IndexedColumn): Promise<BuiltIndex | undefined> {
    const table = this.#engine.newTableName();
    const { checkpoint, commits, commitRows } = this.#files.sources;
    const parts = column.kind === 'partition'
      ? [partitionRows(this.#files.filesTable, column, 0)]
      : [...checkpoint.flatMap((group) => checkpointStatistics(group, column)), commitStatistics(commits, column, { from: 0, to: commitRows })];
    try {
      await this.#engine.run(`CREATE TABLE ${table} AS ${parts.join(' UNION ALL ')}`);
      return { table, commitRows, hasGaps: await this.#hasGaps(table, column) };
    } catch (error) {
      if (column.kind === 'partition') throw error;
      // A statistic of a wrong form: the column leaves nothing out
      return undefined;
    }
  }

  async #extend(index: BuiltIndex | undefined, column: IndexedColumn): Promise<BuiltIndex | undefined> {
    const { commits, commitRows } = this.#files.sources;
    if (index === undefined || index.commitRows === commitRows) return index;
    const rows = column.kind === 'partition'
      ? partitionRows(this.#files.filesTable, column, FIRST_COMMIT_FILE_ID + index.commitRows)
      : commitStatistics(commits, column, { from: index.commitRows, to: commitRows });
    await this.#engine.run(`INSERT INTO ${index.table} ${rows}`);
    return { table: index.table, commitRows, hasGaps: index.hasGaps || (await this.#hasGaps(index.table, column)) };
  }

  async #hasGaps(table: string, { kind, type }: IndexedColumn): Promise<boolean> {
    const gap = kind === 'partition' ? 'unknown' : hasBounds(type) ? 'lo IS NULL OR hi IS NULL' : 'true';
    return toNumber((await this.#engine.select(`SELECT count(*) AS gaps FROM (SELECT 1 FROM ${table} WHERE ${gap} LIMIT 1)`)).column('gaps')[0]) > 0;
  }
}

function partitionRows(files: string, { path, type }: IndexedColumn, fromFileId: number): string {
  const text = `partition_values[${literal(path[0] ?? '')}]`;
  return `SELECT file_id, value, value IS NULL AND nullif(text, '') IS NOT NULL AS unknown
    FROM (SELECT file_id, text, ${partitionValueSql('text', type, 'TRY_CAST')} AS value FROM (SELECT file_id, ${text} AS text FROM ${files} WHERE file_id >= ${fromFileId}))`;
}

/** Statistics as columns where the checkpoint has them so, else from their JSON text. */
function checkpointStatistics(group: ActionFiles, column: IndexedColumn): readonly string[] {
  if (!group.filled.has('add.path')) return [];
  const fileId = `((file_index + ${group.firstIndex}) * ${ROWS_PER_FILE} + file_row_number)::BIGINT AS file_id`;
  const source = `read_parquet(${fileList(group.paths)}, hive_partitioning = false)`;
  if (group.filled.has('add.stats_parsed.numRecords')) {
    const leaf = (side: string): string => {
      const path = [side, ...column.path];
      return group.leaves.has(`add.stats_parsed.${path.join('.')}`) ? `"add"."stats_parsed".${path.map(identifier).join('.')}` : 'NULL';
    };
    const values = { min: leaf('minValues'), max: leaf('maxValues'), nulls: leaf('nullCount'), rows: '"add"."stats_parsed"."numRecords"' };
    return [`SELECT ${fileId}, ${statisticColumns(column.type, values)} FROM ${source} WHERE "add".path IS NOT NULL`];
  }
  const stats = group.filled.has('add.stats') ? '"add"."stats"' : 'NULL::VARCHAR';
  return [jsonStatistics(`SELECT ${fileId}, ${stats} AS stats FROM ${source} WHERE "add".path IS NOT NULL`, column)];
}

function commitStatistics(commits: string, column: IndexedColumn, rows: { readonly from: number; readonly to: number }): string {
  return jsonStatistics(`SELECT ${FIRST_COMMIT_FILE_ID} + rowid AS file_id, stats FROM ${commits} WHERE is_add AND rowid >= ${rows.from} AND rowid < ${rows.to}`, column);
}

function jsonStatistics(source: string, { path, type }: IndexedColumn): string {
  const pointers = ['minValues', 'maxValues', 'nullCount'].map((side) => jsonPointer([side, ...path]));
  const texts = `TRY(json_extract_string(stats, [${[...pointers, '/numRecords'].map(literal).join(', ')}]))`;
  const bound = (position: number): string => (type.kind === 'timestamp' ? zoned(`texts[${position}]`) : `texts[${position}]`);
  const values = { min: bound(1), max: bound(2), nulls: 'texts[3]', rows: 'texts[4]' };
  return `SELECT file_id, ${statisticColumns(type, values)} FROM (SELECT file_id, ${texts} AS texts FROM (${source}))`;
}

/** A time without a zone was written in a zone that nobody knows. */
function zoned(text: string): string {
  return `CASE WHEN regexp_matches(${text}, '(Z|[+-][0-9][0-9]:?[0-9]{0,2})$') THEN ${text} END`;
}

/** Texts as the log or a footer has them, as SQL. */
interface StatisticValues {
  readonly min: string;
  readonly max: string;
  readonly nulls: string;
  readonly rows: string;
}

/** The columns `lo, hi, nulls, rows`. Bounds are widened by what writers may have cut off: timestamps to the millisecond, decimals by way of doubles. */
export function statisticColumns(type: PrimitiveType, { min, max, nulls, rows }: StatisticValues): string {
  const counts = `TRY_CAST(${nulls} AS BIGINT) AS nulls, TRY_CAST(${rows} AS BIGINT) AS rows`;
  switch (type.kind) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return `TRY_CAST(${min} AS BIGINT) AS lo, TRY_CAST(${max} AS BIGINT) AS hi, ${counts}`;
    case 'float':
    case 'double':
      return `${knownNumber(min, duckdbType(type))} AS lo, ${knownNumber(max, duckdbType(type))} AS hi, ${counts}`;
    case 'decimal':
      return `${slackened(min, '-')} AS lo, ${slackened(max, '+')} AS hi, ${counts}`;
    case 'timestamp':
    case 'timestamp_ntz':
      return `${widened(min, type.kind, '-')} AS lo, ${widened(max, type.kind, '+')} AS hi, ${counts}`;
    case 'string':
      return `${min}::VARCHAR AS lo, ${max}::VARCHAR AS hi, ${counts}`;
    case 'date':
      return `TRY_CAST(${min} AS DATE) AS lo, TRY_CAST(${max} AS DATE) AS hi, ${counts}`;
    case 'boolean':
    case 'binary':
    case 'variant':
    case 'void':
      return `NULL::VARCHAR AS lo, NULL::VARCHAR AS hi, ${counts}`;
  }
}

/** NaN as a bound tells nothing that every writer means. */
function knownNumber(value: string, type: string): string {
  return `CASE WHEN NOT isnan(TRY_CAST(${value} AS ${type})) THEN TRY_CAST(${value} AS ${type}) END`;
}

function slackened(value: string, sign: '+' | '-'): string {
  return `TRY_CAST(${value} AS DOUBLE) ${sign} abs(TRY_CAST(${value} AS DOUBLE)) * 1e-15`;
}

function widened(value: string, kind: 'timestamp' | 'timestamp_ntz', sign: '+' | '-'): string {
  const type = kind === 'timestamp' ? 'TIMESTAMPTZ' : 'TIMESTAMP';
  return `TRY(TRY_CAST(${value} AS ${type}) ${sign} INTERVAL 1 MILLISECOND)`;
}

function hasBounds({ kind }: PrimitiveType): boolean {
  return !['boolean', 'binary', 'variant', 'void'].includes(kind);
}

/** RFC 6901, which DuckDB takes beside its own paths: names may hold any sign. */
function jsonPointer(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
