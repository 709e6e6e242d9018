import { LakebookError } from '../../base/errors.ts';
import { evolveSchema } from '../../delta/commands/evolveSchema.ts';
import { insertRows, type Overwrite } from '../../delta/commands/insert.ts';
import type { CommandResult } from '../../delta/commands/commandResult.ts';
import { assignedTo, deleteQuery, spanning, type TargetColumn } from '../../sql/changes/changeQuery.ts';
import { isNarrowDecimalOverflow } from '../../sql/runtimeErrors.ts';
import { spanOf } from '../../sql/span.ts';
import type { Expression, NamePart } from '../../sql/tree/expressions.ts';
import type { Query, QueryBody } from '../../sql/tree/queries.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import type { Assign, AssignmentTarget, OutputColumn } from '../../sql/resolve.ts';
import { identityOf } from '../../delta/write/identity.ts';
import { findField } from '../../delta/schema.ts';
import { generationOf } from '../../delta/write/constraints.ts';
import { toSparkType } from '../deltaColumns.ts';
import { mergeReads } from '../preparedStatement.ts';
import { buildSelect, type BuiltSelect, type StatementContext } from '../selectStatement.ts';
import { CHANGE_COLUMNS, openChangedTable, type ChangedTable } from './changedTable.ts';
import { prepareChanges, type PreparedChanges } from './changeRelation.ts';
import { deltaTypeOf } from './columnDefinitions.ts';
import { partitionCondition, staticPartitions, withPartitions, type StaticPartition } from './insertPartitions.ts';
import type { ChangePlan } from './prepareChange.ts';

/** INSERT INTO, INSERT OVERWRITE, REPLACE WHERE, REPLACE USING. */
export async function planInsert(statement: StatementOf<'insert'>, context: StatementContext): Promise<ChangePlan> {
  const changed = await openChangedTable(statement.target, context);
  const { located, open } = changed;
  const statics = staticPartitions(statement, changed, context.text);
  const wanted = targetsOf(statement, statics, changed, context.text);
  const query = withPartitions(withDefaults(statement.query, wanted), statics);
  let given: readonly AssignmentTarget[] = [];
  const assign: Assign = (columns) => (given = assignColumns(columns, { statement, statics, wanted, changed, text: context.text, evolves: statement.schemaEvolution || context.session.evolvesSchemas }));
  const built = await buildSelect(query, context, { assign });
  if (context.pinned.readsChanged) open.transaction.readWholeTable();
  const replaced = await replacedRows(statement, { statics, given }, changed, context);
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
      if (replaced.kind !== 'where') return insert(replaced);
      const { condition, isChecked, changes: found } = replaced;
      return found.materialise((changes) => insert({ kind: 'where', condition, isChecked, read: found.read, changes }), signal);
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

/** The columns that are given, in the order in which the query gives them; those of a PARTITION clause at the end. */
function targetsOf({ columns: named }: StatementOf<'insert'>, statics: readonly StaticPartition[], changed: ChangedTable, text: string): readonly TargetColumn[] {
  const fixed = statics.map(({ column }) => column);
  if (named.length === 0) return [...changed.columns.filter((column) => !fixed.includes(column) && !isComputed(column.name, changed.schema)), ...fixed];
  const wanted = [...named.map((parts) => targetNamed(parts, changed, text)), ...fixed];
  const doubled = wanted.find((column, index) => wanted.indexOf(column) !== index);
  if (doubled !== undefined) throw new LakebookError('COLUMN_ALREADY_EXISTS', { column: `\`${doubled.name}\`` }, { span: spanOf(text, spanning(named.flat())) });
  return wanted;
}

function targetNamed(parts: readonly NamePart[], { columns, located }: ChangedTable, text: string): TargetColumn {
  const wanted = parts.at(-1)!;
  const column = columns.find(({ name }) => name.toLowerCase() === wanted.text.toLowerCase());
  const suggestions = columns.map(({ name }) => `\`${name}\``);
  if (column === undefined || parts.length > 1) throw new LakebookError('DELTA_INSERT_COLUMN_MISMATCH', { table: located.displayName, column: parts.map((part) => part.text).join('.'), columns: suggestions.join(', ') }, { span: spanOf(text, wanted), suggestions });
  return column;
}

/** A column that the table fills itself may be left out of a list of all columns: then it is not among those given. */
function isComputed(name: string, { fields }: ChangedTable['schema']): boolean {
  const field = fields.find((each) => each.name === name);
  return field !== undefined && (identityOf(field)?.allowsExplicitValues === false || generationOf(field) !== undefined);
}

interface Assignment {
  readonly statement: StatementOf<'insert'>;
  readonly statics: readonly StaticPartition[];
  readonly wanted: readonly TargetColumn[];
  readonly changed: ChangedTable;
  readonly text: string;
  /** Whether the table takes columns that it does not have yet. */
  readonly evolves: boolean;
}

/** By position, or by name. Columns that a statement without a list leaves out at its end are an error, as in Spark. */
function assignColumns(columns: readonly OutputColumn[], assignment: Assignment): readonly AssignmentTarget[] {
  const names = assignedNames(columns, assignment);
  const { changed, evolves, statement, text } = assignment;
  const doubled = names.find((name, index) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) !== index);
  if (doubled !== undefined) throw new LakebookError('COLUMN_ALREADY_EXISTS', { column: `\`${doubled}\`` }, { span: spanOf(text, statement.query) });
  const place = { table: changed.located.displayName, at: statement.query, text };
  const schema = evolves ? evolveSchema(changed.open, columns.map(({ type }, index) => ({ name: names[index]!, type: deltaTypeOf(type, { ...place, name: names[index]! }) }))) : changed.schema;
  return names.map((name) => {
    const field = findField(schema, name)!;
    return { name: field.name, type: toSparkType(field.type) };
  });
}

