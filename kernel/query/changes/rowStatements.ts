import { changeCommand, deleteAll, type MergeCounts } from '../../delta/commands/changeCommand.ts';
import { evolveSchema } from '../../delta/commands/evolveSchema.ts';
import { toNumber } from '../../delta/engine.ts';
import { findField, formatType } from '../../delta/schema.ts';
import { deleteQuery, updateQuery, type TargetColumn } from '../../sql/changes/changeQuery.ts';
import type { OutputColumn } from '../../sql/resolve.ts';
import { askedQuery, keepsRowsMet, MERGE_CLAUSE, mergeQuery, writtenColumns } from '../../sql/changes/mergeQuery.ts';
import { selectQuery } from '../../sql/changes/treeParts.ts';
import type { Plan } from '../../sql/plan/plan.ts';
import { findExpression } from '../../sql/plan/traverse.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import type { MergeClause } from '../../sql/tree/writes.ts';
import { buildSelect, resolvePinned, type StatementContext } from '../selectStatement.ts';
import { CHANGE_COLUMNS, openChangedTable, targetColumn, type ChangedTable } from './changedTable.ts';
import { deltaTypeOf } from './columnDefinitions.ts';
import { prepareChanges } from './changeRelation.ts';
import type { ChangePlan } from './prepareChange.ts';

/** DELETE and UPDATE. */
export async function planRowChange(statement: StatementOf<'delete' | 'update'>, context: StatementContext): Promise<ChangePlan> {
  const changed = await openChangedTable(statement.target, context);
  if (statement.kind === 'delete' && statement.where === undefined) {
    return { located: changed.located, operation: 'DELETE', reads: [], files: [], notices: [], run: (signal) => deleteAll(changed.open, signal) };
  }
  const target = { text: context.text, relation: statement.target, columns: changed.columns, names: CHANGE_COLUMNS };
  const { query, given } = statement.kind === 'delete' ? deleteQuery(statement, target) : updateQuery(statement, target);
  const asked = deleteQuery({ ...statement, kind: 'delete' }, target).query;
  const changes = await prepareChanges({ query, asked, minds: 'changedRows' }, changed, statement.target.start, context);
  const operation = statement.kind === 'delete' ? 'DELETE' : 'UPDATE';
  const condition = statement.where === undefined ? 'true' : context.text.slice(statement.where.start, statement.where.end);
  const { open, located } = changed;
  return {
    ...changes,
    located,
    operation,
    run: (signal) => changes.materialise((relation) => changeCommand(open, { operation, relation, given, parameters: { predicate: JSON.stringify([condition]) }, read: changes.read }, signal), signal),
  };
}

export async function planMerge(statement: StatementOf<'merge'>, context: StatementContext): Promise<ChangePlan> {
  const changed = await openChangedTable(statement.target, context);
  const { open, located } = changed;
  const named = await sourceColumns(statement, context);
  const evolves = statement.schemaEvolution || context.session.evolvesSchemas;
  const columns = evolves ? evolvedColumns(statement, changed, named, context.text) : changed.columns;
  const target = { text: context.text, relation: statement.target, columns, names: CHANGE_COLUMNS };
  const mergeSource = { columns: named.map(({ name }) => name) };
  const { query, given, sourceRows, mayMatchTwice } = mergeQuery({ ...statement, schemaEvolution: evolves }, target, mergeSource);
  const asked = askedQuery(statement, target, mergeSource);
  const changes = await prepareChanges({ query, asked, minds: keepsRowsMet(statement) ? 'allRows' : 'changedRows' }, changed, statement.target.start, context);
  const source = await buildSelect(sourceRows, context);
  const sourceSql = isCountedCheaply(source.resolved.plan) ? source.sql : undefined;
  const parameters = mergeParameters(statement, context.text);
  return {
    ...changes,
    located,
    operation: 'MERGE',
    run: (signal) => changes.materialise(async (relation) => {
      if (mayMatchTwice) await keepOneMatch(changed, relation, signal);
      const merge = await countMerge(changed, { relation, sourceSql, clauses: statement.clauses }, signal);
      return changeCommand(open, { operation: 'MERGE', relation, given, parameters, read: changes.read, merge }, signal);
    }, signal),
  };
}

