import { mapFields, type DeltaType, type StructField, type StructType } from '../schema.ts';

const NESTED_IDS = 'delta.columnMapping.nested.ids';

/** Ids of the elements, keys and values within a field, by their path below its physical name: `col-x.value.element`. */
export function nestedIdsOf({ metadata }: StructField): Readonly<Record<string, number>> {
  const ids = metadata[NESTED_IDS];
  return typeof ids === 'object' && ids !== null ? Object.fromEntries(Object.entries(ids).flatMap(([path, id]) => (typeof id === 'number' ? [[path, id]] : []))) : {};
}

/**
 * Every element, key and value that has no id yet gets one (PROTOCOL.md "Writer Requirements for IcebergCompatV2"). Pure but
 * for `nextId`, which gives ids that nothing had before.
 * @param schema mapped: each field has its physical name
 */
export function assignNestedIds(schema: StructType, nextId: () => number): StructType {
  const assigned = mapFields(schema, (field) => {
    const known = nestedIdsOf(field);
    const paths = collectedPaths(field.type, String(field.metadata['delta.columnMapping.physicalName']));
    if (paths.every((path) => known[path] !== undefined)) return field;
    return { ...field, metadata: { ...field.metadata, [NESTED_IDS]: Object.fromEntries(paths.map((path) => [path, known[path] ?? nextId()])) } };
  });
  return assigned.kind === 'struct' ? assigned : schema;
}

/** What is within structs belongs to their own fields. */
function collectedPaths(type: DeltaType, path: string): readonly string[] {
  switch (type.kind) {
    case 'array':
      return [`${path}.element`, ...collectedPaths(type.elementType, `${path}.element`)];
    case 'map':
      return [`${path}.key`, ...collectedPaths(type.keyType, `${path}.key`), `${path}.value`, ...collectedPaths(type.valueType, `${path}.value`)];
    default:
      return [];
  }
}
