import type { Expression, NamePart } from '../tree/expressions.ts';
import type { Cte, GroupBy, GroupingItem, Hint, LateralView, NamedWindow, PipeOperator, Query, QueryBody, Relation, Select, SelectItem } from '../tree/queries.ts';
import { TokenCursor } from './cursor.ts';
import { RelationParser } from './relationParser.ts';

type SetOperator = { operator: 'UNION' | 'EXCEPT' | 'INTERSECT'; all: boolean; byName: boolean };
type PipeStep = PipeOperator extends infer Step ? (Step extends PipeOperator ? Omit<Step, 'start' | 'end'> : never) : never;

/** What may follow an item of a select list. */
const ENDS_ITEM: ReadonlySet<string> = new Set([',', 'FROM']);
const NAMES_COLUMNS: ReadonlySet<string> = new Set(['AS']);

/** Queries: WITH, set operations, SELECT and its clauses, FROM-first queries, pipes. */
export abstract class QueryParser extends RelationParser {
  query(): Query {
    return this.nested(() => this.#query());
  }

  #query(): Query {
    const { start } = this.token;
    const { recursive, ctes } = this.withClause();
    const body = this.#setOperations(this.#intersections());
    const tail = this.#tail();
    const pipes: PipeOperator[] = [];
    while (this.token.key === '|>') pipes.push(this.#pipe());
    return { kind: 'query', recursive, ctes, body, ...tail, pipes, ...this.since(start) };
  }

  withClause(): { recursive: boolean; ctes: Cte[] } {
    if (!this.accept('WITH')) return { recursive: false, ctes: [] };
    const recursive = this.token.key === 'RECURSIVE' && this.peek(1).key !== 'AS' ? (this.take(), true) : false;
    const ctes = this.list((): Cte => {
      const { start } = this.token;
      const name = this.name();
      const columns = this.token.key === '(' ? this.parenthesisedList(() => this.name(true)) : [];
      const levels = this.accept('MAX') ? (this.expect('RECURSION', 'LEVEL'), this.integerLiteral()) : undefined;
      this.accept('AS');
      const query = this.parenthesised(() => this.query());
      return { name, columns, levels, query, ...this.since(start) };
    });
    return { recursive, ctes };
  }

  #tail(): Pick<Query, 'orderBy' | 'sortBy' | 'distributeBy' | 'limit' | 'offset'> {
    let orderBy: Query['orderBy'] = [];
    let sortBy: Query['sortBy'] = [];
    let distributeBy: Query['distributeBy'] = [];
    if (this.accept('ORDER', 'BY')) orderBy = this.#orderItems();
    if (this.accept('CLUSTER', 'BY')) {
      distributeBy = this.list(() => this.expression());
      sortBy = distributeBy.map((value) => ({ value, descending: false, nullsFirst: true, start: value.start, end: value.end }));
    }
    if (this.accept('DISTRIBUTE', 'BY')) distributeBy = this.list(() => this.expression());
    if (this.accept('SORT', 'BY')) sortBy = this.list(() => this.sortItem());
    const { limit, offset } = this.#limits();
    return { orderBy, sortBy, distributeBy, limit, offset };
  }

