import { hasCode, LakebookError } from '../../base/errors.ts';
import { joinPath } from '../../storage/paths.ts';
import type { FileStatus } from '../../storage/storage.ts';
import { isCheckpointFailure, loadCheckpoint } from '../checkpoint.ts';
import { inCommitTimestamps, readInCommitTimestamp } from '../commitTimes.ts';
import { parseLogFile, versionPrefix, type CommitFile, type LogFile } from '../logFile.ts';
import { newestVersion, readCheckpointHint } from '../logListing.ts';
import { buildLogSegment, logPathOf, type LogSegment, type SegmentRequest } from '../logSegment.ts';
import { featuresOf } from '../protocol.ts';
import type { TableVersion } from '../tableVersion.ts';
import type { CheckpointContext } from './checkpointWriter.ts';
import { cutoffCommit, expiredFiles, orphanCutoff } from './cleanupPlan.ts';
import { referencedSidecars } from './sidecarReferences.ts';
import { logProperties } from './tableProperties.ts';

/**
 * Deletes what has expired of a table's log (PROTOCOL.md "Metadata Cleanup"): everything before the newest checkpoint that
 * can be read and is not newer than the cutoff, then sidecars that no checkpoint names and what crashes left behind.
 * @param cutoffMs what is newer than this is kept
 * @returns how many files went
 */
export async function cleanUpLog(at: CheckpointContext, table: TableVersion, cutoffMs: number): Promise<number> {
  const { storage } = at;
  const nowMs = at.environment.now();
  const folder = logPathOf(at.table);
  const statuses = await storage.listFrom(folder);
  const files = statuses.flatMap((status) => parseLogFile(status) ?? []);
  const boundary = await findBoundary(at, table, files, cutoffMs);
  const expired = boundary === undefined ? [] : expiredFiles(files, boundary);
  if (expired.length > 0 && featuresOf(table.protocol).includes('v2Checkpoint')) await writeClassicName(at, files);
  for (const { file } of expired) await storage.delete(joinPath(folder, file.name));
  const left = leftovers(statuses, new Set(expired.map(({ file }) => file.name)), nowMs);
  for (const { name } of left) await storage.delete(joinPath(folder, name));
  const orphans = expired.length > 0 ? await deleteOrphanedSidecars(at, nowMs) : 0;
  return expired.length + left.length + orphans;
}

/** The version from which on everything is kept: that of a checkpoint which leads to every version after it. */
async function findBoundary(at: CheckpointContext, table: TableVersion, files: readonly LogFile[], cutoffMs: number): Promise<number | undefined> {
  const [commit, hint] = [await lastExpired(at, table, files, cutoffMs), await readCheckpointHint(at.storage, at.table)];
  if (commit === undefined || hint === undefined) return undefined;
  const boundary = await newestReadableCheckpoint(at, files, commit.version);
  if (boundary === undefined || hint < boundary || !hasEveryCommitFrom(files, boundary)) return undefined;
  return isProtected(table, boundary) ? undefined : boundary;
}

/** Whether history before this version may go only together with what is left after it (RFC "Checkpoint Protection"). */
export function isProtected({ protocol, metadata }: TableVersion, version: number): boolean {
  return featuresOf(protocol).includes('checkpointProtection') && version < logProperties(metadata.configuration).protectedBefore;
}

/** The newest commit that is not newer than the cutoff, by its own time where the table keeps such. */
export async function lastExpired(at: CheckpointContext, table: TableVersion, files: readonly LogFile[], cutoffMs: number): Promise<CommitFile | undefined> {
  const commit = cutoffCommit(files, cutoffMs);
  const keepsTimes = inCommitTimestamps(table.metadata);
  if (commit === undefined || keepsTimes === undefined || commit.version < keepsTimes.fromVersion) return commit;
  const time = await readInCommitTimestamp(at.storage, logPathOf(at.table), commit, at.table);
  return time === undefined || time > cutoffMs ? undefined : commit;
}

