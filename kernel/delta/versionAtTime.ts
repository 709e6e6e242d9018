import { LakebookError } from '../base/errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { Metadata } from './actions.ts';
import { inCommitTimestamps, lastNotAfter, readInCommitTimestamp, risingFileTimes, type CommitTime } from './commitTimes.ts';
import type { CommitFile, LogFile } from './logFile.ts';
import { earliestVersion, logPathOf } from './logSegment.ts';

export interface CommitClock {
  readonly storage: Storage;
  readonly table: string;
  /** Of the latest version: it says from where on commits carry their times. */
  readonly metadata: Metadata;
  /** The whole log. */
  readonly files: readonly LogFile[];
}

/** Where a time falls among the commits that can be rebuilt. */
export interface TimePosition {
  /** The last commit that is not younger; undefined where all are. */
  readonly at: CommitTime | undefined;
  readonly earliest: CommitTime;
  readonly latest: CommitTime;
}

/**
 * @throws LakebookError DELTA_TABLE_NOT_FOUND where no commit can be rebuilt
 * @see PROTOCOL.md "In-Commit Timestamps", "Recommendations for Readers of Tables with In-Commit Timestamps" (TT-1 to TT-4, ICT-1, ICT-2)
 */
export async function locateTime(clock: CommitClock, timestampMs: number): Promise<TimePosition> {
  const { storage, table, metadata, files } = clock;
  const commits = rebuildableCommits(files);
  const [first, last] = [commits[0], commits.at(-1)];
  if (first === undefined || last === undefined) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table });
  const inCommit = inCommitTimestamps(metadata);
  const timed = inCommit === undefined ? [] : commits.filter(({ version }) => version >= inCommit.fromVersion);
  const untimed = risingFileTimes(inCommit === undefined ? commits : commits.filter(({ version }) => version < inCommit.fromVersion));
  const timeOf = async (commit: CommitFile): Promise<CommitTime> => ({
    version: commit.version,
    timestampMs: (await readInCommitTimestamp(storage, logPathOf(table), commit, table)) ?? commit.file.modifiedAtMs,
  });
  const earliest = untimed[0] ?? (await timeOf(first));
  const latest = timed.length > 0 ? await timeOf(last) : (untimed.at(-1) ?? earliest);
  const isInCommits = inCommit !== undefined && (inCommit.fromTimeMs === undefined || timestampMs >= inCommit.fromTimeMs);
  const at = isInCommits ? ((await lastCommitNotAfter(timed, timestampMs, timeOf)) ?? untimed.at(-1)) : lastNotAfter(untimed, timestampMs);
  return { at: at !== undefined && at.timestampMs <= timestampMs ? at : undefined, earliest, latest };
}

/** Bisects commits, whose times rise, reading as few as that takes. */
async function lastCommitNotAfter(commits: readonly CommitFile[], timestampMs: number, timeOf: (commit: CommitFile) => Promise<CommitTime>): Promise<CommitTime | undefined> {
  let found: CommitTime | undefined;
  let [low, high] = [0, commits.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const commit = commits[middle];
    if (commit === undefined) break;
    const time = await timeOf(commit);
    if (time.timestampMs <= timestampMs) {
      found = time;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}

function rebuildableCommits(files: readonly LogFile[]): readonly CommitFile[] {
  const earliest = earliestVersion(files) ?? 0;
  return files
    .filter((file) => file.kind === 'commit')
    .filter(({ version }) => version >= earliest)
    .sort((left, right) => left.version - right.version);
}

/** The version to travel to. @throws LakebookError DELTA_TIMESTAMP_GREATER_THAN_COMMIT, DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION */
export async function versionAtTime(clock: CommitClock, timestampMs: number): Promise<number> {
  const { table } = clock;
  const { at, earliest, latest } = await locateTime(clock, timestampMs);
  if (timestampMs > latest.timestampMs) throw timestampTooLate(table, timestampMs, latest);
  if (at === undefined) {
    throw new LakebookError('DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION', { table, timestamp: formatTime(timestampMs), earliest: formatTime(earliest.timestampMs) });
  }
  return at.version;
}

export function timestampTooLate(table: string, timestampMs: number, latest: CommitTime): LakebookError {
  return new LakebookError('DELTA_TIMESTAMP_GREATER_THAN_COMMIT', { table, timestamp: formatTime(timestampMs), latest: formatTime(latest.timestampMs) });
}

function formatTime(timestampMs: number): string {
  return new Date(timestampMs).toISOString();
}
