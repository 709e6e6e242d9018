import { describe, expect, it } from 'vitest';
import { parseStatement } from './parse.ts';
import { refusalOf } from './refusals.ts';

/** A tree in short: names as texts, expressions as they are written, nothing that is empty. */
function brief(node: unknown, text: string): unknown {
  if (Array.isArray(node)) return node.map((item) => brief(item, text));
  if (typeof node !== 'object' || node === null) return node;
  const { kind, start, end } = node as { readonly kind?: string; readonly start?: number; readonly end?: number };
  const whole = ('quoted' in node && !('kind' in node)) || 'parts' in node || kind === 'query' || kind === 'table' || EXPRESSIONS.has(kind ?? '');
  if (whole && start !== undefined && end !== undefined) return text.slice(start, end);
  const fields = Object.entries(node).filter(([key, value]) => typeof value !== 'number' && value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0) && !isEmpty(value) && !(key === 'type' && 'typeText' in node));
  return Object.fromEntries(fields.map(([key, value]) => [key, brief(value, text)]));
}

const EXPRESSIONS: ReadonlySet<string> = new Set(['binary', 'name', 'number', 'string', 'call', 'default', 'boolean', 'cast', 'like', 'null']);
const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

const columns = (...given: readonly object[]): object => ({ columns: given });

describe('statements that change rows', () => {
  it.each([
    ['INSERT INTO s.t (a, b) VALUES (1, DEFAULT)', { target: 's.t', columns: [['a'], ['b']], query: 'VALUES (1, DEFAULT)' }],
    ["INSERT OVERWRITE TABLE t PARTITION (d = 'x', h) SELECT 1", { target: 't', overwrite: true, partition: [{ column: ['d'], value: "'x'" }, { column: ['h'] }], query: 'SELECT 1' }],
    ['INSERT INTO t BY NAME SELECT 1 a', { target: 't', byName: true, query: 'SELECT 1 a' }],
    ['INSERT INTO t REPLACE WHERE a > 1 SELECT 2', { target: 't', replace: { kind: 'where', condition: 'a > 1' }, query: 'SELECT 2' }],
    ['INSERT WITH SCHEMA EVOLUTION INTO t REPLACE USING (k) TABLE s', { schemaEvolution: true, target: 't', replace: { kind: 'using', columns: ['k'] }, query: 'TABLE s' }],
    ["INSERT OVERWRITE LOCAL DIRECTORY '/o' USING parquet OPTIONS (a 'b') TABLE s", { kind: 'insertDirectory', local: true, path: '/o', format: 'parquet', options: { a: 'b' }, query: 'TABLE s' }],
    ['UPDATE t AS x SET a.b = 1, c = DEFAULT WHERE x.c = 2', { kind: 'update', target: 't AS x', assignments: [{ target: ['a', 'b'], value: '1' }, { target: ['c'], value: 'DEFAULT' }], where: 'x.c = 2' }],
    ['DELETE FROM t', { kind: 'delete', target: 't' }],
    ['TRUNCATE TABLE t PARTITION (a = 1)', { kind: 'truncateTable', target: 't', partition: [{ column: ['a'], value: '1' }] }],
    ["COPY INTO t FROM (SELECT a FROM '/in' WHERE a > 1) FILEFORMAT = CSV FILES = ('x') FORMAT_OPTIONS ('Header' = 'true') COPY_OPTIONS ('force' = 'true')", { kind: 'copyInto', target: 't', path: '/in', items: [{ value: 'a' }], where: 'a > 1', format: 'CSV', files: ['x'], formatOptions: { Header: 'true' }, copyOptions: { force: 'true' } }],
  ])('%s', (text, tree) => {
    expect(brief(parseStatement(text), text)).toEqual({ kind: 'insert', ...tree });
  });

  it('gives every INSERT of one FROM its own query', () => {
    const tree = parseStatement('FROM s INSERT INTO a SELECT x INSERT OVERWRITE b SELECT y');
    expect(tree).toMatchObject({ kind: 'insertEach', inserts: [{ overwrite: false, query: { body: { from: [{ name: [{ text: 's' }] }] } } }, { overwrite: true, query: { body: { from: [{ name: [{ text: 's' }] }] } } }] });
  });

  it('gives tables before an INSERT to its query', () => {
    expect(parseStatement('WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a')).toMatchObject({ kind: 'insert', query: { ctes: [{ name: { text: 'a' } }] } });
  });

  it('reads every clause of MERGE', () => {
    const text = `MERGE WITH SCHEMA EVOLUTION INTO t x USING s ON x.a = s.a WHEN MATCHED AND s.d THEN DELETE WHEN MATCHED THEN UPDATE SET * EXCEPT (c) WHEN NOT MATCHED BY TARGET AND s.a > 0 THEN INSERT (a) VALUES (DEFAULT)
      WHEN NOT MATCHED BY SOURCE AND x.a > 1 THEN UPDATE SET b = 1 WHEN NOT MATCHED THEN INSERT *`;
    expect(brief(parseStatement(text), text)).toEqual({
      kind: 'merge', schemaEvolution: true, target: 't x', source: 's', condition: 'x.a = s.a',
      clauses: [
        { match: 'matched', condition: 's.d', action: { kind: 'delete' } },
        { match: 'matched', action: { kind: 'updateAll', except: [['c']] } },
        { match: 'notMatched', condition: 's.a > 0', action: { kind: 'insert', columns: [['a']], values: ['DEFAULT'] } },
        { match: 'notMatchedBySource', condition: 'x.a > 1', action: { kind: 'update', assignments: [{ target: ['b'], value: '1' }] } },
        { match: 'notMatched', action: { kind: 'insertAll' } },
      ],
    });
  });
});

