import { z } from 'zod';

/** One operator of a plan that ran, by what it does. `seconds` is of all threads together. */
export const operatorShape = z.object({
  /** 0 for the operator that gave the result; the ones behind it, until the next of the same depth, fed it. */
  depth: z.number().int(),
  name: z.string(),
  /** What it works on: a table, a condition, the groups. */
  detail: z.string(),
  rows: z.number(),
  /** What the optimiser expected; absent where it says nothing. */
  estimatedRows: z.number().optional(),
  seconds: z.number(),
});
export type ProfiledOperator = z.output<typeof operatorShape>;

export const scanProfileShape = z.object({
  name: z.string(),
  version: z.number().int(),
  filesTotal: z.number().int(),
  filesRead: z.number().int(),
  bytesTotal: z.number().int(),
  bytesRead: z.number().int(),
  /** How many files each means left out. */
  prunedBy: z.object({ partitions: z.number().int(), statistics: z.number().int(), limit: z.number().int() }),
  /** By condition: how many files it alone leaves out, and what judged it. */
  predicates: z.array(
    z.object({
      text: z.string(),
      judgedBy: z.enum(['partitions', 'statistics', 'noStatistics', 'notComparable']),
      filesLeftOut: z.number().int(),
      bytesLeftOut: z.number().int(),
      /** Files without statistics of its columns. */
      filesUnknown: z.number().int(),
    }),
  ),
});
export type ScanProfile = z.output<typeof scanProfileShape>;

/** What a statement spent where, measured while it ran. */
export const queryProfileShape = z.object({
  /** From the first fetch to the last row, with the waits of whoever took the rows. */
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakMemoryBytes: z.number(),
  peakSpillBytes: z.number(),
  /** Operators from the result down, depth first. */
  operators: z.array(operatorShape),
  scans: z.array(scanProfileShape),
  suggestions: z.array(z.string()),
});
export type QueryProfile = z.output<typeof queryProfileShape>;

/** What the footers of the files that a scan read say of its conditions. Asked when somebody looks: it is no part of the run. */
export const rowGroupsShape = z.object({
  /** Files that were read, and of these the ones whose footers were looked at. */
  files: z.number().int(),
  filesSeen: z.number().int(),
  /** Row groups of the files that were looked at, and those that the conditions together rule out. */
  rowGroups: z.number().int(),
  bytes: z.number().int(),
  rowGroupsLeftOut: z.number().int(),
  bytesLeftOut: z.number().int(),
  /** By condition that statistics can judge: the row groups that it alone rules out, and those without statistics of its columns. */
  predicates: z.array(z.object({ text: z.string(), rowGroupsLeftOut: z.number().int(), rowGroupsUnknown: z.number().int() })),
});
export type RowGroupsProfile = z.output<typeof rowGroupsShape>;
