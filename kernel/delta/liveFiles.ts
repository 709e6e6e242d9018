import { LakebookError } from '../base/errors.ts';
import { parseTableAction, type TableAction } from './actions.ts';
import { asCheckpointError, loadCheckpoint, type Checkpoint } from './checkpoint.ts';
import { checkpointAdds, ROWS_PER_FILE, type ActionFiles } from './checkpointSql.ts';
import { canonicalPath, FILE_COLUMNS, jsonActions, jsonLogFiles, type JsonLogFile } from './commitSql.ts';
import { firstRow, toNumber, toText, type Engine } from './engine.ts';
import { replayedFiles, type LogSegment } from './logSegment.ts';
import type { Totals } from './snapshot.ts';

/** Files named by commits get ids above those of any checkpoint: 2^20 checkpoint files of 2^32 rows. */
export const FIRST_COMMIT_FILE_ID = 2 ** 20 * ROWS_PER_FILE;

const WORN_ROWS_MIN = 10_000;

/** Where statistics of a file stand. */
export interface FileSources {
  /** Checkpoint files, by columns; ids as {@link checkpointAdds} gives them. */
  readonly checkpoint: readonly ActionFiles[];
  /** The table of commits' actions; an add's id is {@link FIRST_COMMIT_FILE_ID} and its `rowid`. */
  readonly commits: string;
  /** How many rows of it there are. */
  readonly commitRows: number;
}

/**
 * The files of one table as relations of the engine, from the version of a log segment on. Rows are only ever added, with
 * the version at which a file came or went, so a relation of an older version stays right while newer commits arrive.
 *
 * The checkpoint is read in place until somebody asks for files; totals need two of its columns alone.
 */
export class LiveFiles {
  readonly table: string;
  readonly firstVersion: number;
  readonly #engine: Engine;
  readonly #checkpoint: Checkpoint | undefined;
  readonly #commits: string;
  readonly #files: string;
  readonly #removed: string;
  readonly #totals = new Map<number, Totals>();
  #segment: LogSegment;
  #commitRows = 0;
  #removedRows = 0;
  #tableActions: readonly TableAction[];
  #materialised: Promise<void> | undefined;
  #holders = 1;

  private constructor(engine: Engine, table: string, segment: LogSegment, checkpoint: Checkpoint | undefined) {
    this.#engine = engine;
    this.table = table;
    this.firstVersion = segment.endVersion;
    this.#segment = segment;
    this.#checkpoint = checkpoint;
    this.#tableActions = checkpoint?.tableActions ?? [];
    this.#commits = engine.newTableName();
    this.#files = engine.newTableName();
    this.#removed = engine.newTableName();
  }

