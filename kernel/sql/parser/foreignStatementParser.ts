import type { Principal, Securable } from '../tree/governance.ts';
import { DefinitionParser } from './definitionParser.ts';
import type { Unlocated } from './targetParser.ts';

const ACCEPTED = ['CACHE', 'UNCACHE', 'CLEAR CACHE', 'REFRESH'];
const LISTS = ['VOLUMES', 'GROUPS', 'USERS', 'SHARES', 'RECIPIENTS', 'PROCEDURES', 'POLICIES', 'CONNECTIONS', 'PROVIDERS', 'EXTERNAL LOCATIONS', 'STORAGE CREDENTIALS', 'CURRENT SCHEMA', 'CURRENT NAMESPACE', 'CURRENT DATABASE'];
const DESCRIBES = ['FUNCTION', 'SCHEMA', 'DATABASE', 'NAMESPACE', 'CATALOG', 'VOLUME', 'PROCEDURE', 'SHARE', 'RECIPIENT', 'CONNECTION', 'POLICY'];
const SECURABLES = [
  'EXTERNAL LOCATION', 'STORAGE CREDENTIAL', 'SERVICE CREDENTIAL', 'MATERIALIZED VIEW', 'STREAMING TABLE', 'ANY FILE', 'ANONYMOUS FUNCTION', 'CATALOG', 'SCHEMA', 'DATABASE', 'TABLE', 'VIEW', 'FUNCTION', 'PROCEDURE',
  'VOLUME', 'SHARE', 'METASTORE', 'CONNECTION', 'CLEAN ROOM', 'COLUMN',
];
const NAMELESS: ReadonlySet<string> = new Set(['METASTORE', 'ANY FILE', 'ANONYMOUS FUNCTION']);

/** Statements that a server answers: privileges, tags, flows, files, and listings that this engine does not hold. */
export abstract class ForeignStatementParser extends DefinitionParser {
  foreignStatement(): Unlocated {
    return this.#accepted() ?? this.writeStatement() ?? this.maintenanceStatement() ?? this.definitionStatement() ?? this.#governance();
  }

