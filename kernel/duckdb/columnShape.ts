import { fieldPairs, renamed } from '../delta/renaming.ts';
import { someType, type DeltaType } from '../delta/schema.ts';
import { identifier, literal, VARIANT_TYPE } from '../delta/sqlText.ts';

/**
 * How a file stores its variants: marked as such, as plain groups of bytes, or it has none. DuckDB reads a variant that
 * holds JSON's null, where it is marked, as NULL; where a file has no NULL (`annotatedNotNull`) the two can be told apart, and
 * in a copy of the file whose marks are taken off (`unmarked`).
 */
export type VariantStorage = 'annotated' | 'annotatedNotNull' | 'unmarked' | 'plain' | 'none';

/** Whether DuckDB reads variants of this storage as its own VARIANT. */
export function isReadAsVariant(variant: VariantStorage): boolean {
  return variant === 'annotated' || variant === 'annotatedNotNull';
}

export interface ShapeChange {
  /** As read: names of nested fields as in the file. */
  readonly from: DeltaType;
  /** As readers see it: the same shape, with logical names. */
  readonly to: DeltaType;
  readonly variant: VariantStorage;
}

/** SQL of a value with its nested fields renamed and its variants as their bytes. */
export function logicalValue(value: string, change: ShapeChange): string {
  const { from, to, variant } = change;
  if (isReadAsVariant(variant) && someType(to, ({ kind }) => kind === 'variant')) return rebuilt(value, change, 0);
  return renamed(value, from, to);
}

/** The value made anew from its parts: the only way to reach variants inside of it. `depth` tells lambdas' arguments apart. */
function rebuilt(value: string, { from, to, variant }: ShapeChange, depth: number): string {
  const part = (name: string, child: { readonly from: DeltaType; readonly to: DeltaType }): string => rebuilt(name, { ...child, variant: variant === 'annotatedNotNull' ? 'annotated' : variant }, depth + 1);
  const argument = `v${depth}`;
  if (to.kind === 'variant') return variantBytes(value, variant);
  if (from.kind === 'struct' && to.kind === 'struct') {
    const fields = fieldPairs(from, to).map((pair) => `${literal(pair.to.name)}: ${part(`(${value}).${identifier(pair.from.name)}`, { from: pair.from.type, to: pair.to.type })}`);
    return `CASE WHEN ${value} IS NULL THEN NULL ELSE {${fields.join(', ')}} END`;
  }
  if (from.kind === 'array' && to.kind === 'array') {
    return `list_transform(${value}, lambda ${argument}: ${part(argument, { from: from.elementType, to: to.elementType })})`;
  }
  if (from.kind === 'map' && to.kind === 'map') {
    const [key, item] = [part(`${argument}."key"`, { from: from.keyType, to: to.keyType }), part(`${argument}."value"`, { from: from.valueType, to: to.valueType })];
    return `CASE WHEN ${value} IS NULL THEN NULL ELSE map_from_entries(list_transform(map_entries(${value}), lambda ${argument}: {'key': ${key}, 'value': ${item}})) END`;
  }
  return value;
}

/** What is nested is never known to be without NULL, so only the whole column can be `annotatedNotNull`. */
function variantBytes(value: string, variant: VariantStorage): string {
  const bytes = `CASE WHEN (${value}) IS NOT NULL THEN variant_to_parquet_variant(${value})::${VARIANT_TYPE} END`;
  return variant === 'annotatedNotNull' ? `coalesce(${bytes}, ${JSON_NULL})` : bytes;
}

const JSON_NULL = `{'value': '\\x00'::BLOB, 'metadata': '\\x01\\x00\\x00'::BLOB}`;
