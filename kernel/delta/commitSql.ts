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

/** What to take out of a line of JSON: keys, and the DuckDB types of their values; a list is written as a list of its type. */
export interface JsonShape {
  readonly [key: string]: string | JsonShape | readonly [string];
}

const LINE_BYTES_MIN = 1 << 20;
/** Files smaller than this on average leave DuckDB with vectors that are nearly empty. */
const SMALL_FILE_BYTES = 1 << 16;

/**
 * JSON log files as a relation with `filename` and a column per key of the shape. A line that is no JSON is an error that
 * names file and line. DuckDB must be told how long a line may be, and sets aside twice that: no line is longer than its
 * file. The lines of many small files are gathered before they are taken apart, which is ten times cheaper.
 */
export function readJsonLog(files: readonly JsonLogFile[], shape: JsonShape): string {
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const lineBytesMax = files.reduce((longest, { sizeBytes }) => Math.max(longest, sizeBytes + 1), LINE_BYTES_MIN);
  const gathered = totalBytes / files.length < SMALL_FILE_BYTES ? 'MATERIALIZED' : 'NOT MATERIALIZED';
  const columns = Object.keys(shape).map((key) => `action.${identifier(key)} AS ${identifier(key)}`);
  return `(
    WITH lines AS ${gathered} (SELECT filename, json FROM read_ndjson_objects(${fileList(files.map(({ path }) => path))}, filename = true, maximum_object_size = ${lineBytesMax})),
    actions AS (SELECT filename, json_transform(json, ${literal(JSON.stringify(shape))}) AS action FROM lines)
    SELECT filename, ${columns.join(', ')} FROM actions)`;
}

const MAP = 'MAP(VARCHAR, VARCHAR)';

export const DELETION_VECTOR_SHAPE: JsonShape = { storageType: 'VARCHAR', pathOrInlineDv: 'VARCHAR', offset: 'INTEGER', sizeInBytes: 'INTEGER', cardinality: 'BIGINT' };

const ACTION_SHAPE: JsonShape = {
  add: {
    path: 'VARCHAR', partitionValues: MAP, size: 'BIGINT', modificationTime: 'BIGINT', stats: 'VARCHAR', deletionVector: DELETION_VECTOR_SHAPE,
    baseRowId: 'BIGINT', defaultRowCommitVersion: 'BIGINT', clusteringProvider: 'VARCHAR', tags: MAP,
  },
  remove: { path: 'VARCHAR', deletionVector: DELETION_VECTOR_SHAPE },
  protocol: { ...TABLE_ACTION_SHAPES.protocol, readerFeatures: 'JSON', writerFeatures: 'JSON' },
  metaData: { id: 'VARCHAR', name: 'VARCHAR', description: 'VARCHAR', format: { provider: 'VARCHAR' }, schemaString: 'VARCHAR', partitionColumns: 'JSON', configuration: MAP, createdTime: 'BIGINT' },
  txn: TABLE_ACTION_SHAPES.txn,
  domainMetadata: TABLE_ACTION_SHAPES.domainMetadata,
  sidecar: { path: 'VARCHAR' },
};

/** A live or dead file as every relation of this room has it, in this order. */
export const FILE_COLUMNS = [
  'path', 'dv_id', 'size', 'modification_time', 'partition_values', 'deletion_vector', 'base_row_id', 'default_row_commit_version', 'clustering_provider', 'tags',
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
 * {@link FILE_COLUMNS}, `stats`, and `kind` and `body` of table actions. Other actions are rows without any of it: a filter
 * here would make DuckDB take every line apart once more.
 */
export function jsonActions(files: readonly JsonLogFile[]): string {
  return `
    SELECT substr(parse_filename(filename), 1, 20)::BIGINT AS version,
      CASE WHEN "add".path IS NOT NULL THEN true WHEN remove.path IS NOT NULL THEN false END AS is_add,
      coalesce("add".path, remove.path) AS path,
      CASE WHEN "add".path IS NOT NULL THEN ${deletionVectorId('"add"."deletionVector"')} ELSE ${deletionVectorId('remove."deletionVector"')} END AS dv_id,
      CASE WHEN "add".path IS NOT NULL AND "add".size IS NULL THEN error('Malformed JSON in file "' || filename || '": an add action has no size.')::BIGINT ELSE "add".size END AS size,
      "add"."modificationTime" AS modification_time,
      "add"."partitionValues" AS partition_values,
      "add"."deletionVector" AS deletion_vector,
      "add"."baseRowId" AS base_row_id,
      "add"."defaultRowCommitVersion" AS default_row_commit_version,
      "add"."clusteringProvider" AS clustering_provider,
      "add".tags AS tags,
      "add".stats AS stats,
      CASE WHEN protocol."minReaderVersion" IS NOT NULL THEN 'protocol' WHEN "metaData".id IS NOT NULL THEN 'metaData' WHEN txn."appId" IS NOT NULL THEN 'txn'
        WHEN "domainMetadata".domain IS NOT NULL THEN 'domainMetadata' WHEN sidecar.path IS NOT NULL THEN 'sidecar' END AS kind,
      CASE kind WHEN 'protocol' THEN to_json(protocol)::VARCHAR
        WHEN 'metaData' THEN ${metadataBody('"metaData"')}
        WHEN 'txn' THEN ${txnBody('txn."appId"', 'txn.version', 'txn."lastUpdated"')}
        WHEN 'domainMetadata' THEN to_json("domainMetadata")::VARCHAR
        WHEN 'sidecar' THEN sidecar.path END AS body
    FROM ${readJsonLog(files, ACTION_SHAPE)}`;
}

/** Integers of 64 bits travel as text, since JSON.parse would round them. */
export function txnBody(appId: string, version: string, lastUpdated: string): string {
  return `to_json({'appId': ${appId}, 'version': ${version}::VARCHAR, 'lastUpdated': ${lastUpdated}::VARCHAR})::VARCHAR`;
}

function metadataBody(metadata: string): string {
  const fields = Object.keys(TABLE_ACTION_SHAPES.metaData).map((name) => `'${name}': ${name === 'provider' ? `${metadata}.format.provider` : `${metadata}.${identifier(name)}`}`);
  return `to_json({${fields.join(', ')}})::VARCHAR`;
}
