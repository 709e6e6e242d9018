import { LakebookError } from '../base/errors.ts';
import type { Metadata, Protocol } from './actions.ts';
import { featuresOf } from './protocol.ts';
import { allFields, mapFields, type DeltaType, type StructField, type StructType } from './schema.ts';

/** PROTOCOL.md "Column Mapping". */
export type ColumnMappingMode = 'none' | 'name' | 'id';

const ID = 'delta.columnMapping.id';
const PHYSICAL_NAME = 'delta.columnMapping.physicalName';

/** The mode of a table; its property means nothing unless the protocol has the feature, on either side: some writers list it on theirs alone. */
export function columnMappingMode(protocol: Protocol, metadata: Metadata): ColumnMappingMode {
  const mode = metadata.configuration['delta.columnMapping.mode'];
  return featuresOf(protocol).includes('columnMapping') && (mode === 'name' || mode === 'id') ? mode : 'none';
}

/** The name that a field has in data files, partition values and statistics. */
export function physicalNameOf(field: StructField, mode: ColumnMappingMode): string {
  const physical = field.metadata[PHYSICAL_NAME];
  return mode !== 'none' && typeof physical === 'string' ? physical : field.name;
}

export function fieldIdOf(field: StructField): number | undefined {
  const id = field.metadata[ID];
  return typeof id === 'number' ? id : undefined;
}

/** The type with the physical names of its nested fields. */
export function physicalType(type: DeltaType, mode: ColumnMappingMode): DeltaType {
  return mode === 'none' ? type : mapFields(type, (field) => ({ ...field, name: physicalNameOf(field, mode) }));
}

/** @throws LakebookError DELTA_SCHEMA_INVALID if a field of a mapped table lacks its physical name or id */
export function checkMapped(schema: StructType, mode: ColumnMappingMode, table: string): void {
  if (mode === 'none') return;
  const unmapped = allFields(schema).find((field) => typeof field.metadata[PHYSICAL_NAME] !== 'string' || (mode === 'id' && fieldIdOf(field) === undefined));
  if (unmapped !== undefined) {
    throw new LakebookError('DELTA_SCHEMA_INVALID', { table, detail: `column ${unmapped.name} has no physical name or id, which column mapping needs` });
  }
}
