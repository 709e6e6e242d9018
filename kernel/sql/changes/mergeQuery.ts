import { LakebookError } from '../../base/errors.ts';
import { spanOf } from '../span.ts';
import type { Expression, Located, NamePart } from '../tree/expressions.ts';
import type { JoinKind, Query, Relation } from '../tree/queries.ts';
import type { StatementOf } from '../tree/statements.ts';
import type { MergeClause } from '../tree/writes.ts';
import { allOf, isNull, item, nameOf, selectQuery, textOf } from './treeParts.ts';
import { assignedTo, assignedValues, checkInserted, checkUpdated, type ChangeQuery, type ChangeTarget, columnOf, formerValue, spanning, type TargetColumn } from './changeQuery.ts';

export interface MergeSource {
  /** Names of its columns, as `*` would show them. */
  readonly columns: readonly string[];
}

export interface MergeQuery extends ChangeQuery {
  /** A row for each row of the source. */
  readonly sourceRows: Query;
  /** Whether a target row may be met by several source rows: they all do the same, which is to delete it. */
  readonly mayMatchTwice: boolean;
}

/**
 * Columns of the source that clauses write by their names: all of them by `*`, and those that an assignment or a list
 * names. These are what a table takes that follows the rows.
 */
export function writtenColumns({ clauses }: StatementOf<'merge'>, columns: readonly string[]): readonly string[] {
  const isWritten = (name: string): boolean => clauses.some(({ action }) => {
    const among = (lists: readonly (readonly NamePart[])[]): boolean => lists.some((parts) => parts.at(-1)?.text.toLowerCase() === name.toLowerCase());
    switch (action.kind) {
      case 'updateAll':
      case 'insertAll':
        return !among(action.except);
      case 'update':
        return among(action.assignments.map(({ target }) => target));
      case 'insert':
        return among(action.columns);
      case 'delete':
        return false;
    }
  });
  return columns.filter(isWritten);
}

/** Says of a joined row that it has a row of the source. */
const SOURCE = '_lakebook_source';
/** A column of the changes: the position of the clause that acts. */
export const MERGE_CLAUSE = '_lakebook_clause';

/**
 * The rows that a MERGE changes: target and source joined, each row with the first clause that applies to it, and the
 * values that the clause gives.
 * @throws LakebookError where a clause names what is not there, or `INSERT *` a column that the source lacks
 */
export function mergeQuery(statement: StatementOf<'merge'>, target: ChangeTarget, source: MergeSource): MergeQuery {
  const { clauses, condition } = statement;
  const { names, columns, relation } = target;
  const kinds = new Set(clauses.map(({ match }) => match));
  const marked = kinds.has('notMatchedBySource') ? markedSource(statement, target) : statement.source;
  const join: Relation = { kind: 'join', join: joinKind(kinds), left: relation, right: marked, criteria: { kind: 'on', condition }, start: statement.start, end: statement.end };
  const actions = clauses.map((clause) => actionOf(clause, target, source, statement));
  checkNumbered(actions, target, statement);
  const clauseIndex = caseOf(clauses.map((clause, index) => ({ when: appliesTo(clause, kinds, target), result: numberOf(index, clause) })), statement);
  const chosen = (index: number, at: Located): Expression => ({ kind: 'binary', operator: '=', left: nameOf([MERGE_CLAUSE], at), right: numberOf(index, at), start: at.start, end: at.end });
  const valueOf = (column: TargetColumn): Expression => {
    const branches = actions.flatMap(({ values }, index) => {
      const value = values.get(column.name);
      return value === undefined ? [] : [{ when: chosen(index, clauses[index]!), result: value }];
    });
    // Where no clause keeps the former value it is not read: deleted rows are told by their address alone.
    const isKept = actions.some(({ change, values }) => change === 'update' && !values.has(column.name));
    const otherwise = isKept ? formerValue(target, column, statement) : assignedTo(column, { kind: 'null', start: statement.start, end: statement.end });
    return branches.length === 0 ? otherwise : { kind: 'case', operand: undefined, branches, otherwise, start: statement.start, end: statement.end };
  };
  const inner = selectQuery({
    items: [
      item(clauseIndex, MERGE_CLAUSE),
      ...[names.file, names.position].map((name) => item(columnOf(target, name, statement), name)),
      item(caseOf(actions.map(({ change }, index) => ({ when: chosen(index, clauses[index]!), result: textOf(change, clauses[index]!) })), statement), names.change),
      ...columns.map((column) => item(valueOf(column), column.name)),
    ],
    from: [join],
    where: undefined,
  }, statement);
  const outputs = [names.file, names.position, names.change, MERGE_CLAUSE, ...columns.map(({ name }) => name)];
  const onlyDeletes = clauses.length === 1 && clauses[0]!.match === 'matched' && clauses[0]!.action.kind === 'delete' && clauses[0]!.condition === undefined;
  return {
    query: selectQuery({
      items: outputs.map((name) => item(nameOf([name], statement), name)),
      from: [{ kind: 'derived', query: inner, lateral: false, alias: undefined, sample: undefined, start: statement.start, end: statement.end }],
      where: isNull(nameOf([MERGE_CLAUSE], statement), true),
    }, statement),
    given: [...new Set(actions.flatMap(({ given }) => given))],
    sourceRows: selectQuery({ items: [item({ kind: 'boolean', value: true, start: statement.source.start, end: statement.source.end }, SOURCE)], from: [statement.source], where: undefined }, statement.source),
    mayMatchTwice: onlyDeletes,
  };
}

