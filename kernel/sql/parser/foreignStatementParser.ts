import type { Statement } from '../tree/statements.ts';
import { DmlParser } from './dmlParser.ts';

export type Unlocated = Statement extends infer Each ? (Each extends Statement ? Omit<Each, 'start' | 'end'> : never) : never;

/** Statements that are known by their first words, and whose rest is read to the `;` without looking closer. */
const HEADS: readonly string[] = [
  'TRUNCATE TABLE', 'LOAD DATA', 'UNDROP', 'COMMENT ON', 'CONVERT TO DELTA', 'GENERATE', 'REORG TABLE', 'ANALYZE', 'FSCK REPAIR TABLE', 'MSCK REPAIR TABLE', 'REPAIR TABLE',
  'SET TAG', 'UNSET TAG', 'CALL', 'APPLY CHANGES INTO', 'ADD', 'LIST', 'PUT', 'GET', 'REMOVE', 'SYNC',
];
const ACCEPTED = ['CACHE', 'UNCACHE', 'CLEAR CACHE', 'REFRESH'];
const SHOWS = ['CREATE TABLE', 'PARTITIONS', 'VIEWS', 'FUNCTIONS', 'USER FUNCTIONS', 'SYSTEM FUNCTIONS', 'ALL FUNCTIONS', 'VOLUMES', 'TABLE EXTENDED', 'GROUPS', 'USERS', 'GRANTS', 'GRANT', 'POLICIES', 'SHARES', 'RECIPIENTS', 'PROCEDURES', 'CURRENT'];
const DESCRIBES = ['FUNCTION', 'SCHEMA', 'DATABASE', 'NAMESPACE', 'CATALOG', 'VOLUME', 'PROCEDURE', 'SHARE', 'RECIPIENT', 'CONNECTION', 'POLICY'];
const OBJECTS: ReadonlySet<string> = new Set([
  'TABLE', 'VIEW', 'SCHEMA', 'DATABASE', 'CATALOG', 'VOLUME', 'FUNCTION', 'PROCEDURE', 'POLICY', 'SHARE', 'RECIPIENT', 'CONNECTION', 'LOCATION', 'CREDENTIAL', 'GROUP', 'USER', 'FLOW',
  'MATERIALIZED', 'STREAMING', 'VARIABLE', 'NAMESPACE', 'INDEX', 'PROVIDER', 'METASTORE',
]);

/** Reads statements that are refused by name: what changes data closely, the rest by their head and its end. */
export abstract class ForeignStatementParser extends DmlParser {
  foreignStatement(): Unlocated {
    for (const words of ACCEPTED) {
      if (!this.at(...words.split(' '))) continue;
      this.skipStatement();
      return { kind: 'accepted', feature: words };
    }
    const dml = this.dml();
    if (dml !== undefined) return refusedStatement(dml, 'it changes data, and only queries are run here');
    const { key } = this.token;
    if (key === 'CREATE' || key === 'DROP' || key === 'ALTER') return this.#definition(key);
    if (key === 'GRANT' || key === 'DENY' || key === 'REVOKE') return this.#privileges(key);
    for (const words of HEADS) {
      const keys = words.split(' ');
      if (!this.at(...keys)) continue;
      if (this.peek(keys.length).kind === 'end') {
        this.expect(...keys);
        this.fail();
      }
      return this.refused(words, 'it is not a query');
    }
    return this.fail();
  }

  foreignShow(): Unlocated {
    for (const words of SHOWS) if (this.at(...words.split(' '))) return this.refused(`SHOW ${words}`, 'there is no such list on this engine');
    return this.fail();
  }

  foreignDescribe(): Unlocated | undefined {
    const { key } = this.token;
    const next = this.peek(1);
    const named = next.kind === 'word' || next.kind === 'quoted' || (next.kind === 'symbol' && next.key !== '.' && next.key !== ';');
    return DESCRIBES.includes(key) && named ? this.refused(`DESCRIBE ${key}`, 'only tables and queries are described on this engine') : undefined;
  }

  refused(feature: string, reason: string): Unlocated {
    this.skipStatement();
    return refusedStatement(feature, reason);
  }

  /** Takes everything up to the `;` that ends the statement; brackets must close. */
  protected skipStatement(): void {
    let depth = 0;
    while (!this.atEnd && !(this.token.key === ';' && depth === 0)) {
      const { key } = this.take();
      if (key === '(') depth++;
      else if (key === ')' && --depth < 0) this.fail('', this.tokens[this.position - 1]!);
    }
    if (depth > 0) this.fail();
  }

  /** `CREATE OR REPLACE TABLE` is refused as `CREATE TABLE`. */
  #definition(verb: string): Unlocated {
    let ahead = 1;
    while (ahead < 8 && this.peek(ahead).kind === 'word' && !OBJECTS.has(this.peek(ahead).key)) ahead++;
    const { key } = this.peek(ahead);
    if (!OBJECTS.has(key)) {
      this.take();
      return this.fail();
    }
    const object = key === 'MATERIALIZED' ? 'MATERIALIZED VIEW' : key === 'STREAMING' ? 'STREAMING TABLE' : key;
    const start = this.position;
    this.skipStatement();
    const words = this.tokens.slice(start, this.position);
    const last = words.at(-1)!;
    // What every such statement has to say: a view its query, an ALTER its change.
    if (verb === 'CREATE' && object === 'VIEW' && !words.some((word) => word.key === 'AS' || word.key === 'USING')) this.fail('', words.find((word) => word.key === 'SELECT' || word.key === 'WITH') ?? this.token);
    if (words.length <= ahead + 1 || (verb === 'ALTER' && (words.length <= ahead + 2 || ['ADD', 'COLUMN', 'COLUMNS', 'ALTER', 'SET', 'RENAME', 'TO'].includes(last.key)))) this.fail();
    return refusedStatement(`${verb} ${object}`, 'objects are not defined on this engine yet');
  }

  #privileges(verb: string): Unlocated {
    this.take();
    if (this.token.key === 'ON' || this.token.key === 'TO' || this.token.key === 'FROM' || this.atEnd) this.fail();
    const start = this.position;
    this.skipStatement();
    const words = this.tokens.slice(start, this.position).map((word) => word.key);
    if (!words.includes(verb === 'REVOKE' ? 'FROM' : 'TO')) this.fail();
    return refusedStatement(verb, 'there are no privileges on this engine');
  }
}

export function refusedStatement(feature: string, reason: string): Unlocated {
  return { kind: 'refused', feature, reason };
}