describe('tables', () => {
  const int = { typeText: 'INT', nullable: true };
  it.each([
    ['CREATE TABLE IF NOT EXISTS s.t (a INT NOT NULL DEFAULT 1 + 2 COMMENT \'c\', v VARCHAR(10))', { ifNotExists: true, name: 's.t', columns: [{ name: ['a'], typeText: 'INT', default: '1 + 2', comment: 'c' }, { name: ['v'], typeText: 'VARCHAR(10)', nullable: true }] }],
    ['CREATE TABLE t (id BIGINT GENERATED BY DEFAULT AS IDENTITY (START WITH -5 INCREMENT BY 2), d INT GENERATED ALWAYS AS (a + 1))', { name: 't', columns: [{ name: ['id'], typeText: 'BIGINT', nullable: true, identity: { start: '-5', increment: '2' } }, { name: ['d'], ...int, generated: 'a + 1' }] }],
    ['CREATE TABLE t (check INT, CONSTRAINT c CHECK (check > 0) NOT ENFORCED, PRIMARY KEY (a))', { name: 't', columns: [{ name: ['check'], ...int }], constraints: [{ kind: 'check', condition: 'check > 0', name: 'c', characteristics: ['NOT ENFORCED'] }, { kind: 'primaryKey', columns: ['a'] }] }],
    ["CREATE OR REPLACE TABLE t USING delta PARTITIONED BY (a, b INT) LOCATION '/x' COMMENT 'c' TBLPROPERTIES ('k' = 'v', a.b = 1) AS SELECT 1", { name: 't', replace: 'orReplace', clauses: { format: ['delta'], partitionedBy: [{ value: 'a' }, { value: 'b', type: { kind: 'int' } }], location: '/x', comment: 'c', properties: { k: 'v', 'a.b': '1' } }, query: 'SELECT 1' }],
    ['CREATE EXTERNAL TABLE t CLUSTER BY (a, b.c) AS (SELECT 1)', { name: 't', external: true, clauses: { clusterBy: [['a'], ['b', 'c']] }, query: '(SELECT 1)' }],
    ['CREATE TABLE t LIKE s USING parquet', { kind: 'createTableLike', name: 't', source: 's', clauses: { format: ['parquet'] } }],
    ["REPLACE TABLE t SHALLOW CLONE s VERSION AS OF 5 LOCATION '/c'", { kind: 'cloneTable', replace: 'replace', name: 't', depth: 'shallow', source: 's VERSION AS OF 5', clauses: { location: '/c' } }],
    ['CREATE VIEW v (a COMMENT \'x\', b) WITH SCHEMA EVOLUTION AS SELECT 1, 2', { kind: 'createView', name: 'v', columns: [{ name: 'a', comment: 'x' }, { name: 'b' }], clauses: { schemaBinding: 'EVOLUTION' }, query: 'SELECT 1, 2' }],
    ["CREATE SCHEMA IF NOT EXISTS a.s COMMENT 'c' LOCATION '/s' WITH DBPROPERTIES ('k' = 'v')", { kind: 'createSchema', name: 'a.s', ifNotExists: true, clauses: { comment: 'c', location: '/s', properties: { k: 'v' } } }],
    ['DROP TABLE IF EXISTS a.t PURGE', { kind: 'drop', object: 'TABLE', name: 'a.t', ifExists: true, behaviour: 'PURGE' }],
    ["COMMENT ON COLUMN t.a IS 'x'", { kind: 'comment', object: 'COLUMN', name: 't.a', comment: 'x' }],
  ])('%s', (text, { replace = 'none', ...tree }: Record<string, unknown>) => {
    const made = tree['kind'] === undefined || tree['kind'] === 'cloneTable' ? { replace } : {};
    expect(brief(parseStatement(text), text)).toEqual({ kind: 'createTable', ...made, ...tree });
  });

  it.each([
    ['ADD COLUMNS (a.b INT COMMENT \'x\' FIRST, c INT AFTER d)', { kind: 'addColumns', ...columns({ name: ['a', 'b'], ...int, comment: 'x', position: { kind: 'first' } }, { name: ['c'], ...int, position: { kind: 'after', column: 'd' } }) }],
    ['ALTER COLUMN a TYPE BIGINT', { kind: 'alterColumns', ...columns({ column: ['a'], changes: [{ kind: 'type', typeText: 'BIGINT' }] }) }],
    ['ALTER a SET DEFAULT 1, b DROP NOT NULL', { kind: 'alterColumns', ...columns({ column: ['a'], changes: [{ kind: 'default', value: '1' }] }, { column: ['b'], changes: [{ kind: 'nullable', nullable: true }] }) }],
    ['CHANGE COLUMN a a BIGINT COMMENT \'x\'', { kind: 'alterColumns', ...columns({ column: ['a'], changes: [{ kind: 'type', typeText: 'BIGINT' }, { kind: 'comment', comment: 'x' }] }) }],
    ['RENAME COLUMN a.b TO c', { kind: 'renameColumn', column: ['a', 'b'], to: 'c' }],
    ['DROP COLUMNS IF EXISTS (a, b.c)', { kind: 'dropColumns', ifExists: true, columns: [['a'], ['b', 'c']] }],
    ['RENAME TO s.u', { kind: 'rename', to: ['s', 'u'] }],
    ["SET TBLPROPERTIES ('a' = 'b')", { kind: 'setProperties', properties: { a: 'b' } }],
    ["UNSET TBLPROPERTIES IF EXISTS ('a', b)", { kind: 'unsetProperties', ifExists: true, keys: ['a', 'b'] }],
    ['ADD CONSTRAINT c CHECK (a > 0)', { kind: 'addConstraint', constraint: { kind: 'check', condition: 'a > 0', name: 'c' } }],
    ['DROP CONSTRAINT IF EXISTS c', { kind: 'dropConstraint', constraint: 'named', ifExists: true, name: 'c' }],
    ['CLUSTER BY NONE', { kind: 'clusterBy', clusterBy: 'NONE' }],
    ['DROP FEATURE deletionVectors TRUNCATE HISTORY', { kind: 'dropFeature', feature: 'deletionVectors', truncateHistory: true }],
    ["ADD PARTITION (d = 1) LOCATION '/p' PARTITION (d = 2)", { kind: 'addPartitions', partitions: [{ values: [{ column: ['d'], value: '1' }], location: '/p' }, { values: [{ column: ['d'], value: '2' }] }] }],
    ["SET LOCATION '/x'", { kind: 'setLocation', location: '/x' }],
  ])('ALTER TABLE t %s', (words, change) => {
    const text = `ALTER TABLE t ${words}`;
    expect(brief(parseStatement(text), text)).toEqual({ kind: 'alterTable', target: 't', change });
  });
});

