import type { LogFile } from '../logFile.ts';
import { listLog } from '../logListing.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { readCommit } from '../write/readCommit.ts';
import { isUsedIn, type DroppableFeature } from './featureTraces.ts';

/**
 * Whether a version that can still be read, or a commit that is still there, asks its readers to know a feature. Reads
 * every commit of the log. The tombstones of the earliest checkpoint do not count: no reader looks at what they name.
 */
export async function historyNeeds(open: OpenTransaction, feature: DroppableFeature): Promise<boolean> {
  const { storage, table } = open;
  const files = await listLog(storage, table);
  if (feature.name === 'v2Checkpoint' && files.some((file) => file.kind === 'checkpoint' && file.form === 'uuid')) return true;
  if (await earliestNeeds(open, files, feature)) return true;
  for (const { version } of files.filter((file) => file.kind === 'commit')) {
    const { metadata, adds, removes } = await readCommit(storage, table, version);
    if (metadata !== undefined && feature.isUsedBy?.(metadata, table) === true) return true;
    if (feature.isDeletionVectors === true && [...adds, ...removes].some(({ deletionVector }) => deletionVector !== undefined)) return true;
  }
  return false;
}

/** Where the first commits are gone, the earliest version is a checkpoint's, whose state no commit tells. */
async function earliestNeeds(open: OpenTransaction, files: readonly LogFile[], feature: DroppableFeature): Promise<boolean> {
  if (files.some((file) => file.kind === 'commit' && file.version === 0)) return false;
  const [earliest] = checkpointVersions(files);
  if (earliest === undefined) return false;
  const snapshot = await open.snapshotAt(earliest);
  try {
    return await isUsedIn(snapshot, feature);
  } finally {
    await snapshot.dispose();
  }
}

/** Whether every commit before a version is gone, and every checkpoint. */
export async function isTruncatedBefore({ storage, table }: OpenTransaction, version: number): Promise<boolean> {
  if (version <= 0) return true;
  const files = await listLog(storage, table);
  const [earliest] = checkpointVersions(files);
  return earliest !== undefined && earliest >= version && !files.some((file) => file.kind === 'commit' && file.version < version);
}

function checkpointVersions(files: readonly LogFile[]): readonly number[] {
  return files.flatMap((file) => (file.kind === 'checkpoint' || file.kind === 'checkpointPart' ? [file.version] : [])).sort((left, right) => left - right);
}
