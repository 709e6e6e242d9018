import { tokenize } from '../lexer.ts';
import { CLAUSE_WORDS, type Token } from '../tokens.ts';
import { readStatement, type ReadStatement } from './analysis.ts';
import { CURSOR_NAME } from './recorder.ts';
import { expectedBehind } from './repair.ts';

/** Where in a statement something is to be completed. Offsets count in the statement's text. */
export interface CompletionSite {
  /** What is typed of the word so far, which a completion replaces. */
  readonly start: number;
  readonly end: number;
  readonly prefix: string;
  /** The statement with the cursor's own name in place of that word. */
  readonly statement: ReadStatement;
  /** The same for a statement whose tree says nothing: its tables alone. */
  readonly tablesOnly: ReadStatement | undefined;
  /** Keys that the grammar allows here. */
  readonly expected: readonly string[];
  /** The tokens before the word. */
  readonly before: readonly Token[];
  /** Whether an opening bracket follows: a call's brackets are there already. */
  readonly called: boolean;
}

/** Undefined where nothing is to be completed: in a text, a number or a comment. */
export function findSite(text: string, offset: number): CompletionSite | undefined {
  const tokens = cursorTokens(text, offset);
  if (tokens === undefined) return undefined;
  const at = tokens.findIndex((token) => token.text === CURSOR_NAME);
  const cursor = tokens[at]!;
  const before = tokens.slice(0, at);
  const prefix = text.slice(cursor.start, offset).replace(/^`/, '');
  const end: Token = { kind: 'end', text: '', key: '', start: cursor.start, end: cursor.start, prefix: '', spaced: true };
  return {
    start: cursor.start,
    end: offset,
    prefix,
    statement: readStatement(text, tokens),
    tablesOnly: tablesOnly(text, tokens, at),
    expected: expectedBehind(text, [...before, end]),
    before,
    called: tokens[at + 1]?.key === '(' && !tokens[at + 1]!.spaced,
  };
}

/** The tokens with the cursor's name among them. */
function cursorTokens(text: string, offset: number): readonly Token[] | undefined {
  const tokens = tokenize(text);
  const touched = tokens.findIndex((token) => token.start < offset && offset <= token.end && token.kind !== 'end');
  const token = tokens[touched];
  if (token === undefined) return isInComment(text, offset, tokens) ? undefined : withCursor(tokens, tokens.findIndex(({ start }) => start >= offset), 0, offset, offset);
  const openQuote = token.kind === 'invalid' && text[token.start] === '`';
  if (openQuote) return [...tokens.slice(0, touched), cursorName(token.start, offset), ...tokenize(text.slice(offset)).map((each) => ({ ...each, start: each.start + offset, end: each.end + offset }))];
  if (token.kind === 'word' || (token.kind === 'quoted' && offset < token.end)) return withCursor(tokens, touched, 1, token.start, token.end);
  const inside = offset < token.end || token.kind === 'number' || token.kind === 'invalid' || token.kind === 'quoted';
  return inside ? undefined : withCursor(tokens, touched + 1, 0, offset, offset);
}

function withCursor(tokens: readonly Token[], index: number, replaced: number, start: number, end: number): readonly Token[] {
  return [...tokens.slice(0, index), cursorName(start, end), ...tokens.slice(index + replaced)];
}

function cursorName(start: number, end: number): Token {
  return { kind: 'word', text: CURSOR_NAME, key: '', start, end, prefix: '', spaced: true };
}

function isInComment(text: string, offset: number, tokens: readonly Token[]): boolean {
  const before = tokens.filter((token) => token.end <= offset && token.kind !== 'end').at(-1);
  const gap = text.slice(before?.end ?? 0, offset);
  const withoutBlocks = gap.replace(/\/\*[\s\S]*?\*\//g, '');
  return withoutBlocks.includes('/*') || (withoutBlocks.split('\n').at(-1) ?? '').includes('--');
}

const TABLE_WORDS: ReadonlySet<string> = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'USING', 'TABLE', 'DESCRIBE', 'OPTIMIZE']);

/** `SELECT cursor FROM …` over the tables that the statement names: for statements that have no tree of their own. */
function tablesOnly(text: string, tokens: readonly Token[], cursorAt: number): ReadStatement | undefined {
  const tables = tokens.flatMap((token, at) => (TABLE_WORDS.has(token.key) ? [tableTokens(tokens, at + 1)] : [])).filter((table) => table.length > 0);
  if (tables.length === 0) return undefined;
  let from = cursorAt;
  while (tokens[from - 1]?.key === '.' && isName(tokens[from - 2])) from -= 2;
  const word = (key: string): Token => ({ kind: /\w/.test(key) ? 'word' : 'symbol', text: key, key, start: 0, end: 0, prefix: '', spaced: true });
  const list = tables.flatMap((table, index) => (index === 0 ? table : [word(','), ...table]));
  return readStatement(text, [word('SELECT'), ...tokens.slice(from, cursorAt + 1), word('FROM'), ...list, tokens.at(-1)!]);
}

/** A table's name and its alias. */
function tableTokens(tokens: readonly Token[], start: number): readonly Token[] {
  let end = start;
  while (isName(tokens[end])) {
    end += 1;
    if (tokens[end]?.key !== '.') break;
    end += 1;
  }
  const name = tokens.slice(start, end);
  if (name.length === 0 || name.some((token) => token.text === CURSOR_NAME)) return [];
  const aliasAt = tokens[end]?.key === 'AS' ? end + 1 : end;
  const alias = tokens[aliasAt];
  return isName(alias) && alias.text !== CURSOR_NAME ? [...name, alias] : name;
}

function isName(token: Token | undefined): token is Token {
  return token?.kind === 'quoted' || (token?.kind === 'word' && !CLAUSE_WORDS.has(token.key));
}
