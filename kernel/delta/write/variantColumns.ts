import { physicalNameOf, physicalType, type ColumnMappingMode } from '../columnMapping.ts';
import { renamed } from '../renaming.ts';
import { someType, type DeltaType, type StructField } from '../schema.ts';
import { duckdbType, identifier, literal } from '../sqlText.ts';

/**
 * Readers want a variant as an optional group of two required byte strings (PROTOCOL.md "Variant Data Type"), and DuckDB
 * writes every field as optional. So a column that ends in a variant is written as two that end in a byte string: under
 * its own name with the variants' values, and with this behind its name with their metadata. Both have the levels of
 * definition and repetition that the two fields of the group would have, and {@link Engine.copy} makes them one in the
 * file's footer. No name of a column ends so: Parquet's own writers forbid such signs.
 */
export const METADATA_MARK = ';metadata of the variant';

interface StoredColumn {
  readonly name: string;
  /** Of exactly the type that the file holds, with physical names. */
  readonly sql: string;
}

/** A column's value as its file holds it: one column, or two where it ends in a variant. */
export function storedColumns(value: string, { type, ...field }: StructField, mode: ColumnMappingMode): readonly StoredColumn[] {
  const typed = `CAST(${value} AS ${duckdbType(type)})`;
  return parts(typed, { type, ...field }, mode, 0);
}

export function hasVariant(type: DeltaType): boolean {
  return someType(type, ({ kind }) => kind === 'variant');
}

/** `depth` tells lambdas' arguments apart. */
function parts(value: string, field: StructField, mode: ColumnMappingMode, depth: number): readonly StoredColumn[] {
  const name = physicalNameOf(field, mode);
  if (!endsInVariant(field.type)) return [{ name, sql: rebuilt(value, field.type, mode, depth) }];
  return [{ name, sql: valuesOf(value, field.type, depth) }, { name: `${name}${METADATA_MARK}`, sql: metadataOf(value, field.type, depth) }];
}

/** A variant, or lists and maps of nothing else. */
function endsInVariant(type: DeltaType): boolean {
  if (type.kind === 'array') return endsInVariant(type.elementType);
  return type.kind === 'map' ? endsInVariant(type.valueType) : type.kind === 'variant';
}

/** The value with physical names, made anew from its parts where a struct in it holds variants. */
function rebuilt(value: string, type: DeltaType, mode: ColumnMappingMode, depth: number): string {
  if (!hasVariant(type)) return renamed(value, type, physicalType(type, mode));
  const each = argument(depth);
  switch (type.kind) {
    case 'struct': {
      const fields = type.fields.flatMap((field) => parts(`(${value}).${identifier(field.name)}`, field, mode, depth));
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE {${fields.map(({ name, sql }) => `${literal(name)}: ${sql}`).join(', ')}} END`;
    }
    case 'array':
      return `list_transform(${value}, lambda ${each}: ${rebuilt(each, type.elementType, mode, depth + 1)})`;
    case 'map':
      return mapOf(value, each, { key: rebuilt(`${each}."key"`, type.keyType, mode, depth + 1), item: rebuilt(`${each}."value"`, type.valueType, mode, depth + 1) });
    default:
      return value;
  }
}

function valuesOf(value: string, type: DeltaType, depth: number): string {
  const each = argument(depth);
  if (type.kind === 'array') return `list_transform(${value}, lambda ${each}: ${valuesOf(each, type.elementType, depth + 1)})`;
  if (type.kind === 'map') return mapOf(value, each, { key: `${each}."key"`, item: valuesOf(`${each}."value"`, type.valueType, depth + 1) });
  return `(${value})."value"`;
}

/** Of a map the values alone, as a list: its keys stand in the other column, and its levels are a list's. */
function metadataOf(value: string, type: DeltaType, depth: number): string {
  const each = argument(depth);
  if (type.kind === 'array') return `list_transform(${value}, lambda ${each}: ${metadataOf(each, type.elementType, depth + 1)})`;
  if (type.kind === 'map') return `CASE WHEN ${value} IS NULL THEN NULL ELSE list_transform(map_values(${value}), lambda ${each}: ${metadataOf(each, type.valueType, depth + 1)}) END`;
  return `(${value})."metadata"`;
}

function mapOf(value: string, each: string, { key, item }: { readonly key: string; readonly item: string }): string {
  return `CASE WHEN ${value} IS NULL THEN NULL ELSE map_from_entries(list_transform(map_entries(${value}), lambda ${each}: {'key': ${key}, 'value': ${item}})) END`;
}

function argument(depth: number): string {
  return `v${depth}`;
}
