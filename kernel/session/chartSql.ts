import { LakebookError } from '../base/errors.ts';
import type { ChartSpec } from '../rpc/results.ts';
import type { TableColumn } from './viewSql.ts';

/** Statements that make a chart's marks from a relation. */
export interface ChartSql {
  /** How many rows feed the chart, and how many marks there would be without sampling. */
  readonly countSql: string;
  /** The marks. @param marks as `countSql` gave it */
  marksSql(marks: number): string;
  /** Names of the marks' columns, in order. */
  readonly columns: readonly string[];
}

const BINS_DEFAULT = 30;
const BINS_MAX = 1_000;

/**
 * What a chart asks of the engine. Values on the y axis are doubles: marks are drawn, not read. More marks than
 * `marksMax` are thinned out and it is said so: a line keeps first, last, least and greatest value of each stretch,
 * so no peak is lost; bars keep the first in order; points are a repeatable random sample.
 * @param relation with the columns `p` and `c<index>`
 * @throws LakebookError RESULT_COLUMN_NOT_FOUND
 */
export function buildChartSql(relation: string, columns: readonly TableColumn[], spec: ChartSpec, marksMax: number): ChartSql {
  const x = find(columns, spec.x);
  const series = spec.series === undefined ? 'NULL::VARCHAR' : `CAST(${find(columns, spec.series).sql} AS VARCHAR)`;
  if (spec.type === 'histogram') return buildHistogram(relation, x, series, spec);
  const ys = spec.y.map((name) => find(columns, name));
  return spec.aggregate === 'none' ? buildPlain(relation, x, series, ys, spec, marksMax) : buildAggregated(relation, x, series, ys, spec, marksMax);
}

type FoundColumn = TableColumn & { readonly sql: string };

function find(columns: readonly TableColumn[], name: string): FoundColumn {
  const index = columns.findIndex((column) => column.name === name);
  const column = columns[index];
  if (column === undefined) throw new LakebookError('RESULT_COLUMN_NOT_FOUND', { column: name });
  return { ...column, sql: `c${index}` };
}

const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|DECIMAL|FLOAT|DOUBLE)/;

function asMark({ sql, duckdbType }: FoundColumn): string {
  return NUMERIC.test(duckdbType) ? `CAST(${sql} AS DOUBLE)` : sql;
}

function buildAggregated(relation: string, x: FoundColumn, series: string, ys: readonly FoundColumn[], spec: ChartSpec, marksMax: number): ChartSql {
  const values = spec.aggregate === 'count' && ys.length === 0 ? ['count(*)::DOUBLE'] : ys.map((y) => aggregateSql(spec.aggregate, y));
  const names = values.map((_, index) => `y${index}`);
  const grouped = `SELECT ${x.sql} AS x, ${series} AS series, ${values.map((value, index) => `${value} AS y${index}`).join(', ')} FROM ${relation} GROUP BY ALL`;
  return {
    countSql: `SELECT (SELECT count(*) FROM ${relation}) AS source, (SELECT count(*) FROM (${grouped})) AS marks`,
    marksSql: (marks) => (marks <= marksMax ? `SELECT * FROM (${grouped}) ORDER BY x NULLS FIRST, series NULLS FIRST` : thinOut(grouped, names, spec, { marks, marksMax })),
    columns: ['x', 'series', ...(ys.length === 0 ? ['count'] : ys.map((y) => y.name))],
  };
}

function aggregateSql(aggregate: ChartSpec['aggregate'], y: FoundColumn): string {
  if (aggregate === 'count') return `count(${y.sql})::DOUBLE`;
  // min and max of a time are times; sums and averages are of numbers
  const value = asMark(y);
  return aggregate === 'sum' || aggregate === 'avg' ? `${aggregate}(TRY_CAST(${value} AS DOUBLE))` : `${aggregate}(${value})`;
}