/** The table's columns after it took what the source brings along. */
function evolvedColumns(statement: StatementOf<'merge'>, { open, schema, located }: ChangedTable, source: readonly OutputColumn[], text: string): readonly TargetColumn[] {
  const written = new Set(writtenColumns(statement, source.map(({ name }) => name)));
  const place = { table: located.displayName, at: statement.source, text };
  const evolved = evolveSchema(open, source.filter(({ name }) => written.has(name)).map(({ name, type }) => ({ name, type: deltaTypeOf(type, { ...place, name }) })));
  return evolved.fields.map((field): TargetColumn => {
    const former = findField(schema, field.name);
    const column = targetColumn(field);
    if (former === undefined) return { ...column, former: 'missing' };
    return formatType(former.type) === formatType(field.type) ? column : { ...column, former: 'narrower' };
  });
}

async function sourceColumns({ source }: StatementOf<'merge'>, context: StatementContext): Promise<readonly OutputColumn[]> {
  const { start, end } = source;
  const all = selectQuery({ items: [{ value: { kind: 'star', qualifier: [], except: [], replace: [], start, end }, alias: undefined, aliases: [], start, end }], from: [source], where: undefined }, source);
  return (await resolvePinned(all, context)).resolved.columns;
}

const ADDRESS = `${CHANGE_COLUMNS.file}, ${CHANGE_COLUMNS.position}`;

async function keepOneMatch({ open }: ChangedTable, relation: string, signal: AbortSignal): Promise<void> {
  await open.engine.run(`DELETE FROM ${relation} WHERE rowid NOT IN (SELECT min(rowid) FROM ${relation} GROUP BY ${ADDRESS})`, signal);
}

/** Rows that are read, or written out: anything else would be computed a second time, or come out otherwise then. */
function isCountedCheaply(plan: Plan): boolean {
  switch (plan.kind) {
    case 'oneRow':
    case 'scan':
    case 'range':
    case 'values':
      return true;
    case 'project':
      return isCountedCheaply(plan.input);
    case 'filter':
      return isCountedCheaply(plan.input) && findExpression(plan.condition, (each) => each.kind === 'subquery' || (each.kind === 'call' && each.volatile)) === undefined;
    case 'setOperation':
      return plan.operator === 'UNION' && plan.all && isCountedCheaply(plan.left) && isCountedCheaply(plan.right);
    default:
      return false;
  }
}

/** What the history tells of a MERGE beside the rows that it changed. */
async function countMerge({ open }: ChangedTable, { relation, sourceSql, clauses }: { readonly relation: string; readonly sourceSql: string | undefined; readonly clauses: readonly MergeClause[] }, signal: AbortSignal): Promise<MergeCounts> {
  const source = sourceSql === undefined ? undefined : await open.engine.select(`SELECT count(*) AS rows FROM (${sourceSql})`, signal);
  const tally = await open.engine.select(`SELECT ${MERGE_CLAUSE} AS clause, count(*) AS rows FROM ${relation} GROUP BY ALL`, signal);
  const [positions, rows] = [tally.column('clause'), tally.column('rows')];
  const bySource = (isDelete: boolean): number => positions.reduce<number>((sum, position, index) => {
    const clause = clauses[toNumber(position)];
    return clause?.match === 'notMatchedBySource' && (clause.action.kind === 'delete') === isDelete ? sum + toNumber(rows[index] ?? 0) : sum;
  }, 0);
  return { sourceRows: source === undefined ? undefined : toNumber(source.column('rows')[0] ?? 0), notMatchedBySource: { updated: bySource(false), deleted: bySource(true) } };
}

/** As Spark writes them into the history. */
function mergeParameters({ condition, clauses }: StatementOf<'merge'>, text: string): Readonly<Record<string, string>> {
  const slice = ({ start, end }: { readonly start: number; readonly end: number }): string => text.slice(start, end);
  const predicates = (match: MergeClause['match']): string => JSON.stringify(clauses.filter((clause) => clause.match === match).map((clause) => ({
    ...(clause.condition === undefined ? {} : { predicate: slice(clause.condition) }),
    actionType: clause.action.kind === 'delete' ? 'delete' : clause.action.kind.startsWith('update') ? 'update' : 'insert',
  })));
  return { predicate: JSON.stringify([slice(condition)]), matchedPredicates: predicates('matched'), notMatchedPredicates: predicates('notMatched'), notMatchedBySourcePredicates: predicates('notMatchedBySource') };
}
