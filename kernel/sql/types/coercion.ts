import { arrayOf, BIGINT, type DataType, DOUBLE, FLOAT, type IntervalField, isDatetime, isFractional, isIntegral, isNumeric, mapOf, sameType, STRING, type StructField, structOf, TIMESTAMP, type IntervalType } from './dataType.ts';
import { decimalOfInteger, widerDecimal } from './decimals.ts';

const INTEGER_ORDER = ['tinyint', 'smallint', 'int', 'bigint'];

/** The type two types meet in without a string being read; undefined where there is none. */
export function tightestCommonType(left: DataType, right: DataType, ansi: boolean): DataType | undefined {
  if (sameType(left, right)) return mergeNullability(left, right);
  if (left.kind === 'void') return right;
  if (right.kind === 'void') return left;
  if (isNumeric(left) && isNumeric(right)) return commonNumber(left, right, ansi);
  if (isDatetime(left) && isDatetime(right)) return left.kind === 'date' ? right : right.kind === 'date' ? left : TIMESTAMP;
  if (left.kind === 'interval' && right.kind === 'interval') return commonInterval(left, right);
  return undefined;
}

function commonNumber(left: DataType, right: DataType, ansi: boolean): DataType {
  if (isIntegral(left) && isIntegral(right)) return INTEGER_ORDER.indexOf(left.kind) >= INTEGER_ORDER.indexOf(right.kind) ? left : right;
  if (left.kind === 'double' || right.kind === 'double') return DOUBLE;
  if (left.kind === 'float' || right.kind === 'float') {
    const other = left.kind === 'float' ? right : left;
    return other.kind === 'float' || (!ansi && isIntegral(other)) ? FLOAT : DOUBLE;
  }
  return widerDecimal(decimalOfInteger(left)!, decimalOfInteger(right)!);
}

const FIELDS: readonly IntervalField[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];
function commonInterval(left: IntervalType, right: IntervalType): DataType | undefined {
  const places = [left.from, left.to, right.from, right.to].map((name) => FIELDS.indexOf(name));
  const low = Math.min(...places);
  const high = Math.max(...places);
  if (low < 2 && high >= 2) return undefined;
  return { kind: 'interval', from: FIELDS[low]!, to: FIELDS[high]! };
}

/**
 * Spark's common type of CASE, coalesce, UNION, IN, array, greatest and comparisons. Under ANSI a string gives way to
 * the other type; without it other types become strings.
 */
export function commonType(left: DataType, right: DataType, ansi: boolean): DataType | undefined {
  return tightestCommonType(left, right, ansi) ?? stringCommonType(left, right, ansi) ?? nestedCommonType(left, right, ansi);
}

/** The common type for values of one array or of two: a string meets strings alone. */
export function commonTypeWithoutStrings(left: DataType, right: DataType, ansi: boolean): DataType | undefined {
  const type = commonType(left, right, ansi);
  return type !== undefined && readsStrings(left, right) ? undefined : type;
}

function readsStrings(left: DataType, right: DataType): boolean {
  if (left.kind === 'void' || right.kind === 'void') return false;
  if (left.kind === 'array' && right.kind === 'array') return readsStrings(left.element, right.element);
  if (left.kind === 'map' && right.kind === 'map') return readsStrings(left.key, right.key) || readsStrings(left.value, right.value);
  if (left.kind === 'struct' && right.kind === 'struct') return left.fields.some((field, index) => readsStrings(field.type, right.fields[index]?.type ?? field.type));
  return (left.kind === 'string') !== (right.kind === 'string');
}

function stringCommonType(left: DataType, right: DataType, ansi: boolean): DataType | undefined {
  const other = left.kind === 'string' ? right : right.kind === 'string' ? left : undefined;
  if (other === undefined) return undefined;
  if (ansi) return stringMeets(other);
  return other.kind === 'binary' || other.kind === 'boolean' || isNested(other) ? undefined : STRING;
}

