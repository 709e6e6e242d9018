import { deletionVectorId } from './commitSql.ts';
import { ROWS_PER_FILE, source, type ActionFiles } from './checkpointSql.ts';
import { possibleStatistics, statsText } from './checkpoints/parsedStatistics.ts';
import { toBigInt, toNumber, toText, type Engine, type EngineValue } from './engine.ts';
import { FIRST_COMMIT_FILE_ID, type LiveFiles } from './liveFiles.ts';
import { descriptorsOf } from './scanSnapshot.ts';
import type { TableVersion } from './tableVersion.ts';
import type { AddFile } from './write/fileActions.ts';

/** One live file as the log describes it. */
export interface FileEntry {
  /** As in the log: URI-encoded, relative to the table or absolute. */
  readonly path: string;
  readonly size: number;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly modificationTime: number | null;
  /** The deletion vector's unique id (PROTOCOL.md "Deletion Vectors"). */
  readonly dvId: string | null;
  readonly dvCardinality: number | null;
  readonly baseRowId: bigint | null;
  readonly defaultRowCommitVersion: bigint | null;
  readonly clusteringProvider: string | null;
  /** JSON text. */
  readonly stats: string | null;
}

/**
 * The live files as SQL: a SELECT with the columns `path, size, partitionValues (JSON), modificationTime, dvId,
 * dvCardinality, baseRowId, defaultRowCommitVersion, clusteringProvider, stats (VARCHAR)`, in the order of the log. Valid
 * until the snapshot is disposed.
 */
export interface FileListing {
  readonly relationSql: string;
}

/** @param ids of the files wanted; all by default */
export async function listFiles(files: LiveFiles, at: TableVersion, ids?: readonly bigint[]): Promise<FileListing> {
  await files.materialise();
  return {
    relationSql: `SELECT f.path AS path, f.size AS size, coalesce(to_json(f.partition_values), '{}'::JSON) AS "partitionValues", f.modification_time AS "modificationTime",
      nullif(${deletionVectorId('f.deletion_vector')}, '') AS "dvId", f.deletion_vector.cardinality AS "dvCardinality", f.base_row_id AS "baseRowId",
      f.default_row_commit_version AS "defaultRowCommitVersion", f.clustering_provider AS "clusteringProvider", s.stats AS stats
      FROM ${files.relation(at.version)} LEFT JOIN (${statisticsSql(files, at, ids)}) s ON s.file_id = f.file_id${amongIds(ids)} ORDER BY f.file_id`,
  };
}

/** One page of the live files, in the order of the log. */
export async function readFileEntries(engine: Engine, files: LiveFiles, at: TableVersion, page: { readonly offset?: number; readonly limit?: number } = {}, signal?: AbortSignal): Promise<readonly FileEntry[]> {
  await files.materialise();
  const { offset = 0, limit } = page;
  const chosen = `SELECT f.file_id FROM ${files.relation(at.version)} ORDER BY f.file_id LIMIT ${limit ?? 'ALL'} OFFSET ${offset}`;
  const wanted = limit === undefined && offset === 0 ? undefined : [...((await engine.selectIntegers(chosen, signal))[0] ?? [])];
  const { relationSql } = await listFiles(files, at, wanted);
  const batch = await engine.select(relationSql, signal);
  const column = (name: string): readonly EngineValue[] => batch.column(name);
  const [paths, sizes, partitions, times, ids, cardinalities] = [column('path'), column('size'), column('partitionValues'), column('modificationTime'), column('dvId'), column('dvCardinality')];
  const [rowIds, rowVersions, providers, stats] = [column('baseRowId'), column('defaultRowCommitVersion'), column('clusteringProvider'), column('stats')];
  return paths.map((path, row) => ({
    path: toText(path) ?? '',
    size: toNumber(sizes[row]),
    partitionValues: JSON.parse(toText(partitions[row]) ?? '{}') as Record<string, string | null>,
    modificationTime: numberOrNull(times[row]),
    dvId: toText(ids[row]),
    dvCardinality: numberOrNull(cardinalities[row]),
    baseRowId: toBigInt(rowIds[row]),
    defaultRowCommitVersion: toBigInt(rowVersions[row]),
    clusteringProvider: toText(providers[row]),
    stats: toText(stats[row]),
  }));
}

/** A live file as its add action tells it, with its id in the snapshot. */
export interface SnapshotFile extends AddFile {
  readonly id: bigint;
}

const VECTOR_FIELDS = ['storageType', 'pathOrInlineDv', 'offset', 'sizeInBytes', 'cardinality'] as const;

