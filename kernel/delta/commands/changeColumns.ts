import { LakebookError } from '../../base/errors.ts';
import { firstRow, toBigInt, type EngineValue } from '../engine.ts';
import { featuresOf } from '../protocol.ts';
import { formatType, type DeltaType, type StructField, type StructType } from '../schema.ts';
import { fieldJson, typeJson } from '../schemaText.ts';
import type { Snapshot } from '../snapshot.ts';
import { identifier } from '../sqlText.ts';
import { isSupportedTypeChange } from '../typeWidening.ts';
import { findViolations } from '../write/constraints.ts';
import { checkDependents } from '../write/dependents.ts';
import { identityOf, withHighWaterMark } from '../write/identity.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { columnAt, editColumn, editStruct, insertField, removeField, replaceWithin, typeWithin, type ColumnPath, type ColumnPosition } from '../write/schemaEdits.ts';
import { demandColumn, positionJson } from './alterColumns.ts';
import type { CommandResult } from './commandResult.ts';
import { commitMetadata, withSchema } from './commitMetadata.ts';

export type ColumnChange =
  /** `declared` is the type of characters as it was written: `varchar(10)`. */
  | { readonly kind: 'type'; readonly type: DeltaType; readonly declared: string | undefined }
  | { readonly kind: 'nullable'; readonly nullable: boolean }
  /** Undefined: there is none any more. */
  | { readonly kind: 'default'; readonly expression: string | undefined }
  | { readonly kind: 'comment'; readonly comment: string }
  | { readonly kind: 'position'; readonly position: ColumnPosition }
  | { readonly kind: 'syncIdentity' };

export interface ColumnAlteration {
  readonly path: ColumnPath;
  readonly changes: readonly ColumnChange[];
}

const DEFAULT = 'CURRENT_DEFAULT';
const DECLARED = '__CHAR_VARCHAR_TYPE_STRING';
const TYPE_CHANGES = 'delta.typeChanges';

/**
 * `ALTER COLUMN`, several at once. What the columns become must hold for the rows that are there.
 * @throws LakebookError DELTA_COLUMN_NOT_FOUND, DELTA_ALTER_TABLE_CHANGE_COLUMN_NOT_SUPPORTED, DELTA_NEW_NOT_NULL_VIOLATION,
 *   WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED, as `checkDependents`, as `commitMetadata`
 */
export async function changeColumns(open: OpenTransaction, snapshot: Snapshot, alterations: readonly ColumnAlteration[], signal?: AbortSignal): Promise<CommandResult> {
  let { schema } = snapshot;
  const told: unknown[] = [];
  for (const { path, changes } of alterations) {
    const found = demandColumn(schema, path, open.table);
    for (const change of changes) schema = await applyChange({ open, snapshot, signal }, schema, found.path, change);
    const changed = columnAt(schema, found.path)?.field ?? found.field;
    const position = changes.flatMap((change) => (change.kind === 'position' ? [change.position] : []))[0];
    // Spark tells of the column as it was asked for, without what the table notes of the change.
    const asked = withMetadata(changed, { [TYPE_CHANGES]: found.field.metadata[TYPE_CHANGES] });
    told.push({ column: fieldJson(asked), ...(found.path.length > 1 ? { path: found.path.slice(0, -1).join('.') } : {}), ...(position === undefined ? {} : positionJson(position)) });
  }
  const operation = told.length === 1 ? { name: 'CHANGE COLUMN', parameters: singleParameters(told[0]) } : { name: 'CHANGE COLUMNS', parameters: { columns: JSON.stringify(told) } };
  return commitMetadata(open, withSchema(snapshot.metadata, schema, open), operation);
}

function singleParameters(told: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(told as object).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
}

interface Altering {
  readonly open: OpenTransaction;
  readonly snapshot: Snapshot;
  readonly signal: AbortSignal | undefined;
}

async function applyChange(altering: Altering, schema: StructType, path: ColumnPath, change: ColumnChange): Promise<StructType> {
  const { open: { table }, snapshot } = altering;
  const edit = (changeField: (field: StructField, within: ColumnPath) => StructField): StructType => editColumn(schema, path, changeField) ?? schema;
  const demandField = (what: string): StructField => {
    const { field } = demandColumn(schema, path, table);
    if (path.at(-1) !== field.name) throw new LakebookError('DELTA_OPERATION_NOT_ALLOWED', { operation: `ALTER COLUMN ${path.join('.')} ${what}` });
    return field;
  };
  switch (change.kind) {
    case 'comment':
      demandField('COMMENT');
      return edit((field) => withMetadata(field, { comment: change.comment }));
    case 'default':
      demandField('SET DEFAULT');
      if (change.expression !== undefined) await checkDefault(altering, change.expression);
      return edit((field) => withMetadata(field, { [DEFAULT]: change.expression }));
    case 'nullable':
      if (!change.nullable && demandField('SET NOT NULL').nullable) await checkNoNulls(altering, schema, path);
      return edit((field) => ({ ...field, nullable: change.nullable }));
    case 'position':
      return movedColumn(schema, path, change.position, table);
    case 'type': {
      const next = edit((field, within) => retyped(field, within, change, { snapshot, path, table }));
      const [before, after] = [schema, next].map((each) => formatType(demandColumn(each, path, table).type));
      if (before !== after) checkDependents(snapshot.metadata, schema, path, { operation: 'change', table });
      return next;
    }
    case 'syncIdentity': {
      const field = demandField('SYNC IDENTITY');
      const last = await lastIdentityValue(altering, field);
      return last === undefined ? schema : edit((each) => withHighWaterMark(each, last));
    }
  }
}

