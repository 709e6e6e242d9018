import { z } from 'zod';
import { differenceShape } from './differences.ts';
import { receiptShape } from './receipts.ts';
import { resultInfoShape } from './results.ts';
import type { Topic } from './topic.ts';

export const workspaceTableShape = z.object({
  /** Name in statements, quoted where needed: `sales.orders`. Absent where two folders clash; `clash` then says with whom. */
  name: z.string().optional(),
  /** Path from the workspace root, `/` between parts; of a table elsewhere, where its name would be. */
  relativePath: z.string(),
  path: z.string(),
  /** Its files are elsewhere: the workspace has its name alone. */
  isExternal: z.literal(true).optional(),
  clash: z.array(z.string()).optional(),
});
export type WorkspaceTable = z.output<typeof workspaceTableShape>;

/** A column of a table's schema tree, as the table page shows it. */
export interface TableField {
  readonly name: string;
  /** Spark's `simpleString`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly comment?: string | undefined;
  readonly partition: boolean;
  /** The field's metadata as JSON text per key. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly fields: readonly TableField[];
}
const tableFieldShape: z.ZodType<TableField> = z.lazy(() =>
  z.object({
    name: z.string(),
    type: z.string(),
    nullable: z.boolean(),
    comment: z.string().optional(),
    partition: z.boolean(),
    metadata: z.record(z.string(), z.string()),
    fields: z.array(tableFieldShape),
  }),
);

export const tableDetailShape = z.object({
  path: z.string(),
  version: z.number().int(),
  latestVersion: z.number().int(),
  timestampMs: z.number(),
  id: z.string(),
  name: z.string().optional(),
  description: z.string().optional(),
  createdAtMs: z.number().optional(),
  numFiles: z.number().int(),
  sizeBytes: z.number(),
  /** Absent where a file has no statistics. */
  numRecords: z.number().int().optional(),
  partitionColumns: z.array(z.string()),
  clusteringColumns: z.array(z.string()),
  fields: z.array(tableFieldShape),
  properties: z.record(z.string(), z.string()),
  protocol: z.object({ minReaderVersion: z.number().int(), minWriterVersion: z.number().int() }),
  /** Each feature of the protocol in words. `kind`: what it binds. */
  features: z.array(z.object({ name: z.string(), kind: z.enum(['reader-writer', 'writer']), supported: z.boolean(), description: z.string() })),
});
export type TableDetail = z.output<typeof tableDetailShape>;

/** One commit of the history, and what the table was after it. */
export const commitShape = z.object({
  version: z.number().int(),
  timestampMs: z.number(),
  operation: z.string().optional(),
  userName: z.string().optional(),
  engineInfo: z.string().optional(),
  operationParameters: z.record(z.string(), z.string()),
  operationMetrics: z.record(z.string(), z.string()),
  /** False where the version can no longer be read (its log or checkpoint was cleaned up). */
  readable: z.boolean(),
});
export type Commit = z.output<typeof commitShape>;

export const tableFileShape = z.object({
  path: z.string(),
  sizeBytes: z.number(),
  modifiedAtMs: z.number().optional(),
  partitionValues: z.record(z.string(), z.string().nullable()),
  numRecords: z.number().int().optional(),
  deletedRecords: z.number().int().optional(),
  deletionVectorId: z.string().optional(),
  /** The log's statistics text. */
  stats: z.string().optional(),
});
export type TableFile = z.output<typeof tableFileShape>;

const tableAt = z.object({ path: z.string(), version: z.number().int().optional() });

/** The table browser. `path` is a table's absolute path as `tables.list` gives it. */
export const tablesTopic = {
  requests: {
    /** The workspace's tables as far as the search has come. */
    'tables.list': {
      params: z.object({ refresh: z.boolean().optional() }),
      result: z.object({ tables: z.array(workspaceTableShape), complete: z.boolean(), note: z.string().optional() }),
    },
    'tables.detail': { params: tableAt, result: tableDetailShape },
    /** Newest first; `before` continues. */
    'tables.history': {
      params: z.object({ path: z.string(), before: z.number().int().optional(), limit: z.number().int().max(10_000) }),
      result: z.object({ commits: z.array(commitShape), more: z.boolean() }),
    },
    /** Live counts of one version, for the scrubber: cheap, no data file is opened. */
    'tables.counts': {
      params: z.object({ path: z.string(), version: z.number().int() }),
      result: z.object({ version: z.number().int(), timestampMs: z.number(), numFiles: z.number().int(), sizeBytes: z.number(), numRecords: z.number().int().optional() }),
    },
    'tables.files': {
      params: z.object({ path: z.string(), version: z.number().int().optional(), offset: z.number().int(), limit: z.number().int().max(1_000) }),
      result: z.object({ files: z.array(tableFileShape), total: z.number().int() }),
    },
    /** The first rows of a version as a result that can be paged. */
    'tables.preview': {
      params: z.object({ path: z.string(), version: z.number().int().optional(), limit: z.number().int().max(100_000) }),
      result: resultInfoShape,
    },
    /** What lies between two versions, the later one first or last; `from` null: before there was the table. The result is the asker's to discard. */
    'tables.difference': {
      params: z.object({ path: z.string(), from: z.number().int().nonnegative().nullable(), to: z.number().int().nonnegative() }),
      result: differenceShape,
    },
    /**
     * Makes a table what it was before a version, as a new version. Refused (`TABLE_CHANGED_MEANWHILE`) where its newest
     * version is not the one that the asker knows. `name` is for the receipt, which the host keeps like that of any statement.
     */
    'tables.undo': {
      params: z.object({ path: z.string(), name: z.string(), version: z.number().int().positive(), latest: z.number().int().positive() }),
      result: z.object({ receipt: receiptShape }),
    },
    /** Latest version per path; null where it is no table any more. */
    'tables.latest': {
      params: z.object({ paths: z.array(z.string()) }),
      result: z.object({ versions: z.record(z.string(), z.number().int().nullable()) }),
    },
  },
  events: {
    /** The search found more tables, or a table came or went. */
    'tables.changed': z.object({ complete: z.boolean(), count: z.number().int() }),
  },
} as const satisfies Topic;
