import type { JsonValue } from './json.ts';
import { locateItems, locateMembers, type JsonMember, type TextSpan } from './jsonText.ts';

/** How a file lays its JSON out; what is added follows it. */
export interface JsonFormat {
  /** One level of indentation; undefined where everything stands on one line. */
  readonly indent: string | undefined;
  readonly lineEnd: string;
  /** Between key and value, with the colon. */
  readonly colon: string;
  /** Between items on one line, with the comma. */
  readonly comma: string;
  /** Everything beyond ASCII is escaped. */
  readonly asciiOnly: boolean;
}

/** A text to stand for a value: as it is, or undefined to remove the member. */
export type MemberChanges = ReadonlyMap<string, string | undefined>;

export function detectFormat(text: string): JsonFormat {
  const indent = /^\uFEFF?\s*\{\r?\n([ \t]*)"/.exec(text)?.[1];
  const sample = text.slice(0, 100_000);
  return {
    indent,
    lineEnd: /\r\n/.test(sample) ? '\r\n' : '\n',
    colon: /"\s*:\s/.test(sample) ? ': ' : ':',
    comma: indent === undefined && /[\]}"\d],\s/.test(sample) ? ', ' : ',',
    asciiOnly: !/[\u0080-\uffff]/.test(text) && /\\u(?!00[01])[0-9a-fA-F]{4}/.test(text),
  };
}

/** `value` as text whose first line stands at `depth`. */
export function formatJson(value: JsonValue, format: JsonFormat, depth: number): string {
  if (typeof value === 'string') return formatString(value, format);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return joinItems('[', (value as readonly JsonValue[]).map((item) => formatJson(item, format, depth + 1)), ']', format, depth);
  const members = Object.entries(value).map(([key, member]) => formatString(key, format) + format.colon + formatJson(member, format, depth + 1));
  return joinItems('{', members, '}', format, depth);
}

/** The object at `start` with members replaced, added or removed; everything else keeps its bytes. */
export function patchObject(text: string, start: number, changes: MemberChanges, format: JsonFormat, depth: number): string {
  const { members, end } = locateMembers(text, start);
  const known = new Set(members.map(({ key }) => key));
  const sameKeys = [...changes].every(([key, value]) => known.has(key) === (value !== undefined));
  if (sameKeys) {
    return spliceText(text, { start, end }, members.flatMap(({ key, value }) => {
      const changed = changes.get(key);
      return changed === undefined ? [] : [{ span: value, text: changed }];
    }));
  }
  const kept = members.filter(({ key }) => !changes.has(key) || changes.get(key) !== undefined);
  const parts = kept.map((member) => ({ key: member.key, text: patchMember(text, member, changes.get(member.key)) }));
  for (const [key, value] of changes) {
    if (value !== undefined && !known.has(key)) insertPart(parts, { key, text: formatString(key, format) + format.colon + value });
  }
  return joinLike(text, start, end, members.map(({ whole }) => whole), parts.map((part) => part.text), format, depth);
}

/** The array at `start` with other items, laid out as it was. */
export function replaceItems(text: string, start: number, items: readonly string[], format: JsonFormat, depth: number): string {
  const located = locateItems(text, start);
  return joinLike(text, start, located.end, located.items, items, format, depth);
}

/** Replaces spans (ascending, within `range`) of a text. */
export function spliceText(text: string, range: TextSpan, edits: readonly { readonly span: TextSpan; readonly text: string }[]): string {
  const parts: string[] = [];
  let at = range.start;
  for (const edit of edits) {
    parts.push(text.slice(at, edit.span.start), edit.text);
    at = edit.span.end;
  }
  parts.push(text.slice(at, range.end));
  return parts.join('');
}

function patchMember(text: string, member: JsonMember, value: string | undefined): string {
  const end = value === undefined ? member.whole.end : member.value.start;
  return text.slice(member.whole.start, end) + (value ?? '');
}

/** Keys that stand in alphabetical order (as Jupyter writes them) stay so; else the new one goes last. */
function insertPart(parts: { key: string; text: string }[], part: { key: string; text: string }): void {
  const sorted = parts.every(({ key }, index) => index === 0 || (parts[index - 1]?.key ?? '') <= key);
  const index = sorted ? parts.findIndex(({ key }) => key > part.key) : -1;
  parts.splice(index < 0 ? parts.length : index, 0, part);
}

/** Joins parts with the blanks the container has between its own, or the format's where it has none. */
function joinLike(text: string, start: number, end: number, spans: readonly TextSpan[], parts: readonly string[], format: JsonFormat, depth: number): string {
  const [first, second] = spans;
  const last = spans.at(-1);
  const opening = text.charAt(start);
  const closing = text.charAt(end - 1);
  if (first === undefined || last === undefined || parts.length === 0) return joinItems(opening, parts, closing, format, depth);
  const before = text.slice(start + 1, first.start);
  const between = second === undefined ? (before === '' ? format.comma : `,${before}`) : text.slice(first.end, second.start);
  return opening + before + parts.join(between) + text.slice(last.end, end);
}

function joinItems(opening: string, items: readonly string[], closing: string, format: JsonFormat, depth: number): string {
  if (items.length === 0) return opening + closing;
  if (format.indent === undefined) return opening + items.join(format.comma) + closing;
  const inner = format.lineEnd + format.indent.repeat(depth + 1);
  return opening + inner + items.join(`,${inner}`) + format.lineEnd + format.indent.repeat(depth) + closing;
}

function formatString(value: string, format: JsonFormat): string {
  const text = JSON.stringify(value);
  if (!format.asciiOnly) return text;
  return text.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
