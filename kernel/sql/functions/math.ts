import { call, literal } from '../plan/build.ts';
import type { CallExpression, Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { castNode, coerceInput, implicitCast } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { Located } from '../tree/expressions.ts';
import { foldCast } from '../resolver/folding.ts';
import { BIGINT, BOOLEAN, type DataType, decimal, DOUBLE, INT, isFractional, isIntegral, isNumeric, STRING, TINYINT } from '../types/dataType.ts';
import { toDuckDbType } from '../types/duckdbType.ts';
import { resolveArithmetic, resolveSign, zeroGuard } from './arithmetic.ts';
import { resolveBitwise } from './operators.ts';
import { amountOf, intervalOf } from './intervals.ts';
import { custom, type FunctionCall, type FunctionDefinition, type FunctionOptions, scalar } from './definition.ts';
import { stringMeets, tightestCommonType } from '../types/coercion.ts';
import { decimalOfInteger } from '../types/decimals.ts';

/** A function of one DOUBLE. Spark prints most of them in capitals. */
function real(name: string, text: string, options: FunctionOptions = {}): FunctionDefinition {
  return scalar('math', name, ['double'], DOUBLE, text, { display: name.toUpperCase(), ...options });
}

/** A function of an angle: infinity has none. */
function angle(sql: string): string {
  return `CASE WHEN isinf($1) THEN CAST('NaN' AS DOUBLE) ELSE ${sql}($1) END`;
}

/** The value of a constant INT argument. */
function constantInt(given: FunctionCall, operand: TypedExpression | undefined, missing: number): number {
  if (operand === undefined) return missing;
  const folded = foldCast(operand, INT, given.resolution.settings);
  if (folded?.kind === 'literal' && typeof folded.value === 'bigint') return Number(folded.value);
  return given.resolution.refuse(operand, `A number of places of ${given.name} that is no constant`, 'the type of the result depends on it');
}

/** Type of round, ceil and floor to `places`. */
function roundedType(type: DataType, places: number): DataType {
  if (type.kind !== 'decimal') return type;
  const whole = type.precision - type.scale + 1;
  if (places < 0) return decimal(Math.min(38, Math.max(whole, -places + 1)), 0);
  const scale = Math.min(type.scale, places);
  return decimal(Math.min(38, whole + scale), scale);
}

function resolveRound(given: FunctionCall, name: 'round' | 'bround'): TypedExpression {
  const { resolution, node } = given;
  const value = coerceInput(resolution, given.arguments[0]!, 'numeric', 0, () => `${name}(…)`);
  const places = constantInt(given, given.arguments[1], 0);
  const type = roundedType(value.type, places);
  const target = toDuckDbType(type);
  const even = name === 'bround';
  const emission: Emission = ([x]) => {
    if (isIntegral(value.type)) return places >= 0 ? x! : fitInteger(even ? `round_even(CAST(${x} AS DOUBLE), ${places})` : `round(CAST(${x} AS DECIMAL(38,0)), ${places})`, value.type, target, resolution.ansi);
    if (type.kind === 'decimal') return `CAST(${even ? `round_even(CAST(${x} AS DOUBLE), ${places})` : `round(${x}, ${places})`} AS ${target})`;
    const rounded = even ? `CASE WHEN isfinite(${x}) THEN round_even(${x}, ${places}) ELSE ${x} END` : places === 0 ? `round(${x})` : `spark_round(${x}, ${places})`;
    return value.type.kind === 'float' ? `CAST(${rounded} AS FLOAT)` : rounded;
  };
  return call(name, type, [value], emission, node, { pretty: ([x]) => `${name}(${x}, ${places})` });
}

/** What no longer fits fails, or goes around where ANSI is off. */
function fitInteger(text: string, type: DataType, target: string, ansi: boolean): string {
  const bits = { tinyint: 8, smallint: 16, int: 32, bigint: 64 }[type.kind as 'int'];
  return ansi ? `CAST(${text} AS ${target})` : `spark_wrap${bits}(CAST(${text} AS HUGEINT))`;
}

function resolveCeiling(given: FunctionCall, name: 'ceil' | 'floor'): TypedExpression {
  const { resolution, node } = given;
  const [first, second] = given.arguments;
  const value = coerceInput(resolution, first!, 'numeric', 0, () => `${name}(…)`);
  if (second !== undefined) return ceilingTo(given, value, name);
  const upper: CallExpression['pretty'] = ([x]) => `${name.toUpperCase()}(${x})`;
  if (value.type.kind === 'decimal') {
    const type = decimal(Math.min(38, value.type.precision - value.type.scale + 1), 0);
    return call(name, type, [value], ([x]) => `CAST(${name}(${x}) AS ${toDuckDbType(type)})`, node, { pretty: upper });
  }
  if (isIntegral(value.type)) return call(name, BIGINT, [implicitCast(resolution, value, BIGINT)], ([x]) => x!, node, { pretty: upper });
  return call(name, BIGINT, [implicitCast(resolution, value, DOUBLE)], ([x]) => `spark_clamp_bigint(${name}(${x}))`, node, { pretty: upper });
}

function ceilingTo(given: FunctionCall, value: TypedExpression, name: 'ceil' | 'floor'): TypedExpression {
  const places = constantInt(given, given.arguments[1], 0);
  const source = decimalOfInteger(value.type);
  if (source === undefined) return given.resolution.refuse(given.node, `${name} of a DOUBLE to places`, 'Spark goes through decimals of a width of its own');
  const type = roundedType(source, places);
  const operand = implicitCast(given.resolution, value, source);
  const emission: Emission = ([x]) => {
    if (places > 0) return `CAST(CAST(${name}(${x} * ${10 ** places}) AS DECIMAL(38,0)) * CAST(0.${'0'.repeat(places - 1)}1 AS DECIMAL(${places},${places})) AS ${toDuckDbType(type)})`;
    return `CAST(${name}(CAST(${x} AS DECIMAL(38,${source.scale})) * CAST(${10 ** places} AS DECIMAL(18,${Math.max(0, -places)}))) * ${10 ** -places} AS ${toDuckDbType(type)})`;
  };
  return call(name, type, [operand], emission, given.node, { pretty: ([x]) => `${name}(${x}, ${places})` });
}

function resolveAbs({ resolution, arguments: [first], node }: FunctionCall): TypedExpression {
  const value = first!.type.kind === 'interval' ? first! : coerceInput(resolution, first!, 'numeric', 0, () => 'abs(…)');
  if (value.type.kind === 'interval') return call('abs', value.type, [value], ([i]) => intervalOf(`abs(${amountOf(i!, value.type)})`, value.type), node);
  const isDecimal = value.type.kind === 'decimal';
  if (!resolution.ansi && isIntegral(value.type)) {
    const negated = resolveSign(resolution, '-', value, node);
    return call('abs', value.type, [value, negated], ([x, n]) => `CASE WHEN ${x} < 0 THEN ${n} ELSE ${x} END`, node, { pretty: ([x]) => `abs(${x})` });
  }
  return call('abs', value.type, [value], ([x]) => `abs(${x})`, node, { acceptsLoose: isDecimal, loose: isDecimal ? 'operands' : 'never' });
}

function resolveLog(given: FunctionCall): TypedExpression {
  const operands = given.arguments.map((operand, place) => coerceInput(given.resolution, operand, 'double', place, () => 'log(…)'));
  if (operands.length === 1) return call('log', DOUBLE, operands, ([x]) => `spark_ln(${x})`, given.node, { pretty: ([x]) => `LOG(E(), ${x})` });
  return call('log', DOUBLE, operands, ([base, x]) => `(spark_ln(${x}) / spark_ln(${base}))`, given.node, { pretty: (texts) => `LOG(${texts.join(', ')})` });
}

/** `pmod`, `mod` and the `try_` forms of the operators. */
function resolvePmod({ resolution, arguments: [a, b], node }: FunctionCall): TypedExpression {
  if (a!.type.kind === 'string' || b!.type.kind === 'string') {
    const [x, y] = (resolveArithmetic(resolution, '%', a!, b!, node) as CallExpression).operands;
    return resolvePmodOf(resolution, x!, y!, node);
  }
  return resolvePmodOf(resolution, a!, b!, node);
}

function resolvePmodOf(resolution: Resolution, a: TypedExpression, b: TypedExpression, node: Located): TypedExpression {
  const type = tightestCommonType(a.type, b.type, resolution.ansi);
  if (type === undefined || !isNumeric(type)) return resolution.fail(node, 'DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { expression: `pmod(${prettyText(a)}, ${prettyText(b)})`, expected: '"NUMERIC"', type: type === undefined ? '' : toDuckDbType(type) });
  const operands = [implicitCast(resolution, a, type), implicitCast(resolution, b, type)];
  return call('pmod', type, operands, zeroGuard(operands[1]!, resolution.ansi, (x, y) => `CAST(spark_pmod(${x}, ${y}) AS ${toDuckDbType(type)})`), node);
}

function attempted(name: string, operator: '+' | '-' | '*' | '/' | '%'): FunctionDefinition {
  return custom('math', name, 2, 2, ({ resolution, arguments: [a, b], node }) => resolveArithmetic(resolution, operator, triedNumber(resolution, a!, b!), triedNumber(resolution, b!, a!), node, true));
}

/** A text in a `try_` function that is no number is NULL. */
function triedNumber(resolution: Resolution, operand: TypedExpression, other: TypedExpression): TypedExpression {
  if (operand.type.kind !== 'string' || !isNumeric(other.type)) return operand;
  const target = resolution.ansi ? (stringMeets(other.type) ?? DOUBLE) : DOUBLE;
  return castNode(operand, target, 'try', false, operand);
}

function resolveHex({ resolution, arguments: [first], node }: FunctionCall): TypedExpression {
  if (isNumeric(first!.type)) return call('hex', STRING, [implicitCast(resolution, first!, BIGINT)], ([x]) => `upper(to_hex(${x}))`, node);
  const value = coerceInput(resolution, first!, 'stringOrBinary', 0, () => 'hex(…)');
  return call('hex', STRING, [value], ([x]) => (value.type.kind === 'binary' ? `hex(${x})` : `hex(encode(${x}))`), node);
}

/** `sign` and `signum`, of intervals too. */
function signOf(name: string, shown: string): FunctionDefinition {
  return custom('math', name, 1, 1, ({ resolution, arguments: [first], node }) => {
    const pretty = ([x]: readonly string[]): string => `${shown}(${x})`;
    if (first!.type.kind === 'interval') return call(name, DOUBLE, [first!], ([i]) => `CAST(sign(${amountOf(i!, first!.type)}) AS DOUBLE)`, node, { pretty });
    return call(name, DOUBLE, [coerceInput(resolution, first!, 'double', 0, () => `${shown}(…)`)], ([x]) => `CASE WHEN isnan(${x}) THEN ${x} ELSE CAST(sign(${x}) AS DOUBLE) END`, node, { pretty });
  });
}

export const MATH_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('math', 'abs', 1, 1, resolveAbs),
  custom('math', 'round', 1, 2, (given) => resolveRound(given, 'round')),
  custom('math', 'bround', 1, 2, (given) => resolveRound(given, 'bround')),
  custom('math', 'ceil', 1, 2, (given) => resolveCeiling(given, 'ceil'), { aliases: ['ceiling'] }),
  custom('math', 'floor', 1, 2, (given) => resolveCeiling(given, 'floor')),
  scalar('math', 'rint', ['double'], DOUBLE, 'round_even($1, 0)'),
  scalar('math', 'pow', ['double', 'double'], DOUBLE, ([x, y]) => (/^\(?-?[\d.]+(?:e[+-]?\d+)?\)?$/.test(y!) ? `pow(${x}, ${y})` : `CASE WHEN ${x} IS NOT NULL AND (isnan(${y}) OR (abs(${x}) = 1 AND isinf(${y}))) THEN CAST('NaN' AS DOUBLE) ELSE pow(${x}, ${y}) END`), { aliases: ['power'], pretty: ([x, y]) => `POWER(${x}, ${y})` }),
  real('sqrt', 'spark_sqrt($1)'),
  real('cbrt', 'cbrt($1)'),
  real('exp', 'exp($1)'),
  real('expm1', 'spark_expm1($1)'),
  scalar('math', 'ln', ['double'], DOUBLE, 'spark_ln($1)'),
  custom('math', 'log', 1, 2, resolveLog),
  real('log10', 'spark_log10($1)'),
  real('log2', 'spark_log2($1)'),
  real('log1p', 'spark_log1p($1)'),
  real('sin', angle('sin')),
  real('cos', angle('cos')),
  real('tan', angle('tan')),
  real('cot', angle('1e0 / tan')),
  real('sec', angle('1e0 / cos')),
  real('csc', angle('1e0 / sin')),
  real('asin', 'spark_asin($1)'),
  real('acos', 'spark_acos($1)'),
  real('atan', 'atan($1)'),
  scalar('math', 'atan2', ['double', 'double'], DOUBLE, 'atan2($1 + 0e0, $2 + 0e0)', { display: 'ATAN2' }),
  real('sinh', 'sinh($1)'),
  real('cosh', 'cosh($1)'),
  real('tanh', 'tanh($1)'),
  real('asinh', "CASE WHEN isinf($1) THEN $1 WHEN $1 > 1e150 THEN ln($1) + ln(2e0) WHEN $1 + sqrt($1 * $1 + 1) <= 0 THEN CAST('-Infinity' AS DOUBLE) ELSE ln($1 + sqrt($1 * $1 + 1)) END"),
  real('acosh', "CASE WHEN $1 < 1 THEN CAST('NaN' AS DOUBLE) ELSE acosh($1) END"),
  real('atanh', "CASE WHEN abs($1) > 1 THEN CAST('NaN' AS DOUBLE) WHEN $1 = 1 THEN CAST('Infinity' AS DOUBLE) WHEN $1 = -1 THEN CAST('-Infinity' AS DOUBLE) ELSE atanh($1) END"),
  real('degrees', 'degrees($1)'),
  real('radians', 'radians($1)'),
  scalar('math', 'hypot', ['double', 'double'], DOUBLE, 'spark_hypot(abs($1), abs($2))', { display: 'HYPOT' }),
  scalar('math', 'pi', [], DOUBLE, 'pi()', { display: 'PI' }),
  scalar('math', 'e', [], DOUBLE, 'exp(1e0)', { display: 'E' }),
  signOf('sign', 'sign'),
  signOf('signum', 'SIGNUM'),
  scalar('math', 'factorial', ['int'], BIGINT, 'CASE WHEN $1 BETWEEN 0 AND 20 THEN CAST(factorial($1) AS BIGINT) END'),
  custom('math', 'pmod', 2, 2, resolvePmod),
  custom('math', 'mod', 2, 2, ({ resolution, arguments: [a, b], node }) => ({ ...(resolveArithmetic(resolution, '%', a!, b!, node) as CallExpression), pretty: (texts: readonly string[]) => `mod(${texts.join(', ')})` })),
  custom('math', 'div', 2, 2, ({ resolution, arguments: [a, b], node }) => resolveArithmetic(resolution, 'DIV', a!, b!, node)),
  custom('math', 'negative', 1, 1, ({ resolution, arguments: [a], node }) => ({ ...(resolveSign(resolution, '-', a!, node) as CallExpression), pretty: ([x]) => `negative(${x})` })),
  custom('math', 'positive', 1, 1, ({ resolution, arguments: [a], node }) => resolveSign(resolution, '+', a!, node)),
  attempted('try_add', '+'),
  attempted('try_subtract', '-'),
  attempted('try_multiply', '*'),
  attempted('try_divide', '/'),
  attempted('try_mod', '%'),
  custom('math', 'hex', 1, 1, resolveHex),
  scalar('math', 'unhex', ['string'], { kind: 'binary' }, "CASE WHEN regexp_full_match($1, '[0-9a-fA-F]*') THEN unhex(CASE WHEN length($1) % 2 = 1 THEN '0' || $1 ELSE $1 END) END"),
  scalar('math', 'bin', ['bigint'], STRING, 'CASE WHEN $1 >= 0 THEN to_base($1, 2) ELSE CAST(CAST($1 AS BIT) AS VARCHAR) END'),
  scalar('math', 'conv', ['string', 'int', 'int'], STRING, ([n, from, to], context) => (context.ansi ? `CASE WHEN js_conv_fits(${n}, ${from}) = false THEN ${context.error('ARITHMETIC_OVERFLOW', "'Overflow in function conv().'")} ELSE js_conv(${n}, ${from}, ${to}) END` : `js_conv(${n}, ${from}, ${to})`)),
  scalar('math', 'width_bucket', ['double', 'double', 'double', 'bigint'], BIGINT, 'CASE WHEN $4 IS NOT NULL AND (isfinite($1 + $2 + $3) OR isinf($1)) THEN CAST(spark_width_bucket($1, $2, $3, $4) AS BIGINT) END'),
  scalar('math', 'isnan', ['double'], BOOLEAN, 'coalesce(isnan($1), false)'),
  custom('math', 'nanvl', 2, 2, ({ resolution, arguments: [a, b], node }) => {
    const type = isFractional(a!.type) && isFractional(b!.type) ? (tightestCommonType(a!.type, b!.type, true) ?? DOUBLE) : DOUBLE;
    const operands = [a!, b!].map((operand, place) => (isFractional(operand.type) ? operand : coerceInput(resolution, operand, 'double', place, () => 'nanvl(…)')));
    return call('nanvl', type, operands.map((operand) => implicitCast(resolution, operand, type)), ([x, y]) => `CASE WHEN isnan(${x}) THEN ${y} ELSE ${x} END`, node);
  }),
  custom('bitwise', 'shiftleft', 2, 2, ({ resolution, arguments: operands, node }) => resolveBitwise(resolution, '<<', operands, node, 'shiftleft')),
  custom('bitwise', 'shiftright', 2, 2, ({ resolution, arguments: operands, node }) => resolveBitwise(resolution, '>>', operands, node, 'shiftright')),
  custom('bitwise', 'shiftrightunsigned', 2, 2, ({ resolution, arguments: operands, node }) => resolveBitwise(resolution, '>>>', operands, node, 'shiftrightunsigned')),
  custom('bitwise', 'bit_count', 1, 1, ({ resolution, arguments: [value], node }) => {
    const bits = value!.type.kind === 'boolean' ? castNode(value!, BIGINT, 'ansi', false, value!) : coerceInput(resolution, value!, 'bigint', 0, () => 'bit_count(…)');
    return call('bit_count', INT, [bits], ([x]) => `CAST(bit_count(${x}) AS INTEGER)`, node, { pretty: () => `bit_count(${prettyText(value!)})` });
  }),
  scalar('bitwise', 'getbit', ['bigint', 'int'], TINYINT, ([x, n], context) => `CASE WHEN ${n} NOT BETWEEN 0 AND 63 THEN ${context.error('INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE', "'64'")} ELSE CAST((${x} >> ${n}) & 1 AS TINYINT) END`, { aliases: ['bit_get'] }),
];

/** An INT constant for left-out arguments. */
export function intDefault(value: bigint): (given: FunctionCall) => TypedExpression {
  return ({ node }) => literal(INT, value, node);
}
/** A text constant for left-out arguments. */
export function textDefault(value: string): (given: FunctionCall) => TypedExpression {
  return ({ node }) => literal(STRING, value, node);
}
