import { LakebookError } from '../../base/errors.ts';
import { insertRows, type Overwrite } from '../../delta/commands/insert.ts';
import type { CommandResult } from '../../delta/commands/commandResult.ts';
import { assignedTo, deleteQuery, type TargetColumn } from '../../sql/changes/changeQuery.ts';
import { isNarrowDecimalOverflow } from '../../sql/runtimeErrors.ts';
import { spanOf } from '../../sql/span.ts';
import type { Expression } from '../../sql/tree/expressions.ts';
import type { Query, QueryBody } from '../../sql/tree/queries.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import type { AssignmentTarget, OutputColumn } from '../../sql/resolve.ts';
import { identityOf } from '../../delta/write/identity.ts';
import { generationOf } from '../../delta/write/constraints.ts';
import { mergeReads } from '../preparedStatement.ts';
import { buildSelect, type BuiltSelect, type StatementContext } from '../selectStatement.ts';
import { CHANGE_COLUMNS, openChangedTable, type ChangedTable } from './changedTable.ts';
import { prepareChanges, type PreparedChanges } from './changeRelation.ts';
import type { ChangePlan } from './prepareChange.ts';

/** INSERT INTO, INSERT OVERWRITE, REPLACE WHERE. */
export async function planInsert(statement: StatementOf<'insert'>, context: StatementContext): Promise<ChangePlan> {
  const changed = await openChangedTable(statement.target, context);
  const { located, open } = changed;
  const wanted = targetsOf(statement, changed, context.text);
  const query = withDefaults(statement.query, wanted);
  let given: readonly AssignmentTarget[] = [];
  const built = await buildSelect(query, context, (columns) => (given = assignColumns(columns, { statement, wanted, changed, text: context.text })));
  if (context.pinned.readsChanged) open.transaction.readWholeTable();
  const replaced = await replacedRows(statement, changed, context);
  const txn = transactionOf(context);
  return {
    located,
    operation: 'WRITE',
    reads: mergeReads(built.scans),
    files: built.files,
    notices: built.resolved.notices,
    run: (signal) => runInsert(built, async (select) => {
      const rows = { select, columns: given.map(({ name }) => name) };
      const insert = (overwrite: Overwrite): Promise<CommandResult> => insertRows(open, { rows, overwrite, txn }, signal);
      if (replaced.kind !== 'where') return insert({ kind: replaced.kind });
      return replaced.changes.materialise((changes) => insert({ kind: 'where', condition: replaced.condition, predicate: replaced.changes.predicate, changes }), signal);
    }),
  };
}

/** The application's transaction that a session names, so that a statement that is run again writes nothing twice. */
function transactionOf({ session }: StatementContext): { readonly appId: string; readonly version: bigint } | undefined {
  const [appId, version] = [session.get('spark.databricks.delta.write.txnAppId'), session.get('spark.databricks.delta.write.txnVersion')];
  if (appId === undefined || version === undefined) return undefined;
  if (!/^\d{1,18}$/.test(version)) throw new LakebookError('INVALID_CONF_VALUE', { confName: 'spark.databricks.delta.write.txnVersion', confValue: version, expected: 'a whole number' });
  return { appId, version: BigInt(version) };
}

/** The rows come as the statement is written; once more in wide decimals where narrow ones do not hold. */
export async function runInsert(built: BuiltSelect, insert: (select: string) => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await insert(built.sql);
  } catch (error) {
    if (!isNarrowDecimalOverflow(error)) throw error;
    return insert(await built.emitWide());
  }
}

/** The columns that are given, in the order in which the query gives them. */
function targetsOf({ columns: named, partition, byName }: StatementOf<'insert'>, { columns, located, schema }: ChangedTable, text: string): readonly TargetColumn[] {
  if (byName || partition.some(({ value }) => value !== undefined)) refusePartition(partition, text);
  if (named.length === 0) return columns.filter((column) => !isComputed(column.name, schema));
  return named.map((parts) => {
    const wanted = parts.at(-1)!;
    const column = columns.find(({ name }) => name.toLowerCase() === wanted.text.toLowerCase());
    const suggestions = columns.map(({ name }) => `\`${name}\``);
    if (column === undefined || parts.length > 1) throw new LakebookError('DELTA_INSERT_COLUMN_MISMATCH', { table: located.displayName, column: parts.map((part) => part.text).join('.'), columns: suggestions.join(', ') }, { span: spanOf(text, wanted), suggestions });
    return column;
  });
}

