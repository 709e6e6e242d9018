import { call, literal } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { coerceInput } from '../resolver/casting.ts';
import { arrayOf, BOOLEAN, INT, STRING } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { custom, type FunctionCall, type FunctionDefinition } from './definition.ts';
import { checkRegex, likeFunction, re2Replacement } from './patterns.ts';

const METACHARACTERS = /[\\^$.|?*+()[\]{}]/;

function textOperands(given: FunctionCall, count: number): TypedExpression[] {
  return given.arguments.slice(0, count).map((operand, place) => coerceInput(given.resolution, operand, 'string', place, () => `${given.name}(…)`));
}

/** The number of a group, constant; 1 where it is left out. */
function groupOf(given: FunctionCall): bigint {
  const group = given.arguments[2];
  if (group === undefined) return 1n;
  if (group.kind === 'literal' && typeof group.value === 'bigint' && group.value >= 0n && group.value <= 9n) return group.value;
  return given.resolution.refuse(group, `A group of ${given.name} that is no constant from 0 to 9`, 'the engine needs it before the statement runs');
}

function extract(name: string, type: TypedExpression['type'], emission: (group: bigint) => Emission): FunctionDefinition {
  return custom('string', name, 2, 3, (given) => {
    const operands = textOperands(given, 2);
    checkRegex(given.resolution, operands[1]!, name, given.node);
    const group = groupOf(given);
    return call(name, type, [...operands, literal(INT, group, given.node)], emission(group), given.node, { pretty: (texts) => `${given.name}(${texts.join(', ')})` });
  });
}

function matching(name: string, type: TypedExpression['type'], text: Emission, loose: 'never' | 'always' = 'never'): FunctionDefinition {
  return custom('string', name, 2, 2, (given) => {
    const operands = textOperands(given, 2);
    checkRegex(given.resolution, operands[1]!, name, given.node);
    return call(name, type, operands, text, given.node, { loose });
  });
}

function resolveReplace(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [text, pattern, replacement] = textOperands(given, 3);
  checkRegex(resolution, pattern!, 'regexp_replace', node);
  if (replacement!.kind !== 'literal') return resolution.refuse(node, 'A replacement of regexp_replace that is no constant', 'its group references are translated before the statement runs');
  const position = given.arguments[3] === undefined ? literal(INT, 1n, node) : coerceInput(resolution, given.arguments[3], 'int', 3, () => 'regexp_replace(…)');
  const replaced = replacement!.value === null ? 'NULL' : quoteString(re2Replacement(String(replacement!.value)));
  const fromStart = position.kind === 'literal' && position.value === 1n;
  const emission: Emission = ([s, p, , at]) => (fromStart ? `regexp_replace(${s}, ${p}, ${replaced}, 'g')` : `(substring(${s}, 1, ${at} - 1) || regexp_replace(substring(${s}, ${at}), ${p}, ${replaced}, 'g'))`);
  return call('regexp_replace', STRING, [text!, pattern!, replacement!, position], emission, node);
}

function resolveSplit(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [text, pattern] = textOperands(given, 2);
  checkRegex(resolution, pattern!, 'split', node);
  const limit = given.arguments[2] === undefined ? literal(INT, -1n, node) : coerceInput(resolution, given.arguments[2], 'int', 2, () => 'split(…)');
  if (limit.kind !== 'literal' || typeof limit.value !== 'bigint') return resolution.refuse(limit, 'A limit of split that is no constant', 'it decides how the text is split');
  const count = limit.value;
  const separator = pattern!.kind === 'literal' && typeof pattern!.value === 'string' ? literalSeparator(pattern!.value) : undefined;
  if (count > 0n && separator === undefined) return resolution.refuse(node, 'split by a pattern with a limit', 'only plain separators are counted here');
  const emission: Emission = ([s, p]) => {
    if (separator === undefined) return `string_split_regex(${s}, ${p})`;
    const plain = quoteString(separator);
    if (separator === '') return `CASE WHEN ${s} = '' THEN [''] ELSE string_split(${s}, '') END`;
    return count > 0n ? `spark_split_n(${s}, ${plain}, ${count})` : `string_split(${s}, ${plain})`;
  };
  return call('split', arrayOf(STRING), [text!, pattern!, limit], emission, node);
}

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
  matching('regexp_like', BOOLEAN, ([s, p]) => `regexp_matches(${s}, ${p})`),
  matching('rlike', BOOLEAN, ([s, p]) => `regexp_matches(${s}, ${p})`),
  matching('regexp', BOOLEAN, ([s, p]) => `regexp_matches(${s}, ${p})`),
  extract('regexp_extract', STRING, (group) => ([s, p]) => `regexp_extract(${s}, ${p}, ${group})`),
  extract('regexp_extract_all', arrayOf(STRING), (group) => ([s, p]) => `regexp_extract_all(${s}, ${p}, ${group})`),
  custom('string', 'regexp_replace', 3, 4, resolveReplace),
  matching('regexp_count', INT, ([s, p]) => `len(regexp_extract_all(${s}, ${p}))`, 'always'),
  matching('regexp_substr', STRING, ([s, p]) => `CASE WHEN regexp_matches(${s}, ${p}) THEN regexp_extract(${s}, ${p}, 0) END`),
  custom('string', 'regexp_instr', 2, 3, (given) => {
    const operands = textOperands(given, 2);
    checkRegex(given.resolution, operands[1]!, 'regexp_instr', given.node);
    return call('regexp_instr', INT, [...operands, literal(INT, 0n, given.node)], ([s, p]) => `CASE WHEN ${s} IS NULL OR ${p} IS NULL THEN NULL WHEN regexp_matches(${s}, ${p}) THEN instr(${s}, regexp_extract(${s}, ${p}, 0)) ELSE 0 END`, given.node, { loose: 'always' });
  }),
];
