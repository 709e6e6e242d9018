import type { Commit } from '../../../kernel/rpc/tables.ts';

/** What a commit does to a table, for its mark on the scrubber. */
export type CommitKind = 'data' | 'change' | 'upkeep' | 'structure';

/** The versions that can be shown, and what made each. */
export interface Timeline {
  readonly oldest: number;
  readonly latest: number;
  /** By version; a version without one was cleaned out of the log. */
  readonly commits: ReadonlyMap<number, Commit>;
}

/** @param commits newest first, as the history has them */
export function buildTimeline(commits: readonly Commit[], latestVersion: number): Timeline {
  const readable = commits.filter((commit) => commit.readable);
  const oldest = readable.reduce((least, { version }) => Math.min(least, version), latestVersion);
  return { oldest, latest: latestVersion, commits: new Map(commits.map((commit) => [commit.version, commit])) };
}

export function clampVersion({ oldest, latest }: Timeline, version: number): number {
  return Math.min(Math.max(Math.round(version), oldest), latest);
}

/** The version under a place of the track. @param fraction 0 at the left end, 1 at the right */
export function versionAt(timeline: Timeline, fraction: number): number {
  return clampVersion(timeline, timeline.oldest + fraction * (timeline.latest - timeline.oldest));
}

/** Where a version stands on the track, from 0 to 1. */
export function fractionOf({ oldest, latest }: Timeline, version: number): number {
  return latest === oldest ? 1 : (version - oldest) / (latest - oldest);
}

const STRUCTURE = /^(CREATE|REPLACE|ALTER|ADD|CHANGE|RENAME|DROP|SET|UNSET|UPGRADE|CLONE|CONVERT|CLUSTER|REORG|RESTORE|UPDATE SCHEMA)/;
const CHANGE = /^(DELETE|UPDATE|MERGE|TRUNCATE)/;
const UPKEEP = /^(OPTIMIZE|VACUUM|FSCK|CHECKPOINT|COMPUTE STATS|ANALYZE)/;

export function commitKind(operation: string | undefined): CommitKind {
  const name = (operation ?? '').toUpperCase();
  if (UPKEEP.test(name)) return 'upkeep';
  if (CHANGE.test(name) && !name.startsWith('UPDATE SCHEMA')) return 'change';
  return STRUCTURE.test(name) ? 'structure' : 'data';
}

/** Marks stand at least so far apart on average; where there are more, the commonest kinds are left out. */
const MARK_SPACE_PX = 4;

/** One SVG path of short strokes per kind: as many commits as there are stay a handful of elements. */
export function buildMarks(timeline: Timeline, widthPx: number, heightPx: number): ReadonlyMap<CommitKind, string> {
  const places = new Map<CommitKind, Set<number>>();
  for (const { version, operation } of timeline.commits.values()) {
    if (version < timeline.oldest) continue;
    const kind = commitKind(operation);
    places.set(kind, (places.get(kind) ?? new Set()).add(Math.round(fractionOf(timeline, version) * widthPx * 2) / 2));
  }
  const rarestFirst = [...places].sort(([, one], [, other]) => one.size - other.size);
  const paths = new Map<CommitKind, string>();
  let drawn = 0;
  for (const [kind, xs] of rarestFirst) {
    drawn += xs.size;
    if (drawn * MARK_SPACE_PX > widthPx && paths.size > 0) break;
    paths.set(kind, [...xs].map((x) => `M${x} 0v${heightPx}`).join(''));
  }
  return paths;
}
