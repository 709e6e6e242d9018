import { LakebookError } from '../../base/errors.ts';
import { createTable, type CreateOptions } from '../../delta/commands/createTable.ts';
import { NO_ROWS } from '../../delta/commands/commandResult.ts';
import type { StructField } from '../../delta/schema.ts';
import { spanOf } from '../../sql/span.ts';
import type { ObjectName, PartitionField, TableConstraint } from '../../sql/tree/definitions.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { formatTableName } from '../../catalog/tableName.ts';
import { resolvePath } from '../files/filePaths.ts';
import { pointAt } from '../errorPlace.ts';
import type { LocatedTable } from '../pinnedTables.ts';
import { mergeReads } from '../preparedStatement.ts';
import { buildSelect, type BuiltSelect, type StatementContext } from '../selectStatement.ts';
import { beginOn } from './changedTable.ts';
import { definedField, deltaTypeOf } from './columnDefinitions.ts';
import { runInsert } from './insertStatement.ts';
import type { ChangePlan } from './prepareChange.ts';

/** CREATE TABLE, CREATE OR REPLACE TABLE, REPLACE TABLE; with AS SELECT or without. */
export async function planCreateTable(statement: StatementOf<'createTable'>, context: StatementContext): Promise<ChangePlan> {
  checkClauses(statement, context);
  const located = await placeOf(statement.name, statement.clauses.location, context);
  const open = await beginOn(located, context);
  const mode = statement.replace === 'none' ? 'create' : statement.replace === 'orReplace' ? 'createOrReplace' : 'replace';
  const operation = mode === 'create' ? 'CREATE TABLE' : mode === 'createOrReplace' ? 'CREATE OR REPLACE TABLE' : 'REPLACE TABLE';
  const nothing = { located, operation, reads: [], files: [], notices: [] };
  if (open.base !== undefined && mode === 'create') {
    if (statement.ifNotExists) return { ...nothing, run: async () => ({ committed: undefined, metrics: {}, rows: NO_ROWS }) };
    throw new LakebookError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quoted(located) }, { span: spanOf(context.text, statement.name) });
  }
  if (open.base !== undefined) context.pinned.change({ table: located, snapshot: () => open.snapshot(context.signal), referenceId: undefined });
  const built = statement.query === undefined ? undefined : await buildSelect(statement.query, context);
  const options = optionsOf(statement, mode, { located, built, context });
  if (built === undefined) return { ...nothing, run: (signal) => createTable(open, options, signal) };
  const columns = options.schema.fields.map(({ name }) => name);
  return {
    ...nothing,
    operation: `${operation} AS SELECT`,
    reads: mergeReads(built.scans),
    files: built.files,
    notices: built.resolved.notices,
    run: (signal) => runInsert(built, (select) => createTable(open, { ...options, rows: { select, columns } }, signal)),
  };
}

/** Where a table by this name is, or will be. @throws LakebookError as the catalog's `place` */
export async function placeOf(name: ObjectName, location: string | undefined, { text, session, pinned, dependencies }: StatementContext): Promise<LocatedTable> {
  const parts = name.parts.map((part) => part.text);
  const { catalog, authorise } = dependencies;
  try {
    const [format, path] = parts;
    if (parts.length === 2 && format?.toLowerCase() === 'delta' && path !== undefined && name.parts[1]!.quoted && path.includes('/')) {
      return (await pinned.locate({ kind: 'path', format: 'delta', path }))!;
    }
    const entry = await catalog.place(parts, session);
    const [, schema, table] = entry.fullName;
    if (location !== undefined && resolvePath(catalog.root, location) !== entry.path) {
      throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'A name for a table elsewhere', reason: `names are folders here: make it as delta.\`${location}\`, or without LOCATION` });
    }
    const displayName = formatTableName({ schema, table });
    await authorise({ user: session.user, table: displayName, path: entry.path });
    return { displayName, fullName: entry.fullName, path: entry.path, byPath: false };
  } catch (error) {
    throw pointAt(error, spanOf(text, name));
  }
}

export function quoted({ fullName }: LocatedTable): string {
  return fullName.map((part) => `\`${part}\``).join('.');
}

