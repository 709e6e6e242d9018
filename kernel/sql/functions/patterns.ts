import { call } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { ExpressionOf, Located } from '../tree/expressions.ts';
import { BOOLEAN } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { resolveLogical, resolveNot } from './comparison.ts';
import { custom, type FunctionDefinition } from './definition.ts';
import { translateRegex } from './javascript/javaRegex.ts';

/** LIKE, ILIKE and RLIKE, with ANY and ALL over several patterns. */
export function resolveLike(resolution: Resolution, node: ExpressionOf<'like'>, operand: TypedExpression, patterns: readonly TypedExpression[]): TypedExpression {
  if (node.escape !== undefined && node.escape.length !== 1) resolution.fail(node, 'INVALID_ESC', { invalidEscape: node.escape });
  const test = (pattern: TypedExpression): TypedExpression => {
    const like = likeOne(resolution, node, operand, pattern);
    return node.negated ? resolveNot(resolution, like, node) : like;
  };
  const tests = patterns.map(test);
  const word = node.quantifier === 'ALL' ? 'and' : 'or';
  const all = tests.reduce((left, right) => resolveLogical(resolution, word, left, right, node));
  if (node.quantifier === undefined || all.kind !== 'call' || patterns.some(({ kind }) => kind !== 'literal')) return all;
  const [name, shown] = [`${node.negated ? 'not' : ''}like${node.quantifier.toLowerCase()}`, node.operator === 'ILIKE' ? `lower(${prettyText(operand)})` : prettyText(operand)];
  return { ...all, pretty: () => `${name}(${shown})` };
}

function likeOne(resolution: Resolution, node: Pick<ExpressionOf<'like'>, 'operator' | 'escape' | 'start' | 'end'>, operand: TypedExpression, pattern: TypedExpression): TypedExpression {
  const word = node.operator;
  const shown = (): string => `${prettyText(operand)} ${word} ${prettyText(pattern)}`;
  const operands = [coerceInput(resolution, operand, 'string', 0, shown), coerceInput(resolution, pattern, 'string', 1, shown)];
  if (word === 'RLIKE') {
    const pretty = ([s, p]: readonly string[]): string => `RLIKE(${s}, ${p})`;
    checkRegex(resolution, operands[1]!, 'rlike', node);
    return call('rlike', BOOLEAN, operands, matchEmission(operands[1]!), node, { pretty });
  }
  const escape = node.escape ?? '\\';
  checkLikePattern(resolution, operands[1]!, escape);
  const constant = operands[1]!.kind === 'literal';
  const emission: Emission = ([s, p], context) => (constant ? '' : `CASE WHEN regexp_full_match(${p}, ${quoteString(ESCAPED_AT_END(escape))}) THEN ${context.error('INVALID_FORMAT.ESC_AT_THE_END', p!)} WHEN NOT regexp_full_match(${p}, ${quoteString(ESCAPED_WELL(escape))}) THEN ${context.error('INVALID_FORMAT.ESC_IN_THE_MIDDLE', p!)} ELSE `) + likeText(word, s!, p!, escape, constantPattern(operands[1]!)) + (constant ? '' : ' END');
  const text = constantPattern(operands[1]!);
  // DuckDB cuts a pattern of LIKE without `_` at its `%` before the statement runs.
  const plainPattern = text !== undefined && !text.includes(escape) && (wildcards(text) <= WILDCARDS_MAX || (word === 'LIKE' && !text.includes('_')));
  // Without the escape character in it, the pattern is DuckDB's own and may be turned into a prefix or substring search.
  const plain: Emission = ([s, p]) => `(${s} ${word} ${p})`;
  const escaped = node.escape === undefined ? '' : ` ESCAPE '${node.escape}'`;
  return call(word.toLowerCase(), BOOLEAN, operands, plainPattern ? plain : emission, node, { pretty: ([s, p]) => (word === 'ILIKE' ? `ilike(${s}, ${p})` : `${s} LIKE ${p}${escaped}`) });
}

/** So many `%` DuckDB takes in its stride: it tries every place for each of them. */
const WILDCARDS_MAX = 2;

const wildcards = (pattern: string): number => pattern.split('%').length - 1;

/** @param constant the pattern where it is known now */
function likeText(word: 'LIKE' | 'ILIKE', text: string, pattern: string, escape: string, constant: string | undefined): string {
  const plain = `(${text} ${word} ${pattern} ESCAPE ${quoteString(escape)})`;
  const lower = (x: string): string => (word === 'ILIKE' ? `lower(${x})` : x);
  const linear = `js_like(${lower(text)}, ${lower(pattern)}, ${quoteString(escape)})`;
  if (constant !== undefined) return wildcards(constant) > WILDCARDS_MAX ? linear : plain;
  return `(CASE WHEN len(${pattern}) - len(replace(${pattern}, '%', '')) > ${WILDCARDS_MAX} THEN ${linear} ELSE ${plain} END)`;
}

