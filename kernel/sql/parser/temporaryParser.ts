import type { Expression, NamePart } from '../tree/expressions.ts';
import type { Query, Relation } from '../tree/queries.ts';
import type { Statement, StatementOf } from '../tree/statements.ts';
import type { RoutineParameter, RoutineResult } from '../tree/temporaries.ts';
import { QueryParser } from './queryParser.ts';

type Parsed<Kind extends Statement['kind']> = Kind extends Statement['kind'] ? Omit<StatementOf<Kind>, 'start' | 'end'> : never;

const TEMPORARY: ReadonlySet<string> = new Set(['TEMP', 'TEMPORARY']);

/** Views and SQL functions that live in the session. Those of a catalog are read elsewhere. */
export abstract class TemporaryParser extends QueryParser {
  /** Undefined, with nothing taken, where another statement stands here. */
  temporaryStatement(): Parsed<'createTemporaryView' | 'createTemporaryFunction' | 'dropView' | 'dropTemporaryFunction'> | undefined {
    if (this.token.key === 'DROP') return this.#drop();
    if (this.token.key !== 'CREATE') return undefined;
    const replace = this.peek(1).key === 'OR' && this.peek(2).key === 'REPLACE' ? 2 : 0;
    const global = this.peek(1 + replace).key === 'GLOBAL' ? 1 : 0;
    const ahead = 1 + replace + global;
    if (!TEMPORARY.has(this.peek(ahead).key)) return undefined;
    const object = this.peek(ahead + 1).key;
    if (object === 'TABLE' && ahead === 1) return this.#table();
    if (object !== 'VIEW' && !(object === 'FUNCTION' && global === 0)) return undefined;
    for (let taken = 0; taken < ahead + 2; taken++) this.take();
    return object === 'VIEW' ? this.#view(replace > 0, global > 0) : this.#function(replace > 0);
  }

