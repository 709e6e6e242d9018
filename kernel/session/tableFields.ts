import type { DeltaType, StructField, StructType } from '../delta/schema.ts';
import { TABLE_FEATURES } from '../delta/tableFeature.ts';
import type { TableDetail, TableField } from '../rpc/tables.ts';

/** A table's schema as the tree that the table page shows. */
export function buildTableFields(schema: StructType, partitionColumns: readonly string[]): TableField[] {
  return schema.fields.map((field) => buildField(field, partitionColumns.includes(field.name)));
}

function buildField({ name, type, nullable, metadata }: StructField, partition: boolean): TableField {
  const { comment, ...others } = metadata;
  return {
    name,
    type: sparkTypeText(type),
    nullable,
    ...(typeof comment === 'string' ? { comment } : {}),
    partition,
    metadata: Object.fromEntries(Object.entries(others).map(([key, value]) => [key, JSON.stringify(value)])),
    fields: nestedFields(type).map((field) => buildField(field, false)),
  };
}

/** The fields of a struct, also where it is the element of an array or stands in a map. */
function nestedFields(type: DeltaType): readonly StructField[] {
  if (type.kind === 'struct') return type.fields;
  if (type.kind === 'array') return nestedFields(type.elementType);
  if (type.kind === 'map') return [...nestedFields(type.keyType), ...nestedFields(type.valueType)];
  return [];
}

const SPARK_NAMES: Readonly<Record<string, string>> = { long: 'bigint', integer: 'int', short: 'smallint', byte: 'tinyint' };

/** Spark's `simpleString` of a Delta type. */
function sparkTypeText(type: DeltaType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'array':
      return `array<${sparkTypeText(type.elementType)}>`;
    case 'map':
      return `map<${sparkTypeText(type.keyType)},${sparkTypeText(type.valueType)}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${sparkTypeText(field.type)}`).join(',')}>`;
    default:
      return SPARK_NAMES[type.kind] ?? type.kind;
  }
}

/** Features of a protocol in words. */
export function describeFeatures(names: readonly string[]): TableDetail['features'] {
  return names.map((name) => {
    const feature = TABLE_FEATURES.find((known) => known.name === name);
    if (feature === undefined) return { name, kind: 'reader-writer', supported: false, description: 'A feature that this version of Lakebook does not know.' };
    return { name, kind: feature.kind === 'writer' ? 'writer' : 'reader-writer', supported: feature.read !== 'refused', description: feature.summary };
  });
}
