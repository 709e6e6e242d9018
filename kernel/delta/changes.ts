import { LakebookError } from '../base/errors.ts';
import type { Storage } from '../storage/storage.ts';
import { checkChangesReadable, type ChangeRange } from './changeRules.ts';
import { pairedChangesSql } from './changeSql.ts';
import { jsonLogFiles } from './commitSql.ts';
import { inCommitTimestamps, risingFileTimes } from './commitTimes.ts';
import { resolveDataPath } from './dataPath.ts';
import type { DeletionVectors } from './deletionVectors.ts';
import { toNumber, toText, type ColumnBatch, type Engine } from './engine.ts';
import { Constants } from './fileConstants.ts';
import { readCommitInfos } from './history.ts';
import type { CommitFile, LogFile } from './logFile.ts';
import { newestVersion } from './logListing.ts';
import { logPathOf } from './logSegment.ts';
import { bindPlan } from './planBinding.ts';
import { differenceOf } from './positions.ts';
import type { Scan } from './scan.ts';
import { descriptorsOf } from './scanSnapshot.ts';
import type { PlannedColumn, RowSelection, ScanFile } from './scanPlan.ts';
import { columnOf, sourceOf, type TableVersion } from './tableVersion.ts';
import { locateTime, timestampTooLate, type CommitClock } from './versionAtTime.ts';

/** One end of a range of changes, inclusive. */
export type ChangeBound = { readonly version: number } | { readonly timestampMs: number };

export interface ChangeOptions {
  readonly from: ChangeBound;
  /** The latest version by default; a later one means the latest. */
  readonly to?: ChangeBound;
  /** Logical names of table columns; all by default. */
  readonly columns?: readonly string[];
}

export interface ChangeContext {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly vectors: DeletionVectors;
  readonly table: string;
  /** The whole log. */
  readonly files: readonly LogFile[];
  /** Of the latest version. */
  readonly latest: TableVersion;
  /** The table at the start of a range, at each version in it that changes the metadata, and at its end. */
  readonly versionsIn: (range: ChangeRange) => Promise<readonly TableVersion[]>;
}

const CHANGE_TYPE = '_change_type';
const COMMIT_VERSION = '_commit_version';
const COMMIT_TIMESTAMP = '_commit_timestamp';

/**
 * The rows that the commits of a range inserted, deleted and updated.
 * @throws LakebookError DELTA_INVALID_CDC_RANGE, DELTA_MISSING_CHANGE_DATA, DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_SCHEMA_CHANGE,
 *   DELTA_TIMESTAMP_GREATER_THAN_COMMIT, DELTA_VERSION_NOT_FOUND
 * @see PROTOCOL.md "Reader Requirements for AddCDCFile" (CDF-1 to CDF-8)
 */
export async function readChanges(context: ChangeContext, options: ChangeOptions, signal?: AbortSignal): Promise<Scan> {
  const { engine, table } = context;
  const range = await resolveRange(context, options);
  const versions = await context.versionsIn(range);
  checkChangesReadable(versions, range);
  const at = versions.at(-1);
  if (at === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: 'a range of changes has no version' });

  const constants = new Constants();
  const names = options.columns ?? at.schema.fields.map(({ name }) => name);
  const columns: PlannedColumn[] = names.map((name) => {
    const field = columnOf(at, name);
    return { name: field.name, source: sourceOf(field, at, constants) };
  });
  const commits = context.files.filter((file) => file.kind === 'commit').filter(({ version }) => version >= range.start && version <= range.end);
  const batch = await engine.select(pairedChangesSql(jsonLogFiles(logPathOf(table), commits.map(({ file }) => file)), constants.names), signal);
  const times = await commitTimes(context, versions, commits, signal);
  const files = await planChanges(context, batch, constants.names.length, times);
  const plan = { table, matchBy: at.mode === 'id' ? 'fieldId' : 'name' } as const;
  const figures = figuresOf(batch);
  const rows = await bindPlan(engine, at, { ...plan, columns: [...columns, ...changeColumns(constants.names.length, 'constant')], files: files.rows }, figures, signal);
  try {
    const recorded = await bindPlan(engine, at, { ...plan, columns: [...columns, ...changeColumns(constants.names.length, 'file')], files: files.recorded }, figures, signal);
    return bothScans(rows, recorded);
  } catch (error) {
    await rows.dispose();
    throw error;
  }
}

function bothScans(first: Scan, second: Scan): Scan {
  return {
    ...first,
    relationSql: `${first.relationSql} UNION ALL ${second.relationSql}`,
    dispose: async () => {
      await first.dispose();
      await second.dispose();
    },
  };
}

async function resolveRange(context: ChangeContext, { from, to }: ChangeOptions): Promise<ChangeRange> {
  const { table, files, storage, latest } = context;
  const newest = newestVersion(files);
  const clock: CommitClock = { storage, table, metadata: latest.metadata, files };
  const start = 'version' in from ? from.version : await firstVersionFrom(clock, from.timestampMs);
  const end = to === undefined ? newest : 'version' in to ? to.version : await lastVersionUntil(clock, to.timestampMs);
  if (start > newest || end < start || start < 0) throw new LakebookError('DELTA_INVALID_CDC_RANGE', { table, start, end, latest: newest });
  return { start, end: Math.min(end, newest) };
}

/** The first version that is not older than a time. */
async function firstVersionFrom(clock: CommitClock, timestampMs: number): Promise<number> {
  const { at, earliest, latest } = await locateTime(clock, timestampMs - 1);
  if (timestampMs > latest.timestampMs) throw timestampTooLate(clock.table, timestampMs, latest);
  return at === undefined ? earliest.version : at.version + 1;
}