/** An undefined value takes the key out. */
function withMetadata(field: StructField, metadata: Readonly<Record<string, unknown>>): StructField {
  return { ...field, metadata: Object.fromEntries(Object.entries({ ...field.metadata, ...metadata }).filter(([, value]) => value !== undefined)) };
}

async function checkDefault({ open, snapshot }: Altering, expression: string): Promise<void> {
  if (!featuresOf(snapshot.protocol).includes('allowColumnDefaults')) throw new LakebookError('WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED', { commandType: 'ALTER TABLE', table: open.table });
  await open.expressions.compile(expression, { kind: 'struct', fields: [] }, 'r');
}

async function checkNoNulls({ open, snapshot, signal }: Altering, schema: StructType, path: ColumnPath): Promise<void> {
  open.transaction.readWholeTable();
  const { count, row } = await onRows(snapshot, (relation) => findViolations(relation, { kind: 'notNull', path }, schema, open, signal), signal);
  if (count > 0) throw new LakebookError('DELTA_NEW_NOT_NULL_VIOLATION', { table: open.table, numRows: count, colName: path.join('.'), row });
}

/** Reads the rows of a table as they are. */
export async function onRows<Result>(snapshot: Snapshot, read: (relation: string) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  const scan = await snapshot.scan({}, signal);
  try {
    return await read(scan.relationSql);
  } catch (error) {
    throw scan.explainError(error);
  } finally {
    await scan.dispose();
  }
}

function movedColumn(schema: StructType, path: ColumnPath, position: ColumnPosition, table: string): StructType {
  const { field } = demandColumn(schema, path, table);
  const parent = path.slice(0, -1);
  const edited = editStruct(schema, parent, (struct) => {
    const moved = position.kind === 'after' && position.column.toLowerCase() === field.name.toLowerCase() ? struct : insertField(removeField(struct, field), field, position);
    if (moved === undefined) throw new LakebookError('DELTA_COLUMN_NOT_FOUND', { table, column: [...parent, position.kind === 'after' ? position.column : ''].join('.') });
    return moved;
  });
  return edited ?? schema;
}

interface Retyping {
  readonly snapshot: Snapshot;
  readonly path: ColumnPath;
  readonly table: string;
}

/** PROTOCOL.md "Type Widening": files keep what they hold, so that only a wider type can be read from them. */
function retyped(field: StructField, within: ColumnPath, { type: to, declared }: Extract<ColumnChange, { readonly kind: 'type' }>, { snapshot, path, table }: Retyping): StructField {
  const from = typeWithin(field.type, within) ?? field.type;
  const former = field.metadata[DECLARED];
  const [oldField, newField] = [typeof former === 'string' ? former : formatType(from), declared ?? formatType(to)];
  const refuse = (hint = ''): LakebookError => new LakebookError('DELTA_ALTER_TABLE_CHANGE_COLUMN_NOT_SUPPORTED', { table, fieldPath: path.join('.'), oldField, newField, hint });
  if (formatType(from) === formatType(to)) {
    if (within.length === 0 && !holdsAllOf(declared, former)) throw refuse();
    return within.length === 0 ? withMetadata(field, { [DECLARED]: declared }) : field;
  }
  const changed = { ...field, type: replaceWithin(field.type, within, to) };
  if (from.kind === 'void') return within.length === 0 ? withMetadata(changed, { [DECLARED]: declared }) : changed;
  const widens = snapshot.metadata.configuration['delta.enableTypeWidening']?.toLowerCase() === 'true';
  if (!isSupportedTypeChange({ from, to })) throw refuse();
  if (!widens) throw refuse(' Columns become wider where delta.enableTypeWidening=true is set.');
  const changes = field.metadata[TYPE_CHANGES];
  const entry = { toType: typeJson(to), fromType: typeJson(from), ...(within.length === 0 ? {} : { fieldPath: within.join('.') }) };
  return withMetadata(changed, { [TYPE_CHANGES]: [...(Array.isArray(changes) ? changes : []), entry] });
}

/** Whether every value of a type of characters is one of another: a string, or one that may be as long. */
function holdsAllOf(declared: string | undefined, former: unknown): boolean {
  if (declared === undefined || declared === former) return true;
  const [, formerSigns] = /^(?:var)?char\((\d+)\)$/i.exec(typeof former === 'string' ? former : '') ?? [];
  const [, signs] = /^varchar\((\d+)\)$/i.exec(declared) ?? [];
  return formerSigns !== undefined && signs !== undefined && Number(signs) >= Number(formerSigns);
}

/** The value furthest in the direction in which a column is numbered; undefined where nothing is to be caught up with. */
async function lastIdentityValue({ open, snapshot, signal }: Altering, field: StructField): Promise<bigint | undefined> {
  const identity = identityOf(field);
  if (identity === undefined) throw new LakebookError('DELTA_OPERATION_NOT_ALLOWED', { operation: `ALTER COLUMN ${field.name} SYNC IDENTITY of a column that is no identity column` });
  open.transaction.readWholeTable();
  const furthest = identity.step > 0n ? 'max' : 'min';
  const values: Readonly<Record<string, EngineValue>> = await onRows(snapshot, async (relation) => firstRow(await open.engine.select(`SELECT ${furthest}(r.${identifier(field.name)}) AS last FROM (${relation}) r`, signal), ['last']), signal);
  const found = toBigInt(values['last']);
  if (found === null) return undefined;
  // The mark is a value that the column could have given out, not before the one found.
  const steps = (found - identity.start) / identity.step;
  const mark = identity.start + steps * identity.step;
  return mark === found || steps < 0n ? mark : mark + identity.step;
}