function refusePartition(partition: StatementOf<'insert'>['partition'], text: string): void {
  const first = partition.find(({ value }) => value !== undefined);
  if (first === undefined) return;
  const at = { start: first.column[0]!.start, end: first.column.at(-1)!.end };
  throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'INSERT … PARTITION (column = value)', reason: 'give the value as a column of the query, or use REPLACE WHERE' }, { span: spanOf(text, at) });
}

/** A column that the table fills itself may be left out of a list of all columns: then it is not among those given. */
function isComputed(name: string, { fields }: ChangedTable['schema']): boolean {
  const field = fields.find((each) => each.name === name);
  return field !== undefined && (identityOf(field)?.allowsExplicitValues === false || generationOf(field) !== undefined);
}

interface Assignment {
  readonly statement: StatementOf<'insert'>;
  readonly wanted: readonly TargetColumn[];
  readonly changed: ChangedTable;
  readonly text: string;
}

/** By position, or by name. Columns that a statement without a list leaves out at its end are an error, as in Spark. */
function assignColumns(columns: readonly OutputColumn[], { statement, wanted, changed, text }: Assignment): readonly AssignmentTarget[] {
  const { located } = changed;
  const names = (targets: readonly TargetColumn[]): string => targets.map(({ name }) => `\`${name}\``).join(', ');
  if (statement.byName) {
    return columns.map(({ name }) => {
      const column = changed.columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (column === undefined) throw new LakebookError('DELTA_INSERT_COLUMN_MISMATCH', { table: located.displayName, column: name, columns: names(changed.columns) }, { span: spanOf(text, statement.query) });
      return column;
    });
  }
  if (columns.length === wanted.length) return wanted;
  if (statement.columns.length === 0 && columns.length === changed.columns.length) return changed.columns;
  const expected = statement.columns.length === 0 ? changed.columns : wanted;
  throw new LakebookError('DELTA_INSERT_COLUMN_ARITY_MISMATCH', { table: located.displayName, expected: expected.length, columns: names(expected), actual: columns.length }, { span: spanOf(text, statement.query) });
}

/** `VALUES (1, DEFAULT)`: what stands for a column is that column's default. */
function withDefaults(query: Query, wanted: readonly TargetColumn[]): Query {
  const body = defaultsIn(query.body, wanted);
  return body === query.body ? query : { ...query, body };
}

function defaultsIn(body: QueryBody, wanted: readonly TargetColumn[]): QueryBody {
  switch (body.kind) {
    case 'values':
      return { ...body, rows: body.rows.map((row) => rowWithDefaults(row, wanted)) };
    case 'select':
      return body.items.some(({ value }) => value.kind === 'default') ? { ...body, items: body.items.map((each, index) => ({ ...each, value: valueOf(each.value, wanted[index]) })) } : body;
    case 'table':
      return body.relation.kind === 'inlineValues' ? { ...body, relation: { ...body.relation, rows: body.relation.rows.map((row) => rowWithDefaults(row, wanted)) } } : body;
    default:
      return body;
  }
}

function rowWithDefaults(row: Expression, wanted: readonly TargetColumn[]): Expression {
  if (row.kind === 'row') return { ...row, items: row.items.map((each, index) => ({ ...each, value: valueOf(each.value, wanted[index]) })) };
  return valueOf(row, wanted[0]);
}

function valueOf(value: Expression, column: TargetColumn | undefined): Expression {
  return value.kind === 'default' && column !== undefined ? assignedTo(column, value) : value;
}

type ReplacedRows = { readonly kind: 'none' | 'all' | 'partitions' } | { readonly kind: 'where'; readonly condition: string; readonly changes: PreparedChanges };

async function replacedRows(statement: StatementOf<'insert'>, changed: ChangedTable, context: StatementContext): Promise<ReplacedRows> {
  const { replace, overwrite, target, start, end } = statement;
  if (replace?.kind === 'using') throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'REPLACE USING', reason: 'it is not run here yet; use MERGE or REPLACE WHERE' }, { span: spanOf(context.text, replace.columns[0] ?? target) });
  if (replace?.kind === 'where') {
    const { query } = deleteQuery({ kind: 'delete', target, where: replace.condition, start, end }, { text: context.text, relation: target, columns: changed.columns, names: CHANGE_COLUMNS });
    return { kind: 'where', condition: context.text.slice(replace.condition.start, replace.condition.end), changes: await prepareChanges(query, changed, target.start, context) };
  }
  if (!overwrite) return { kind: 'none' };
  const dynamic = context.session.overwritesPartitionsOnly && (changed.open.base?.metadata.partitionColumns.length ?? 0) > 0;
  return { kind: dynamic ? 'partitions' : 'all' };
}
