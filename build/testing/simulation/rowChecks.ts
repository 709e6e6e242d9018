import { isBlind, nameOf } from './checks.ts';
import type { ModelCommit } from './logModel.ts';
import { changeOf, NO_KEY, type FileRow, type LiveRows, type RowChange, type RowStatement } from './rowStatements.ts';
import type { Attempt } from './writers.ts';

type Written = ReadonlyMap<ModelCommit, Attempt>;
type Contents = ReadonlyMap<string, readonly FileRow[]>;

/**
 * Whether the order of the log explains every row: each statement, done again on the rows that the commits before it left,
 * changes what it changed. Under WriteSerializable it need not see appends that came after it had looked.
 */
export function rowProblems(written: Written, contents: Contents, isSerializable: boolean): readonly string[] {
  const commits = [...written];
  return commits.flatMap(([commit, attempt], index) => {
    const { statement, baseVersion } = attempt;
    if (statement === undefined) return [];
    const before = commits.slice(0, index);
    const rowsBefore = rowsAfter(before, contents);
    const letIn = new Set(isSerializable ? [] : before.flatMap(([{ version, adds }, other]) => (version > baseVersion && isBlind(other) ? adds.map(({ path }) => path) : [])));
    const expected = textOf(changeOf(statement, rowsBefore.map((file) => ({ ...file, rows: file.rows.map((row) => (letIn.has(row.origin) ? { ...row, key: NO_KEY } : row)) }))));
    const done = textOf(doneBy(attempt, contents));
    return done === expected ? [] : [`version ${commit.version} (${nameOf(attempt)}, from ${baseVersion}) did ${done} and not ${expected}`];
  });
}

/** The rows that commits leave. */
function rowsAfter(commits: readonly (readonly [ModelCommit, Attempt])[], contents: Contents): readonly LiveRows[] {
  const live = new Map<string, ReadonlySet<bigint>>();
  for (const [{ adds, removes }, { deletedRows }] of commits) {
    const before = new Map(removes.map(({ path }) => [path, live.get(path) ?? new Set<bigint>()]));
    for (const { path } of removes) live.delete(path);
    for (const { path } of adds) live.set(path, new Set([...(before.get(path) ?? []), ...(deletedRows.get(path) ?? [])]));
  }
  return [...live].map(([path, deleted]) => ({ path, deleted, rows: contents.get(path) ?? [] }));
}

function doneBy({ deletedRows, files: { adds, removes } }: Attempt, contents: Contents): RowChange {
  const removed = new Set(removes.map(({ path }) => path));
  const added = adds.filter(({ path }) => !removed.has(path)).flatMap(({ path }) => contents.get(path) ?? []).map(({ key }) => key);
  return { removed: new Map([...deletedRows].map(([path, rows]) => [path, [...rows]])), added: [...added].sort((left, right) => left - right) };
}

function textOf({ removed, added }: RowChange): string {
  return `${[...removed].map(([path, rows]) => `- ${path}:${rows.join()}`).sort().join(' ')} + ${added.join()}`;
}

/** A statement fails only for a row that it asked for, for a file of its own that is gone, or for what the table is. */
export function needlessRowConflicts(written: Written, attempts: readonly Attempt[], contents: Contents): readonly string[] {
  return attempts.flatMap((attempt) => {
    const { statement, outcome, baseVersion, files } = attempt;
    if (statement === undefined || outcome.kind !== 'failed') return [];
    const own = new Set(files.removes.map(({ path }) => path));
    const hasReason = [...written].some(([{ version, metadata, adds, removes }, other]) => {
      if (version <= baseVersion) return false;
      const kept = new Set(adds.map(({ path }) => path));
      return metadata !== undefined || removes.some(({ path }) => own.has(path) && !kept.has(path)) || keysChanged(other, contents).some((key) => isAsked(statement, key));
    });
    return hasReason ? [] : [`${nameOf(attempt)} failed with ${outcome.error.code} though nobody changed its rows`];
  });
}

/** Keys of the rows that a commit brought or took away. */
function keysChanged({ deletedRows, files: { adds, removes } }: Attempt, contents: Contents): readonly number[] {
  const [added, removed] = [new Set(adds.map(({ path }) => path)), new Set(removes.map(({ path }) => path))];
  const whole = [...adds.filter(({ path }) => !removed.has(path)), ...removes.filter(({ path }) => !added.has(path))].flatMap(({ path }) => contents.get(path) ?? []).map(({ key }) => key);
  const marked = [...deletedRows].flatMap(([path, rows]) => [...rows].map((row) => contents.get(path)?.[Number(row)]?.key ?? NO_KEY));
  return [...whole, ...marked];
}

function isAsked({ keys }: RowStatement, key: number): boolean {
  return keys.includes(key);
}