  /**
   * Reads the commits of a segment, and of its checkpoint what is said of the table as a whole.
   * @throws LakebookError DELTA_LOG_FILE_CORRUPT, DELTA_LOG_FILE_NOT_FOUND, DELTA_CHECKPOINT_CORRUPT, DELTA_MISSING_PART_FILES
   */
  static async load(engine: Engine, table: string, segment: LogSegment): Promise<LiveFiles> {
    const checkpoint = await loadCheckpoint(engine, segment, table);
    const files = new LiveFiles(engine, table, segment, checkpoint);
    try {
      await engine.run(createCommitsTable(files.#commits));
      if (checkpoint !== undefined && checkpoint.jsonFiles.length > 0) {
        await asCheckpointError({ engine, table, version: checkpoint.version }, () => engine.run(insertActions(files.#commits, checkpoint.jsonFiles)));
        await files.#countCommitRows();
      }
      await files.#readCommits(jsonLogFiles(segment.logPath, replayedFiles(segment).map(({ file }) => file)));
      files.#totals.set(segment.endVersion, await files.#countLive());
      return files;
    } catch (error) {
      await files.release();
      throw error;
    }
  }

  get segment(): LogSegment {
    return this.#segment;
  }

  get endVersion(): number {
    return this.#segment.endVersion;
  }

  get tableActions(): readonly TableAction[] {
    return this.#tableActions;
  }

  get sources(): FileSources {
    return { checkpoint: this.#checkpoint?.groups ?? [], commits: this.#commits, commitRows: this.#commitRows };
  }

  /** Whether {@link totals} and {@link relation} know this version. */
  knows(version: number): boolean {
    return this.#totals.has(version);
  }

  /** Whether dead files have become so many that a fresh start is cheaper. */
  get isWorn(): boolean {
    return this.#removedRows > Math.max(WORN_ROWS_MIN, this.totals(this.endVersion).numFiles);
  }

  /** @param version from {@link firstVersion} to {@link endVersion} */
  totals(version: number): Totals {
    const totals = this.#totals.get(version);
    if (totals === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: `the totals of version ${version} were not counted` });
    return totals;
  }

  /** Reads the commits behind the newest version. The segment must begin where the present one ends. */
  async extend(segment: LogSegment): Promise<void> {
    await this.materialise();
    const before = this.#commitRows;
    const from = this.endVersion;
    await this.#readCommits(jsonLogFiles(segment.logPath, replayedFiles(segment, from).map(({ file }) => file)));
    await this.#apply(before);
    this.#segment = segment;
    this.#totals.set(segment.endVersion, await this.#addTo(this.totals(from), { after: from, commitRowsBefore: before }));
  }

  /** Makes the relation of live files, once. */
  materialise(): Promise<void> {
    this.#materialised ??= this.#createFiles();
    return this.#materialised;
  }

  /**
   * FROM clause of the files that are live at a version, as `f`: `file_id` and the columns of every file. Needs
   * {@link materialise}.
   */
  relation(version: number): string {
    const gone = this.#removedRows === 0 ? '' : ` AND file_id NOT IN (SELECT file_id FROM ${this.#removed} WHERE removed_at <= ${version})`;
    return `(SELECT * FROM ${this.#files} WHERE added_at <= ${version}${gone}) f`;
  }

  /** The table behind {@link relation}, dead files included. */
  get filesTable(): string {
    return this.#files;
  }

  retain(): void {
    this.#holders += 1;
  }

  /** The tables go with the last holder; true says that it was. */
  async release(): Promise<boolean> {
    this.#holders -= 1;
    if (this.#holders > 0) return false;
    await this.#engine.run([this.#commits, this.#files, this.#removed].map((name) => `DROP TABLE IF EXISTS ${name}`).join('; '));
    return true;
  }

  async #readCommits(commits: readonly JsonLogFile[]): Promise<void> {
    if (commits.length === 0) return;
    try {
      await this.#engine.run(insertActions(this.#commits, commits));
    } catch (error) {
      throw this.#explainLogError(error);
    }
    const actions = await this.#engine.select(`SELECT version, kind, body FROM ${this.#commits} WHERE rowid >= ${this.#commitRows} AND kind IS NOT NULL AND kind <> 'sidecar'`);
    const [versions, kinds, bodies] = [actions.column('version'), actions.column('kind'), actions.column('body')];
    const parsed = versions.map((version, row) => parseTableAction({ version: toNumber(version), kind: toText(kinds[row]) ?? '', body: toText(bodies[row]) ?? '{}' }, this.table));
    this.#tableActions = [...this.#tableActions, ...parsed];
    await this.#countCommitRows();
  }

  async #countCommitRows(): Promise<void> {
    this.#commitRows = toNumber((await this.#engine.select(`SELECT count(*) AS rows FROM ${this.#commits}`)).column('rows')[0]);
  }

  #explainLogError(error: unknown): unknown {
    const failure = this.#engine.describe(error);
    if (error instanceof LakebookError || failure.kind === 'other') return error;
    const file = failure.file ?? 'of a commit';
    if (failure.kind === 'fileMissing') return new LakebookError('DELTA_LOG_FILE_NOT_FOUND', { table: this.table, file }, { cause: error });
    return new LakebookError('DELTA_LOG_FILE_CORRUPT', { table: this.table, file, detail: failure.detail }, { cause: error });
  }

  async #countLive(): Promise<Totals> {
    const count = `SELECT count(*) AS files, coalesce(sum(size), 0)::BIGINT AS bytes FROM (${this.#liveSql(['size'])})`;
    const { files, bytes } = firstRow(await this.#readingCheckpoint(() => this.#engine.select(count)), ['files', 'bytes']);
    return { numFiles: toNumber(files), sizeBytes: toNumber(bytes) };
  }

  async #createFiles(): Promise<void> {
    const create = `CREATE TABLE ${this.#files} AS SELECT file_id, ${this.firstVersion}::BIGINT AS added_at, ${FILE_COLUMNS.join(', ')} FROM (${this.#liveSql(FILE_COLUMNS)})`;
    await this.#readingCheckpoint(() => this.#engine.run(create));
    await this.#engine.run(`CREATE TABLE ${this.#removed} (file_id BIGINT, removed_at BIGINT)`);
  }

  /** The files live at the first version: the checkpoint's that no commit names, and those whose newest action adds them. */
  #liveSql(columns: readonly string[]): string {
    const groups = this.#checkpoint?.groups ?? [];
    const newest = `SELECT rowid AS commit_row, * FROM ${this.#commits} WHERE is_add IS NOT NULL AND version <= ${this.firstVersion}
      QUALIFY row_number() OVER (PARTITION BY ${canonicalPath('path')}, dv_id ORDER BY version DESC, is_add DESC) = 1`;
    const added = `SELECT ${FIRST_COMMIT_FILE_ID} + commit_row AS file_id, ${columns.join(', ')} FROM newest WHERE is_add`;
    if (this.#commitRows === 0) return checkpointAdds(groups, columns);
    if (groups.length === 0) return `WITH newest AS (${newest}) ${added}`;
    const keyed = checkpointAdds(groups, [...new Set(['path', 'dv_id', ...columns])]);
    return `WITH newest AS MATERIALIZED (${newest})
      SELECT file_id, ${columns.join(', ')} FROM (${keyed}) c
      ANTI JOIN newest n ON ${canonicalPath('n.path')} = ${canonicalPath('c.path')} AND n.dv_id = c.dv_id
      UNION ALL ${added}`;
  }

  /** Brings the rows of new commits into the tables of files: what a key's next action ends, and what they add. */
  async #apply(commitRowsBefore: number): Promise<void> {
    const fresh = `(SELECT rowid AS commit_row, * FROM ${this.#commits} WHERE rowid >= ${commitRowsBefore} AND is_add IS NOT NULL)`;
    const key = `${canonicalPath('path')}, dv_id`;
    await this.#engine.run(`
      INSERT INTO ${this.#removed}
        SELECT f.file_id, t.removed_at FROM ${this.#files} f
        JOIN (SELECT ${canonicalPath('path')} AS key_path, dv_id, min(version) AS removed_at FROM ${fresh} GROUP BY ALL) t
          ON t.key_path = ${canonicalPath('f.path')} AND t.dv_id = f.dv_id
        WHERE f.file_id NOT IN (SELECT file_id FROM ${this.#removed});
      INSERT INTO ${this.#removed}
        SELECT ${FIRST_COMMIT_FILE_ID} + commit_row, ends_at FROM
          (SELECT commit_row, is_add, lead(version) OVER (PARTITION BY ${key} ORDER BY version, is_add) AS ends_at FROM ${fresh})
        WHERE is_add AND ends_at IS NOT NULL;
      INSERT INTO ${this.#files} SELECT ${FIRST_COMMIT_FILE_ID} + commit_row, version, ${FILE_COLUMNS.join(', ')} FROM ${fresh} WHERE is_add`);
    this.#removedRows = toNumber((await this.#engine.select(`SELECT count(*) AS rows FROM ${this.#removed}`)).column('rows')[0]);
  }

  async #addTo(former: Totals, since: { readonly after: number; readonly commitRowsBefore: number }): Promise<Totals> {
    const names = ['added', 'added_bytes', 'gone', 'gone_bytes'];
    const firstId = FIRST_COMMIT_FILE_ID + since.commitRowsBefore;
    const change = firstRow(await this.#engine.select(`
      SELECT count(*) FILTER (added_now) AS added, coalesce(sum(size) FILTER (added_now), 0)::BIGINT AS added_bytes,
        count(*) FILTER (gone_now) AS gone, coalesce(sum(size) FILTER (gone_now), 0)::BIGINT AS gone_bytes
      FROM (SELECT size, true AS added_now, false AS gone_now FROM ${this.#files} WHERE file_id >= ${firstId}
        UNION ALL SELECT size, false, true FROM ${this.#files} f JOIN ${this.#removed} r ON r.file_id = f.file_id WHERE r.removed_at > ${since.after})`), names);
    return {
      numFiles: former.numFiles + toNumber(change['added']) - toNumber(change['gone']),
      sizeBytes: former.sizeBytes + toNumber(change['added_bytes']) - toNumber(change['gone_bytes']),
    };
  }

  #readingCheckpoint<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#checkpoint === undefined) return action();
    return asCheckpointError({ engine: this.#engine, table: this.table, version: this.#checkpoint.version }, action);
  }
}

function createCommitsTable(name: string): string {
  return `CREATE TABLE ${name} (version BIGINT, is_add BOOLEAN, path VARCHAR, dv_id VARCHAR, size BIGINT, modification_time BIGINT, partition_values MAP(VARCHAR, VARCHAR),
    deletion_vector STRUCT("storageType" VARCHAR, "pathOrInlineDv" VARCHAR, "offset" INTEGER, "sizeInBytes" INTEGER, cardinality BIGINT),
    base_row_id BIGINT, default_row_commit_version BIGINT, clustering_provider VARCHAR, tags MAP(VARCHAR, VARCHAR), stats VARCHAR, kind VARCHAR, body VARCHAR)`;
}

function insertActions(name: string, files: readonly JsonLogFile[]): string {
  return `INSERT INTO ${name} SELECT version, is_add, ${FILE_COLUMNS.join(', ')}, stats, kind, body FROM (${jsonActions(files)})`;
}
