/**
 * Spark's data types as values. `TIMESTAMP` is the one with local time zone; `TIMESTAMP_NTZ` has none. CHAR and
 * VARCHAR only exist as column types and arrive here as STRING.
 */
export type SimpleKind =
  | 'void'
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'int'
  | 'bigint'
  | 'float'
  | 'double'
  | 'string'
  | 'binary'
  | 'date'
  | 'timestamp'
  | 'timestamp_ntz'
  | 'variant';

export interface SimpleType {
  readonly kind: SimpleKind;
}
export interface DecimalType {
  readonly kind: 'decimal';
  readonly precision: number;
  readonly scale: number;
}
export type IntervalField = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND';
/** One of Spark's two interval families; both are INTERVAL in DuckDB, so family and fields are kept here. */
export interface IntervalType {
  readonly kind: 'interval';
  readonly from: IntervalField;
  readonly to: IntervalField;
}
export interface ArrayType {
  readonly kind: 'array';
  readonly element: DataType;
  readonly containsNull: boolean;
}
export interface MapType {
  readonly kind: 'map';
  readonly key: DataType;
  readonly value: DataType;
  readonly valueContainsNull: boolean;
}
export interface StructField {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly comment?: string;
}
export interface StructType {
  readonly kind: 'struct';
  readonly fields: readonly StructField[];
}
export type DataType = SimpleType | DecimalType | IntervalType | ArrayType | MapType | StructType;

export const VOID: SimpleType = { kind: 'void' };
export const BOOLEAN: SimpleType = { kind: 'boolean' };
export const TINYINT: SimpleType = { kind: 'tinyint' };
export const SMALLINT: SimpleType = { kind: 'smallint' };
export const INT: SimpleType = { kind: 'int' };
export const BIGINT: SimpleType = { kind: 'bigint' };
export const FLOAT: SimpleType = { kind: 'float' };
export const DOUBLE: SimpleType = { kind: 'double' };
export const STRING: SimpleType = { kind: 'string' };
export const BINARY: SimpleType = { kind: 'binary' };
export const DATE: SimpleType = { kind: 'date' };
export const TIMESTAMP: SimpleType = { kind: 'timestamp' };
export const TIMESTAMP_NTZ: SimpleType = { kind: 'timestamp_ntz' };
export const VARIANT: SimpleType = { kind: 'variant' };
export const YEAR_MONTH_INTERVAL: IntervalType = { kind: 'interval', from: 'YEAR', to: 'MONTH' };
export const DAY_TIME_INTERVAL: IntervalType = { kind: 'interval', from: 'DAY', to: 'SECOND' };

export function decimal(precision: number, scale: number): DecimalType {
  return { kind: 'decimal', precision, scale };
}
export function arrayOf(element: DataType, containsNull = true): ArrayType {
  return { kind: 'array', element, containsNull };
}
export function mapOf(key: DataType, value: DataType, valueContainsNull = true): MapType {
  return { kind: 'map', key, value, valueContainsNull };
}
export function structOf(fields: readonly StructField[]): StructType {
  return { kind: 'struct', fields };
}
export function field(name: string, type: DataType, nullable = true): StructField {
  return { name, type, nullable };
}

const INTEGRAL = new Set<string>(['tinyint', 'smallint', 'int', 'bigint']);
export function isIntegral(type: DataType): boolean {
  return INTEGRAL.has(type.kind);
}
export function isFractional(type: DataType): boolean {
  return type.kind === 'float' || type.kind === 'double';
}
export function isNumeric(type: DataType): boolean {
  return isIntegral(type) || isFractional(type) || type.kind === 'decimal';
}
export function isDatetime(type: DataType): boolean {
  return type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamp_ntz';
}
export function isYearMonth(type: DataType): boolean {
  return type.kind === 'interval' && (type.from === 'YEAR' || type.from === 'MONTH');
}
export function isDayTime(type: DataType): boolean {
  return type.kind === 'interval' && !isYearMonth(type);
}

/** Whether a type is of a kind or has it somewhere inside. */
export function holds(type: DataType, kind: DataType['kind']): boolean {
  if (type.kind === kind) return true;
  if (type.kind === 'array') return holds(type.element, kind);
  if (type.kind === 'map') return holds(type.key, kind) || holds(type.value, kind);
  return type.kind === 'struct' && type.fields.some((each) => holds(each.type, kind));
}

/** Maps and variants can neither be compared nor sorted. */
export function isUnordered(type: DataType): boolean {
  return holds(type, 'map') || holds(type, 'variant');
}

/** Equal as Spark compares types for output: nullability is left aside, field names compare without case. */
export function sameType(left: DataType, right: DataType): boolean {
  return left === right || simpleString(left).toLowerCase() === simpleString(right).toLowerCase();
}

/** Spark's `simpleString`: `array<struct<a:int,b:decimal(10,2)>>`. */
export function simpleString(type: DataType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'interval':
      return intervalText(type).toLowerCase();
    case 'array':
      return `array<${simpleString(type.element)}>`;
    case 'map':
      return `map<${simpleString(type.key)},${simpleString(type.value)}>`;
    case 'struct':
      return `struct<${type.fields.map((f) => `${f.name}:${simpleString(f.type)}`).join(',')}>`;
    default:
      return type.kind;
  }
}

/** The type as SQL writes it and as error texts show it: `ARRAY<STRUCT<a: INT, b: DECIMAL(10,2)>>`. */
export function sqlName(type: DataType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'interval':
      return intervalText(type);
    case 'array':
      return `ARRAY<${sqlName(type.element)}>`;
    case 'map':
      return `MAP<${sqlName(type.key)}, ${sqlName(type.value)}>`;
    case 'struct':
      return `STRUCT<${type.fields.map((f) => `${quotedIfNeeded(f.name)}: ${sqlName(f.type)}${f.nullable ? '' : ' NOT NULL'}`).join(', ')}>`;
    default:
      return type.kind.toUpperCase();
  }
}

/** A field's name as SQL can read it again. */
function quotedIfNeeded(name: string): string {
  return /^[A-Za-z0-9_]+$/.test(name) && !/^\d+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

function intervalText(type: IntervalType): string {
  return type.from === type.to ? `INTERVAL ${type.from}` : `INTERVAL ${type.from} TO ${type.to}`;
}
