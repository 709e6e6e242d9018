import { DELETION_VECTOR_SHAPE, readJsonLog, type JsonLogFile, type JsonShape } from './commitSql.ts';
import { constantSql } from './fileConstants.ts';

/**
 * The file actions of commits that say something of changes: `version`, `action` (`cdc`, `add`, `remove`), the columns of
 * a file, and the metadata of commits that change it. Where a commit has cdc files, those alone count; what only
 * rearranges data counts for nothing (PROTOCOL.md "Change Data Files", "Reader Requirements for AddCDCFile", CDF-1 to CDF-3).
 */
function changeActionsSql(commits: readonly JsonLogFile[]): string {
  const file: JsonShape = { path: 'VARCHAR', partitionValues: 'MAP(VARCHAR, VARCHAR)', size: 'BIGINT', dataChange: 'BOOLEAN', deletionVector: DELETION_VECTOR_SHAPE };
  return `
    WITH lines AS (
      SELECT substr(parse_filename(filename), 1, 20)::BIGINT AS version, CASE WHEN cdc.path IS NOT NULL THEN 'cdc' WHEN "add".path IS NOT NULL THEN 'add' ELSE 'remove' END AS action,
        CASE action WHEN 'cdc' THEN cdc WHEN 'add' THEN "add" ELSE remove END AS file
      FROM ${readJsonLog(commits, { cdc: file, add: file, remove: file })}
      WHERE cdc.path IS NOT NULL OR "add".path IS NOT NULL OR remove.path IS NOT NULL)
    SELECT version, action, file.path AS path, coalesce(file.size, 0) AS size, file."partitionValues" AS partition_values, file."deletionVector" AS deletion_vector
    FROM lines
    WHERE CASE WHEN version IN (SELECT version FROM lines WHERE action = 'cdc') THEN action = 'cdc' ELSE file."dataChange" IS DISTINCT FROM false END`;
}

/**
 * One row per file to read: what is added and removed under one path in one commit is one row, `add_…` and `remove_…`
 * holding both deletion vectors, for then only their difference changed.
 */
export function pairedChangesSql(commits: readonly JsonLogFile[], constants: readonly string[]): string {
  const vector = (prefix: string): string =>
    ['storageType', 'pathOrInlineDv', 'offset', 'sizeInBytes', 'cardinality'].map((name) => `${prefix}."${name}" AS "${prefix}_${name}"`).join(', ');
  const values = constants.map((name, index) => `${constantSql(name, 'p')} AS constant${index}`);
  return `
    WITH actions AS MATERIALIZED (${changeActionsSql(commits)}),
    paired AS (
      SELECT version, path, any_value(size) AS size, bool_or(action = 'cdc') AS is_cdc, bool_or(action = 'add') AS is_add, bool_or(action = 'remove') AS is_remove,
        any_value(partition_values) AS partition_values,
        any_value(deletion_vector) FILTER (action <> 'remove') AS "add", any_value(deletion_vector) FILTER (action = 'remove') AS "remove"
      FROM actions GROUP BY version, path)
    SELECT ${['p.version AS version', 'p.path AS path', 'p.size AS size', 'p.is_cdc AS is_cdc', 'p.is_add AS is_add', 'p.is_remove AS is_remove', vector('add'), vector('remove'), ...values].join(', ')}
    FROM paired p ORDER BY p.version, p.path`;
}
