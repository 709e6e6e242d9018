import type { FileStatus } from '../storage/storage.ts';

/** A file in `_delta_log` that means something (PROTOCOL.md "Delta Table Specification"); every other name is ignored. */
export type LogFile =
  | { readonly kind: 'commit'; readonly version: number; readonly file: FileStatus }
  /** Reconciles the commits `start` to `end`. */
  | { readonly kind: 'compaction'; readonly start: number; readonly end: number; readonly file: FileStatus }
  | { readonly kind: 'checkpoint'; readonly version: number; readonly form: 'classic' | 'uuid'; readonly format: 'parquet' | 'json'; readonly file: FileStatus }
  | { readonly kind: 'checkpointPart'; readonly version: number; readonly part: number; readonly parts: number; readonly file: FileStatus }
  | { readonly kind: 'checksum'; readonly version: number; readonly file: FileStatus };

export type CommitFile = Extract<LogFile, { kind: 'commit' }>;
export type CompactionFile = Extract<LogFile, { kind: 'compaction' }>;

const VERSION = '(\\d{20})';
const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
/** The folder in the log where commits of catalog-managed tables wait to be ratified and published; those in a listing are ratified. */
export const STAGED_COMMITS = '_staged_commits';
const COMMIT = new RegExp(`^${VERSION}\\.json$`);
const STAGED_COMMIT = new RegExp(`^${STAGED_COMMITS}/${VERSION}\\.${UUID}\\.json$`);
const COMPACTION = new RegExp(`^${VERSION}\\.${VERSION}\\.compacted\\.json$`);
const CLASSIC = new RegExp(`^${VERSION}\\.checkpoint\\.parquet$`);
const MULTI_PART = new RegExp(`^${VERSION}\\.checkpoint\\.(\\d{10})\\.(\\d{10})\\.parquet$`);
const UUID_NAMED = new RegExp(`^${VERSION}\\.checkpoint\\.${UUID}\\.(json|parquet)$`);
const CHECKSUM = new RegExp(`^${VERSION}\\.crc$`);

/** What a file of the log folder is, by its name. Pure. @returns undefined for names that mean nothing */
export function parseLogFile(file: FileStatus): LogFile | undefined {
  const { name } = file;
  let match = COMMIT.exec(name) ?? STAGED_COMMIT.exec(name);
  if (match !== null) return { kind: 'commit', version: Number(match[1]), file };
  match = CHECKSUM.exec(name);
  if (match !== null) return { kind: 'checksum', version: Number(match[1]), file };
  match = CLASSIC.exec(name);
  if (match !== null) return { kind: 'checkpoint', version: Number(match[1]), form: 'classic', format: 'parquet', file };
  match = MULTI_PART.exec(name);
  if (match !== null) return { kind: 'checkpointPart', version: Number(match[1]), part: Number(match[2]), parts: Number(match[3]), file };
  match = UUID_NAMED.exec(name);
  if (match !== null) return { kind: 'checkpoint', version: Number(match[1]), form: 'uuid', format: match[2] === 'json' ? 'json' : 'parquet', file };
  match = COMPACTION.exec(name);
  if (match !== null) return { kind: 'compaction', start: Number(match[1]), end: Number(match[2]), file };
  return undefined;
}

/** The newest version that a file says something of. */
export function lastVersionOf(file: LogFile): number {
  return file.kind === 'compaction' ? file.end : file.version;
}

/** The name that a version's files begin with. */
export function versionPrefix(version: number): string {
  return String(version).padStart(20, '0');
}

export function checksumName(version: number): string {
  return `${versionPrefix(version)}.crc`;
}
