import { LakebookError } from '../../base/errors.ts';
import { spanOf } from '../span.ts';
import type { CallArgument, Expression, NamePart } from '../tree/expressions.ts';
import type { JoinCriteria, JoinKind, Pivot, Relation, TableAlias, TableSample, TimeTravel, Unpivot } from '../tree/queries.ts';
import { ExpressionParser } from './expressionParser.ts';

const JOIN_STARTS = ['JOIN', 'INNER', 'CROSS', 'LEFT', 'RIGHT', 'FULL', 'SEMI', 'ANTI', 'NATURAL'];
/** Words that end a table reference although they are no clause words of a select. */
const NO_TABLE_ALIAS = new Set(['VERSION', 'TIMESTAMP', 'FOR', 'SYSTEM_VERSION', 'SYSTEM_TIME', 'WHEN', 'WATERMARK', 'OPTIONS', 'KEYS', 'ZORDER']);

/** Words that are no alias of a table in Spark. */
const STRICT_WORDS: ReadonlySet<string> = new Set(['ANTI', 'CROSS', 'EXCEPT', 'FULL', 'INNER', 'INTERSECT', 'JOIN', 'LATERAL', 'LEFT', 'MINUS', 'NATURAL', 'ON', 'RIGHT', 'SEMI', 'UNION', 'USING']);
/** Words that are no bare alias either: their clause may begin with any name. */
const NEVER_ALIAS: ReadonlySet<string> = new Set([...STRICT_WORDS, 'WHERE', 'HAVING', 'LIMIT', 'WINDOW', 'SET']);
/** What may follow a relation. */
const ENDS_RELATION: ReadonlySet<string> = new Set([',', 'WHERE', 'ON', 'USING', 'JOIN', 'INNER', 'CROSS', 'LEFT', 'RIGHT', 'FULL', 'NATURAL', 'SEMI', 'ANTI', 'LATERAL']);

/** What may stand behind a query in parentheses that is part of a larger one. */
const QUERY_GOES_ON = new Set([')', 'UNION', 'EXCEPT', 'MINUS', 'INTERSECT', 'ORDER', 'SORT', 'CLUSTER', 'DISTRIBUTE', 'LIMIT', 'OFFSET', '|>']);

/** FROM items: tables with time travel, subqueries, table functions, joins, PIVOT and UNPIVOT. */
export abstract class RelationParser extends ExpressionParser {
  /** One FROM item with all its joins. */
  relation(): Relation {
    return this.nested(() => {
      const { start } = this.token;
      let left = this.#pivots(this.#lateral(), start);
      for (let joined = this.#join(left, start); joined !== undefined; joined = this.#join(left, start)) left = this.#pivots(joined, start);
      return left;
    });
  }

  #join(left: Relation, start: number): Relation | undefined {
    if (!this.atAny(JOIN_STARTS)) return undefined;
    const { join, natural } = this.joinHead();
    const right = this.#lateral();
    return { kind: 'join', join, left, right, criteria: natural ? { kind: 'natural' } : this.joinCriteria(), ...this.since(start) };
  }

  /** `[NATURAL] [LEFT [OUTER|SEMI|ANTI] | …] JOIN`, taken. */
  joinHead(): { join: JoinKind; natural: boolean } {
    const natural = this.accept('NATURAL');
    let join: JoinKind = 'inner';
    const word = this.acceptAny('INNER', 'CROSS', 'LEFT', 'RIGHT', 'FULL', 'SEMI', 'ANTI');
    if (word === 'LEFT') join = this.acceptAny('SEMI', 'ANTI')?.toLowerCase() as JoinKind | undefined ?? 'left';
    else if (word !== undefined) join = word.toLowerCase() as JoinKind;
    if (join === 'left' || join === 'right' || join === 'full') this.accept('OUTER');
    this.expect('JOIN');
    return { join, natural };
  }

  joinCriteria(): JoinCriteria | undefined {
    if (this.accept('ON')) return { kind: 'on', condition: this.expression() };
    if (this.accept('USING')) return { kind: 'using', columns: this.parenthesisedList(() => this.name()) };
    return undefined;
  }

