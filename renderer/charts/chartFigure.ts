import type { ChartSpec, ResultColumn } from '../../kernel/rpc/results.ts';
import type { ArrowPage, PageColumn } from '../grid/arrowPage.ts';
import type { ChartTheme } from './chartTheme.ts';
import { columnRole } from './columnRoles.ts';
import type { PlotlyObject, PlotlyValue } from './plotlyTypes.ts';

/** What Plotly draws, and what is left out. */
export interface ChartFigure {
  readonly traces: readonly PlotlyObject[];
  readonly layout: PlotlyObject;
  /** Series that did not fit, if any. */
  readonly hiddenSeries: number;
}

/** More would neither be told apart nor fit into a legend. */
export const SERIES_MAX = 30;

/** One line, set of bars or cloud of points. */
interface MarkSeries {
  readonly name: string;
  readonly x: readonly PlotlyValue[];
  readonly y: readonly PlotlyValue[];
  /** Widths of a histogram's bins, and their texts. */
  readonly width?: readonly PlotlyValue[];
  readonly text: readonly string[];
}

/** Marks (as `results.chart` sends them) as traces and layout. Pure. */
export function buildFigure(marks: ArrowPage, spec: ChartSpec, columns: readonly ResultColumn[], theme: ChartTheme): ChartFigure {
  const all = spec.type === 'histogram' ? histogramSeries(marks) : markSeries(marks, spec);
  const shown = all.slice(0, SERIES_MAX);
  const several = shown.length > 1;
  const traces = shown.map((series, index) => buildTrace(series, spec, several, theme.series[index % theme.series.length] ?? theme.text));
  return { traces, layout: buildLayout(spec, columns, theme, several), hiddenSeries: all.length - shown.length };
}

function buildTrace(series: MarkSeries, spec: ChartSpec, several: boolean, color: string): PlotlyObject {
  const common = {
    name: series.name,
    x: series.x,
    y: series.y,
    text: series.text,
    hovertemplate: `%{text}${several ? `<br>${series.name}` : ''}<extra></extra>`,
    showlegend: several,
  };
  switch (spec.type) {
    case 'line':
      return { ...common, type: 'scatter', mode: series.x.length > 60 ? 'lines' : 'lines+markers', line: { color, width: 2 }, marker: { color, size: 5 }, ...(spec.stacked === true ? { stackgroup: 'all' } : {}) };
    case 'bar':
      return { ...common, type: 'bar', marker: { color }, textposition: 'none' };
    case 'scatter':
      return { ...common, type: 'scatter', mode: 'markers', marker: { color, size: series.x.length > 2_000 ? 4 : 6, opacity: series.x.length > 500 ? 0.6 : 0.85 } };
    case 'histogram':
      return { ...common, type: 'bar', width: series.width ?? [], marker: { color, ...(several && spec.stacked !== true ? { opacity: 0.6 } : {}) }, textposition: 'none' };
  }
}

function markSeries(marks: ArrowPage, spec: ChartSpec): readonly MarkSeries[] {
  const x = marks.columns.find(({ name }) => name === 'x') ?? marks.columns[0];
  const group = marks.columns[1];
  const values = marks.columns.slice(2);
  if (x === undefined || group === undefined) return [];
  const rowsOf = groupRows(marks.rows, group);
  return [...rowsOf].flatMap(([seriesName, rows]) =>
    values.map((value): MarkSeries => {
      const label = spec.aggregate === 'none' ? value.name : spec.aggregate === 'count' && spec.y.length === 0 ? 'count' : `${spec.aggregate}(${value.name})`;
      const name = [...(spec.series === undefined ? [] : [seriesName]), ...(values.length > 1 || spec.series === undefined ? [label] : [])].join(' · ');
      return {
        name: escapeLabel(name),
        x: rows.map((row) => axisValue(x, row)),
        y: rows.map((row) => axisValue(value, row)),
        text: rows.map((row) => escapeLabel(`${spec.x}: ${x.cell(row).text}`) + `<br>${escapeLabel(`${label}: ${numberText(value, row)}`)}`),
      };
    }),
  );
}

