import { z } from 'zod';
import { errorReportShape } from './frames.ts';
import { receiptShape } from './receipts.ts';
import { resultInfoShape } from './results.ts';
import { parametersShape, widgetChangeShape } from './widgets.ts';
import type { Topic } from './topic.ts';

export const dialectShape = z.enum(['spark', 'duckdb']);
export type Dialect = z.output<typeof dialectShape>;

/** What happens while a kernel runs one cell, in order. Ends with exactly one `finished`. */
export const executionEventShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), startedAtMs: z.number() }),
  /** The n-th statement of the cell begins. */
  z.object({ kind: z.literal('statement'), index: z.number().int(), count: z.number().int() }),
  /** `fraction` in 0..1, or absent where the engine cannot say. */
  z.object({ kind: z.literal('progress'), fraction: z.number().optional(), rows: z.number().int().optional() }),
  /** A result's first rows are there (or it grew, or ended): page it by its id. Sent at most ten times a second. */
  z.object({ kind: z.literal('result'), statement: z.number().int(), result: resultInfoShape }),
  /** A notice of a statement (an ignored hint, a no-op). */
  z.object({ kind: z.literal('notice'), text: z.string() }),
  /** `inner` marks a statement of a script: what it failed with may have been handled there. */
  z.object({ kind: z.literal('receipt'), statement: z.number().int(), receipt: receiptShape, inner: z.boolean().optional() }),
  /** A widget was made or removed. */
  z.object({ kind: z.literal('widget'), change: widgetChangeShape }),
  z.object({
    kind: z.literal('finished'),
    status: z.enum(['ok', 'error', 'canceled']),
    durationMs: z.number(),
    error: errorReportShape.optional(),
  }),
]);
export type ExecutionEvent = z.output<typeof executionEventShape>;

/** Running source in a kernel. A session keeps temporary views and settings; one statement at a time runs in it. */
export const executionsTopic = {
  requests: {
    'executions.start': {
      params: z.object({
        executionId: z.string(),
        sessionId: z.string(),
        dialect: dialectShape,
        source: z.string(),
        notebook: z.string().optional(),
        cellId: z.string().optional(),
        /** Values of `:name`; those of the session's widgets by default. */
        parameters: parametersShape.optional(),
      }),
      /** Answers when the execution has ended; what happens meanwhile comes as events. */
      result: z.object({ status: z.enum(['ok', 'error', 'canceled']) }),
    },
    'executions.interrupt': { params: z.object({ executionId: z.string() }), result: z.null() },
    'executions.endSession': { params: z.object({ sessionId: z.string() }), result: z.null() },
    'executions.status': {
      params: z.object({}),
      result: z.object({ pid: z.number().int(), memoryBytes: z.number(), memoryLimitBytes: z.number(), running: z.array(z.string()) }),
    },
  },
  events: {
    'executions.event': z.object({ executionId: z.string(), event: executionEventShape }),
  },
} as const satisfies Topic;