function assignedNames(columns: readonly OutputColumn[], { statement, statics, wanted, changed, text, evolves }: Assignment): readonly string[] {
  const { located } = changed;
  const shown = (targets: readonly TargetColumn[]): string => targets.map(({ name }) => `\`${name}\``).join(', ');
  if (statement.byName) {
    const unknown = columns.find(({ name }) => findField(changed.schema, name) === undefined);
    if (unknown !== undefined && !evolves) throw new LakebookError('DELTA_INSERT_COLUMN_MISMATCH', { table: located.displayName, column: unknown.name, columns: shown(changed.columns) }, { span: spanOf(text, statement.query) });
    return columns.map(({ name }) => name);
  }
  const fixed = statics.map(({ column }) => column);
  const all = statement.columns.length === 0 ? [...changed.columns.filter((column) => !fixed.includes(column)), ...fixed] : wanted;
  const targets = columns.length === wanted.length ? wanted : all;
  const adds = evolves && statement.columns.length === 0 && statics.length === 0 && columns.length > all.length;
  if (columns.length === targets.length || adds) return columns.map(({ name }, index) => targets[index]?.name ?? name);
  throw new LakebookError('DELTA_INSERT_COLUMN_ARITY_MISMATCH', { table: located.displayName, expected: all.length - fixed.length, columns: shown(all.filter((column) => !fixed.includes(column))), actual: columns.length - fixed.length }, { span: spanOf(text, statement.query) });
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

type ReplacedRows = Exclude<Overwrite, { readonly kind: 'where' }> | { readonly kind: 'where'; readonly condition: string; readonly isChecked: boolean; readonly changes: PreparedChanges };

interface InsertedColumns {
  readonly statics: readonly StaticPartition[];
  readonly given: readonly AssignmentTarget[];
}

async function replacedRows(statement: StatementOf<'insert'>, { statics, given }: InsertedColumns, changed: ChangedTable, context: StatementContext): Promise<ReplacedRows> {
  const { replace, overwrite, target, start, end } = statement;
  const { text } = context;
  const deleted = (where: Expression): Promise<PreparedChanges> => {
    const { query } = deleteQuery({ kind: 'delete', target, where, start, end }, { text, relation: target, columns: changed.columns, names: CHANGE_COLUMNS });
    return prepareChanges({ query, asked: query, minds: 'changedRows' }, changed, target.start, context);
  };
  if (replace?.kind === 'where') return { kind: 'where', condition: text.slice(replace.condition.start, replace.condition.end), isChecked: true, changes: await deleted(replace.condition) };
  if (replace?.kind === 'using') {
    const columns = replace.columns.map((part) => targetNamed([part], changed, text).name);
    const missing = columns.findIndex((name) => given.every((target) => target.name !== name));
    if (missing >= 0) throw new LakebookError('DELTA_INSERT_COLUMN_MISMATCH', { table: changed.located.displayName, column: columns[missing]!, columns: given.map(({ name }) => `\`${name}\``).join(', ') }, { span: spanOf(text, replace.columns[missing]!) });
    return { kind: 'using', columns };
  }
  if (!overwrite) return { kind: 'none' };
  const dynamic = context.session.overwritesPartitionsOnly && (changed.open.base?.metadata.partitionColumns.length ?? 0) > 0;
  const where = dynamic ? undefined : partitionCondition(statics, target);
  if (where === undefined) return { kind: dynamic ? 'partitions' : 'all' };
  return { kind: 'where', condition: statics.map(({ column, value }) => `${column.name} = ${text.slice(value.start, value.end)}`).join(' AND '), isChecked: false, changes: await deleted(where) };
}
