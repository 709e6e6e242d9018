import type { PrimitiveType } from './schema.ts';

/** Logical names from the table's root, e.g. `['address', 'city']`. Matched ignoring case. */
export type ColumnPath = readonly string[];

/**
 * A typed constant. Integers of every width are bigint, `float` and `double` number, `boolean` boolean; `decimal`, `date`
 * (`2024-01-31`), `timestamp` (`2024-01-31 10:00:00.000000+00`), `timestamp_ntz` and `string` are text. null is NULL.
 */
export interface Literal {
  readonly type: PrimitiveType;
  readonly value: string | number | bigint | boolean | null;
}

/** `<=>` is equality that finds NULL equal to NULL. */
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>';

/**
 * What a reader knows about the rows it wants, for leaving files out. Three-valued as in SQL: a file is left out only
 * where no row of it can make the predicate true. `unknown` stands for any part that cannot be said here.
 */
export type Predicate =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Predicate[] }
  | { readonly kind: 'not'; readonly operand: Predicate }
  | { readonly kind: 'comparison'; readonly operator: ComparisonOperator; readonly column: ColumnPath; readonly literal: Literal }
  | { readonly kind: 'in'; readonly column: ColumnPath; readonly literals: readonly Literal[] }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly column: ColumnPath }
  | { readonly kind: 'startsWith'; readonly column: ColumnPath; readonly prefix: string }
  | { readonly kind: 'unknown' };

/** A predicate as SQL, for people. */
export function formatPredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return `(${predicate.operands.map(formatPredicate).join(` ${predicate.kind.toUpperCase()} `)})`;
    case 'not':
      return `NOT ${formatPredicate(predicate.operand)}`;
    case 'comparison':
      return `${predicate.column.join('.')} ${predicate.operator} ${formatLiteral(predicate.literal)}`;
    case 'in': {
      const shown = predicate.literals.slice(0, SHOWN_LITERALS_MAX).map(formatLiteral);
      return `${predicate.column.join('.')} IN (${shown.join(', ')}${predicate.literals.length > SHOWN_LITERALS_MAX ? ', …' : ''})`;
    }
    case 'isNull':
      return `${predicate.column.join('.')} IS NULL`;
    case 'isNotNull':
      return `${predicate.column.join('.')} IS NOT NULL`;
    case 'startsWith':
      return `${predicate.column.join('.')} LIKE '${predicate.prefix}%'`;
    case 'unknown':
      return '…';
  }
}

const SHOWN_LITERALS_MAX = 5;

function formatLiteral({ type, value }: Literal): string {
  return typeof value === 'string' && type.kind !== 'decimal' ? `'${value}'` : String(value);
}
