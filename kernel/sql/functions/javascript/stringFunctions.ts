import { LakebookError } from '../../../base/errors.ts';
import type { JavaScriptFunction } from '../../scalarFunctions.ts';
import { parseNumberPattern, readByPattern, writeByPattern, type NumberPattern } from '../numberPattern.ts';
import { decodeText, encodeText, isUtf8 } from './charsets.ts';
import { formatWithPattern, formatWithPlaces } from './decimalFormat.ts';
import { decimalQuotientText } from './decimalText.ts';
import { formatJava, type FormatKind } from './javaFormat.ts';
import { levenshtein } from './levenshtein.ts';
import { matchesLike } from './likePattern.ts';
import { remembered } from './memo.ts';
import { sha2 } from './sha2.ts';
import { parseUrlPart } from './urls.ts';

/** `kinds` and `values` as JSON lists. */
function formatValues(format: string, kinds: string, values: string): string {
  const names = kinds.split(',') as FormatKind[];
  return formatJava(format, (JSON.parse(values) as readonly (string | null)[]).map((text, index) => ({ kind: names[index]!, text })));
}

const patternOf = remembered((text): NumberPattern => {
  const parsed = parseNumberPattern(text.toUpperCase());
  if (typeof parsed === 'string') throw new LakebookError('INTERNAL_ERROR', { detail: `the pattern '${text}' was not checked` });
  return parsed;
});

/** An empty replacement leaves the characters of its kind as they are. */
function mask(text: string, upper: string, lower: string, digit: string, other: string): string {
  const masked = (char: string, replacement: string): string => (replacement === '' ? char : replacement);
  return Array.from(text, (char) => {
    if (/\p{Lu}/u.test(char)) return masked(char, upper);
    if (/\p{Ll}/u.test(char)) return masked(char, lower);
    return /\p{Nd}/u.test(char) ? masked(char, digit) : other === '' ? char : other.repeat(char.length); // Spark counts UTF-16 units
  }).join('');
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** MIME's way: what is no sign of base64 is skipped. Null where the signs do not make whole bytes. */
function unbase64(text: string): Uint8Array | null {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const char of text) {
    if (char === '=') break;
    const value = BASE64.indexOf(char);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) bytes.push((bits >> (count -= 8)) & 0xff);
  }
  return count >= 6 ? null : Uint8Array.from(bytes);
}

/** Null where a percent sign is not followed by two hexadecimal digits. */
function urlDecode(text: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  const bytes = new TextEncoder().encode(text.replaceAll('+', ' '));
  const decoded: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0x25) {
      decoded.push(Number.parseInt(String.fromCharCode(bytes[at + 1]!, bytes[at + 2]!), 16));
      at += 2;
    } else decoded.push(bytes[at]!);
  }
  return new TextDecoder().decode(Uint8Array.from(decoded));
}

/** Words of sentences, as a JSON list of lists: Latin scripts by their punctuation. */
function sentences(text: string): string {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  const words = (sentence: string): readonly string[] => Array.from(new Intl.Segmenter('en', { granularity: 'word' }).segment(sentence)).flatMap(({ segment, isWordLike }) => (isWordLike === true ? [segment] : []));
  return JSON.stringify(Array.from(segmenter.segment(text), ({ segment }) => words(segment)));
}

export const stringFunctions: readonly JavaScriptFunction[] = [
  { name: 'js_like', parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'], returns: 'BOOLEAN', evaluate: (text, pattern, escape) => matchesLike(text as string, pattern as string, escape as string) },
  { name: 'js_sha2', parameters: ['BLOB', 'INTEGER'], returns: 'VARCHAR', evaluate: (bytes, bits) => sha2(bytes as Uint8Array, bits as number) },
  { name: 'js_format', parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (format, kinds, values) => formatValues(format as string, kinds as string, values as string) },
  { name: 'js_format_double', parameters: ['DOUBLE', 'INTEGER'], returns: 'VARCHAR', evaluate: (value, places) => formatWithPlaces(value as number, places as number) },
  { name: 'js_format_decimal', parameters: ['VARCHAR', 'INTEGER'], returns: 'VARCHAR', evaluate: (value, places) => formatWithPlaces(value as string, places as number) },
  { name: 'js_decimal_quotient', parameters: ['VARCHAR', 'VARCHAR', 'INTEGER'], returns: 'VARCHAR', evaluate: (dividend, divisor, places) => decimalQuotientText(dividend as string, divisor as string, places as number) },
  { name: 'js_pattern_double', parameters: ['DOUBLE', 'VARCHAR'], returns: 'VARCHAR', evaluate: (value, pattern) => formatWithPattern(value as number, pattern as string) },
  { name: 'js_pattern_decimal', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (value, pattern) => formatWithPattern(value as string, pattern as string) },
  { name: 'js_to_char', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (number, pattern) => writeByPattern(number as string, patternOf(pattern as string)) },
  /** NULL for a text that does not follow the pattern. */
  { name: 'js_to_number', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (text, pattern) => readByPattern(text as string, patternOf(pattern as string)) ?? null },
  { name: 'js_mask', parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (text, upper, lower, digit, other) => mask(text as string, upper as string, lower as string, digit as string, other as string) },
  { name: 'js_encode', parameters: ['VARCHAR', 'VARCHAR'], returns: 'BLOB', evaluate: (text, charset) => encodeText(text as string, charset as string) },
  { name: 'js_decode', parameters: ['BLOB', 'VARCHAR'], returns: 'VARCHAR', evaluate: (bytes, charset) => decodeText(bytes as Uint8Array, charset as string) },
  { name: 'js_is_utf8', parameters: ['BLOB'], returns: 'BOOLEAN', evaluate: (bytes) => isUtf8(bytes as Uint8Array) },
  { name: 'js_levenshtein', parameters: ['VARCHAR', 'VARCHAR', 'INTEGER'], returns: 'INTEGER', evaluate: (left, right, most) => levenshtein(left as string, right as string, most as number) },
  { name: 'js_reverse', parameters: ['VARCHAR'], returns: 'VARCHAR', evaluate: (text) => Array.from(text as string).reverse().join('') },
  { name: 'js_unbase64', parameters: ['VARCHAR'], returns: 'BLOB', evaluate: (text) => unbase64(text as string) },
  { name: 'js_url_decode', parameters: ['VARCHAR'], returns: 'VARCHAR', evaluate: (text) => urlDecode(text as string) },
  { name: 'js_url_part', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (url, part) => parseUrlPart(url as string, part as string, undefined) },
  { name: 'js_url_value', parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (url, part, key) => parseUrlPart(url as string, part as string, key as string) },
  { name: 'js_sentences', parameters: ['VARCHAR'], returns: 'VARCHAR', evaluate: (text) => sentences(text as string) },
];
