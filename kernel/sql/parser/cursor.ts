import { type ErrorCode, type ErrorParameters, LakebookError } from '../../base/errors.ts';
import { tokenize } from '../lexer.ts';
import { spanOf } from '../span.ts';
import { CLAUSE_WORDS, type Token } from '../tokens.ts';
import type { Located, NamePart } from '../tree/expressions.ts';

/** Clause words that begin neither a clause nor an operator. */
const BEGINS_NOTHING: ReadonlySet<string> = new Set(['ASC', 'BY', 'CASE', 'DESC', 'DO', 'ELSE', 'END', 'ESCAPE', 'INTO', 'NULLS', 'THEN', 'VALUES', 'WHEN']);

/** How many readings of one statement are given up for others: each level of a text that nests would double them. */
const READINGS_MAX = 200;

/** How deep queries, parentheses and operands may nest before the text is refused. */
const MAX_DEPTH = 400;
/** How much of a token an error quotes: one that never ends runs to the end of the text. */
const TOKEN_SHOWN = 200;

/** What one reading of a text may fail with where another reading is right. */
const ABANDONED: ReadonlySet<string> = new Set(['PARSE_SYNTAX_ERROR', 'UNSUPPORTED_DATATYPE']);

/**
 * Walks tokens and remembers what it was asked for: the keys tested in vain at the farthest position are what could
 * have stood there, for error texts and completion.
 */