function histogramSeries(marks: ArrowPage): readonly MarkSeries[] {
  const [low, high, group, count] = ['x0', 'x1', 'series', 'count'].map((name) => marks.columns.find((column) => column.name === name));
  if (low === undefined || high === undefined || group === undefined || count === undefined) return [];
  return [...groupRows(marks.rows, group)].map(([name, rows]): MarkSeries => {
    const edges = rows.map((row): readonly [number, number] => [scale(low, row), scale(high, row)]);
    return {
      name: escapeLabel(name),
      x: edges.map(([from, to]) => (low.shape.kind === 'timestamp' || low.shape.kind === 'date' ? new Date((from + to) / 2).toISOString() : (from + to) / 2)),
      y: rows.map((row) => axisValue(count, row)),
      width: edges.map(([from, to]) => (to > from ? to - from : 1)),
      text: rows.map((row) => `${escapeLabel(`${numberText(low, row)} to ${numberText(high, row)}`)}<br>${escapeLabel(`${count.cell(row).text} rows`)}`),
    };
  });
}

/** Rows by the text of their series, in the order of their first mark. */
function groupRows(rows: number, group: PageColumn): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < rows; row++) {
    const cell = group.cell(row);
    const name = cell.kind === 'empty' ? '""' : cell.text;
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [row]);
    else members.push(row);
  }
  return groups;
}

/** A value as its axis takes it: a number, a time's text, or a category's. */
function axisValue(column: PageColumn, row: number): PlotlyValue {
  const value = column.value(row);
  const cell = column.cell(row);
  switch (cell.kind) {
    case 'null':
      return column.shape.kind === 'text' || column.shape.kind === 'boolean' ? 'NULL' : null;
    case 'empty':
      return '""';
    case 'number':
      return typeof value === 'number' ? value : Number(cell.text);
    case 'special':
      return null;
    case 'time':
      return cell.text.replace(/Z$/, '');
    case 'text':
    case 'boolean':
    case 'interval':
    case 'binary':
    case 'nested':
      return escapeLabel(cell.text);
  }
}

/** A bin's edge as a number: milliseconds for times. */
function scale(column: PageColumn, row: number): number {
  const value = column.value(row);
  if (column.shape.kind === 'timestamp') return Number(value) / (Number(column.shape.perSecond) / 1_000);
  return Number(value);
}

const shortNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 4, maximumSignificantDigits: 12 });

function numberText(column: PageColumn, row: number): string {
  const cell = column.cell(row);
  return column.shape.kind === 'float' && cell.kind === 'number' ? shortNumber.format(Number(cell.text)) : cell.text;
}

function buildLayout(spec: ChartSpec, columns: readonly ResultColumn[], theme: ChartTheme, several: boolean): PlotlyObject {
  const role = columnRole(columns.find(({ name }) => name === spec.x)?.type ?? '');
  const axis = { gridcolor: theme.grid, linecolor: theme.grid, zerolinecolor: theme.grid, tickcolor: theme.grid, tickfont: { color: theme.muted, size: 11 }, automargin: true };
  const title = (text: string): PlotlyObject => ({ text: escapeLabel(text), font: { color: theme.muted, size: 12 }, standoff: 8 });
  return {
    autosize: true,
    margin: { l: 52, r: 16, t: 14, b: 40 },
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    font: { family: theme.font, color: theme.text, size: 12 },
    xaxis: { ...axis, type: role === 'time' ? 'date' : role === 'number' ? 'linear' : 'category', title: title(spec.x), showgrid: spec.type === 'scatter' },
    yaxis: { ...axis, title: title(yTitle(spec)), rangemode: spec.type === 'scatter' || spec.type === 'line' ? 'normal' : 'tozero' },
    barmode: spec.stacked === true ? 'stack' : spec.type === 'histogram' ? 'overlay' : 'group',
    bargap: spec.type === 'histogram' ? 0.02 : 0.25,
    hovermode: 'closest',
    hoverlabel: { bgcolor: theme.background, bordercolor: theme.grid, font: { color: theme.text, family: theme.font, size: 12 }, align: 'left' },
    showlegend: several,
    legend: { font: { color: theme.text, size: 11 }, orientation: 'v', x: 1.01, y: 1, tracegroupgap: 2, bgcolor: theme.background },
    dragmode: 'zoom',
  };
}

export function yTitle(spec: ChartSpec): string {
  if (spec.type === 'histogram' || (spec.aggregate === 'count' && spec.y.length === 0)) return 'rows';
  const [only] = spec.y;
  if (only === undefined || spec.y.length > 1) return spec.aggregate === 'none' ? '' : spec.aggregate;
  return spec.aggregate === 'none' ? only : `${spec.aggregate}(${only})`;
}

/** Plotly reads a few tags in its texts, links among them: data stays text. */
export function escapeLabel(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
