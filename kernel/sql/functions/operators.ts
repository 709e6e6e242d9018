import { call } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, implicitCast } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { Located } from '../tree/expressions.ts';
import { meetsAlike, tightestCommonType } from '../types/coercion.ts';
import { BIGINT, BINARY, INT, isIntegral, sqlName, STRING } from '../types/dataType.ts';
import { commonOperands } from './comparison.ts';

type BitOperator = '&' | '|' | '^' | '~' | '<<' | '>>' | '>>>';

/** A text beside an integer, or alone, is read as one. */
function textAsInteger(resolution: Resolution, operand: TypedExpression, other: TypedExpression | undefined): TypedExpression {
  const alone = other === undefined && (operand.type.kind === 'string' || operand.type.kind === 'void');
  return alone || (operand.type.kind === 'string' && other !== undefined && isIntegral(other.type)) ? implicitCast(resolution, operand, BIGINT) : operand;
}

/** `& | ^ ~` over integers and the shifts, whose count is taken modulo the width. */
export function resolveBitwise(resolution: Resolution, operator: BitOperator, operands: readonly TypedExpression[], node: Located, shown?: string): TypedExpression {
  const pretty = (texts: readonly string[]): string => (shown !== undefined ? `${shown}(${texts.join(', ')})` : texts.length === 1 ? `${operator}${texts[0]}` : `(${texts[0]} ${operator} ${texts[1]})`);
  if (operator === '<<' || operator === '>>' || operator === '>>>') return shift(resolution, operator, operands, node, pretty);
  const typed = operands.length === 1 || resolution.ansi ? operands.map((operand, place) => textAsInteger(resolution, operand, operands[1 - place])) : operands;
  const type = typed.length === 1 ? typed[0]!.type : tightestCommonType(typed[0]!.type, typed[1]!.type, resolution.ansi);
  if (type === undefined || !isIntegral(type)) {
    const [left, right] = [operands[0]!, operands.at(-1)!];
    if (operands.length > 1 && meetsAlike(left.type, right.type, resolution.ansi)) return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { expression: pretty(operands.map(prettyText)), expected: '"INTEGRAL"', type: sqlName(left.type) });
    return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { expression: pretty(operands.map(prettyText)), left: sqlName(left.type), right: sqlName(right.type) });
  }
  const cast = typed.map((operand) => implicitCast(resolution, operand, type));
  if (operator === '~') return call('~', type, cast, ([x]) => `(~${x})`, node, { pretty });
  return call(operator, type, cast, operator === '^' ? ([x, y]) => `xor(${x}, ${y})` : ([x, y]) => `(${x} ${operator} ${y})`, node, { pretty });
}

function shift(resolution: Resolution, operator: '<<' | '>>' | '>>>', operands: readonly TypedExpression[], node: Located, pretty: (texts: readonly string[]) => string): TypedExpression {
  const shown = (): string => pretty(operands.map(prettyText));
  const value = coerceInput(resolution, operands[0]!, 'integral', 0, shown);
  const type = value.type.kind === 'bigint' ? BIGINT : INT;
  const count = coerceInput(resolution, operands[1]!, 'int', 1, shown);
  const wide = type.kind === 'bigint';
  const emissions: Readonly<Record<string, Emission>> = {
    '<<': ([x, n]) => (wide ? `CAST(spark_shl64(${x}, ${n}) AS BIGINT)` : `CAST(spark_shl32(${x}, ${n}) AS INTEGER)`),
    '>>': ([x, n]) => (wide ? `(${x} >> (${n} & 63))` : `(${x} >> (${n} & 31))`),
    '>>>': ([x, n]) => (wide ? `CAST(spark_shru64(${x}, ${n}) AS BIGINT)` : `CAST(spark_shru32(${x}, ${n}) AS INTEGER)`),
  };
  return call(operator, type, [implicitCast(resolution, value, type), count], emissions[operator]!, node, { pretty });
}

/** `||` and `concat`: arrays, binaries or texts; NULL where any of them is. */
export function resolveConcatenation(resolution: Resolution, operands: readonly TypedExpression[], node: Located): TypedExpression {
  const pretty = (texts: readonly string[]): string => `concat(${texts.join(', ')})`;
  if (operands.some((operand) => operand.type.kind === 'array')) {
    const typed = commonOperands(resolution, operands, 'concat', node, pretty);
    return call('concat', typed[0]!.type, typed, (texts) => `spark_list_cat([${texts.join(', ')}])`, node, { pretty });
  }
  if (operands.length > 0 && operands.every((operand) => operand.type.kind === 'binary' || operand.type.kind === 'void') && operands.some((operand) => operand.type.kind === 'binary')) {
    const typed = operands.map((operand) => implicitCast(resolution, operand, BINARY));
    return call('concat', BINARY, typed, (texts) => `(${texts.join(' || ')})`, node, { pretty });
  }
  const complex = operands.find((operand) => ['map', 'struct', 'array', 'variant'].includes(operand.type.kind));
  if (complex !== undefined) {
    const types = operands.map((operand) => `"${sqlName(operand.type)}"`).join(' or ');
    return resolution.fail(node, 'DATATYPE_MISMATCH.DATA_DIFF_TYPES', { expression: pretty(operands.map(prettyText)), function: 'concat', types: `(${types})` });
  }
  const typed = operands.map((operand) => implicitCast(resolution, operand, STRING));
  // DuckDB forgets the type of `x || NULL`.
  const unknown = typed.some((operand) => operand.kind === 'literal' && operand.value === null);
  return call('concat', STRING, typed, (texts) => (texts.length === 0 ? "''" : unknown ? 'CAST(NULL AS VARCHAR)' : `(${texts.join(' || ')})`), node, { pretty });
}

/** `a || b || c` of texts as one call; shown as Spark nests it, and written so that it nests little. */
export function resolveConcatenationChain(resolution: Resolution, operands: readonly TypedExpression[], node: Located): TypedExpression {
  const typed = operands.map((operand) => implicitCast(resolution, operand, STRING));
  const unknown = typed.some((operand) => operand.kind === 'literal' && operand.value === null);
  return call('concat', STRING, typed, (texts) => (unknown ? 'CAST(NULL AS VARCHAR)' : joinHalves(texts)), node, { pretty: (texts) => texts.reduce((left, right) => `concat(${left}, ${right})`) });
}

function joinHalves(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0]!;
  const half = texts.length >> 1;
  return `(${joinHalves(texts.slice(0, half))} || ${joinHalves(texts.slice(half))})`;
}