describe('maintenance and governance', () => {
  it.each([
    ['OPTIMIZE t WHERE a > 1 ZORDER BY (b, c.d)', { kind: 'optimize', target: 't', where: 'a > 1', zOrderBy: [['b'], ['c', 'd']] }],
    ["VACUUM '/data/t' LITE RETAIN 1.5 HOURS DRY RUN", { kind: 'vacuum', target: "'/data/t'", mode: 'LITE', retainHours: '1.5', dryRun: true }],
    ['RESTORE TABLE t TO VERSION AS OF 3', { kind: 'restore', target: 't', to: { kind: 'version', version: '3' } }],
    ['CONVERT TO DELTA parquet.`/p` NO STATISTICS PARTITIONED BY (d DATE)', { kind: 'convertToDelta', source: 'parquet.`/p`', partitionedBy: [{ value: 'd', type: { kind: 'date' } }] }],
    ['REORG TABLE t APPLY (PURGE)', { kind: 'reorg', target: 't', action: 'PURGE' }],
    ['ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS a, b', { kind: 'analyzeTable', target: 't', columns: ['a', 'b'], scan: true }],
    ['GRANT USE CATALOG, ALL PRIVILEGES ON CATALOG main TO `a@b`', { kind: 'privileges', action: 'GRANT', privileges: ['USE CATALOG', 'ALL PRIVILEGES'], on: { kind: 'CATALOG', name: 'main' }, principal: { name: '`a@b`' } }],
    ["SET TAG ON TABLE t pii = 'high'", { kind: 'setTag', on: { kind: 'TABLE', name: 't' }, tags: { pii: 'high' } }],
    ['SHOW PARTITIONS t PARTITION (d = 1)', { kind: 'showPartitions', table: 't', partition: [{ column: ['d'], value: '1' }] }],
    ['DESCRIBE SCHEMA EXTENDED s', { kind: 'describeObject', object: 'SCHEMA', extended: true, name: 's' }],
  ])('%s', (text, tree) => {
    expect(brief(parseStatement(text), text)).toEqual(tree);
  });
});

