import { TABLE_ACTION_SHAPES, type TableActionName } from './actions.ts';
import { deletionVectorId, txnBody } from './commitSql.ts';
import { fileList, identifier, literal } from './sqlText.ts';

/**
 * Parquet files of one checkpoint that have the same columns. Old writers leave columns out, and reading a struct as a
 * whole costs several times its leaves, so every statement names the leaves that are there.
 */
export interface ActionFiles {
  readonly paths: readonly string[];
  /** Position of the first path among all files of the checkpoint. */
  readonly firstIndex: number;
  /** Columns as paths of their names joined by `.`, e.g. `add.deletionVector.storageType`. */
  readonly leaves: ReadonlySet<string>;
  /** The leaves that may hold a value somewhere. */
  readonly filled: ReadonlySet<string>;
}

/** A file's id in a checkpoint: which Parquet file of it, and which row. */
export const ROWS_PER_FILE = 2 ** 32;

/** What a probe of the footers tells per file and column: `path`, `leaf`, `filled`. */
export function probeSql(paths: readonly string[]): string {
  return `
    SELECT file_name AS path, replace(path_in_schema, ', ', '.') AS leaf, bool_or(coalesce(stats_null_count, -1) <> num_values) AS filled
    FROM parquet_metadata(${fileList(paths)})
    GROUP BY ALL`;
}

/** Ids, paths and whatever else is asked for of the adds in a checkpoint, as one SELECT. */
export function checkpointAdds(groups: readonly ActionFiles[], columns: readonly string[]): string {
  const selects = groups
    .filter((group) => group.filled.has('add.path'))
    .map((group) => `SELECT ${['file_id', ...columns].map((column) => `${addColumn(group, column)} AS ${column}`).join(', ')} FROM ${source(group)} WHERE "add".path IS NOT NULL`);
  if (selects.length > 0) return selects.join(' UNION ALL ');
  return `SELECT ${['file_id', ...columns].map((column) => `NULL::${ADD_COLUMN_TYPES[column] ?? 'VARCHAR'} AS ${column}`).join(', ')} WHERE false`;
}

/** The table actions (`kind`, `body`) and sidecars in a checkpoint. */
export function checkpointTableActions(groups: readonly ActionFiles[]): string | undefined {
  const selects = groups.flatMap((group) => [
    ...actionNames().flatMap((action) => tableAction(group, action)),
    ...(group.filled.has('sidecar.path') ? [`SELECT 'sidecar' AS kind, sidecar.path AS body FROM ${source(group)} WHERE sidecar.path IS NOT NULL`] : []),
  ]);
  return selects.length === 0 ? undefined : selects.join(' UNION ALL ');
}

const ADD_COLUMN_TYPES: Readonly<Record<string, string>> = {
  file_id: 'BIGINT',
  path: 'VARCHAR',
  dv_id: 'VARCHAR',
  size: 'BIGINT',
  modification_time: 'BIGINT',
  partition_values: 'MAP(VARCHAR, VARCHAR)',
  deletion_vector: 'STRUCT("storageType" VARCHAR, "pathOrInlineDv" VARCHAR, "offset" INTEGER, "sizeInBytes" INTEGER, cardinality BIGINT)',
  base_row_id: 'BIGINT',
  default_row_commit_version: 'BIGINT',
  clustering_provider: 'VARCHAR',
  tags: 'MAP(VARCHAR, VARCHAR)',
  stats: 'VARCHAR',
};

const ADD_COLUMN_LEAVES: Readonly<Record<string, string>> = {
  path: 'path',
  size: 'size',
  modification_time: 'modificationTime',
  base_row_id: 'baseRowId',
  default_row_commit_version: 'defaultRowCommitVersion',
  clustering_provider: 'clusteringProvider',
  stats: 'stats',
};

const VECTOR_FIELDS = ['storageType', 'pathOrInlineDv', 'offset', 'sizeInBytes', 'cardinality'] as const;

function addColumn(group: ActionFiles, column: string): string {
  const type = ADD_COLUMN_TYPES[column] ?? 'VARCHAR';
  if (column === 'file_id') return `((file_index + ${group.firstIndex}) * ${ROWS_PER_FILE} + file_row_number)::BIGINT`;
  if (column === 'dv_id') return hasVectors(group) ? deletionVectorId(vectorOf(group)) : `''`;
  if (column === 'deletion_vector') return hasVectors(group) ? `CASE WHEN "add"."deletionVector"."storageType" IS NOT NULL THEN ${vectorOf(group)} END::${type}` : `NULL::${type}`;
  if (column === 'partition_values') return hasLeafUnder(group, 'add.partitionValues') ? `"add"."partitionValues"::${type}` : `NULL::${type}`;
  if (column === 'tags') return [...group.filled].some((filled) => filled.startsWith('add.tags.')) ? `"add"."tags"::${type}` : `NULL::${type}`;
  const leaf = ADD_COLUMN_LEAVES[column];
  return leaf !== undefined && group.filled.has(`add.${leaf}`) ? `"add".${identifier(leaf)}::${type}` : `NULL::${type}`;
}

function hasVectors(group: ActionFiles): boolean {
  return group.filled.has('add.deletionVector.storageType');
}

function vectorOf(group: ActionFiles): string {
  const fields = VECTOR_FIELDS.map((field) => `${literal(field)}: ${group.leaves.has(`add.deletionVector.${field}`) ? `"add"."deletionVector".${identifier(field)}` : 'NULL'}`);
  return `({${fields.join(', ')}})`;
}

function tableAction(group: ActionFiles, action: TableActionName): readonly string[] {
  const shape: Readonly<Record<string, string>> = TABLE_ACTION_SHAPES[action];
  const [key = ''] = Object.keys(shape);
  if (!group.filled.has(`${action}.${key}`)) return [];
  const expressions = Object.fromEntries(Object.entries(shape).map(([field, type]) => [field, fieldOf(group, action, field, type)]));
  const body = action === 'txn'
    ? txnBody(expressions['appId'] ?? 'NULL', expressions['version'] ?? 'NULL', expressions['lastUpdated'] ?? 'NULL')
    : `to_json({${Object.entries(expressions).map(([field, expression]) => `${literal(field)}: ${expression}`).join(', ')}})::VARCHAR`;
  return [`SELECT ${literal(action)} AS kind, ${body} AS body FROM ${source(group)} WHERE ${identifier(action)}.${identifier(key)} IS NOT NULL`];
}

function fieldOf(group: ActionFiles, action: string, field: string, type: string): string {
  const path = field === 'provider' ? ['format', 'provider'] : [field];
  if (!hasLeafUnder(group, [action, ...path].join('.'))) return `NULL::${type}`;
  return `${[action, ...path].map(identifier).join('.')}::${type}`;
}

/** Whether the files have a column, or columns within it. */
export function hasLeafUnder(group: ActionFiles, path: string): boolean {
  return group.leaves.has(path) || [...group.leaves].some((leaf) => leaf.startsWith(`${path}.`));
}

/** FROM clause of the rows of a group. */
export function source(group: ActionFiles): string {
  return `read_parquet(${fileList(group.paths)}, hive_partitioning = false)`;
}

function actionNames(): readonly TableActionName[] {
  return ['protocol', 'metaData', 'txn', 'domainMetadata'];
}
