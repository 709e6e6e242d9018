import type { Snapshot } from '../../delta/snapshot.ts';
import type { Database } from '../../duckdb/database.ts';

/** Rows of the live files, deleted ones subtracted; undefined where a file has no statistics. */
export async function countRecords(snapshot: Snapshot, database: Database, signal: AbortSignal): Promise<number | undefined> {
  const { relationSql } = await snapshot.fileListing(signal);
  const rows = await database.query(
    `SELECT count(*) = count(records) AS known, coalesce(sum(records - coalesce(deleted, 0)), 0)::BIGINT AS records
     FROM (SELECT TRY_CAST(json_extract_string(stats, '$.numRecords') AS BIGINT) AS records, "dvCardinality" AS deleted FROM (${relationSql}))`,
    signal,
  );
  return rows.column('known')[0] === true ? Number(rows.column('records')[0]) : undefined;
}
