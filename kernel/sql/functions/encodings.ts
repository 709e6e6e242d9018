import { call, literal } from '../plan/build.ts';
import type { EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, constantOf } from '../resolver/casting.ts';
import { arrayOf, BINARY, BOOLEAN, type DataType, STRING } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { custom, type FunctionCall, type FunctionDefinition, orFail, refusedFunction, scalar } from './definition.ts';
import { CHARSETS } from './javascript/charsets.ts';
import { textDefault } from './math.ts';

/** The value of a constant charset; texts of another kind cannot be looked at before the statement runs. */
function charsetOf({ resolution, name }: FunctionCall, operand: TypedExpression): string | undefined {
  if (operand.kind !== 'literal') return resolution.refuse(operand, `A charset of ${name} that is no constant`, 'it is looked up before the statement runs');
  if (operand.value === null) return undefined;
  const charset = String(operand.value);
  return CHARSETS.has(charset.toUpperCase()) ? charset : resolution.fail(operand, 'INVALID_PARAMETER_VALUE.CHARSET', { function: name, charset });
}

function resolveEncode(given: FunctionCall): TypedExpression {
  const { resolution, arguments: [text, charset], node } = given;
  const value = coerceInput(resolution, text!, 'string', 0, () => 'encode(…)');
  const known = charsetOf(given, charset!);
  if (known === undefined) return literal(BINARY, null, node);
  const pretty = ([x]: readonly string[]): string => `encode(${x}, ${prettyText(charset!)})`;
  if (known.toUpperCase() === 'UTF-8') return call('encode', BINARY, [value], ([x]) => `encode(${x})`, node, { pretty });
  const encoded = (x: string): string => `js_encode(${x}, ${quoteString(known)})`;
  return call('encode', BINARY, [value], ([x], context) => orFail([x!], encoded(x!), context.error('MALFORMED_CHARACTER_CODING', quoteString(`encode ${known}`))), node, { pretty });
}

/** `decode(bytes, charset)`; with more arguments it is a CASE. */
export function resolveDecodeBytes(given: FunctionCall): TypedExpression {
  const { resolution, arguments: [bytes, charset], node } = given;
  const value = coerceInput(resolution, bytes!, 'binary', 0, () => 'decode(…)');
  const known = charsetOf(given, charset!);
  if (known === undefined) return literal(STRING, null, node);
  const decoded = (x: string): string => `js_decode(${x}, ${quoteString(known)})`;
  return call('decode', STRING, [value], ([x], context) => orFail([x!], decoded(x!), context.error('MALFORMED_CHARACTER_CODING', quoteString(`decode ${known}`))), node, { pretty: ([x]) => `decode(${x}, ${prettyText(charset!)})` });
}

function malformedBytes(text: string, context: EmissionContext): string {
  return context.error('CONVERSION_INVALID_INPUT', `'The value ''' || ${text} || ''' (STRING) cannot be converted to BINARY because it is malformed.'`);
}

const BINARY_FORMATS: Readonly<Record<string, string>> = {
  HEX: "CASE WHEN regexp_full_match($1, '[0-9a-fA-F]*') THEN unhex(CASE WHEN length($1) % 2 = 1 THEN '0' || $1 ELSE $1 END) END",
  'UTF-8': 'encode($1)',
  UTF8: 'encode($1)',
  BASE64: "CASE WHEN regexp_full_match($1, '([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?') THEN js_unbase64($1) END",
};

function resolveToBinary(given: FunctionCall): TypedExpression {
  const { resolution, arguments: [text], node, name } = given;
  const attempt = name === 'try_to_binary';
  const value = coerceInput(resolution, text!, 'string', 0, () => `${name}(…)`);
  const format = given.arguments[1] === undefined ? undefined : constantOf(given.resolution, given.arguments[1]);
  if (format !== undefined && format.kind !== 'literal') return resolution.fail(node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression: `${name}(…)`, input: 'fmt', type: '"STRING"' });
  const shown = format === undefined ? 'hex' : format.value;
  if (shown === null) return literal(BINARY, null, node);
  const sql = BINARY_FORMATS[String(shown).toUpperCase()];
  if (sql === undefined) return attempt ? literal(BINARY, null, node) : resolution.fail(format!, 'DATATYPE_MISMATCH.INVALID_ARG_VALUE', { expression: `${name}(…)`, inputName: '`fmt`', requireType: 'case-insensitive \'hex\', \'utf-8\', \'utf8\', or \'base64\'', inputValue: `'${String(shown)}'` });
  const read = (x: string): string => sql.replaceAll('$1', x);
  const pretty = (): string => `${name}(${given.arguments.map(prettyText).join(', ')})`;
  if (attempt || String(shown).toUpperCase().startsWith('UTF')) return call(name, BINARY, [value], ([x]) => read(x!), node, { pretty });
  return call(name, BINARY, [value], ([x], context) => orFail([x!], `(${read(x!)})`, malformedBytes(x!, context)), node, { pretty });
}

