import { LakebookError } from '../../base/errors.ts';
import { tokenize } from '../lexer.ts';
import { parseSchemaText, parseStatement } from '../parse.ts';
import type { Token } from '../tokens.ts';
import type { Expression, Located } from '../tree/expressions.ts';
import type { DataType } from '../types/dataType.ts';

/** A variable, a row of FOR or a widget that a text declares. Offsets are those of the name in the text. */
export interface Declaration extends Located {
  readonly kind: 'session' | 'local' | 'row' | 'widget';
  readonly name: string;
  readonly type: DataType | undefined;
  /** What tells the type where none is written. */
  readonly initial: Expression | undefined;
  /** The label of its block. */
  readonly label: string | undefined;
  /** Where it can be named: its block, or the text. */
  readonly scope: Located;
}

/** What the text declares, whether or not its statements can be read: scripts are mostly edited while they are broken. */
export function readDeclarations(text: string): readonly Declaration[] {
  return /\b(?:declare|for|widget)\b/i.test(text) ? new DeclarationReader(text).read() : [];
}

/** Those that a name at `offset` may mean, the nearest first. */
export function declarationsAt(declarations: readonly Declaration[], offset: number): readonly Declaration[] {
  return declarations.filter(({ start, scope }) => start <= offset && scope.start <= offset && offset <= scope.end).reverse();
}

interface Open {
  readonly kind: 'block' | 'case' | 'for';
  readonly start: number;
  readonly label: string | undefined;
  readonly declared: Declaration[];
}

/** What a statement of a script stands behind. */
const BEFORE_STATEMENT: ReadonlySet<string> = new Set([';', ':', 'BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT']);
/** Words behind END that close what is not kept account of. */
const OTHER_ENDS: ReadonlySet<string> = new Set(['IF', 'WHILE', 'LOOP', 'REPEAT']);
const NOT_VARIABLES: ReadonlySet<string> = new Set(['CONDITION', 'HANDLER', 'CURSOR']);

class DeclarationReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #found: Declaration[] = [];
  readonly #open: Open[] = [];

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  read(): readonly Declaration[] {
    for (let at = 0; at < this.#tokens.length; at++) this.#token(at);
    while (this.#open.length > 0) this.#close(this.#text.length);
    return this.#found.sort((left, right) => left.start - right.start);
  }

  #token(at: number): void {
    const { key, start, end } = this.#tokens[at]!;
    const before = this.#tokens[at - 1]?.key;
    const next = this.#tokens[at + 1]?.key ?? '';
    const begins = before === undefined || BEFORE_STATEMENT.has(before);
    if (key === 'BEGIN' && (begins || this.#open.length > 0)) this.#open.push({ kind: 'block', start, label: before === ':' ? this.#tokens[at - 2]?.text : undefined, declared: [] });
    else if (key === 'CASE' && before !== 'END') this.#open.push({ kind: 'case', start, label: undefined, declared: [] });
    else if (key === 'FOR' && begins && this.#open.length > 0 && before !== undefined) this.#for(at);
    else if (key === 'END' && !OTHER_ENDS.has(next)) this.#close(end);
    else if (key === 'DECLARE' && begins) this.#declare(at + 1);
    else if (key === 'WIDGET' && before === 'CREATE') this.#widget(at + 2);
  }

  /** What is declared in a place that ends now gets its scope. */
  #close(end: number): void {
    const closed = this.#open.pop();
    for (const declaration of closed?.declared ?? []) this.#found.push({ ...declaration, scope: { start: closed!.start, end } });
  }

  #for(at: number): void {
    const named = this.#tokens[at + 2]?.key === 'AS';
    const open: Open = { kind: 'for', start: this.#tokens[at]!.start, label: undefined, declared: [] };
    const name = this.#tokens[at + 1];
    if (named && name !== undefined) open.declared.push({ kind: 'row', name: name.text, type: undefined, initial: undefined, label: undefined, start: name.start, end: name.end, scope: name });
    this.#open.push(open);
  }

  #declare(first: number): void {
    let at = first;
    if (this.#tokens[at]?.key === 'OR') at += 2;
    if (['VARIABLE', 'VAR'].includes(this.#tokens[at]?.key ?? '') && isName(this.#tokens[at + 1])) at++;
    if (NOT_VARIABLES.has(this.#tokens[at + 1]?.key ?? '')) return;
    const names: Token[] = [];
    for (; isName(this.#tokens[at]); at += 2) {
      while (this.#tokens[at + 1]?.key === '.' && isName(this.#tokens[at + 2])) at += 2;
      names.push(this.#tokens[at]!);
      if (this.#tokens[at + 1]?.key !== ',') break;
    }
    const typeAt = at + 1;
    const initialAt = this.#next(typeAt, ['DEFAULT', '=', ';']);
    const type = tried(() => parseSchemaText(this.#between(typeAt, initialAt)));
    const initial = type === undefined ? expressionOf(this.#between(initialAt + 1, this.#next(initialAt, [';']))) : undefined;
    const block = [...this.#open].reverse().find(({ kind }) => kind === 'block');
    for (const name of names) {
      const declaration: Declaration = { kind: block === undefined ? 'session' : 'local', name: name.text, type, initial, label: block?.label, start: name.start, end: name.end, scope: { start: 0, end: this.#text.length } };
      (block?.declared ?? this.#found).push(declaration);
    }
  }

  #widget(at: number): void {
    const name = this.#tokens[at];
    if (isName(name)) this.#found.push({ kind: 'widget', name: name.text, type: undefined, initial: undefined, label: undefined, start: name.start, end: name.end, scope: { start: 0, end: this.#text.length } });
  }

  /** The first token from `at` on with one of these keys, or the end. */
  #next(at: number, keys: readonly string[]): number {
    const found = this.#tokens.findIndex(({ key }, index) => index >= at && keys.includes(key));
    return found < 0 ? this.#tokens.length - 1 : found;
  }

  #between(from: number, to: number): string {
    return from >= to ? '' : this.#text.slice(this.#tokens[from]!.start, this.#tokens[to - 1]!.end);
  }
}

function isName(token: Token | undefined): token is Token {
  return token?.kind === 'quoted' || token?.kind === 'word';
}

function expressionOf(text: string): Expression | undefined {
  const tree = text === '' ? undefined : tried(() => parseStatement(`SELECT ${text}`));
  return tree?.kind === 'query' && tree.body.kind === 'select' ? tree.body.items[0]?.value : undefined;
}

function tried<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof LakebookError) return undefined;
    throw error;
  }
}
