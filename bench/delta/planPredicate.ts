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
  switch (type.kind) {
    case 'long':
    case 'integer':
      return { type, value: BigInt(text) };
    case 'double':
      return { type, value: Number(text) };
    case 'string':
    case 'date':
      return { type, value: text };
    default:
      throw new Error(`no constant of ${type.kind} in a plan`);
  }
}
