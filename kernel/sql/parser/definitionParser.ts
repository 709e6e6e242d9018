import type { FunctionDefinition, NamedColumn, Replacement } from '../tree/definitions.ts';
import type { Expression } from '../tree/expressions.ts';
import type { Query } from '../tree/queries.ts';
import type { StatementOf } from '../tree/statements.ts';
import type { RoutineResult } from '../tree/temporaries.ts';
import { AlterationParser } from './alterationParser.ts';
import type { Unlocated } from './targetParser.ts';

/** Words between CREATE and the object that it makes. */
const MODIFIERS: ReadonlySet<string> = new Set(['TEMPORARY', 'TEMP', 'GLOBAL', 'LIVE', 'EXTERNAL', 'FOREIGN', 'PRIVATE', 'STORAGE', 'SERVICE', 'BLOOMFILTER', 'STREAMING', 'MATERIALIZED', 'INCREMENTAL']);
const OBJECTS: ReadonlySet<string> = new Set([
  'TABLE', 'VIEW', 'SCHEMA', 'DATABASE', 'NAMESPACE', 'CATALOG', 'VOLUME', 'FUNCTION', 'PROCEDURE', 'POLICY', 'SHARE', 'RECIPIENT', 'CONNECTION', 'LOCATION', 'CREDENTIAL', 'GROUP', 'USER', 'FLOW',
  'VARIABLE', 'INDEX', 'PROVIDER', 'METASTORE', 'COLUMN',
]);

/** CREATE, ALTER, DROP, UNDROP and COMMENT ON. */
export abstract class DefinitionParser extends AlterationParser {
  /** Undefined, nothing taken, where another statement stands here. */
  definitionStatement(): Unlocated | undefined {
    switch (this.token.key) {
      case 'CREATE':
        return this.#create();
      case 'REPLACE':
        this.expect('REPLACE', 'TABLE');
        return this.createTable('replace', false);
      case 'ALTER':
        return this.#alter();
      case 'DROP':
        return this.#drop();
      case 'UNDROP':
        return this.#undrop();
      case 'COMMENT':
        return this.#comment();
      default:
        return undefined;
    }
  }

  /** `STREAMING TABLE`, `EXTERNAL LOCATION`, `TABLE` …: the words of an object, in upper case. */
  protected objectWords(): string {
    const words: string[] = [];
    while (MODIFIERS.has(this.token.key)) words.push(this.take().key);
    this.atAny(['TABLE', 'VIEW', 'SCHEMA', 'CATALOG', 'FUNCTION', 'VOLUME']);
    if (!OBJECTS.has(this.token.key)) this.fail();
    words.push(this.take().key);
    return words.filter((word) => word !== 'LIVE').join(' ');
  }

