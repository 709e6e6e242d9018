import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Commit, TableDetail } from '../../../kernel/rpc/tables.ts';
import type { HostClient } from '../../client/client.ts';
import { CountsFeed, type CountsState } from './countsFeed.ts';
import { buildTimeline, clampVersion, type Timeline } from './timeline.ts';
import { useLoaded, type Loaded } from './useLoaded.ts';

export interface TablePageModel {
  /** Of the selected version. */
  readonly detail: Loaded<TableDetail>;
  readonly history: Loaded<readonly Commit[]>;
  /** Absent until the latest version is known. */
  readonly timeline: Timeline | undefined;
  /** What the scrubber stands on. */
  readonly scrubbed: number | undefined;
  /** What the page shows; follows the scrubber once it rests. undefined: the latest, also when there are newer ones. */
  readonly selected: number | undefined;
  readonly counts: CountsState;
  /** `rest` false while it moves. */
  readonly scrub: (version: number, rest: boolean) => void;
  readonly showLatest: () => void;
  readonly reload: () => void;
}

/** The scrubber rests when it has not moved for so long. */
const REST_MS = 180;
const HISTORY_PAGE = 2_000;
const HISTORY_MAX = 10_000;
const LATEST_POLL_MS = 2_000;

/** What the table page knows of a table, at the version that the scrubber stands on. */
export function useTablePage(client: HostClient, path: string, initialVersion: number | undefined, active: boolean): TablePageModel {
  const [epoch, setEpoch] = useState(0);
  const [selected, setSelected] = useState(initialVersion);
  const [moving, setMoving] = useState<number>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const detail = useLoaded(`${epoch} ${path} ${selected}`, (signal) => client.request('tables.detail', { path, ...(selected === undefined ? {} : { version: selected }) }, signal));
  const history = useLoaded(`${epoch} ${path}`, (signal) => loadHistory(client, path, signal));
  const latestVersion = latestOf(detail.value, history.value);
  const timeline = useMemo(() => (latestVersion === undefined ? undefined : buildTimeline(history.value ?? [], latestVersion)), [history.value, latestVersion]);
  const scrubbed = moving ?? selected ?? latestVersion;
  const counts = useCounts(client, path, timeline, scrubbed);

  const scrub = useCallback(
    (version: number, rest: boolean): void => {
      if (timeline === undefined) return;
      const next = clampVersion(timeline, version);
      const settle = (): void => {
        setMoving(undefined);
        setSelected(next === timeline.latest ? undefined : next);
      };
      clearTimeout(timer.current);
      setMoving(next);
      timer.current = setTimeout(settle, rest ? REST_MS : REST_MS * 2);
    },
    [timeline],
  );
  const showLatest = useCallback(() => {
    clearTimeout(timer.current);
    setMoving(undefined);
    setSelected(undefined);
  }, []);
  const reload = useCallback(() => setEpoch((count) => count + 1), []);
  useNewCommits(client, path, active, latestVersion, reload);
  return { detail, history, timeline, scrubbed, selected, counts, scrub, showLatest, reload };
}

function latestOf(detail: TableDetail | undefined, history: readonly Commit[] | undefined): number | undefined {
  const newest = history?.[0]?.version;
  return detail === undefined ? newest : Math.max(detail.latestVersion, newest ?? 0);
}

/** Counts of the version under the scrubber; of the last one that came while its own are on their way. */
function useCounts(client: HostClient, path: string, timeline: Timeline | undefined, version: number | undefined): CountsState {
  const { oldest = 0, latest = 0 } = timeline ?? {};
  const feed = useMemo(() => new CountsFeed({ oldest, latest }, (asked, signal) => client.request('tables.counts', { path, version: asked }, signal)), [client, path, oldest, latest]);
  useEffect(() => () => feed.dispose(), [feed]);
  const known = timeline !== undefined;
  useEffect(() => {
    if (known && version !== undefined) feed.want(version);
  }, [feed, known, version]);
  return useSyncExternalStore(feed.subscribe, feed.state);
}

async function loadHistory(client: HostClient, path: string, signal: AbortSignal): Promise<readonly Commit[]> {
  const commits: Commit[] = [];
  for (;;) {
    const before = commits.at(-1)?.version;
    const page = await client.request('tables.history', { path, limit: HISTORY_PAGE, ...(before === undefined ? {} : { before }) }, signal);
    commits.push(...page.commits);
    if (!page.more || page.commits.length === 0 || commits.length >= HISTORY_MAX) return commits;
  }
}

/** Asks for the newest version while the page is in front, and reloads when there is another. */
function useNewCommits(client: HostClient, path: string, active: boolean, latestVersion: number | undefined, reload: () => void): void {
  const look = useEffectEvent(async () => {
    if (latestVersion === undefined || document.hidden) return;
    const { versions } = await client.request('tables.latest', { paths: [path] });
    const latest = versions[path];
    if (latest !== undefined && latest !== latestVersion) reload();
  });
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => void look().catch(() => undefined), LATEST_POLL_MS); // a host that is away comes back by itself
    return () => clearInterval(timer);
  }, [active]);
}
