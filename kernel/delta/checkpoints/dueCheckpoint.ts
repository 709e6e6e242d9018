import type { Storage } from '../../storage/storage.ts';
import { listLog, readLastCheckpoint } from '../logListing.ts';
import type { LogProperties } from './tableProperties.ts';

const INTERVAL_DEFAULT = 10;
/** Smaller checkpoints are written each time: they cost no more than the commits that they spare readers. */
const LARGE_BYTES = 4 * 2 ** 20;
/** A large one waits until the commits since then are together this part of it… */
const WORTHWHILE_PART = 1 / 8;
/** …or so many. */
const COMMITS_MAX = 100;

/**
 * Whether a version gets a checkpoint (CKPT-14): where the table's interval divides it. A table without one of its own gets
 * a large checkpoint less often than a small one, since writing it takes time by the files of the table, and reading
 * commits instead by what was committed.
 */
export async function isCheckpointDue({ storage, table, version }: { readonly storage: Storage; readonly table: string; readonly version: number }, { checkpointInterval }: LogProperties): Promise<boolean> {
  if (version === 0 || version % (checkpointInterval ?? INTERVAL_DEFAULT) !== 0) return false;
  const last = checkpointInterval === undefined ? await readLastCheckpoint(storage, table) : undefined;
  if (last?.sizeInBytes === undefined || last.sizeInBytes < LARGE_BYTES || version - last.version >= COMMITS_MAX) return true;
  const commits = (await listLog(storage, table, last.version)).flatMap((file) => (file.kind === 'commit' && file.version > last.version && file.version <= version ? [file.file.sizeBytes] : []));
  return commits.reduce((sum, bytes) => sum + bytes, 0) >= last.sizeInBytes * WORTHWHILE_PART;
}
