import type { ChartSpec, ResultColumn } from '../../kernel/rpc/results.ts';
import { columnRole, columnsOfRole, looksLikeKey } from './columnRoles.ts';

export type ChartType = ChartSpec['type'];
export type Aggregate = ChartSpec['aggregate'];

export const CHART_TYPES: readonly ChartType[] = ['line', 'bar', 'scatter', 'histogram'];
export const AGGREGATES: readonly Aggregate[] = ['none', 'count', 'sum', 'avg', 'min', 'max'];
export const BINS_DEFAULT = 30;
export const BINS_LIMITS = { min: 2, max: 200 } as const;

/**
 * A chart that suits the columns: values over time, values per category, two values against each other, or how one value
 * is spread; undefined where nothing can be drawn.
 */
export function guessSpec(columns: readonly ResultColumn[]): ChartSpec | undefined {
  const [time] = columnsOfRole(columns, 'time');
  const [category] = columnsOfRole(columns, 'category');
  const numbers = columnsOfRole(columns, 'number');
  const measures = numbers.filter(({ name }) => !looksLikeKey(name));
  const [value, second] = measures.length > 0 ? measures : numbers;
  if (time !== undefined && value !== undefined) return { type: 'line', x: time.name, y: [value.name], aggregate: 'sum' };
  if (category !== undefined && value !== undefined) return { type: 'bar', x: category.name, y: [value.name], aggregate: 'sum' };
  const [key] = numbers.filter(({ name }) => looksLikeKey(name));
  if (key !== undefined && value !== undefined && key !== value) return { type: 'bar', x: key.name, y: [value.name], aggregate: 'sum' };
  if (value !== undefined && second !== undefined) return { type: 'scatter', x: value.name, y: [second.name], aggregate: 'none' };
  if (value !== undefined) return { type: 'histogram', x: value.name, y: [], aggregate: 'count', bins: BINS_DEFAULT };
  const counted = category ?? time;
  return counted === undefined ? undefined : { type: 'bar', x: counted.name, y: [], aggregate: 'count' };
}

/** Columns that may stand on the x axis. */
export function xColumns(columns: readonly ResultColumn[], type: ChartType): readonly ResultColumn[] {
  return type === 'histogram' ? columnsOfRole(columns, 'number', 'time') : columnsOfRole(columns, 'number', 'time', 'category');
}

/** Columns that may stand on the y axis: with a count, any; else numbers. */
export function yColumns(columns: readonly ResultColumn[], aggregate: Aggregate): readonly ResultColumn[] {
  return aggregate === 'count' ? columnsOfRole(columns, 'number', 'time', 'category') : columnsOfRole(columns, 'number');
}

export function seriesColumns(columns: readonly ResultColumn[]): readonly ResultColumn[] {
  return columnsOfRole(columns, 'category', 'number', 'time');
}

/** The same chart as another type, mended where that type needs other columns. */
export function withType(spec: ChartSpec, type: ChartType, columns: readonly ResultColumn[]): ChartSpec {
  if (type === spec.type) return spec;
  const allowed = xColumns(columns, type);
  const x = allowed.some(({ name }) => name === spec.x) ? spec.x : (spec.y.find((name) => allowed.some((column) => column.name === name)) ?? allowed[0]?.name ?? spec.x);
  if (type === 'histogram') return compact({ type, x, y: [], aggregate: 'count', bins: spec.bins ?? BINS_DEFAULT, series: spec.series, stacked: spec.stacked });
  const y = spec.y.length > 0 ? spec.y : guessY(columns, x);
  const aggregate: Aggregate = type === 'scatter' ? 'none' : spec.type === 'scatter' || spec.type === 'histogram' ? (y.length === 0 ? 'count' : 'sum') : spec.aggregate;
  return compact({ type, x, y, aggregate, series: spec.series, stacked: spec.stacked, bins: spec.bins });
}

export function withAggregate(spec: ChartSpec, aggregate: Aggregate, columns: readonly ResultColumn[]): ChartSpec {
  const numeric = spec.y.filter((name) => columnRole(typeOf(columns, name)) === 'number');
  const y = aggregate === 'count' || numeric.length > 0 ? (aggregate === 'count' ? spec.y : numeric) : guessY(columns, spec.x);
  return { ...spec, aggregate, y };
}

export function withSeries(spec: ChartSpec, series: string | undefined): ChartSpec {
  return compact({ ...spec, series });
}

export function withY(spec: ChartSpec, name: string): ChartSpec {
  return spec.y.includes(name) ? spec : { ...spec, y: [...spec.y, name] };
}

export function withoutY(spec: ChartSpec, name: string): ChartSpec {
  return { ...spec, y: spec.y.filter((other) => other !== name) };
}

/** Why the chart cannot be drawn; undefined where it can. */
export function specProblem(spec: ChartSpec, columns: readonly ResultColumn[]): string | undefined {
  const gone = [spec.x, ...spec.y, ...(spec.series === undefined ? [] : [spec.series])].find((name) => !columns.some((column) => column.name === name));
  if (gone !== undefined) return `The result has no column ${gone} any more. Choose another.`;
  if (!xColumns(columns, spec.type).some(({ name }) => name === spec.x)) return `Values of type ${typeOf(columns, spec.x)} cannot stand on this axis. Choose another column.`;
  if (spec.type !== 'histogram' && spec.y.length === 0 && spec.aggregate !== 'count') return 'Add a column to the y axis.';
  return undefined;
}

function guessY(columns: readonly ResultColumn[], x: string): string[] {
  const numbers = columnsOfRole(columns, 'number').filter(({ name }) => name !== x);
  const best = numbers.find(({ name }) => !looksLikeKey(name)) ?? numbers[0];
  return best === undefined ? [] : [best.name];
}

function typeOf(columns: readonly ResultColumn[], name: string): string {
  return columns.find((column) => column.name === name)?.type ?? '';
}

/** Without keys whose value is undefined. */
function compact(spec: { readonly [Key in keyof ChartSpec]: ChartSpec[Key] | undefined } & Pick<ChartSpec, 'type' | 'x' | 'y' | 'aggregate'>): ChartSpec {
  const { type, x, y, aggregate, series, bins, stacked } = spec;
  return { type, x, y, aggregate, ...(series === undefined ? {} : { series }), ...(bins === undefined ? {} : { bins }), ...(stacked === undefined ? {} : { stacked }) };
}
