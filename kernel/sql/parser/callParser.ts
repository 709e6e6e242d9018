import type { CallArgument, Expression, FrameBound, Located, NamePart, NullTreatment, SortItem, WindowFrame, WindowSpec } from '../tree/expressions.ts';
import type { Query, Relation } from '../tree/queries.ts';
import { INTERVAL_UNITS } from './intervalUnits.ts';
import { TypeParser } from './typeParser.ts';

/** Functions whose first argument may be a bare unit word: `dateadd(MONTH, 1, d)`. */
const UNIT_FIRST_FUNCTIONS: ReadonlySet<string> = new Set(['TIMESTAMPADD', 'DATEADD', 'DATE_ADD', 'TIMESTAMPDIFF', 'DATEDIFF', 'DATE_DIFF']);
const WINDOW_CLAUSES: ReadonlySet<string> = new Set(['PARTITION', 'DISTRIBUTE', 'ORDER', 'SORT', 'CLUSTER', 'ROWS', 'RANGE']);

/** Function calls: arguments, the words that some functions take in them, and what follows (FILTER, OVER, …). */
export abstract class CallParser extends TypeParser {
  abstract expression(): Expression;
  abstract valueExpression(): Expression;
  abstract query(): Query;
  abstract relation(): Relation;

  /** The key of the token behind the parentheses that open `ahead` tokens from here. */
  protected behindParentheses(ahead: number): string | undefined {
    let depth = 0;
    for (let at = ahead; this.peek(at).kind !== 'end'; at++) {
      const { key } = this.peek(at);
      depth += key === '(' ? 1 : key === ')' ? -1 : 0;
      if (depth === 0) return this.peek(at + 1).key;
    }
    return undefined;
  }

  /** `(` at the next token and, behind all further ones, a word that begins a query. */
  queryFollows(ahead: number): boolean {
    let at = ahead;
    while (this.peek(at).key === '(') at++;
    const { key } = this.peek(at);
    const next = this.peek(at + 1);
    if (key === 'SELECT' || key === 'WITH') return true;
    if (key === 'FROM') return next.kind !== 'symbol';
    if (key === 'VALUES') return next.key === '(' || at === ahead;
    return key === 'TABLE' && next.kind === 'word' && next.key !== 'AS';
  }

  identifierClause(): Expression {
    const { start } = this.expect('IDENTIFIER');
    const value = this.parenthesised(() => this.expression());
    if (this.token.key !== '(') return { kind: 'identifierClause', value, ...this.since(start) };
    return { kind: 'identifierClause', value, arguments: this.#arguments().arguments, ...this.since(start) };
  }

  /** Calls with words inside the parentheses; undefined and nothing taken where it is a plain call. */
  specialCall(key: string, start: number): Expression | undefined {
    switch (key) {
      case 'EXTRACT':
        return this.attempt(() => {
          this.expect('EXTRACT', '(');
          const unit = this.name(true);
          this.expect('FROM');
          const source = this.expression();
          this.expect(')');
          return this.#plainCall('extract', [{ kind: 'string', value: unit.text, start: unit.start, end: unit.end }, source], start);
        });
      case 'TRIM':
        return this.#trim(start);
      case 'POSITION':
        return this.#wordedCall(start, 'locate', 'IN', 'valueExpression');
      case 'SUBSTRING':
      case 'SUBSTR':
        return this.#wordedCall(start, 'substring', 'FROM', 'expression', 'FOR');
      case 'OVERLAY':
        return this.#wordedCall(start, 'overlay', 'PLACING', 'expression', 'FROM', 'FOR');
      default:
        return UNIT_FIRST_FUNCTIONS.has(key) ? this.#unitFirst(key, start) : undefined;
    }
  }

  #plainCall(name: string, operands: readonly Expression[], start: number): Expression {
    const located = this.since(start);
    return {
      kind: 'call', name: [{ text: name, quoted: false, start, end: start + name.length }], arguments: operands.map((value) => ({ value })),
      distinct: false, filter: undefined, nulls: undefined, withinGroup: undefined, over: undefined, ...located,
    };
  }