  #pivots(relation: Relation, start: number): Relation {
    let input = relation;
    for (;;) {
      if (this.token.key === 'PIVOT' && this.peek(1).key === '(') input = { kind: 'pivot', input, pivot: this.pivot(), alias: this.tableAlias(), ...this.since(start) };
      else if (this.token.key === 'UNPIVOT' && (this.peek(1).key === '(' || this.peek(2).key === 'NULLS')) input = { kind: 'unpivot', input, unpivot: this.unpivot(), alias: this.tableAlias(), ...this.since(start) };
      else return input;
    }
  }

  #lateral(): Relation {
    const { start } = this.token;
    const lateral = this.accept('LATERAL');
    const relation = this.#primaryRelation(lateral);
    if (lateral && relation.kind !== 'derived' && relation.kind !== 'function') throw new LakebookError('INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC', {}, { span: spanOf(this.text, this.since(start)) });
    return relation;
  }

  #primaryRelation(lateral: boolean): Relation {
    const { start, key } = this.token;
    const next = this.peek(1);
    if (key === '(') return this.#parenthesised(lateral);
    if (key === 'VALUES' && next.kind !== 'end') return this.#inlineValues();
    if (key === 'TABLE' && next.key === '(') {
      this.take();
      const inner = this.parenthesised(() => this.#function(lateral));
      return inner.kind === 'function' ? { ...inner, alias: this.tableAlias() ?? inner.alias, ...this.since(start) } : inner;
    }
    if (key === 'STREAM' && (next.key === '(' || next.kind === 'word' || next.kind === 'quoted')) return this.#stream();
    if (key === 'IDENTIFIER' && next.key === '(') {
      this.take();
      return this.#table([], this.parenthesised(() => this.expression()), start, false);
    }
    if (this.token.kind === 'interpolation') {
      const token = this.take();
      return this.#table([], { kind: 'interpolation', text: token.text, ...this.since(start) }, start, false);
    }
    return this.#named(lateral);
  }

  #parenthesised(lateral: boolean): Relation {
    const { start } = this.token;
    if (this.queryFollows(1) && this.#holdsQuery()) {
      const query = this.parenthesised(() => this.query());
      const sample = this.sample();
      return { kind: 'derived', query, lateral, alias: this.tableAlias(), sample, ...this.since(start) };
    }
    const relation = this.parenthesised(() => this.relation());
    const sample = this.sample();
    return { kind: 'group', relation, alias: this.tableAlias(), sample, ...this.since(start) };
  }

  /** `((SELECT 1) a JOIN b)` holds a relation, `((SELECT 1) UNION …)` a query: what stands behind the inner parenthesis tells. */
  #holdsQuery(): boolean {
    if (this.peek(1).key === 'VALUES') return !this.#valuesAreJoined();
    if (this.peek(1).key !== '(') return true;
    const behind = this.behindParentheses(1);
    return behind === undefined || QUERY_GOES_ON.has(behind);
  }

  /** Whether `(VALUES … JOIN …)` is at hand: a relation, where `(VALUES …)` is a query. */
  #valuesAreJoined(): boolean {
    let depth = 0;
    for (let ahead = 1; depth >= 0 && this.peek(ahead).kind !== 'end'; ahead++) {
      const { key } = this.peek(ahead);
      depth += key === '(' ? 1 : key === ')' ? -1 : 0;
      if (depth > 0) continue;
      if (JOIN_STARTS.includes(key)) return true;
      if (key !== ')' && QUERY_GOES_ON.has(key)) return false;
    }
    return false;
  }

  #inlineValues(): Relation {
    const { start } = this.expect('VALUES');
    const rows = this.list(() => this.expression());
    return { kind: 'inlineValues', rows, alias: this.tableAlias(), ...this.since(start) };
  }

  #stream(): Relation {
    const { start } = this.expect('STREAM');
    if (this.accept('(')) {
      const name = this.names();
      this.expect(')');
      return this.#table(name, undefined, start, true);
    }
    return this.#table(this.names(), undefined, start, true);
  }

  #named(lateral: boolean): Relation {
    const { start } = this.token;
    const name = this.names();
    if (this.token.key === '(') return this.#functionTail(name, lateral, start);
    return this.#table(name, undefined, start, false);
  }

  #function(lateral: boolean): Relation {
    const { start } = this.token;
    return this.#functionTail(this.names(), lateral, start);
  }

  #functionTail(name: readonly NamePart[], lateral: boolean, start: number): Relation {
    const given: CallArgument[] = this.parenthesised(() => (this.token.key === ')' ? [] : this.list(() => this.argument())));
    const sample = this.sample();
    return { kind: 'function', name, arguments: given, lateral, alias: this.tableAlias(), sample, ...this.since(start) };
  }

  #table(name: readonly NamePart[], identifier: Expression | undefined, start: number, stream: boolean): Relation {
    const timeTravel = this.timeTravel();
    const options = (this.token.key === 'WITH' || this.token.key === 'OPTIONS') && this.peek(1).key === '(' ? this.tableOptions() : undefined;
    const sample = this.sample();
    if (this.token.key === 'WATERMARK') this.#watermark();
    const alias = this.tableAlias();
    return { kind: 'table', name, identifier, timeTravel, stream, ...(options === undefined ? {} : { options }), alias, sample: sample ?? this.sample(), ...this.since(start) };
  }

  /** `OPTIONS (key 'value', key = 1)`; keys in lower case. */
  tableOptions(): Record<string, string> {
    const { start } = this.take();
    const entries = this.parenthesisedList((): [string, string] => {
      const key = this.token.kind === 'string' ? this.stringLiteral() : this.names().map((part) => part.text).join('.');
      this.accept('=');
      return [key.toLowerCase(), this.optionValue()];
    });
    const repeated = entries.find(([key], index) => entries.findIndex(([other]) => other === key) < index);
    if (repeated !== undefined) throw new LakebookError('DUPLICATE_KEY', { key: `\`${repeated[0]}\`` }, { span: spanOf(this.text, this.since(start)) });
    return Object.fromEntries(entries);
  }

  optionValue(): string {
    if (this.token.kind === 'string') return this.stringLiteral();
    const { start } = this.token;
    const { end } = this.primary();
    return this.text.slice(start, end);
  }

  #watermark(): void {
    this.expect('WATERMARK');
    this.expression();
    this.expect('DELAY', 'OF');
    this.expression();
  }

  /** `VERSION AS OF 3`, `FOR SYSTEM_TIME AS OF e`, `@v3`, `@yyyyMMddHHmmssSSS`. */
  timeTravel(): TimeTravel | undefined {
    if (this.token.key === '@' && !this.token.spaced) return this.#atSign();
    const head = this.token.key === 'FOR' ? 1 : 0;
    const word = this.peek(head).key;
    const ofFollows = this.peek(head).kind === 'word' && this.peek(head + 1).key === 'AS' && this.peek(head + 2).key === 'OF';
    if (!ofFollows) return undefined;
    for (let taken = 0; taken < head + 3; taken++) this.take();
    if (word === 'VERSION' || word === 'SYSTEM_VERSION') return { kind: 'version', version: this.valueExpression() };
    if (word === 'TIMESTAMP' || word === 'SYSTEM_TIME') return { kind: 'timestamp', timestamp: this.valueExpression() };
    return this.fail();
  }

  #atSign(): TimeTravel {
    this.take();
    const token = this.take();
    const version = /^v(\d+)$/i.exec(token.text);
    const located = { start: token.start, end: token.end };
    if (version !== null) return { kind: 'version', version: { kind: 'number', text: version[1]!, suffix: '', ...located } };
    const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(token.text);
    if (digits === null) return this.fail('', token);
    const [, year, month, day, hour, minute, second, millis] = digits;
    return { kind: 'timestamp', timestamp: { kind: 'string', value: `${year}-${month}-${day} ${hour}:${minute}:${second}.${millis}`, ...located } };
  }

  sample(): TableSample | undefined {
    const { start } = this.token;
    if (!this.accept('TABLESAMPLE')) return undefined;
    this.acceptAny('SYSTEM', 'BERNOULLI');
    this.expect('(');
    let sample: { kind: 'percent'; percent: Expression } | { kind: 'rows'; rows: Expression } | { kind: 'bucket'; bucket: number; of: number; on: Expression | undefined };
    if (this.accept('BUCKET')) {
      const bucket = this.integerLiteral();
      this.expect('OUT', 'OF');
      sample = { kind: 'bucket', bucket, of: this.integerLiteral(), on: this.accept('ON') ? this.expression() : undefined };
    } else {
      const amount = this.expression();
      if (this.accept('ROWS')) sample = { kind: 'rows', rows: amount };
      else {
        if (this.token.key === ')') this.refuse('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'TABLESAMPLE of a number of bytes', reason: 'Spark does not run it' });
        this.expect('PERCENT');
        sample = { kind: 'percent', percent: amount };
      }
    }
    this.expect(')');
    const seed = this.accept('REPEATABLE') ? this.parenthesised(() => this.expression()) : undefined;
    return { ...sample, seed, ...this.since(start) };
  }

  tableAlias(): TableAlias | undefined {
    const { start } = this.token;
    const explicit = this.accept('AS');
    if (!explicit && !this.#atBareAlias()) {
      if (this.token.key !== '(' || this.peek(1).kind === 'end') return undefined;
      return undefined;
    }
    if (explicit && this.token.kind === 'word' && STRICT_WORDS.has(this.token.key)) this.fail();
    const name = this.name(explicit);
    const columns = this.token.key === '(' ? this.parenthesisedList(() => this.name(true)) : [];
    return { name, columns, ...this.since(start) };
  }

  #atBareAlias(): boolean {
    return this.atAlias(ENDS_RELATION, NEVER_ALIAS) && !(!this.everyWord && this.token.kind === 'word' && NO_TABLE_ALIAS.has(this.token.key) && this.peek(1).kind !== 'end' && this.peek(1).key !== ',' && this.peek(1).key !== ')');
  }

  pivot(): Pivot {
    const { start } = this.expect('PIVOT');
    this.expect('(');
    const aggregates = this.list(() => {
      const item = this.token.start;
      const value = this.expression();
      const alias = this.accept('AS') ? this.name(true) : this.atName() && this.token.key !== 'FOR' ? this.name() : undefined;
      return { value, alias, aliases: [], ...this.since(item) };
    });
    this.expect('FOR');
    const columns = this.token.key === '(' ? this.parenthesisedList(() => this.name()) : [this.name()];
    this.expect('IN');
    const values = this.parenthesisedList(() => {
      const value = this.expression();
      return { value, alias: this.#optionalAlias() };
    });
    this.expect(')');
    return { aggregates, columns, values, ...this.since(start) };
  }

  unpivot(): Unpivot {
    const { start } = this.expect('UNPIVOT');
    const nulls = this.acceptAny('INCLUDE', 'EXCLUDE');
    if (nulls !== undefined) this.expect('NULLS');
    this.expect('(');
    const many = this.token.key === '(';
    const values = many ? this.parenthesisedList(() => this.name()) : [this.name()];
    this.expect('FOR');
    const name = this.name();
    this.expect('IN');
    const columns = this.parenthesisedList(() => {
      const group = many || this.token.key === '(' ? this.parenthesisedList(() => this.names()) : [this.names()];
      return { columns: group, alias: this.#optionalAlias() };
    });
    this.expect(')');
    return { includeNulls: nulls === 'INCLUDE', values, name, columns, ...this.since(start) };
  }

  #optionalAlias(): NamePart | undefined {
    if (this.accept('AS')) return this.name(true);
    return this.atName() ? this.name() : undefined;
  }
}
