import { LakebookError } from '../../base/errors.ts';
import { columnMappingMode, physicalNameOf } from '../columnMapping.ts';
import { findField, type StructField, type StructType } from '../schema.ts';
import { fieldJson } from '../schemaText.ts';
import type { Snapshot } from '../snapshot.ts';
import { clusteringPaths } from '../write/clusteringColumns.ts';
import { checkDependents } from '../write/dependents.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { columnAt, editColumn, editStruct, insertField, removeField, type ColumnPath, type ColumnPosition } from '../write/schemaEdits.ts';
import { renamedStatisticsColumns } from '../write/statisticsProperty.ts';
import type { CommandResult } from './commandResult.ts';
import { commitMetadata, withSchema } from './commitMetadata.ts';

export interface AddedColumn {
  /** Where it stands: empty for a column of the table itself. */
  readonly parent: ColumnPath;
  readonly field: StructField;
  readonly position: ColumnPosition;
}

/** @throws LakebookError DELTA_COLUMN_ALREADY_EXISTS, DELTA_COLUMN_NOT_FOUND, DELTA_COLUMN_NOT_ADDED_THERE, as {@link checkAdded} */
export function addColumns(open: OpenTransaction, snapshot: Snapshot, columns: readonly AddedColumn[]): Promise<CommandResult> {
  const { table } = open;
  const schema = columns.reduce((current, column) => addColumn(current, column, table), snapshot.schema);
  const told = columns.map(({ parent, field, position }) => ({ column: { ...fieldJson(field), name: [...parent, field.name].join('.') }, ...positionJson(position) }));
  return commitMetadata(open, withSchema(snapshot.metadata, schema, open), { name: 'ADD COLUMNS', parameters: { columns: JSON.stringify(told) } });
}

function addColumn(schema: StructType, { parent, field, position }: AddedColumn, table: string): StructType {
  checkAdded(field);
  const column = [...parent, field.name].join('.');
  const edited = editStruct(schema, parent, (struct) => {
    if (findField(struct, field.name) !== undefined) throw new LakebookError('DELTA_COLUMN_ALREADY_EXISTS', { table, operation: 'add', column });
    return placed(struct, field, position, { parent, table });
  });
  if (edited !== undefined) return edited;
  const above = parent.join('.');
  throw columnAt(schema, parent) === undefined ? new LakebookError('DELTA_COLUMN_NOT_FOUND', { table, column: above }) : new LakebookError('DELTA_COLUMN_NOT_ADDED_THERE', { table, column, parent: above });
}

function placed(struct: StructType, field: StructField, position: ColumnPosition, { parent, table }: { readonly parent: ColumnPath; readonly table: string }): StructType {
  const edited = insertField(struct, field, position);
  if (edited === undefined) throw new LakebookError('DELTA_COLUMN_NOT_FOUND', { table, column: [...parent, position.kind === 'after' ? position.column : ''].join('.') });
  return edited;
}

/**
 * Rows that are there have no value for a new column but NULL.
 * @throws LakebookError DELTA_OPERATION_NOT_ALLOWED, WRONG_COLUMN_DEFAULTS_FOR_DELTA_ALTER_TABLE_ADD_COLUMN_NOT_SUPPORTED
 */
function checkAdded({ nullable, metadata }: StructField): void {
  if (metadata['CURRENT_DEFAULT'] !== undefined) throw new LakebookError('WRONG_COLUMN_DEFAULTS_FOR_DELTA_ALTER_TABLE_ADD_COLUMN_NOT_SUPPORTED', {});
  const operation = !nullable ? 'NOT NULL in ALTER TABLE ADD COLUMNS' : metadata['delta.generationExpression'] !== undefined ? 'ALTER TABLE ADD generated columns' : metadata['delta.identity.step'] !== undefined ? 'ALTER TABLE ADD identity columns' : undefined;
  if (operation !== undefined) throw new LakebookError('DELTA_OPERATION_NOT_ALLOWED', { operation });
}

/** @throws LakebookError DELTA_UNSUPPORTED_RENAME_COLUMN, DELTA_COLUMN_NOT_FOUND, DELTA_COLUMN_ALREADY_EXISTS, as `checkDependents` */
export function renameColumn(open: OpenTransaction, snapshot: Snapshot, { path, name }: { readonly path: ColumnPath; readonly name: string }): Promise<CommandResult> {
  const { table } = open;
  const { metadata, schema, protocol } = snapshot;
  const found = demandColumn(schema, path, table);
  if (columnMappingMode(protocol, metadata) === 'none') throw new LakebookError('DELTA_UNSUPPORTED_RENAME_COLUMN', { table });
  if (findField(parentOf(schema, found.path), name) !== undefined && name.toLowerCase() !== found.field.name.toLowerCase()) {
    throw new LakebookError('DELTA_COLUMN_ALREADY_EXISTS', { table, operation: 'rename', column: [...found.path.slice(0, -1), name].join('.') });
  }
  checkDependents(metadata, schema, found.path, { operation: 'rename', table });
  const next = editColumn(schema, found.path, (field) => ({ ...field, name })) ?? schema;
  const target = [...found.path.slice(0, -1), name];
  const isTopLevel = found.path.length === 1;
  const partitionColumns = metadata.partitionColumns.map((each) => (isTopLevel && each === found.field.name ? name : each));
  const configuration = renamedStatisticsColumns(metadata.configuration, found.path, target);
  const parameters = { oldColumnPath: found.path.join('.'), newColumnPath: target.join('.') };
  return commitMetadata(open, { ...withSchema({ ...metadata, configuration }, next, open), partitionColumns }, { name: 'RENAME COLUMN', parameters });
}

