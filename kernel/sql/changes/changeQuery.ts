import { LakebookError } from '../../base/errors.ts';
import { spanOf } from '../span.ts';
import type { Expression, Located, NamePart } from '../tree/expressions.ts';
import type { Query, TableRelation } from '../tree/queries.ts';
import type { StatementOf } from '../tree/statements.ts';
import type { Assignment } from '../tree/writes.ts';
import type { DataType } from '../types/dataType.ts';
import { item, nameOf, selectQuery, textOf } from './treeParts.ts';

/** A column of the table that a statement changes. */
export interface TargetColumn {
  readonly name: string;
  readonly type: DataType;
  /** What `DEFAULT` stands for; NULL where there is none. */
  readonly defaultValue: Expression | undefined;
  /** What the rows that are there have, where the statement itself changes the column: no such column, or one of a narrower type. */
  readonly former?: 'missing' | 'narrower';
  /** Where the table numbers the rows by it: whether a new row may come with a number of its own. */
  readonly identity?: 'always' | 'byDefault';
}

/** Hidden columns that say where a row of the target stands, and the column that says what becomes of it. */
export interface ChangeColumns {
  readonly file: string;
  readonly position: string;
  readonly change: string;
}

export interface ChangeTarget {
  /** The statement's text. */
  readonly text: string;
  readonly relation: TableRelation;
  readonly columns: readonly TargetColumn[];
  readonly names: ChangeColumns;
}

/** The rows that a statement changes, as a query; see `rowChanges.ts` of the log for its columns. */
export interface ChangeQuery {
  readonly query: Query;
  /** Columns that are given a value somewhere. */
  readonly given: readonly string[];
}

/** What may stand before the target's columns, so that no other relation's are meant. */
function qualifierOf({ relation }: Pick<ChangeTarget, 'relation'>): readonly string[] {
  const alias = relation.alias?.name?.text;
  if (alias !== undefined) return [alias];
  return relation.name.map((part) => part.text);
}

/** Of rows that go nothing needs to be known but where they stand. */
export function deleteQuery({ where, ...statement }: StatementOf<'delete'>, target: ChangeTarget): ChangeQuery {
  return { query: changeQuery({ ...target, columns: [] }, 'delete', (column) => columnOf(target, column.name, statement), where, statement), given: [] };
}

/** @throws LakebookError UNRESOLVED_COLUMN.WITH_SUGGESTION, DELTA_CONFLICT_SET_COLUMN where a SET is no column, or two set one */
export function updateQuery({ assignments, where, ...statement }: StatementOf<'update'>, target: ChangeTarget): ChangeQuery {
  const values = assignedValues(assignments, target);
  return { query: changeQuery(target, 'update', (column) => values.get(column.name) ?? columnOf(target, column.name, statement), where, statement), given: [...values.keys()] };
}

function changeQuery(target: ChangeTarget, change: string, valueOf: (column: TargetColumn) => Expression, where: Expression | undefined, at: Located): Query {
  const { names, columns, relation } = target;
  const address = [names.file, names.position].map((name) => item(columnOf(target, name, at), name));
  const items = [...address, item(textOf(change, at), names.change), ...columns.map((column) => item(valueOf(column), column.name))];
  return selectQuery({ items, from: [relation], where }, at);
}

export function columnOf(target: ChangeTarget, name: string, at: Located): Expression {
  return nameOf([...qualifierOf(target), name], at);
}

/** The value that a row of the table has in a column, of the column's type. */
export function formerValue(target: ChangeTarget, column: TargetColumn, { start, end }: Located): Expression {
  const own: Expression = column.former === 'missing' ? { kind: 'null', start, end } : columnOf(target, column.name, { start, end });
  return column.former === undefined ? own : assignedTo(column, own);
}

/** The value of each column that assignments set, of the column's type; of a struct whose fields are set, the struct anew. */
export function assignedValues(assignments: readonly Assignment[], target: ChangeTarget): ReadonlyMap<string, Expression> {
  const byColumn = new Map<TargetColumn, FieldAssignment[]>();
  for (const assignment of assignments) {
    const { column, rest } = findAssigned(assignment.target, target);
    checkUpdated(column, target, spanning(assignment.target));
    byColumn.set(column, [...(byColumn.get(column) ?? []), { path: rest, assignment }]);
  }
  return new Map([...byColumn].map(([column, fields]) => [column.name, valueOf(column, fields, target)]));
}

/** @throws LakebookError DELTA_IDENTITY_COLUMNS_UPDATE_NOT_SUPPORTED: rows keep the numbers that they got */
export function checkUpdated({ name, identity }: TargetColumn, { relation, text }: ChangeTarget, at: Located): void {
  if (identity !== undefined) throw new LakebookError('DELTA_IDENTITY_COLUMNS_UPDATE_NOT_SUPPORTED', { table: tableText(relation), column: name }, { span: spanOf(text, at) });
}

/** @throws LakebookError DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED */
export function checkInserted({ name, identity }: TargetColumn, { relation, text }: ChangeTarget, at: Located): void {
  if (identity === 'always') throw new LakebookError('DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED', { table: tableText(relation), column: name }, { span: spanOf(text, at) });
}

