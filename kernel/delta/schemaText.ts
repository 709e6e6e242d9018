import type { DeltaType, StructField, StructType } from './schema.ts';

/** A table's schema as its metadata holds it (PROTOCOL.md "Schema Serialization Format"). */
export function schemaText(schema: StructType): string {
  return JSON.stringify(typeJson(schema));
}

/** One type as its JSON: for metadata that speaks of types. */
export function typeJson(type: DeltaType): unknown {
  switch (type.kind) {
    case 'struct':
      return { type: 'struct', fields: type.fields.map(fieldJson) };
    case 'array':
      return { type: 'array', elementType: typeJson(type.elementType), containsNull: type.containsNull };
    case 'map':
      return { type: 'map', keyType: typeJson(type.keyType), valueType: typeJson(type.valueType), valueContainsNull: type.valueContainsNull };
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    default:
      return type.collation === undefined ? type.kind : `${type.kind} collate ${type.collation}`;
  }
}

export function fieldJson({ name, type, nullable, metadata }: StructField): { readonly name: string; readonly type: unknown; readonly nullable: boolean; readonly metadata: StructField['metadata'] } {
  return { name, type: typeJson(type), nullable, metadata };
}
