import type { Token, TokenKind } from './tokens.ts';

const SYMBOLS = ['<=>', '>>>', '|>', '->', '=>', '::', '<=', '>=', '<>', '!=', '==', '||', '<<', '>>'];
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', r: '\r', '0': '\0', Z: '\u001a', '\\': '\\', "'": "'", '"': '"' };
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const DIGIT_WORD = /\p{N}+[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:BD|[LSYFD])?(?![\p{L}\p{N}_])/iuy;
const SPACE = /[\s\u00a0\ufeff]+/uy;

/**
 * Splits Spark SQL text into tokens, the last of kind `end`. Never throws: what is no token becomes one of kind
 * `invalid`, so that the parser can point at it and an editor can colour the rest.
 */
export function tokenize(text: string): readonly Token[] {
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #spaced = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly Token[] {
    while (this.#skipBlank(), this.#at < this.#text.length) this.#next();
    this.#push('end', this.#at, '', '');
    return this.#tokens;
  }

  #next(): void {
    const text = this.#text;
    const start = this.#at;
    const char = text[start]!;
    if (char === "'" || char === '"') return this.#string(start, start, '');
    if (char === '`') return this.#backticks(start);
    if (/[rRxX]/.test(char) && (text[start + 1] === "'" || text[start + 1] === '"')) return this.#string(start, start + 1, char.toUpperCase());
    if (text.startsWith('/*', start)) return this.#hint(start);
    if (text.startsWith('$$', start)) return this.#delimited(start, '$$', '$$', 'body');
    if (text.startsWith('${', start)) return this.#delimited(start, '${', '}', 'interpolation');
    if (text.startsWith('{{', start)) return this.#delimited(start, '{{', '}}', 'interpolation');
    if (/[0-9.]/.test(char) && this.#number(start)) return;
    const word = this.#match(DIGIT_WORD, start) ?? this.#match(WORD, start);
    if (word !== undefined) return this.#push('word', start + word.length, word, word.toUpperCase());
    const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, start)) ?? String.fromCodePoint(text.codePointAt(start)!);
    const known = symbol.length > 1 || '()[]{},;.+-*/%&|^~!=<>?:@$'.includes(symbol);
    this.#push(known ? 'symbol' : 'invalid', start + symbol.length, symbol, known ? canonical(symbol) : '');
  }

  #match(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0];
  }

  #number(start: number): boolean {
    // `t.1a` and `a.5` are not expected: a dot straight behind a word, bracket or quote is a field access.
    const before = this.#tokens.at(-1);
    const glued = !this.#spaced && before !== undefined && (before.kind === 'word' || before.kind === 'quoted' || before.key === ']' || before.key === ')');
    if (this.#text[start] === '.' && glued) return false;
    const number = this.#match(NUMBER, start);
    if (number === undefined || number === '') return false;
    this.#push('number', start + number.length, number, '');
    return true;
  }

  #string(start: number, quoteAt: number, prefix: string): void {
    const text = this.#text;
    const quote = text[quoteAt]!;
    const raw = prefix === 'R';
    let value = '';
    let at = quoteAt + 1;
    for (; at < text.length && text[at] !== quote; at++) {
      if (text[at] === '\\' && !raw && at + 1 < text.length) {
        const [piece, length] = unescape(text, at + 1);
        value += piece;
        at += length;
      } else value += text[at];
    }
    if (at >= text.length) this.#push('invalid', text.length, text.slice(start), '');
    else this.#push('string', at + 1, value, '', prefix);
  }

  #backticks(start: number): void {
    let at = start + 1;
    let value = '';
    for (;; at++) {
      if (at >= this.#text.length) return this.#push('invalid', this.#text.length, this.#text.slice(start), '');
      if (this.#text[at] === '`') {
        if (this.#text[at + 1] !== '`') break;
        at++;
      }
      value += this.#text[at];
    }
    this.#push('quoted', at + 1, value, '');
  }

  /** A hint, or a comment that is not closed. */
  #hint(start: number): void {
    const end = this.#text.indexOf('*/', start);
    if (end < 0) return this.#push('invalid', this.#text.length, this.#text.slice(start), '');
    this.#push('hint', end + 2, this.#text.slice(start + 3, end), '');
  }

  #delimited(start: number, open: string, close: string, kind: TokenKind): void {
    const end = this.#text.indexOf(close, start + open.length);
    if (end < 0) return this.#push('invalid', this.#text.length, this.#text.slice(start), '');
    this.#push(kind, end + close.length, this.#text.slice(start + open.length, end), '');
  }

  #skipBlank(): void {
    const from = this.#at;
    for (;;) {
      const space = this.#match(SPACE, this.#at);
      if (space !== undefined) this.#at += space.length;
      else if (this.#text.startsWith('--', this.#at)) this.#at = endOfLineComment(this.#text, this.#at);
      else if (this.#text.startsWith('/*', this.#at) && !(this.#text[this.#at + 2] === '+' && this.#tokens.at(-1)?.key === 'SELECT')) {
        const end = endOfBlockComment(this.#text, this.#at);
        if (end === undefined) break;
        this.#at = end;
      } else break;
    }
    this.#spaced = this.#at > from;
  }

  #push(kind: TokenKind, end: number, text: string, key: string, prefix = ''): void {
    this.#tokens.push({ kind, text, key, start: this.#at, end, prefix, spaced: this.#spaced });
    this.#at = end;
  }
}

function canonical(symbol: string): string {
  return symbol === '!=' ? '<>' : symbol === '==' ? '=' : symbol;
}

/** The value of the escape whose character stands at `at`, and how many characters it takes. */
function unescape(text: string, at: number): [string, number] {
  const char = text[at]!;
  const octal = /^[0-1][0-7]{2}/.exec(text.slice(at, at + 3));
  if (octal !== null) return [String.fromCharCode(Number.parseInt(octal[0], 8)), 3];
  const unicode = /^(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(text.slice(at, at + 9));
  if (unicode !== null) {
    const code = Number.parseInt(unicode[1] ?? unicode[2]!, 16);
    if (code <= 0x10ffff) return [String.fromCodePoint(code), unicode[0].length];
  }
  // LIKE patterns keep the backslash of `\%` and `\_`.
  if (char === '%' || char === '_') return [`\\${char}`, 1];
  return [ESCAPES[char] ?? char, 1];
}

/** A `--` comment ends at the line's end, unless a backslash stands there. */
export function endOfLineComment(text: string, at: number): number {
  for (let from = at; ; ) {
    const end = text.indexOf('\n', from);
    if (end < 0) return text.length;
    if (text[end - 1] !== '\\') return end + 1;
    from = end + 1;
  }
}

/** Block comments nest. Undefined where it is not closed. */
export function endOfBlockComment(text: string, at: number): number | undefined {
  let depth = 0;
  for (let i = at; i < text.length - 1; i++) {
    if (text[i] === '/' && text[i + 1] === '*') {
      depth++;
      i++;
    } else if (text[i] === '*' && text[i + 1] === '/') {
      depth--;
      i++;
      if (depth === 0) return i + 1;
    }
  }
  return undefined;
}