function buildPlain(relation: string, x: FoundColumn, series: string, ys: readonly FoundColumn[], spec: ChartSpec, marksMax: number): ChartSql {
  const names = ys.map((_, index) => `y${index}`);
  const rows = `SELECT ${[`${x.sql} AS x`, `${series} AS series`, ...ys.map((y, index) => `${asMark(y)} AS y${index}`)].join(', ')}, p FROM ${relation}`;
  // a line runs along x; bars and points keep the rows' order
  const order = spec.type === 'line' ? 'x NULLS FIRST, p' : 'p';
  return {
    countSql: `SELECT count(*) AS source, count(*) AS marks FROM ${relation}`,
    marksSql: (marks) => (marks <= marksMax ? `SELECT x, series${names.map((name) => `, ${name}`).join('')} FROM (${rows}) ORDER BY ${order}` : thinOut(rows, names, spec, { marks, marksMax })),
    columns: ['x', 'series', ...ys.map((y) => y.name)],
  };
}

const SAMPLE_SEED = 1;

function thinOut(rows: string, names: readonly string[], spec: ChartSpec, { marks, marksMax }: { readonly marks: number; readonly marksMax: number }): string {
  const list = ['x', 'series', ...names].join(', ');
  if (spec.type === 'bar') return `SELECT ${list} FROM (${rows}) ORDER BY x NULLS FIRST, series NULLS FIRST LIMIT ${marksMax}`;
  if (spec.type === 'scatter') return `SELECT ${list} FROM (SELECT * FROM (${rows}) USING SAMPLE reservoir(${marksMax} ROWS) REPEATABLE (${SAMPLE_SEED})) ORDER BY x NULLS FIRST`;
  // each stretch of a line keeps its first and last mark, and the least and greatest of every y
  const kept = 2 + 2 * names.length;
  const stretches = Math.max(1, Math.floor(marksMax / kept));
  const extremes = names.flatMap((name) => [`arg_min(n, ${name})`, `arg_max(n, ${name})`]);
  return `WITH numbered AS MATERIALIZED (SELECT ${list}, row_number() OVER (ORDER BY series NULLS FIRST, x NULLS FIRST) AS n FROM (${rows})),
    keep AS (SELECT DISTINCT unnest([${['min(n)', 'max(n)', ...extremes].join(', ')}]) AS n FROM numbered GROUP BY (n - 1) * ${stretches} // ${marks}, series)
    SELECT ${list} FROM numbered SEMI JOIN keep USING (n) ORDER BY n LIMIT ${marksMax}`;
}

/** Equal bins between the least and the greatest value; NULL, NaN and infinities are in none. */
function buildHistogram(relation: string, x: FoundColumn, series: string, spec: ChartSpec): ChartSql {
  const bins = Math.max(1, Math.min(spec.bins ?? BINS_DEFAULT, BINS_MAX));
  const isTime = /^(DATE|TIMESTAMP)/.test(x.duckdbType);
  const value = isTime ? `epoch_us(${x.sql}::TIMESTAMP)::DOUBLE` : `TRY_CAST(${x.sql} AS DOUBLE)`;
  const edge = (at: string): string => (isTime ? `make_timestamp((${at})::BIGINT)${x.duckdbType.endsWith('ZONE') ? "::TIMESTAMP AT TIME ZONE 'UTC'" : ''}` : at);
  const values = `SELECT ${value} AS v, ${series} AS series FROM ${relation}`;
  const finite = `SELECT * FROM (${values}) WHERE isfinite(v)`;
  const binned = `WITH finite AS MATERIALIZED (${finite}), bounds AS (SELECT min(v) AS low, max(v) AS high FROM finite),
    counted AS (SELECT CASE WHEN high = low THEN 0 ELSE least(floor((v - low) / (high - low) * ${bins}), ${bins - 1}) END AS bin, series, count(*)::BIGINT AS n FROM finite, bounds GROUP BY ALL)
    SELECT ${edge(`low + bin * (high - low) / ${bins}`)} AS x0, ${edge(`CASE WHEN high = low THEN high ELSE low + (bin + 1) * (high - low) / ${bins} END`)} AS x1, series, n FROM counted, bounds ORDER BY series NULLS FIRST, bin`;
  return {
    countSql: `SELECT count(*) AS source, 0 AS marks FROM (${finite})`,
    marksSql: () => binned,
    columns: ['x0', 'x1', 'series', 'count'],
  };
}