  #wordedCall(start: number, name: string, first: string, operand: 'expression' | 'valueExpression', ...rest: readonly string[]): Expression | undefined {
    return this.attempt(() => {
      this.take();
      this.expect('(');
      const operands = [operand === 'expression' ? this.expression() : this.valueExpression()];
      this.expect(first);
      operands.push(this.expression());
      for (const word of rest) if (this.accept(word)) operands.push(this.expression());
      this.expect(')');
      return this.#plainCall(name, operands, start);
    });
  }

  #trim(start: number): Expression | undefined {
    return this.attempt(() => {
      this.expect('TRIM', '(');
      const side = this.acceptAny('BOTH', 'LEADING', 'TRAILING') ?? 'BOTH';
      const characters = this.token.key === 'FROM' ? undefined : this.expression();
      this.expect('FROM');
      const source = this.expression();
      this.expect(')');
      const name = side === 'BOTH' ? 'trim_both' : side === 'LEADING' ? 'trim_leading' : 'trim_trailing';
      return this.#plainCall(name, characters === undefined ? [source] : [source, characters], start);
    });
  }

  /** `dateadd(MONTH, 1, d)`: the unit is a word, not a column. */
  #unitFirst(key: string, start: number): Expression | undefined {
    const unit = this.peek(2);
    if (unit.kind !== 'word' || this.peek(3).key !== ',' || !(INTERVAL_UNITS.has(unit.key) || unit.key === 'DAYOFYEAR')) return undefined;
    const call = this.attempt(() => {
      this.take();
      this.expect('(');
      this.take();
      this.expect(',');
      const operands = this.list(() => this.expression());
      this.expect(')');
      return operands;
    });
    if (call?.length !== 2) return call === undefined ? undefined : this.fail();
    const name = key.endsWith('ADD') ? 'timestampadd' : 'timestampdiff';
    return this.#plainCall(name, [{ kind: 'string', value: unit.text.toUpperCase(), start: unit.start, end: unit.end }, ...call], start);
  }

  call(name: readonly NamePart[], start: number): Expression {
    const given = this.#arguments();
    let nulls = given.nulls;
    let withinGroup: SortItem[] | undefined;
    let filter: Expression | undefined;
    if (this.token.key === 'WITHIN' && this.peek(1).key === 'GROUP') {
      this.take();
      this.take();
      withinGroup = this.parenthesised(() => (this.expect('ORDER', 'BY'), this.list(() => this.sortItem())));
    }
    if (this.token.key === 'FILTER' && this.peek(1).key === '(') {
      this.take();
      filter = this.parenthesised(() => (this.expect('WHERE'), this.expression()));
    }
    if ((this.token.key === 'IGNORE' || this.token.key === 'RESPECT') && this.peek(1).key === 'NULLS') {
      nulls = this.take().key as NullTreatment;
      this.take();
    }
    const over = this.token.key === 'OVER' ? (this.take(), this.#over()) : undefined;
    return { kind: 'call', name, arguments: given.arguments, distinct: given.distinct, filter, nulls, withinGroup, over, ...this.since(start) };
  }

  #arguments(): { arguments: CallArgument[]; distinct: boolean; nulls: NullTreatment | undefined } {
    this.expect('(');
    if (this.accept(')')) return { arguments: [], distinct: false, nulls: undefined };
    const distinct = this.token.key === 'DISTINCT' && ![',', ')', '=>'].includes(this.peek(1).key) ? (this.take(), true) : false;
    if (!distinct && this.token.key === 'ALL' && this.peek(1).kind !== 'symbol') this.take();
    const given = this.list(() => this.argument());
    const nulls = (this.token.key === 'IGNORE' || this.token.key === 'RESPECT') && this.peek(1).key === 'NULLS' ? (this.take().key as NullTreatment) : undefined;
    if (nulls !== undefined) this.take();
    this.expect(')');
    return { arguments: given, distinct, nulls };
  }

  argument(): CallArgument {
    const { start } = this.token;
    if (this.peek(1).key === '=>') {
      const name = this.name(true).text;
      this.take();
      return { name, value: this.#argumentValue() };
    }
    if (this.token.key === 'TABLE' && (this.peek(1).key === '(' || this.peek(1).kind === 'word')) return { value: this.#tableArgument(start) };
    const value = this.#argumentValue();
    return this.accept('AS') ? { value, alias: this.name(true).text } : { value };
  }

  #argumentValue(): Expression {
    if (this.token.key === 'TABLE' && this.peek(1).key === '(') return this.#tableArgument(this.token.start);
    return this.expression();
  }

  #tableArgument(start: number): Expression {
    this.expect('TABLE');
    const bare = this.token.key !== '(';
    const relation = bare ? this.relation() : this.parenthesised(() => (this.queryFollows(0) ? this.#derived() : this.relation()));
    if (this.accept('PARTITION', 'BY') || this.accept('DISTRIBUTE', 'BY')) this.list(() => this.expression());
    else if (this.accept('WITH')) this.expect('SINGLE', 'PARTITION');
    if (this.accept('ORDER', 'BY') || this.accept('SORT', 'BY')) this.list(() => this.sortItem());
    return { kind: 'tableArgument', relation, ...this.since(start) };
  }

  #derived(): Relation {
    const { start } = this.token;
    const query = this.query();
    return { kind: 'derived', query, lateral: false, alias: undefined, sample: undefined, ...this.since(start) };
  }

  sortItem(): SortItem {
    const { start } = this.token;
    const value = this.expression();
    return { value, ...this.sortDirection(), ...this.since(start) };
  }

  sortDirection(): Pick<SortItem, 'descending' | 'nullsFirst'> {
    const descending = this.acceptAny('ASC', 'DESC') === 'DESC';
    if (!this.accept('NULLS')) return { descending, nullsFirst: !descending };
    return { descending, nullsFirst: (this.acceptAny('FIRST', 'LAST') ?? this.fail()) === 'FIRST' };
  }

  #over(): WindowSpec {
    const { start } = this.token;
    if (this.token.key !== '(') return { base: this.name().text, partitionBy: [], orderBy: [], ...this.since(start) };
    return this.windowSpec();
  }

  windowSpec(): WindowSpec {
    const { start } = this.expect('(');
    const base = !WINDOW_CLAUSES.has(this.token.key) && this.atName() ? this.name().text : undefined;
    const partitionBy = this.accept('PARTITION', 'BY') || this.accept('DISTRIBUTE', 'BY') || this.accept('CLUSTER', 'BY') ? this.list(() => this.expression()) : [];
    const orderBy = this.accept('ORDER', 'BY') || this.accept('SORT', 'BY') ? this.list(() => this.sortItem()) : [];
    const unit = this.acceptAny('ROWS', 'RANGE');
    const frame = unit === undefined ? undefined : this.#frame(unit);
    this.expect(')');
    const located: Located = this.since(start);
    return { ...(base === undefined ? {} : { base }), partitionBy, orderBy, ...(frame === undefined ? {} : { frame }), ...located };
  }

  #frame(unit: 'ROWS' | 'RANGE'): WindowFrame {
    if (!this.accept('BETWEEN')) return { unit, from: this.#frameBound(), to: { kind: 'currentRow' } };
    const from = this.#frameBound();
    this.expect('AND');
    return { unit, from, to: this.#frameBound() };
  }

  #frameBound(): FrameBound {
    if (this.accept('UNBOUNDED')) return (this.acceptAny('PRECEDING', 'FOLLOWING') ?? this.fail()) === 'PRECEDING' ? { kind: 'unboundedPreceding' } : { kind: 'unboundedFollowing' };
    if (this.accept('CURRENT')) {
      this.expect('ROW');
      return { kind: 'currentRow' };
    }
    const distance = this.valueExpression();
    return (this.acceptAny('PRECEDING', 'FOLLOWING') ?? this.fail()) === 'PRECEDING' ? { kind: 'preceding', distance } : { kind: 'following', distance };
  }
}
