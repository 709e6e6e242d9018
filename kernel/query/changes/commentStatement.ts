import { setProperties, unsetProperties } from '../../delta/commands/alterProperties.ts';
import { changeColumns } from '../../delta/commands/changeColumns.ts';
import { spanOf } from '../../sql/span.ts';
import type { ObjectName } from '../../sql/tree/definitions.ts';
import type { NamePart } from '../../sql/tree/expressions.ts';
import type { TableRelation } from '../../sql/tree/queries.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { pointAt } from '../errorPlace.ts';
import type { StatementContext } from '../selectStatement.ts';
import { openChangedTable } from './changedTable.ts';
import type { ChangePlan } from './prepareChange.ts';

/** COMMENT ON TABLE, and COMMENT ON COLUMN of a table. */
export async function planComment({ object, name, comment }: StatementOf<'comment'>, context: StatementContext): Promise<ChangePlan> {
  const isColumn = object === 'COLUMN';
  const { located, open } = await openChangedTable(relationOf(isColumn ? name.parts.slice(0, -1) : name.parts, name), context);
  const snapshot = await open.snapshot(context.signal);
  const nothing = { located, reads: [], files: [], notices: [] };
  if (isColumn) {
    const column = name.parts.at(-1)!;
    const alteration = { path: [column.text], changes: [{ kind: 'comment', comment: comment ?? '' } as const] };
    return {
      ...nothing,
      operation: 'CHANGE COLUMN',
      run: (signal) => changeColumns(open, snapshot, [alteration], signal).catch((error: unknown) => {
        throw pointAt(error, spanOf(context.text, column));
      }),
    };
  }
  if (comment === undefined) return { ...nothing, operation: 'UNSET TBLPROPERTIES', run: (signal) => unsetProperties(open, snapshot, { keys: ['comment'], ifExists: true }, signal) };
  return { ...nothing, operation: 'SET TBLPROPERTIES', run: (signal) => setProperties(open, snapshot, { comment }, signal) };
}

function relationOf(parts: readonly NamePart[], { start, end, identifier }: ObjectName): TableRelation {
  return { kind: 'table', name: parts, identifier, timeTravel: undefined, stream: false, alias: undefined, sample: undefined, start: parts[0]?.start ?? start, end: parts.at(-1)?.end ?? end };
}
