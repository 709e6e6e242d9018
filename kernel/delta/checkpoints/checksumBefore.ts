import type { Storage } from '../../storage/storage.ts';
import type { Engine } from '../engine.ts';
import { listLog } from '../logListing.ts';
import { SMALL_COMMIT_BYTES, SmallCommit } from './smallCommit.ts';
import { loadChecksum, type VersionChecksum } from './versionChecksum.ts';

/** Writers that commit at the same time write their checksums at the same time too: so many versions back one is looked for. */
const DISTANCE_MAX = 32;

/** The checksum of the version before `version`: as it is written down, or as a near one and the small commits since then tell. */
export async function checksumBefore(at: { readonly engine: Engine; readonly storage: Storage; readonly table: string }, version: number): Promise<VersionChecksum | undefined> {
  if (version === 0) return undefined;
  const written = await loadChecksum(at, version - 1);
  if (written !== undefined) return written;
  const first = Math.max(0, version - DISTANCE_MAX);
  const files = await listLog(at.storage, at.table, first);
  const near = Math.max(-1, ...files.flatMap((file) => (file.kind === 'checksum' && file.version < version - 1 ? [file.version] : [])));
  if (near < first && first > 0) return undefined;
  const commits = files.flatMap((file) => (file.kind === 'commit' && file.version > near && file.version < version ? [file] : []));
  if (commits.length !== version - 1 - near || commits.some(({ file }) => file.sizeBytes > SMALL_COMMIT_BYTES)) return undefined;
  let checksum = near < 0 ? undefined : await loadChecksum(at, near);
  if (near >= 0 && checksum === undefined) return undefined;
  for (const commit of commits.sort((left, right) => left.version - right.version)) {
    checksum = await (await SmallCommit.load(at.storage, at.table, commit)).addTo(checksum);
    if (checksum === undefined) return undefined;
  }
  return checksum;
}
