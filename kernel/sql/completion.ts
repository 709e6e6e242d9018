import { LakebookError } from '../base/errors.ts';
import type { CatalogColumn } from './catalog.ts';
import { findFunction, functionNames } from './functions/registry.ts';
import { tokenize } from './lexer.ts';
import { StatementParser } from './parser/statementParser.ts';
import { CLAUSE_WORDS, type Token } from './tokens.ts';
import { simpleString } from './types/dataType.ts';

/** The names that completion offers; loaded beforehand, so that it never waits. */
export interface CompletionCatalog {
  /** Names of tables by their parts, as a statement writes them. */
  tables(): readonly (readonly string[])[];
  /** Columns of a table named in a statement; undefined where it is not known. */
  columns(table: readonly string[]): readonly CatalogColumn[] | undefined;
}

export interface Completion {
  readonly label: string;
  readonly kind: 'keyword' | 'table' | 'column' | 'function';
  /** A column's type, a function's group. */
  readonly detail?: string;
  readonly insertText: string;
  /** The text that it replaces: what is typed of the word so far. */
  readonly start: number;
  readonly end: number;
}

const TABLE_PLACES: ReadonlySet<string> = new Set(['FROM', 'JOIN', 'INTO', 'TABLE', 'DESCRIBE', 'DESC', 'UPDATE', 'DETAIL', 'HISTORY']);
const SUGGESTED_SYMBOLS = /^[A-Z][A-Z_]*$/;

/** What may stand at `offset`: keywords that the grammar allows there, tables, columns in scope, functions. Pure; a broken statement is no hindrance. */
export function complete(text: string, offset: number, catalog: CompletionCatalog): readonly Completion[] {
  const tokens = statementTokens(text, offset);
  const before = tokens.filter((token) => token.end <= offset || (token.start < offset && token.kind === 'word'));
  const last = before.at(-1);
  const typed = last !== undefined && last.end >= offset && (last.kind === 'word' || last.kind === 'quoted') ? last : undefined;
  const context = typed === undefined ? before : before.slice(0, -1);
  const prefix = typed === undefined ? '' : text.slice(typed.start, offset).toLowerCase();
  const span = { start: typed?.start ?? offset, end: offset };
  const qualifier = qualifierBefore(context);
  const offered = qualifier.length > 0 ? qualified(qualifier, context, tokens, catalog) : unqualified(context, tokens, catalog, keywords(tokens, context, text));
  const seen = new Set<string>();
  return offered
    .filter((item) => item.label.toLowerCase().startsWith(prefix) && !seen.has(`${item.kind} ${item.label}`) && seen.add(`${item.kind} ${item.label}`))
    .map((item) => ({ ...item, ...span }));
}

type Offer = Omit<Completion, 'start' | 'end'>;

/** The tokens of the statement that holds `offset`. */
function statementTokens(text: string, offset: number): readonly Token[] {
  const tokens = tokenize(text).filter((token) => token.kind !== 'end');
  let from = 0;
  let to = tokens.length;
  for (const [index, token] of tokens.entries()) {
    if (token.key !== ';') continue;
    if (token.end <= offset) from = index + 1;
    else {
      to = index;
      break;
    }
  }
  return tokens.slice(from, to);
}

/** `a.b.` before the word being typed. */
function qualifierBefore(context: readonly Token[]): string[] {
  const parts: string[] = [];
  for (let at = context.length - 1; at > 0 && context[at]!.key === '.'; at -= 2) {
    const name = context[at - 1]!;
    if (name.kind !== 'word' && name.kind !== 'quoted') break;
    parts.unshift(name.text);
  }
  return parts;
}

/** Keys that the parser looked for in vain where the text before the cursor ends. */
function keywords(tokens: readonly Token[], context: readonly Token[], text: string): readonly string[] {
  const start = tokens[0]?.start ?? 0;
  const parser = new StatementParser(text.slice(start, context.at(-1)?.end ?? start));
  try {
    parser.single();
  } catch (error) {
    if (!(error instanceof LakebookError)) throw error;
  }
  return parser.expected;
}

function unqualified(context: readonly Token[], tokens: readonly Token[], catalog: CompletionCatalog, expected: readonly string[]): readonly Offer[] {
  const words = expected.filter((key) => SUGGESTED_SYMBOLS.test(key)).sort();
  const keywordOffers = words.map((word): Offer => ({ label: word, kind: 'keyword', insertText: word }));
  const previous = context.at(-1)?.key ?? '';
  if (TABLE_PLACES.has(previous) || (previous === ',' && clauseOf(context) === 'FROM')) return [...tableOffers(tokens, catalog), ...keywordOffers];
  const operand = expected.includes('expression') || expected.includes('identifier');
  if (!operand) return keywordOffers;
  return [...columnOffers(tokens, catalog), ...functionOffers(), ...keywordOffers];
}