  /** Of no effect on this engine; `CACHE TABLE t AS q` makes a view all the same. */
  #accepted(): Unlocated | undefined {
    for (const words of ACCEPTED) {
      if (!this.at(...words.split(' '))) continue;
      this.skipStatement();
      return { kind: 'accepted', feature: words };
    }
    return undefined;
  }

  #governance(): Unlocated {
    this.atAny(['GRANT', 'REVOKE', 'DENY', 'CALL', 'ADD', 'LIST']);
    switch (this.token.key) {
      case 'GRANT':
      case 'DENY':
      case 'REVOKE':
        return this.#privileges();
      case 'SET':
      case 'UNSET':
        return this.#tag();
      case 'CALL':
        return this.#call();
      case 'APPLY':
        this.expect('APPLY', 'CHANGES', 'INTO');
        return { kind: 'flow', name: undefined, target: this.objectName(), definition: this.restOfStatement() };
      case 'ADD':
        return this.#resource();
      case 'LIST':
      case 'PUT':
      case 'GET':
      case 'REMOVE':
        return this.#files(this.token.key);
      case 'SYNC':
        this.take();
        return { kind: 'sync', definition: this.restOfStatement() };
      default:
        return this.fail();
    }
  }

  #privileges(): Unlocated {
    const action = this.acceptAny('GRANT', 'DENY', 'REVOKE') ?? this.fail();
    const ends = new Set(['ON', 'TO', 'FROM', ',']);
    const privileges = this.list(() => {
      const words: string[] = [];
      while (!this.ended && !ends.has(this.token.key)) words.push(this.take().key);
      return words.length === 0 ? this.fail() : words.join(' ');
    });
    const on = this.accept('ON') ? this.#securable() : undefined;
    this.expect(action === 'REVOKE' ? 'FROM' : 'TO');
    return { kind: 'privileges', action, privileges, on, principal: this.#principal() };
  }

  #principal(): Principal {
    const { start } = this.token;
    const recipient = this.token.key === 'RECIPIENT' && this.peek(1).kind !== 'end' && this.accept('RECIPIENT');
    return { recipient, name: this.name(), ...this.since(start) };
  }

  /** A bare name is a table. */
  #securable(): Securable {
    const { start } = this.token;
    const found = SECURABLES.find((words) => this.at(...words.split(' ')) && this.peek(words.split(' ').length).key !== '.');
    const kind = found ?? 'TABLE';
    if (found !== undefined) this.expect(...found.split(' '));
    const nameless = NAMELESS.has(kind) || ((kind === 'CATALOG' || kind === 'SCHEMA') && (this.token.key === 'TO' || this.token.key === 'FROM'));
    return { kind, name: nameless ? undefined : this.objectName(), ...this.since(start) };
  }

  #tag(): Unlocated {
    const set = (this.acceptAny('SET', 'UNSET') ?? this.fail()) === 'SET';
    if (this.acceptAny('TAG', 'TAGS') === undefined) this.fail();
    this.expect('ON');
    const on = this.#securable();
    if (!set) return { kind: 'unsetTag', on, keys: this.token.key === '(' ? this.propertyKeys() : this.list(() => this.propertyKey()) };
    const tag = (): [string, string] => [this.propertyKey(), this.accept('=') ? this.optionValue() : ''];
    return { kind: 'setTag', on, tags: this.token.key === '(' ? this.properties() : Object.fromEntries(this.list(tag)) };
  }

  #call(): Unlocated {
    this.take();
    const procedure = this.objectName();
    this.expect('(');
    const given = this.token.key === ')' ? [] : this.list(() => this.argument());
    this.expect(')');
    return { kind: 'call', procedure, arguments: given };
  }

  #resource(): Unlocated {
    this.take();
    const resource = this.name().text.toUpperCase();
    const paths: string[] = [];
    while (this.token.kind === 'string') paths.push(this.take().text);
    if (paths.length === 0) paths.push(this.restOfStatement());
    return { kind: 'addResource', resource, paths };
  }

  #files(action: 'LIST' | 'PUT' | 'GET' | 'REMOVE'): Unlocated {
    this.take();
    if (action === 'LIST' && this.acceptAny('JARS', 'JAR', 'FILES', 'FILE', 'ARCHIVES', 'ARCHIVE') !== undefined) {
      this.skipStatement();
      return { kind: 'files', action, paths: [], limit: undefined, overwrite: false };
    }
    const paths = [this.stringLiteral()];
    if (this.acceptAny('INTO', 'TO') !== undefined) paths.push(this.stringLiteral());
    const limit = this.accept('LIMIT') ? this.integerLiteral() : undefined;
    return { kind: 'files', action, paths, limit, overwrite: this.accept('OVERWRITE') };
  }

  foreignShow(): Unlocated {
    if (this.accept('CREATE', 'TABLE')) return { kind: 'showCreateTable', table: this.targetTable(), asSerde: this.accept('AS', 'SERDE') };
    if (this.accept('PARTITIONS')) return { kind: 'showPartitions', table: this.targetTable(), partition: this.partitionValues() };
    if (this.accept('TABLE', 'EXTENDED')) {
      const schema = this.#inSchema();
      this.accept('LIKE');
      return { kind: 'showTableExtended', schema, pattern: this.stringLiteral(), partition: this.partitionValues() };
    }
    if (this.accept('GRANTS') || this.accept('GRANT')) return this.#showGrants();
    for (const objects of LISTS) {
      if (!this.accept(...objects.split(' '))) continue;
      const on = this.accept('ON') ? (this.objectWords(), this.targetTable()) : undefined;
      const schema = this.#inSchema();
      const pattern = this.accept('LIKE') || this.token.kind === 'string' ? this.stringLiteral() : undefined;
      return { kind: 'showObjects', objects, schema, pattern, on };
    }
    return this.fail();
  }

  #inSchema() {
    return this.accept('IN') || this.accept('FROM') ? this.names() : undefined;
  }

  #showGrants(): Unlocated {
    const toRecipient = this.accept('TO');
    if (toRecipient) this.accept('RECIPIENT');
    const principal = this.token.key === 'ON' || this.ended ? undefined : this.name();
    return { kind: 'showGrants', principal, on: this.accept('ON') ? this.#securable() : undefined };
  }

  foreignDescribe(): Unlocated | undefined {
    const { key } = this.token;
    const next = this.peek(1);
    if (!DESCRIBES.includes(key) || !(next.kind === 'word' || next.kind === 'quoted')) return undefined;
    this.take();
    const extended = this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted' ? this.accept('EXTENDED') : false;
    return { kind: 'describeObject', object: key, extended, name: this.objectName() };
  }

  refused(feature: string, reason: string): Unlocated {
    this.skipStatement();
    return { kind: 'refused', feature, reason };
  }
}
