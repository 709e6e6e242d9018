import { LakebookError } from '../base/errors.ts';
import type { Metadata, Protocol } from './actions.ts';
import { featuresOf } from './protocol.ts';
import type { DeltaType, StructField, StructType } from './schema.ts';

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
  if (mode === 'none') return type;
  switch (type.kind) {
    case 'struct':
      return { kind: 'struct', fields: type.fields.map((field) => ({ ...field, name: physicalNameOf(field, mode), type: physicalType(field.type, mode) })) };
    case 'array':
      return { ...type, elementType: physicalType(type.elementType, mode) };
    case 'map':
      return { ...type, keyType: physicalType(type.keyType, mode), valueType: physicalType(type.valueType, mode) };
    default:
      return type;
  }
}

/** @throws LakebookError DELTA_SCHEMA_INVALID if a field of a mapped table lacks its physical name or id */
export function checkMapped(schema: StructType, mode: ColumnMappingMode, table: string): void {
  if (mode === 'none') return;
  for (const field of schema.fields) {
    if (typeof field.metadata[PHYSICAL_NAME] !== 'string' || (mode === 'id' && fieldIdOf(field) === undefined)) {
      throw new LakebookError('DELTA_SCHEMA_INVALID', { table, detail: `column ${field.name} has no physical name or id, which column mapping needs` });
    }
    for (const struct of nestedStructs(field.type)) checkMapped(struct, mode, table);
  }
}

function nestedStructs(type: DeltaType): readonly StructType[] {
  switch (type.kind) {
    case 'struct':
      return [type];
    case 'array':
      return nestedStructs(type.elementType);
    case 'map':
      return [...nestedStructs(type.keyType), ...nestedStructs(type.valueType)];
    default:
      return [];
  }
}
