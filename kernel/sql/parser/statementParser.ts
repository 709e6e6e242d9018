import { editDistance } from '../../base/editDistance.ts';
import type { Token } from '../tokens.ts';
import type { NamePart } from '../tree/expressions.ts';
import type { Statement } from '../tree/statements.ts';
import type { Unlocated } from './targetParser.ts';
import { SqlScriptParser } from './scriptParser.ts';

/** Words that statements begin with. */
const STATEMENT_WORDS = [
  'SELECT', 'WITH', 'FROM', 'VALUES', 'TABLE', 'EXPLAIN', 'DESCRIBE', 'SHOW', 'USE', 'SET', 'RESET', 'CREATE', 'REPLACE', 'DROP', 'UNDROP', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'ALTER', 'TRUNCATE', 'RESTORE', 'COMMENT',
  'COPY', 'LOAD', 'OPTIMIZE', 'VACUUM', 'ANALYZE', 'REORG', 'CONVERT', 'REFRESH', 'CACHE', 'UNCACHE', 'CLEAR', 'DECLARE', 'EXECUTE', 'BEGIN', 'CALL', 'GRANT', 'REVOKE',
];
const NEAR_EDITS = 2;

/** Those that a word may be meant to be, the nearest first: they stand before all else that could have stood there. */
function nearStatements({ kind, key }: Token): readonly string[] {
  if (kind !== 'word' || key.length <= NEAR_EDITS || STATEMENT_WORDS.includes(key)) return [];
  const near = STATEMENT_WORDS.map((word) => ({ word, edits: editDistance(word, key) })).filter(({ word, edits }) => edits <= NEAR_EDITS && edits < word.length / 2);
  return near.sort((left, right) => left.edits - right.edits).map(({ word }) => word);
}

const EXPLAIN_MODES = ['FORMATTED', 'EXTENDED', 'COST', 'CODEGEN', 'LOGICAL'] as const;

/** One statement. Those that this engine runs become trees of their own, the others are refused by name. */
export class StatementParser extends SqlScriptParser {
  /** The whole text as one statement, with or without `;` behind it. */
  single(): Statement {
    const statement = this.statement();
    while (this.accept(';'));
    if (!this.atEnd) this.fail();
    return statement;
  }

  statement(): Statement {
    const { start } = this.token;
    const statement = this.withWordsAsNames(() => {
      const whole = this.#statement();
      if (!this.atEnd && this.token.key !== ';') {
        this.at(';');
        this.fail();
      }
      return whole;
    });
    return { ...statement, ...this.since(start) } as Statement;
  }

