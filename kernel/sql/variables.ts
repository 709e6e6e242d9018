import { literalText } from './emitter/literals.ts';
import { call, literal } from './plan/build.ts';
import type { TypedExpression } from './plan/expression.ts';
import type { LiteralValue } from './plan/scan.ts';
import type { Located } from './tree/expressions.ts';
import type { DataType } from './types/dataType.ts';
import { sqlName } from './types/dataType.ts';
import { dateText, timestampText } from './types/datetimes.ts';
import { decimalText } from './types/decimals.ts';

/** What a variable or a parameter holds: a constant, or, where its type nests, DuckDB's text of exactly that type. */
export type BoundValue = { readonly type: DataType } & ({ readonly kind: 'plain'; readonly value: LiteralValue } | { readonly kind: 'nested'; readonly sql: string });

/** A variable that a dotted name leads to; parts behind `used` are struct fields. */
export interface FoundVariable {
  readonly value: BoundValue;
  /** As generated column names show it: `system.session.v`. */
  readonly qualifiedName: string;
  readonly used: number;
}
export type VariableLookup = (parts: readonly string[]) => FoundVariable | undefined;

/** A parameter's value as a typed expression. */
export function constantExpression(bound: BoundValue, node: Located): TypedExpression {
  return bound.kind === 'plain' ? literal(bound.type, bound.value, node) : nestedConstant(bound.type, bound.sql, sqlName(bound.type), node);
}

/** A variable's value as a typed expression, shown as Spark shows it. */
export function variableExpression({ value: bound, qualifiedName }: FoundVariable, node: Located): TypedExpression {
  const pretty = `variablereference(${qualifiedName}=${sqlText(bound)})`;
  return bound.kind === 'plain' ? literal(bound.type, bound.value, node, pretty) : nestedConstant(bound.type, bound.sql, pretty, node);
}

function nestedConstant(type: DataType, sql: string, pretty: string, node: Located): TypedExpression {
  return call('constant', type, [], () => sql, node, { pretty: () => pretty });
}

/** The constant as Spark writes it in SQL. */
function sqlText(bound: BoundValue): string {
  if (bound.kind === 'nested') return sqlName(bound.type);
  const { type, value } = bound;
  if (value === null) return type.kind === 'void' ? 'NULL' : `CAST(NULL AS ${sqlName(type)})`;
  switch (type.kind) {
    case 'string':
      return `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    case 'bigint':
      return `${String(value)}L`;
    case 'smallint':
      return `${String(value)}S`;
    case 'tinyint':
      return `${String(value)}Y`;
    case 'decimal':
      return typeof value === 'bigint' ? `${decimalText(value, type.scale)}BD` : String(value);
    case 'double':
      return `${String(value)}D`;
    case 'date':
      return typeof value === 'bigint' ? `DATE '${dateText(value)}'` : String(value);
    case 'timestamp':
    case 'timestamp_ntz':
      return typeof value === 'bigint' ? `${sqlName(type)} '${timestampText(value)}'` : String(value);
    case 'int':
    case 'boolean':
      return String(value);
    default:
      return literalText(type, value);
  }
}
