import type { NamePart } from '../tree/expressions.ts';
import type { Query, Relation, SelectItem } from '../tree/queries.ts';
import type { CopyInto, Insert, MergeAction, MergeClause, Properties } from '../tree/writes.ts';
import { TargetParser, type Unlocated } from './targetParser.ts';

/** Of each kind of a MERGE's clauses only the last may do without a condition: none behind it would ever apply. */
const UNCONDITIONAL_EARLY = {
  matched: 'NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION',
  notMatched: 'NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION',
  notMatchedBySource: 'NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION',
} as const;

/** INSERT, UPDATE, DELETE, MERGE, COPY INTO and kin: read to the letter, so that mistakes in them are pointed at. */
export abstract class WriteParser extends TargetParser {
  /** Undefined, nothing taken, where another statement stands here. */
  writeStatement(): Unlocated | undefined {
    switch (this.token.key) {
      case 'INSERT':
        return this.insertStatement();
      case 'UPDATE': {
        this.take();
        const target = this.aliasedTarget();
        this.expect('SET');
        return { kind: 'update', target, assignments: this.list(() => this.assignment()), where: this.whereCondition() };
      }
      case 'DELETE':
        this.expect('DELETE', 'FROM');
        return { kind: 'delete', target: this.aliasedTarget(), where: this.whereCondition() };
      case 'TRUNCATE':
        this.expect('TRUNCATE', 'TABLE');
        return { kind: 'truncateTable', target: this.targetTable(), partition: this.partitionValues() };
      case 'MERGE':
        return this.#merge();
      case 'COPY':
        return this.#copy();
      case 'LOAD':
        return this.#load();
      default:
        return undefined;
    }
  }

  insertStatement(): Unlocated {
    if (this.peek(1).key === 'OVERWRITE' && (this.peek(2).key === 'DIRECTORY' || this.peek(2).key === 'LOCAL')) return this.#directory();
    return { kind: 'insert', ...this.#insert() };
  }

  /** `WITH … INSERT`: the tables belong to the query. */
  insertWith(): Unlocated {
    const { recursive, ctes } = this.withClause();
    const insert = this.#insert();
    return { kind: 'insert', ...insert, query: { ...insert.query, recursive: recursive || insert.query.recursive, ctes: [...ctes, ...insert.query.ctes] } };
  }

  /** `FROM s INSERT … INSERT …`. */
  insertsFrom(): Unlocated {
    this.expect('FROM');
    const from = this.list(() => this.relation());
    const inserts: (Insert & { start: number; end: number })[] = [];
    do {
      const { start } = this.token;
      const insert = this.#insert();
      inserts.push({ ...insert, query: readFrom(insert.query, from), ...this.since(start) });
    } while (this.at('INSERT'));
    return { kind: 'insertEach', inserts };
  }

  #insert(): Insert {
    this.expect('INSERT');
    const schemaEvolution = this.accept('WITH', 'SCHEMA', 'EVOLUTION');
    const overwrite = (this.acceptAny('INTO', 'OVERWRITE') ?? this.fail()) === 'OVERWRITE';
    this.accept('TABLE');
    const target = this.targetTable();
    const partition = this.partitionValues();
    const ifNotExists = partition.length > 0 && this.ifNotExists();
    const columns = this.token.key === '(' && !this.queryFollows(0) ? this.parenthesisedList(() => this.names()) : [];
    const byName = this.accept('BY', 'NAME');
    const replace = columns.length === 0 && !byName && this.accept('REPLACE') ? this.#replaced() : undefined;
    return { schemaEvolution, target, overwrite, partition, ifNotExists, columns, byName, replace, query: this.query() };
  }

