import type { Token } from '../tokens.ts';
import type { Expression, Interval } from '../tree/expressions.ts';
import { CallParser } from './callParser.ts';
import { INTERVAL_UNITS, singular } from './intervalUnits.ts';

/** Literals of intervals: `INTERVAL 3 DAYS -2 HOURS`, `INTERVAL -'1-2' YEAR TO MONTH`. */
export abstract class IntervalParser extends CallParser {
  abstract primary(): Expression;

  /** Whether INTERVAL with `next` behind it is one, and no name. */
  intervalFollows(next: Token): boolean {
    return next.kind === 'string' || next.kind === 'number' || next.key === '-' || next.key === '+' || next.key === '(' || (next.kind === 'word' && INTERVAL_UNITS.has(singular(this.peek(2).key)));
  }

  interval(): Expression {
    const { start } = this.expect('INTERVAL');
    const parts: Interval[] = [];
    if (this.token.kind === 'string' && !INTERVAL_UNITS.has(singular(this.peek(1).key))) {
      return { kind: 'typed', type: 'INTERVAL', text: this.stringLiteral(), ...this.since(start) };
    }
    do {
      const value = this.#intervalValue();
      const unit = this.#unit();
      if (this.token.key === 'TO' && INTERVAL_UNITS.has(singular(this.peek(1).key))) {
        this.take();
        parts.push({ value, unit, to: this.#unit() });
        break;
      }
      parts.push({ value, unit });
    } while (this.#intervalContinues());
    return { kind: 'interval', parts, ...this.since(start) };
  }

  #intervalContinues(): boolean {
    const { kind, key } = this.token;
    const ahead = key === '-' ? 2 : 1;
    return (kind === 'number' || kind === 'string' || (key === '-' && this.peek(1).kind === 'number' && !this.peek(1).spaced)) && INTERVAL_UNITS.has(singular(this.peek(ahead).key));
  }

  #intervalValue(): Expression {
    const { start, kind, key } = this.token;
    if (kind === 'string') return { kind: 'string', value: this.stringLiteral(), ...this.since(start) };
    if ((key === '-' || key === '+') && this.peek(1).kind === 'string') {
      this.take();
      const text = this.stringLiteral().trim();
      return { kind: 'string', value: key === '+' ? text : text.startsWith('-') ? text.slice(1) : `-${text.replace(/^\+/, '')}`, ...this.since(start) };
    }
    if (key === '+') this.take();
    return this.primary();
  }

  #unit(): string {
    const unit = singular(this.token.key);
    if (!INTERVAL_UNITS.has(unit)) {
      this.atAny(INTERVAL_UNITS);
      this.fail();
    }
    this.take();
    return unit;
  }
}