async function newestReadableCheckpoint({ engine, table }: CheckpointContext, files: readonly LogFile[], version: number): Promise<number | undefined> {
  const excludedCheckpoints = new Set<number>();
  for (;;) {
    const segment = segmentOrNothing(files, { table, version, excludedCheckpoints });
    if (segment?.checkpoint === undefined) return undefined;
    try {
      await loadCheckpoint(engine, segment, table);
      return segment.checkpoint.version;
    } catch (error) {
      if (!isCheckpointFailure(error)) throw error;
      excludedCheckpoints.add(segment.checkpoint.version);
    }
  }
}

function segmentOrNothing(files: readonly LogFile[], request: SegmentRequest): LogSegment | undefined {
  try {
    return buildLogSegment(files, request);
  } catch (error) {
    if (error instanceof LakebookError) return undefined;
    throw error;
  }
}

/** The commit of the checkpoint's own version too: it alone holds the commit's time. */
function hasEveryCommitFrom(files: readonly LogFile[], boundary: number): boolean {
  const commits = new Set(files.flatMap((file) => (file.kind === 'commit' ? [file.version] : [])));
  const newest = newestVersion(files);
  for (let version = boundary; version <= newest; version += 1) if (!commits.has(version)) return false;
  return true;
}

/**
 * Readers that do not know checkpoints of the V2 spec find the protocol, and with it what they lack, under the classic
 * name (PROTOCOL.md "Handling Backward compatibility while moving to UUID-named v2 Checkpoints").
 */
async function writeClassicName({ storage, table }: CheckpointContext, files: readonly LogFile[]): Promise<void> {
  const checkpoints = files.filter((file) => file.kind === 'checkpoint').sort((left, right) => right.version - left.version);
  const newest = checkpoints.find(({ version }) => version === checkpoints[0]?.version);
  if (newest?.form !== 'uuid' || newest.format !== 'parquet' || checkpoints.some(({ version, form }) => version === newest.version && form === 'classic')) return;
  const folder = logPathOf(table);
  await storage.putIfAbsent(joinPath(folder, `${versionPrefix(newest.version)}.checkpoint.parquet`), await storage.read(joinPath(folder, newest.file.name)));
}

/** Temporary files of writers that died, and the checksums that Hadoop kept beside files that went. */
function leftovers(statuses: readonly FileStatus[], gone: ReadonlySet<string>, nowMs: number): readonly FileStatus[] {
  return statuses.filter(({ name, modifiedAtMs }) => {
    if (/^\..*\.tmp$/.test(name)) return modifiedAtMs < orphanCutoff(nowMs);
    return name.startsWith('.') && name.endsWith('.crc') && gone.has(name.slice(1, -'.crc'.length));
  });
}

async function deleteOrphanedSidecars(at: CheckpointContext, nowMs: number): Promise<number> {
  const { storage, engine, table } = at;
  const folder = joinPath(logPathOf(table), '_sidecars');
  const sidecars = await listOrNothing(at, folder);
  const old = sidecars.filter(({ modifiedAtMs }) => modifiedAtMs < orphanCutoff(nowMs));
  if (old.length === 0) return 0;
  // Listed anew, after the sidecars: a checkpoint that came meanwhile names only what was there before it
  const files = (await storage.listFrom(logPathOf(table))).flatMap((status) => parseLogFile(status) ?? []);
  const referenced = await referencedSidecars(engine, logPathOf(table), files);
  const orphans = old.filter(({ name }) => !referenced.has(name));
  for (const { name } of orphans) await storage.delete(joinPath(folder, name));
  return orphans.length;
}

async function listOrNothing({ storage }: CheckpointContext, folder: string): Promise<readonly FileStatus[]> {
  try {
    return await storage.listFrom(folder);
  } catch (error) {
    if (hasCode(error, 'STORAGE_NOT_FOUND')) return [];
    throw error;
  }
}
