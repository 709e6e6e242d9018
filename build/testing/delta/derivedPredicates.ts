import type { Literal, Predicate } from '../../../kernel/delta/predicate.ts';
import type { PrimitiveType, StructType } from '../../../kernel/delta/schema.ts';
import { duckdbType, identifier, literal } from '../../../kernel/delta/sqlText.ts';

/** A predicate for leaving files out, and the same as DuckDB's SQL for leaving rows out. */
export interface DerivedPredicate {
  readonly predicate: Predicate;
  readonly sql: string;
}

export interface SampledColumn {
  readonly path: readonly string[];
  readonly type: PrimitiveType;
}

const COMPARABLE = new Set(['string', 'long', 'integer', 'short', 'byte', 'float', 'double', 'decimal', 'date', 'timestamp', 'timestamp_ntz']);

/** Columns, one level of structs deep, whose values compare. */
export function comparableColumns(schema: StructType): readonly SampledColumn[] {
  return schema.fields.flatMap(({ name, type }): readonly SampledColumn[] => {
    if (type.kind === 'struct') return type.fields.flatMap((field) => (isComparable(field.type) ? [{ path: [name, field.name], type: field.type }] : []));
    return isComparable(type) ? [{ path: [name], type }] : [];
  });
}

/** Predicates around a value that some row has. */
export function derivePredicates({ path, type }: SampledColumn, text: string): readonly DerivedPredicate[] {
  const column = path.map(identifier).join('.');
  const constant: Literal = { type, value: literalValue(type, text) };
  const value = `${literal(text)}::${duckdbType(type)}`;
  const comparisons = (['=', '<>', '<', '<=', '>', '>='] as const).map((operator): DerivedPredicate => ({
    predicate: { kind: 'comparison', operator, column: path, literal: constant },
    sql: `${column} ${operator} ${value}`,
  }));
  const [equal, , less] = comparisons;
  const others: DerivedPredicate[] = [
    { predicate: { kind: 'isNull', column: path }, sql: `${column} IS NULL` },
    { predicate: { kind: 'isNotNull', column: path }, sql: `${column} IS NOT NULL` },
    { predicate: { kind: 'in', column: path, literals: [constant, { type, value: null }] }, sql: `${column} IN (${value}, NULL)` },
    { predicate: { kind: 'comparison', operator: '<=>', column: path, literal: constant }, sql: `${column} IS NOT DISTINCT FROM ${value}` },
  ];
  if (equal !== undefined && less !== undefined) {
    others.push(
      { predicate: { kind: 'not', operand: { kind: 'or', operands: [equal.predicate, less.predicate] } }, sql: `NOT (${equal.sql} OR ${less.sql})` },
      { predicate: { kind: 'or', operands: [{ kind: 'isNull', column: path }, { kind: 'not', operand: less.predicate }] }, sql: `${column} IS NULL OR NOT ${less.sql}` },
    );
  }
  if (type.kind === 'string') {
    const prefix = text.slice(0, 2);
    others.push({ predicate: { kind: 'startsWith', column: path, prefix }, sql: `starts_with(${column}, ${literal(prefix)})` });
  }
  return [...comparisons, ...others];
}

function isComparable(type: { readonly kind: string }): type is PrimitiveType {
  return COMPARABLE.has(type.kind);
}

function literalValue({ kind }: PrimitiveType, text: string): string | number | bigint {
  if (['byte', 'short', 'integer', 'long'].includes(kind)) return BigInt(text);
  return kind === 'float' || kind === 'double' ? numberOf(text) : text;
}

function numberOf(text: string): number {
  if (text === 'nan') return Number.NaN;
  return text === 'inf' ? Number.POSITIVE_INFINITY : text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
