import { call } from '../plan/build.ts';
import type { CallExpression, Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { failInput, implicitCast } from '../resolver/casting.ts';
import { foldCast } from '../resolver/folding.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { Located } from '../tree/expressions.ts';
import { commonType, comparisonType } from '../types/coercion.ts';
import { BOOLEAN, type DataType, isIntegral, isNumeric, isUnordered, sameType, sqlName } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import type { ComparisonOperator } from '../plan/scan.ts';

/** `= <> < <= > >= <=>` over the common type of both sides. */
export function resolveComparison(resolution: Resolution, operator: ComparisonOperator, first: TypedExpression, second: TypedExpression, node: Located): CallExpression {
  const [left, right] = [filledUp(first, [second]), filledUp(second, [first])];
  const shown = `(${prettyText(left)} ${operator === '<>' ? '<>' : operator} ${prettyText(right)})`;
  const type = comparisonType(left.type, right.type, resolution.ansi) ?? truthAsNumber(operator, left.type, right.type, resolution.ansi);
  if (type === undefined) return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { expression: shown, left: sqlName(left.type), right: sqlName(right.type) });
  if (isUnordered(type)) return resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { expression: shown, function: operator, type: sqlName(type) });
  const operands = comparable(resolution, left, right, type);
  return call(operator, BOOLEAN, operands, comparisonEmission(operator, operands[0]!.type), node, { pretty: ([a, b]) => (operator === '<>' ? `(NOT (${a} = ${b}))` : `(${a} ${operator} ${b})`), acceptsLoose: true });
}

/**
 * Texts of CHAR(n) count as filled up with blanks, whether their file holds them so or not; a literal that is compared with
 * one gets as many.
 */
function filledUp(operand: TypedExpression, others: readonly TypedExpression[]): TypedExpression {
  const lengths = others.flatMap((other) => (other.kind === 'column' && other.attribute.charLength !== undefined ? [other.attribute.charLength] : []));
  if (operand.kind === 'literal' && typeof operand.value === 'string' && operand.type.kind === 'string' && lengths.length > 0) {
    const missing = Math.max(...lengths) - Array.from(operand.value).length;
    return missing <= 0 ? operand : { ...operand, value: operand.value + ' '.repeat(missing) };
  }
  const own = operand.kind === 'column' ? operand.attribute.charLength : undefined;
  if (own === undefined || (lengths.length === 0 && !others.some(({ kind, type }) => kind === 'literal' && type.kind === 'string'))) return operand;
  const length = Math.max(own, ...lengths);
  return call('rpad', operand.type, [operand], ([text]) => `rpad(${text}, ${length}, ' ')`, operand, { pretty: ([text]) => text! });
}

/** Without ANSI a truth value is compared for equality with a number as 1 or 0. */
function truthAsNumber(operator: ComparisonOperator, left: DataType, right: DataType, ansi: boolean): DataType | undefined {
  if (ansi || (operator !== '=' && operator !== '<=>')) return undefined;
  if (left.kind === 'boolean' && isNumeric(right)) return right;
  return right.kind === 'boolean' && isNumeric(left) ? left : undefined;
}

/** Both sides in one type: a number literal takes the other side's type where nothing is lost, so that files can be pruned by it. */
function comparable(resolution: Resolution, left: TypedExpression, right: TypedExpression, type: DataType): TypedExpression[] {
  const narrowRight = losslessLiteral(resolution, right, left.type);
  if (narrowRight !== undefined) return [left, narrowRight];
  const narrowLeft = losslessLiteral(resolution, left, right.type);
  if (narrowLeft !== undefined) return [narrowLeft, right];
  return [implicitCast(resolution, left, type), implicitCast(resolution, right, type)];
}

