import type { PrimitiveType } from './schema.ts';
import { duckdbType } from './sqlText.ts';

/**
 * SQL of a partition value of the given type from the text in the log (PROTOCOL.md "Partition Value Serialization").
 * Empty text is NULL for every type. Times without a zone are UTC.
 * @param cast `CAST` fails on a text that is no such value, `TRY_CAST` gives NULL
 */
export function partitionValueSql(text: string, type: PrimitiveType, cast: 'CAST' | 'TRY_CAST' = 'CAST'): string {
  const value = `nullif(${text}, '')`;
  if (type.kind === 'string') return value;
  return type.kind === 'binary' ? `encode(${value})` : `${cast}(${value} AS ${duckdbType(type)})`;
}
