import type { CastMode, EmissionContext } from '../plan/expression.ts';
import { type DataType, type DecimalType, type IntervalType, isFractional, isIntegral, isYearMonth, sameType, sqlName } from '../types/dataType.ts';
import { quoteIdentifier, quoteString, toDuckDbType } from '../types/duckdbType.ts';
import { duckInteger } from '../functions/arithmetic.ts';
import { amountOf, intervalOf } from '../functions/intervals.ts';
import { fromLocal, isUtc, toLocal } from '../functions/temporalArithmetic.ts';
import { jsonText, variantCast, type VariantPart, variantText, WHOLE } from './variantCasts.ts';

/** A cast as DuckDB text of exactly the target's mapped type. The resolver has seen that Spark knows the cast. */
export function castText(text: string, from: DataType, to: DataType, mode: CastMode, context: EmissionContext): string {
  if (sameType(from, to)) return text;
  if (from.kind === 'void') return `CAST(${text} AS ${toDuckDbType(to)})`;
  if (from.kind === 'variant') return fromVariant({ variant: text, path: WHOLE }, to, mode, context);
  if (to.kind === 'variant') return variantText(text, from, context);
  if (to.kind === 'string') return stringText(text, from, context);
  if (from.kind === 'string') return fromString(text, to, mode, context);
  if (from.kind === 'array' && to.kind === 'array') return castList(text, from.element, to.element, mode, context);
  if (from.kind === 'map' && to.kind === 'map') return castMap(text, from, to, mode, context);
  if (from.kind === 'struct' && to.kind === 'struct') return castStruct(text, from, to, mode, context);
  if (isIntegral(to)) return toInteger(text, from, to, mode);
  return simpleCast(text, from, to, mode, context);
}

function simpleCast(text: string, from: DataType, to: DataType, mode: CastMode, context: EmissionContext): string {
  const target = toDuckDbType(to);
  if (from.kind === 'date' && (to.kind === 'boolean' || to.kind === 'decimal' || isFractional(to))) return `CAST(NULL AS ${target})`;
  switch (to.kind) {
    case 'boolean':
      return from.kind === 'timestamp' ? `(epoch_us(${text}) <> 0)` : `(${text} <> 0)`;
    case 'decimal':
      if (from.kind === 'interval') return `${mode === 'try' ? 'TRY_CAST' : 'CAST'}(${from.to === 'SECOND' ? `CAST(epoch_us(${text}) AS DECIMAL(38,0)) * 0.000001` : unitsOf(text, from)} AS ${target})`;
      if (from.kind === 'timestamp') return `${mode === 'ansi' ? 'CAST' : 'TRY_CAST'}(CAST(epoch_us(${text}) AS DECIMAL(38,0)) * 0.000001 AS ${target})`;
      return `${mode === 'ansi' ? 'CAST' : 'TRY_CAST'}(${isFractional(from) ? `CASE WHEN isfinite(${text}) THEN ${text} END` : text} AS ${target})`;
    case 'double':
    case 'float':
      return from.kind === 'timestamp' ? `CAST(epoch_us(${text}) / 1000000e0 AS ${target})` : `CAST(${text} AS ${target})`;
    case 'date':
      return from.kind === 'timestamp' ? `CAST(${toLocal(text, context)} AS DATE)` : `CAST(${text} AS DATE)`;
    case 'timestamp':
      if (from.kind === 'date') return fromLocal(`CAST(${text} AS TIMESTAMP)`, context);
      if (from.kind === 'timestamp_ntz') return fromLocal(text, context);
      if (from.kind === 'boolean') return `CAST(make_timestamp(CAST(${text} AS BIGINT)) AS TIMESTAMPTZ)`;
      if (isIntegral(from)) return `CAST(make_timestamp(CAST(${text} AS BIGINT) * 1000000) AS TIMESTAMPTZ)`;
      return momentOf(text, from);
    case 'timestamp_ntz':
      return from.kind === 'timestamp' ? toLocal(text, context) : `CAST(${text} AS TIMESTAMP)`;
    case 'binary':
      return bigEndian(text, from);
    case 'interval':
      return from.kind === 'interval' ? narrowInterval(text, to) : intervalOfNumber(text, from, to, mode);
    default:
      return text;
  }
}

/** Seconds since 1970; what no timestamp holds is NULL. */
function momentOf(text: string, from: DataType): string {
  if (!isFractional(from)) return `to_timestamp(CAST(${text} AS DOUBLE))`;
  return `to_timestamp(CASE WHEN abs(CAST(${text} AS DOUBLE)) < 9223372036854 THEN CAST(${text} AS DOUBLE) END)`;
}

const UNIT_MICROS: Readonly<Record<string, string>> = { DAY: '86400000000', HOUR: '3600000000', MINUTE: '60000000', SECOND: '1000000' };

/** How many of its last field's units an interval has, whole ones. */
function unitsOf(text: string, { to, ...type }: IntervalType): string {
  const amount = amountOf(text, { to, ...type });
  const unit = to === 'YEAR' ? '12' : to === 'MONTH' ? '1' : UNIT_MICROS[to]!;
  return unit === '1' ? amount : `(${amount} // ${unit})`;
}

