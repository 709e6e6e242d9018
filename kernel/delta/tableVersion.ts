import { LakebookError } from '../base/errors.ts';
import { checkMapped, columnMappingMode, fieldIdOf, physicalNameOf, physicalType, type ColumnMappingMode } from './columnMapping.ts';
import type { Constants } from './fileConstants.ts';
import { checkReadable, type LogAccess } from './protocol.ts';
import type { ColumnSource } from './scanPlan.ts';
import { findField, parseSchema, type StructField, type StructType } from './schema.ts';
import type { TableState } from './tableState.ts';
import { checkTypeChanges, isLossyWidened } from './typeWidening.ts';

/** A table's state at a version, checked and understood. */
export interface TableVersion extends TableState {
  readonly table: string;
  readonly version: number;
  readonly schema: StructType;
  readonly mode: ColumnMappingMode;
  readonly access: LogAccess;
}

/**
 * Checks that this product reads a table at a version faithfully. Pure.
 * @throws LakebookError as {@link checkReadable}, `parseSchema`, `checkTypeChanges`; DELTA_UNSUPPORTED_FORMAT
 */
export function understandState(state: TableState, at: { readonly table: string; readonly version: number; readonly access?: LogAccess }): TableVersion {
  const { table, version, access = 'path' } = at;
  checkReadable(state.protocol, table, access);
  if (state.metadata.provider !== 'parquet') throw new LakebookError('DELTA_UNSUPPORTED_FORMAT', { table, provider: state.metadata.provider });
  const schema = parseSchema(state.metadata.schemaString, table);
  checkTypeChanges(schema, table);
  const mode = columnMappingMode(state.protocol, state.metadata);
  checkMapped(schema, mode, table);
  for (const column of state.metadata.partitionColumns) {
    if (findField(schema, column) === undefined) throw new LakebookError('DELTA_SCHEMA_INVALID', { table, detail: `it lacks the partition column ${column}` });
  }
  return { ...state, table, version, schema, mode, access };
}

/** @throws LakebookError DELTA_COLUMN_NOT_FOUND */
export function columnOf({ schema, table }: TableVersion, name: string): StructField {
  const field = findField(schema, name);
  if (field === undefined) throw new LakebookError('DELTA_COLUMN_NOT_FOUND', { table, column: name });
  return field;
}

/** Where a column's values come from. Partition values are taken from the log, even where the files hold them too. */
export function sourceOf(field: StructField, at: TableVersion, constants: Constants): ColumnSource {
  const { type } = field;
  const name = physicalNameOf(field, at.mode);
  if (type.kind === 'void') return { kind: 'null', type };
  const isPartition = at.metadata.partitionColumns.some((column) => column.toLowerCase() === field.name.toLowerCase());
  if (!isPartition) {
    return { kind: 'file', physicalName: name, fieldId: fieldIdOf(field), type, physicalType: physicalType(type, at.mode), lossyWidened: isLossyWidened(field) };
  }
  if (type.kind === 'struct' || type.kind === 'array' || type.kind === 'map') {
    throw new LakebookError('DELTA_SCHEMA_INVALID', { table: at.table, detail: `the partition column ${field.name} is of a nested type` });
  }
  return { kind: 'constant', constant: constants.add(name), type };
}
