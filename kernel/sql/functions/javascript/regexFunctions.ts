import { LakebookError } from '../../../base/errors.ts';
import type { JavaScriptFunction } from '../../scalarFunctions.ts';
import { compileRegex } from './javaRegex.ts';

function matchesOf(text: string, pattern: string): readonly RegExpExecArray[] {
  const matches = [...text.matchAll(compileRegex(pattern))];
  if (matches.some(([whole]) => whole === '') && /[\u{10000}-\u{10ffff}]/u.test(text)) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `The pattern '${pattern}'`, reason: 'it matches nothing between characters, of which Java finds two in an emoji' });
  return matches;
}

/** java.util.regex's replacements: `$1` as many digits as there are groups for, `${name}`, and `\` before any character. */
function expand(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(/\\([^])|\\$|\$\{([^}]*)\}|\$(\d+)|\$/g, (whole, escaped: string | undefined, name: string | undefined, digits: string | undefined) => {
    if (escaped !== undefined) return escaped;
    if (name !== undefined && match.groups !== undefined && name in match.groups) return match.groups[name] ?? '';
    if (digits !== undefined) {
      let length = digits.length;
      while (length > 1 && Number(digits.slice(0, length)) >= match.length) length--;
      const group = Number(digits.slice(0, length));
      if (group < match.length) return (match[group] ?? '') + digits.slice(length);
    }
    throw new LakebookError('INVALID_REGEXP_REPLACE', { replacement: whole });
  });
}

/** @param position from 1, in UTF-16 units */
function replace(text: string, pattern: string, replacement: string, position: number): string {
  const from = position - 1;
  if (from > 0 && from >= Array.from(text).length) return text;
  const searched = text.slice(from);
  let [out, at] = ['', 0];
  for (const match of matchesOf(searched, pattern)) {
    out += searched.slice(at, match.index) + expand(replacement, match);
    at = match.index + match[0].length;
  }
  return text.slice(0, from) + out + searched.slice(at);
}

/** @throws LakebookError INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX */
function checkGroup(match: RegExpExecArray, group: number): void {
  if (group < 0 || group >= match.length) throw new LakebookError('INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX', { groupCount: match.length - 1, groupIndex: group });
}

function extract(text: string, pattern: string, group: number): string {
  const match = compileRegex(pattern).exec(text);
  if (match === null) return '';
  checkGroup(match, group);
  return match[group] ?? '';
}

function extractAll(text: string, pattern: string, group: number): string {
  return JSON.stringify(matchesOf(text, pattern).map((match) => {
    checkGroup(match, group);
    return match[group] ?? '';
  }));
}

/** The place of the first match in characters, from 1; 0 where there is none. */
function indexOfMatch(text: string, pattern: string): number {
  const match = compileRegex(pattern).exec(text);
  return match === null ? 0 : Array.from(text.slice(0, match.index)).length + 1;
}

/** As a JSON list. An empty pattern gives characters, and drops what is behind `limit` of them. */
function split(text: string, pattern: string, limit: number): string {
  if (pattern === '' && text !== '') {
    const chars = Array.from(text);
    return JSON.stringify(limit > 0 && limit < chars.length ? chars.slice(0, limit) : chars);
  }
  const parts: string[] = [];
  let at = 0;
  for (const match of matchesOf(text, pattern)) {
    if (limit > 0 && parts.length === limit - 1) break;
    const end = match.index + match[0].length;
    if (end === 0) continue; // nothing stands before an empty match at the start
    parts.push(text.slice(at, match.index));
    at = end;
  }
  return JSON.stringify([...parts, text.slice(at)]);
}

export const regexFunctions: readonly JavaScriptFunction[] = [
  { name: 'js_regexp_matches', parameters: ['VARCHAR', 'VARCHAR'], returns: 'BOOLEAN', evaluate: (text, pattern) => compileRegex(pattern as string).test(text as string) },
  { name: 'js_regexp_replace', parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR', 'INTEGER'], returns: 'VARCHAR', evaluate: (text, pattern, replacement, position) => replace(text as string, pattern as string, replacement as string, position as number) },
  { name: 'js_regexp_extract', parameters: ['VARCHAR', 'VARCHAR', 'INTEGER'], returns: 'VARCHAR', evaluate: (text, pattern, group) => extract(text as string, pattern as string, group as number) },
  { name: 'js_regexp_extract_all', parameters: ['VARCHAR', 'VARCHAR', 'INTEGER'], returns: 'VARCHAR', evaluate: (text, pattern, group) => extractAll(text as string, pattern as string, group as number) },
  { name: 'js_regexp_count', parameters: ['VARCHAR', 'VARCHAR'], returns: 'INTEGER', evaluate: (text, pattern) => matchesOf(text as string, pattern as string).length },
  { name: 'js_regexp_instr', parameters: ['VARCHAR', 'VARCHAR'], returns: 'INTEGER', evaluate: (text, pattern) => indexOfMatch(text as string, pattern as string) },
  { name: 'js_split', parameters: ['VARCHAR', 'VARCHAR', 'INTEGER'], returns: 'VARCHAR', evaluate: (text, pattern, limit) => split(text as string, pattern as string, limit as number) },
];