function losslessLiteral(resolution: Resolution, candidate: TypedExpression, target: DataType): TypedExpression | undefined {
  if (candidate.kind !== 'literal' || candidate.value === null || sameType(candidate.type, target)) return undefined;
  const exact = (isIntegral(candidate.type) || candidate.type.kind === 'decimal') && (isIntegral(target) || target.kind === 'decimal');
  if (!exact) return undefined;
  if (candidate.type.kind === 'decimal' && target.kind === 'decimal' && candidate.type.scale > target.scale) return undefined;
  if (candidate.type.kind === 'decimal' && isIntegral(target) && candidate.type.scale > 0) return undefined;
  return foldCast(candidate, target, resolution.settings);
}

function comparisonEmission(operator: ComparisonOperator, type: DataType): Emission {
  if (operator === '<=>') return ([a, b]) => `(${a} IS NOT DISTINCT FROM ${b})`;
  const nested = type.kind === 'array' || type.kind === 'struct';
  if (!nested || operator === '=' || operator === '<>') return ([a, b]) => `(${a} ${operator} ${b})`;
  return ([a, b], context) => `(${orderedText(a!, type, context)} ${operator} ${orderedText(b!, type, context)})`;
}

/** A value that DuckDB orders as Spark does: inside of nested values Spark puts NULL first, DuckDB last. */
export function orderedText(text: string, type: DataType, context: EmissionContext): string {
  if (type.kind === 'array') {
    const each = context.variable();
    return `list_transform(${text}, lambda ${each}: {'n': ${each} IS NOT NULL, 'v': ${orderedText(each, type.element, context)}})`;
  }
  if (type.kind !== 'struct') return text;
  const fields = type.fields.flatMap((field, index) => {
    const value = `struct_extract(${text}, ${quoteString(field.name)})`;
    return [`'n${index}': ${value} IS NOT NULL`, `'v${index}': ${orderedText(value, field.type, context)}`];
  });
  return `CASE WHEN ${text} IS NOT NULL THEN {${fields.join(', ')}} END`;
}

/** `x IN (a, b)` and its negation. */
export function resolveIn(resolution: Resolution, tested: TypedExpression, given: readonly TypedExpression[], node: Located): CallExpression {
  const operand = filledUp(tested, given);
  const values = given.map((value) => filledUp(value, [tested]));
  const pretty = (texts: readonly string[]): string => `(${texts[0]} IN (${texts.slice(1).join(', ')}))`;
  if (isUnordered(operand.type)) return resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { expression: pretty([operand, ...values].map(prettyText)), function: 'in', type: sqlName(operand.type) });
  const narrowed = values.map((value) => (sameType(value.type, operand.type) ? value : losslessLiteral(resolution, value, operand.type)));
  const kept = narrowed.flatMap((value) => (value === undefined ? [] : [value]));
  if (kept.length !== values.length && operand.type.kind === 'struct') return resolveIn(resolution, operand, values.map((value) => renamed(resolution, value, operand, node)), node);
  const operands = kept.length === values.length ? [operand, ...kept] : commonOperands(resolution, [operand, ...values], 'in', node, pretty);
  return call('in', BOOLEAN, operands, ([x, ...rest]) => `(${x} IN (${rest.join(', ')}))`, node, { pretty, acceptsLoose: true });
}

/** A row with the field names and types of another: rows in IN are compared by place. */
function renamed(resolution: Resolution, value: TypedExpression, like: TypedExpression, node: Located): TypedExpression {
  const { type } = value;
  if (like.type.kind !== 'struct' || type.kind !== 'struct' || type.fields.length !== like.type.fields.length || !like.type.fields.every((field, index) => sameType(field.type, type.fields[index]!.type))) {
    const types = `("${sqlName(like.type)}" or "${sqlName(type)}")`;
    return resolution.fail(node, 'DATATYPE_MISMATCH.DATA_DIFF_TYPES', { expression: `(${prettyText(like)} IN (${prettyText(value)}))`, function: 'in', types });
  }
  return implicitCast(resolution, value, like.type);
}