function tableText({ name }: TableRelation): string {
  return name.map((part) => part.text).join('.');
}

interface FieldAssignment {
  /** Below the column. */
  readonly path: readonly NamePart[];
  readonly assignment: Assignment;
}

/** A target may be written with the table's name before it. */
function findAssigned(parts: readonly NamePart[], target: ChangeTarget): { readonly column: TargetColumn; readonly rest: readonly NamePart[] } {
  const qualifier = qualifierOf(target).map((part) => part.toLowerCase());
  for (let skipped = 0; skipped < parts.length; skipped += 1) {
    const before = parts.slice(0, skipped).map((part) => part.text.toLowerCase());
    if (skipped > 0 && before.join('\n') !== qualifier.slice(-skipped).join('\n')) continue;
    const wanted = parts[skipped]?.text.toLowerCase();
    const column = target.columns.find(({ name }) => name.toLowerCase() === wanted);
    if (column !== undefined) return { column, rest: parts.slice(skipped + 1) };
  }
  const name = parts.map((part) => `\`${part.text}\``).join('.');
  const suggestions = target.columns.map((column) => `\`${column.name}\``);
  throw new LakebookError('UNRESOLVED_COLUMN.WITH_SUGGESTION', { name, proposal: suggestions.slice(0, 5).join(', ') }, { span: spanOf(target.text, spanning(parts)), suggestions });
}

function valueOf(column: TargetColumn, fields: readonly FieldAssignment[], target: ChangeTarget): Expression {
  const [only] = fields;
  if (only !== undefined && fields.length === 1 && only.path.length === 0) return assignedTo(column, only.assignment.value);
  const doubled = fields.find(({ path }) => path.length === 0);
  if (doubled !== undefined) throw conflict([column.name], doubled.assignment, target);
  const value = rebuilt(columnOf(target, column.name, fields[0]!.assignment), column.type, { fields, above: [column.name], target });
  return { kind: 'cast', operand: value, type: column.type, mode: 'cast', start: value.start, end: value.end };
}

/** A value as a column takes it. */
export function assignedTo(column: Pick<TargetColumn, 'type' | 'defaultValue'>, value: Expression): Expression {
  const { start, end } = value;
  const given: Expression = value.kind === 'default' ? (column.defaultValue ?? { kind: 'null', start, end }) : value;
  return { kind: 'cast', operand: given, type: column.type, mode: 'cast', start, end };
}

interface Rebuilding {
  readonly fields: readonly FieldAssignment[];
  readonly above: readonly string[];
  readonly target: ChangeTarget;
}

/** `named_struct('a', <new>, 'b', s.b)`: the struct with some of its fields set. */
function rebuilt(base: Expression, type: DataType, { fields, above, target }: Rebuilding): Expression {
  const at = fields[0]!.assignment;
  if (type.kind !== 'struct') throw new LakebookError('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { name: fields[0]!.assignment.target.map((part) => `\`${part.text}\``).join('.') }, { span: spanOf(target.text, spanning(at.target)) });
  const known = new Set(type.fields.map(({ name }) => name.toLowerCase()));
  const unknown = fields.find(({ path }) => !known.has(path[0]!.text.toLowerCase()));
  if (unknown !== undefined) {
    const suggestions = type.fields.map(({ name }) => `\`${name}\``);
    throw new LakebookError('FIELD_NOT_FOUND', { field: unknown.path[0]!.text, fields: suggestions.join(', ') }, { span: spanOf(target.text, spanning(unknown.assignment.target)), suggestions });
  }
  const values = type.fields.flatMap((field) => {
    const own = fields.filter(({ path }) => path[0]!.text.toLowerCase() === field.name.toLowerCase());
    const current: Expression = { kind: 'field', base, name: { text: field.name, quoted: true, start: at.start, end: at.end }, start: at.start, end: at.end };
    return [textOf(field.name, at), own.length === 0 ? current : fieldValue(current, field, own, { fields, above: [...above, field.name], target })];
  });
  const name = { text: 'named_struct', quoted: false, start: at.start, end: at.end };
  return { kind: 'call', name: [name], arguments: values.map((value) => ({ value })), distinct: false, filter: undefined, nulls: undefined, withinGroup: undefined, over: undefined, start: at.start, end: at.end };
}

function fieldValue(current: Expression, field: { readonly name: string; readonly type: DataType }, own: readonly FieldAssignment[], { above, target }: Rebuilding): Expression {
  const whole = own.find(({ path }) => path.length === 1);
  if (whole !== undefined && own.length > 1) throw conflict(above, whole.assignment, target);
  if (whole !== undefined) return assignedTo({ type: field.type, defaultValue: undefined }, whole.assignment.value);
  return rebuilt(current, field.type, { fields: own.map(({ path, assignment }) => ({ path: path.slice(1), assignment })), above, target });
}

function conflict(path: readonly string[], { target: parts }: Assignment, target: ChangeTarget): LakebookError {
  return new LakebookError('DELTA_CONFLICT_SET_COLUMN', { column: path.join('.') }, { span: spanOf(target.text, spanning(parts)) });
}

export function spanning(parts: readonly Located[]): Located {
  return { start: parts[0]?.start ?? 0, end: parts.at(-1)?.end ?? 0 };
}
