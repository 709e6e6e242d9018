import { lastNotAfter, risingFileTimes } from '../commitTimes.ts';
import type { CommitFile, LogFile } from '../logFile.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The last midnight, UTC, that a retention allows to be cut at: times keep a whole day longer rather than shorter. */
export function cutoffOf(nowMs: number, retentionMs: number): number {
  return midnight(nowMs - retentionMs);
}

/** The last whole minute that a retention allows to be cut at. */
export function promptCutoffOf(nowMs: number, retentionMs: number): number {
  return Math.floor((nowMs - retentionMs) / MINUTE_MS) * MINUTE_MS;
}

/** What is not older than this may belong to a checkpoint that is being written. */
export function orphanCutoff(nowMs: number): number {
  return midnight(nowMs) - DAY_MS;
}

/** The newest commit that is not newer than the cutoff: it and everything after it is kept. Pure. */
export function cutoffCommit(files: readonly LogFile[], cutoffMs: number): CommitFile | undefined {
  const commits = files.filter((file) => file.kind === 'commit').sort((left, right) => left.version - right.version);
  const last = lastNotAfter(risingFileTimes(commits), cutoffMs);
  return commits.find(({ version }) => version === last?.version);
}

/**
 * The files that no kept version needs, in the order in which they go: after each of them every kept version can still be
 * rebuilt, and a version's commit goes before its checkpoint. Pure.
 * @param boundary the version of the checkpoint that is kept
 */
export function expiredFiles(files: readonly LogFile[], boundary: number): readonly LogFile[] {
  const compactions = files.filter((file) => file.kind === 'compaction' && file.start <= boundary);
  const versioned = files.flatMap((file) => (file.kind !== 'compaction' && file.version < boundary ? [file] : []));
  const isCheckpoint = (file: LogFile): number => (file.kind === 'checkpoint' || file.kind === 'checkpointPart' ? 1 : 0);
  return [...compactions, ...versioned.sort((left, right) => left.version - right.version || isCheckpoint(left) - isCheckpoint(right))];
}

function midnight(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}
