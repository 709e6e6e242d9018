import type { CastExpression, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import type { Located } from '../tree/expressions.ts';
import { castVerdict } from '../types/coercion.ts';
import { type DataType, isNumeric, isUnordered, sameType, sqlName, STRING } from '../types/dataType.ts';
import { foldCast } from './folding.ts';
import type { Resolution } from './resolution.ts';

/** A cast that Spark puts in by itself; it does not show in names. The caller knows that it is allowed. */
export function implicitCast(resolution: Resolution, expression: TypedExpression, type: DataType): TypedExpression {
  if (sameType(expression.type, type)) return expression;
  return foldCast(expression, type, resolution.settings) ?? castNode(expression, type, resolution.ansi ? 'ansi' : 'legacy', false, expression);
}

/**
 * CAST, TRY_CAST or `::` as written.
 * @throws LakebookError DATATYPE_MISMATCH.CAST_… where Spark has no such cast
 */
export function explicitCast(resolution: Resolution, expression: TypedExpression, type: DataType, attempt: boolean, node: Located): TypedExpression {
  const mode = attempt ? 'try' : resolution.ansi ? 'ansi' : 'legacy';
  const cast = castNode(expression, type, mode, true, node);
  const verdict = castVerdict(expression.type, type, mode);
  const types = { expression: prettyText(cast), from: sqlName(expression.type), to: sqlName(type) };
  switch (verdict) {
    case 'yes':
      return cast;
    case 'no':
      return resolution.fail(node, 'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', types);
    case 'withFunction':
      return resolution.fail(node, 'DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION', { ...types, functions: isNumeric(type) ? '`UNIX_DATE`' : '`DATE_FROM_UNIX_DATE`' });
    case 'withConfiguration':
      return resolution.fail(node, 'DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION', types);
  }
}

export function castNode(operand: TypedExpression, type: DataType, mode: CastExpression['mode'], explicit: boolean, node: Located): CastExpression {
  return { kind: 'cast', operand, type, mode, explicit, start: node.start, end: node.end };
}

/** A constant in a cast as the constant that it is; anything else as it came. */
export function constantOf(resolution: Resolution, expression: TypedExpression): TypedExpression {
  if (expression.kind !== 'cast' || expression.operand.kind !== 'literal') return expression;
  return foldCast(expression.operand, expression.type, resolution.settings) ?? expression;
}

/** What a function asks of an argument. */
export type InputKind =
  | 'any' | 'string' | 'binary' | 'stringOrBinary' | 'boolean' | 'int' | 'bigint' | 'integral' | 'double' | 'numeric' | 'date' | 'timestamp' | 'ntz' | 'datetime'
  | 'array' | 'map' | 'struct' | 'collection' | 'interval' | 'variant' | 'ordered';

/**
 * An argument as its function wants it, cast where Spark casts by itself.
 * @throws LakebookError DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
 */
export function coerceInput(resolution: Resolution, expression: TypedExpression, wanted: InputKind, place: number, pretty: () => string): TypedExpression {
  const target = inputTarget(expression.type, wanted, resolution.ansi);
  if (target === undefined && wanted === 'ordered') return resolution.fail(expression, 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { expression: pretty(), function: 'ordering', type: sqlName(expression.type) });
  if (target === undefined) return failInput(resolution, expression, expression, { expression: pretty(), parameter: ORDINALS[place] ?? `${place + 1}th`, required: `"${INPUT_NAMES[wanted] ?? wanted.toUpperCase()}"` });
  return implicitCast(resolution, expression, target);
}

/** An argument of a type that its function does not take: `expression` is the whole call, `required` what it takes. */
export function failInput(resolution: Resolution, at: Located, operand: TypedExpression, wanted: { readonly expression: string; readonly parameter: string; readonly required: string }): never {
  return resolution.fail(at, 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { ...wanted, input: prettyText(operand), type: sqlName(operand.type) });
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'];
const INPUT_NAMES: Readonly<Record<string, string>> = { stringOrBinary: 'STRING" or "BINARY', integral: 'INTEGRAL', numeric: 'NUMERIC', collection: 'ARRAY" or "MAP', datetime: 'DATE" or "TIMESTAMP' };

/** The type an input is cast to, its own where it fits; undefined where it cannot be given. */
function inputTarget(type: DataType, wanted: InputKind, ansi: boolean): DataType | undefined {
  const { kind } = type;
  const simple = kind !== 'array' && kind !== 'map' && kind !== 'struct' && kind !== 'variant';
  switch (wanted) {
    case 'any':
      return type;
    case 'ordered':
      return isUnordered(type) ? undefined : type;
    case 'string':
      return kind === 'binary' || !simple ? (kind === 'binary' && !ansi ? STRING : kind === 'binary' ? STRING : undefined) : STRING;
    case 'stringOrBinary':
      return kind === 'binary' ? type : simple ? STRING : undefined;
    case 'binary':
      return kind === 'binary' || kind === 'string' || kind === 'void' ? { kind: 'binary' } : undefined;
    case 'boolean':
      return kind === 'boolean' || kind === 'void' || kind === 'string' ? { kind: 'boolean' } : undefined;
    case 'int':
    case 'bigint':
    case 'double':
      return isNumeric(type) || kind === 'string' || kind === 'void' ? { kind: wanted } : undefined;
    case 'integral':
      if (kind === 'string' || kind === 'void') return { kind: 'bigint' };
      return isNumeric(type) ? (kind === 'decimal' || kind === 'float' || kind === 'double' ? { kind: 'bigint' } : type) : undefined;
    case 'numeric':
      if (kind === 'string' || kind === 'void') return { kind: 'double' };
      return isNumeric(type) ? type : undefined;
    case 'date':
      return kind === 'date' || kind === 'timestamp' || kind === 'timestamp_ntz' || kind === 'string' || kind === 'void' ? { kind: 'date' } : undefined;
    case 'timestamp':
      return kind === 'date' || kind === 'timestamp' || kind === 'timestamp_ntz' || kind === 'string' || kind === 'void' ? { kind: 'timestamp' } : undefined;
    case 'ntz':
      return kind === 'date' || kind === 'timestamp' || kind === 'timestamp_ntz' || kind === 'string' || kind === 'void' ? { kind: 'timestamp_ntz' } : undefined;
    case 'datetime':
      if (kind === 'string' || kind === 'void') return { kind: 'timestamp' };
      return kind === 'date' || kind === 'timestamp' || kind === 'timestamp_ntz' ? type : undefined;
    case 'collection':
      return kind === 'array' || kind === 'map' || kind === 'void' ? type : undefined;
    case 'array':
    case 'map':
    case 'struct':
    case 'interval':
      return kind === wanted || kind === 'void' ? type : undefined;
    case 'variant':
      return kind === 'variant' ? type : undefined;
  }
}
