import type { ChartSpec } from '../../kernel/rpc/results.ts';
import type { ResultsClient, ResultSource } from '../grid/resultSource.ts';

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
export function ResultChart({ ariaLabel }: ResultChartProps) {
  return <figure aria-label={ariaLabel} />;
}