/**
 * The rows of the target that decide what a MERGE does, as a query for their addresses: those that it changes, and where it
 * inserts what it does not find, all that the source meets.
 */
export function askedQuery(statement: StatementOf<'merge'>, target: ChangeTarget, source: MergeSource): Query {
  const { clauses, start, end } = statement;
  const action = { kind: 'delete' } as const;
  const met: readonly MergeClause[] = clauses.some(({ match }) => match === 'notMatched') ? [{ match: 'matched', condition: undefined, action, start, end }] : [];
  const changed = clauses.flatMap((clause): readonly MergeClause[] => (clause.match === 'notMatched' ? [] : [{ ...clause, action }]));
  return mergeQuery({ ...statement, clauses: [...met, ...changed] }, { ...target, columns: [] }, source).query;
}

/** Whether a MERGE leaves rows as they are that it would insert if they were not there. */
export function keepsRowsMet({ clauses }: StatementOf<'merge'>): boolean {
  return clauses.some(({ match }) => match === 'notMatched') && !clauses.some(({ match, condition }) => match === 'matched' && condition === undefined);
}

function joinKind(kinds: ReadonlySet<MergeClause['match']>): JoinKind {
  if (kinds.has('notMatched')) return kinds.has('notMatchedBySource') ? 'full' : 'right';
  return kinds.has('notMatchedBySource') ? 'left' : 'inner';
}

/** The source with a column that is there in every row of it. */
function markedSource({ source }: StatementOf<'merge'>, target: ChangeTarget): Relation {
  const { start, end } = source;
  const name = source.kind === 'table' || source.kind === 'derived' || source.kind === 'view' ? (source.alias?.name?.text ?? (source.kind === 'table' ? source.name.at(-1)?.text : undefined)) : undefined;
  if (name === undefined) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'WHEN NOT MATCHED BY SOURCE over a source without a name', reason: 'its rows cannot be told from missing ones' }, { span: spanOf(target.text, source) });
  const star: Expression = { kind: 'star', qualifier: [], except: [], replace: [], start, end };
  const query: Query = selectQuery({ items: [{ value: star, alias: undefined, aliases: [], start, end }, item({ kind: 'boolean', value: true, start, end }, SOURCE)], from: [source], where: undefined }, source);
  return { kind: 'derived', query, lateral: false, alias: { name: { text: name, quoted: true, start, end }, columns: [], start, end }, sample: undefined, start, end };
}

function appliesTo({ match, condition, start, end }: MergeClause, kinds: ReadonlySet<MergeClause['match']>, target: ChangeTarget): Expression {
  const at = { start, end };
  const inTarget = isNull(columnOf(target, target.names.file, at), true);
  const inSource = kinds.has('notMatchedBySource') ? [isNull(nameOf([SOURCE], at), true)] : [];
  switch (match) {
    case 'matched':
      return both(inTarget, ...inSource, condition);
    case 'notMatched':
      return both(isNull(columnOf(target, target.names.file, at)), condition);
    case 'notMatchedBySource':
      return both(inTarget, isNull(nameOf([SOURCE], at)), condition);
  }
}

function both(first: Expression, ...others: readonly (Expression | undefined)[]): Expression {
  return allOf([first, ...others.filter((each) => each !== undefined)]) ?? first;
}

interface ClauseAction {
  readonly change: 'delete' | 'update' | 'insert';
  readonly values: ReadonlyMap<string, Expression>;
  /** Columns whose values the clause itself gives. */
  readonly given: readonly string[];
}

function actionOf({ action, ...clause }: MergeClause, target: ChangeTarget, source: MergeSource, statement: StatementOf<'merge'>): ClauseAction {
  switch (action.kind) {
    case 'delete':
      return { change: 'delete', values: new Map(), given: [] };
    case 'update': {
      const values = assignedValues(action.assignments, target);
      return { change: 'update', values, given: [...values.keys()] };
    }
    case 'updateAll': {
      const values = fromSource(target, source, { statement, clause, except: action.except, verb: 'UPDATE' });
      return { change: 'update', values, given: [...values.keys()] };
    }
    case 'insertAll': {
      const values = fromSource(target, source, { statement, clause, except: action.except, verb: 'INSERT' });
      return { change: 'insert', values: inserted(values, target, clause), given: [...values.keys()] };
    }
    case 'insert': {
      const values = insertedValues(action.columns, action.values, target, clause);
      return { change: 'insert', values: inserted(values, target, clause), given: [...values.keys()] };
    }
  }
}

