import type { Literal, Predicate } from '../delta/predicate.ts';
import type { DeltaType, PrimitiveType, StructType } from '../delta/schema.ts';
import type { DuckDbCondition, DuckDbConstant } from '../duckdb/duckdbConditions.ts';

/** A condition of DuckDB's dialect in the types of the table; what would need DuckDB's casts to compare is `unknown`. */
export function toDuckDbFilePredicate(condition: DuckDbCondition, schema: StructType): Predicate {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, operands: condition.terms.map((term) => toDuckDbFilePredicate(term, schema)) };
    case 'compare': {
      const { operator, column, constant } = condition;
      const literal = toLiteral(constant, findType(schema, column));
      return literal === undefined ? UNKNOWN : { kind: 'comparison', operator, column, literal };
    }
    case 'in': {
      const type = findType(schema, condition.column);
      const literals = condition.constants.map((constant) => toLiteral(constant, type));
      return literals.includes(undefined) ? UNKNOWN : { kind: 'in', column: condition.column, literals: literals as readonly Literal[] };
    }
    case 'isNull':
    case 'isNotNull':
      return findType(schema, condition.column) === undefined ? UNKNOWN : condition;
    case 'unknown':
      return UNKNOWN;
  }
}

const UNKNOWN: Predicate = { kind: 'unknown' };

function findType(schema: StructType, [name, ...rest]: readonly string[]): DeltaType | undefined {
  const type = schema.fields.find((field) => field.name.toLowerCase() === name?.toLowerCase())?.type;
  if (rest.length === 0) return type;
  return type?.kind === 'struct' ? findType(type, rest) : undefined;
}

const INTEGERS = new Set<DeltaType['kind']>(['byte', 'short', 'integer', 'long']);

function toLiteral({ type, text }: DuckDbConstant, column: DeltaType | undefined): Literal | undefined {
  if (column === undefined) return undefined;
  if (INTEGERS.has(column.kind) && type === 'integer') return { type: column as PrimitiveType, value: BigInt(text) };
  if (column.kind === 'decimal' && (type === 'integer' || type === 'decimal')) return { type: decimalTypeOf(text), value: text };
  if (column.kind === 'double' && (type === 'integer' || type === 'double')) return { type: column, value: Number(text) };
  if (column.kind === 'string' && type === 'text') return { type: column, value: text };
  if (column.kind === 'boolean' && type === 'boolean') return { type: column, value: text === 'true' };
  if (column.kind === 'date' && (type === 'date' || type === 'text') && /^\d{4}-\d\d-\d\d$/.test(text)) return { type: column, value: text };
  const isTime = (type === 'timestamp' || type === 'text') && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/.test(text);
  if (column.kind === 'timestamp_ntz' && isTime) return { type: column, value: text };
  if (column.kind === 'timestamp' && isTime) return { type: column, value: `${text}+00` };
  return undefined;
}

/** The type that holds all digits as they are: the column's own might round them, or have no place for them. */
function decimalTypeOf(text: string): PrimitiveType {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return { kind: 'decimal', precision: whole.length + fraction.length, scale: fraction.length };
}
