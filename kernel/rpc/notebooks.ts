import { z } from 'zod';
import { errorReportShape } from './frames.ts';
import { receiptShape } from './receipts.ts';
import { columnShape } from './results.ts';
import type { Topic } from './topic.ts';

/** One output of a cell. */
export const outputShape = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('result'),
    resultId: z.string(),
    columns: z.array(columnShape),
    rows: z.number().int(),
    state: z.enum(['running', 'complete', 'canceled', 'failed', 'evicted']),
    receipt: receiptShape.optional(),
    /** A small result (or the head of a large one) as base64 Arrow IPC: shows when no kernel runs. */
    head: z.string().optional(),
  }),
  z.object({ kind: z.literal('error'), error: errorReportShape, receipt: receiptShape.optional() }),
  /** A statement without rows wrote a table; one with rows says so in its result's receipt. */
  z.object({ kind: z.literal('written'), receipt: receiptShape }),
  z.object({ kind: z.literal('notice'), text: z.string() }),
  z.object({ kind: z.literal('stream'), name: z.enum(['stdout', 'stderr']), text: z.string() }),
  /** A MIME bundle of a foreign notebook (nbformat display_data, execute_result, error): text per MIME type. */
  z.object({ kind: z.literal('display'), data: z.record(z.string(), z.string()) }),
]);
export type Output = z.output<typeof outputShape>;

/** The run of a cell. `stale` stands beside it: a finished run may be out of date. */
export const cellRunShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  /** `position` from 1. */
  z.object({ kind: z.literal('queued'), position: z.number().int() }),
  z.object({ kind: z.literal('running'), startedAtMs: z.number(), fraction: z.number().optional() }),
  z.object({ kind: z.literal('finished'), status: z.enum(['ok', 'error', 'canceled']), finishedAtMs: z.number(), durationMs: z.number(), executionCount: z.number().int() }),
]);
export type CellRun = z.output<typeof cellRunShape>;

/** Why a finished output is out of date. */
export const stalenessShape = z.object({
  tables: z.array(z.object({ name: z.string(), path: z.string(), read: z.number().int(), latest: z.number().int().nullable() })),
});
export type Staleness = z.output<typeof stalenessShape>;

export const cellStateShape = z.object({
  cellId: z.string(),
  run: cellRunShape,
  outputs: z.array(outputShape),
  /** SHA-256 of the source that made the outputs; another source now means "edited since run". */
  sourceHash: z.string().optional(),
  staleness: stalenessShape.optional(),
});
export type CellState = z.output<typeof cellStateShape>;

export const saveStateShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('saved') }),
  z.object({ kind: z.literal('dirty') }),
  /** The folder takes no writes; edits live in the journal, and "save as" brings them out. */
  z.object({ kind: z.literal('readOnly') }),
  /** The file changed on disk while there were edits here; nothing was overwritten. */
  z.object({ kind: z.literal('conflict') }),
  z.object({ kind: z.literal('failed'), error: errorReportShape }),
]);
export type SaveState = z.output<typeof saveStateShape>;

/**
 * Documents that the host owns. A document is a Yjs document (`kernel/notebook/notebookDocument.ts`); every update is
 * journalled before it is acknowledged. `path` is relative to the workspace.
 */
export const notebooksTopic = {
  requests: {
    /** The bytes are the document's Yjs state. Opening twice gives the same document. */
    'notebooks.open': {
      params: z.object({ path: z.string() }),
      result: z.object({ notebookId: z.string(), path: z.string(), cells: z.array(cellStateShape), save: saveStateShape }),
      binary: true,
    },
    'notebooks.create': { params: z.object({ path: z.string() }), result: z.object({ path: z.string() }) },
    /** A Yjs update in base64. Answers once it is in the journal. */
    'notebooks.update': { params: z.object({ notebookId: z.string(), update: z.string() }), result: z.null() },
    'notebooks.save': { params: z.object({ notebookId: z.string() }), result: saveStateShape },
    /** Settles a conflict: keep ours (overwrite the file), or take the file's text. */
    'notebooks.resolve': { params: z.object({ notebookId: z.string(), keep: z.enum(['ours', 'theirs']) }), result: z.null() },
    'notebooks.close': { params: z.object({ notebookId: z.string() }), result: z.null() },
    /** Queues cells in document order. */
    'notebooks.run': { params: z.object({ notebookId: z.string(), cellIds: z.array(z.string()) }), result: z.null() },
    /** Empties the queue and interrupts what runs. */
    'notebooks.interrupt': { params: z.object({ notebookId: z.string() }), result: z.null() },
    'notebooks.clearOutputs': { params: z.object({ notebookId: z.string(), cellIds: z.array(z.string()) }), result: z.null() },
  },
  events: {
    /** Another client's update, base64; never echoed to the one that sent it. */
    'notebooks.updated': z.object({ notebookId: z.string(), update: z.string() }),
    'notebooks.cell': z.object({ notebookId: z.string(), state: cellStateShape }),
    'notebooks.saveState': z.object({ notebookId: z.string(), save: saveStateShape }),
  },
} as const satisfies Topic;
