import { call, literal } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { coerceInput, implicitCast } from '../resolver/casting.ts';
import { arrayOf, BINARY, BOOLEAN, INT, STRING } from '../types/dataType.ts';
import { boundedCount, custom, type FunctionCall, type FunctionDefinition, scalar } from './definition.ts';
import { intDefault, textDefault } from './math.ts';
import { resolveConcatenation } from './operators.ts';

/** Texts or bytes: a function that measures either. */
function measure(name: string, text: string, bytes: string, aliases: readonly string[] = []): FunctionDefinition {
  return custom('string', name, 1, 1, ({ resolution, arguments: [first], node, name: shown }) => {
    const value = coerceInput(resolution, first!, 'stringOrBinary', 0, () => `${shown}(…)`);
    return call(name, INT, [value], ([x]) => (value.type.kind === 'binary' ? bytes : text).replace('$1', x!), node, { loose: 'always', pretty: ([x]) => `${shown}(${x})` });
  }, { aliases });
}

function resolveSubstring(given: FunctionCall): TypedExpression {
  const { resolution, node, name } = given;
  const [first, second, third] = given.arguments;
  const shown = (): string => `${name}(…)`;
  const value = coerceInput(resolution, first!, 'stringOrBinary', 0, shown);
  const from = coerceInput(resolution, second!, 'int', 1, shown);
  const length = third === undefined ? literal(INT, 2_147_483_647n, node) : coerceInput(resolution, third, 'int', 2, shown);
  if (value.type.kind === 'binary') return call('substring', BINARY, [value, from, length], ([b, p, n]) => `unhex(spark_substr_hex(hex(${b}), CAST(${p} AS BIGINT), CAST(${n} AS BIGINT)))`, node, { pretty: (texts) => `${name}(${texts.join(', ')})` });
  const positive = from.kind === 'literal' && typeof from.value === 'bigint' && from.value > 0n;
  const counted = length.kind === 'literal' && typeof length.value === 'bigint' && length.value > 0n;
  const emission: Emission = positive && counted ? ([s, p, n]) => `substring(${s}, ${p}, ${n})` : ([s, p, n]) => `spark_substr(${s}, CAST(${p} AS BIGINT), CAST(${n} AS BIGINT))`;
  return call('substring', STRING, [value, from, length], emission, node, { pretty: (texts) => `${name}(${texts.join(', ')})` });
}

function resolveLeft(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [text, count] = [coerceInput(resolution, given.arguments[0]!, 'stringOrBinary', 0, () => 'left(…)'), coerceInput(resolution, given.arguments[1]!, 'int', 1, () => 'left(…)')];
  if (text.type.kind === 'binary') return resolveSubstring({ ...given, arguments: [text, literal(INT, 1n, node), count] });
  return call('left', STRING, [text, count], ([s, n]) => `CASE WHEN ${n} <= 0 THEN left(${s}, 0) ELSE left(${s}, ${n}) END`, node);
}

/** @throws LakebookError UNSUPPORTED_FEATURE.LOCAL_ENGINE for bytes, which such functions take as well as texts in Spark */
function refuseBytes({ resolution, arguments: given, node, name }: FunctionCall): void {
  if (given.some(({ type }) => type.kind === 'binary')) resolution.refuse(node, `${name} of a BINARY`, 'only texts are taken apart here');
}

function resolvePad(given: FunctionCall, name: 'lpad' | 'rpad'): TypedExpression {
  refuseBytes(given);
  const { resolution, node } = given;
  const [text, length, pad] = given.arguments;
  const shown = (): string => `${name}(…)`;
  const operands = [coerceInput(resolution, text!, 'string', 0, shown), coerceInput(resolution, length!, 'int', 1, shown), pad === undefined ? literal(STRING, ' ', node) : coerceInput(resolution, pad, 'string', 2, shown)];
  return call(name, STRING, operands, ([s, n, p], context) => `CASE WHEN ${p} IS NULL THEN NULL WHEN ${n} <= 0 THEN left(${s}, 0) WHEN ${p} = '' THEN left(${s}, ${n}) ELSE ${name}(${s}, ${boundedCount(n!, context)}, ${p}) END`, node);
}