/** Texts of LIKE patterns in which the escape character stands last, or stands before what it may. */
const ESCAPED_AT_END = (escape: string): string => `(?s)(?:[^${inClass(escape)}]|${inClass(escape)}.)*${inClass(escape)}`;
const ESCAPED_WELL = (escape: string): string => `(?s)(?:[^${inClass(escape)}]|${inClass(escape)}[${inClass(escape)}%_])*`;

function inClass(char: string): string {
  return /[\w\s]/.test(char) ? char : `\\${char}`;
}

/** @throws LakebookError INVALID_FORMAT.ESC_AT_THE_END, INVALID_FORMAT.ESC_IN_THE_MIDDLE */
function checkLikePattern(resolution: Resolution, pattern: TypedExpression, escape: string): void {
  if (pattern.kind !== 'literal' || typeof pattern.value !== 'string') return;
  const text = pattern.value;
  if (new RegExp(`^${ESCAPED_AT_END(escape).slice(4)}$`, 's').test(text)) resolution.fail(pattern, 'INVALID_FORMAT.ESC_AT_THE_END', { format: text });
  if (!new RegExp(`^${ESCAPED_WELL(escape).slice(4)}$`, 's').test(text)) resolution.fail(pattern, 'INVALID_FORMAT.ESC_IN_THE_MIDDLE', { format: text });
}

/** `like(text, pattern)` and `ilike(text, pattern)`. */
export function likeFunction(name: 'like' | 'ilike'): FunctionDefinition {
  return custom('string', name, 2, 3, ({ resolution, arguments: [text, pattern, escape], node }) => {
    if (escape !== undefined && (escape.kind !== 'literal' || typeof escape.value !== 'string')) return resolution.refuse(escape, `An escape character of ${name} that is no constant`, 'it is read before the statement runs');
    if (typeof escape?.value === 'string' && escape.value.length !== 1) return resolution.fail(escape, 'INVALID_ESCAPE_CHAR', { sqlExpr: escape.value });
    const operator = name === 'like' ? 'LIKE' : 'ILIKE';
    return likeOne(resolution, { operator, escape: typeof escape?.value === 'string' ? escape.value : undefined, start: node.start, end: node.end }, text!, pattern!);
  });
}

/** A constant pattern's text; undefined where it is known only when the statement runs. */
function constantPattern(pattern: TypedExpression): string | undefined {
  return pattern.kind === 'literal' && typeof pattern.value === 'string' ? pattern.value : undefined;
}

/**
 * Looks at a constant pattern before the statement runs; others are looked at row by row.
 * @throws LakebookError INVALID_PARAMETER_VALUE.PATTERN where Java refuses it, UNSUPPORTED_FEATURE.LOCAL_ENGINE where only Java has it
 */
export function checkRegex(resolution: Resolution, pattern: TypedExpression, name: string, node: Located): void {
  const text = constantPattern(pattern);
  const translation = text === undefined ? undefined : translateRegex(text, 'javascript');
  if (translation?.kind === 'invalid') resolution.fail(node, 'INVALID_PARAMETER_VALUE.PATTERN', { function: name, pattern: text! });
  if (translation?.kind === 'unsupported') resolution.refuse(node, `The pattern '${text}'`, `it uses what only Java has: ${translation.what}`);
}

/** Whether a text has a match: by RE2 where it means the same there. */
export function matchEmission(pattern: TypedExpression): Emission {
  const text = constantPattern(pattern);
  const re2 = text === undefined ? undefined : translateRegex(text, 're2');
  return re2?.kind === 'pattern' ? ([s]) => `regexp_matches(${s}, ${quoteString(re2.source)})` : ([s, p]) => `js_regexp_matches(${s}, ${p})`;
}

/**
 * A constant pattern for RE2 where all matches are the same as Java's: one after the other they are only if none is empty
 * and none depends on what stands around it.
 */
export function fastPattern(pattern: TypedExpression): string | undefined {
  const text = constantPattern(pattern);
  if (text === undefined || /\\[bBAzZGk]|[$^|]/.test(text.replace(/\[\^/g, '['))) return undefined;
  const re2 = translateRegex(text, 're2');
  return re2.kind !== 'pattern' || new RegExp(`^(?:${translatedSource(text)})$`, 'v').test('') ? undefined : re2.source;
}

function translatedSource(text: string): string {
  const translation = translateRegex(text, 'javascript');
  return translation.kind === 'pattern' ? translation.source : '';
}

/** Java's replacement text as RE2 wants it: `$0` is the whole match. */
export function re2Replacement(text: string): string {
  return text.replaceAll('$0', '\\0');
}
