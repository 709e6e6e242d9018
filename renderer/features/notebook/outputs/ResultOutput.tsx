import { lazy, Suspense } from 'react';
import { chartSpecShape, type ChartSpec } from '../../../../kernel/rpc/results.ts';
import type { Output } from '../../../../kernel/rpc/notebooks.ts';
import { useServices } from '../../../state/services.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { countOf } from '../model/messages.ts';
import { settingOf } from '../session/notebookController.ts';
import type { CellSummary } from '../session/notebookState.ts';
import { useNotebook } from '../view/notebookContext.ts';
import { ReceiptBadge } from './ReceiptBadge.tsx';
import { WrittenOutput } from './WrittenOutput.tsx';
import styles from './outputs.module.css';

// Grid and chart come with the first result that shows them.
const ResultGrid = lazy(async () => ({ default: (await import('../../../grid/ResultGrid.tsx')).ResultGrid }));
const ProfileView = lazy(async () => ({ default: (await import('./ProfileView.tsx')).ProfileView }));
const ResultChart = lazy(async () => ({ default: (await import('../../../charts/ResultChart.tsx')).ResultChart }));

type Result = Extract<Output, { kind: 'result' }>;

export interface ResultOutputProps {
  readonly cell: CellSummary;
  readonly output: Result;
  readonly stale: boolean;
}

const ROW_PX = 24;
const GRID_CHROME_PX = 76;
const GRID_MAX_PX = 400;
const CHART_PX = 400;

/** A held result; what a statement tells that wrote tables is shown as what it wrote. Others: as a grid, a chart or the profile of its run, with how many rows it has and what they were read from. */
export function ResultOutput({ cell, output, stale }: ResultOutputProps) {
  const notebook = useNotebook();
  const { client } = useServices();
  const spec = parseSpec(settingOf(cell, 'chart'));
  const shown = viewOf(settingOf(cell, 'show'));
  if (output.columns.length === 0) return <div className={styles['done']}>{output.receipt !== undefined && <ReceiptBadge receipt={output.receipt} stale={stale} />}</div>;
  if (output.receipt?.written !== undefined && output.state === 'complete') return <WrittenOutput receipt={output.receipt} result={output} />;
  const source = { resultId: output.resultId, columns: output.columns, rows: output.rows, state: output.state };
  const exportName = notebook.session.path.replace(/^.*\//, '').replace(/\.ipynb$/, '');
  return (
    <div className={styles['result']}>
      <div className={styles['resultHead']}>
        <div className={styles['segments']} role="group" aria-label="Show the result as">
          <Segment icon="table" label="Table" chosen={shown === 'table'} onChoose={() => notebook.setSetting(cell.id, 'show', undefined)} />
          <Segment icon="graph" label="Chart" chosen={shown === 'chart'} onChoose={() => notebook.setSetting(cell.id, 'show', 'chart')} />
          <Segment icon="dashboard" label="Profile" chosen={shown === 'profile'} onChoose={() => notebook.setSetting(cell.id, 'show', 'profile')} />
        </div>
        <span className={styles['rowCount']}>{describeRows(output)}</span>
        <span className={styles['grow']} />
        {output.receipt !== undefined && <ReceiptBadge receipt={output.receipt} stale={stale} />}
      </div>
      <Suspense fallback={<div style={{ height: shown === 'chart' ? CHART_PX : gridHeight(output) }} aria-busy="true" />}>
        {shown === 'profile' && <ProfileView resultId={output.resultId} running={output.state === 'running'} />}
        {shown === 'chart' && (
          <ResultChart client={client} source={source} spec={spec} onSpecChange={(next) => notebook.setSetting(cell.id, 'chart', plainSpec(next))} height={CHART_PX} ariaLabel="Chart of the result" exportName={exportName} />
        )}
        {shown === 'table' && (
          <ResultGrid client={client} source={source} height={gridHeight(output)} ariaLabel="Rows of the result" fallback={output.head} exportName={exportName} />
        )}
      </Suspense>
    </div>
  );
}

function viewOf(setting: unknown): 'table' | 'chart' | 'profile' {
  return setting === 'chart' || setting === 'profile' ? setting : 'table';
}

function Segment({ icon, label, chosen, onChoose }: { readonly icon: string; readonly label: string; readonly chosen: boolean; readonly onChoose: () => void }) {
  return (
    <button type="button" aria-pressed={chosen} className={styles['segment']} onClick={chosen ? undefined : onChoose}>
      <Icon name={icon} /> {label}
    </button>
  );
}

function describeRows({ rows, state }: Result): string {
  const count = countOf(rows, 'row');
  switch (state) {
    case 'running':
      return `${count} so far`;
    case 'complete':
      return count;
    case 'canceled':
      return `${count}, then interrupted`;
    case 'failed':
      return `${count}, then failed`;
    case 'evicted':
      return `${count}, no longer held: run again`;
  }
}

function gridHeight({ rows }: Result): number {
  return Math.min(GRID_MAX_PX, Math.max(1, rows) * ROW_PX + GRID_CHROME_PX);
}

function parseSpec(value: unknown): ChartSpec | undefined {
  const parsed = chartSpecShape.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** Without members that are undefined, which JSON does not know. */
function plainSpec(spec: ChartSpec): ReturnType<typeof JSON.parse> {
  return JSON.parse(JSON.stringify(spec));
}
