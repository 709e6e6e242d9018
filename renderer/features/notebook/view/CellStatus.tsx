import { useEffect, useState } from 'react';
import { Icon } from '../../../ui/Icon.tsx';
import type { CellRun, CellState } from '../../../../kernel/rpc/notebooks.ts';
import { kindOf } from '../model/cellKinds.ts';
import { formatDuration } from '../model/messages.ts';
import type { CellSummary } from '../session/notebookState.ts';
import { LanguagePicker } from './LanguagePicker.tsx';
import { useEditedSinceRun } from './useEditedSinceRun.ts';
import styles from './notebook.module.css';

export interface CellStatusProps {
  readonly cell: CellSummary;
  readonly state: CellState | undefined;
  readonly requested: boolean;
}

/** The line under a cell's text: how its run does, and its language. */
export function CellStatus({ cell, state, requested }: CellStatusProps) {
  const edited = useEditedSinceRun(cell.id, state?.sourceHash);
  const { waitsFor } = kindOf(cell);
  const run: CellRun = requested && state?.run.kind !== 'running' ? { kind: 'queued', position: 0 } : (state?.run ?? { kind: 'idle' });
  return (
    <div className={styles['status']}>
      {run.kind === 'running' && <Progress fraction={run.fraction} />}
      {cell.type === 'code' && <RunText run={run} />}
      {edited && run.kind === 'finished' && (
        <span className={styles['edited']}>
          <Icon name="edit" /> Edited since it ran
        </span>
      )}
      {waitsFor !== undefined && <span className={styles['waits']}>Waits for {waitsFor}</span>}
      <span className={styles['grow']} />
      <LanguagePicker cell={cell} />
    </div>
  );
}

function RunText({ run }: { readonly run: CellRun }) {
  switch (run.kind) {
    case 'idle':
      return null;
    case 'queued':
      return (
        <span className={styles['queued']}>
          <Icon name="clock" /> Queued{run.position > 1 ? `, ${ordinal(run.position)}` : ''}
        </span>
      );
    case 'running':
      return (
        <span className={styles['running']}>
          <Icon name="loading" className={styles['spin'] ?? ''} /> <Elapsed sinceMs={run.startedAtMs} />
          {run.fraction !== undefined && ` · ${Math.round(run.fraction * 100)} %`}
        </span>
      );
    case 'finished':
      return <FinishedText run={run} />;
  }
}

function FinishedText({ run }: { readonly run: Extract<CellRun, { kind: 'finished' }> }) {
  const duration = formatDuration(run.durationMs);
  const finishedAt = run.finishedAtMs > 0 ? `Finished ${new Date(run.finishedAtMs).toLocaleString()}` : undefined;
  switch (run.status) {
    case 'ok':
      return <span className={styles['ok']} title={finishedAt}><Icon name="check" /> {duration}</span>;
    case 'error':
      return <span className={styles['failed']} title={finishedAt}><Icon name="error" /> Failed after {duration}</span>;
    case 'canceled':
      return <span className={styles['canceled']} title={finishedAt}><Icon name="circle-slash" /> Interrupted{run.durationMs > 0 ? ` after ${duration}` : ''}</span>;
  }
}

/** The time since the run began, by the host's clock as it started, live. */
function Elapsed({ sinceMs }: { readonly sinceMs: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return <span className={styles['elapsed']}>{(Math.max(0, now - sinceMs) / 1_000).toFixed(1)} s</span>;
}

function Progress({ fraction }: { readonly fraction: number | undefined }) {
  const known = fraction === undefined ? {} : { 'aria-valuenow': Math.round(fraction * 100) };
  return (
    <div className={styles['progress']} role="progressbar" aria-label="Progress of the run" aria-valuemin={0} aria-valuemax={100} {...known} data-unknown={fraction === undefined || undefined}>
      <div style={{ width: fraction === undefined ? undefined : `${fraction * 100}%` }} />
    </div>
  );
}

function ordinal(position: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' }[ORDINALS.select(position)];
  return `${position}${suffix} in the queue`;
}

const ORDINALS = new Intl.PluralRules('en-US', { type: 'ordinal' });