  #orderItems(): Query['orderBy'] {
    if (this.token.key === 'ALL' && this.peek(1).key !== ',' && this.peek(1).key !== '.') {
      this.take();
      return { kind: 'all', ...this.sortDirection() };
    }
    return this.list(() => this.sortItem());
  }

  #limits(): { limit: Query['limit']; offset: Query['offset'] } {
    let limit: Query['limit'];
    let offset: Query['offset'];
    if (this.accept('LIMIT')) limit = this.accept('ALL') ? 'ALL' : this.expression();
    if (this.accept('OFFSET')) offset = this.expression();
    if (limit === undefined && offset !== undefined && this.accept('LIMIT')) limit = this.accept('ALL') ? 'ALL' : this.expression();
    return { limit, offset };
  }

  /** UNION, EXCEPT and MINUS, left to right. */
  #setOperations(first: QueryBody): QueryBody {
    let left = first;
    for (let step = this.#setOperator(false); step !== undefined; step = this.#setOperator(false)) {
      const right = this.#intersections();
      left = { kind: 'setOperation', ...step, left, right, start: left.start, end: right.end };
    }
    return left;
  }

  /** INTERSECT binds tighter. */
  #intersections(): QueryBody {
    let left = this.#body();
    for (let step = this.#setOperator(true); step !== undefined; step = this.#setOperator(true)) {
      const right = this.#body();
      left = { kind: 'setOperation', ...step, left, right, start: left.start, end: right.end };
    }
    return left;
  }

  #setOperator(intersection: boolean): SetOperator | undefined {
    const word = intersection ? this.acceptAny('INTERSECT') : this.acceptAny('UNION', 'EXCEPT', 'MINUS');
    if (word === undefined) return undefined;
    const all = this.acceptAny('ALL', 'DISTINCT') === 'ALL';
    return { operator: word === 'MINUS' ? 'EXCEPT' : word, all, byName: this.accept('BY', 'NAME') };
  }

  #body(): QueryBody {
    const { start } = this.token;
    if (this.token.key === '(') {
      const query = this.parenthesised(() => this.query());
      return { kind: 'parenthesised', query, ...this.since(start) };
    }
    if (this.accept('VALUES')) {
      const rows = this.list(() => this.expression());
      return { kind: 'values', rows, alias: this.tableAlias(), ...this.since(start) };
    }
    if (this.accept('TABLE')) return { kind: 'table', relation: this.relation(), ...this.since(start) };
    if (this.accept('FROM')) return this.#fromFirst(start);
    this.expect('SELECT');
    return this.#select(start, undefined);
  }

  /** `FROM t SELECT …`, or `FROM t |> …`, which is `TABLE t` of any relation. */
  #fromFirst(start: number): QueryBody {
    const from = this.list(() => this.relation());
    const lateralViews = this.#lateralViews();
    if (this.accept('SELECT')) return this.#select(start, { from, lateralViews });
    const star: Expression = { kind: 'star', qualifier: [], except: [], replace: [], start, end: start };
    return this.#selectOf(start, { items: [{ value: star, alias: undefined, aliases: [], start, end: start }], from, lateralViews });
  }

  #selectOf(start: number, given: Partial<Select> & Pick<Select, 'items' | 'from'>): Select {
    return { kind: 'select', hints: [], distinct: false, lateralViews: [], where: undefined, groupBy: undefined, having: undefined, qualify: undefined, windows: [], ...given, ...this.since(start) };
  }

  #select(start: number, before: Pick<Select, 'from' | 'lateralViews'> | undefined): Select {
    const hints: Hint[] = [];
    while (this.token.kind === 'hint') hints.push(...this.#hints());
    const { distinct, items } = this.#selectList();
    const from = before?.from ?? (this.accept('FROM') ? this.list(() => this.relation()) : []);
    const lateralViews = [...(before?.lateralViews ?? []), ...this.#lateralViews()];
    const where = this.accept('WHERE') ? this.expression() : undefined;
    const groupBy = this.#groupBy();
    const having = this.accept('HAVING') ? this.expression() : undefined;
    let windows = this.#windows();
    const qualify = this.token.key === 'QUALIFY' ? (this.take(), this.expression()) : undefined;
    if (windows.length === 0) windows = this.#windows();
    return this.#selectOf(start, { hints, distinct, items, from, lateralViews, where, groupBy, having, qualify, windows });
  }

  #selectList(): Pick<Select, 'distinct' | 'items'> {
    if (this.token.key === 'DISTINCT') {
      const items = this.tentatively(() => (this.take(), this.list(() => this.selectItem())));
      if (items !== undefined) return { distinct: true, items };
    } else if (this.token.key === 'ALL' && this.peek(1).kind !== 'symbol' && !this.#endsItem(1)) this.take();
    return { distinct: false, items: this.list(() => this.selectItem()) };
  }

  #endsItem(ahead: number): boolean {
    const { kind, key } = this.peek(ahead);
    return kind === 'end' || key === 'FROM' || key === 'AS';
  }

  #hints(): Hint[] {
    const { start, text } = this.take();
    const inner = new HintCursor(text);
    return inner.hints().map((name) => ({ name, arguments: [], ...this.since(start) }));
  }

  selectItem(): SelectItem {
    const { start } = this.token;
    const value = this.expression();
    if (this.accept('AS')) {
      if (this.token.key === '(') return { value, alias: undefined, aliases: this.parenthesisedList(() => this.name(true)), ...this.since(start) };
      const alias = this.name(true);
      return { value, alias, aliases: [], ...this.since(start) };
    }
    if (this.token.key === '(' && value.kind === 'call') return { value, alias: undefined, aliases: this.parenthesisedList(() => this.name(true)), ...this.since(start) };
    const alias = this.atAlias(ENDS_ITEM) ? this.name() : undefined;
    return { value, alias, aliases: [], ...this.since(start) };
  }

  #lateralViews(): LateralView[] {
    const views: LateralView[] = [];
    while (this.at('LATERAL', 'VIEW')) {
      const { start } = this.take();
      this.take();
      const outer = this.accept('OUTER');
      const generator = this.primary();
      const alias = this.atAlias(NAMES_COLUMNS) ? this.name() : undefined;
      // the view's name is asked for, and may be AS
      if (alias === undefined && this.token.key !== 'AS') this.fail();
      const columns = this.accept('AS') ? this.list(() => this.name(true)) : [];
      views.push({ outer, generator, alias, columns, ...this.since(start) });
    }
    return views;
  }

  #groupBy(): GroupBy | undefined {
    const { start } = this.token;
    if (!this.accept('GROUP', 'BY')) return undefined;
    if (this.token.key === 'ALL' && this.peek(1).key !== ',' && this.peek(1).key !== '.') {
      this.take();
      return { kind: 'all', items: [], ...this.since(start) };
    }
    const items = this.list(() => this.#groupingItem());
    if (this.token.key === 'WITH' && (this.peek(1).key === 'CUBE' || this.peek(1).key === 'ROLLUP')) {
      this.take();
      const kind = this.take().key === 'CUBE' ? 'cube' : 'rollup';
      return { kind, items, ...this.since(start) };
    }
    if (this.accept('GROUPING', 'SETS')) {
      const sets = this.#groupingSets();
      return { kind: 'groupingSets', items: [...items, { kind: 'groupingSets', sets }], ...this.since(start) };
    }
    return { kind: 'expressions', items, ...this.since(start) };
  }

  #groupingItem(): GroupingItem {
    const { key } = this.token;
    if ((key === 'CUBE' || key === 'ROLLUP') && this.peek(1).key === '(') {
      this.take();
      return { kind: key === 'CUBE' ? 'cube' : 'rollup', sets: this.parenthesisedList(() => this.#groupingSet()) };
    }
    if (key === 'GROUPING' && this.peek(1).key === 'SETS') {
      this.take();
      this.take();
      return { kind: 'groupingSets', sets: this.#groupingSets() };
    }
    return { kind: 'expression', value: this.expression() };
  }

  /** The sets of GROUPING SETS, in which ROLLUP and CUBE may stand for the sets that they make. */
  #groupingSets(): Expression[][] {
    return this.parenthesisedList((): Expression[][] => {
      const nested = this.peek(1).key === '(' ? this.acceptAny('ROLLUP', 'CUBE') : undefined;
      if (nested !== undefined) return setsOf(nested, this.parenthesisedList(() => this.#groupingSet()));
      if (this.accept('GROUPING', 'SETS')) return this.#groupingSets();
      return [this.#groupingSet()];
    }).flat();
  }

  #groupingSet(): Expression[] {
    if (this.token.key !== '(') return [this.expression()];
    if (this.peek(1).key === ')') {
      this.take();
      this.take();
      return [];
    }
    const set = this.expression();
    return set.kind === 'row' ? set.items.map((item) => item.value) : [set];
  }

  #windows(): NamedWindow[] {
    if (this.token.key !== 'WINDOW' || this.peek(2).key !== 'AS') return [];
    this.take();
    return this.list((): NamedWindow => {
      const { start } = this.token;
      const name: NamePart = this.name();
      this.expect('AS');
      const spec = this.token.key === '(' ? this.windowSpec() : { base: this.name().text, partitionBy: [], orderBy: [], ...this.since(start) };
      return { name, spec, ...this.since(start) };
    });
  }

  #pipe(): PipeOperator {
    const { start } = this.expect('|>');
    return { ...this.#pipeStep(), ...this.since(start) } as PipeOperator;
  }

  #pipeStep(): PipeStep {
    if (this.accept('SELECT')) {
      return { kind: 'select', ...this.#selectList(), windows: this.#windows() };
    }
    if (this.accept('EXTEND')) return { kind: 'extend', items: this.list(() => this.selectItem()) };
    if (this.accept('SET')) {
      const assignments = this.list(() => {
        const name = this.name();
        if (this.token.key === '.') this.refuse('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'A name in parts behind |> SET', reason: 'Spark sets whole columns there' });
        this.expect('=');
        return { name, value: this.expression() };
      });
      return { kind: 'set', assignments };
    }
    if (this.accept('DROP')) return { kind: 'drop', names: this.list(() => this.name()) };
    if (this.accept('AS')) return { kind: 'as', alias: this.name() };
    if (this.accept('WHERE')) return { kind: 'where', condition: this.expression() };
    if (this.accept('AGGREGATE')) return this.#pipeAggregate();
    if (this.token.key === 'WINDOW') this.refuse('UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS', { clause: 'the WINDOW clause' });
    const result = this.atAny(['ORDER', 'SORT', 'CLUSTER', 'DISTRIBUTE', 'LIMIT', 'OFFSET']) ? this.#pipeResult() : undefined;
    if (result !== undefined) return result;
    if (this.token.key === 'PIVOT') return { kind: 'pivot', pivot: this.pivot() };
    if (this.token.key === 'UNPIVOT') return { kind: 'unpivot', unpivot: this.unpivot() };
    const sample = this.sample();
    if (sample !== undefined) return { kind: 'sample', sample };
    const set = this.#setOperator(false) ?? this.#setOperator(true);
    if (set !== undefined) return { kind: 'setOperation', ...set, right: this.#body() };
    const { join, natural } = this.joinHead();
    const right: Relation = this.relation();
    return { kind: 'join', join, right, criteria: natural ? { kind: 'natural' } : this.joinCriteria() };
  }

  /** One of ORDER BY, SORT BY, …, LIMIT: a pipe has a step for each. */
  #pipeResult(): PipeStep {
    const { orderBy, sortBy, distributeBy, limit, offset } = this.#tail();
    const ordered = 'kind' in orderBy || orderBy.length > 0;
    const limited = limit !== undefined || offset !== undefined;
    if (ordered && sortBy.length + distributeBy.length > 0) this.refuse('UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES', {});
    const sorted = ordered || sortBy.length + distributeBy.length > 0;
    if (sorted && limited) this.refuse('MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS', { first: ordered ? 'ORDER BY' : 'SORT BY', second: limit === undefined ? 'OFFSET' : 'LIMIT' });
    return limited ? { kind: 'limit', limit, offset } : { kind: 'orderBy', items: ordered ? orderBy : sortBy };
  }

  #pipeAggregate(): PipeStep {
    const unsupported = (what: string): never => this.refuse('UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE', { case: what });
    if (this.atEnd) this.refuse('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'An empty |> AGGREGATE', reason: 'Spark asks for aggregate functions, for keys, or both' });
    const items = this.token.key === 'GROUP' ? [] : this.list(() => this.selectItem());
    const keys = (): SelectItem[] => {
      if ((this.token.key === 'ROLLUP' || this.token.key === 'CUBE') && this.peek(1).key === '(') unsupported(`GROUP BY ${this.token.key}`);
      if (this.at('GROUPING', 'SETS')) unsupported('GROUPING SETS');
      if (this.token.key === 'ALL' && this.peek(1).key !== ',' && this.peek(1).key !== '.') unsupported('GROUP BY ALL');
      return this.list(() => this.selectItem());
    };
    const groupBy = this.accept('GROUP', 'BY') ? keys() : [];
    if (this.token.key === 'WITH' && (this.peek(1).key === 'CUBE' || this.peek(1).key === 'ROLLUP')) unsupported(`GROUP BY ${this.peek(1).key}`);
    return { kind: 'aggregate', items, groupBy };
  }
}

function setsOf(kind: 'ROLLUP' | 'CUBE', parts: readonly Expression[][]): Expression[][] {
  if (kind === 'ROLLUP') return Array.from({ length: parts.length + 1 }, (_, index) => parts.slice(0, parts.length - index).flat());
  return parts.reduceRight<Expression[][]>((sets, part) => [...sets.map((set) => [...part, ...set]), ...sets], [[]]);
}

/** The inside of a hint comment: names with optional arguments, which have no effect on one machine. */
class HintCursor extends TokenCursor {
  hints(): string[] {
    const names: string[] = [];
    while (!this.atEnd) {
      const { text } = this.take();
      names.push(text.toUpperCase());
      if (this.token.key === '(') this.#skipParentheses();
      this.accept(',');
    }
    return names;
  }

  #skipParentheses(): void {
    let depth = 0;
    do {
      const { key } = this.take();
      depth += key === '(' ? 1 : key === ')' ? -1 : 0;
    } while (depth > 0 && !this.atEnd);
  }
}
