import type { Difference } from '../../../../kernel/rpc/differences.ts';
import type { Commit } from '../../../../kernel/rpc/tables.ts';

/** By what it was told which row became which; '' where there was nothing to tell. */
export function describeMatching({ source, matching, counts }: Pick<Difference, 'source' | 'matching' | 'counts'>): string {
  const recorded = source === 'feed' ? 'from the change data feed' : '';
  const by = matching.kind === 'rowIds' ? 'rows matched by their row ids' : matching.kind === 'columns' ? `rows matched by ${matching.names.join(', ')}` : '';
  const unmatched = matching.kind === 'none' && counts.deleted > 0 && counts.inserted > 0 ? 'nothing tells which row became which' : '';
  return [recorded, by, unmatched].filter((text) => text !== '').join(', ');
}

/** `Columns a, b dropped. Column c renamed to d.`; '' where the versions have the same columns. */
export function describeColumnChanges({ added, dropped, renamed }: Difference['columnChanges']): string {
  const say = (names: readonly string[], became: string): string => (names.length === 0 ? '' : `${names.length === 1 ? 'Column' : 'Columns'} ${names.join(', ')} ${became}.`);
  return [say(added, 'added'), say(dropped, 'dropped'), ...renamed.map(({ from, to }) => say([from], `renamed to ${to}`))].filter((text) => text !== '').join(' ');
}

const NAMED_MAX = 8;

/** Commits that came after one, the oldest first, and how many more of `count` there are. */
export function describeCommits(commits: readonly Pick<Commit, 'version' | 'operation' | 'userName' | 'timestampMs'>[], count: number): readonly string[] {
  const named = commits.slice(0, NAMED_MAX).map(({ version, operation, userName, timestampMs }) => `v${version}: ${operation ?? 'a commit'}${userName === undefined ? '' : ` by ${userName}`}, ${new Date(timestampMs).toLocaleString()}`);
  return count <= named.length ? named : [...named, `and ${count - named.length} more`];
}