  #statement(): Unlocated {
    if (this.scriptFollows()) return this.sqlScript();
    return this.plainStatement();
  }

  plainStatement(): Unlocated {
    const { key } = this.token;
    const next = this.peek(1).key;
    this.atAny(nearStatements(this.token));
    const variable = this.variableStatement();
    if (variable !== undefined) return variable;
    this.atAny(['SELECT', 'WITH', 'FROM', 'VALUES', 'TABLE', 'EXPLAIN', 'DESCRIBE', 'SHOW', 'USE', 'SET', 'RESET', 'CREATE', 'DROP']);
    switch (key) {
      case 'SELECT':
      case 'WITH':
      case 'VALUES':
      case 'TABLE':
      case '(':
        return this.#queryOrInsert();
      case 'FROM':
        return this.#queryOrInsert();
      case 'EXPLAIN':
        return this.#explain();
      case 'DESCRIBE':
      case 'DESC':
        return this.#describe();
      case 'SHOW':
        return this.#show();
      case 'USE':
        return this.#use();
      case 'SET':
        return this.#set(next);
      case 'RESET':
        this.take();
        return { kind: 'resetConf', key: this.atEnd || this.token.key === ';' ? undefined : this.#rest().trim() };
      default:
        return this.temporaryStatement() ?? this.foreignStatement();
    }
  }

  /** `WITH … INSERT` and `FROM s INSERT …` begin like queries. */
  #queryOrInsert(): Unlocated {
    const position = this.position;
    const query = this.attempt(() => this.query());
    if (query !== undefined && this.token.key !== 'INSERT') return query;
    this.position = position;
    const inserts = this.attempt(() => this.#insertBehind());
    if (inserts !== undefined) return inserts;
    this.position = position;
    return this.query();
  }

  #insertBehind(): Unlocated {
    return this.token.key === 'WITH' ? this.insertWith() : this.insertsFrom();
  }

  #explain(): Unlocated {
    this.expect('EXPLAIN');
    const mode = this.acceptAny(...EXPLAIN_MODES) ?? 'SIMPLE';
    const { start } = this.token;
    return { kind: 'explain', mode, statement: { ...this.#statement(), ...this.since(start) } as Statement };
  }

  #describe(): Unlocated {
    this.take();
    const word = this.token.key;
    this.atAny(['HISTORY', 'DETAIL', 'EXTENDED', 'QUERY', 'TABLE', 'identifier']);
    const nameFollows = this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted';
    const pathFollows = nameFollows || this.peek(1).kind === 'string';
    if (word === 'HISTORY' && pathFollows) {
      this.take();
      const table = this.deltaTable();
      return { kind: 'describeHistory', table, limit: this.accept('LIMIT') ? this.integerLiteral() : undefined };
    }
    if (word === 'DETAIL' && pathFollows) {
      this.take();
      return { kind: 'describeDetail', table: this.deltaTable() };
    }
    if (word === 'QUERY' && nameFollows) this.take();
    if (word !== 'TABLE' && this.queryFollows(0)) return { kind: 'describeQuery', query: this.query() };
    const described = this.describeFunction();
    if (described !== undefined) return described;
    const foreign = this.foreignDescribe();
    if (foreign !== undefined) return foreign;
    this.accept('TABLE');
    const extended = nameFollows || this.peek(1).kind === 'word' ? this.acceptAny('EXTENDED', 'FORMATTED') !== undefined : false;
    const table = this.targetTable();
    const partition = this.token.key === 'PARTITION' && this.peek(1).key === '(';
    const column = this.atName() && !partition ? this.names() : undefined;
    if (partition) return { kind: 'describePartition', table, extended, partition: this.partitionValues() };
    const asJson = this.accept('AS', 'JSON');
    return { kind: 'describeTable', table, extended, column, asJson };
  }

  #show(): Unlocated {
    this.expect('SHOW');
    const { key } = this.token;
    this.atAny(['TABLES', 'SCHEMAS', 'DATABASES', 'COLUMNS', 'CATALOGS', 'TBLPROPERTIES', 'VIEWS', 'FUNCTIONS']);
    switch (key) {
      case 'TABLES': {
        this.take();
        const schema = this.#inName();
        return { kind: 'showTables', schema, pattern: this.#pattern() };
      }
      case 'SCHEMAS':
      case 'DATABASES': {
        this.take();
        const catalog = this.#inName();
        return { kind: 'showSchemas', catalog, pattern: this.#pattern() };
      }
      case 'CATALOGS':
        this.take();
        return { kind: 'showCatalogs', pattern: this.#pattern() };
      case 'COLUMNS': {
        this.take();
        if (!this.accept('IN')) this.expect('FROM');
        const table = this.targetTable();
        const schema = this.#inName();
        return { kind: 'showColumns', table: schema === undefined ? table : { ...table, name: [...schema, ...table.name] } };
      }
      case 'TBLPROPERTIES': {
        this.take();
        const table = this.targetTable();
        const property = this.token.key === '(' ? this.parenthesised(() => (this.token.kind === 'string' ? this.stringLiteral() : this.names().map((part) => part.text).join('.'))) : undefined;
        return { kind: 'showTableProperties', table, key: property };
      }
      case 'VIEWS': {
        this.take();
        const schema = this.#inName();
        return { kind: 'showViews', schema, pattern: this.#pattern() };
      }
      default:
        return this.#showFunctions() ?? this.foreignShow();
    }
  }

  /** `SHOW [USER|SYSTEM|ALL] FUNCTIONS [IN schema] [[LIKE] pattern|name]`. */
  #showFunctions(): Unlocated | undefined {
    const ahead = this.peek(1).key === 'FUNCTIONS' ? 1 : 0;
    if (this.peek(ahead).key !== 'FUNCTIONS') return undefined;
    const from = ahead === 0 ? 'ALL' : this.acceptAny('USER', 'SYSTEM', 'ALL');
    if (from === undefined) return undefined;
    this.expect('FUNCTIONS');
    const schema = this.#inName();
    const named = this.token.kind === 'quoted' || (this.atName() && this.token.key !== 'LIKE') ? this.names() : undefined;
    return { kind: 'showFunctions', from: from === 'ALL' ? 'all' : from === 'USER' ? 'user' : 'system', schema, pattern: named?.at(-1)!.text ?? this.#pattern() };
  }

  #inName(): NamePart[] | undefined {
    return this.accept('IN') || this.accept('FROM') ? this.names() : undefined;
  }

  #pattern(): string | undefined {
    const word = this.accept('LIKE');
    return word || this.token.kind === 'string' ? this.stringLiteral() : undefined;
  }

  #use(): Unlocated {
    this.expect('USE');
    const target = this.peek(1).kind === 'end' || this.peek(1).key === '.' || this.peek(1).key === ';' ? undefined : this.acceptAny('CATALOG', 'SCHEMA', 'DATABASE', 'NAMESPACE');
    if (this.token.key === 'IDENTIFIER' && this.peek(1).key === '(') {
      this.take();
      return { kind: 'use', target: target === 'CATALOG' ? 'catalog' : 'schema', name: [], identifier: this.parenthesised(() => this.expression()) };
    }
    return { kind: 'use', target: target === 'CATALOG' ? 'catalog' : 'schema', name: this.names() };
  }

  #set(next: string): Unlocated {
    if (next === 'TIME' && this.peek(2).key === 'ZONE') return this.#timeZone();
    if (next === 'CATALOG' && this.peek(2).key !== '=') {
      this.expect('SET', 'CATALOG');
      return { kind: 'use', target: 'catalog', name: this.names() };
    }
    if (next === 'TAG') return this.foreignStatement();
    this.expect('SET');
    return this.#configuration();
  }

  #timeZone(): Unlocated {
    this.expect('SET', 'TIME', 'ZONE');
    if (this.accept('LOCAL')) return { kind: 'setTimeZone', zone: 'LOCAL' };
    if (this.token.kind === 'string') return { kind: 'setTimeZone', zone: this.stringLiteral() };
    this.primary();
    return this.refused('SET TIME ZONE INTERVAL', 'name the zone as a text');
  }

  /** `k = v`, `k`, `-v` or nothing; keys and values are raw text up to `;`. */
  #configuration(): Unlocated {
    if (this.atEnd || this.token.key === ';') return { kind: 'setConf', key: '', value: undefined };
    if (this.token.key === '-' && this.peek(1).key === 'V') {
      this.take();
      this.take();
      return { kind: 'setConf', key: '-v', value: undefined };
    }
    const text = this.#rest();
    const equals = text.indexOf('=');
    if (equals < 0) return { kind: 'setConf', key: unquote(text.trim()), value: undefined };
    return { kind: 'setConf', key: unquote(text.slice(0, equals).trim()), value: unquote(text.slice(equals + 1).trim()) };
  }

  #rest(): string {
    const { start } = this.token;
    let end = start;
    while (!this.atEnd && this.token.key !== ';') ({ end } = this.take());
    return this.text.slice(start, end);
  }
}

function unquote(text: string): string {
  const quoted = /^(['"`])(.*)\1$/s.exec(text);
  return quoted === null ? text : quoted[2]!;
}
