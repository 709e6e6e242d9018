import { listLog, newestVersion } from '../logListing.ts';
import { checkpointVersion, VersionState } from './afterCommit.ts';
import type { CheckpointContext } from './checkpointWriter.ts';
import { cutoffOf, promptCutoffOf } from './cleanupPlan.ts';
import { cleanUpLog, isProtected, lastExpired } from './logCleanup.ts';
import { logProperties } from './tableProperties.ts';

/** Which of the table's retentions is meant: of its log, or of history that goes so that a feature can be dropped. */
export type LogRetention = 'log' | 'dropFeature';

/**
 * Deletes what has expired of a table's log now, whether or not its properties ask for that from time to time. The newest
 * expired version gets a checkpoint first, so that all before it can go.
 * @throws LakebookError as `checkpointVersion`
 */
export async function truncateLog(at: CheckpointContext, retention: LogRetention): Promise<void> {
  const files = await listLog(at.storage, at.table);
  const state = new VersionState({ ...at, version: newestVersion(files) });
  try {
    const table = await state.tableVersion();
    const { logRetentionMs, truncationRetentionMs } = logProperties(table.metadata.configuration);
    const nowMs = at.environment.now();
    const cutoffMs = retention === 'log' ? cutoffOf(nowMs, logRetentionMs) : promptCutoffOf(nowMs, truncationRetentionMs);
    const expired = await lastExpired(at, table, files, cutoffMs);
    if (expired === undefined || isProtected(table, expired.version)) return;
    await checkpointVersion({ ...at, version: expired.version });
    await cleanUpLog(at, table, cutoffMs);
  } finally {
    await state.dispose();
  }
}
