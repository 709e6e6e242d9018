import { LakebookError } from '../../base/errors.ts';
import { fieldIdOf, type ColumnMappingMode } from '../columnMapping.ts';
import { icebergCompatVersion } from './icebergProperties.ts';
import { assignNestedIds, nestedIdsOf } from './nestedFieldIds.ts';
import { allFields, findField, mapFields, type DeltaType, type StructField, type StructType } from '../schema.ts';

const MODE = 'delta.columnMapping.mode';
const MAX_ID = 'delta.columnMapping.maxColumnId';
const ID = 'delta.columnMapping.id';
const PHYSICAL_NAME = 'delta.columnMapping.physicalName';

type Configuration = Readonly<Record<string, string>>;

export interface MappedSchema {
  readonly schema: StructType;
  readonly configuration: Configuration;
}

/** @throws LakebookError DELTA_INVALID_TABLE_PROPERTY */
export function mappingModeIn(configuration: Configuration): ColumnMappingMode {
  const mode = configuration[MODE]?.toLowerCase() ?? 'none';
  if (mode !== 'none' && mode !== 'name' && mode !== 'id') throw new LakebookError('DELTA_INVALID_TABLE_PROPERTY', { property: MODE, value: mode, wanted: 'none, name or id' });
  return mode;
}

/**
 * Every column that has no id and physical name yet gets them (PROTOCOL.md "Writer Requirements for Column Mapping").
 * Columns of a table that had no mapping keep their names as physical ones, as their files know them; new ones get names
 * that nothing had before. What Iceberg's readers find by ids in collections gets them too. Pure but for `uuid`.
 */
export function assignColumnMapping(schema: StructType, configuration: Configuration, options: { readonly keepNames: boolean; readonly uuid: () => string }): MappedSchema {
  if (mappingModeIn(configuration) === 'none') return { schema, configuration };
  let maxId = Math.max(Number(configuration[MAX_ID] ?? 0), ...allFields(schema).flatMap((field) => [fieldIdOf(field) ?? 0, ...Object.values(nestedIdsOf(field))]));
  const assign = (field: StructField): StructField => {
    if (fieldIdOf(field) !== undefined && typeof field.metadata[PHYSICAL_NAME] === 'string') return field;
    maxId += 1;
    const physicalName = options.keepNames ? field.name : `col-${options.uuid()}`;
    return { ...field, metadata: { ...field.metadata, [ID]: fieldIdOf(field) ?? maxId, [PHYSICAL_NAME]: physicalName } };
  };
  const mapped = mapFields(schema, assign);
  if (mapped.kind !== 'struct') throw new LakebookError('INTERNAL_ERROR', { detail: 'a mapped struct is a struct' });
  const complete = icebergCompatVersion(configuration) === 2 ? assignNestedIds(mapped, () => (maxId += 1)) : mapped;
  return { schema: complete, configuration: { ...configuration, [MAX_ID]: String(maxId) } };
}

/**
 * A schema that replaces another: columns of the same names and kinds keep their ids and physical names, others get ids that
 * were never given out. Pure.
 */
export function inheritColumnMapping(schema: StructType, configuration: Configuration, former: MappedSchema): MappedSchema {
  const maxId = former.configuration[MAX_ID];
  if (mappingModeIn(configuration) === 'none' || maxId === undefined) return { schema, configuration };
  const inherited = inherit(schema, former.schema);
  return { schema: inherited.kind === 'struct' ? inherited : schema, configuration: { ...configuration, [MAX_ID]: maxId } };
}

function inherit(type: DeltaType, former: DeltaType): DeltaType {
  if (type.kind === 'struct' && former.kind === 'struct') {
    return { kind: 'struct', fields: type.fields.map((field) => {
      const known = findField(former, field.name);
      if (known === undefined || known.type.kind !== field.type.kind) return field;
      const kept = Object.fromEntries(Object.entries(known.metadata).filter(([key]) => key === ID || key === PHYSICAL_NAME));
      return { ...field, type: inherit(field.type, known.type), metadata: { ...field.metadata, ...kept } };
    }) };
  }
  if (type.kind === 'array' && former.kind === 'array') return { ...type, elementType: inherit(type.elementType, former.elementType) };
  if (type.kind === 'map' && former.kind === 'map') return { ...type, keyType: inherit(type.keyType, former.keyType), valueType: inherit(type.valueType, former.valueType) };
  return type;
}
