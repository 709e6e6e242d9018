import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { ToggleButton } from 'react-aria-components';
import type { ChartSpec } from '../../kernel/rpc/results.ts';
import { clickDownload, safeFileName } from '../grid/exportResult.ts';
import type { ResultsClient, ResultSource } from '../grid/resultSource.ts';
import { useServices } from '../state/services.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { ChartBuilder } from './ChartBuilder.tsx';
import { ChartCanvas, type ChartCanvasHandle } from './ChartCanvas.tsx';
import { buildFigure } from './chartFigure.ts';
import { describeChart, marksNote } from './chartMessages.ts';
import { guessSpec, specProblem } from './chartSpec.ts';
import { useChartTheme } from './chartTheme.ts';
import { useChartMarks, type ChartMarks } from './useChartMarks.ts';
import styles from './chart.module.css';

export interface ResultChartProps {
  readonly client: ResultsClient;
  readonly source: ResultSource;
  /** Absent: a sensible one is guessed from the columns, and reported once it was changed. */
  readonly spec: ChartSpec | undefined;
  readonly onSpecChange: (spec: ChartSpec) => void;
  /** Pixels; `'fill'` takes the parent's height. */
  readonly height: number | 'fill';
  readonly ariaLabel: string;
  /** Suggested name of an exported image, without extension. */
  readonly exportName?: string | undefined;
}

/** A chart of a held result, configured by clicking and aggregated by the engine. */
export function ResultChart({ client, source, spec: chosen, onSpecChange, height, ariaLabel, exportName = 'chart' }: ResultChartProps) {
  const { columns, resultId, state } = source;
  const { notifications } = useServices();
  const canvas = useRef<ChartCanvasHandle>(null);
  const [settingsShown, setSettingsShown] = useState(true);
  const guessed = useMemo(() => guessSpec(columns), [columns]);
  const spec = chosen ?? guessed;
  const problem = spec === undefined ? undefined : specProblem(spec, columns);
  const reachable = state !== 'running' && state !== 'evicted';
  const { marks, loading, error, retry } = useChartMarks(client, resultId, reachable && problem === undefined ? spec : undefined);
  const theme = useChartTheme();
  const figure = useMemo(() => (marks === undefined ? undefined : buildFigure(marks.page, marks.spec, columns, theme)), [marks, columns, theme]);
  const fail = useCallback((reason: unknown) => notifications.getState().notifyError(reason), [notifications]);

  const exportImage = (format: 'png' | 'svg'): void => {
    canvas.current?.toBlob(format).then((blob) => blob !== undefined && saveBlob(blob, `${safeFileName(exportName)}.${format}`), fail);
  };
  const notice = spec === undefined ? <NothingToDraw /> : (stateNotice(source) ?? (problem === undefined ? undefined : <EmptyState icon="graph" title={problem} />));
  return (
    <figure className={styles['chart']} aria-label={ariaLabel} style={height === 'fill' ? { flex: 1, minHeight: 0 } : { height }}>
      <div className={styles['main']}>
        <div className={styles['stage']} data-loading={loading || undefined}>
          {notice !== undefined && <div className={styles['notice']}>{notice}</div>}
          {notice === undefined && error !== undefined && (
            <div className={styles['notice']} role="alert">
              <EmptyState icon="error" title="The chart could not be made" hint={`[${error.code}] ${error.message}`}>
                <Button onPress={retry}>Try again</Button>
              </EmptyState>
            </div>
          )}
          {notice === undefined && figure !== undefined && marks !== undefined && <ChartCanvas figure={figure} description={describeChart(marks)} handle={canvas} onError={fail} />}
        </div>
        {spec !== undefined && settingsShown && <ChartBuilder spec={spec} columns={columns} onChange={onSpecChange} />}
      </div>
      <figcaption className={styles['status']}>
        <span role="status" className={styles['note']}>
          {loading ? 'Drawing…' : noteOf(marks, source, figure?.hiddenSeries ?? 0)}
        </span>
        <IconButton icon="screen-normal" label="Reset zoom" isDisabled={figure === undefined} onPress={() => canvas.current?.resetView()} />
        <ExportButtons disabled={figure === undefined || notice !== undefined} onExport={exportImage} />
        <ToggleButton className={styles['toggle'] ?? ''} isSelected={settingsShown} onChange={setSettingsShown}>
          <Icon name="settings" /> Configure
        </ToggleButton>
      </figcaption>
    </figure>
  );
}

function ExportButtons({ disabled, onExport }: { readonly disabled: boolean; readonly onExport: (format: 'png' | 'svg') => void }) {
  return (
    <>
      {(['png', 'svg'] as const).map((format) => (
        <Button key={format} variant="quiet" icon="desktop-download" isDisabled={disabled} aria-label={`Save as ${format.toUpperCase()}`} onPress={() => onExport(format)}>
          {format.toUpperCase()}
        </Button>
      ))}
    </>
  );
}

function NothingToDraw() {
  return <EmptyState icon="graph" title="Nothing here can be drawn" hint="A chart needs a column of numbers, times, texts or booleans." />;
}

function stateNotice({ state }: ResultSource): ReactNode {
  if (state === 'running') return <EmptyState icon="loading codicon-modifier-spin" title="The chart waits for the last row" />;
  if (state === 'evicted') return <EmptyState icon="warning" title="The rows made room for newer results" hint="Run again to draw them." />;
  return undefined;
}

function noteOf(marks: ChartMarks | undefined, source: ResultSource, hiddenSeries: number): string {
  return marks === undefined ? '' : marksNote(marks, source, hiddenSeries);
}

function saveBlob(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  clickDownload(url, fileName);
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the download has begun long before
}
