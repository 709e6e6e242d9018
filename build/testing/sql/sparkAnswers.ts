import {
  DuckDBBlobValue, DuckDBIntervalValue, DuckDBListValue, DuckDBMapValue, DuckDBStructValue, DuckDBTimestampTZValue, DuckDBTimestampValue, type DuckDBValue,
} from '@duckdb/node-api';
import type { DataType } from '../../../kernel/sql/types/dataType.ts';

/** What Spark said to a statement: rows with their types, or the class of its error. Values as kernel/sql/corpus/README.md says. */
export interface SparkAnswer {
  readonly types?: readonly string[];
  readonly names?: readonly string[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly error?: string;
}

/** JSON is text to a reader; a variant is mapped onto it. */
export function plainType(type: string): string {
  return type.replaceAll('"', '').replaceAll('TIMESTAMPTZ', 'TIMESTAMP WITH TIME ZONE').replaceAll('JSON', 'VARCHAR');
}

/** A value of DuckDB's as the cases write it. */
export function decodeValue(type: DataType, value: DuckDBValue): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case 'void':
      return null;
    case 'float':
    case 'double':
      return Number.isFinite(value) ? value : String(value);
    case 'string':
    case 'boolean':
      return value;
    case 'tinyint':
    case 'smallint':
    case 'int':
      return Number(value);
    case 'binary':
      return value instanceof DuckDBBlobValue ? Buffer.from(value.bytes).toString('hex') : undefined;
    case 'timestamp':
      return value instanceof DuckDBTimestampTZValue ? `${isoText(value.micros)}Z` : undefined;
    case 'timestamp_ntz':
      return value instanceof DuckDBTimestampValue ? isoText(value.micros) : undefined;
    case 'interval':
      if (!(value instanceof DuckDBIntervalValue)) return undefined;
      return type.from === 'YEAR' || type.from === 'MONTH' ? String(value.months) : String(BigInt(value.days) * 86_400_000_000n + value.micros);
    case 'array':
      return value instanceof DuckDBListValue ? value.items.map((item) => decodeValue(type.element, item)) : undefined;
    case 'map':
      return value instanceof DuckDBMapValue ? value.entries.map(({ key, value: item }) => [decodeValue(type.key, key), decodeValue(type.value, item)]) : undefined;
    case 'struct': {
      const items = value instanceof DuckDBStructValue ? Object.values(value.entries) : [];
      return type.fields.map((field, index) => decodeValue(field.type, items[index]!));
    }
    default:
      return String(value);
  }
}

function isoText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return `${new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19)}.${String(fraction).padStart(6, '0')}`;
}

export function sameRows(types: readonly DataType[], expected: readonly (readonly unknown[])[], got: readonly (readonly unknown[])[], ordered: boolean): boolean {
  if (expected.length !== got.length) return false;
  const same = (left: readonly unknown[], right: readonly unknown[]): boolean => left.length === right.length && left.every((value, index) => sameValue(types[index]!, value, right[index]));
  if (ordered) return expected.every((row, index) => same(row, got[index]!));
  const rest = [...got];
  return expected.every((row) => {
    const place = rest.findIndex((candidate) => same(row, candidate));
    if (place >= 0) rest.splice(place, 1);
    return place >= 0;
  });
}

/** Doubles to 1e-12, floats to 1e-6, maps as sets, everything else exactly. */
function sameValue(type: DataType, left: unknown, right: unknown): boolean {
  if (left === null || right === null) return left === right;
  if ((type.kind === 'double' || type.kind === 'float') && typeof left === 'number' && typeof right === 'number') {
    return Math.abs(left - right) <= (type.kind === 'float' ? 1e-6 : 1e-12) * Math.max(Math.abs(left), Math.abs(right));
  }
  if (!Array.isArray(left) || !Array.isArray(right)) return JSON.stringify(left) === JSON.stringify(right);
  if (left.length !== right.length) return false;
  if (type.kind === 'array') return left.every((value, index) => sameValue(type.element, value, right[index]));
  if (type.kind === 'struct') return left.every((value, index) => sameValue(type.fields[index]!.type, value, right[index]));
  const rest: unknown[] = [...right];
  return left.every((entry: unknown[]) => {
    const place = rest.findIndex((candidate) => type.kind === 'map' && Array.isArray(candidate) && sameValue(type.key, entry[0], candidate[0]) && sameValue(type.value, entry[1], candidate[1]));
    if (place >= 0) rest.splice(place, 1);
    return place >= 0;
  });
}