/** An interval without what its new last field cannot hold. */
function narrowInterval(text: string, to: IntervalType): string {
  if (to.to === 'MONTH' || to.to === 'SECOND') return text;
  return intervalOf(`${unitsOf(text, to)} * ${to.to === 'YEAR' ? '12' : UNIT_MICROS[to.to]!}`, to);
}

/** A number as an interval of its last field; a decimal's fraction counts below days. */
function intervalOfNumber(text: string, from: DataType, to: IntervalType, mode: CastMode): string {
  const cast = mode === 'try' ? 'TRY_CAST' : 'CAST';
  const wide = from.kind === 'decimal' ? `CAST(${text} AS DECIMAL(38,${from.scale}))` : `CAST(${text} AS HUGEINT)`;
  if (isYearMonth(to)) return `to_months(${cast}(round(${wide} * ${to.to === 'YEAR' ? 12 : 1}) AS INTEGER))`;
  return `to_microseconds(${cast}(round(${wide} * ${UNIT_MICROS[to.to]}) AS BIGINT))`;
}

function bigEndian(text: string, from: DataType): string {
  const digits = { tinyint: 2, smallint: 4, int: 8, bigint: 16 }[from.kind as 'int'];
  return `unhex(right(lpad(to_hex(CAST(${text} AS BIGINT)), 16, '0'), ${digits}))`;
}

const WRAPPED: Readonly<Record<string, string>> = { tinyint: 'spark_wrap8', smallint: 'spark_wrap16', int: 'spark_wrap32', bigint: 'spark_wrap64' };

function toInteger(text: string, from: DataType, to: DataType, mode: CastMode): string {
  const target = duckInteger(to);
  if (from.kind === 'boolean') return `CAST(${text} AS ${target})`;
  if (from.kind === 'interval') return `${mode === 'try' ? 'TRY_CAST' : 'CAST'}(${unitsOf(text, from)} AS ${target})`;
  if (from.kind === 'date' || from.kind === 'timestamp_ntz') return `CAST(NULL AS ${target})`;
  const whole = from.kind === 'timestamp' ? `spark_floor_div(epoch_us(${text}), 1000000)` : isIntegral(from) ? text : `trunc(${text})`;
  if (mode === 'try' || (mode === 'legacy' && from.kind === 'timestamp')) return `TRY_CAST(${whole} AS ${target})`;
  if (mode === 'ansi' && from.kind === 'decimal' && to.kind !== 'bigint') return `CAST(CAST(${whole} AS HUGEINT) AS ${target})`;
  if (mode === 'ansi') return `CAST(${whole} AS ${target})`;
  if (isFractional(from)) return `spark_clamp_${to.kind}(CAST(${text} AS DOUBLE))`;
  return `${WRAPPED[to.kind]}(CAST(${whole} AS HUGEINT))`;
}

function fromString(text: string, to: DataType, mode: CastMode, context: EmissionContext): string {
  const target = toDuckDbType(to);
  const checked = mode === 'ansi';
  switch (to.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      if (checked) return `CAST(spark_int_guard(${text}, '${sqlName(to)}') AS ${target})`;
      if (mode === 'legacy') return `TRY_CAST(CASE WHEN regexp_full_match(spark_trim(${text}), '[+-]?\\.\\d+') THEN '0' ELSE regexp_extract(spark_trim(${text}), '^([+-]?\\d+)(\\.\\d*)?$', 1) END AS ${target})`;
      return `TRY_CAST(CASE WHEN regexp_full_match(spark_trim(${text}), '[+-]?\\d+') THEN spark_trim(${text}) END AS ${target})`;
    case 'double':
    case 'float':
      return checked ? `CAST(spark_number_guard(${text}, '${sqlName(to)}') AS ${target})` : `TRY_CAST(spark_number_text(${text}) AS ${target})`;
    case 'decimal':
      return checked ? `CAST(spark_trim(${text}) AS ${target})` : `TRY_CAST(spark_trim(${text}) AS ${target})`;
    case 'interval':
      return intervalOf(`${mode === 'try' ? 'js_try_interval' : 'js_interval'}(${text}, '${to.from}', '${to.to}')`, to);
    case 'boolean':
      return checked ? `spark_bool(${text})` : `spark_try_bool(${text})`;
    case 'date':
      return checked ? `spark_to_date(${text})` : `spark_try_to_date(${text})`;
    case 'timestamp': {
      const cast = checked ? 'CAST' : 'TRY_CAST';
      const widened = `spark_timestamp_text(${text})`;
      // DuckDB reads the rows behind one with a region's name in that region's zone: regions are taken out of the text
      const region = `spark_region(${widened})`;
      const wall = `${cast}(trim(left(${widened}, length(${widened}) - length(${region}))) AS TIMESTAMP)`;
      const utc = `CASE WHEN ${region} <> '' THEN ${checked ? '' : 'TRY'}(spark_instant(${region}, ${wall})) ELSE ${cast}(${widened} AS TIMESTAMPTZ) END`;
      return isUtc(context.timeZone) ? utc : `CASE WHEN spark_has_zone(${text}) THEN ${utc} ELSE ${fromLocal(`${cast}(${widened} AS TIMESTAMP)`, context)} END`;
    }
    case 'timestamp_ntz':
      return `${checked ? 'CAST' : 'TRY_CAST'}(spark_local_text(${text}) AS TIMESTAMP)`;
    case 'binary':
      return `encode(${text})`;
    default:
      return `CAST(${text} AS ${target})`;
  }
}