/** Clauses that would be kept nowhere are refused rather than forgotten. */
function checkClauses({ clauses, constraints, columns, ...statement }: StatementOf<'createTable'>, { text }: StatementContext): void {
  const refuse = (feature: string, reason: string): LakebookError => new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason }, { span: spanOf(text, statement) });
  const format = clauses.format?.map((part) => part.text).join('.') ?? 'delta';
  if (format.toLowerCase() !== 'delta') throw refuse(`A table USING ${format}`, 'tables made here are Delta tables; files of other formats are read by their path');
  if (clauses.options !== undefined && Object.keys(clauses.options).length > 0) throw refuse('OPTIONS of a table', 'Delta tables have properties: TBLPROPERTIES');
  if (clauses.rowFilter !== undefined) throw refuse('A row filter', 'there is no governance on this engine yet');
  if (clauses.collation !== undefined) throw refuse('A table’s collation', 'strings compare by bytes here');
  const keys = [...constraints, ...columns.flatMap((column) => column.constraints)].find(({ kind }) => kind !== 'check');
  if (keys !== undefined) throw refuse(keys.kind === 'primaryKey' ? 'PRIMARY KEY' : keys.kind === 'foreignKey' ? 'FOREIGN KEY' : keys.kind === 'unique' ? 'UNIQUE' : 'EXPECT', 'a Delta table keeps no such constraint');
}

interface Making {
  readonly located: LocatedTable;
  readonly built: BuiltSelect | undefined;
  readonly context: StatementContext;
}

function optionsOf(statement: StatementOf<'createTable'>, mode: CreateOptions['mode'], { located, built, context }: Making): CreateOptions {
  const { clauses, constraints, columns } = statement;
  const { text } = context;
  const defined = built === undefined ? columns.map((column) => definedField(column, text, located.displayName)) : selectedFields(statement, built, { located, text });
  const partitions = (clauses.partitionedBy ?? []).map((field) => partitionOf(field, text, located));
  const added = partitions.flatMap(({ field }) => (field === undefined ? [] : [field]));
  const checks = [...constraints, ...columns.flatMap((column) => column.constraints)].flatMap((constraint, index) => checkProperty(constraint, index, text));
  const { clusterBy } = clauses;
  if (clusterBy === 'AUTO') throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'CLUSTER BY AUTO', reason: 'nobody chooses the columns here: name them' }, { span: spanOf(text, statement) });
  return {
    mode,
    schema: { kind: 'struct', fields: [...defined, ...added] },
    partitionColumns: partitions.map(({ name }) => name),
    configuration: { ...clauses.properties, ...Object.fromEntries(checks) },
    description: clauses.comment,
    isManaged: !located.byPath && clauses.location === undefined,
    ...(clusterBy === undefined || clusterBy === 'NONE' ? {} : { clusterBy: clusterBy.map((path) => path.map((part) => part.text)) }),
  };
}

/** The columns of a query, under names of their own or those of the statement's list. */
function selectedFields({ columns, query }: StatementOf<'createTable'>, { resolved }: BuiltSelect, { located, text }: { readonly located: LocatedTable; readonly text: string }): readonly StructField[] {
  if (columns.length > 0) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'A list of columns beside AS SELECT', reason: 'the query names the columns' }, { span: spanOf(text, columns[0]!) });
  return resolved.columns.map(({ name, type }) => ({ name, type: deltaTypeOf(type, { name, table: located.displayName, at: query!, text }), nullable: true, metadata: {} }));
}

function partitionOf({ value, type, ...at }: PartitionField, text: string, { displayName }: LocatedTable): { readonly name: string; readonly field: StructField | undefined } {
  if (value.kind !== 'name' || value.parts.length !== 1) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'PARTITIONED BY an expression', reason: 'Delta partitions by columns: add a generated one' }, { span: spanOf(text, at) });
  const name = value.parts[0]!.text;
  return { name, field: type === undefined ? undefined : { name, type: deltaTypeOf(type, { name, table: displayName, at, text }), nullable: true, metadata: {} } };
}

function checkProperty(constraint: TableConstraint, index: number, text: string): readonly (readonly [string, string])[] {
  if (constraint.kind !== 'check') return [];
  const { start, end } = constraint.condition;
  return [[`delta.constraints.${constraint.name?.text.toLowerCase() ?? `check_${index + 1}`}`, text.slice(start, end)]];
}