/** The clause that the cursor stands in, brackets left aside. */
function clauseOf(context: readonly Token[]): string {
  let depth = 0;
  for (let at = context.length - 1; at >= 0; at--) {
    const { key } = context[at]!;
    if (key === ')') depth++;
    else if (key === '(' && depth-- === 0) return '(';
    else if (depth === 0 && ['SELECT', 'FROM', 'WHERE', 'GROUP', 'ORDER', 'HAVING', 'ON', 'JOIN'].includes(key)) return key;
  }
  return '';
}

function tableOffers(tokens: readonly Token[], catalog: CompletionCatalog): readonly Offer[] {
  const ctes = tokens.flatMap((token, at) => (tokens[at + 1]?.key === 'AS' && tokens[at + 2]?.key === '(' && (tokens[at - 1]?.key === 'WITH' || tokens[at - 1]?.key === ',') ? [token.text] : []));
  return [...ctes.map((name) => [name]), ...catalog.tables()].map((parts) => ({ label: parts.join('.'), kind: 'table' as const, insertText: parts.map(quoted).join('.') }));
}

interface InScope {
  readonly alias: string;
  readonly table: readonly string[];
}

/** Tables behind FROM and JOIN anywhere in the statement, with their aliases. */
function tablesInScope(tokens: readonly Token[]): readonly InScope[] {
  const found: InScope[] = [];
  let inFrom = false;
  for (let at = 0; at < tokens.length; at++) {
    const { key } = tokens[at]!;
    if (key === 'FROM' || key === 'JOIN') inFrom = true;
    else if (key === ',' && inFrom) inFrom = true;
    else {
      if (CLAUSE_WORDS.has(key) && key !== 'AS') inFrom = false;
      continue;
    }
    const table: string[] = [];
    let next = at + 1;
    while (isName(tokens[next]) && !(tokens[next]!.kind === 'word' && CLAUSE_WORDS.has(tokens[next]!.key))) {
      table.push(tokens[next]!.text);
      next += 1;
      if (tokens[next]?.key !== '.') break;
      next += 1;
    }
    if (table.length === 0) continue;
    if (tokens[next]?.key === 'AS') next++;
    const alias = isName(tokens[next]) && !(tokens[next]!.kind === 'word' && CLAUSE_WORDS.has(tokens[next]!.key)) ? tokens[next]!.text : table.at(-1)!;
    found.push({ alias, table });
  }
  return found;
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

function columnOffers(tokens: readonly Token[], catalog: CompletionCatalog): readonly Offer[] {
  return tablesInScope(tokens).flatMap(({ alias, table }) => {
    const columns = catalog.columns(table) ?? [];
    const itself: Offer = { label: alias, kind: 'table', insertText: quoted(alias) };
    return [...columns.map(columnOffer), itself];
  });
}

function columnOffer(column: CatalogColumn): Offer {
  return { label: column.name, kind: 'column', detail: simpleString(column.type), insertText: quoted(column.name) };
}

/** Behind `alias.` its columns, behind a struct column its fields, behind a schema its tables. */
function qualified(parts: readonly string[], _context: readonly Token[], tokens: readonly Token[], catalog: CompletionCatalog): readonly Offer[] {
  const wanted = parts.map((part) => part.toLowerCase());
  const scope = tablesInScope(tokens);
  const table = scope.find(({ alias }) => wanted.length === 1 && alias.toLowerCase() === wanted[0]);
  const columns = table && catalog.columns(table.table);
  if (columns !== undefined) return columns.map(columnOffer);
  const struct = scope.flatMap(({ table: name }) => catalog.columns(name) ?? []).find((column) => column.name.toLowerCase() === wanted.at(-1));
  if (struct?.type.kind === 'struct') return struct.type.fields.map((field): Offer => ({ label: field.name, kind: 'column', detail: simpleString(field.type), insertText: quoted(field.name) }));
  return catalog
    .tables()
    .filter((name) => name.length > parts.length && wanted.every((part, index) => name[index]!.toLowerCase() === part))
    .map((name) => ({ label: name.slice(parts.length).join('.'), kind: 'table' as const, insertText: name.slice(parts.length).map(quoted).join('.') }));
}

function functionOffers(): readonly Offer[] {
  return functionNames().flatMap((name): Offer[] => {
    const definition = findFunction(name);
    return definition === undefined || definition.state === 'refused' ? [] : [{ label: name, kind: 'function', detail: definition.group, insertText: `${name}(` }];
  });
}

function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !CLAUSE_WORDS.has(name.toUpperCase()) ? name : `\`${name.replaceAll('`', '``')}\``;
}
