import { z } from 'zod';
import { resultInfoShape } from './results.ts';

/** What lies between two versions of a table, row by row, as a result that can be paged, sorted, filtered and exported. */
export const differenceShape = z.object({
  /**
   * A row for each row that came, went or changed. Its first column is the {@link ChangeKind}; where rows were updated, the
   * second names the columns that changed. Updates come first.
   */
  result: resultInfoShape,
  counts: z.object({ inserted: z.number().int(), deleted: z.number().int(), updated: z.number().int() }),
  /** How the table's columns differ, whatever became of rows. */
  columnChanges: z.object({ added: z.array(z.string()), dropped: z.array(z.string()), renamed: z.array(z.object({ from: z.string(), to: z.string() })) }),
  /** The table's columns by their places in the result. Those with another value in some updated row have one for the former value too. */
  columns: z.array(z.object({ name: z.string(), before: z.number().int().optional(), after: z.number().int() })),
  /** What told the rows: the table's change data feed, or the files of both versions. */
  source: z.enum(['feed', 'files']),
  /** How it was found which row became which. `none`: there was nothing to match, or nothing to match it by. */
  matching: z.discriminatedUnion('kind', [z.object({ kind: z.literal('rowIds') }), z.object({ kind: z.literal('columns'), names: z.array(z.string()) }), z.object({ kind: z.literal('none') })]),
});
export type Difference = z.output<typeof differenceShape>;
