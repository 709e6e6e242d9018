export type Axis = 'child' | 'attribute' | 'descendant' | 'descendant-or-self' | 'self' | 'parent';
export interface XPathStep {
  readonly axis: Axis;
  /** A name, `*`, or one of `text()`, `node()`, `comment()`. */
  readonly test: string;
  readonly predicates: readonly XPath[];
}
export type XPath =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'negate'; readonly operand: XPath }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: XPath; readonly right: XPath }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly XPath[] }
  | { readonly kind: 'path'; readonly absolute: boolean; readonly steps: readonly XPathStep[] };

/** No XPath expression at all. */
export class MalformedXPath extends Error {}
/** A part of XPath that is not followed here; the message names it. */
export class UnreadXPath extends Error {}

const TOKEN = /\s*(\/\/|::|\.\.|!=|<=|>=|[/()[\]@,|+\-=<>*]|"[^"]*"|'[^']*'|\d+(?:\.\d*)?|\.\d+|\.|[\p{L}_][\p{L}\p{N}_.\u00b7-]*(?::[\p{L}_*][\p{L}\p{N}_.-]*)?|\$)/uy;
const AXES: ReadonlySet<string> = new Set<Axis>(['child', 'attribute', 'descendant', 'descendant-or-self', 'self', 'parent']);
const NODE_TESTS = new Set(['text', 'node', 'comment', 'processing-instruction']);
/** How many arguments each function takes. */
const FUNCTIONS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  last: [0, 0], position: [0, 0], count: [1, 1], 'local-name': [0, 1], name: [0, 1], string: [0, 1], concat: [2, 99], 'starts-with': [2, 2], contains: [2, 2],
  'substring-before': [2, 2], 'substring-after': [2, 2], substring: [2, 3], 'string-length': [0, 1], 'normalize-space': [0, 1], translate: [3, 3],
  boolean: [1, 1], not: [1, 1], true: [0, 0], false: [0, 0], number: [0, 1], sum: [1, 1], floor: [1, 1], ceiling: [1, 1], round: [1, 1],
};
const LEVELS: readonly (readonly string[])[] = [['or'], ['and'], ['=', '!='], ['<', '>', '<=', '>='], ['+', '-'], ['*', 'div', 'mod']];

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.trimEnd().length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new MalformedXPath();
    tokens.push(match[1]!);
    at = TOKEN.lastIndex;
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  whole(): XPath {
    const expression = this.#level(0);
    if (this.#at < this.#tokens.length) throw new MalformedXPath();
    return expression;
  }

  #peek(ahead = 0): string {
    return this.#tokens[this.#at + ahead] ?? '';
  }

  #accept(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) throw new MalformedXPath();
  }

  #level(level: number): XPath {
    if (level === LEVELS.length) return this.#negation();
    let left = this.#level(level + 1);
    while (LEVELS[level]!.includes(this.#peek())) {
      const operator = this.#peek();
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#level(level + 1) };
    }
    return left;
  }

  #negation(): XPath {
    if (this.#accept('-')) return { kind: 'negate', operand: this.#negation() };
    let left = this.#primary();
    while (this.#accept('|')) left = { kind: 'binary', operator: '|', left, right: this.#primary() };
    return left;
  }

  #primary(): XPath {
    const token = this.#peek();
    if (/^["']/.test(token)) return this.#after({ kind: 'text', value: token.slice(1, -1) });
    if (/^(?:\d|\.\d)/.test(token)) return this.#after({ kind: 'number', value: Number(token) });
    if (token === '$') throw new UnreadXPath('a variable');
    if (token === '(') {
      this.#at++;
      const inner = this.#level(0);
      this.#expect(')');
      if (this.#peek() === '[' || this.#peek().startsWith('/')) throw new UnreadXPath('a step behind parentheses');
      return inner;
    }
    const called = this.#peek(1) === '(' && !NODE_TESTS.has(token);
    return called ? this.#call() : this.#path();
  }

  #after<Value>(value: Value): Value {
    this.#at++;
    return value;
  }

  #call(): XPath {
    const name = this.#after(this.#peek());
    this.#expect('(');
    const given: XPath[] = [];
    if (!this.#accept(')')) {
      do given.push(this.#level(0));
      while (this.#accept(','));
      this.#expect(')');
    }
    const known = FUNCTIONS[name];
    if (known === undefined) throw new UnreadXPath(`the function ${name}`);
    if (given.length < known[0] || given.length > known[1]) throw new MalformedXPath();
    if (this.#peek() === '[' || this.#peek().startsWith('/')) throw new UnreadXPath('a step behind a function');
    return { kind: 'call', name, arguments: given };
  }

  #path(): XPath {
    const steps: XPathStep[] = [];
    let absolute = false;
    if (this.#accept('/')) {
      absolute = true;
      if (!this.#startsStep()) return { kind: 'path', absolute, steps };
    } else if (this.#accept('//')) {
      absolute = true;
      steps.push(ANYWHERE);
    }
    steps.push(this.#step());
    for (;;) {
      if (this.#accept('//')) steps.push(ANYWHERE);
      else if (!this.#accept('/')) return { kind: 'path', absolute, steps };
      steps.push(this.#step());
    }
  }

  #startsStep(): boolean {
    return /^(?:[.@*]|\.\.|[\p{L}_].*)$/u.test(this.#peek());
  }

  #step(): XPathStep {
    if (this.#accept('.')) return { axis: 'self', test: 'node()', predicates: [] };
    if (this.#accept('..')) return { axis: 'parent', test: 'node()', predicates: [] };
    let axis: string = 'child';
    if (this.#accept('@')) axis = 'attribute';
    else if (this.#peek(1) === '::') {
      axis = this.#after(this.#peek());
      this.#at++;
      if (!AXES.has(axis)) throw new UnreadXPath(`the axis ${axis}`);
    }
    const test = this.#nodeTest();
    const predicates: XPath[] = [];
    while (this.#accept('[')) {
      predicates.push(this.#level(0));
      this.#expect(']');
    }
    return { axis: axis as Axis, test, predicates };
  }

  #nodeTest(): string {
    const token = this.#after(this.#peek());
    if (token === '*') return token;
    if (!/^[\p{L}_]/u.test(token)) throw new MalformedXPath();
    if (token.includes(':')) throw new UnreadXPath('a prefix');
    if (!NODE_TESTS.has(token) || this.#peek() !== '(') return token;
    this.#at++;
    this.#expect(')');
    if (token === 'processing-instruction') throw new UnreadXPath(token);
    return `${token}()`;
  }
}

const LONGEST = 2000;
const ANYWHERE: XPathStep = { axis: 'descendant-or-self', test: 'node()', predicates: [] };

/**
 * @throws MalformedXPath
 * @throws UnreadXPath for what is not followed here
 */
export function parseXPath(text: string): XPath {
  if (text.length > LONGEST) throw new UnreadXPath('a path this long');
  return new Parser(text).whole();
}

/** Whether an expression gives nodes, rather than a text, a number or a truth value. */
export function givesNodes(path: XPath): boolean {
  return path.kind === 'path' || (path.kind === 'binary' && path.operator === '|' && givesNodes(path.left) && givesNodes(path.right));
}