/** `concat_ws(sep, …)`: texts and arrays of texts, NULLs left out. */
function resolveConcatWs({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const operands = given.map((operand, place) => (operand.type.kind === 'array' && place > 0 ? implicitCast(resolution, operand, arrayOf(STRING)) : coerceInput(resolution, operand, 'string', place, () => 'concat_ws(…)')));
  const arrays = operands.some((operand) => operand.type.kind === 'array');
  const emission: Emission = ([separator, ...rest]) => {
    if (rest.length === 0) return `CASE WHEN ${separator} IS NOT NULL THEN '' END`;
    if (!arrays) return `concat_ws(${separator}, ${rest.join(', ')})`;
    const lists = rest.map((text, index) => (operands[index + 1]!.type.kind === 'array' ? `coalesce(${text}, CAST([] AS VARCHAR[]))` : `[${text}]`));
    return `CASE WHEN ${separator} IS NOT NULL THEN coalesce(array_to_string(list_filter(flatten([${lists.join(', ')}]), lambda x: x IS NOT NULL), ${separator}), '') END`;
  };
  return call('concat_ws', STRING, operands, emission, node);
}

function resolveReverse({ resolution, arguments: [first], node }: FunctionCall): TypedExpression {
  if (first!.type.kind === 'array') return call('reverse', first!.type, [first!], ([x]) => `list_reverse(${x})`, node);
  return call('reverse', STRING, [coerceInput(resolution, first!, 'string', 0, () => 'reverse(…)')], ([x]) => `js_reverse(${x})`, node);
}

function resolveElt(given: FunctionCall): TypedExpression {
  refuseBytes(given);
  const { resolution, arguments: [index, ...rest], node } = given;
  const place = coerceInput(resolution, index!, 'int', 0, () => 'elt(…)');
  const texts = rest.map((operand, at) => coerceInput(resolution, operand, 'string', at + 1, () => 'elt(…)'));
  const emission: Emission = ([n, ...values], context) => {
    const picked = `([${values.join(', ')}])[${n}]`;
    const message = `'The index ' || ${n} || ' is out of bounds. The array has ${values.length} elements.'`;
    return resolution.ansi ? `CASE WHEN ${n} IS NOT NULL AND (${n} < 1 OR ${n} > ${values.length}) THEN ${context.error('INVALID_ARRAY_INDEX', message)} ELSE ${picked} END` : `CASE WHEN ${n} > 0 THEN ${picked} END`;
  };
  return call('elt', STRING, [place, ...texts], emission, node);
}

function resolveOverlay(all: FunctionCall): TypedExpression {
  refuseBytes(all);
  const { resolution, arguments: given, node } = all;
  const shown = (): string => 'overlay(…)';
  const [text, replacement, from, length] = given;
  const operands = [coerceInput(resolution, text!, 'string', 0, shown), coerceInput(resolution, replacement!, 'string', 1, shown), coerceInput(resolution, from!, 'int', 2, shown)];
  if (length !== undefined) operands.push(coerceInput(resolution, length, 'int', 3, shown));
  const emission: Emission = ([s, r, p, n]) => `(substring(${s}, 1, ${p} - 1) || ${r} || substring(${s}, ${p} + ${n === undefined ? `length(${r})` : `CASE WHEN ${n} >= 0 THEN ${n} ELSE length(${r}) END`}))`;
  return call('overlay', STRING, operands, emission, node, { pretty: (texts) => `overlay(${[...texts, ...(texts.length === 3 ? ['-1'] : [])].join(', ')})` });
}

/** Sides to trim, with the characters to take off. */
function trim(name: string, sql: string, display: string): FunctionDefinition {
  return custom('string', name, 1, 2, ({ resolution, arguments: given, node, name: written }) => {
    const shown = (): string => `${display}(…)`;
    // `ltrim(characters, text)` has the text last, `btrim(text, characters)` and what the parser makes of `TRIM(… FROM text)` first.
    const ordered = given.length === 2 && /^[lr]?trim$/i.test(written) ? [given[1]!, given[0]!] : given;
    const operands = ordered.map((operand, place) => coerceInput(resolution, operand, 'string', place, shown));
    return call(name, STRING, operands, ([s, c]) => `${sql}(${s}, ${c ?? "' '"})`, node, { pretty: ([s, c]) => (name === 'btrim' ? `btrim(${[s, ...(c === undefined ? [] : [c])].join(', ')})` : c === undefined ? `${sql}(${s})` : `TRIM(${display} ${c} FROM ${s})`) });
  });
}

function resolveSplitPart({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const shown = (): string => 'split_part(…)';
  const operands = [coerceInput(resolution, given[0]!, 'string', 0, shown), coerceInput(resolution, given[1]!, 'string', 1, shown), coerceInput(resolution, given[2]!, 'int', 2, shown)];
  return call('split_part', STRING, operands, ([s, d, n], context) => `CASE WHEN ${n} = 0 THEN ${context.error('INVALID_INDEX_OF_ZERO', "'The index 0 is invalid.'")} WHEN ${n} IS NULL THEN NULL WHEN ${d} = '' THEN CASE WHEN ${n} IN (1, -1) THEN ${s} ELSE '' END ELSE split_part(${s}, ${d}, ${n}) END`, node);
}

/** `startswith`, `endswith`, `contains`. */
function search(name: string, sql: string): FunctionDefinition {
  return scalar('string', name, ['string', 'string'], BOOLEAN, `${sql}($1, $2)`);
}

export const STRING_FUNCTIONS: readonly FunctionDefinition[] = [
  measure('length', 'length($1)', 'octet_length($1)', ['char_length', 'character_length', 'len']),
  measure('octet_length', 'strlen($1)', 'octet_length($1)'),
  measure('bit_length', '(strlen($1) * 8)', '(octet_length($1) * 8)'),
  scalar('string', 'upper', ['string'], STRING, "upper(replace($1, 'ß', 'SS'))", { aliases: ['ucase'] }),
  scalar('string', 'lower', ['string'], STRING, "lower(replace($1, 'İ', 'i̇'))", { aliases: ['lcase'] }),
  scalar('string', 'initcap', ['string'], STRING, 'spark_initcap($1)'),
  trim('trim', 'trim', 'BOTH'),
  trim('btrim', 'trim', 'BOTH'),
  trim('ltrim', 'ltrim', 'LEADING'),
  trim('rtrim', 'rtrim', 'TRAILING'),
  trim('trim_both', 'trim', 'BOTH'),
  trim('trim_leading', 'ltrim', 'LEADING'),
  trim('trim_trailing', 'rtrim', 'TRAILING'),
  custom('string', 'substring', 2, 3, resolveSubstring, { aliases: ['substr'] }),
  custom('string', 'left', 2, 2, resolveLeft),
  scalar('string', 'right', ['string', 'int'], STRING, "CASE WHEN $2 <= 0 THEN left($1, 0) ELSE right($1, $2) END"),
  scalar('string', 'instr', ['string', 'string'], INT, 'instr($1, $2)', { loose: 'always' }),
  scalar('string', 'locate', ['string', 'string', 'int'], INT, 'CAST(spark_locate($1, $2, $3) AS INTEGER)', { min: 2, defaults: [intDefault(1n)], aliases: ['position', 'charindex'] }),
  scalar('string', 'replace', ['string', 'string', 'string'], STRING, 'replace($1, $2, $3)', { min: 2, defaults: [textDefault('')] }),
  scalar('string', 'translate', ['string', 'string', 'string'], STRING, 'translate($1, $2, $3)'),
  custom('string', 'reverse', 1, 1, resolveReverse),
  scalar('string', 'repeat', ['string', 'int'], STRING, ([x, n], context) => `CASE WHEN ${n} IS NOT NULL THEN repeat(${x}, greatest(${boundedCount(n!, context)}, 0)) END`),
  custom('string', 'lpad', 2, 3, (given) => resolvePad(given, 'lpad')),
  custom('string', 'rpad', 2, 3, (given) => resolvePad(given, 'rpad')),
  custom('string', 'split_part', 3, 3, resolveSplitPart),
  scalar('string', 'substring_index', ['string', 'string', 'int'], STRING, 'spark_substring_index($1, $2, $3)'),
  scalar('string', 'ascii', ['string'], INT, 'ascii($1)', { loose: 'always' }),
  scalar('string', 'chr', ['bigint'], STRING, "CASE WHEN $1 < 0 THEN '' ELSE chr(CAST($1 % 256 AS INTEGER)) END", { aliases: ['char'] }),
  scalar('string', 'space', ['int'], STRING, ([n], context) => `CASE WHEN ${n} IS NOT NULL THEN repeat(' ', greatest(${boundedCount(n!, context)}, 0)) END`),
  scalar('string', 'levenshtein', ['string', 'string', 'int'], INT, 'js_levenshtein($1, $2, coalesce($3, 0))', { min: 2, defaults: [intDefault(2_147_483_647n)], pretty: (texts) => `levenshtein(${texts.slice(0, texts[2] === '2147483647' ? 2 : 3).join(', ')})` }),
  scalar('string', 'soundex', ['string'], STRING, 'spark_soundex($1)'),
  custom('string', 'concat', 0, undefined, ({ resolution, arguments: operands, node }) => resolveConcatenation(resolution, operands, node)),
  custom('string', 'concat_ws', 1, undefined, resolveConcatWs),
  search('startswith', 'starts_with'),
  search('endswith', 'ends_with'),
  search('contains', 'contains'),
  custom('string', 'overlay', 3, 4, resolveOverlay),
  custom('string', 'elt', 2, undefined, resolveElt),
  scalar('string', 'find_in_set', ['string', 'string'], INT, "CASE WHEN $2 IS NOT NULL AND contains($1, ',') THEN 0 ELSE coalesce(list_position(string_split($2, ','), $1), CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN 0 END) END", { loose: 'always' }),
  scalar('string', 'luhn_check', ['string'], BOOLEAN, 'spark_luhn($1)'),
  scalar('misc', 'uuid', [], STRING, 'CAST(uuid() AS VARCHAR)', { volatile: true, state: 'approximate', note: 'random in both' }),
];
