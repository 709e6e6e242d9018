import { call, literal } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { coerceInput } from '../resolver/casting.ts';
import { arrayOf, BOOLEAN, INT, STRING } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { custom, type FunctionCall, type FunctionDefinition } from './definition.ts';
import { checkRegex, fastPattern, likeFunction, matchEmission, re2Replacement } from './patterns.ts';

const TEXT_LIST = `'["VARCHAR"]'`;

/** Text and pattern of a call, the pattern looked at where it is constant. */
function textAndPattern(given: FunctionCall): readonly [TypedExpression, TypedExpression] {
  const [text, pattern] = given.arguments.slice(0, 2).map((operand, place) => coerceInput(given.resolution, operand, 'string', place, () => `${given.name}(…)`));
  checkRegex(given.resolution, pattern!, given.name, given.node);
  return [text!, pattern!];
}

function intArgument(given: FunctionCall, place: number, missing: bigint): TypedExpression {
  const operand = given.arguments[place];
  return operand === undefined ? literal(INT, missing, given.node) : coerceInput(given.resolution, operand, 'int', place, () => `${given.name}(…)`);
}

function extract(name: string, fast: (s: string, p: string, group: bigint) => string): FunctionDefinition {
  const all = name === 'regexp_extract_all';
  return custom('string', name, 2, 3, (given) => {
    const [text, pattern] = textAndPattern(given);
    const group = intArgument(given, 2, 1n);
    const known = fastPattern(pattern);
    const emission: Emission = ([s, p, g]) => {
      // RE2 tells an absent group from an empty one, Java's caller does not: only whole matches are taken from it
      if (known !== undefined && group.kind === 'literal' && group.value === 0n) return fast(s!, quoteString(known), 0n);
      return all ? `CAST(json_transform(js_regexp_extract_all(${s}, ${p}, ${g}), ${TEXT_LIST}) AS VARCHAR[])` : `js_regexp_extract(${s}, ${p}, ${g})`;
    };
    return call(name, all ? arrayOf(STRING) : STRING, [text, pattern, group], emission, given.node, { pretty: (texts) => `${given.name}(${texts.join(', ')})` });
  });
}

function matching(name: string): FunctionDefinition {
  return custom('string', name, 2, 2, (given) => {
    const operands = textAndPattern(given);
    return call(name, BOOLEAN, operands, matchEmission(operands[1]), given.node);
  });
}

function resolveReplace(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [text, pattern] = textAndPattern(given);
  const replacement = coerceInput(resolution, given.arguments[2]!, 'string', 2, () => 'regexp_replace(…)');
  const position = intArgument(given, 3, 1n);
  if (position.kind === 'literal' && typeof position.value === 'bigint' && position.value < 1n) return resolution.fail(node, 'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { expression: 'regexp_replace(…)', name: '`position`', range: '(0, 2147483647]', value: String(position.value) });
  if (position.kind !== 'literal') return resolution.refuse(position, 'A position of regexp_replace that is no constant', 'it is checked before the statement runs');
  const known = fastPattern(pattern);
  const plain = known !== undefined && position.value === 1n && replacement.kind === 'literal' && typeof replacement.value === 'string' && /^(?:[^\\$]|\$0(?!\d))*$/.test(replacement.value) ? re2Replacement(replacement.value) : undefined;
  const emission: Emission = ([s, p, r, at]) => (known !== undefined && plain !== undefined ? `regexp_replace(${s}, ${quoteString(known)}, ${quoteString(plain)}, 'g')` : `js_regexp_replace(${s}, ${p}, ${r}, ${at})`);
  return call('regexp_replace', STRING, [text, pattern, replacement, position], emission, node);
}

function resolveSplit(given: FunctionCall): TypedExpression {
  const [text, pattern] = textAndPattern(given);
  const limit = intArgument(given, 2, -1n);
  const separator = pattern.kind === 'literal' && typeof pattern.value === 'string' ? literalSeparator(pattern.value) : undefined;
  const unlimited = limit.kind === 'literal' && typeof limit.value === 'bigint' && limit.value <= 0n;
  const known = fastPattern(pattern);
  const emission: Emission = ([s, p, n]) => {
    if (unlimited && separator === '') return `CASE WHEN ${s} = '' THEN [''] ELSE string_split(${s}, '') END`;
    if (unlimited && separator !== undefined) return `string_split(${s}, ${quoteString(separator)})`;
    if (unlimited && known !== undefined) return `string_split_regex(${s}, ${quoteString(known)})`;
    return `CAST(json_transform(js_split(${s}, ${p}, ${n}), ${TEXT_LIST}) AS VARCHAR[])`;
  };
  return call('split', arrayOf(STRING), [text, pattern, limit], emission, given.node);
}

const METACHARACTERS = /[\\^$.|?*+()[\]{}]/;

/** The text that a pattern matches and nothing else; undefined where it is a real pattern. */
function literalSeparator(pattern: string): string | undefined {
  if (!METACHARACTERS.test(pattern)) return pattern;
  const escaped = pattern.replace(/\\([\\^$.|?*+()[\]{}])/g, '');
  return METACHARACTERS.test(escaped) || /\\/.test(escaped) ? undefined : pattern.replace(/\\(.)/g, '$1');
}

export const REGEX_FUNCTIONS: readonly FunctionDefinition[] = [
  likeFunction('like'),
  likeFunction('ilike'),
  custom('string', 'split', 2, 3, resolveSplit),
  matching('regexp_like'),
  matching('rlike'),
  matching('regexp'),
  extract('regexp_extract', (s, p, group) => `regexp_extract(${s}, ${p}, ${group})`),
  extract('regexp_extract_all', (s, p, group) => `regexp_extract_all(${s}, ${p}, ${group})`),
  custom('string', 'regexp_replace', 3, 4, resolveReplace),
  custom('string', 'regexp_count', 2, 2, (given) => {
    const operands = textAndPattern(given);
    const known = fastPattern(operands[1]);
    return call('regexp_count', INT, operands, ([s, p]) => (known === undefined ? `js_regexp_count(${s}, ${p})` : `CAST(len(regexp_extract_all(${s}, ${quoteString(known)})) AS INTEGER)`), given.node);
  }),
  custom('string', 'regexp_substr', 2, 2, (given) => call('regexp_substr', STRING, textAndPattern(given), ([s, p]) => `nullif(js_regexp_extract(${s}, ${p}, 0), '')`, given.node)),
  custom('string', 'regexp_instr', 2, 3, (given) => {
    const operands = [...textAndPattern(given), intArgument(given, 2, 0n)];
    return call('regexp_instr', INT, operands, ([s, p, g]) => `CASE WHEN ${g} IS NOT NULL THEN js_regexp_instr(${s}, ${p}) END`, given.node);
  }),
];
