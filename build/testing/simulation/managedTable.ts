import { LakebookError } from '../../../kernel/base/errors.ts';
import type { CommitCoordinator } from '../../../kernel/delta/catalogManaged/commitCoordinator.ts';
import type { MemoryCoordinator } from '../delta/memoryCoordinator.ts';
import type { FaultyStorageOptions } from './faultyStorage.ts';
import type { ModelStoredFile } from './logModel.ts';

/** A catalog that outlives every process: each call is one step of the scheduler, and its answers get lost. */
export function faultyCoordinator(catalog: CommitCoordinator, { scheduler, random, faults }: FaultyStorageOptions): CommitCoordinator {
  const happens = (likelihood: number): boolean => likelihood > 0 && random() < likelihood;
  const fail = (what: string, code: 'STORAGE_FAILED' | 'STORAGE_OUTCOME_UNKNOWN'): never => {
    scheduler.trace.push(`  ${code} ${what}`);
    throw new LakebookError(code, { path: 'the catalog', detail: 'simulated' });
  };
  return {
    ratifiedCommits: async (fromVersion) => {
      await scheduler.pause(`ask the catalog from ${fromVersion}`);
      if (happens(faults.errorBefore)) fail('asking', 'STORAGE_FAILED');
      return catalog.ratifiedCommits(fromVersion);
    },
    propose: async (commit) => {
      await scheduler.pause(`propose ${commit.version}`);
      if (happens(faults.errorBefore)) fail('before it was asked', random() < 0.5 ? 'STORAGE_FAILED' : 'STORAGE_OUTCOME_UNKNOWN');
      const answer = await catalog.propose(commit);
      scheduler.trace.push(`  ${answer.kind}`);
      if (happens(faults.errorAfter)) fail('after it had answered', 'STORAGE_OUTCOME_UNKNOWN');
      return answer;
    },
    published: async (version) => {
      await scheduler.pause(`tell the catalog of ${version}`);
      if (happens(faults.errorBefore)) fail('telling', 'STORAGE_FAILED');
      await catalog.published(version);
    },
  };
}

/** The log as the catalog says: each version's ratified file under the version's name. */
export function ratifiedLog(files: ReadonlyMap<string, ModelStoredFile>, { ratified }: Pick<MemoryCoordinator, 'ratified'>, table: string): ReadonlyMap<string, ModelStoredFile> {
  return new Map(ratified.flatMap(({ version, file: { name } }): readonly (readonly [string, ModelStoredFile])[] => {
    const file = files.get(`${table}/_delta_log/_staged_commits/${name}`);
    return file === undefined ? [] : [[publishedPath(table, version), file]];
  }));
}

/** What is published is what was ratified, without gaps; what the catalog need not keep is published. */
export function publishingProblems(files: ReadonlyMap<string, ModelStoredFile>, { ratified, publishedVersion }: MemoryCoordinator, table: string): readonly string[] {
  const count = [...files.keys()].filter((path) => /\/_delta_log\/\d{20}\.json$/.test(path)).length;
  const log = ratifiedLog(files, { ratified }, table);
  const problems = Array.from({ length: count }, (_, version) => {
    const [published, staged] = [files.get(publishedPath(table, version)), log.get(publishedPath(table, version))];
    if (published === undefined) return [`version ${version} is not published, and a later one is`];
    return staged !== undefined && Buffer.from(staged.bytes).equals(published.bytes) ? [] : [`version ${version} is published, and not as it was ratified`];
  });
  return [...problems.flat(), ...(publishedVersion < count ? [] : [`the catalog was told of ${publishedVersion}, and ${count} versions are published`])];
}

function publishedPath(table: string, version: number): string {
  return `${table}/_delta_log/${String(version).padStart(20, '0')}.json`;
}