  #drop(): Parsed<'dropView' | 'dropTemporaryFunction'> | undefined {
    const temporary = TEMPORARY.has(this.peek(1).key);
    if (temporary && this.peek(2).key === 'FUNCTION') {
      this.expect('DROP');
      this.take();
      this.expect('FUNCTION');
      const ifExists = this.accept('IF', 'EXISTS');
      return { kind: 'dropTemporaryFunction', name: this.names(), ifExists };
    }
    if (this.peek(1).key !== 'VIEW') return undefined;
    this.expect('DROP', 'VIEW');
    const ifExists = this.accept('IF', 'EXISTS');
    return { kind: 'dropView', name: this.names(), ifExists };
  }

  #view(orReplace: boolean, global: boolean): Parsed<'createTemporaryView'> {
    if (this.token.key === 'IF' && this.peek(1).key === 'NOT') this.fail(': a temporary view is made without IF NOT EXISTS', this.token);
    const name = this.names();
    const query = this.#files();
    if (query !== undefined) return { kind: 'createTemporaryView', name, global, orReplace, columns: [], comment: undefined, query };
    const columns = this.token.key === '(' ? this.parenthesisedList(() => ({ name: this.name(true), comment: this.accept('COMMENT') ? this.stringLiteral() : undefined })) : [];
    const comment = this.accept('COMMENT') ? this.stringLiteral() : undefined;
    this.expect('AS');
    return { kind: 'createTemporaryView', name, global, orReplace, columns, comment, query: this.query() };
  }

  /** `CREATE TEMPORARY TABLE t USING csv OPTIONS (path '…')` is an old name of a view; other tables of a session are none. */
  #table(): Parsed<'createTemporaryView'> | undefined {
    return this.attempt((): Parsed<'createTemporaryView'> => {
      for (let taken = 0; taken < 3; taken++) this.take();
      const name = this.names();
      return { kind: 'createTemporaryView', name, global: false, orReplace: false, columns: [], comment: undefined, query: this.#files() ?? this.fail() };
    });
  }

  /** `(a INT, b STRING)` before USING, as the text of a schema. */
  #typedColumns(): string {
    const { end } = this.expect('(');
    this.list(() => this.columnDefinition());
    const schema = this.text.slice(end, this.token.start);
    this.expect(')');
    if (this.token.key !== 'USING') this.fail();
    return schema;
  }

  /** `[(a INT)] USING csv OPTIONS (path '…', header 'true')` as the query that reads these files; undefined where there is none. */
  #files(): Query | undefined {
    const { start } = this.token;
    const schema = this.token.key === '(' ? this.attempt(() => this.#typedColumns()) : undefined;
    if (schema === undefined && this.token.key !== 'USING') return undefined;
    this.expect('USING');
    const format = this.names();
    this.at('OPTIONS');
    const { path, ...options } = this.token.key === 'OPTIONS' ? this.tableOptions() : {};
    if (path === undefined) return this.fail(": the path is missing, as in OPTIONS (path '…')");
    const located = this.since(start);
    const relation: Relation = {
      kind: 'table', name: [format[0]!, { text: path, quoted: true, ...located }], identifier: undefined, timeTravel: undefined, stream: false,
      options: schema === undefined ? options : { ...options, schema }, alias: undefined, sample: undefined, ...located,
    };
    return { kind: 'query', recursive: false, ctes: [], body: { kind: 'table', relation, ...located }, orderBy: [], sortBy: [], distributeBy: [], limit: undefined, offset: undefined, pipes: [], ...located };
  }

  #function(orReplace: boolean): Parsed<'createTemporaryFunction'> {
    const ifNotExists = this.accept('IF', 'NOT', 'EXISTS');
    const name = this.names();
    this.expect('(');
    const parameters = this.token.key === ')' ? [] : this.list(() => this.routineParameter());
    this.expect(')');
    let result: RoutineResult | undefined;
    if (this.accept('RETURNS')) result = this.routineResult();
    const comment = this.routineCharacteristics();
    this.expect('RETURN');
    const body: Expression | Query = this.queryFollows(0) && this.token.key !== '(' ? this.query() : this.expression();
    return { kind: 'createTemporaryFunction', name, orReplace, ifNotExists, parameters, result: result ?? { kind: 'scalar', type: undefined }, comment, body };
  }

  routineParameter(): RoutineParameter {
    const name: NamePart = this.name(true);
    const type = this.dataType();
    this.accept('NOT', 'NULL');
    let value: Expression | undefined;
    let comment: string | undefined;
    while (this.token.key === 'DEFAULT' || this.token.key === 'COMMENT') {
      if (this.accept('DEFAULT')) value = this.expression();
      else if (this.accept('COMMENT')) comment = this.stringLiteral();
    }
    return { name, type, default: value, comment };
  }

  routineResult(): RoutineResult {
    if (!this.accept('TABLE')) return { kind: 'scalar', type: this.dataType() };
    const columns = this.token.key === '(' ? this.parenthesisedList(() => this.columnDefinition()) : undefined;
    return { kind: 'table', columns };
  }

  /** `LANGUAGE SQL`, `DETERMINISTIC` and kin, which change nothing here; gives the comment. */
  routineCharacteristics(): string | undefined {
    let comment: string | undefined;
    for (;;) {
      if (this.accept('COMMENT')) comment = this.stringLiteral();
      else if (!(this.accept('LANGUAGE', 'SQL') || this.accept('DETERMINISTIC') || this.accept('NOT', 'DETERMINISTIC') || this.accept('CONTAINS', 'SQL') || this.accept('READS', 'SQL', 'DATA') || this.accept('SQL', 'SECURITY', 'DEFINER') || this.accept('SQL', 'SECURITY', 'INVOKER'))) return comment;
    }
  }

  /** Behind `DESCRIBE`: `FUNCTION [EXTENDED] name`, where the name may be an operator; undefined where none follows. */
  describeFunction(): Parsed<'describeFunction'> | undefined {
    const next = this.peek(1);
    if (this.token.key !== 'FUNCTION' || next.kind === 'end' || next.key === '.' || next.key === ';') return undefined;
    this.expect('FUNCTION');
    const extended = this.peek(1).kind !== 'end' && this.peek(1).key !== '.' && this.peek(1).key !== ';' ? this.accept('EXTENDED') : false;
    if (this.token.kind === 'word' || this.token.kind === 'quoted') {
      const first = this.name(true);
      const rest: NamePart[] = [];
      while (this.accept('.')) rest.push(this.name(true));
      return { kind: 'describeFunction', name: [first, ...rest], extended };
    }
    const { text, start, end } = this.take();
    return { kind: 'describeFunction', name: [{ text, quoted: true, start, end }], extended };
  }
}
