import { checkpointAdds, type ActionFiles } from './checkpointSql.ts';
import { toNumber, type Engine } from './engine.ts';
import type { LiveFiles } from './liveFiles.ts';
import { fileList } from './sqlText.ts';

/** Of files without statistics, for want of anything better. */
const BYTES_PER_ROW = 50;
const SAMPLED_FILES = 64;

/**
 * About how many rows a byte of a table's data files holds, from the statistics of a few of them. The engine orders joins
 * by it, so it need not be right, only of the right size.
 */
export async function loadRowDensity(engine: Engine, { sources }: LiveFiles): Promise<number> {
  const samples = [`SELECT size, ${recordsOf('stats')} AS rows FROM ${sources.commits} WHERE is_add`, ...sources.checkpoint.slice(0, 1).flatMap(checkpointSample)];
  const sampled = samples.map((sample) => `(SELECT size, rows FROM (${sample}) WHERE rows IS NOT NULL LIMIT ${SAMPLED_FILES})`).join(' UNION ALL ');
  const total = await engine.select(`SELECT coalesce(sum(size), 0)::BIGINT AS bytes, coalesce(sum(rows), 0)::BIGINT AS rows FROM (${sampled})`).catch(() => undefined);
  const bytes = toNumber(total?.column('bytes')[0] ?? 0);
  // Statistics that cannot be read are as good as none here.
  return bytes === 0 ? 1 / BYTES_PER_ROW : toNumber(total?.column('rows')[0] ?? 0) / bytes;
}

function recordsOf(stats: string): string {
  return `TRY_CAST(regexp_extract(${stats}, '"numRecords" *: *([0-9]+)', 1) AS BIGINT)`;
}

function checkpointSample(group: ActionFiles): readonly string[] {
  if (!group.filled.has('add.path')) return [];
  if (group.filled.has('add.stats')) return [`SELECT size, ${recordsOf('stats')} AS rows FROM (${checkpointAdds([group], ['size', 'stats'])})`];
  if (!group.filled.has('add.stats_parsed.numRecords')) return [];
  return [`SELECT "add".size AS size, "add"."stats_parsed"."numRecords" AS rows FROM read_parquet(${fileList(group.paths.slice(0, 1))}, hive_partitioning = false) WHERE "add".path IS NOT NULL`];
}
