import { LakebookError } from '../base/errors.ts';
import { joinPath } from '../storage/paths.ts';
import type { FileStatus } from '../storage/storage.ts';
import { lastVersionOf, type CommitFile, type CompactionFile, type LogFile } from './logFile.ts';

/** A complete checkpoint as it is listed: one file, or every part of a multi-part one. */
export interface CheckpointFiles {
  readonly version: number;
  readonly format: 'parquet' | 'json';
  readonly files: readonly FileStatus[];
}

/**
 * The files from which one version of a table is rebuilt. Guarantees: the commits are contiguous from the version after
 * the checkpoint (or 0) to `endVersion`; the checkpoint is complete and not newer than `endVersion`; compactions do not
 * overlap, lie within the commits, and stand in place of the commits that they cover.
 */
export interface LogSegment {
  readonly logPath: string;
  readonly endVersion: number;
  readonly checkpoint: CheckpointFiles | undefined;
  readonly commits: readonly CommitFile[];
  /** The commit of `endVersion`; undefined where its file was cleaned up and the checkpoint is left. */
  readonly endCommit: CommitFile | undefined;
  readonly compactions: readonly CompactionFile[];
}

export interface SegmentRequest {
  readonly table: string;
  /** The latest version where it is left out. */
  readonly version?: number;
  /** Versions whose checkpoints proved unreadable. */
  readonly excludedCheckpoints?: ReadonlySet<number>;
}

/**
 * The log segment of a version, from a listing of the log. Pure.
 * @throws LakebookError DELTA_TABLE_NOT_FOUND, DELTA_VERSION_NOT_FOUND, DELTA_VERSIONS_NOT_CONTIGUOUS,
 *   DELTA_TRUNCATED_TRANSACTION_LOG, DELTA_MISSING_PART_FILES
 * @see PROTOCOL.md "Delta Log Entries", "Checkpoints", "Log Compaction Files" (LOG-1 to LOG-8)
 */
export function buildLogSegment(files: readonly LogFile[], request: SegmentRequest): LogSegment {
  const { table, version, excludedCheckpoints = new Set<number>() } = request;
  const commits = files.filter((file) => file.kind === 'commit').sort((left, right) => left.version - right.version);
  const checkpoints = completeCheckpoints(files).filter((checkpoint) => !excludedCheckpoints.has(checkpoint.version));
  const latest = Math.max(commits.at(-1)?.version ?? -1, ...checkpoints.map((checkpoint) => checkpoint.version));
  if (latest < 0) throw noVersionFound(files, table);
  // As Spark: whoever lost every commit may have lost newer ones than the checkpoint, and an older answer would be a wrong one.
  if (commits.length === 0) throw new LakebookError('DELTA_TRUNCATED_TRANSACTION_LOG', { table, version: latest, detail: 'its checkpoint stands alone, and not one commit file is left to say that it is the latest' });

  const endVersion = version ?? latest;
  if (endVersion > latest || endVersion < 0) throw versionNotFound(table, endVersion, files);
  const checkpoint = checkpoints.filter((candidate) => candidate.version <= endVersion).at(-1);
  const start = checkpoint === undefined ? 0 : checkpoint.version + 1;
  const replayed = commits.filter((commit) => commit.version >= start && commit.version <= endVersion);
  checkContiguous(replayed, { table, start, endVersion, requested: version, files });
  return {
    logPath: logPathOf(table),
    endVersion,
    checkpoint,
    commits: replayed,
    endCommit: commits.find((commit) => commit.version === endVersion),
    compactions: chooseCompactions(files, start, endVersion),
  };
}

/** The segment of a newer version that begins where `former` ends; undefined if that cannot be (nothing new, or a gap). */
export function extendLogSegment(former: LogSegment, files: readonly LogFile[]): LogSegment | undefined {
  const added = files
    .filter((file) => file.kind === 'commit')
    .filter((commit) => commit.version > former.endVersion)
    .sort(byVersion);
  const contiguous = added.every((commit, index) => commit.version === former.endVersion + 1 + index);
  if (added.length === 0 || !contiguous) return undefined;
  return { ...former, endVersion: former.endVersion + added.length, commits: [...former.commits, ...added], endCommit: added.at(-1) };
}

/** The files to replay after the checkpoint: compactions, and the commits that none of them covers, oldest first. */
export function replayedFiles({ commits, compactions }: LogSegment, after = -1): readonly (CommitFile | CompactionFile)[] {
  const usable = compactions.filter(({ start }) => start > after);
  const isCovered = (version: number): boolean => usable.some(({ start, end }) => version >= start && version <= end);
  const single = commits.filter(({ version }) => version > after && !isCovered(version));
  return [...usable, ...single].sort((left, right) => lastVersionOf(left) - lastVersionOf(right));
}

export function logPathOf(table: string): string {
  return joinPath(table, '_delta_log');
}