/**
 * Their values stay in the files, and nothing reads them any more.
 * @throws LakebookError DELTA_UNSUPPORTED_DROP_COLUMN, DELTA_UNSUPPORTED_DROP_PARTITION_COLUMN, DELTA_UNSUPPORTED_DROP_CLUSTERING_COLUMN,
 *   DELTA_DROP_COLUMN_ON_SINGLE_FIELD_SCHEMA, DELTA_UNSUPPORTED_DROP_NESTED_COLUMN_FROM_NON_STRUCT_TYPE, DELTA_COLUMN_NOT_FOUND, as `checkDependents`
 */
export function dropColumns(open: OpenTransaction, snapshot: Snapshot, { paths, ifExists }: { readonly paths: readonly ColumnPath[]; readonly ifExists: boolean }): Promise<CommandResult> {
  const { table } = open;
  const { metadata, protocol } = snapshot;
  const mode = columnMappingMode(protocol, metadata);
  const wanted = ifExists ? paths.filter((path) => columnAt(snapshot.schema, path) !== undefined) : paths;
  let schema = snapshot.schema;
  let { configuration } = metadata;
  for (const path of wanted) {
    const found = demandColumn(schema, path, table);
    if (mode === 'none') throw new LakebookError('DELTA_UNSUPPORTED_DROP_COLUMN', { table });
    checkDroppable(snapshot, found.path, table);
    schema = dropColumn(schema, found, table);
    configuration = renamedStatisticsColumns(configuration, found.path, undefined);
  }
  return commitMetadata(open, withSchema({ ...metadata, configuration }, schema, open), { name: 'DROP COLUMNS', parameters: { columns: JSON.stringify(wanted.map((path) => path.join('.'))) } });
}

/** @throws LakebookError DELTA_UNSUPPORTED_DROP_PARTITION_COLUMN, DELTA_UNSUPPORTED_DROP_CLUSTERING_COLUMN, as `checkDependents` */
export function checkDroppable({ metadata, schema, protocol, domains }: Snapshot, path: ColumnPath, table: string): void {
  const columns = path.join('.');
  const [top] = path;
  if (path.length === 1 && top !== undefined && metadata.partitionColumns.includes(top)) throw new LakebookError('DELTA_UNSUPPORTED_DROP_PARTITION_COLUMN', { table, columns });
  checkDependents(metadata, schema, path, { operation: 'drop', table });
  const physical = physicalPathOf(schema, path, columnMappingMode(protocol, metadata));
  const isClustering = clusteringPaths(domains).some((clustered) => physical.every((name, depth) => clustered[depth] === name));
  if (isClustering) throw new LakebookError('DELTA_UNSUPPORTED_DROP_CLUSTERING_COLUMN', { table, columns });
}

function physicalPathOf(schema: StructType, path: ColumnPath, mode: ReturnType<typeof columnMappingMode>): ColumnPath {
  return path.map((name, depth) => {
    const found = columnAt(schema, path.slice(0, depth + 1));
    return found?.field.name === name ? physicalNameOf(found.field, mode) : name;
  });
}

function dropColumn(schema: StructType, { path, field }: { readonly path: ColumnPath; readonly field: StructField }, table: string): StructType {
  const parent = path.slice(0, -1);
  const column = path.join('.');
  if (path.at(-1) !== field.name) throw new LakebookError('DELTA_UNSUPPORTED_DROP_NESTED_COLUMN_FROM_NON_STRUCT_TYPE', { table, column, parent: parent.join('.') });
  const edited = editStruct(schema, parent, (struct) => {
    if (struct.fields.length === 1) throw new LakebookError('DELTA_DROP_COLUMN_ON_SINGLE_FIELD_SCHEMA', { table, column });
    return removeField(struct, field);
  });
  return edited ?? schema;
}

/** @throws LakebookError DELTA_COLUMN_NOT_FOUND */
export function demandColumn(schema: StructType, path: ColumnPath, table: string): NonNullable<ReturnType<typeof columnAt>> {
  const found = columnAt(schema, path);
  if (found === undefined) throw new LakebookError('DELTA_COLUMN_NOT_FOUND', { table, column: path.join('.') });
  return found;
}

function parentOf(schema: StructType, path: ColumnPath): StructType {
  const parent = path.length === 1 ? schema : columnAt(schema, path.slice(0, -1))?.type;
  return parent?.kind === 'struct' ? parent : { kind: 'struct', fields: [] };
}

export function positionJson(position: ColumnPosition): { readonly position?: string } {
  return position.kind === 'last' ? {} : { position: position.kind === 'first' ? 'FIRST' : `AFTER ${position.column}` };
}