  #create(): Unlocated {
    this.take();
    const orReplace = this.accept('OR', 'REPLACE');
    const orRefresh = !orReplace && this.accept('OR', 'REFRESH');
    const object = this.objectWords();
    const replace: Replacement = orReplace ? 'orReplace' : 'none';
    switch (object) {
      case 'TABLE':
      case 'EXTERNAL TABLE':
        return this.createTable(replace, object !== 'TABLE');
      case 'VIEW':
        return this.#createView(orReplace);
      case 'STREAMING TABLE':
        return this.createFlowTarget('createStreamingTable', orReplace, orRefresh);
      case 'MATERIALIZED VIEW':
        return this.createFlowTarget('createMaterializedView', orReplace, orRefresh);
      case 'SCHEMA':
      case 'DATABASE':
      case 'NAMESPACE':
        return this.#createContainer('createSchema', false);
      case 'CATALOG':
      case 'FOREIGN CATALOG':
        return this.#createContainer('createCatalog', object !== 'CATALOG');
      case 'VOLUME':
      case 'EXTERNAL VOLUME':
        return this.#createContainer('createVolume', object !== 'VOLUME');
      case 'FUNCTION':
      case 'TEMPORARY FUNCTION':
      case 'TEMP FUNCTION':
        return this.#createFunction(orReplace, object !== 'FUNCTION');
      case 'FLOW':
        return this.#createFlow();
      default:
        return this.#createObject(object, orReplace);
    }
  }

  #createObject(object: string, orReplace: boolean): Unlocated {
    const ifNotExists = this.ifNotExists();
    const name = this.objectName();
    return { kind: 'createObject', object, name, orReplace, ifNotExists, definition: this.ended ? '' : this.restOfStatement() };
  }

  #createContainer(kind: 'createSchema' | 'createCatalog' | 'createVolume', external: boolean): Unlocated {
    const ifNotExists = this.ifNotExists();
    const name = this.objectName();
    if (kind === 'createCatalog' && this.accept('USING', 'CONNECTION')) this.name();
    return { kind, name, external, ifNotExists, clauses: this.objectClauses() };
  }

  #createFlow(): Unlocated {
    const name = this.objectName();
    const definition = this.restOfStatement();
    return { kind: 'flow', name, target: undefined, definition };
  }

  #createView(orReplace: boolean): Unlocated {
    const ifNotExists = this.ifNotExists();
    const name = this.objectName();
    const columns = this.token.key === '(' ? this.parenthesisedList((): NamedColumn => {
      const { start } = this.token;
      return { name: this.name(true), comment: this.accept('COMMENT') ? this.stringLiteral() : undefined, ...this.since(start) };
    }) : [];
    const clauses = this.objectClauses();
    this.expect('AS');
    const query = this.query();
    this.accept('WITH', 'METRICS');
    return { kind: 'createView', name, orReplace, ifNotExists, columns, clauses, query };
  }

  #createFunction(orReplace: boolean, temporary: boolean): Unlocated {
    const ifNotExists = this.ifNotExists();
    const name = this.objectName();
    return { kind: 'createFunction', name, orReplace, ifNotExists, temporary, definition: this.accept('AS') ? this.#functionClass() : this.#functionBody() };
  }

  /** `'com.example.F' USING JAR 'x', FILE 'y'`. */
  #functionClass(): FunctionDefinition {
    const name = this.stringLiteral();
    const resources = this.accept('USING') ? this.list(() => ({ kind: (this.acceptAny('JAR', 'FILE', 'ARCHIVE') ?? this.fail()), path: this.stringLiteral() })) : [];
    return { kind: 'class', name, resources };
  }

  #functionBody(): FunctionDefinition {
    this.expect('(');
    const parameters = this.token.key === ')' ? [] : this.list(() => this.routineParameter());
    this.expect(')');
    const result: RoutineResult = this.accept('RETURNS') ? this.routineResult() : { kind: 'scalar', type: undefined };
    const { start } = this.token;
    const comment = this.routineCharacteristics();
    if (this.accept('RETURN')) {
      const body: Expression | Query = this.queryFollows(0) && this.token.key !== '(' ? this.query() : this.expression();
      return { kind: 'sql', parameters, result, comment, body };
    }
    if (this.token.key !== 'LANGUAGE') this.fail();
    this.restOfStatement();
    const language = /\bLANGUAGE\s+(\w+)/i.exec(this.textSince(start))?.[1] ?? '';
    return { kind: 'foreign', parameters, result, language, body: this.textSince(start) };
  }

  #alter(): Unlocated {
    this.take();
    const object = this.objectWords();
    return object === 'TABLE' ? this.alterTable() : this.alterObject(object);
  }

  #drop(): Unlocated {
    this.take();
    const object = this.objectWords();
    const ifExists = this.ifExists();
    const name = this.objectName();
    const on = object === 'POLICY' && this.accept('ON') ? (this.objectWords(), this.targetTable()) : undefined;
    const behaviour: StatementOf<'drop'>['behaviour'] = this.acceptAny('CASCADE', 'RESTRICT', 'PURGE', 'FORCE') === undefined ? undefined : this.#behaviour();
    return { kind: 'drop', object, name, ifExists, on, behaviour };
  }

  #behaviour(): StatementOf<'drop'>['behaviour'] {
    const { key } = this.tokens[this.position - 1]!;
    return key === 'RESTRICT' || key === 'PURGE' ? key : 'CASCADE';
  }

  #undrop(): Unlocated {
    this.take();
    const object = this.objectWords();
    if (this.accept('WITH')) return (this.expect('ID'), { kind: 'undrop', object, name: undefined, id: this.stringLiteral() });
    return { kind: 'undrop', object, name: this.objectName(), id: undefined };
  }

  #comment(): Unlocated {
    this.expect('COMMENT', 'ON');
    const object = this.objectWords();
    const name = this.objectName();
    this.expect('IS');
    return { kind: 'comment', object, name, comment: this.accept('NULL') ? undefined : this.stringLiteral() };
  }
}
