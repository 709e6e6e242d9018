import type { LiteralValue } from '../plan/scan.ts';
import { type DataType, isYearMonth } from '../types/dataType.ts';
import { quoteString, toDuckDbType } from '../types/duckdbType.ts';
import { dateText, floorDiv, MICROS_PER_DAY, timestampText } from '../types/datetimes.ts';
import { decimalText } from '../types/decimals.ts';

/** Years that DuckDB's date literals write as Spark does. */
const PLAIN_YEAR = /^\d{4}-/;

/** A constant as DuckDB text of exactly the mapped type. */
export function literalText(type: DataType, value: LiteralValue): string {
  if (value === null) return `CAST(NULL AS ${toDuckDbType(type)})`;
  switch (type.kind) {
    case 'boolean':
      return String(value);
    case 'int':
      return integerText(value as bigint, 'INTEGER', 32);
    case 'tinyint':
    case 'smallint':
    case 'bigint':
      return `CAST(${signed(String(value))} AS ${toDuckDbType(type)})`;
    case 'decimal':
      return `CAST(${signed(decimalText(value as bigint, type.scale))} AS ${toDuckDbType(type)})`;
    case 'float':
      return `CAST(${floatText(value as number)} AS FLOAT)`;
    case 'double':
      return floatText(value as number);
    case 'string':
      return stringText(value as string);
    case 'binary':
      return `unhex('${[...(value as Uint8Array)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}')`;
    case 'date':
      return dateLiteral(value as bigint);
    case 'timestamp':
      return timestampLiteral(value as bigint, 'TIMESTAMPTZ', '+00');
    case 'timestamp_ntz':
      return timestampLiteral(value as bigint, 'TIMESTAMP', '');
    case 'interval':
      return isYearMonth(type) ? `to_months(${signed(String(value))})` : dayTimeText(value as bigint);
    default:
      return `CAST(${stringText(String(value))} AS ${toDuckDbType(type)})`;
  }
}

/** A decimal constant in as few digits as it has: where only the scale matters. */
export function looseDecimalText(value: bigint, scale: number): string {
  const text = decimalText(value, scale);
  return signed(scale === 0 ? `${text}` : text);
}

function integerText(value: bigint, type: string, bits: number): string {
  // The smallest integer cannot be written: its digits alone are one too large.
  return value === -(1n << BigInt(bits - 1)) ? `CAST('${value}' AS ${type})` : signed(String(value));
}

function signed(text: string): string {
  return text.startsWith('-') ? (text === '-9223372036854775808' ? "'-9223372036854775808'" : `(${text})`) : text;
}

function floatText(value: number): string {
  if (!Number.isFinite(value) || Object.is(value, -0)) return `CAST('${Number.isNaN(value) ? 'NaN' : Object.is(value, -0) ? '-0.0' : value > 0 ? 'Infinity' : '-Infinity'}' AS DOUBLE)`;
  const text = String(value);
  return signed(text.includes('e') ? text : `${text}e0`);
}

function stringText(text: string): string {
  if (!text.includes('\0')) return quoteString(text);
  return `(${text.split('\0').map(quoteString).join(' || chr(0) || ')})`;
}

function dateLiteral(days: bigint): string {
  const text = dateText(days);
  return PLAIN_YEAR.test(text) ? `DATE '${text}'` : `(DATE '1970-01-01' + ${signed(String(days))})`;
}

function timestampLiteral(micros: bigint, type: string, zone: string): string {
  const text = timestampText(micros);
  if (PLAIN_YEAR.test(text)) return `${type} '${text}${zone}'`;
  return type === 'TIMESTAMP' ? `make_timestamp(${signed(String(micros))})` : `CAST(make_timestamp(${signed(String(micros))}) AS TIMESTAMPTZ)`;
}

function dayTimeText(micros: bigint): string {
  const days = floorDiv(micros < 0n ? -micros : micros, MICROS_PER_DAY);
  const sign = micros < 0n ? -1n : 1n;
  const rest = micros - sign * days * MICROS_PER_DAY;
  if (rest === 0n) return `to_days(${signed(String(sign * days))})`;
  const time = `to_microseconds(${signed(String(rest))})`;
  return days === 0n ? time : `(to_days(${signed(String(sign * days))}) + ${time})`;
}
