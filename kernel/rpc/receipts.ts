import { z } from 'zod';
import { errorReportShape } from './frames.ts';

/** A table version that a run read. */
export const tableReadShape = z.object({
  /** As the statement's catalog names it, or `delta.`/path``. */
  name: z.string(),
  path: z.string(),
  version: z.number().int(),
  /** True where the statement itself fixed the version, so that a newer one makes nothing stale. */
  pinned: z.boolean(),
  filesTotal: z.number().int(),
  filesRead: z.number().int(),
  bytesTotal: z.number().int(),
  bytesRead: z.number().int(),
});
export type TableRead = z.output<typeof tableReadShape>;

/** A table version that a run wrote. */
const tableWriteShape = z.object({
  name: z.string(),
  path: z.string(),
  version: z.number().int(),
  /** As the table's history names it: `WRITE`, `DELETE`, `MERGE` … */
  operation: z.string(),
  /** As the commit's operationMetrics. */
  metrics: z.record(z.string(), z.string()),
});
export type TableWrite = z.output<typeof tableWriteShape>;

/** What a run leaves behind: append-only, the base of staleness, lineage, history and review. */
export const receiptShape = z.object({
  receiptId: z.string(),
  /** SHA-256 (hex) of the statement's text. */
  sourceHash: z.string(),
  source: z.string(),
  dialect: z.enum(['spark', 'duckdb']),
  engine: z.string(),
  startedAtMs: z.number(),
  durationMs: z.number(),
  status: z.enum(['ok', 'error', 'canceled']),
  rows: z.number().int(),
  resultId: z.string().optional(),
  tables: z.array(tableReadShape),
  /** Table versions that it wrote, in their order. */
  written: z.array(tableWriteShape).optional(),
  /** Files read in place (CSV, JSON, Parquet). */
  files: z.array(z.string()),
  /** Values of the parameters and widgets that the statement names. */
  parameters: z.record(z.string(), z.string()).optional(),
  error: errorReportShape.optional(),
  notebook: z.string().optional(),
  cellId: z.string().optional(),
});
export type Receipt = z.output<typeof receiptShape>;
