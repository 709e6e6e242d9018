import { bool, columnFromArray, dateDay, float64, int64, tableFromColumns, tableToIPC, timestamp, TimeUnit, utf8, type DataType } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import type { ChartSpec } from '../../kernel/rpc/results.ts';
import { decodePage, type ArrowPage } from '../grid/arrowPage.ts';
import { decodeDataUrl } from './ChartCanvas.tsx';
import { buildFigure, escapeLabel, SERIES_MAX } from './chartFigure.ts';
import { describeChart, marksNote } from './chartMessages.ts';
import { guessSpec, specProblem, withAggregate, withoutY, withSeries, withType, withY } from './chartSpec.ts';
import type { ChartTheme } from './chartTheme.ts';

const COLUMNS = [
  { name: 'order_id', type: 'bigint' },
  { name: 'day', type: 'date' },
  { name: 'region', type: 'string' },
  { name: 'amount', type: 'decimal(10,2)' },
  { name: 'weight', type: 'double' },
  { name: 'tags', type: 'array<string>' },
];
const only = (...names: readonly string[]) => COLUMNS.filter(({ name }) => names.includes(name));
const BAR: ChartSpec = { type: 'bar', x: 'region', y: ['amount'], aggregate: 'sum' };

describe('the guessed chart', () => {
  it.each<[string, readonly string[], ChartSpec | undefined]>([
    ['values over time', ['order_id', 'day', 'region', 'amount'], { type: 'line', x: 'day', y: ['amount'], aggregate: 'sum' }],
    ['values per category', ['order_id', 'region', 'amount'], BAR],
    ['values per key', ['order_id', 'amount'], { type: 'bar', x: 'order_id', y: ['amount'], aggregate: 'sum' }],
    ['two values against each other', ['amount', 'weight'], { type: 'scatter', x: 'amount', y: ['weight'], aggregate: 'none' }],
    ['how one value is spread', ['weight', 'tags'], { type: 'histogram', x: 'weight', y: [], aggregate: 'count', bins: 30 }],
    ['how often each text is there', ['region'], { type: 'bar', x: 'region', y: [], aggregate: 'count' }],
    ['nothing for nested values', ['tags'], undefined],
  ])('shows %s', (_name, names, expected) => expect(guessSpec(only(...names))).toEqual(expected));
});

describe('choosing', () => {
  it('another type keeps what fits it and mends what does not', () => {
    expect(withType(BAR, 'line', COLUMNS)).toEqual({ ...BAR, type: 'line' });
    const histogram = withType(BAR, 'histogram', COLUMNS);
    expect(histogram).toEqual({ type: 'histogram', x: 'amount', y: [], aggregate: 'count', bins: 30 });
    expect(withType(histogram, 'bar', COLUMNS)).toEqual({ type: 'bar', x: 'amount', y: ['weight'], aggregate: 'sum', bins: 30 });
    expect(withType(BAR, 'scatter', COLUMNS).aggregate).toBe('none');
  });
  it('columns and series', () => {
    expect(withY(withY(BAR, 'weight'), 'weight').y).toEqual(['amount', 'weight']);
    expect(withoutY(BAR, 'amount').y).toEqual([]);
    expect(withSeries(withSeries(BAR, 'day'), undefined)).toEqual(BAR);
  });
  it('a sum needs numbers, a count takes anything', () => {
    const counted = withAggregate({ ...BAR, y: ['region'] }, 'count', COLUMNS);
    expect(counted.y).toEqual(['region']);
    expect(withAggregate(counted, 'sum', COLUMNS).y).toEqual(['amount']);
  });
  it.each<[string, ChartSpec, string | undefined]>([
    ['whole', BAR, undefined],
    ['without values', { ...BAR, y: [] }, 'Add a column to the y axis.'],
    ['a count needs no values', { ...BAR, y: [], aggregate: 'count' }, undefined],
    ['a column that went', { ...BAR, series: 'gone' }, 'The result has no column gone any more. Choose another.'],
    ['a histogram of texts', { ...BAR, type: 'histogram', y: [] }, 'Values of type string cannot stand on this axis. Choose another column.'],
  ])('%s', (_name, spec, problem) => expect(specProblem(spec, COLUMNS)).toBe(problem));
});

const THEME: ChartTheme = { dark: false, background: '#fff', text: '#000', muted: '#555', grid: '#ddd', font: 'sans-serif', series: ['#111', '#222'] };

function marks(...columns: readonly (readonly [string, DataType, readonly unknown[]])[]): ArrowPage {
  const table = tableFromColumns(columns.map(([name, type, values]) => [name, columnFromArray(values as unknown[], type)] as [string, ReturnType<typeof columnFromArray>]));
  return decodePage(tableToIPC(table, { format: 'stream' }) ?? new Uint8Array());
}

