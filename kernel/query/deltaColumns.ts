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

const DELTA_KINDS: ReadonlyMap<string, DeltaType['kind']> = new Map(Object.entries(SIMPLE_KINDS).map(([delta, spark]) => [spark, delta as DeltaType['kind']]));

/** Spark's type as Delta stores it; undefined for one that tables cannot hold. */
export function toDeltaType(type: DataType): DeltaType | undefined {
  switch (type.kind) {
    case 'decimal':
      return { kind: 'decimal', precision: type.precision, scale: type.scale };
    case 'array': {
      const elementType = toDeltaType(type.element);
      return elementType === undefined ? undefined : { kind: 'array', elementType, containsNull: type.containsNull };
    }
    case 'map': {
      const [keyType, valueType] = [toDeltaType(type.key), toDeltaType(type.value)];
      return keyType === undefined || valueType === undefined ? undefined : { kind: 'map', keyType, valueType, valueContainsNull: type.valueContainsNull };
    }
    case 'struct': {
      const fields = type.fields.flatMap((field): DeltaField[] => {
        const inner = toDeltaType(field.type);
        return inner === undefined ? [] : [{ name: field.name, type: inner, nullable: field.nullable, metadata: field.comment === undefined ? {} : { comment: field.comment } }];
      });
      return fields.length === type.fields.length ? { kind: 'struct', fields } : undefined;
    }
    default: {
      const kind = DELTA_KINDS.get(type.kind);
      return kind === undefined ? undefined : ({ kind } as DeltaType);
    }
  }
}

/** A field of a Delta schema as a column that statements see. */
export function toCatalogColumn({ name, type, nullable, metadata }: DeltaField): CatalogColumn {
  const comment = metadata['comment'];
  const charLength = /^char\((\d+)\)$/i.exec(String(metadata['__CHAR_VARCHAR_TYPE_STRING']))?.[1];
  return { name, type: toSparkType(type), nullable, ...(typeof comment === 'string' ? { comment } : {}), ...(charLength === undefined ? {} : { charLength: Number(charLength) }) };
}
