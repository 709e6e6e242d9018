import type { Expression, NamePart, PathSegment } from '../tree/expressions.ts';
import { startsNoOperand, type Token } from '../tokens.ts';
import { IntervalParser } from './intervalParser.ts';

/** Operators that are functions too: `like(a, b)`. */
const CALLABLE_OPERATORS = new Set(['LIKE', 'BETWEEN', 'IN', 'AND', 'OR', 'WHEN']);
const TYPED_LITERALS = new Set(['DATE', 'TIMESTAMP', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ']);

/** Operands: literals, names, calls, casts, subqueries, and what may be hung on behind them (`.a`, `[i]`, `::t`, `:p`). */
export abstract class PrimaryParser extends IntervalParser {
  primary(): Expression {
    const start = this.token.start;
    let base = this.#operand();
    for (;;) {
      const token = this.token;
      if (token.key === '.' && (this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted')) {
        this.take();
        base = { kind: 'field', base, name: this.name(true), ...this.since(start) };
      } else if (token.key === '[') {
        this.take();
        const index = this.expression();
        this.expect(']');
        base = { kind: 'index', base, index, ...this.since(start) };
      } else if (token.key === '::') {
        this.take();
        const type = this.dataType();
        base = { kind: 'cast', operand: base, type, mode: 'shorthand', ...this.since(start) };
      } else if (token.key === ':' && this.#pathFollows()) {
        this.take();
        base = { kind: 'path', base, segments: this.#path(), ...this.since(start) };
      } else if (token.key === '?' && this.peek(1).key === '.' && !this.peek(1).spaced) {
        this.take();
      } else if (token.key === 'COLLATE' && this.peek(1).kind === 'word') {
        this.take();
        base = { kind: 'collate', operand: base, collation: this.names().map((part) => part.text).join('.'), ...this.since(start) };
      } else return base;
    }
  }

  #pathFollows(): boolean {
    const next = this.peek(1);
    return next.kind === 'word' || next.kind === 'quoted' || next.key === '[';
  }

  #path(): PathSegment[] {
    const segments: PathSegment[] = [];
    if (this.token.key !== '[') segments.push(this.#pathField());
    for (;;) {
      const token = this.token;
      if ((token.key === '.' || token.key === ':') && (this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted')) {
        this.take();
        segments.push(this.#pathField());
      } else if (token.key === '[') {
        this.take();
        if (this.accept('*')) segments.push({ kind: 'wildcard' });
        else if (this.token.kind === 'string') segments.push({ kind: 'field', name: this.stringLiteral(), caseSensitive: true });
        else segments.push({ kind: 'index', index: this.integerLiteral() });
        this.expect(']');
      } else return segments;
    }
  }

  #pathField(): PathSegment {
    const part = this.name(true);
    return { kind: 'field', name: part.text, caseSensitive: part.quoted };
  }

  #operand(): Expression {
    const token = this.token;
    const { start } = token;
    switch (token.kind) {
      case 'number':
        return this.#number('');
      case 'string':
        return this.#string();
      case 'interpolation':
        this.take();
        return { kind: 'interpolation', text: token.text, ...this.since(start) };
      case 'symbol':
        return this.#symbol(token);
      case 'quoted':
        return this.#nameOrCall();
      case 'word':
        return this.#word(token);
      default:
        this.at('expression');
        return this.fail();
    }
  }

  /** A number; `sign` is that of a negative literal, whose minus was taken before. */
  #number(sign: string, start = this.token.start): Expression {
    const token = this.take();
    const parts = /^(.*?)(BD|[LSYFD])?$/i.exec(token.text)!;
    return { kind: 'number', text: sign + parts[1]!, suffix: (parts[2] ?? '').toUpperCase(), ...this.since(start) };
  }

  #string(): Expression {
    const { start, prefix } = this.token;
    if (prefix === 'X') {
      const token = this.take();
      if (!/^[0-9a-fA-F]*$/.test(token.text)) this.fail('', token);
      return { kind: 'bytes', hex: token.text.length % 2 === 0 ? token.text : `0${token.text}`, ...this.since(start) };
    }
    return { kind: 'string', value: this.stringLiteral(), ...this.since(start) };
  }

  #symbol(token: Token): Expression {
    const { start } = token;
    if (token.key === '(') return this.#parenthesis();
    if (token.key === '-' && this.peek(1).kind === 'number') {
      this.take();
      return this.#number('-', start);
    }
    if (token.key === '*') {
      this.take();
      return this.starTail([], start);
    }
    if (token.key === '?') {
      this.take();
      return { kind: 'parameter', name: undefined, ...this.since(start) };
    }
    if (token.key === ':' && (this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted')) {
      this.take();
      return { kind: 'parameter', name: this.name(true).text, ...this.since(start) };
    }
    this.at('expression');
    return this.fail();
  }

  /** What may follow a star: `EXCEPT (a, b.c)`, `REPLACE (e AS a)`. */
  starTail(qualifier: readonly NamePart[], start: number): Expression {
    const except = this.token.key === 'EXCEPT' && this.peek(1).key === '(' ? (this.take(), this.parenthesisedList(() => this.names())) : [];
    const replace =
      this.token.key === 'REPLACE' && this.peek(1).key === '('
        ? (this.take(),
          this.parenthesisedList(() => {
            const value = this.expression();
            this.expect('AS');
            return { value, name: this.name(true) };
          }))
        : [];
    return { kind: 'star', qualifier, except, replace, ...this.since(start) };
  }

  #parenthesis(): Expression {
    const { start } = this.token;
    const lambda = this.#lambdaParameters();
    if (lambda !== undefined) return { kind: 'lambda', parameters: lambda, body: this.expression(), ...this.since(start) };
    if (this.queryFollows(1)) {
      const query = this.tentatively(() => this.parenthesised(() => this.query()));
      if (query !== undefined) return { kind: 'subquery', query, ...this.since(start) };
    }
    return this.nested(() => {
      const items = this.parenthesisedList(() => this.namedItem());
      const only = items[0]!;
      if (items.length === 1 && only.name === undefined) return { ...only.value, ...this.since(start) };
      return { kind: 'row', items, ...this.since(start) };
    });
  }

  namedItem(): { value: Expression; name?: string } {
    const value = this.expression();
    return this.accept('AS') ? { value, name: this.name(true).text } : { value };
  }

  /** `(a, b) ->`, taken; undefined and nothing taken where it is something else. */
  #lambdaParameters(): NamePart[] | undefined {
    let at = 1;
    if (this.peek(at).key !== ')') {
      for (;;) {
        const { kind } = this.peek(at);
        if (kind !== 'word' && kind !== 'quoted') return undefined;
        if (this.peek(at + 1).key === ')') break;
        if (this.peek(at + 1).key !== ',') return undefined;
        at += 2;
      }
      at++;
    }
    if (this.peek(at + 1).key !== '->') return undefined;
    const parameters = this.parenthesised(() => (this.token.key === ')' ? [] : this.list(() => this.name(true))));
    this.expect('->');
    return parameters;
  }

  #word(token: Token): Expression {
    const { start, key } = token;
    const next = this.peek(1);
    if (next.key === '->') {
      const parameters = [this.name(true)];
      this.expect('->');
      return { kind: 'lambda', parameters, body: this.expression(), ...this.since(start) };
    }
    if (TYPED_LITERALS.has(key) && next.kind === 'string' && next.prefix === '') {
      this.take();
      return { kind: 'typed', type: key, text: this.stringLiteral(), ...this.since(start) };
    }
    switch (key) {
      case 'NULL':
        if (this.#nameFollowed(next)) break;
        this.take();
        return { kind: 'null', ...this.since(start) };
      case 'TRUE':
      case 'FALSE':
        if (this.#nameFollowed(next)) break;
        this.take();
        return { kind: 'boolean', value: key === 'TRUE', ...this.since(start) };
      case 'CASE': {
        const value = this.tentatively(() => this.#case());
        if (value !== undefined) return value;
        break;
      }
      case 'INTERVAL': {
        const value = next.kind !== 'end' && this.intervalFollows(next) ? this.tentatively(() => this.interval()) : undefined;
        if (value !== undefined) return value;
        break;
      }
      case 'CAST':
      case 'TRY_CAST': {
        if (next.key !== '(') break;
        const value = this.tentatively(() => this.#cast(key)) ?? this.#nameOrCall();
        return value.kind === 'call' && value.arguments.some(({ alias }) => alias !== undefined) ? this.fail() : value;
      }
      case 'IDENTIFIER':
        if (next.key === '(' && this.peek(2).key !== ')') {
          const clause = this.tentatively(() => this.identifierClause());
          if (clause !== undefined) return clause;
        }
        break;
      case 'DEFAULT':
        if (next.key === ',' || next.key === ')' || next.kind === 'end' || next.key === 'WHERE') {
          this.take();
          return { kind: 'default', ...this.since(start) };
        }
        break;
    }
    if (next.key === '(') {
      const special = this.specialCall(key, start);
      if (special !== undefined) return special;
      if (CALLABLE_OPERATORS.has(key) || !startsNoOperand(key)) return this.#nameOrCall();
    }
    if (startsNoOperand(key) && !(this.everyWord && this.#isName(key, next))) {
      this.at('expression');
      this.fail();
    }
    return this.#nameOrCall();
  }

  /** `null(…)` calls a function of that name. */
  #nameFollowed(next: Token): boolean {
    return this.everyWord && next.key === '(';
  }

  /** `FROM t` behind an unfinished list is a clause, whatever Spark reads in it. */
  #isName(key: string, next: Token): boolean {
    return key !== 'FROM' || next.key === 'FROM' || (next.kind === 'symbol' && next.key !== '(' && next.key !== ')');
  }

  #nameOrCall(): Expression {
    const { start } = this.token;
    const parts = [this.name(true)];
    while (this.token.key === '.') {
      if (this.peek(1).key === '*') {
        this.take();
        this.take();
        return this.starTail(parts, start);
      }
      if (this.peek(1).kind !== 'word' && this.peek(1).kind !== 'quoted') break;
      this.take();
      parts.push(this.name(true));
    }
    if (this.token.key === '(') return this.call(parts, start);
    return { kind: 'name', parts, ...this.since(start) };
  }

  #case(): Expression {
    const { start } = this.expect('CASE');
    const operand = this.at('WHEN') ? undefined : this.expression();
    const branches: { when: Expression; result: Expression }[] = [];
    do {
      this.expect('WHEN');
      const when = this.expression();
      this.expect('THEN');
      branches.push({ when, result: this.expression() });
    } while (this.at('WHEN'));
    const otherwise = this.accept('ELSE') ? this.expression() : undefined;
    this.expect('END');
    return { kind: 'case', operand, branches, otherwise, ...this.since(start) };
  }

  #cast(key: string): Expression {
    const { start } = this.take();
    this.expect('(');
    const operand = this.expression();
    this.expect('AS');
    const type = this.dataType();
    this.expect(')');
    return { kind: 'cast', operand, type, mode: key === 'CAST' ? 'cast' : 'try', ...this.since(start) };
  }
}