/** What a string becomes beside `other` under ANSI. */
export function stringMeets(other: DataType): DataType | undefined {
  if (isIntegral(other)) return BIGINT;
  if (isFractional(other) || other.kind === 'decimal') return DOUBLE;
  return isDatetime(other) || other.kind === 'boolean' || other.kind === 'binary' ? other : undefined;
}

function isNested(type: DataType): boolean {
  return type.kind === 'array' || type.kind === 'map' || type.kind === 'struct' || type.kind === 'variant';
}

function nestedCommonType(left: DataType, right: DataType, ansi: boolean): DataType | undefined {
  if (left.kind === 'array' && right.kind === 'array') {
    const element = commonType(left.element, right.element, ansi);
    return element && arrayOf(element, left.containsNull || right.containsNull);
  }
  if (left.kind === 'map' && right.kind === 'map') {
    // a key that is read from a text might be NULL
    const key = ansi && readsStrings(left.key, right.key) ? undefined : commonType(left.key, right.key, ansi);
    const value = commonType(left.value, right.value, ansi);
    return key && value && mapOf(key, value, left.valueContainsNull || right.valueContainsNull);
  }
  if (left.kind !== 'struct' || right.kind !== 'struct' || left.fields.length !== right.fields.length) return undefined;
  const fields: StructField[] = [];
  for (const [index, field] of left.fields.entries()) {
    const other = right.fields[index]!;
    const type = commonType(field.type, other.type, ansi);
    if (type === undefined || field.name.toLowerCase() !== other.name.toLowerCase()) return undefined;
    fields.push({ name: field.name, type, nullable: field.nullable || other.nullable });
  }
  return structOf(fields);
}

function mergeNullability(left: DataType, right: DataType): DataType {
  return left === right ? left : left.kind === 'array' && right.kind === 'array' ? arrayOf(mergeNullability(left.element, right.element), left.containsNull || right.containsNull) : left;
}

/** Whether the fields of two structs have the same types in the same order, whatever their names. */
export function sameFieldTypes(left: DataType, right: DataType): boolean {
  if (left.kind !== 'struct' || right.kind !== 'struct' || left.fields.length !== right.fields.length) return false;
  return left.fields.every((each, index) => sameType(each.type, right.fields[index]!.type) || sameFieldTypes(each.type, right.fields[index]!.type));
}

/** The common type of a comparison, which without ANSI reads strings as the other side's type. */
export function comparisonType(left: DataType, right: DataType, ansi: boolean): DataType | undefined {
  // Structs are compared as they are: no field is cast, and names do not count.
  if (left.kind === 'struct' && right.kind === 'struct') return sameFieldTypes(left, right) ? nestedCommonType(left, right, ansi) ?? left : undefined;
  if (ansi) return commonType(left, right, true);
  const tight = tightestCommonType(left, right, false);
  if (tight !== undefined) return tight;
  const other = left.kind === 'string' ? right : right.kind === 'string' ? left : undefined;
  if (other === undefined) return nestedCommonType(left, right, false);
  if (other.kind === 'decimal') return DOUBLE;
  return isNested(other) || other.kind === 'interval' ? undefined : other;
}

/**
 * Whether Spark's implicit casts make both sides of an operator alike, though it takes neither: the error is then that of
 * a wrong type, not of two different ones.
 */
export function meetsAlike(left: DataType, right: DataType, ansi: boolean): boolean {
  if (sameType(left, right)) return true;
  const [text, other] = left.kind === 'string' ? [left, right] : [right, left];
  if (text.kind === 'string') return other.kind === 'decimal' || other.kind === 'double' || (ansi && (other.kind === 'void' || stringMeets(other) !== undefined));
  return (left.kind === 'double' && right.kind === 'decimal') || (left.kind === 'decimal' && right.kind === 'double');
}

const NUMBER_LIKE = new Set(['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal']);

/** What is cast without ANSI alone; TRY_CAST knows no way out. */
const CONFIGURED = { legacy: 'yes', ansi: 'withConfiguration', try: 'no' } as const;

