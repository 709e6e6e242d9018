import type { ComparisonOperator, Literal, Predicate } from '../../kernel/delta/predicate.ts';
import { findField, type DeltaType, type StructType } from '../../kernel/delta/schema.ts';

/** The predicate of a plan in `expect.json`: comparisons of a column with a constant, joined by AND. */
export function parsePlanPredicate(sql: string, schema: StructType): Predicate {
  return { kind: 'and', operands: sql.split(' AND ').map((comparison) => parseComparison(comparison, schema)) };
}

function parseComparison(text: string, schema: StructType): Predicate {
  const match = /^(\w+) (=|<=|>=|<|>) (?:'([^']*)'|([-\d.]+))$/.exec(text.trim());
  const [, name = '', operator = '=', quoted, number] = match ?? [];
  const type = findField(schema, name)?.type;
  if (match === null || type === undefined) throw new Error(`no plan predicate: ${text}`);
  return { kind: 'comparison', operator: operator as ComparisonOperator, column: [name], literal: constant(quoted ?? number ?? '', type) };
}

function constant(text: string, type: DeltaType): Literal {
  if (type.kind === 'long' || type.kind === 'integer') return { type, value: BigInt(text) };
  if (type.kind === 'double') return { type, value: Number(text) };
  if (type.kind === 'string' || type.kind === 'date') return { type, value: text };
  throw new Error(`no constant of ${type.kind} in a plan`);
}
