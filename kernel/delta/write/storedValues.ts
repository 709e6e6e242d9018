import { physicalNameOf, physicalType, type ColumnMappingMode } from '../columnMapping.ts';
import { renamed } from '../renaming.ts';
import { someType, type DeltaType, type StructField } from '../schema.ts';
import { duckdbType, identifier, literal } from '../sqlText.ts';

/** SQL of a column's value as its file holds it: of exactly its type, nested fields under their physical names, variants as bytes. */
export function storedValue(value: string, { type }: Pick<StructField, 'type'>, mode: ColumnMappingMode): string {
  const typed = `CAST(${value} AS ${duckdbType(type)})`;
  return someType(type, ({ kind }) => kind === 'variant') ? rebuilt(typed, type, mode, 0) : renamed(typed, type, physicalType(type, mode));
}

/** The value made anew from its parts: the only way to reach variants inside of it. `depth` tells lambdas' arguments apart. */
function rebuilt(value: string, type: DeltaType, mode: ColumnMappingMode, depth: number): string {
  const argument = `v${depth}`;
  switch (type.kind) {
    case 'variant':
      return variantBytes(value);
    case 'struct': {
      const fields = type.fields.map((field) => `${literal(physicalNameOf(field, mode))}: ${rebuilt(`(${value}).${identifier(field.name)}`, field.type, mode, depth + 1)}`);
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE {${fields.join(', ')}} END`;
    }
    case 'array':
      return `list_transform(${value}, lambda ${argument}: ${rebuilt(argument, type.elementType, mode, depth + 1)})`;
    case 'map': {
      const [key, item] = [rebuilt(`${argument}."key"`, type.keyType, mode, depth + 1), rebuilt(`${argument}."value"`, type.valueType, mode, depth + 1)];
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE map_from_entries(list_transform(map_entries(${value}), lambda ${argument}: {'key': ${key}, 'value': ${item}})) END`;
    }
    default:
      return value;
  }
}

/** A variant's two byte strings (PROTOCOL.md "Variant Data Type"), not shredded. The engine takes JSON's null for NULL, so that is spelled out. */
function variantBytes(json: string): string {
  const bytes = `variant_to_parquet_variant(${json}::VARIANT)::STRUCT("value" BLOB, metadata BLOB)`;
  return `CASE WHEN ${json} IS NULL THEN NULL WHEN ${json}::VARCHAR = 'null' THEN {'value': '\\x00'::BLOB, 'metadata': '\\x11\\x00\\x00'::BLOB} ELSE ${bytes} END`;
}