/** Texts are always UTF-8 here; only bytes can be anything else. */
function utf8Function(name: string, type: DataType, texts: string, bytes: (x: string, fail: string) => string): FunctionDefinition {
  return custom('string', name, 1, 1, ({ resolution, arguments: [first], node }) => {
    const value = coerceInput(resolution, first!, 'stringOrBinary', 0, () => `${name}(…)`);
    return call(name, type, [value], ([x], context) => (value.type.kind === 'binary' ? bytes(x!, context.error('INVALID_UTF8_STRING', `upper(hex(${x}))`)) : texts.replaceAll('$1', x!)), node);
  });
}

function resolveUnbase64({ resolution, arguments: [first], node }: FunctionCall): TypedExpression {
  const value = coerceInput(resolution, first!, 'string', 0, () => 'unbase64(…)');
  return call('unbase64', BINARY, [value], ([x], context) => orFail([x!], `js_unbase64(${x})`, malformedBytes(x!, context)), node);
}

function resolveUrlDecode(given: FunctionCall): TypedExpression {
  const { resolution, arguments: [first], node, name } = given;
  const value = coerceInput(resolution, first!, 'string', 0, () => `${name}(…)`);
  if (name === 'try_url_decode') return call(name, STRING, [value], ([x]) => `js_url_decode(${x})`, node);
  return call(name, STRING, [value], ([x], context) => orFail([x!], `js_url_decode(${x})`, context.error('CANNOT_DECODE_URL', x!)), node);
}

/** What java.net.URI refuses: white space, quotes and brackets where they may not stand. */
const BAD_URL = "'[\\s<>\"{}|\\\\^`]'";

function parseUrl(name: 'parse_url' | 'try_parse_url'): FunctionDefinition {
  return custom('url', name, 2, 3, ({ resolution, arguments: given, node }) => {
    const operands = given.map((operand, place) => coerceInput(resolution, operand, 'string', place, () => `${name}(…)`));
    return call(name, STRING, operands, ([u, part, key], context) => {
      const fail = name === 'try_parse_url' || !context.ansi ? 'CAST(NULL AS VARCHAR)' : context.error('INVALID_URL', u!);
      return `CASE WHEN regexp_matches(${u}, ${BAD_URL}) THEN ${fail} ELSE ${key === undefined ? `js_url_part(${u}, ${part})` : `js_url_value(${u}, ${part}, ${key})`} END`;
    }, node);
  });
}

export const ENCODING_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('string', 'base64', ['binary'], STRING, 'to_base64($1)'),
  custom('string', 'unbase64', 1, 1, resolveUnbase64),
  custom('string', 'encode', 2, 2, resolveEncode),
  custom('string', 'to_binary', 1, 2, resolveToBinary),
  custom('string', 'try_to_binary', 1, 2, resolveToBinary),
  utf8Function('is_valid_utf8', BOOLEAN, '($1 IS NOT NULL OR NULL)', (x) => `js_is_utf8(${x})`),
  utf8Function('make_valid_utf8', STRING, '$1', (x) => `js_utf8(${x})`),
  utf8Function('validate_utf8', STRING, '$1', (x, fail) => `CASE WHEN NOT js_is_utf8(${x}) THEN ${fail} ELSE js_utf8(${x}) END`),
  utf8Function('try_validate_utf8', STRING, '$1', (x) => `CASE WHEN js_is_utf8(${x}) THEN js_utf8(${x}) END`),
  scalar('url', 'url_encode', ['string'], STRING, "replace(replace(replace(url_encode($1), '%20', '+'), '~', '%7E'), '%2A', '*')"),
  custom('url', 'url_decode', 1, 1, resolveUrlDecode),
  custom('url', 'try_url_decode', 1, 1, resolveUrlDecode),
  parseUrl('parse_url'),
  parseUrl('try_parse_url'),
  scalar('string', 'sentences', ['string', 'string', 'string'], arrayOf(arrayOf(STRING)), "CAST(json_transform(js_sentences($1), '[[\"VARCHAR\"]]') AS VARCHAR[][])", { min: 1, defaults: [textDefault(''), textDefault('')], state: 'approximate', note: 'words are cut as Unicode says, whatever the language' }),
  scalar('misc', 'version', [], STRING, "'4.0.0 lakebook'", { state: 'approximate', note: 'the version of Spark that answers are compared with' }),
  refusedFunction('misc', 'java_method', 'there is no Java here'),
  refusedFunction('misc', 'reflect', 'there is no Java here'),
  refusedFunction('misc', 'try_reflect', 'there is no Java here'),
  refusedFunction('misc', 'input_file_block_start', 'files are not read in blocks here'),
  refusedFunction('misc', 'input_file_block_length', 'files are not read in blocks here'),
];