export class TokenCursor {
  readonly text: string;
  protected readonly tokens: Token[];
  protected position = 0;
  #farthest = 0;
  readonly #expected = new Set<string>();
  #depth = 0;
  #everyWord = false;
  #readingsLeft = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = [...tokenize(text)];
  }

  /** Keys that could stand at the farthest position reached. */
  get expected(): readonly string[] {
    return [...this.#expected];
  }

  get token(): Token {
    return this.tokens[this.position]!;
  }

  peek(ahead: number): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]!;
  }

  get atEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** Whether the next tokens have these keys; remembers the first that does not as possible in its place. */
  at(...keys: readonly string[]): boolean {
    for (let ahead = 0; ahead < keys.length; ahead++) {
      if (this.peek(ahead).key === keys[ahead]) continue;
      this.#wish(keys[ahead]!, this.position + ahead);
      return false;
    }
    return true;
  }

  #wish(key: string, position: number): void {
    if (position > this.#farthest) {
      this.#farthest = position;
      this.#expected.clear();
    }
    if (position === this.#farthest) this.#expected.add(key);
  }

  atAny(keys: Iterable<string>): boolean {
    let found = false;
    for (const key of keys) found = this.at(key) || found;
    return found;
  }

  /** Takes the tokens if all of `keys` stand here. */
  accept(...keys: readonly string[]): boolean {
    if (!this.at(...keys)) return false;
    this.position += keys.length;
    return true;
  }

  /** Takes one of `keys`, or nothing. */
  acceptAny<Key extends string>(...keys: readonly Key[]): Key | undefined {
    for (const key of keys) if (this.accept(key)) return key;
    return undefined;
  }

  expect(...keys: readonly string[]): Token {
    for (const key of keys) if (!this.accept(key)) this.fail();
    return this.tokens[this.position - 1]!;
  }

  take(): Token {
    const token = this.token;
    if (token.kind === 'invalid') this.fail();
    if (token.kind !== 'end') this.position++;
    return token;
  }

  /** The span from `start` to the last token taken. */
  since(start: number): Located {
    return { start, end: Math.max(start, this.tokens[this.position - 1]?.end ?? start) };
  }

  /** What reads well and is no statement: an error of its own class, at the next token unless told otherwise. */
  protected refuse<Code extends ErrorCode>(code: Code, parameters: ErrorParameters<Code>, node: { readonly start: number; readonly end: number } = this.token): never {
    throw new LakebookError(code, parameters, { span: spanOf(this.text, node) });
  }

  /** @throws LakebookError PARSE_SYNTAX_ERROR at `token`; by default the farthest that any reading of the text came to */
  fail(hint = '', token: Token = this.tokens[Math.max(this.position, Math.min(this.#farthest, this.tokens.length - 1))]!): never {
    const shown = this.text.slice(token.start, Math.min(token.end, token.start + TOKEN_SHOWN));
    const error = token.kind === 'end' ? 'end of input' : `'${shown}${token.end - token.start > TOKEN_SHOWN ? '…' : ''}'`;
    throw new LakebookError('PARSE_SYNTAX_ERROR', { error, hint }, { span: spanOf(this.text, token), suggestions: token === this.tokens[this.#farthest] ? this.expected : [] });
  }

  /** Tries `parse`; on a syntax error goes back and gives undefined. */
  attempt<Result>(parse: () => Result): Result | undefined {
    const position = this.position;
    const depth = this.#depth;
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof LakebookError) || !ABANDONED.has(error.code)) throw error;
      this.position = position;
      this.#depth = depth;
      return undefined;
    }
  }

  /**
   * `parse`; where it fails, again with every word as a name where none of the grammar's words does. Spark reserves no word:
   * `SELECT order FROM t` is right, but must not make `SELECT a, FROM t` a column called FROM.
   * @throws LakebookError what was wrong at first
   */
  withWordsAsNames<Result>(parse: () => Result): Result {
    const position = this.position;
    const depth = this.#depth;
    try {
      return parse();
    } catch (error) {
      if (this.#everyWord || !(error instanceof LakebookError) || error.code !== 'PARSE_SYNTAX_ERROR') throw error;
      const failed = { position: this.position, farthest: this.#farthest, expected: this.expected };
      this.position = position;
      this.#depth = depth;
      this.#everyWord = true;
      this.#readingsLeft = READINGS_MAX;
      const result = this.attempt(parse);
      this.#everyWord = false;
      if (result !== undefined) return result;
      this.position = failed.position;
      this.#farthest = failed.farthest;
      this.#expected.clear();
      for (const key of failed.expected) this.#expected.add(key);
      throw error;
    }
  }

  /** Whether a word that begins something else is a name where that leads nowhere. */
  get everyWord(): boolean {
    return this.#everyWord;
  }

  /** `parse`; where every word may be a name, undefined if it leads nowhere. */
  tentatively<Result>(parse: () => Result): Result | undefined {
    return this.#everyWord && this.#readingsLeft-- > 0 ? this.attempt(parse) : parse();
  }

  /** Runs `parse` one level deeper; refuses text that nests without end. */
  nested<Result>(parse: () => Result): Result {
    if (++this.#depth > MAX_DEPTH) this.fail(`: nested more than ${MAX_DEPTH} deep`);
    const result = parse();
    this.#depth--;
    return result;
  }

  list<Item>(parse: () => Item, separator = ','): Item[] {
    const items = [parse()];
    while (this.accept(separator)) items.push(parse());
    return items;
  }

  parenthesised<Item>(parse: () => Item): Item {
    this.expect('(');
    const item = parse();
    this.expect(')');
    return item;
  }

  parenthesisedList<Item>(parse: () => Item): Item[] {
    return this.parenthesised(() => this.list(parse));
  }

  /** Whether a name may stand here. Spark's keywords are not reserved, but clause words are never bare names. */
  atName(): boolean {
    const { kind, key } = this.token;
    return kind === 'quoted' || (kind === 'word' && !CLAUSE_WORDS.has(key));
  }

  /**
   * Whether a bare alias stands here. Of the words that end a clause those that begin nothing may be one, and others where
   * one of `followers` shows that nothing begins with them.
   */
  atAlias(followers: ReadonlySet<string>, never: ReadonlySet<string> = followers): boolean {
    const { kind, key } = this.token;
    if (this.atName()) return true;
    return this.#everyWord && kind === 'word' && !never.has(key) && (BEGINS_NOTHING.has(key) || followers.has(this.peek(1).key));
  }

  /** One name; any word does behind a dot or `AS`. */
  name(anyWord = false): NamePart {
    const token = this.token;
    if (token.kind !== 'quoted' && !(token.kind === 'word' && (anyWord || this.#everyWord || !CLAUSE_WORDS.has(token.key)))) {
      this.at('identifier');
      this.fail();
    }
    this.position++;
    return { text: token.text, quoted: token.kind === 'quoted', start: token.start, end: token.end };
  }

  names(): NamePart[] {
    const parts = [this.name()];
    while (this.token.key === '.' && (this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted')) {
      this.position++;
      parts.push(this.name(true));
    }
    return parts;
  }

  stringLiteral(): string {
    if (this.token.kind !== 'string' || this.token.prefix === 'X') {
      this.at('string');
      this.fail();
    }
    let value = '';
    while (this.token.kind === 'string' && this.token.prefix !== 'X') value += this.take().text;
    return value;
  }

  integerLiteral(): number {
    if (this.token.kind !== 'number' || !/^\d+$/.test(this.token.text)) {
      this.at('integer');
      this.fail();
    }
    return Number(this.take().text);
  }

  /** Closes one `<` of a type: splits `>>` and `>>>`. */
  closeAngle(): void {
    const token = this.token;
    if (token.key === '>>' || token.key === '>>>') {
      const rest = { ...token, text: token.text.slice(1), key: token.key.slice(1), start: token.start + 1 };
      this.tokens.splice(this.position, 1, { ...token, text: '>', key: '>', end: token.start + 1 }, rest);
    }
    this.expect('>');
  }
}
