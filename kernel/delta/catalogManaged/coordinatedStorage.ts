import { hasCode, LakebookError } from '../../base/errors.ts';
import type { Environment } from '../../storage/environment.ts';
import { joinPath } from '../../storage/paths.ts';
import type { FileStatus, Storage } from '../../storage/storage.ts';
import { lastVersionOf, parseLogFile, STAGED_COMMITS, versionPrefix } from '../logFile.ts';
import { logPathOf } from '../logSegment.ts';
import type { CommitCoordinator, RatifiedCommits } from './commitCoordinator.ts';

/** Storage under which a table's log is as its catalog says. */
export interface CoordinatedStorage extends Storage {
  /** Copies ratified commits to their own names in the log, oldest first; whoever does so first. */
  publish(): Promise<void>;
}

export interface CoordinatedStorageParts {
  readonly storage: Storage;
  readonly environment: Environment;
  /** Absolute path of the table's folder. */
  readonly table: string;
  readonly coordinator: CommitCoordinator;
}

/** As many of the newest commits are remembered, so that publishing one does not make it look like another file. */
const REMEMBERED_VERSIONS = 1000;

/**
 * The log of a catalog-managed table, as storage (PROTOCOL.md "Reading Catalog-managed Tables", "Commit Protocol"). A commit
 * is put where none was by asking the catalog; listing the log gives the staged file of what the catalog has ratified and
 * keeps, the published one of what came before, and nothing newer than the catalog's latest version. All else is the
 * storage's own.
 */
export function coordinatedStorage({ storage, environment, table, coordinator }: CoordinatedStorageParts): CoordinatedStorage {
  const log = logPathOf(table);
  /** Ratified commits that were heard of: a version never gets another file. */
  const known = new Map<number, FileStatus>();

  const learn = <Answer extends RatifiedCommits>(answer: Answer): Answer => {
    for (const { version, file } of answer.commits) known.set(version, file);
    for (const version of known.keys()) if (version <= answer.latestVersion - REMEMBERED_VERSIONS) known.delete(version);
    return answer;
  };
  const ratifiedFrom = async (version: number): Promise<RatifiedCommits> => learn(await coordinator.ratifiedCommits(version));
  const stagedPath = ({ name }: FileStatus): string => joinPath(joinPath(log, STAGED_COMMITS), name);
  const versionOf = (path: string): number | undefined => {
    const match = path.startsWith(`${log}/`) ? /^(\d{20})\.json$/.exec(path.slice(log.length + 1)) : null;
    return match === null ? undefined : Number(match[1]);
  };

  const listLogFrom = async (from: string | undefined): Promise<readonly FileStatus[]> => {
    // The catalog first: what it then no longer keeps is published, and listed.
    const { latestVersion, commits } = await ratifiedFrom(/^\d{20}/.test(from ?? '') ? Number(from?.slice(0, 20)) : 0);
    const ratified = new Set(commits.map(({ version }) => version));
    const listed = await storage.listFrom(log, from);
    const published = listed.flatMap((status): readonly FileStatus[] => {
      const file = parseLogFile(status);
      if (file === undefined) return [status];
      if (lastVersionOf(file) > latestVersion || (file.kind === 'commit' && ratified.has(file.version))) return [];
      const staged = file.kind === 'commit' ? known.get(file.version) : undefined;
      return [staged === undefined ? status : { ...status, modifiedAtMs: staged.modifiedAtMs }];
    });
    const staged = commits.filter(({ version }) => versionPrefix(version) >= (from ?? '')).map(({ file }) => ({ ...file, name: `${STAGED_COMMITS}/${file.name}` }));
    const order = ({ name }: FileStatus): string => name.slice(name.indexOf('/') + 1);
    return [...published, ...staged].sort((left, right) => (order(left) < order(right) ? -1 : 1));
  };

  const readCommit = async (version: number, path: string): Promise<Uint8Array> => {
    if (!known.has(version) && (await ratifiedFrom(version)).latestVersion < version) throw new LakebookError('STORAGE_NOT_FOUND', { path });
    const staged = known.get(version);
    if (staged === undefined) return storage.read(path);
    return storage.read(stagedPath(staged)).catch((error: unknown) => {
      if (hasCode(error, 'STORAGE_NOT_FOUND')) return storage.read(path); // staged files go in time, published ones stay
      throw error;
    });
  };

  const commit = async (version: number, bytes: Uint8Array): Promise<boolean> => {
    const file = { name: `${versionPrefix(version)}.${environment.uuid()}.json`, sizeBytes: bytes.length, modifiedAtMs: environment.now() };
    await storage.put(stagedPath(file), bytes);
    return learn(await coordinator.propose({ version, file })).kind === 'ratified';
  };

  const putIfAbsent: Storage['putIfAbsent'] = (path, bytes, options) => {
    const version = versionOf(path);
    return version === undefined ? storage.putIfAbsent(path, bytes, options) : commit(version, bytes);
  };

  return {
    listFrom: (folder, from) => (folder === log ? listLogFrom(from) : storage.listFrom(folder, from)),
    read: (path) => {
      const version = versionOf(path);
      return version === undefined ? storage.read(path) : readCommit(version, path);
    },
    putIfAbsent,
    // A staged commit has its version in its name, so that there is one for each version that is tried.
    stage: (folder, bytes) => (folder === log ? Promise.resolve({ place: (path) => putIfAbsent(path, bytes), discard: () => Promise.resolve() }) : storage.stage(folder, bytes)),
    readRange: (path, offsetBytes, lengthBytes) => storage.readRange(path, offsetBytes, lengthBytes),
    put: (path, bytes) => storage.put(path, bytes),
    adopt: (temporaryPath, path) => storage.adopt(temporaryPath, path),
    sync: (paths, root) => storage.sync(paths, root),
    delete: (path) => storage.delete(path),
    publish: async () => {
      const { commits } = await ratifiedFrom(0);
      for (const { version, file } of commits) await storage.putIfAbsent(joinPath(log, `${versionPrefix(version)}.json`), await storage.read(stagedPath(file)));
      const last = commits.at(-1);
      if (last !== undefined) await coordinator.published(last.version);
    },
  };
}
