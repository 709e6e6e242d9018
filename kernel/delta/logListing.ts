import { hasCode, LakebookError } from '../base/errors.ts';
import { joinPath } from '../storage/paths.ts';
import type { Storage } from '../storage/storage.ts';
import { asRecord } from './actions.ts';
import { parseLogFile, versionPrefix, type LogFile } from './logFile.ts';
import { logPathOf } from './logSegment.ts';

/** The files of a table's log whose version is `from` or later. @throws LakebookError DELTA_TABLE_NOT_FOUND */
export async function listLog(storage: Storage, table: string, from = 0): Promise<readonly LogFile[]> {
  try {
    const files = await storage.listFrom(logPathOf(table), versionPrefix(from));
    return files.flatMap((file) => parseLogFile(file) ?? []);
  } catch (error) {
    if (hasCode(error, 'STORAGE_NOT_FOUND')) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table }, { cause: error });
    throw error;
  }
}

/**
 * The version that `_last_checkpoint` names, which saves listing the log before it. Only a hint: missing, broken or wrong
 * it is passed over (PROTOCOL.md "Last Checkpoint File", CKPT-8).
 */
export async function readCheckpointHint(storage: Storage, table: string): Promise<number | undefined> {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(await storage.read(joinPath(logPathOf(table), '_last_checkpoint'))));
    const version = asRecord(json)['version'];
    return typeof version === 'number' && Number.isSafeInteger(version) && version >= 0 ? version : undefined;
  } catch {
    return undefined;
  }
}

/** The newest version among listed files; -1 where there is none. */
export function newestVersion(files: readonly LogFile[]): number {
  return files.reduce((newest, file) => (file.kind === 'commit' || file.kind === 'checkpoint' ? Math.max(newest, file.version) : newest), -1);
}