describe('the figure', () => {
  it('draws one trace per series and value, with categories in the order they came', () => {
    const page = marks(['x', utf8(), ['a', 'a', '', null]], ['series', utf8(), ['s', null, 's', 's']], ['amount', float64(), [1, 2, 3, null]]);
    const { traces } = buildFigure(page, { ...BAR, series: 'day' }, COLUMNS, THEME);
    expect(traces.map(({ name, x, y, type }) => ({ name, x, y, type }))).toEqual([
      { name: 's', x: ['a', '""', 'NULL'], y: [1, 3, null], type: 'bar' },
      { name: 'NULL', x: ['a'], y: [2], type: 'bar' },
    ]);
  });

  it('puts times on a time axis, to the microsecond', () => {
    const page = marks(['x', timestamp(TimeUnit.MICROSECOND, 'UTC'), [1_700_000_000_000.123]], ['series', utf8(), [null]], ['amount', float64(), [1]]);
    const figure = buildFigure(page, { ...BAR, type: 'line', x: 'day' }, COLUMNS, THEME);
    expect([figure.traces[0]?.['x'], (figure.layout['xaxis'] as Record<string, unknown>)['type']]).toEqual([['2023-11-14 22:13:20.000123'], 'date']);
  });

  it('draws bins as wide as they are', () => {
    const page = marks(['x0', float64(), [0, 10]], ['x1', float64(), [10, 20]], ['series', utf8(), [null, null]], ['count', int64(), [5n, 7n]]);
    const [trace] = buildFigure(page, { type: 'histogram', x: 'weight', y: [], aggregate: 'count' }, COLUMNS, THEME).traces;
    expect([trace?.['x'], trace?.['width'], trace?.['y']]).toEqual([[5, 15], [10, 10], [5, 7]]);
  });

  it('draws bins of days in milliseconds', () => {
    const page = marks(['x0', dateDay(), [new Date('2024-01-01')]], ['x1', dateDay(), [new Date('2024-01-03')]], ['series', utf8(), [null]], ['count', int64(), [1n]]);
    const [trace] = buildFigure(page, { type: 'histogram', x: 'day', y: [], aggregate: 'count' }, COLUMNS, THEME).traces;
    expect([trace?.['x'], trace?.['width']]).toEqual([['2024-01-02T00:00:00.000Z'], [172_800_000]]);
  });

  it('says how many series it left out', () => {
    const names = Array.from({ length: SERIES_MAX + 5 }, (_, index) => `s${index}`);
    const page = marks(['x', bool(), names.map(() => true)], ['series', utf8(), names], ['amount', float64(), names.map(() => 1)]);
    const figure = buildFigure(page, { ...BAR, series: 'day' }, COLUMNS, THEME);
    expect([figure.traces.length, figure.hiddenSeries]).toEqual([SERIES_MAX, 5]);
  });

  it('keeps data from becoming markup', () => {
    expect(escapeLabel('<a href="x">&')).toBe('&lt;a href="x"&gt;&amp;');
    const page = marks(['x', utf8(), ['<b>x']], ['series', utf8(), ['<i>']], ['amount', float64(), [1]]);
    expect(JSON.stringify(buildFigure(page, { ...BAR, series: 'day' }, COLUMNS, THEME).traces)).not.toMatch(/<(?!br>|extra>|\/extra>)/);
  });
});

describe('what a chart says', () => {
  const source = { rows: 1_000, state: 'complete' } as const;
  const page: ArrowPage = { rows: 0, columns: [] };
  it.each([
    { name: 'aggregated', made: { sourceRows: 1_000, marks: 12, sampled: false }, note: '1,000 rows aggregated to 12 marks' },
    { name: 'thinned out', made: { spec: { ...BAR, type: 'line', aggregate: 'none' }, sourceRows: 1_000, marks: 50, sampled: true }, note: '1,000 rows thinned out to 50 marks, every peak kept' },
    { name: 'a sample', made: { spec: { ...BAR, type: 'scatter', aggregate: 'none' }, sourceRows: 1_000, marks: 50, sampled: true }, note: '50 of 1,000 rows drawn, chosen at random' },
    { name: 'every row', made: { spec: { ...BAR, type: 'scatter', aggregate: 'none' }, sourceRows: 1_000, marks: 1_000, sampled: false }, note: '1,000 rows, all drawn' },
    { name: 'some without a value', made: { sourceRows: 990, marks: 1, sampled: false }, note: '990 rows aggregated to 1 mark · 10 without a value' },
  ] as const)('$name', ({ made, note }) => expect(marksNote({ spec: BAR, page, ...made } as Parameters<typeof marksNote>[0], source, 0)).toBe(note));

  it('in words', () => {
    expect(describeChart({ spec: { ...BAR, series: 'day' }, page, sourceRows: 1, marks: 12, sampled: false })).toBe('Bar chart of sum(amount) by region, by day, 12 marks');
  });
});

it('reads data URLs without fetching them', async () => {
  expect(await decodeDataUrl('data:image/svg+xml,%3Csvg%2F%3E').text()).toBe('<svg/>');
  expect([decodeDataUrl('data:image/png;base64,AAE=').size, decodeDataUrl('data:image/png;base64,AAE=').type]).toEqual([2, 'image/png']);
});
