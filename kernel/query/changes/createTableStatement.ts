import { LakebookError } from '../../base/errors.ts';
import { checkSpecified } from '../../delta/commands/adoptTable.ts';
import { createTable, type CreateOptions } from '../../delta/commands/createTable.ts';
import { NO_ROWS, type CommandResult } from '../../delta/commands/commandResult.ts';
import type { StructField } from '../../delta/schema.ts';
import type { OpenTransaction } from '../../delta/write/openTransaction.ts';
import { spanOf } from '../../sql/span.ts';
import type { PartitionField, TableConstraint } from '../../sql/tree/definitions.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { pointAt } from '../errorPlace.ts';
import type { LocatedTable } from '../pinnedTables.ts';
import { mergeReads } from '../preparedStatement.ts';
import { buildSelect, type BuiltSelect, type StatementContext } from '../selectStatement.ts';
import { beginOn } from './changedTable.ts';
import { definedField, deltaTypeOf } from './columnDefinitions.ts';
import { runInsert } from './insertStatement.ts';
import { KeptExpressions } from './keptExpressions.ts';
import type { ChangePlan } from './prepareChange.ts';
import { checkLocation, checkVacant, isVacant, placeOf, quoted, type TablePlace } from './tablePlaces.ts';

/** CREATE TABLE, CREATE OR REPLACE TABLE, REPLACE TABLE; with AS SELECT or without; in a folder of the workspace or elsewhere. */
export async function planCreateTable(statement: StatementOf<'createTable'>, context: StatementContext): Promise<ChangePlan> {
  checkClauses(statement, context);
  const { text } = context;
  const at = spanOf(text, statement.name);
  const mode = statement.replace === 'none' ? 'create' : statement.replace === 'orReplace' ? 'createOrReplace' : 'replace';
  const operation = mode === 'create' ? 'CREATE TABLE' : mode === 'createOrReplace' ? 'CREATE OR REPLACE TABLE' : 'REPLACE TABLE';
  const place = await placeOf(statement.name, statement.clauses.location, context);
  const { located, isNamed } = place;
  const open = await beginOn(located, context);
  const nothing = { located, operation, reads: [], files: [], notices: [] };
  const isThere = open.base !== undefined && (isNamed || located.byPath);
  if (mode === 'create' && (isThere || (isNamed && !located.isManaged))) {
    if (statement.ifNotExists) return { ...nothing, run: nothingDone };
    throw new LakebookError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quoted(located) }, { span: at });
  }
  if (mode === 'replace' && !isThere) throw new LakebookError('DELTA_CANNOT_REPLACE_MISSING_TABLE', { table: quoted(located) }, { span: at });
  const built = statement.query === undefined ? undefined : await buildSelect(statement.query, context);
  const options = optionsOf(statement, mode, { located, built, context });
  try {
    checkLocation(place, statement.clauses.location, context);
    await checkPlace(place, open, options, statement);
  } catch (error) {
    throw pointAt(error, at);
  }
  const keepingName = async (made: Promise<CommandResult>): Promise<CommandResult> => {
    const result = await made;
    await place.keepName();
    return result;
  };
  if (open.base !== undefined && mode === 'create') return { ...nothing, run: () => keepingName(nothingDone()) };
  await new KeptExpressions(open, context, mode === 'create' ? 'CREATE TABLE' : 'REPLACE TABLE').checkTable(statement, options.schema);
  if (open.base !== undefined) context.pinned.change({ table: located, snapshot: () => open.snapshot(context.signal), referenceId: undefined });
  if (built === undefined) return { ...nothing, run: (signal) => keepingName(createTable(open, options, signal)) };
  const columns = options.schema.fields.map(({ name }) => name);
  return {
    ...nothing,
    operation: `${operation} AS SELECT`,
    reads: mergeReads(built.scans),
    files: built.files,
    notices: built.resolved.notices,
    run: (signal) => keepingName(runInsert(built, (select) => createTable(open, { ...options, rows: { select, columns } }, signal))),
  };
}

async function nothingDone(): Promise<CommandResult> {
  return { committed: undefined, metrics: {}, rows: NO_ROWS };
}

/**
 * Whether a table can be made, or taken over, where it is asked for. What is there already is never overwritten by CREATE.
 * @throws LakebookError DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION, DELTA_CREATE_EXTERNAL_TABLE_WITHOUT_TXN_LOG,
 *   DELTA_CREATE_EXTERNAL_TABLE_WITHOUT_SCHEMA, DELTA_SCHEMA_NOT_PROVIDED, DELTA_METADATA_ABSENT_EXISTING_CATALOG_TABLE,
 *   SPECIFY_PARTITION_IS_NOT_ALLOWED, as `checkSpecified`
 */
async function checkPlace(place: TablePlace, { base }: OpenTransaction, options: CreateOptions, { query, clauses }: StatementOf<'createTable'>): Promise<void> {
  const { located: { path: location, ...located }, isNamed } = place;
  const table = quoted(located);
  const hasSchema = options.schema.fields.length > 0 || query !== undefined;
  if (!hasSchema && (clauses.partitionedBy !== undefined || clauses.clusterBy !== undefined)) throw new LakebookError('SPECIFY_PARTITION_IS_NOT_ALLOWED', {});
  if (!hasSchema && options.mode !== 'create') throw new LakebookError('DELTA_SCHEMA_NOT_PROVIDED', {});
  if (base !== undefined && options.mode !== 'create') return;
  if (base !== undefined && query !== undefined) throw new LakebookError('DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION', { table, location });
  if (base !== undefined) return checkSpecified(base, options, location);
  if (isNamed && !located.isManaged && query === undefined) throw new LakebookError('DELTA_METADATA_ABSENT_EXISTING_CATALOG_TABLE', { table, location });
  if (!hasSchema && clauses.location !== undefined) throw new LakebookError((await isVacant(location)) ? 'DELTA_CREATE_EXTERNAL_TABLE_WITHOUT_SCHEMA' : 'DELTA_CREATE_EXTERNAL_TABLE_WITHOUT_TXN_LOG', { table, location });
  await checkVacant(place);
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
    isManaged: located.isManaged,
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