/** A value as Spark's CAST to STRING prints it. */
export function stringText(text: string, from: DataType, context: EmissionContext): string {
  switch (from.kind) {
    case 'string':
      return text;
    case 'float':
    case 'double':
      return `spark_dbl_str(${text})`;
    case 'decimal':
      return context.ansi ? decimalString(text, from) : `spark_decimal_str(${decimalString(text, from)})`;
    case 'date':
    case 'timestamp_ntz':
      return `spark_moment_text(${text})`;
    case 'timestamp':
      return `spark_moment_text(${toLocal(text, context)})`;
    case 'binary':
      return `js_utf8(${text})`;
    case 'array':
      return arrayText(text, from.element, context);
    case 'map':
      return mapText(text, from, context);
    case 'struct':
      return structText(text, from, context);
    case 'interval':
      return intervalText(text, from);
    case 'variant':
      return jsonText(text, { timeZone: 'UTC' }); // in Spark's collections too, whatever the session's zone
    default:
      return `CAST(${text} AS VARCHAR)`;
  }
}

/** DuckDB leaves the zero before the point out where all digits are behind it. */
function decimalString(text: string, type: DecimalType): string {
  return type.precision === type.scale && type.precision < 38 ? `CAST(CAST(${text} AS DECIMAL(${type.precision + 1},${type.scale})) AS VARCHAR)` : `CAST(${text} AS VARCHAR)`;
}

function elementText(text: string, type: DataType, context: EmissionContext): string {
  return `coalesce(${stringText(text, type, context)}, 'null')`;
}

function arrayText(text: string, element: DataType, context: EmissionContext): string {
  const each = context.variable();
  return `('[' || array_to_string(list_transform(${text}, lambda ${each}: ${elementText(each, element, context)}), ', ') || ']')`;
}

function mapText(text: string, from: Extract<DataType, { kind: 'map' }>, context: EmissionContext): string {
  const each = context.variable();
  const entry = `${elementText(`${each}.key`, from.key, context)} || ' -> ' || ${elementText(`${each}.value`, from.value, context)}`;
  return `('{' || array_to_string(list_transform(map_entries(${text}), lambda ${each}: ${entry}), ', ') || '}')`;
}

function structText(text: string, from: Extract<DataType, { kind: 'struct' }>, context: EmissionContext): string {
  const parts = from.fields.map((field) => elementText(fieldText(text, field.name), field.type, context));
  return `CASE WHEN ${text} IS NULL THEN NULL ELSE '{' || ${parts.length === 0 ? "''" : parts.join(" || ', ' || ")} || '}' END`;
}

/** One field of a struct. */
export function fieldText(text: string, name: string): string {
  return `struct_extract(${text}, ${quoteString(name)})`;
}

function intervalText(text: string, from: IntervalType): string {
  const name = from.from === from.to ? from.from : `${from.from} TO ${from.to}`;
  if (isYearMonth(from)) return `spark_ym_str(${text}, '${name}')`;
  return `spark_dt_str(${text}, '${from.from}', '${from.to}')`;
}

function castList(text: string, from: DataType, to: DataType, mode: CastMode, context: EmissionContext): string {
  const each = context.variable();
  return `list_transform(${text}, lambda ${each}: ${castText(each, from, to, mode, context)})`;
}

function castMap(text: string, from: Extract<DataType, { kind: 'map' }>, to: Extract<DataType, { kind: 'map' }>, mode: CastMode, context: EmissionContext): string {
  const each = context.variable();
  const entry = `struct_pack(key := ${castText(`${each}.key`, from.key, to.key, mode, context)}, value := ${castText(`${each}.value`, from.value, to.value, mode, context)})`;
  return `CASE WHEN ${text} IS NULL THEN NULL ELSE map_from_entries(list_transform(map_entries(${text}), lambda ${each}: ${entry})) END`;
}

function castStruct(text: string, from: Extract<DataType, { kind: 'struct' }>, to: Extract<DataType, { kind: 'struct' }>, mode: CastMode, context: EmissionContext): string {
  const fields = to.fields.map((field, index) => {
    const source = from.fields[index]!;
    return `${quoteIdentifier(field.name)} := ${castText(fieldText(text, source.name), source.type, field.type, mode, context)}`;
  });
  return `CASE WHEN ${text} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
}

/** A part of a variant as a value of a type. */
export function fromVariant(part: VariantPart, to: DataType, mode: CastMode, context: EmissionContext): string {
  return variantCast(part, to, mode, context, castText);
}