/** A column is numbered for all new rows or for none. @throws LakebookError UNSUPPORTED_FEATURE.LOCAL_ENGINE */
function checkNumbered(actions: readonly ClauseAction[], { columns, text }: ChangeTarget, at: Located): void {
  const inserts = actions.filter(({ change }) => change === 'insert');
  const split = columns.find(({ name, identity }) => identity !== undefined && inserts.some(({ given }) => given.includes(name)) && !inserts.every(({ given }) => given.includes(name)));
  if (split !== undefined) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `A MERGE of which one INSERT gives the identity column ${split.name} and another does not`, reason: 'its rows are numbered all together' }, { span: spanOf(text, at) });
}

/** `UPDATE SET *`, `INSERT *`: each column of the target from the source's of the same name. */
function fromSource(target: ChangeTarget, source: MergeSource, { statement, clause, except, verb }: { readonly statement: StatementOf<'merge'>; readonly clause: Located; readonly except: readonly (readonly NamePart[])[]; readonly verb: 'UPDATE' | 'INSERT' }): ReadonlyMap<string, Expression> {
  const { columns, text } = target;
  const left = new Set(except.map((parts) => parts.at(-1)!.text.toLowerCase()));
  const qualifier = sourceQualifier(statement.source);
  const values = new Map<string, Expression>();
  for (const column of columns) {
    if (left.has(column.name.toLowerCase())) continue;
    const found = source.columns.find((name) => name.toLowerCase() === column.name.toLowerCase());
    if (found === undefined && statement.schemaEvolution) continue;
    if (found === undefined) {
      const suggestions = source.columns.map((name) => `\`${name}\``);
      throw new LakebookError('DELTA_MERGE_UNRESOLVED_EXPRESSION', { column: column.name, clause: verb, columns: suggestions.join(', ') }, { span: spanOf(text, clause), suggestions });
    }
    values.set(column.name, assignedTo(column, nameOf([...qualifier, found], clause)));
  }
  const check = verb === 'UPDATE' ? checkUpdated : checkInserted;
  for (const column of columns.filter(({ name }) => values.has(name))) check(column, target, clause);
  return values;
}

function sourceQualifier(source: Relation): readonly string[] {
  if (!('alias' in source)) return [];
  const alias = source.alias;
  const name = alias !== undefined && 'name' in alias ? alias.name?.text : undefined;
  return name !== undefined ? [name] : source.kind === 'table' ? source.name.map((part) => part.text) : [];
}

function insertedValues(names: readonly (readonly NamePart[])[], values: readonly Expression[], target: ChangeTarget, clause: Located): ReadonlyMap<string, Expression> {
  const { columns, text } = target;
  if (names.length !== values.length) throw new LakebookError('MERGE_INSERT_VALUE_COUNT_MISMATCH', { numColumns: names.length, numValues: values.length }, { span: spanOf(text, clause) });
  const given = new Map<string, Expression>();
  for (const [index, parts] of names.entries()) {
    const wanted = parts.at(-1)!.text;
    const column = columns.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (column === undefined) {
      const suggestions = columns.map(({ name }) => `\`${name}\``);
      throw new LakebookError('UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: `\`${wanted}\``, proposal: suggestions.slice(0, 5).join(', ') }, { span: spanOf(text, spanning(parts)), suggestions });
    }
    checkInserted(column, target, spanning(parts));
    if (given.has(column.name)) throw new LakebookError('DELTA_CONFLICT_SET_COLUMN', { column: column.name }, { span: spanOf(text, spanning(parts)) });
    given.set(column.name, assignedTo(column, values[index]!));
  }
  return given;
}

/** A new row has its default, or NULL, where it is given nothing: the target's own column is of no row. */
function inserted(values: ReadonlyMap<string, Expression>, { columns }: ChangeTarget, at: Located): ReadonlyMap<string, Expression> {
  return new Map(columns.map((column) => [column.name, values.get(column.name) ?? assignedTo(column, { kind: 'default', start: at.start, end: at.end })]));
}

function caseOf(branches: readonly { readonly when: Expression; readonly result: Expression }[], { start, end }: Located): Expression {
  return { kind: 'case', operand: undefined, branches, otherwise: undefined, start, end };
}

function numberOf(value: number, { start, end }: Located): Expression {
  return { kind: 'number', text: String(value), suffix: '', start, end };
}
