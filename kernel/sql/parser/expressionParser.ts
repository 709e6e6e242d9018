import type { BinaryOperator, Expression } from '../tree/expressions.ts';
import { PrimaryParser } from './primaryParser.ts';

/** Binary levels of a value, loosest first; all are left associative. Predicates and AND/OR/NOT stand above them. */
const LEVELS: readonly (readonly string[])[] = [
  ['=', '<>', '<', '<=', '>', '>=', '<=>'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>', '>>>'],
  ['+', '-', '||'],
  ['*', '/', '%', 'DIV'],
];

/**
 * Operators. A predicate (IS, IN, LIKE, BETWEEN) takes whole values, comparisons included, and is itself no operand of
 * a comparison: only AND and OR may follow it. NOT stands only where a boolean begins.
 */
export abstract class ExpressionParser extends PrimaryParser {
  expression(): Expression {
    return this.nested(() => this.#or());
  }

  #or(): Expression {
    const { start } = this.token;
    let left = this.#and();
    while (this.accept('OR')) left = { kind: 'binary', operator: 'OR', left, right: this.#and(), ...this.since(start) };
    return left;
  }

  #and(): Expression {
    const { start } = this.token;
    let left = this.#not();
    while (this.accept('AND')) left = { kind: 'binary', operator: 'AND', left, right: this.#not(), ...this.since(start) };
    return left;
  }

  #not(): Expression {
    const { start, key } = this.token;
    if (key === 'EXISTS' && this.peek(1).key === '(' && this.queryFollows(2)) return this.#exists();
    if (key !== 'NOT' && key !== '!') return this.#predicated();
    const negated = this.tentatively((): Expression => {
      this.take();
      return this.nested(() => ({ kind: 'unary', operator: 'NOT', operand: this.#not(), ...this.since(start) }));
    });
    return negated ?? this.#predicated();
  }

  /** A predicate of its own: no operand of an operator. */
  #exists(): Expression {
    const { start } = this.take();
    const query = this.parenthesised(() => this.query());
    return { kind: 'exists', query, ...this.since(start) };
  }

  valueExpression(): Expression {
    return this.#binary(0);
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    const { start } = this.token;
    let left = this.#binary(level + 1);
    while (operators.includes(this.token.key)) {
      const operator = this.take().key as BinaryOperator;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), ...this.since(start) };
    }
    return left;
  }

  #unary(): Expression {
    const { start, key } = this.token;
    if (key === '-' && this.peek(1).kind === 'number') return this.primary();
    if (key !== '-' && key !== '+' && key !== '~') return this.primary();
    this.take();
    return this.nested(() => ({ kind: 'unary', operator: key, operand: this.#unary(), ...this.since(start) }));
  }

  #predicated(): Expression {
    const { start } = this.token;
    const operand = this.valueExpression();
    if (this.accept('IS')) return this.#is(operand, start);
    const position = this.position;
    const negated = this.token.key === 'NOT' || this.token.key === '!' ? (this.take(), true) : false;
    const word = this.acceptAny('IN', 'BETWEEN', 'LIKE', 'ILIKE', 'RLIKE', 'REGEXP');
    switch (word) {
      case 'IN':
        return this.#in(operand, negated, start);
      case 'BETWEEN': {
        const low = this.valueExpression();
        this.expect('AND');
        return { kind: 'between', operand, low, high: this.valueExpression(), negated, ...this.since(start) };
      }
      case 'LIKE':
      case 'ILIKE':
        return this.#like(word, operand, negated, start);
      case 'RLIKE':
      case 'REGEXP':
        return { kind: 'like', operator: 'RLIKE', operand, quantifier: undefined, patterns: [this.valueExpression()], escape: undefined, negated, ...this.since(start) };
      default:
        this.position = position;
        return operand;
    }
  }

  #is(operand: Expression, start: number): Expression {
    const negated = this.accept('NOT');
    if (this.accept('NULL')) return { kind: 'isNull', operand, negated, ...this.since(start) };
    if (this.accept('DISTINCT')) {
      this.expect('FROM');
      return { kind: 'isDistinct', left: operand, right: this.valueExpression(), negated, ...this.since(start) };
    }
    const word = this.acceptAny('TRUE', 'FALSE', 'UNKNOWN') ?? this.fail();
    return { kind: 'isBoolean', operand, value: word === 'UNKNOWN' ? undefined : word === 'TRUE', negated, ...this.since(start) };
  }

  #in(operand: Expression, negated: boolean, start: number): Expression {
    if (this.token.key === '(' && this.queryFollows(1) && (this.peek(1).key !== '(' || this.behindParentheses(1) !== ',')) {
      const query = this.parenthesised(() => this.query());
      return { kind: 'inQuery', operand, query, negated, ...this.since(start) };
    }
    return { kind: 'inList', operand, values: this.parenthesisedList(() => this.expression()), negated, ...this.since(start) };
  }

  #like(operator: 'LIKE' | 'ILIKE', operand: Expression, negated: boolean, start: number): Expression {
    const quantifier = this.peek(1).key === '(' ? this.acceptAny('ANY', 'SOME', 'ALL') : undefined;
    if (quantifier !== undefined) {
      const patterns = this.parenthesisedList(() => this.expression());
      return { kind: 'like', operator, operand, quantifier: quantifier === 'ALL' ? 'ALL' : 'ANY', patterns, escape: undefined, negated, ...this.since(start) };
    }
    const pattern = this.valueExpression();
    const escape = this.accept('ESCAPE') ? this.stringLiteral() : undefined;
    return { kind: 'like', operator, operand, quantifier: undefined, patterns: [pattern], escape, negated, ...this.since(start) };
  }
}