  #replaced(): Insert['replace'] {
    if (this.accept('USING')) return { kind: 'using', columns: this.namesInParentheses() };
    this.expect('WHERE');
    return { kind: 'where', condition: this.expression() };
  }

  #directory(): Unlocated {
    this.expect('INSERT', 'OVERWRITE');
    const local = this.accept('LOCAL');
    this.expect('DIRECTORY');
    const path = this.token.kind === 'string' ? this.stringLiteral() : undefined;
    let format: string | undefined;
    let options: Properties = {};
    while (!this.queryFollows(0)) {
      if (this.accept('USING') || this.accept('STORED', 'AS')) format = this.name().text;
      else if (this.accept('OPTIONS')) options = this.properties();
      else if (this.accept('ROW', 'FORMAT')) while (!this.ended && !this.queryFollows(0) && this.token.key !== 'STORED') this.take();
      else this.fail();
    }
    return { kind: 'insertDirectory', local, path, format, options, query: this.query() };
  }

  #load(): Unlocated {
    this.expect('LOAD', 'DATA');
    const local = this.accept('LOCAL');
    this.expect('INPATH');
    const path = this.stringLiteral();
    const overwrite = this.accept('OVERWRITE');
    this.expect('INTO', 'TABLE');
    return { kind: 'loadData', local, path, overwrite, target: this.targetTable(), partition: this.partitionValues() };
  }

  #merge(): Unlocated {
    this.expect('MERGE');
    const schemaEvolution = this.accept('WITH') && this.expect('SCHEMA', 'EVOLUTION') !== undefined;
    this.expect('INTO');
    const target = this.aliasedTarget();
    this.expect('USING');
    const source = this.relation();
    this.expect('ON');
    const condition = this.expression();
    const clauses: MergeClause[] = [];
    do clauses.push(this.#mergeClause());
    while (this.at('WHEN'));
    const early = clauses.find((clause, index) => clause.condition === undefined && clauses.slice(index + 1).some(({ match }) => match === clause.match));
    if (early !== undefined) this.refuse(UNCONDITIONAL_EARLY[early.match], {}, early);
    return { kind: 'merge', schemaEvolution, target, source, condition, clauses };
  }

  #mergeClause(): MergeClause {
    const { start } = this.expect('WHEN');
    const negated = this.accept('NOT');
    this.expect('MATCHED');
    const source = negated && this.accept('BY') ? (this.acceptAny('SOURCE', 'TARGET') ?? this.fail()) === 'SOURCE' : false;
    const condition = this.accept('AND') ? this.expression() : undefined;
    this.expect('THEN');
    const action = negated && !source ? this.#mergeInsert() : this.#mergeChange();
    return { match: source ? 'notMatchedBySource' : negated ? 'notMatched' : 'matched', condition, action, ...this.since(start) };
  }

  #mergeChange(): MergeAction {
    if (this.accept('DELETE')) return { kind: 'delete' };
    this.expect('UPDATE', 'SET');
    if (this.token.key === '*') return { kind: 'updateAll', except: this.#starExcept() };
    return { kind: 'update', assignments: this.list(() => this.assignment()) };
  }

  #mergeInsert(): MergeAction {
    this.expect('INSERT');
    if (this.token.key === '*') return { kind: 'insertAll', except: this.#starExcept() };
    const columns = this.token.key === '(' ? this.parenthesisedList(() => this.names()) : [];
    this.expect('VALUES');
    return { kind: 'insert', columns, values: this.parenthesisedList(() => this.defaultValue() ?? this.expression()) };
  }

  #starExcept(): readonly (readonly NamePart[])[] {
    const { start } = this.take();
    const star = this.starTail([], start);
    return star.kind === 'star' ? star.except : [];
  }

  #copy(): Unlocated {
    this.expect('COPY', 'INTO');
    const target = this.targetTable();
    const columns = this.token.key === '(' ? this.parenthesisedList(() => this.names()) : [];
    const byPosition = this.accept('BY', 'POSITION');
    this.expect('FROM');
    const source = this.token.key === '(' ? this.parenthesised(() => this.#copyQuery()) : { path: this.stringLiteral(), items: undefined, where: undefined };
    this.#credentials();
    this.expect('FILEFORMAT', '=');
    const format = this.name();
    return { kind: 'copyInto', target, columns, byPosition, ...source, format, files: [], pattern: undefined, validate: undefined, formatOptions: {}, copyOptions: {}, ...this.#copyClauses() };
  }

  /** The SELECT inside of COPY INTO reads from a path, which no other query does. */
  #copyQuery(): Pick<CopyInto, 'path' | 'items' | 'where'> {
    this.expect('SELECT');
    const items: SelectItem[] = this.list(() => this.selectItem());
    this.expect('FROM');
    const path = this.stringLiteral();
    this.#credentials();
    this.tableAlias();
    return { path, items, where: this.whereCondition() };
  }

  /** How the storage is opened: read over, as local files need none. */
  #credentials(): void {
    if (!this.accept('WITH')) return;
    this.expect('(');
    for (let depth = 1; depth > 0; ) {
      if (this.atEnd) this.fail();
      const { key } = this.take();
      depth += key === '(' ? 1 : key === ')' ? -1 : 0;
    }
  }

  #copyClauses(): Partial<CopyInto> {
    let clauses: Partial<CopyInto> = {};
    while (!this.ended) {
      if (this.accept('FILES', '=')) clauses = { ...clauses, files: this.parenthesisedList(() => this.stringLiteral()) };
      else if (this.accept('PATTERN', '=')) clauses = { ...clauses, pattern: this.stringLiteral() };
      else if (this.accept('FORMAT_OPTIONS')) clauses = { ...clauses, formatOptions: this.properties() };
      else if (this.accept('COPY_OPTIONS')) clauses = { ...clauses, copyOptions: this.properties() };
      else if (this.accept('VALIDATE')) clauses = { ...clauses, validate: this.#validated() };
      else this.fail();
    }
    return clauses;
  }

  #validated(): number | 'ALL' {
    if (this.token.kind !== 'number') {
      this.accept('ALL');
      return 'ALL';
    }
    const rows = this.integerLiteral();
    this.accept('ROWS');
    return rows;
  }
}

function readFrom(query: Query, from: readonly Relation[]): Query {
  const { body } = query;
  return body.kind === 'select' && body.from.length === 0 ? { ...query, body: { ...body, from } } : query;
}