/** The add actions of live files: all of them, or those with some ids. */
export async function readSnapshotFiles(engine: Engine, files: LiveFiles, at: TableVersion, ids: readonly bigint[] | undefined, signal?: AbortSignal): Promise<readonly SnapshotFile[]> {
  await files.materialise();
  const batch = await engine.select(`
    SELECT f.file_id, f.path, f.size, coalesce(to_json(f.partition_values), '{}'::JSON)::VARCHAR AS partition_values, f.modification_time, f.base_row_id, f.default_row_commit_version,
      f.clustering_provider, to_json(f.tags)::VARCHAR AS tags, s.stats, ${VECTOR_FIELDS.map((name) => `f.deletion_vector."${name}" AS "${name}"`).join(', ')}
    FROM ${files.relation(at.version)} LEFT JOIN (${statisticsSql(files, at, ids)}) s ON s.file_id = f.file_id${amongIds(ids)} ORDER BY f.file_id`, signal);
  const vectors = descriptorsOf(batch);
  const column = (name: string): readonly EngineValue[] => batch.column(name);
  const [fileIds, paths, sizes, partitions, times, rowIds, rowVersions, providers, tags, stats] = ['file_id', 'path', 'size', 'partition_values', 'modification_time', 'base_row_id', 'default_row_commit_version', 'clustering_provider', 'tags', 'stats'].map(column);
  return vectors.map((deletionVector, row): SnapshotFile => ({
    id: toBigInt(fileIds?.[row]) ?? 0n,
    path: toText(paths?.[row]) ?? '',
    size: toNumber(sizes?.[row]),
    partitionValues: JSON.parse(toText(partitions?.[row]) ?? '{}') as Record<string, string | null>,
    modificationTime: toNumber(times?.[row]),
    dataChange: true,
    stats: toText(stats?.[row]) ?? undefined,
    tags: JSON.parse(toText(tags?.[row]) ?? 'null') as Record<string, string> | null ?? undefined,
    deletionVector,
    baseRowId: toBigInt(rowIds?.[row]) ?? undefined,
    defaultRowCommitVersion: numberOrNull(rowVersions?.[row]) ?? undefined,
    clusteringProvider: toText(providers?.[row]) ?? undefined,
  }));
}

/**
 * `file_id, stats` of all files, or of some. Where a checkpoint keeps statistics as columns alone, their JSON is made from
 * those; of its rows only those of the files asked for are read.
 */
function statisticsSql({ sources: { checkpoint, commits } }: LiveFiles, at: TableVersion, ids?: readonly bigint[]): string {
  const rowsByFile = ids === undefined ? undefined : rowsByCheckpointFile(ids);
  const ofCheckpoint = checkpoint.filter(({ filled }) => filled.has('add.path')).flatMap((group) => {
    const select = (paths: ActionFiles, where: string): string =>
      `SELECT ((file_index + ${paths.firstIndex}) * ${ROWS_PER_FILE} + file_row_number)::BIGINT AS file_id, ${statsText(group, possibleStatistics(at))} AS stats
        FROM ${source(paths)} WHERE "add".path IS NOT NULL${where}`;
    if (rowsByFile === undefined) return [select(group, '')];
    return group.paths.flatMap((path, index) => {
      const rows = rowsByFile.get(group.firstIndex + index);
      return rows === undefined ? [] : [select({ ...group, paths: [path], firstIndex: group.firstIndex + index }, ` AND file_row_number IN (${rows.join(', ')})`)];
    });
  });
  return [...ofCheckpoint, `SELECT ${FIRST_COMMIT_FILE_ID} + rowid AS file_id, stats FROM ${commits} WHERE is_add`].join(' UNION ALL ');
}

function rowsByCheckpointFile(ids: readonly bigint[]): ReadonlyMap<number, readonly bigint[]> {
  const found = new Map<number, bigint[]>();
  for (const id of ids) {
    const file = Number(id / BigInt(ROWS_PER_FILE));
    const rows = found.get(file);
    if (rows === undefined) found.set(file, [id % BigInt(ROWS_PER_FILE)]);
    else rows.push(id % BigInt(ROWS_PER_FILE));
  }
  return found;
}

function amongIds(ids: readonly bigint[] | undefined): string {
  return ids === undefined ? '' : ` WHERE f.file_id IN (${[...ids, -1n].join(', ')})`;
}

function numberOrNull(value: EngineValue | undefined): number | null {
  return value === null || value === undefined ? null : toNumber(value);
}
