import { useMemo, useRef, useState, type PointerEvent } from 'react';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import type { Commit } from '../../../kernel/rpc/tables.ts';
import { useElementSize } from '../../grid/useElementSize.ts';
import { bytesText, countText, rowsText } from '../../grid/gridMessages.ts';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import type { CountsState } from './countsFeed.ts';
import { filesText, metricsText, timeText } from './tableMessages.ts';
import { buildMarks, commitKind, fractionOf, versionAt, type CommitKind, type Timeline } from './timeline.ts';
import styles from './CommitScrubber.module.css';

export interface CommitScrubberProps {
  readonly timeline: Timeline;
  readonly version: number;
  readonly counts: CountsState;
  readonly onScrub: (version: number, rest: boolean) => void;
  readonly onLatest: () => void;
}

const MARK_PX = 8;
const KINDS: readonly CommitKind[] = ['data', 'change', 'upkeep', 'structure'];

/** A scale of all versions: move along it, and see at once what each commit did and what the table was after it. */
export function CommitScrubber({ timeline, version, counts, onScrub, onLatest }: CommitScrubberProps) {
  const [hovered, setHovered] = useState<number>();
  const shown = hovered ?? version;
  const { oldest, latest } = timeline;
  return (
    <section className={styles['scrubber']} aria-label="Versions">
      {oldest < latest && (
        <div className={styles['line']}>
          <IconButton icon="chevron-left" label="Previous version" isDisabled={version <= oldest} onPress={() => onScrub(version - 1, true)} />
          <IconButton icon="chevron-right" label="Next version" isDisabled={version >= latest} onPress={() => onScrub(version + 1, true)} />
          <span className={styles['end']}>{`v${countText(oldest)}`}</span>
          <Scale timeline={timeline} version={version} onScrub={onScrub} onHover={setHovered} />
          <span className={styles['end']}>{`v${countText(latest)}`}</span>
          <Button variant="quiet" isDisabled={version === latest} onPress={onLatest}>
            Latest
          </Button>
        </div>
      )}
      <div className={styles['facts']}>
        <CommitLine version={shown} commit={timeline.commits.get(shown)} hovered={hovered !== undefined && hovered !== version} />
        <Counts state={counts} version={version} />
      </div>
    </section>
  );
}

function Scale({ timeline, version, onScrub, onHover }: Pick<CommitScrubberProps, 'timeline' | 'version' | 'onScrub'> & { readonly onHover: (version: number | undefined) => void }) {
  const track = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(track);
  const marks = useMemo(() => buildMarks(timeline, width, MARK_PX), [timeline, width]);
  const hover = (event: PointerEvent): void => {
    const bounds = track.current?.getBoundingClientRect();
    const dragging = event.buttons !== 0; // then the thumb itself says where it is
    if (bounds !== undefined) onHover(dragging ? undefined : versionAt(timeline, (event.clientX - bounds.left) / bounds.width));
  };
  return (
    <Slider
      aria-label="Version"
      className={styles['slider'] ?? ''}
      minValue={timeline.oldest}
      maxValue={timeline.latest}
      value={version}
      onChange={(value) => {
        onHover(undefined);
        onScrub(value, false);
      }}
      onChangeEnd={(value) => onScrub(value, true)}
      onPointerMove={hover}
      onPointerLeave={() => onHover(undefined)}
    >
      <SliderTrack ref={track} className={styles['track'] ?? ''}>
        <span className={styles['rail']} />
        <span className={styles['fill']} style={{ width: `${fractionOf(timeline, version) * 100}%` }} />
        <svg className={styles['marks']} height={MARK_PX} width={width} aria-hidden="true">
          {KINDS.map((kind) => (
            <path key={kind} d={marks.get(kind) ?? ''} className={styles[kind]} />
          ))}
        </svg>
        <SliderThumb className={styles['thumb'] ?? ''} />
      </SliderTrack>
    </Slider>
  );
}

/** What a commit did and when. */
function CommitLine({ version, commit, hovered }: { readonly version: number; readonly commit: Commit | undefined; readonly hovered: boolean }) {
  const metrics = commit === undefined ? '' : metricsText(commit);
  return (
    <p className={styles['commit']} data-hovered={hovered || undefined} aria-live={hovered ? 'off' : 'polite'}>
      <strong className={styles['version']}>{`v${countText(version)}`}</strong>
      {commit === undefined ? (
        <span className={styles['muted']}>its commit is no longer in the log</span>
      ) : (
        <>
          <span className={styles['operation']} data-kind={commitKind(commit.operation)}>
            {commit.operation ?? 'unnamed commit'}
          </span>
          <time dateTime={new Date(commit.timestampMs).toISOString()}>{timeText(commit.timestampMs)}</time>
          {metrics !== '' && <span className={styles['muted']}>{metrics}</span>}
        </>
      )}
    </p>
  );
}

/** Those of another version stand dimmed until their own come. */
function Counts({ state, version }: { readonly state: CountsState; readonly version: number }) {
  if (state.kind === 'failed' && state.version === version) return <p className={styles['counts']} data-failed="" title={state.error.message}>{`[${state.error.code}]`}</p>;
  if (state.kind !== 'counts') return <p className={styles['counts']}>…</p>;
  const { counts } = state;
  return (
    <p className={styles['counts']} data-stale={counts.version !== version || undefined} aria-live="polite">
      <span>{counts.numRecords === undefined ? 'rows not counted' : rowsText(counts.numRecords)}</span>
      <span>{filesText(counts.numFiles)}</span>
      <span>{bytesText(counts.sizeBytes)}</span>
    </p>
  );
}
