import type { DataType } from '../types/dataType.ts';
import type { TableReference } from '../catalog.ts';

/**
 * A constant in Spark's type: integers, days since 1970 (DATE), microseconds (TIMESTAMP, TIMESTAMP_NTZ, day-time
 * interval), months (year-month interval) and unscaled decimals are bigint; FLOAT and DOUBLE number.
 */
export type LiteralValue = null | boolean | bigint | number | string | Uint8Array;
export interface TypedLiteral {
  readonly type: DataType;
  readonly value: LiteralValue;
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>';

/**
 * The part of a filter that files can be pruned by: no more than a conjunct of the query's own filter, so a reader may
 * use it or not. `column` is the path of a (nested) column in the table's own spelling; each literal has that column's
 * type. Three-valued, as SQL.
 */
export type ScanPredicate =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly ScanPredicate[] }
  | { readonly kind: 'not'; readonly term: ScanPredicate }
  | { readonly kind: 'compare'; readonly operator: ComparisonOperator; readonly column: readonly string[]; readonly literal: TypedLiteral }
  | { readonly kind: 'in'; readonly column: readonly string[]; readonly literals: readonly TypedLiteral[] }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly column: readonly string[] }
  | { readonly kind: 'startsWith'; readonly column: readonly string[]; readonly prefix: string };

/** One base table in the plan. `id` is unique in the statement and is what `relationOf` is asked for. */
export interface TableScan {
  readonly id: number;
  readonly reference: TableReference;
  /** Names of the top-level columns that the statement reads, in the table's order; may be empty (`count(*)`). */
  readonly columns: readonly string[];
  readonly predicate: ScanPredicate | undefined;
}
