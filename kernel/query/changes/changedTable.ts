import { LakebookError } from '../../base/errors.ts';
import { identityOf } from '../../delta/write/identity.ts';
import type { OpenTransaction } from '../../delta/write/openTransaction.ts';
import type { ChangeColumns, TargetColumn } from '../../sql/changes/changeQuery.ts';
import { parseStatement } from '../../sql/parse.ts';
import { tableReferenceOf } from '../../sql/references.ts';
import { spanOf } from '../../sql/span.ts';
import type { Expression } from '../../sql/tree/expressions.ts';
import type { Relation, TableRelation } from '../../sql/tree/queries.ts';
import { ROW_FILE, ROW_POSITION } from '../../delta/rowAddress.ts';
import type { StructField, StructType } from '../../delta/schema.ts';
import { ROW_CHANGE } from '../../delta/write/rowChanges.ts';
import { toSparkType } from '../deltaColumns.ts';
import { pointAt } from '../errorPlace.ts';
import type { LocatedTable } from '../pinnedTables.ts';
import type { StatementContext } from '../selectStatement.ts';
import { tableExpressions } from '../tableExpressions.ts';
import { tableNotFound } from '../tableStatements.ts';

/** How the rows that a statement changes are told from the others. */
export const CHANGE_COLUMNS: ChangeColumns = { file: ROW_FILE, position: ROW_POSITION, change: ROW_CHANGE };

/** A table that a statement changes, with its transaction. */
export interface ChangedTable {
  readonly located: LocatedTable;
  readonly open: OpenTransaction;
  readonly schema: StructType;
  readonly columns: readonly TargetColumn[];
}

/**
 * Starts a transaction on the table that a statement names. What else the statement reads of this table is read at the
 * transaction's version. The transaction ends with the statement's other holds.
 * @throws LakebookError TABLE_OR_VIEW_NOT_FOUND, DELTA_TABLE_NOT_WRITABLE; errors point at the name
 */
export async function openChangedTable(relation: TableRelation, context: StatementContext): Promise<ChangedTable> {
  const { text, settings, pinned, dependencies, signal } = context;
  const refuse = (reason: string): LakebookError => new LakebookError('DELTA_TABLE_NOT_WRITABLE', { name: text.slice(relation.start, relation.end), reason }, { span: spanOf(text, relation) });
  if (isView(relation)) throw refuse('it is a view of the session');
  if (relation.timeTravel !== undefined) throw refuse('a former version of a table never changes');
  const reference = tableReferenceOf(relation, settings);
  if (reference === undefined) throw refuse('its name is known only when the statement runs');
  if (reference.kind !== 'table') throw refuse('its files are no Delta table');
  try {
    const located = await pinned.locate(reference.source);
    if (located === undefined) throw await tableNotFound(text, reference, dependencies.catalog);
    const open = await beginOn(located, context);
    if (open.base === undefined) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table: located.path });
    pinned.change({ table: located, snapshot: () => open.snapshot(signal), referenceId: reference.id });
    const { schema } = open.base;
    return { located, open, schema, columns: schema.fields.map(targetColumn) };
  } catch (error) {
    throw pointAt(error, spanOf(text, reference));
  }
}

/** Views of the session are put in the place of their names before. */
function isView(relation: Relation): boolean {
  return relation.kind === 'view';
}

/** A transaction on a table that may not be there yet; it ends when the statement lets go of its tables. */
export async function beginOn({ path }: LocatedTable, { pinned, dependencies, session, settings, signal }: Pick<StatementContext, 'pinned' | 'dependencies' | 'session' | 'settings' | 'signal'>): Promise<OpenTransaction> {
  const open = await pinned.lease(path).table.begin(tableExpressions(settings, dependencies.prelude), signal);
  pinned.hold(open);
  open.transaction.setUserMetadata(session.get('spark.databricks.delta.commitInfo.userMetadata'));
  return open;
}

export function targetColumn(field: StructField): TargetColumn {
  const text = field.metadata['CURRENT_DEFAULT'];
  const identity = identityOf(field);
  return {
    name: field.name,
    type: toSparkType(field.type),
    defaultValue: typeof text === 'string' ? expressionIn(text) : undefined,
    ...(identity === undefined ? {} : { identity: identity.allowsExplicitValues ? 'byDefault' : 'always' }),
  };
}

/** The tree of an expression that a table keeps. Its offsets are of its own text. */
function expressionIn(text: string): Expression | undefined {
  const statement = parseStatement(`SELECT ${text}`);
  return statement.kind === 'query' && statement.body.kind === 'select' ? statement.body.items[0]?.value : undefined;
}
