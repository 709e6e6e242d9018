import type { JsonShape } from '../commitSql.ts';
import { identifier, literal } from '../sqlText.ts';
import { ACTION_SHAPES, shapeType } from './actionShape.ts';
import { statsText, type ParsedColumns, type StatisticsColumn } from './parsedStatistics.ts';
import type { ReconciledLog } from './reconciledLog.ts';
import type { LogProperties } from './tableProperties.ts';

const MAP = 'MAP(VARCHAR, VARCHAR)';
const EMPTY_MAP = `MAP {}::${MAP}`;

/** The two actions that only checkpoints of the V2 spec hold. */
const V2_SHAPES = {
  checkpointMetadata: { version: 'BIGINT', tags: MAP },
  sidecar: { path: 'VARCHAR', sizeInBytes: 'BIGINT', modificationTime: 'BIGINT', tags: MAP },
} as const satisfies Readonly<Record<string, JsonShape>>;

export interface CheckpointContent {
  readonly log: ReconciledLog;
  readonly properties: LogProperties;
  /** Whose statistics there may be. */
  readonly statisticsColumns: readonly StatisticsColumn[];
  /** Columns beside the texts of statistics and partition values; undefined where the table does not ask for them. */
  readonly parsed: ParsedColumns | undefined;
  /** Whether the log has so many live files as were written: else the checkpoint is none. */
  readonly hasFiles: (counted: CountedFiles) => Promise<boolean>;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export interface CountedFiles {
  readonly files: number;
  readonly bytes: number;
}

export interface SidecarFile {
  /** In the folder of sidecars. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

type Branch = readonly [column: string, select: string];

/** All rows of a checkpoint of the V1 spec (PROTOCOL.md "Checkpoints", "Checkpoint Schema"). */
export function classicRows(content: CheckpointContent): string {
  return rows(content, [...tableBranches(content), ...fileBranches(content)], ['txn', 'add', 'remove', 'metaData', 'protocol', 'domainMetadata']);
}

/** The rows of sidecars: files' actions alone. */
export function sidecarRows(content: CheckpointContent): string {
  return rows(content, fileBranches(content), ['add', 'remove']);
}

/** The rows of a checkpoint of the V2 spec whose files' actions are in sidecars (PROTOCOL.md "V2 Spec"). */
export function manifestRows(content: CheckpointContent, sidecars: readonly SidecarFile[], tags: Readonly<Record<string, string>>): string {
  const metadata = `SELECT {'version': ${content.log.version}::BIGINT, 'tags': ${mapLiteral(tags)}} AS action`;
  const files = sidecars.map(({ name, sizeBytes, modifiedAtMs }) =>
    `SELECT {'path': ${literal(name)}, 'sizeInBytes': ${sizeBytes}::BIGINT, 'modificationTime': ${modifiedAtMs}::BIGINT, 'tags': NULL::${MAP}} AS action`);
  const branches: readonly Branch[] = [['checkpointMetadata', metadata], ...files.map((file) => ['sidecar', file] as const), ...tableBranches(content)];
  return rows(content, branches, ['txn', 'add', 'remove', 'metaData', 'protocol', 'domainMetadata', 'checkpointMetadata', 'sidecar']);
}

function tableBranches({ log, properties, nowMs }: CheckpointContent): readonly Branch[] {
  const { transactionRetentionMs } = properties;
  const unexpired = transactionRetentionMs === undefined ? '' : ` WHERE action."lastUpdated" > ${cutoff(nowMs, transactionRetentionMs)}`;
  const features = (side: 'reader' | 'writer', from: number): string =>
    `CASE WHEN action."min${side === 'reader' ? 'Reader' : 'Writer'}Version" >= ${from} THEN coalesce(action."${side}Features", []) END`;
  const protocol = rebuilt(ACTION_SHAPES.protocol, { readerFeatures: features('reader', 3), writerFeatures: features('writer', 7) });
  const metaData = rebuilt(ACTION_SHAPES.metaData, {
    format: `{'provider': coalesce(action.format.provider, 'parquet'), 'options': coalesce(action.format.options, ${EMPTY_MAP})}`,
    partitionColumns: 'coalesce(action."partitionColumns", [])',
    configuration: `coalesce(action.configuration, ${EMPTY_MAP})`,
  });
  return [
    ['protocol', `SELECT ${protocol} AS action FROM (${log.tableActions('protocol')})`],
    ['metaData', `SELECT ${metaData} AS action FROM (${log.tableActions('metaData')})`],
    ['txn', `SELECT action FROM (${log.tableActions('txn')})${unexpired}`],
    ['domainMetadata', `SELECT ${rebuilt(ACTION_SHAPES.domainMetadata, { removed: 'false' })} AS action FROM (${log.tableActions('domainMetadata')}) WHERE NOT coalesce(action.removed, false)`],
  ];
}

/** Live files, and the tombstones that have not expired. They changed no data of the checkpoint's reader. */
function fileBranches(content: CheckpointContent): readonly Branch[] {
  const { log, properties, parsed, nowMs } = content;
  const unexpired = `coalesce(action."deletionTimestamp", 0) > ${cutoff(nowMs, properties.tombstoneRetentionMs)}`;
  const adds = log.fileActions('add', (files) => statsText(files, content.statisticsColumns));
  const remove = rebuilt(removeShape(), { dataChange: 'false' });
  const add = rebuilt(addShape(content), { dataChange: 'false', partitionValues: `coalesce(action."partitionValues", ${EMPTY_MAP})`, ...parsed?.expressions });
  return [
    ['add', `SELECT ${add} AS action FROM (${parsed === undefined ? adds : parsed.over(adds)})`],
    ['remove', `SELECT ${remove} AS action FROM (${log.fileActions('remove')}) WHERE ${unexpired}`],
  ];
}

/** Tombstones serve VACUUM alone, which asks for no statistics and tags. */
function removeShape(): JsonShape {
  const { stats: _stats, tags: _tags, ...shape } = ACTION_SHAPES.remove;
  return shape;
}

function addShape({ properties, parsed }: CheckpointContent): JsonShape {
  const { stats, ...shape } = ACTION_SHAPES.add;
  return { ...shape, ...(properties.writesStatsAsJson ? { stats } : {}), ...parsed?.types };
}

function rows(content: CheckpointContent, branches: readonly Branch[], columns: readonly string[]): string {
  const shapes: Readonly<Record<string, JsonShape>> = { ...ACTION_SHAPES, ...V2_SHAPES, add: addShape(content), remove: removeShape() };
  const types = columns.map((column) => [column, shapeType(shapes[column] ?? {})] as const);
  return branches
    .map(([filled, select]) => `SELECT ${types.map(([column, type]) => `${column === filled ? 'action' : 'NULL'}::${type} AS ${identifier(column)}`).join(', ')} FROM (${select})`)
    .join(' UNION ALL ');
}

/** The struct `action` with some of its fields replaced. */
function rebuilt(shape: JsonShape, replaced: Readonly<Record<string, string>>): string {
  return `{${Object.keys(shape).map((name) => `${literal(name)}: ${replaced[name] ?? `action.${identifier(name)}`}`).join(', ')}}`;
}

/** What is not younger has expired; nothing has where the retention is endless. */
function cutoff(nowMs: number, retentionMs: number): string {
  return `${Number.isFinite(retentionMs) ? Math.floor(nowMs - retentionMs) : -(2 ** 53)}`;
}

function mapLiteral(tags: Readonly<Record<string, string>>): string {
  return `MAP {${Object.entries(tags).map(([key, value]) => `${literal(key)}: ${literal(value)}`).join(', ')}}::${MAP}`;
}