describe('what is not run here', () => {
  it.each([
    ['MSCK REPAIR TABLE t', 'MSCK REPAIR TABLE'],
    ['DROP VOLUME v', 'DROP VOLUME'],
    ['ALTER SHARE s ADD TABLE t AS u', 'ALTER SHARE'],
    ['REVOKE SELECT ON t FROM bob', 'REVOKE'],
    ["LIST '/Volumes/x' LIMIT 5", 'LIST'],
    ['SHOW VOLUMES IN s', 'SHOW VOLUMES'],
    ['APPLY CHANGES INTO t FROM STREAM s KEYS (k)', 'APPLY CHANGES INTO'],
    ['CREATE FLOW f AS AUTO CDC INTO t FROM STREAM s KEYS (k)', 'CREATE FLOW'],
    ['DESCRIBE VOLUME v', 'DESCRIBE VOLUME'],
    ['CREATE SHARE s', 'CREATE SHARE'],
  ])('%s is refused as %s', (text, feature) => {
    expect(refusalOf(parseStatement(text))?.feature).toBe(feature);
  });

  it.each([
    ...['OPTIMIZE t', 'VACUUM t', 'REORG TABLE t APPLY (PURGE)', 'ANALYZE TABLE t COMPUTE STATISTICS', 'CONVERT TO DELTA parquet.`/p`', 'MSCK REPAIR TABLE t', "INSERT OVERWRITE DIRECTORY '/d' USING parquet SELECT 1"].map((text) => ({ text, reason: 'it is not implemented here yet, and Spark runs it' })),
    ...["COPY INTO t FROM '/d' FILEFORMAT = CSV", "LIST '/Volumes/x'"].map((text) => ({ text, reason: 'it is not implemented here, and Databricks runs it' })),
  ])('$text says who runs it', ({ text, reason }) => {
    expect(refusalOf(parseStatement(text))?.reason).toBe(reason);
  });
});

describe('functions with the name of an operator', () => {
  it.each(['like(a, b)', 'left(a, 2)', 'right(a, 2)', 'in(a, b)', 'and(a, b)', 'or(a, b)', 'between(a, 1, 2)', 'rlike(a, b)'])('%s', (call) => {
    expect(parseStatement(`SELECT ${call}`)).toMatchObject({ body: { items: [{ value: { kind: 'call' } }] } });
  });
});
