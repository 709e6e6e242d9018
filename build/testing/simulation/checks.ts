import { loadDeletionVector } from '../../../kernel/delta/deletionVector.ts';
import type { DeletionVectorDescriptor } from '../../../kernel/delta/actions.ts';
import type { Storage } from '../../../kernel/storage/storage.ts';
import type { ModelCommit } from './logModel.ts';
import type { Attempt } from './writers.ts';

/** The attempt behind each commit, and what of the outcomes the log belies. */
export function matchAttempts(commits: readonly ModelCommit[], attempts: readonly Attempt[]): { readonly written: ReadonlyMap<ModelCommit, Attempt>; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const written = new Map<ModelCommit, Attempt>();
  const byUuid = new Map(attempts.flatMap((attempt) => attempt.uuids.map((uuid) => [uuid, attempt] as const)));
  const byPath = new Map(attempts.filter(({ operation }) => operation === 'foreignAppend').flatMap((attempt) => attempt.files.adds.map(({ path }) => [path, attempt] as const)));
  const versions = new Map<Attempt, number[]>();
  for (const commit of commits) {
    const attempt = commit.txnId === undefined ? byPath.get(commit.adds[0]?.path ?? '') : byUuid.get(commit.txnId);
    if (attempt === undefined) problems.push(`nobody wrote version ${commit.version}`);
    else {
      written.set(commit, attempt);
      versions.set(attempt, [...(versions.get(attempt) ?? []), commit.version]);
      problems.push(...contentProblems(commit, attempt));
    }
  }
  for (const attempt of attempts) {
    const found = versions.get(attempt) ?? [];
    const { outcome } = attempt;
    if (found.length > 1) problems.push(`${nameOf(attempt)} was written twice, as ${found.join(' and ')}`);
    if (outcome.kind === 'committed' && found[0] !== outcome.version) problems.push(`${nameOf(attempt)} was told that it is version ${outcome.version}, and it is ${found[0] ?? 'in no version'}`);
    if (outcome.kind === 'failed' && found.length > 0) problems.push(`${nameOf(attempt)} was told that it failed with ${outcome.error.code}, and it is version ${found[0]}`);
  }
  return { written, problems };
}

/** A commit holds all that was asked for and nothing else. */
function contentProblems({ version, adds, removes }: ModelCommit, { files }: Attempt): readonly string[] {
  const names = (list: readonly { readonly path: string }[]): string => list.map(({ path }) => path).sort().join();
  return names(adds) === names(files.adds) && names(removes) === names(files.removes) ? [] : [`version ${version} does not hold what was asked for`];
}

/** Whether each commit could be where it is: nothing that it saw was changed between the version it started from and itself. */
export function serializationProblems(written: ReadonlyMap<ModelCommit, Attempt>, isSerializable: boolean): readonly string[] {
  const commits = [...written.keys()];
  return [...written].flatMap(([commit, attempt]) => {
    const between = commits.filter(({ version }) => version > attempt.baseVersion && version < commit.version);
    return between.flatMap((other) => {
      const conflict = conflictOf(commit, attempt, other, { isSerializable, isBlind: isBlind(written.get(other)) });
      return conflict === undefined ? [] : [`version ${commit.version} (${nameOf(attempt)}, from ${attempt.baseVersion}) must not follow version ${other.version}: ${conflict}`];
    });
  });
}

/** Why `commit` may not stand behind `other`, which it did not see. */
function conflictOf(commit: ModelCommit, attempt: Attempt, other: ModelCommit, { isSerializable, isBlind: othersAreBlind }: { readonly isSerializable: boolean; readonly isBlind: boolean }): string | undefined {
  const { readsFiles, readsApplication, readsWholeTable, readsPartition, operation, statement } = attempt;
  if (other.metadata !== undefined) return 'it changes the metadata';
  if (other.features !== undefined && commit.features !== undefined) return 'both change the protocol';
  if (other.txns.some(({ appId }) => appId === readsApplication)) return `it counts ${readsApplication}`;
  if (operation === 'setDomain' && other.domains.includes('simulation')) return 'both change the domain';
  // what a statement did to which rows is checked row by row
  if (operation === 'compact' || statement !== undefined) return undefined;
  const readded = new Set(other.adds.map(({ path }) => path));
  const isMerged = (path: string): boolean => operation === 'deleteRows' && readded.has(path);
  const removed = other.removes.find(({ path, dataChange }) => dataChange && !isMerged(path) && (readsWholeTable || readsFiles.includes(path)));
  if (removed !== undefined) return `it removes ${removed.path}, which was read`;
  const before = new Set(other.removes.map(({ path }) => path));
  const appended = other.adds.find(({ path, dataChange }) => dataChange && !before.has(path) && (readsWholeTable || (readsPartition !== undefined && path.startsWith(readsPartition))));
  if (appended === undefined || (othersAreBlind && !isSerializable)) return undefined;
  return `it adds ${appended.path}, which would have been read`;
}

export function isBlind(attempt: Attempt | undefined): boolean {
  return attempt?.operation === 'append' || attempt?.operation === 'appendOnce';
}

/** An append reads nothing, so only a change of what the table is may be in its way. */
export function needlessConflicts(commits: readonly ModelCommit[], attempts: readonly Attempt[]): readonly string[] {
  return attempts.flatMap((attempt) => {
    const { outcome, operation, baseVersion } = attempt;
    if (operation !== 'append' || outcome.kind !== 'failed') return [];
    const hasReason = commits.some(({ version, metadata }) => version > baseVersion && metadata !== undefined);
    return hasReason ? [] : [`${nameOf(attempt)} failed with ${outcome.error.code} for no reason`];
  });
}

/** Each vector marks what the one before marked and the rows that its commit deletes, no row twice; and its file is there. */
export async function vectorProblems(storage: Storage, table: string, written: ReadonlyMap<ModelCommit, Attempt>): Promise<readonly string[]> {
  const problems: string[] = [];
  const deleted = new Map<string, ReadonlySet<bigint>>();
  for (const [{ version, adds }, { deletedRows }] of written) {
    for (const { path, vectorJson } of adds) {
      if (vectorJson === undefined) continue;
      const positions = await loadDeletionVector(storage, table, vectorJson as unknown as DeletionVectorDescriptor).catch((error: unknown) => String(error));
      const before = deleted.get(path) ?? new Set();
      const rows = deletedRows.get(path) ?? new BigInt64Array();
      const twice = rows.filter((row) => before.has(row));
      const wanted = BigInt64Array.from(new Set([...before, ...rows])).sort();
      if (typeof positions === 'string') problems.push(`the vector of ${path} in version ${version} cannot be read: ${positions}`);
      else if (positions.join() !== wanted.join()) problems.push(`the vector of ${path} in version ${version} marks ${positions.join()} and not ${wanted.join()}`);
      if (twice.length > 0) problems.push(`version ${version} deletes rows ${twice.join()} of ${path} again`);
      deleted.set(path, new Set(wanted));
    }
  }
  return problems;
}

export function nameOf({ process, operation, uuids }: Attempt): string {
  return `${operation} of ${process} (${uuids[0] ?? 'no id'})`;
}
