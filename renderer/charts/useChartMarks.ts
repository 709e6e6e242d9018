import { useEffect, useState } from 'react';
import type { ErrorReport } from '../../kernel/base/errors.ts';
import { reportAnyError } from '../../kernel/rpc/peer.ts';
import type { ChartSpec } from '../../kernel/rpc/results.ts';
import { decodePage, type ArrowPage } from '../grid/arrowPage.ts';
import type { ResultsClient } from '../grid/resultSource.ts';

/** The marks of a chart and how they came about. */
export interface ChartMarks {
  readonly spec: ChartSpec;
  readonly page: ArrowPage;
  readonly sourceRows: number;
  readonly marks: number;
  readonly sampled: boolean;
}

export interface ChartMarksState {
  /** The last ones; they stay while others are on their way. */
  readonly marks: ChartMarks | undefined;
  readonly loading: boolean;
  readonly error: ErrorReport | undefined;
}

/** Vector drawing stays quick up to about so many. */
const MARKS_MAX = 5_000;

type Settled = { readonly key: string; readonly marks?: ChartMarks; readonly error?: ErrorReport };

/** Asks the engine for a chart's marks; `spec` undefined asks for nothing. */
export function useChartMarks(client: ResultsClient, resultId: string, spec: ChartSpec | undefined): ChartMarksState & { readonly retry: () => void } {
  const [settled, setSettled] = useState<Settled>();
  const [last, setLast] = useState<ChartMarks>();
  const [attempt, setAttempt] = useState(0);
  const specText = spec === undefined ? undefined : JSON.stringify(spec);
  const key = `${resultId} ${attempt} ${specText}`;

  useEffect(() => {
    if (specText === undefined) return;
    const asked = JSON.parse(specText) as ChartSpec;
    const controller = new AbortController();
    client.request('results.chart', { resultId, spec: asked, marksMax: MARKS_MAX }, controller.signal).then(
      ({ header, bytes }) => {
        if (controller.signal.aborted) return;
        const marks: ChartMarks = { spec: asked, page: decodePage(bytes), ...header };
        setSettled({ key, marks });
        setLast(marks);
      },
      (error: unknown) => !controller.signal.aborted && setSettled({ key, error: reportAnyError(error) }),
    );
    return () => controller.abort();
  }, [client, resultId, specText, key]);

  const current = settled?.key === key ? settled : undefined;
  return {
    marks: current?.marks ?? (current?.error === undefined ? last : undefined),
    loading: specText !== undefined && current === undefined,
    error: current?.error,
    retry: () => setAttempt((count) => count + 1),
  };
}
