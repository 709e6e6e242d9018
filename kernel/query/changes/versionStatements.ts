import { LakebookError } from '../../base/errors.ts';
import { restoreTable } from '../../delta/commands/restore.ts';
import { truncateTable } from '../../delta/commands/truncate.ts';
import { tableReferenceOf } from '../../sql/references.ts';
import { spanOf } from '../../sql/span.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { pointAt } from '../errorPlace.ts';
import type { StatementContext } from '../selectStatement.ts';
import { openChangedTable } from './changedTable.ts';
import type { ChangePlan } from './prepareChange.ts';

/** RESTORE TABLE … TO VERSION AS OF, TO TIMESTAMP AS OF. */
export async function planRestore({ target, to, ...at }: StatementOf<'restore'>, context: StatementContext): Promise<ChangePlan> {
  const { located, open } = await openChangedTable(target, context);
  const { text, pinned, settings } = context;
  const reference = tableReferenceOf({ ...target, timeTravel: to }, settings);
  if (reference?.kind !== 'table') throw new LakebookError('INTERNAL_ERROR', { detail: 'a table to restore is a table' });
  const { version } = reference;
  const former = await pinned.pinTable(located, version).catch((error: unknown) => {
    throw pointAt(error, spanOf(text, at));
  });
  const named = version.kind === 'version' ? { version: String(version.version), timestamp: null } : { version: null, timestamp: version.kind === 'timestamp' ? version.text : new Date(former.snapshot.timestampMs).toISOString() };
  return { located, operation: 'RESTORE', reads: [], files: [], notices: [], run: async (signal) => restoreTable(open, await open.snapshot(signal), { former: former.snapshot, named }, signal) };
}

export async function planTruncate({ target, partition }: StatementOf<'truncateTable'>, context: StatementContext): Promise<ChangePlan> {
  const { located, open } = await openChangedTable(target, context);
  const [first] = partition;
  if (first !== undefined) throw new LakebookError('DELTA_TRUNCATE_TABLE_PARTITION_NOT_SUPPORTED', {}, { span: spanOf(context.text, first.column[0]!) });
  return { located, operation: 'TRUNCATE', reads: [], files: [], notices: [], run: async (signal) => truncateTable(open, await open.snapshot(signal), signal) };
}
