import type { ResultSource } from '../grid/resultSource.ts';
import { countText, rowsText } from '../grid/gridMessages.ts';
import { yTitle } from './chartFigure.ts';
import type { Aggregate, ChartType } from './chartSpec.ts';
import type { ChartMarks } from './useChartMarks.ts';

export const TYPE_TEXTS: Readonly<Record<ChartType, string>> = { line: 'Line', bar: 'Bar', scatter: 'Scatter', histogram: 'Histogram' };
export const AGGREGATE_TEXTS: Readonly<Record<Aggregate, string>> = { none: 'Every row', count: 'Count', sum: 'Sum', avg: 'Average', min: 'Least', max: 'Greatest' };

/** How many rows became how many marks, and what is not drawn. */
export function marksNote({ spec, sourceRows, marks, sampled }: ChartMarks, source: Pick<ResultSource, 'rows' | 'state'>, hiddenSeries: number): string {
  const parts = [sampled ? sampledText(spec.type, sourceRows, marks) : drawnText(spec.type === 'histogram' || spec.aggregate !== 'none', sourceRows, marks)];
  if (sourceRows < source.rows) parts.push(`${countText(source.rows - sourceRows)} without a value`);
  if (hiddenSeries > 0) parts.push(`${countText(hiddenSeries)} more series not drawn`);
  if (source.state === 'canceled') parts.push('the result was canceled, so rows are missing');
  if (source.state === 'failed') parts.push('the result failed, so rows are missing');
  return parts.join(' · ');
}

function drawnText(aggregated: boolean, rows: number, marks: number): string {
  const markText = `${countText(marks)} ${marks === 1 ? 'mark' : 'marks'}`;
  if (aggregated) return `${rowsText(rows)} aggregated to ${markText}`;
  return marks === rows ? `${rowsText(rows)}, all drawn` : `${markText} of ${rowsText(rows)}`;
}

function sampledText(type: ChartType, rows: number, marks: number): string {
  switch (type) {
    case 'line':
      return `${rowsText(rows)} thinned out to ${countText(marks)} marks, every peak kept`;
    case 'bar':
      return `${rowsText(rows)}, only the first ${countText(marks)} bars drawn`;
    case 'scatter':
    case 'histogram':
      return `${countText(marks)} of ${rowsText(rows)} drawn, chosen at random`;
  }
}

/** The chart in words, for those who do not see it. */
export function describeChart({ spec, marks }: ChartMarks): string {
  const of = spec.type === 'histogram' ? spec.x : `${yTitle(spec) || spec.y.join(', ')} by ${spec.x}`;
  return `${TYPE_TEXTS[spec.type]} chart of ${of}${spec.series === undefined ? '' : `, by ${spec.series}`}, ${countText(marks)} marks`;
}
