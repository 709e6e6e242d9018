import { call, literal } from '../plan/build.ts';
import type { CallExpression, Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, failInput, implicitCast } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { Located } from '../tree/expressions.ts';
import { BOOLEAN, type DataType, INT, isNumeric, isUnordered, sqlName, VOID } from '../types/dataType.ts';
import { commonOperands, resolveComparison } from './comparison.ts';
import { resolveDecodeBytes } from './encodings.ts';
import { custom, type FunctionCall, type FunctionDefinition, scalar } from './definition.ts';

/** CASE with conditions; `otherwise` may be missing. */
export function resolveCase(resolution: Resolution, branches: readonly { readonly when: TypedExpression; readonly result: TypedExpression }[], otherwise: TypedExpression | undefined, node: Located, shown?: CallExpression['pretty']): TypedExpression {
  const pretty = shown ?? prettyCase(branches.length, otherwise !== undefined);
  const results = [...branches.map((branch) => branch.result), ...(otherwise === undefined ? [] : [otherwise])];
  const typed = commonOperands(resolution, results, 'casewhen', node, () => 'CASE …');
  const operands = branches.flatMap((branch, index) => [condition(resolution, branch.when), typed[index]!]);
  if (otherwise !== undefined) operands.push(typed.at(-1)!);
  const type = typed[0]!.type;
  return call('case', type, operands, caseEmission(branches.length), node, { pretty, acceptsLoose: true, loose: looseIfDecimal(type) });
}

/** Decimals of one scale may pass through at their own width. */
function looseIfDecimal(type: DataType): CallExpression['loose'] {
  return type.kind === 'decimal' ? 'operands' : 'never';
}

function caseEmission(branches: number): Emission {
  return (texts) => {
    const parts: string[] = [];
    for (let index = 0; index < branches; index++) parts.push(`WHEN ${texts[index * 2]} THEN ${texts[index * 2 + 1]}`);
    const otherwise = texts[branches * 2];
    return `CASE ${parts.join(' ')}${otherwise === undefined ? '' : ` ELSE ${otherwise}`} END`;
  };
}

function prettyCase(branches: number, otherwise: boolean): CallExpression['pretty'] {
  return (texts) => {
    const parts: string[] = [];
    for (let index = 0; index < branches; index++) parts.push(`WHEN ${texts[index * 2]} THEN ${texts[index * 2 + 1]}`);
    return `CASE ${parts.join(' ')}${otherwise ? ` ELSE ${texts.at(-1)}` : ''} END`;
  };
}

/** Spark casts no text to a condition. */
function condition(resolution: Resolution, value: TypedExpression): TypedExpression {
  if (value.type.kind === 'string') return failInput(resolution, value, value, { expression: prettyText(value), parameter: 'first', required: '"BOOLEAN"' });
  return coerceInput(resolution, value, 'boolean', 0, () => prettyText(value));
}

function variadicCommon(name: string, sql: string): FunctionDefinition {
  const picks = name !== 'coalesce'; // the greatest or least of at least two, of which texts are no numbers
  return custom('conditional', name, picks ? 2 : 1, undefined, ({ arguments: given, resolution, node }) => {
    const pretty = (texts: readonly string[]): string => `${name}(${texts.join(', ')})`;
    const kinds = given.map(({ type }) => type.kind).filter((kind) => kind !== 'void');
    if (picks && kinds.includes('string') && kinds.some((kind) => kind !== 'string')) return resolution.fail(node, 'DATATYPE_MISMATCH.DATA_DIFF_TYPES', { expression: pretty(given.map(prettyText)), function: name, types: `(${given.map(({ type }) => `"${sqlName(type)}"`).join(' or ')})` });
    const operands = commonOperands(resolution, given, name, node, pretty);
    const type = operands[0]!.type;
    if (picks && isUnordered(type)) return resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { expression: pretty(given.map(prettyText)), function: name, type: sqlName(type) });
    return call(name, type, operands, (texts) => (texts.length === 1 ? texts[0]! : `${sql}(${texts.join(', ')})`), node, { pretty, acceptsLoose: true, loose: looseIfDecimal(type) });
  });
}

function pairCommon(given: FunctionCall, emission: Emission): TypedExpression {
  const operands = commonOperands(given.resolution, given.arguments, given.name, given.node, (texts) => `${given.name}(${texts.join(', ')})`);
  const type = operands[0]!.type;
  return call(given.name, type, operands, emission, given.node, { acceptsLoose: true, loose: looseIfDecimal(type) });
}