/** The versions that can be rebuilt from a listing, oldest first, as ranges that are contiguous. */
export function earliestVersion(files: readonly LogFile[]): number | undefined {
  const commits = files.flatMap((file) => (file.kind === 'commit' ? [file.version] : []));
  const starts = [...completeCheckpoints(files).map(({ version }) => version), ...(commits.includes(0) ? [0] : [])];
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** Complete checkpoints, oldest first; where a version has several, one of them. */
function completeCheckpoints(files: readonly LogFile[]): readonly CheckpointFiles[] {
  const found = new Map<number, CheckpointFiles>();
  for (const [key, parts] of groupParts(files)) {
    const [first] = parts;
    if (first !== undefined && parts.length === first.parts) {
      found.set(first.version, { version: first.version, format: 'parquet', files: parts.sort((a, b) => a.part - b.part).map(({ file }) => file) });
    } else if (first === undefined) {
      throw new LakebookError('INTERNAL_ERROR', { detail: `the checkpoint ${key} has no parts` });
    }
  }
  for (const file of files) if (file.kind === 'checkpoint') found.set(file.version, { version: file.version, format: file.format, files: [file.file] });
  return [...found.values()].sort(byVersion);
}

type CheckpointPart = Extract<LogFile, { kind: 'checkpointPart' }>;

function groupParts(files: readonly LogFile[]): ReadonlyMap<string, CheckpointPart[]> {
  const groups = new Map<string, CheckpointPart[]>();
  for (const file of files) {
    if (file.kind !== 'checkpointPart') continue;
    const key = `${file.version}/${file.parts}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return groups;
}

interface ContiguityCheck {
  readonly table: string;
  readonly start: number;
  readonly endVersion: number;
  readonly requested: number | undefined;
  readonly files: readonly LogFile[];
}

function checkContiguous(replayed: readonly CommitFile[], { table, start, endVersion, requested, files }: ContiguityCheck): void {
  const first = replayed[0];
  if (start === 0 && (first === undefined || first.version !== 0)) {
    const incomplete = incompleteCheckpoint(files);
    if (requested !== undefined && earliestVersion(files) !== undefined) throw versionNotFound(table, requested, files);
    if (incomplete !== undefined) throw new LakebookError('DELTA_MISSING_PART_FILES', { table, version: incomplete.version, detail: `${incomplete.found} of ${incomplete.parts} parts are there` });
    throw new LakebookError('DELTA_TRUNCATED_TRANSACTION_LOG', { table, version: endVersion, detail: `the log begins at version ${first?.version ?? endVersion}, without version 0 and without a usable checkpoint` });
  }
  for (const [index, { version }] of replayed.entries()) {
    const missing = start + index;
    if (version !== missing) throw new LakebookError('DELTA_VERSIONS_NOT_CONTIGUOUS', { table, missing, found: version });
  }
  if (start + replayed.length - 1 !== endVersion) throw versionNotFound(table, endVersion, files);
}

function incompleteCheckpoint(files: readonly LogFile[]): { readonly version: number; readonly found: number; readonly parts: number } | undefined {
  for (const parts of groupParts(files).values()) {
    const [first] = parts;
    if (first !== undefined && parts.length < first.parts) return { version: first.version, found: parts.length, parts: first.parts };
  }
  return undefined;
}

function noVersionFound(files: readonly LogFile[], table: string): LakebookError {
  const incomplete = incompleteCheckpoint(files);
  if (incomplete === undefined) return new LakebookError('DELTA_TABLE_NOT_FOUND', { table });
  return new LakebookError('DELTA_MISSING_PART_FILES', { table, version: incomplete.version, detail: `${incomplete.found} of ${incomplete.parts} parts are there` });
}

function versionNotFound(table: string, version: number, files: readonly LogFile[]): LakebookError {
  const commits = files.flatMap((file) => (file.kind === 'commit' ? [file.version] : []));
  const latest = Math.max(...commits, ...completeCheckpoints(files).map((checkpoint) => checkpoint.version));
  return new LakebookError('DELTA_VERSION_NOT_FOUND', { table, version, earliest: earliestVersion(files) ?? latest, latest });
}

/** Greedy from the oldest: the widest compaction that begins at or after the last one's end and stays inside the segment. */
function chooseCompactions(files: readonly LogFile[], start: number, endVersion: number): readonly CompactionFile[] {
  const candidates = files
    .filter((file) => file.kind === 'compaction')
    .filter((file) => file.start >= start && file.end <= endVersion && file.end > file.start)
    .sort((left, right) => left.start - right.start || right.end - left.end);
  const chosen: CompactionFile[] = [];
  for (const candidate of candidates) if (candidate.start > (chosen.at(-1)?.end ?? -1)) chosen.push(candidate);
  return chosen;
}

function byVersion(left: { readonly version: number }, right: { readonly version: number }): number {
  return left.version - right.version;
}
