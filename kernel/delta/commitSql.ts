import { joinPath } from '../storage/paths.ts';
import type { FileStatus } from '../storage/storage.ts';
import { TABLE_ACTION_SHAPES } from './actions.ts';
import { fileList, identifier, literal } from './sqlText.ts';

/** A file of JSON lines in the log. */
export interface JsonLogFile {
  readonly path: string;
  readonly sizeBytes: number;
}

export function jsonLogFiles(folder: string, files: readonly FileStatus[]): readonly JsonLogFile[] {
  return files.map(({ name, sizeBytes }) => ({ path: joinPath(folder, name), sizeBytes }));
}

const LINE_BYTES_MIN = 1 << 20;

/**
 * JSON log files as a relation with `filename` and the columns asked for, by type. DuckDB must be told how long a line
 * may be, and sets aside twice that: no line is longer than its file.
 */
export function readJsonLog(files: readonly JsonLogFile[], columns: Readonly<Record<string, string>>): string {
  const lineBytesMax = Math.max(LINE_BYTES_MIN, ...files.map(({ sizeBytes }) => sizeBytes + 1));
  const types = Object.entries(columns).map(([name, type]) => `${literal(name)}: ${literal(type)}`).join(', ');
  return `read_json(${fileList(files.map(({ path }) => path))}, format = 'newline_delimited', filename = true, maximum_object_size = ${lineBytesMax}, columns = {${types}})`;
}

export const DELETION_VECTOR_TYPE = 'STRUCT("storageType" VARCHAR, "pathOrInlineDv" VARCHAR, "offset" INTEGER, "sizeInBytes" INTEGER, cardinality BIGINT)';
const PARTITION_VALUES = 'MAP(VARCHAR, VARCHAR)';

const ADD = `STRUCT(path VARCHAR, "partitionValues" ${PARTITION_VALUES}, size BIGINT, "modificationTime" BIGINT, stats VARCHAR, "deletionVector" ${DELETION_VECTOR_TYPE},`
  + ' "baseRowId" BIGINT, "defaultRowCommitVersion" BIGINT, "clusteringProvider" VARCHAR)';
const REMOVE = `STRUCT(path VARCHAR, "deletionVector" ${DELETION_VECTOR_TYPE})`;

const JSON_COLUMNS: Readonly<Record<string, string>> = {
  add: ADD,
  remove: REMOVE,
  protocol: structOf(TABLE_ACTION_SHAPES.protocol),
  metaData: `STRUCT(id VARCHAR, name VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR), "schemaString" VARCHAR, "partitionColumns" VARCHAR[], configuration MAP(VARCHAR, VARCHAR), "createdTime" BIGINT)`,
  txn: structOf(TABLE_ACTION_SHAPES.txn),
  domainMetadata: structOf(TABLE_ACTION_SHAPES.domainMetadata),
  sidecar: 'STRUCT(path VARCHAR)',
};

/** A live or dead file as every relation of this room has it, in this order. */
export const FILE_COLUMNS = [
  'path', 'dv_id', 'size', 'modification_time', 'partition_values', 'deletion_vector', 'base_row_id', 'default_row_commit_version', 'clustering_provider',
] as const;

/**
 * Parts of two names for one file compare equal: `file:/a`, `file:///a` and `/a` (PROTOCOL.md "Add File and Remove File").
 */
export function canonicalPath(path: string): string {
  return `CASE WHEN starts_with(${path}, 'file:') THEN regexp_replace(${path}, '^file:/+', '/') ELSE ${path} END`;
}

/** The deletion vector's unique id; '' and not NULL where there is none, so that keys join by plain equality. */
export function deletionVectorId(vector: string): string {
  return `CASE WHEN ${vector}."storageType" IS NULL THEN '' ELSE ${vector}."storageType" || ${vector}."pathOrInlineDv" || coalesce('@' || ${vector}."offset", '') END`;
}

/**
 * All actions of JSON log files as one relation: `version`, `is_add` (true add, false remove, NULL a table action), the
 * {@link FILE_COLUMNS}, `stats`, and `kind` and `body` of table actions. A line that is no JSON is an error.
 */
export function jsonActions(files: readonly JsonLogFile[]): string {
  return `
    SELECT substr(parse_filename(filename), 1, 20)::BIGINT AS version,
      CASE WHEN "add".path IS NOT NULL THEN true WHEN remove.path IS NOT NULL THEN false END AS is_add,
      coalesce("add".path, remove.path) AS path,
      CASE WHEN "add".path IS NOT NULL THEN ${deletionVectorId('"add"."deletionVector"')} ELSE ${deletionVectorId('remove."deletionVector"')} END AS dv_id,
      "add".size AS size,
      "add"."modificationTime" AS modification_time,
      "add"."partitionValues" AS partition_values,
      "add"."deletionVector" AS deletion_vector,
      "add"."baseRowId" AS base_row_id,
      "add"."defaultRowCommitVersion" AS default_row_commit_version,
      "add"."clusteringProvider" AS clustering_provider,
      "add".stats AS stats,
      CASE WHEN protocol IS NOT NULL THEN 'protocol' WHEN "metaData" IS NOT NULL THEN 'metaData' WHEN txn IS NOT NULL THEN 'txn'
        WHEN "domainMetadata" IS NOT NULL THEN 'domainMetadata' WHEN sidecar IS NOT NULL THEN 'sidecar' END AS kind,
      CASE WHEN protocol IS NOT NULL THEN to_json(protocol)::VARCHAR
        WHEN "metaData" IS NOT NULL THEN ${metadataBody('"metaData"')}
        WHEN txn IS NOT NULL THEN ${txnBody('txn."appId"', 'txn.version', 'txn."lastUpdated"')}
        WHEN "domainMetadata" IS NOT NULL THEN to_json("domainMetadata")::VARCHAR
        WHEN sidecar IS NOT NULL THEN sidecar.path END AS body
    FROM ${readJsonLog(files, JSON_COLUMNS)}
    WHERE "add" IS NOT NULL OR remove IS NOT NULL OR protocol IS NOT NULL OR "metaData" IS NOT NULL OR txn IS NOT NULL OR "domainMetadata" IS NOT NULL OR sidecar IS NOT NULL`;
}

/** Integers of 64 bits travel as text, since JSON.parse would round them. */
export function txnBody(appId: string, version: string, lastUpdated: string): string {
  return `to_json({'appId': ${appId}, 'version': ${version}::VARCHAR, 'lastUpdated': ${lastUpdated}::VARCHAR})::VARCHAR`;
}

function metadataBody(metadata: string): string {
  const fields = Object.keys(TABLE_ACTION_SHAPES.metaData).map((name) => `'${name}': ${name === 'provider' ? `${metadata}.format.provider` : `${metadata}.${identifier(name)}`}`);
  return `to_json({${fields.join(', ')}})::VARCHAR`;
}

function structOf(fields: Readonly<Record<string, string>>): string {
  return `STRUCT(${Object.entries(fields).map(([name, type]) => `${identifier(name)} ${type}`).join(', ')})`;
}
