import { call, literal } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { contains, findExpression } from '../plan/traverse.ts';
import { implicitCast } from '../resolver/casting.ts';
import { tightestCommonType } from '../types/coercion.ts';
import { type DataType, DOUBLE, INT, isIntegral, isNumeric, sameType, STRING } from '../types/dataType.ts';
import { toDuckDbType } from '../types/duckdbType.ts';
import { custom, type FunctionCall, type FunctionDefinition, unexpected } from './definition.ts';

const DRAWN = 'drawn at random in both; a seed is refused';
const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LONGEST = 100_000;

function refuseSeed(given: FunctionCall, place: number): void {
  if (given.arguments[place] !== undefined) given.resolution.refuse(given.node, `${given.name} with a seed`, 'its numbers are Spark\'s own');
}

function random(name: string, text: string): FunctionDefinition {
  return custom('math', name, 0, 1, (given) => {
    refuseSeed(given, 0);
    return call(name, DOUBLE, [], () => text, given.node, { volatile: true });
  }, { state: 'approximate', note: DRAWN, aliases: name === 'rand' ? ['random'] : [] });
}

/** An argument that no row may change. */
function constant(given: FunctionCall, place: number, name: string, type: string): TypedExpression {
  const operand = given.arguments[place]!;
  const row = findExpression(operand, ({ kind }) => kind === 'column' || kind === 'subquery') !== undefined || contains(operand, 'aggregate');
  return row ? given.resolution.fail(given.node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression: `${given.name}(${given.arguments.map(prettyText).join(', ')})`, input: name, type }) : operand;
}

function resolveUniform(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const bounds = ['min', 'max'].map((name, place) => constant(given, place, name, 'integer or floating-point'));
  const stray = bounds.findIndex(({ type }) => !isNumeric(type) && type.kind !== 'void');
  if (stray >= 0) return unexpected(given, bounds[stray]!, ['first', 'second'][stray]!, '("INTEGRAL" or "FLOAT" or "DOUBLE" or "DECIMAL")');
  refuseSeed(given, 2);
  const pretty = (texts: readonly string[]): string => `uniform(${texts.join(', ')})`;
  if (bounds.some(({ type }) => type.kind === 'void')) return literal(DOUBLE, null, node, pretty(bounds.map(prettyText)));
  const type = uniformType(bounds[0]!.type, bounds[1]!.type);
  if (type === undefined) return resolution.refuse(node, 'uniform between these types', 'their common type is Spark\'s own');
  const operands = bounds.map((bound) => implicitCast(resolution, bound, DOUBLE));
  const emission = ([low, high]: readonly string[]): string => {
    const drawn = `(${low} + (${high} - ${low}) * random())`;
    return `CAST(${isIntegral(type) ? `trunc(${drawn})` : drawn} AS ${toDuckDbType(type)})`;
  };
  return call('uniform', type, operands, emission, node, { volatile: true, pretty: () => pretty(bounds.map(prettyText)) });
}

/** Beside a whole number a decimal keeps its own type. */
function uniformType(left: DataType, right: DataType): DataType | undefined {
  if (left.kind === 'float' || right.kind === 'float') {
    const other = left.kind === 'float' ? right : left;
    return other.kind === 'double' ? DOUBLE : other.kind === 'decimal' ? undefined : { kind: 'float' };
  }
  if (left.kind === 'decimal' && right.kind === 'decimal' && !sameType(left, right)) return undefined;
  if (left.kind === 'decimal' && isIntegral(right)) return left;
  if (right.kind === 'decimal' && isIntegral(left)) return right;
  return tightestCommonType(left, right, true);
}

function resolveText(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const written = constant(given, 0, 'length', 'INT or SMALLINT');
  if (!isNumeric(written.type) && written.type.kind !== 'string' && written.type.kind !== 'void') return unexpected(given, written, 'first', '"INT"');
  if (written.kind === 'literal' && typeof written.value === 'bigint' && written.type.kind !== 'decimal' && written.value < 0n) return resolution.fail(node, 'INVALID_PARAMETER_VALUE.LENGTH', { detail: `The value of parameter(s) \`length\` in \`randstr\` is invalid: Expects \`length\` greater than or equal to 0, but got ${written.value}.` });
  refuseSeed(given, 1);
  if (written.kind === 'literal' && typeof written.value === 'bigint' && written.value > BigInt(LONGEST)) return resolution.refuse(node, 'A text this long', 'each of its characters is drawn on its own');
  const letter = `'${LETTERS}'[1 + CAST(floor(random() * ${LETTERS.length}) AS BIGINT)]`;
  return call('randstr', STRING, [implicitCast(resolution, written, INT)], ([n], context) => `array_to_string(list_transform(range(coalesce(${n}, 0)), lambda ${context.variable()}: ${letter}), '')`, node, { volatile: true });
}

/** What is another value each time, or belongs to how Spark spreads its rows. */
export const UNDETERMINED_FUNCTIONS: readonly FunctionDefinition[] = [
  random('rand', 'random()'),
  random('randn', '(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))'),
  custom('math', 'uniform', 2, 3, resolveUniform, { state: 'approximate', note: DRAWN }),
  custom('math', 'randstr', 1, 2, resolveText, { state: 'approximate', note: DRAWN }),
  custom('misc', 'spark_partition_id', 0, 0, (given) => literal(INT, 0n, given.node, `${given.name}()`), { state: 'approximate', note: 'there is one partition here' }),
];
