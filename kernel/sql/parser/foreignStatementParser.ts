import type { Statement } from '../tree/statements.ts';
import { QueryParser } from './queryParser.ts';

type Unlocated = Statement extends infer Each ? (Each extends Statement ? Omit<Each, 'start' | 'end'> : never) : never;

/** Statements that are known by their first words, and read to their end, but not run here yet. */
const HEADS: readonly (readonly [words: string, feature?: string])[] = [
  ['INSERT INTO'], ['INSERT OVERWRITE'], ['UPDATE'], ['DELETE FROM'], ['MERGE INTO'], ['MERGE WITH SCHEMA EVOLUTION INTO', 'MERGE INTO'], ['TRUNCATE TABLE'], ['LOAD DATA'], ['COPY INTO'],
  ['CREATE'], ['DROP'], ['UNDROP'], ['ALTER'], ['COMMENT ON'], ['OPTIMIZE'], ['VACUUM'], ['RESTORE'], ['CONVERT TO DELTA'], ['GENERATE'], ['REORG TABLE'], ['ANALYZE'], ['FSCK REPAIR TABLE'], ['MSCK REPAIR TABLE'], ['REPAIR TABLE'],
  ['GRANT'], ['DENY'], ['REVOKE'], ['SET TAG'], ['UNSET TAG'], ['SET VAR'], ['SET VARIABLE'], ['SET (', 'SET VARIABLE'], ['DECLARE'], ['BEGIN', 'SQL scripting'], ['EXECUTE IMMEDIATE'], ['CALL'], ['APPLY CHANGES INTO'],
  ['ADD'], ['LIST'], ['PUT'], ['GET'], ['REMOVE'], ['SYNC'],
];
const ACCEPTED = new Set(['CACHE', 'UNCACHE', 'CLEAR', 'REFRESH']);
const SHOWS = ['CREATE TABLE', 'PARTITIONS', 'VIEWS', 'FUNCTIONS', 'USER FUNCTIONS', 'SYSTEM FUNCTIONS', 'ALL FUNCTIONS', 'VOLUMES', 'TABLE EXTENDED', 'GROUPS', 'USERS', 'GRANTS', 'GRANT', 'POLICIES', 'SHARES', 'RECIPIENTS', 'PROCEDURES', 'CURRENT'];
const DESCRIBES = ['FUNCTION', 'SCHEMA', 'DATABASE', 'NAMESPACE', 'CATALOG', 'VOLUME', 'PROCEDURE', 'SHARE', 'RECIPIENT', 'CONNECTION', 'POLICY'];

/** Reads the statements that are refused by name: their head by words, the rest up to `;`. */
export abstract class ForeignStatementParser extends QueryParser {
  queryOrInsert(): Unlocated {
    return this.query();
  }

  foreignStatement(): Unlocated {
    if (ACCEPTED.has(this.token.key)) {
      const feature = `${this.token.key} ${this.peek(1).key}`.trim();
      this.skipStatement();
      return { kind: 'accepted', feature };
    }
    for (const [words, feature] of HEADS) {
      const keys = words.split(' ');
      if (!this.at(...keys)) continue;
      if (this.peek(keys.length).kind === 'end' && words !== 'BEGIN') {
        for (const _ of keys) this.take();
        this.fail();
      }
      return this.refused(feature ?? this.#feature(words), 'it is not a query');
    }
    return this.fail();
  }

  foreignShow(): Unlocated {
    for (const words of SHOWS) if (this.at(...words.split(' '))) return this.refused(`SHOW ${words}`, 'there is no such list on this engine');
    return this.fail();
  }

  foreignDescribe(): Unlocated | undefined {
    const { key } = this.token;
    const named = this.peek(1).kind === 'word' || this.peek(1).kind === 'quoted' || this.peek(1).kind === 'symbol';
    return DESCRIBES.includes(key) && named && this.peek(1).key !== '.' ? this.refused(`DESCRIBE ${key}`, 'only tables and queries are described on this engine') : undefined;
  }

  refused(feature: string, reason: string): Unlocated {
    this.skipStatement();
    return { kind: 'refused', feature, reason };
  }

  /** Takes everything up to the `;` that ends the statement; brackets must close, and BEGIN … END holds its `;`. */
  protected skipStatement(): void {
    const script = this.token.key === 'BEGIN';
    let depth = 0;
    let blocks = 0;
    while (!this.atEnd) {
      const { key } = this.token;
      if (key === ';' && depth === 0 && (!script || blocks <= 0)) break;
      if (key === '(') depth++;
      else if (key === ')' && --depth < 0) this.fail();
      if (script) blocks += blockChange(key, this.peek(1).key);
      if (script && key === 'END') {
        this.take();
        if (['IF', 'CASE', 'WHILE', 'LOOP', 'REPEAT', 'FOR'].includes(this.token.key)) this.take();
        continue;
      }
      this.take();
    }
    if (depth > 0 || (script && blocks > 0)) this.fail();
  }

  /** `CREATE OR REPLACE TABLE` is refused as `CREATE TABLE`. */
  #feature(words: string): string {
    if (words !== 'CREATE' && words !== 'DROP' && words !== 'ALTER') return words;
    for (let ahead = 1; ahead < 8; ahead++) {
      const { key, kind } = this.peek(ahead);
      if (kind !== 'word') break;
      if (OBJECTS.has(key)) return `${words} ${key === 'MATERIALIZED' ? 'MATERIALIZED VIEW' : key === 'STREAMING' ? 'STREAMING TABLE' : key}`;
    }
    this.take();
    return this.fail();
  }
}

const OBJECTS = new Set([
  'TABLE', 'VIEW', 'SCHEMA', 'DATABASE', 'CATALOG', 'VOLUME', 'FUNCTION', 'PROCEDURE', 'POLICY', 'SHARE', 'RECIPIENT', 'CONNECTION', 'LOCATION', 'CREDENTIAL', 'GROUP', 'USER', 'FLOW',
  'MATERIALIZED', 'STREAMING', 'VARIABLE', 'NAMESPACE', 'INDEX', 'PROVIDER', 'METASTORE',
]);

/** How a token changes the number of open blocks of a script. */
function blockChange(key: string, next: string): number {
  if (key === 'END') return -1;
  if (key === 'BEGIN' || key === 'CASE' || key === 'LOOP' || key === 'REPEAT') return 1;
  if (key === 'WHILE' || key === 'FOR') return next === 'SYSTEM_VERSION' || next === 'SQLSTATE' || next === 'SQLEXCEPTION' || next === 'NOT' ? 0 : 1;
  return key === 'IF' && next !== 'EXISTS' && next !== 'NOT' && next !== '(' ? 1 : 0;
}
