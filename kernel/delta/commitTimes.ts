import { hasCode, LakebookError } from '../base/errors.ts';
import { joinPath } from '../storage/paths.ts';
import type { Storage } from '../storage/storage.ts';
import { asRecord, type Metadata } from './actions.ts';
import type { CommitFile } from './logFile.ts';

const ENABLED = 'delta.enableInCommitTimestamps';
const ENABLED_FROM_VERSION = 'delta.inCommitTimestampEnablementVersion';
const ENABLED_FROM_TIME = 'delta.inCommitTimestampEnablementTimestamp';

export interface CommitTime {
  readonly version: number;
  readonly timestampMs: number;
}

/** From where on a table keeps its commits' times in the commits (PROTOCOL.md "In-Commit Timestamps"). */
export interface InCommitTimestamps {
  readonly fromVersion: number;
  /** Undefined where the table was born with them. */
  readonly fromTimeMs: number | undefined;
}

export function inCommitTimestamps(metadata: Metadata): InCommitTimestamps | undefined {
  const { configuration } = metadata;
  if (configuration[ENABLED]?.toLowerCase() !== 'true') return undefined;
  const [version, time] = [configuration[ENABLED_FROM_VERSION], configuration[ENABLED_FROM_TIME]];
  return { fromVersion: version === undefined ? 0 : Number(version), fromTimeMs: time === undefined ? undefined : Number(time) };
}

/** Files' times, made to rise: a commit that seems older than the one before it counts as one millisecond younger. Pure. */
export function risingFileTimes(commits: readonly CommitFile[]): readonly CommitTime[] {
  const times: CommitTime[] = [];
  for (const { version, file } of commits) {
    const former = times.at(-1)?.timestampMs;
    times.push({ version, timestampMs: former === undefined ? file.modifiedAtMs : Math.max(file.modifiedAtMs, former + 1) });
  }
  return times;
}

/** The last commit that is not younger than a time; undefined where all are. Pure. */
export function lastNotAfter(times: readonly CommitTime[], timestampMs: number): CommitTime | undefined {
  return times.filter((time) => time.timestampMs <= timestampMs).at(-1);
}

/** The time that a commit carries itself; undefined where it carries none. @throws LakebookError DELTA_LOG_FILE_NOT_FOUND */
export async function readInCommitTimestamp(storage: Storage, logPath: string, commit: CommitFile, table: string): Promise<number | undefined> {
  const info = await readCommitInfo(storage, joinPath(logPath, commit.file.name), table);
  const timestamp = info?.['inCommitTimestamp'];
  return typeof timestamp === 'number' ? timestamp : undefined;
}

/** The commitInfo of a commit, which stands first where it matters; otherwise wherever it is. */
async function readCommitInfo(storage: Storage, path: string, table: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await storage.read(path);
  } catch (error) {
    if (hasCode(error, 'STORAGE_NOT_FOUND')) throw new LakebookError('DELTA_LOG_FILE_NOT_FOUND', { table, file: path }, { cause: error });
    throw error;
  }
  const line = new TextDecoder().decode(bytes).split('\n').find((candidate) => candidate.includes('"commitInfo"'));
  if (line === undefined) return undefined;
  try {
    const info = asRecord(JSON.parse(line))['commitInfo'];
    return info === undefined ? undefined : asRecord(info);
  } catch (error) {
    throw new LakebookError('DELTA_LOG_FILE_CORRUPT', { table, file: path, detail: 'its commitInfo is not JSON.' }, { cause: error });
  }
}
