import { Bool, DateDay, Decimal, Field, Float32, Float64, Int16, Int32, Int64, Int8, IntervalMonthDayNano, List, Map_, Null, Struct, TimeMicrosecond, TimestampMicrosecond, TimestampMillisecond, TimestampNanosecond, TimestampSecond, Binary, Utf8, type DataType } from 'apache-arrow';
import { DuckDBArrayType, DuckDBDecimalType, DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { LakebookError } from '../base/errors.ts';
import { SPARK_TYPE_KEY } from '../arrow/sparkFields.ts';

/**
 * The type to which a result column is cast before its vectors are read; undefined where they can be read as they are.
 * What Spark has no type for becomes the next wider number, or text; a variant becomes its JSON text.
 */
export function portableType(type: DuckDBType): string | undefined {
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) {
    const value = portableType(type.valueType);
    return value === undefined && type instanceof DuckDBListType ? undefined : `${value ?? type.valueType.toString()}[]`;
  }
  if (type instanceof DuckDBMapType) {
    const key = portableType(type.keyType);
    const value = portableType(type.valueType);
    return key === undefined && value === undefined ? undefined : `MAP(${key ?? type.keyType.toString()}, ${value ?? type.valueType.toString()})`;
  }
  if (type instanceof DuckDBStructType) {
    const entries = type.entryTypes.map(portableType);
    if (entries.every((entry) => entry === undefined)) return undefined;
    return `STRUCT(${entries.map((entry, index) => `${quote(type.entryNames[index]!)} ${entry ?? type.entryTypes[index]!.toString()}`).join(', ')})`;
  }
  return PORTABLE.get(type.typeId);
}

const PORTABLE = new Map<DuckDBTypeId, string>([
  [DuckDBTypeId.UTINYINT, 'SMALLINT'],
  [DuckDBTypeId.USMALLINT, 'INTEGER'],
  [DuckDBTypeId.UINTEGER, 'BIGINT'],
  [DuckDBTypeId.UBIGINT, 'DECIMAL(20,0)'],
  [DuckDBTypeId.UHUGEINT, 'VARCHAR'],
  [DuckDBTypeId.BIGNUM, 'VARCHAR'],
  [DuckDBTypeId.ENUM, 'VARCHAR'],
  [DuckDBTypeId.UUID, 'VARCHAR'],
  [DuckDBTypeId.BIT, 'VARCHAR'],
  [DuckDBTypeId.TIME_TZ, 'VARCHAR'],
  [DuckDBTypeId.TIME_NS, 'VARCHAR'],
  [DuckDBTypeId.UNION, 'VARCHAR'],
  [DuckDBTypeId.GEOMETRY, 'VARCHAR'],
  [DuckDBTypeId.VARIANT, 'JSON'],
]);

interface TypeMapping {
  readonly arrow: DataType;
  /** Spark's `simpleString`. */
  readonly spark: string;
}

const MAPPINGS = new Map<DuckDBTypeId, TypeMapping>([
  [DuckDBTypeId.SQLNULL, { arrow: new Null(), spark: 'void' }],
  [DuckDBTypeId.BOOLEAN, { arrow: new Bool(), spark: 'boolean' }],
  [DuckDBTypeId.TINYINT, { arrow: new Int8(), spark: 'tinyint' }],
  [DuckDBTypeId.SMALLINT, { arrow: new Int16(), spark: 'smallint' }],
  [DuckDBTypeId.INTEGER, { arrow: new Int32(), spark: 'int' }],
  [DuckDBTypeId.BIGINT, { arrow: new Int64(), spark: 'bigint' }],
  [DuckDBTypeId.HUGEINT, { arrow: new Decimal(0, 38, 128), spark: 'decimal(38,0)' }],
  [DuckDBTypeId.FLOAT, { arrow: new Float32(), spark: 'float' }],
  [DuckDBTypeId.DOUBLE, { arrow: new Float64(), spark: 'double' }],
  [DuckDBTypeId.DATE, { arrow: new DateDay(), spark: 'date' }],
  [DuckDBTypeId.TIME, { arrow: new TimeMicrosecond(), spark: 'time(6)' }],
  [DuckDBTypeId.TIMESTAMP, { arrow: new TimestampMicrosecond(), spark: 'timestamp_ntz' }],
  [DuckDBTypeId.TIMESTAMP_S, { arrow: new TimestampSecond(), spark: 'timestamp_ntz' }],
  [DuckDBTypeId.TIMESTAMP_MS, { arrow: new TimestampMillisecond(), spark: 'timestamp_ntz' }],
  [DuckDBTypeId.TIMESTAMP_NS, { arrow: new TimestampNanosecond(), spark: 'timestamp_ntz' }],
  [DuckDBTypeId.TIMESTAMP_TZ, { arrow: new TimestampMicrosecond('UTC'), spark: 'timestamp' }],
  [DuckDBTypeId.INTERVAL, { arrow: new IntervalMonthDayNano(), spark: 'interval' }],
  [DuckDBTypeId.VARCHAR, { arrow: new Utf8(), spark: 'string' }],
  [DuckDBTypeId.BLOB, { arrow: new Binary(), spark: 'binary' }],
]);

/** How a column of a portable type stands in Arrow and what Spark calls it. */
export function mapColumnType(type: DuckDBType): TypeMapping {
  if (type instanceof DuckDBDecimalType) {
    return { arrow: new Decimal(type.scale, type.width, 128), spark: `decimal(${type.width},${type.scale})` };
  }
  if (type instanceof DuckDBListType) {
    const value = mapColumnType(type.valueType);
    return { arrow: new List(createField('element', value)), spark: `array<${value.spark}>` };
  }
  if (type instanceof DuckDBStructType) {
    const entries = type.entryTypes.map(mapColumnType);
    return {
      arrow: new Struct(entries.map((entry, index) => createField(type.entryNames[index]!, entry))),
      spark: `struct<${entries.map((entry, index) => `${type.entryNames[index]}:${entry.spark}`).join(',')}>`,
    };
  }
  if (type instanceof DuckDBMapType) {
    const key = mapColumnType(type.keyType);
    const value = mapColumnType(type.valueType);
    const entries = new Struct([createField('key', key, false), createField('value', value)]);
    return { arrow: new Map_(new Field('entries', entries, false)) as DataType, spark: `map<${key.spark},${value.spark}>` };
  }
  if (type.alias === 'JSON') return { arrow: new Utf8(), spark: 'variant' };
  const mapping = MAPPINGS.get(type.typeId);
  if (mapping === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: `no column type for ${type.toString()}` });
  return mapping;
}

export function createField(name: string, { arrow, spark }: TypeMapping, nullable = true): Field {
  return new Field(name, arrow, nullable, new Map([[SPARK_TYPE_KEY, spark]]));
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
