import type { DeltaType, StructField as DeltaField } from '../delta/schema.ts';
import type { CatalogColumn } from '../sql/catalog.ts';
import { arrayOf, decimal, mapOf, structOf, type DataType, type SimpleKind } from '../sql/types/dataType.ts';

const SIMPLE_KINDS: Readonly<Record<Exclude<DeltaType['kind'], 'decimal' | 'struct' | 'array' | 'map'>, SimpleKind>> = {
  string: 'string',
  long: 'bigint',
  integer: 'int',
  short: 'smallint',
  byte: 'tinyint',
  float: 'float',
  double: 'double',
  boolean: 'boolean',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
  timestamp_ntz: 'timestamp_ntz',
  variant: 'variant',
  void: 'void',
};

/** A Delta schema's type as Spark's. */
export function toSparkType(type: DeltaType): DataType {
  if (type.kind === 'decimal') return decimal(type.precision, type.scale);
  if (type.kind === 'array') return arrayOf(toSparkType(type.elementType), type.containsNull);
  if (type.kind === 'map') return mapOf(toSparkType(type.keyType), toSparkType(type.valueType), type.valueContainsNull);
  if (type.kind === 'struct') return structOf(type.fields.map(toCatalogColumn));
  return { kind: SIMPLE_KINDS[type.kind] };
}

/** A field of a Delta schema as a column that statements see. */
export function toCatalogColumn({ name, type, nullable, metadata }: DeltaField): CatalogColumn {
  const comment = metadata['comment'];
  const column = { name, type: toSparkType(type), nullable };
  return typeof comment === 'string' ? { ...column, comment } : column;
}