export type CastVerdict = 'yes' | 'no' | 'withFunction' | 'withConfiguration';

/** Whether Spark's CAST goes from one type to another, and what the error says where it does not. */
export function castVerdict(from: DataType, to: DataType, mode: 'ansi' | 'legacy' | 'try'): CastVerdict {
  if (sameType(from, to) || from.kind === 'void') return 'yes';
  if (from.kind === 'variant') return fitsVariant(to, 'taken') ? 'yes' : 'no';
  if (to.kind === 'variant') return fitsVariant(from, 'given') ? 'yes' : 'no';
  if (to.kind === 'void') return 'no';
  if (to.kind === 'string') return 'yes';
  if (isNested(from) || isNested(to)) return nestedVerdict(from, to, mode);
  if (from.kind === 'string') return 'yes';
  if (to.kind === 'binary') return isIntegral(from) ? CONFIGURED[mode] : 'no';
  if (from.kind === 'binary') return 'no';
  if (NUMBER_LIKE.has(from.kind)) return fromNumber(from, to, mode);
  if (from.kind === 'boolean') return NUMBER_LIKE.has(to.kind) ? 'yes' : to.kind === 'timestamp' ? CONFIGURED[mode] : 'no';
  if (isDatetime(from)) return fromDatetime(from, to, mode);
  if (from.kind !== 'interval') return 'no';
  if (to.kind === 'interval') return commonInterval(from, to) === undefined ? 'no' : 'yes';
  return isIntegral(to) || to.kind === 'decimal' ? 'yes' : 'no';
}

/** Whether a variant's value can be of a type, or can be cast to a variant; objects are made by `to_variant_object` alone. */
function fitsVariant(type: DataType, way: 'taken' | 'given'): boolean {
  if (type.kind === 'array') return fitsVariant(type.element, way);
  if (type.kind === 'map') return way === 'taken' && type.key.kind === 'string' && fitsVariant(type.value, way);
  if (type.kind === 'struct') return way === 'taken' && type.fields.every((each) => fitsVariant(each.type, way));
  return type.kind !== 'interval' || way === 'taken';
}

function fromNumber(from: DataType, to: DataType, mode: string): CastVerdict {
  if (NUMBER_LIKE.has(to.kind) || to.kind === 'boolean') return 'yes';
  if (to.kind === 'timestamp') return 'yes';
  if (to.kind === 'date') return mode === 'legacy' ? 'no' : 'withFunction';
  return to.kind === 'interval' && !isFractional(from) ? 'yes' : 'no';
}

function fromDatetime(from: DataType, to: DataType, mode: 'ansi' | 'legacy' | 'try'): CastVerdict {
  if (isDatetime(to)) return 'yes';
  if (!NUMBER_LIKE.has(to.kind) && to.kind !== 'boolean') return 'no';
  if (from.kind === 'timestamp' && to.kind !== 'boolean') return 'yes';
  if (mode === 'legacy') return from.kind === 'timestamp_ntz' ? 'no' : 'yes';
  if (from.kind === 'timestamp_ntz') return 'no';
  return from.kind === 'date' && to.kind !== 'boolean' ? 'withFunction' : CONFIGURED[mode];
}

function nestedVerdict(from: DataType, to: DataType, mode: 'ansi' | 'legacy' | 'try'): CastVerdict {
  if (from.kind === 'array' && to.kind === 'array') return castVerdict(from.element, to.element, mode);
  if (from.kind === 'map' && to.kind === 'map') return castVerdict(from.key, to.key, mode) === 'yes' ? castVerdict(from.value, to.value, mode) : 'no';
  if (from.kind !== 'struct' || to.kind !== 'struct' || from.fields.length !== to.fields.length) return 'no';
  return from.fields.every((f, index) => castVerdict(f.type, to.fields[index]!.type, mode) === 'yes') ? 'yes' : 'no';
}