async function lastVersionUntil(clock: CommitClock, timestampMs: number): Promise<number> {
  return (await locateTime(clock, timestampMs)).at?.version ?? -1;
}

/** Version, time and kind of a change stand behind the partition values among a file's constants. */
function changeColumns(firstConstant: number, changeType: 'constant' | 'file'): readonly PlannedColumn[] {
  return [
    {
      name: CHANGE_TYPE,
      source: changeType === 'constant'
        ? { kind: 'constant', constant: firstConstant + 2, type: { kind: 'string' } }
        : { kind: 'file', physicalName: CHANGE_TYPE, fieldId: undefined, type: { kind: 'string' }, physicalType: { kind: 'string' }, lossyWidened: false },
    },
    { name: COMMIT_VERSION, source: { kind: 'constant', constant: firstConstant, type: { kind: 'long' } } },
    { name: COMMIT_TIMESTAMP, source: { kind: 'constant', constant: firstConstant + 1, type: { kind: 'timestamp' } } },
  ];
}

interface PlannedChanges {
  /** Files whose rows are changes of one kind. */
  readonly rows: readonly ScanFile[];
  /** Files in which each row tells its kind. */
  readonly recorded: readonly ScanFile[];
}

async function planChanges({ storage, table, vectors }: ChangeContext, batch: ColumnBatch, partitionCount: number, times: ReadonlyMap<number, number>): Promise<PlannedChanges> {
  const added = await vectors.loadAll(storage, table, descriptorsOf(batch, 'add_'));
  const removed = await vectors.loadAll(storage, table, descriptorsOf(batch, 'remove_'));
  const [versions, paths, cdc, adds, removes] = [batch.column('version'), batch.column('path'), batch.column('is_cdc'), batch.column('is_add'), batch.column('is_remove')];
  const partitions = Array.from({ length: partitionCount }, (_, index) => batch.column(`constant${index}`));
  const planned: { rows: ScanFile[]; recorded: ScanFile[] } = { rows: [], recorded: [] };
  for (let row = 0; row < batch.rowCount; row += 1) {
    const version = toNumber(versions[row]);
    const path = resolveDataPath(table, toText(paths[row]) ?? '');
    const constants = [...partitions.map((column) => toText(column[row])), String(version), timestampText(times.get(version) ?? 0)];
    const change = { isAdd: adds[row] === true, isRemove: removes[row] === true, addedVector: added[row], removedVector: removed[row] };
    if (cdc[row] === true) planned.recorded.push({ path, rows: { kind: 'all' }, constants });
    else for (const { type, rows } of changesOf(change)) planned.rows.push({ path, rows, constants: [...constants, type] });
  }
  return planned;
}

interface FileChange {
  readonly isAdd: boolean;
  readonly isRemove: boolean;
  readonly addedVector: BigInt64Array | undefined;
  readonly removedVector: BigInt64Array | undefined;
}

/** Added and removed under one path, only the rows that one deletion vector has and the other lacks changed (CDF-4). */
function changesOf({ isAdd, isRemove, addedVector, removedVector }: FileChange): readonly { readonly type: string; readonly rows: RowSelection }[] {
  const none = new BigInt64Array(0);
  if (isAdd && isRemove) {
    const deleted = differenceOf(addedVector ?? none, removedVector ?? none);
    const restored = differenceOf(removedVector ?? none, addedVector ?? none);
    return [
      ...(deleted.length > 0 ? [{ type: 'delete', rows: { kind: 'only', positions: deleted } } as const] : []),
      ...(restored.length > 0 ? [{ type: 'insert', rows: { kind: 'only', positions: restored } } as const] : []),
    ];
  }
  const vector = isAdd ? addedVector : removedVector;
  return [{ type: isAdd ? 'insert' : 'delete', rows: vector === undefined ? { kind: 'all' } : { kind: 'except', positions: vector } }];
}

/** In-commit timestamps where the table kept them at the commit, else the files' times. */
async function commitTimes(context: ChangeContext, versions: readonly TableVersion[], commits: readonly CommitFile[], signal?: AbortSignal): Promise<ReadonlyMap<number, number>> {
  const { engine, table, files } = context;
  const all = files.filter((file) => file.kind === 'commit').sort((left, right) => left.version - right.version);
  const times = new Map(risingFileTimes(all).map(({ version, timestampMs }) => [version, timestampMs]));
  const timed = commits.filter(({ version }) => {
    const at = versions.filter((candidate) => candidate.version <= version).at(-1);
    return at !== undefined && inCommitTimestamps(at.metadata) !== undefined;
  });
  for (const [version, info] of await readCommitInfos(engine, { table, logPath: logPathOf(table) }, timed, signal)) {
    if (typeof info['inCommitTimestamp'] === 'number') times.set(version, info['inCommitTimestamp']);
  }
  return times;
}

function timestampText(timestampMs: number): string {
  return new Date(timestampMs).toISOString();
}

function figuresOf(batch: ColumnBatch): Pick<Scan, 'filesTotal' | 'filesRead' | 'bytesTotal' | 'bytesRead' | 'prunedBy' | 'predicates'> {
  const bytes = batch.column('size').reduce((sum: number, size) => sum + toNumber(size), 0);
  return { filesTotal: batch.rowCount, filesRead: batch.rowCount, bytesTotal: bytes, bytesRead: bytes, prunedBy: { partitions: 0, statistics: 0, limit: 0 }, predicates: [] };
}