/** `x BETWEEN a AND b`. */
export function resolveBetween(resolution: Resolution, operand: TypedExpression, low: TypedExpression, high: TypedExpression, node: Located): TypedExpression {
  const from = resolveComparison(resolution, '>=', operand, low, node);
  const to = resolveComparison(resolution, '<=', operand, high, node);
  if (sameType(from.operands[0]!.type, to.operands[0]!.type) && sameType(from.operands[1]!.type, to.operands[1]!.type)) {
    return call('between', BOOLEAN, [from.operands[0]!, from.operands[1]!, to.operands[1]!], ([x, a, b]) => `(${x} BETWEEN ${a} AND ${b})`, node, { pretty: ([x, a, b]) => `between(${x}, ${a}, ${b})`, acceptsLoose: true });
  }
  const shown = `between(${[operand, low, high].map(prettyText).join(', ')})`;
  return call('and', BOOLEAN, [from, to], ([a, b]) => `(${a} AND ${b})`, node, { pretty: () => shown });
}

/**
 * Operands cast to Spark's common type.
 * @throws LakebookError DATATYPE_MISMATCH.DATA_DIFF_TYPES
 */
export function commonOperands(resolution: Resolution, operands: readonly TypedExpression[], name: string, node: Located, pretty: (texts: readonly string[]) => string): readonly TypedExpression[] {
  let type: DataType | undefined = operands[0]?.type;
  for (const operand of operands.slice(1)) type = type && commonType(type, operand.type, resolution.ansi);
  if (type === undefined && operands.length > 0) {
    const types = [...new Set(operands.map((operand) => `"${sqlName(operand.type)}"`))];
    return resolution.fail(node, 'DATATYPE_MISMATCH.DATA_DIFF_TYPES', { expression: pretty(operands.map(prettyText)), function: name, types: `(${types.join(' or ')})` });
  }
  return operands.map((operand) => implicitCast(resolution, operand, type!));
}

/** AND, OR and NOT over booleans. */
export function resolveLogical(resolution: Resolution, operator: 'and' | 'or', left: TypedExpression, right: TypedExpression, node: Located): TypedExpression {
  const word = operator.toUpperCase();
  for (const side of [left, right]) {
    if (side.type.kind === 'boolean' || side.type.kind === 'void') continue;
    const expression = `(${prettyText(left)} ${word} ${prettyText(right)})`;
    if (sqlName(left.type) === sqlName(right.type)) return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { expression, expected: '"BOOLEAN"', type: sqlName(side.type) });
    return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { expression, left: sqlName(left.type), right: sqlName(right.type) });
  }
  const operands = [implicitCast(resolution, left, BOOLEAN), implicitCast(resolution, right, BOOLEAN)];
  return call(operator, BOOLEAN, operands, ([a, b]) => `(${a} ${word} ${b})`, node, { pretty: ([a, b]) => `(${a} ${word} ${b})` });
}

/** `a AND b AND c` of truth values as one call; shown as Spark nests it. */
export function resolveLogicalChain(resolution: Resolution, operator: 'and' | 'or', operands: readonly TypedExpression[], node: Located): TypedExpression {
  const word = operator.toUpperCase();
  const values = operands.map((operand) => implicitCast(resolution, operand, BOOLEAN));
  return call(operator, BOOLEAN, values, (texts) => `(${texts.join(` ${word} `)})`, node, { pretty: (texts) => texts.reduce((left, right) => `(${left} ${word} ${right})`) });
}

export function resolveNot(resolution: Resolution, operand: TypedExpression, node: Located): TypedExpression {
  if (operand.type.kind !== 'boolean' && operand.type.kind !== 'void') {
    return failInput(resolution, node, operand, { expression: `(NOT ${prettyText(operand)})`, parameter: 'first', required: '"BOOLEAN"' });
  }
  if (operand.kind === 'subquery' && (operand.form === 'in' || operand.form === 'notIn')) return { ...operand, form: operand.form === 'in' ? 'notIn' : 'in', start: node.start, end: node.end };
  return call('not', BOOLEAN, [implicitCast(resolution, operand, BOOLEAN)], ([x]) => `(NOT ${x})`, node, { pretty: ([x]) => `(NOT ${x})` });
}
