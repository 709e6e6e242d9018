import { z } from 'zod';
import { queryProfileShape, rowGroupsShape } from './profiles.ts';
import type { Topic } from './topic.ts';

/** A column of a result. `type` is Spark's `simpleString`. */
export const columnShape = z.object({ name: z.string(), type: z.string() });
export type ResultColumn = z.output<typeof columnShape>;

/**
 * A spooled result. It outlives the kernel that made it. `running`: rows still arrive; `evicted`: the spool's disk budget
 * took it, and only "run again" brings it back, never fewer rows.
 */
export const resultInfoShape = z.object({
  resultId: z.string(),
  columns: z.array(columnShape),
  rows: z.number().int(),
  bytes: z.number().int(),
  state: z.enum(['running', 'complete', 'canceled', 'failed', 'evicted']),
});
export type ResultInfo = z.output<typeof resultInfoShape>;

export const sortKeyShape = z.object({ column: z.number().int(), descending: z.boolean() });
export const filterShape = z.object({
  column: z.number().int(),
  op: z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'contains', 'startsWith', 'isNull', 'isNotNull']),
  /** Text of the value, read in the column's type; absent for isNull and isNotNull. */
  value: z.string().optional(),
});
export type SortKey = z.output<typeof sortKeyShape>;
export type ResultFilter = z.output<typeof filterShape>;

export const chartSpecShape = z.object({
  type: z.enum(['line', 'bar', 'scatter', 'histogram']),
  /** Column names. */
  x: z.string(),
  y: z.array(z.string()),
  series: z.string().optional(),
  aggregate: z.enum(['none', 'count', 'sum', 'avg', 'min', 'max']),
  bins: z.number().int().optional(),
  stacked: z.boolean().optional(),
});
export type ChartSpec = z.output<typeof chartSpecShape>;

export const exportFormatShape = z.enum(['csv', 'parquet', 'jsonl', 'arrow']);
export type ExportFormat = z.output<typeof exportFormatShape>;

/** Cells of pages are cut to so many bytes of UTF-8, at a whole character: one that is nearly as long may have been cut. */
export const CELL_BYTES_MAX = 4_096;

/** Paging, sorting, filtering, charting and exporting of what is held, without running again. */
export const resultsTopic = {
  requests: {
    'results.info': { params: z.object({ resultId: z.string() }), result: resultInfoShape },
    /**
     * Rows `[offset, offset + limit)` of columns `[columnFrom, columnTo)` as one Arrow IPC stream; the header says what
     * came. Cells of more than `CELL_BYTES_MAX` bytes are cut, and `results.cell` has the whole. A page of
     * many wide rows may hold fewer than asked for; ask again from where it ends.
     */
    'results.page': {
      params: z.object({
        resultId: z.string(),
        viewId: z.string().optional(),
        offset: z.number().int().min(0),
        limit: z.number().int().min(1).max(10_000),
        columnFrom: z.number().int().min(0).optional(),
        columnTo: z.number().int().min(0).optional(),
      }),
      result: z.object({ offset: z.number().int(), rows: z.number().int(), totalRows: z.number().int(), complete: z.boolean() }),
      binary: true,
    },
    /** The whole text of one cell. */
    'results.cell': {
      params: z.object({ resultId: z.string(), viewId: z.string().optional(), row: z.number().int(), column: z.number().int() }),
      result: z.object({ text: z.string().nullable() }),
    },
    /** A sorted and filtered order over a held result; filters are joined by AND. */
    'results.view': {
      params: z.object({ resultId: z.string(), sort: z.array(sortKeyShape), filters: z.array(filterShape) }),
      result: z.object({ viewId: z.string(), rows: z.number().int() }),
    },
    /**
     * The chart's marks as Arrow, aggregated by the engine so that only what is drawn travels. Columns: `x`, `series`
     * (utf8, may be null), one per y named as asked (histogram: `x0`, `x1`, `count`). Header says how many rows fed it.
     */
    'results.chart': {
      params: z.object({ resultId: z.string(), viewId: z.string().optional(), spec: chartSpecShape, marksMax: z.number().int().max(50_000) }),
      result: z.object({ sourceRows: z.number().int(), marks: z.number().int(), sampled: z.boolean() }),
      binary: true,
    },
    /** Writes the held rows to an absolute path (temp + fsync + rename). */
    'results.export': {
      params: z.object({ resultId: z.string(), viewId: z.string().optional(), format: exportFormatShape, path: z.string() }),
      result: z.object({ path: z.string(), rows: z.number().int(), bytes: z.number().int() }),
    },
    /** Null where the result was made without one. */
    'results.profile': { params: z.object({ resultId: z.string() }), result: z.object({ profile: queryProfileShape.nullable() }) },
    /** Of a scan of the profile, by its place there; null where no condition can be judged by row groups. */
    'results.rowGroups': { params: z.object({ resultId: z.string(), scan: z.number().int().nonnegative() }), result: z.object({ rowGroups: rowGroupsShape.nullable() }) },
    'results.discard': { params: z.object({ resultId: z.string() }), result: z.null() },
  },
  events: {},
} as const satisfies Topic;