const ifFunction = custom('conditional', 'if', 3, 3, ({ arguments: [when, then, otherwise], resolution, node, name }) =>
  resolveCase(resolution, [{ when: when!, result: then! }], otherwise, node, (texts) => (name === 'if' ? `(IF(${texts.join(', ')}))` : `${name}(${texts.join(', ')})`)), { aliases: ['iff'] });

const nvl2 = custom('conditional', 'nvl2', 3, 3, ({ arguments: [value, then, otherwise], resolution, node }) => {
  const test = call('isnotnull', BOOLEAN, [value!], ([x]) => `(${x} IS NOT NULL)`, value!);
  return resolveCase(resolution, [{ when: test, result: then! }], otherwise, node, () => `nvl2(${[value, then, otherwise].map((each) => prettyText(each!)).join(', ')})`);
});

/** `decode(e, a, x, b, y, z)`: CASE that takes NULL for equal to NULL. The two-argument form decodes bytes. */
function resolveDecode(all: FunctionCall): TypedExpression {
  const { arguments: given, resolution, node } = all;
  if (given.length < 3) return resolveDecodeBytes(all);
  const [value, ...rest] = given;
  const branches: { when: TypedExpression; result: TypedExpression }[] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) branches.push({ when: resolveComparison(resolution, '<=>', value!, rest[at]!, node), result: rest[at + 1]! });
  const otherwise = rest.length % 2 === 1 ? rest.at(-1) : undefined;
  return resolveCase(resolution, branches, otherwise, node, () => `decode(${given.map(prettyText).join(', ')})`);
}

function zeroOf(type: DataType, node: Located): TypedExpression {
  return literal(isNumeric(type) ? INT : VOID, isNumeric(type) ? 0n : null, node);
}

export const CONDITIONAL_FUNCTIONS: readonly FunctionDefinition[] = [
  variadicCommon('coalesce', 'coalesce'),
  variadicCommon('greatest', 'greatest'),
  variadicCommon('least', 'least'),
  custom('conditional', 'nvl', 2, 2, (given) => pairCommon(given, ([a, b]) => `coalesce(${a}, ${b})`), { aliases: ['ifnull'] }),
  custom('conditional', 'nullif', 2, 2, ({ arguments: [a, b], resolution, node }) => {
    const equal = resolveComparison(resolution, '=', a!, b!, node);
    const emission: Emission = ([x, y, z]) => (x === z ? `nullif(${x}, ${y})` : `CASE WHEN ${x} = ${y} THEN NULL ELSE ${z} END`);
    return call('nullif', a!.type, [...equal.operands, a!], emission, node, { pretty: () => `nullif(${prettyText(a!)}, ${prettyText(b!)})` });
  }),
  ifFunction,
  nvl2,
  custom('conditional', 'decode', 2, undefined, resolveDecode),
  scalar('conditional', 'isnull', ['any'], BOOLEAN, '($1 IS NULL)', { pretty: ([x]) => `(${x} IS NULL)` }),
  scalar('conditional', 'isnotnull', ['any'], BOOLEAN, '($1 IS NOT NULL)', { pretty: ([x]) => `(${x} IS NOT NULL)` }),
  custom('conditional', 'equal_null', 2, 2, ({ arguments: [a, b], resolution, node }) => {
    const comparison = resolveComparison(resolution, '<=>', a!, b!, node);
    return { ...comparison, pretty: (texts) => `equal_null(${texts.join(', ')})` };
  }),
  custom('conditional', 'nullifzero', 1, 1, ({ arguments: [a], resolution, node }) => {
    const value = a!.type.kind === 'void' ? implicitCast(resolution, a!, INT) : coerceInput(resolution, a!, 'numeric', 0, () => 'nullifzero(…)');
    return call('nullifzero', value.type, [value], ([x]) => `nullif(${x}, 0)`, node);
  }),
  custom('conditional', 'zeroifnull', 1, 1, (given) => {
    const [a] = given.arguments;
    const zero = zeroOf(a!.type.kind === 'void' ? INT : a!.type, given.node);
    const operands = commonOperands(given.resolution, [a!, zero], 'zeroifnull', given.node, () => 'zeroifnull(…)');
    return call('zeroifnull', operands[0]!.type, operands, ([x, y]) => `coalesce(${x}, ${y})`, given.node, { pretty: ([x]) => `zeroifnull(${x})` });
  }),
];
