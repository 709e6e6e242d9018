import { hasCode, LakebookError } from '../base/errors.ts';
import { joinPath } from '../storage/paths.ts';
import type { Storage } from '../storage/storage.ts';
import { asRecord } from './actions.ts';
import { lastVersionOf, parseLogFile, versionPrefix, type LogFile } from './logFile.ts';
import { logPathOf } from './logSegment.ts';

/**
 * The files of a table's log whose version is `from` or later. A folder that others write into while it is read may be
 * listed with a newer file and without an older one; a listing that begins later has the older one too. So a gap is
 * believed only where a second listing shows it, of which what came since is left for the next.
 * @throws LakebookError DELTA_TABLE_NOT_FOUND
 */
export async function listLog(storage: Storage, table: string, from = 0): Promise<readonly LogFile[]> {
  const files = await listOnce(storage, table, from);
  if (!hasGap(files, from)) return files;
  const newest = newestVersion(files);
  return (await listOnce(storage, table, from)).filter((file) => lastVersionOf(file) <= newest);
}

async function listOnce(storage: Storage, table: string, from: number): Promise<readonly LogFile[]> {
  try {
    const files = await storage.listFrom(logPathOf(table), versionPrefix(from));
    return files.flatMap((file) => parseLogFile(file) ?? []);
  } catch (error) {
    if (hasCode(error, 'STORAGE_NOT_FOUND')) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table }, { cause: error });
    throw error;
  }
}

/** Commits before a checkpoint may have been cleaned up. */
function hasGap(files: readonly LogFile[], from: number): boolean {
  const versions = files.flatMap((file) => (file.kind === 'commit' ? [file.version] : []));
  const isCheckpointed = files.some((file) => file.kind === 'checkpoint' || file.kind === 'checkpointPart');
  const first = versions[0] ?? from;
  return (first > from && !isCheckpointed) || versions.some((version, index) => version !== first + index);
}

/**
 * What `_last_checkpoint` says, which saves listing the log before it. Only a hint: missing, broken or wrong it is passed
 * over (PROTOCOL.md "Last Checkpoint File", CKPT-8).
 */
export async function readLastCheckpoint(storage: Storage, table: string): Promise<{ readonly version: number; readonly sizeInBytes: number | undefined } | undefined> {
  try {
    const { version, sizeInBytes } = asRecord(JSON.parse(new TextDecoder().decode(await storage.read(joinPath(logPathOf(table), '_last_checkpoint')))));
    return isCount(version) ? { version, sizeInBytes: isCount(sizeInBytes) ? sizeInBytes : undefined } : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The version that `_last_checkpoint` names. */
export async function readCheckpointHint(storage: Storage, table: string): Promise<number | undefined> {
  return (await readLastCheckpoint(storage, table))?.version;
}

/** The newest version among listed files; -1 where there is none. */
export function newestVersion(files: readonly LogFile[]): number {
  return files.reduce((newest, file) => (file.kind === 'commit' || file.kind === 'checkpoint' ? Math.max(newest, file.version) : newest), -1);
}
