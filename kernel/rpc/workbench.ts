import { z } from 'zod';
import { receiptShape } from './receipts.ts';
import type { Topic } from './topic.ts';

export const kernelStateShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('starting') }),
  z.object({ kind: z.literal('idle'), pid: z.number().int(), memoryBytes: z.number(), memoryLimitBytes: z.number() }),
  z.object({ kind: z.literal('busy'), pid: z.number().int(), memoryBytes: z.number(), memoryLimitBytes: z.number() }),
  /** `reason` says exit code, signal or memory; `cellId` what it was running. */
  z.object({ kind: z.literal('dead'), reason: z.string(), cellId: z.string().optional() }),
]);
export type KernelState = z.output<typeof kernelStateShape>;

export const logEntryShape = z.object({
  atMs: z.number(),
  level: z.enum(['debug', 'info', 'warning', 'error']),
  source: z.string(),
  text: z.string(),
});
export type LogEntry = z.output<typeof logEntryShape>;

export const workbenchTopic = {
  requests: {
    'workbench.hello': {
      params: z.object({ rpcVersion: z.number().int() }),
      result: z.object({
        rpcVersion: z.number().int(),
        version: z.string(),
        workspace: z.object({ name: z.string(), path: z.string(), readOnly: z.boolean() }),
        platform: z.enum(['linux', 'darwin', 'win32', 'other']),
        kernel: kernelStateShape,
      }),
    },
    /** The window's own state (layout, open tabs, sizes, settings) as JSON text per key, kept in the state folder. */
    'workbench.loadState': { params: z.object({ key: z.string() }), result: z.object({ value: z.string().nullable() }) },
    'workbench.saveState': { params: z.object({ key: z.string(), value: z.string() }), result: z.null() },
    'workbench.recentFolders': { params: z.object({}), result: z.object({ folders: z.array(z.object({ path: z.string(), openedAtMs: z.number() })) }) },
    /** Folders below an absolute path, for the folder picker in the browser. '' is the home folder. */
    'workbench.browseFolders': {
      params: z.object({ path: z.string() }),
      result: z.object({ path: z.string(), parent: z.string().nullable(), folders: z.array(z.string()) }),
    },
    /** Starts (or finds) the host of another workspace; the window then goes to `url`. */
    'workbench.openFolder': { params: z.object({ path: z.string() }), result: z.object({ url: z.string() }) },
    'workbench.log': { params: z.object({ limit: z.number().int().max(10_000) }), result: z.object({ entries: z.array(logEntryShape) }) },
    /** Newest first. */
    'workbench.queryHistory': {
      params: z.object({ limit: z.number().int().max(1_000), before: z.number().optional(), text: z.string().optional() }),
      result: z.object({ receipts: z.array(receiptShape) }),
    },
    'workbench.restartKernel': { params: z.object({}), result: z.null() },
    /** A one-time address that downloads the export of a held result (web mode; a desktop window uses results.export). */
    'workbench.download': {
      params: z.object({ resultId: z.string(), viewId: z.string().optional(), format: z.enum(['csv', 'parquet', 'jsonl', 'arrow']), fileName: z.string() }),
      result: z.object({ url: z.string() }),
    },
  },
  events: {
    'workbench.kernel': kernelStateShape,
    'workbench.logEntry': logEntryShape,
    'workbench.receipt': receiptShape,
  },
} as const satisfies Topic;
