import { quoteIdentifier, quoteString, shownDuckDbType } from '../../sql/types/duckdbType.ts';
import { arrayOf, BIGINT, mapOf, simpleString, STRING, type DataType } from '../../sql/types/dataType.ts';
import type { ResultColumn } from '../queryEngine.ts';

/**
 * A value of an information statement's row. Timestamps are microseconds as a number or bigint, structs and maps records,
 * 64-bit integers number or bigint; `json` holds a JSON text for a VARIANT column.
 */
export type InformationValue = null | boolean | number | bigint | string | readonly InformationValue[] | { readonly [key: string]: InformationValue };

export interface InformationColumn {
  readonly name: string;
  readonly type: DataType;
}

/** What a statement about tables answers: few rows, made here and handed to DuckDB as one typed text. */
export interface InformationRows {
  readonly columns: readonly InformationColumn[];
  readonly rows: readonly (readonly InformationValue[])[];
}

export const STRINGS = arrayOf(STRING);
export const STRING_MAP = mapOf(STRING, STRING);

/** The rows as a SELECT, in their order. */
export function buildRowsSql({ columns, rows }: InformationRows): string {
  const fields = columns.map(({ type }, index) => `c${index} ${carrierType(type)}`).join(', ');
  const items = columns.map(({ name, type }, index) => `${type.kind === 'timestamp' ? `make_timestamptz(r.c${index})` : `r.c${index}`} AS ${quoteIdentifier(name)}`);
  const texts = rows.map((row) => `{${row.map((value, index) => `"c${index}":${toJson(value)}`).join(',')}}`);
  return `SELECT ${items.join(', ')} FROM (SELECT unnest(${quoteString(`[${texts.join(',')}]`)}::JSON::STRUCT(${fields})[]) AS r)`;
}

export function describeColumns(columns: readonly InformationColumn[]): readonly ResultColumn[] {
  return columns.map(({ name, type }) => ({ name, type: simpleString(type) }));
}

function carrierType(type: DataType): string {
  return shownDuckDbType(type.kind === 'timestamp' ? BIGINT : type);
}

function toJson(value: InformationValue): string {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${toJson(item as InformationValue)}`).join(',')}}`;
}
