import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasCode, LakebookError } from '../base/errors.ts';
import { createDelta } from '../delta/createDelta.ts';
import { createDeltaEngine } from '../duckdb/deltaEngine.ts';
import { createLocalStorage } from '../storage/local.ts';
import { systemEnvironment } from '../storage/systemEnvironment.ts';
import { createQueryEngine } from './createQueryEngine.ts';
import { TestWorkspace } from './testWorkspace.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
  await workspace.writeTable('sales/orders', {
    columns: [{ name: 'id', type: 'long', comment: 'the key' }, { name: 'amount', type: 'decimal(9,2)' }, { name: 'region', type: 'string' }],
    partitionColumns: ['region'],
    properties: { 'delta.enableChangeDataFeed': 'true', owner: 'ann' },
    commits: [
      { add: [{ select: 'SELECT 1::BIGINT AS id, 10.50::DECIMAL(9,2) AS amount', partition: { region: 'eu' } }, { select: 'SELECT 2::BIGINT AS id, 20.00::DECIMAL(9,2) AS amount', partition: { region: 'us' } }] },
      { add: [{ select: 'SELECT range AS id, range::DECIMAL(9,2) AS amount FROM range(100, 110)', partition: { region: 'eu' } }] },
      { remove: [1] },
    ],
  });
  await workspace.writeTable('people', { columns: [{ name: 'id', type: 'integer' }], commits: [{ add: [{ select: 'SELECT 7::INTEGER AS id' }] }] });
  await workspace.writeTable('eu/west/cities', { columns: [{ name: 'name', type: 'string' }], commits: [{ add: [{ select: "SELECT 'Paris' AS name" }] }] });
  for (const name of ['Twin', 'twin']) await mkdir(join(workspace.root, name, '_delta_log'), { recursive: true });
  await writeFile(join(workspace.root, 'points.csv'), 'x,y\n1,2.5\n2,3.5\n');
  await workspace.catalog.refresh();
});
afterAll(() => workspace.dispose());
beforeEach(() => {
  workspace.session = workspace.engine.createSession();
});

async function failure(promise: Promise<unknown>): Promise<LakebookError> {
  const error = await promise.then(() => 'no error', (thrown: unknown) => thrown);
  if (error instanceof LakebookError) return error;
  throw new Error(`not a LakebookError: ${String(error)}`);
}

describe('a query', () => {
  it.each([
    { name: 'a two-level name', text: 'SELECT count(*) AS n FROM sales.orders', rows: [[11n]] },
    { name: 'the full name, ignoring case', text: 'SELECT count(*) AS n FROM workspace.SALES.Orders', rows: [[11n]] },
    { name: 'a one-level name', text: 'SELECT id FROM people', rows: [[7]] },
    { name: 'a name with a path as its schema', text: 'SELECT * FROM `eu/west`.cities', rows: [['Paris']] },
    { name: 'a path from the workspace', text: 'SELECT id FROM delta.`people`', rows: [[7]] },
    { name: 'a version', text: 'SELECT id FROM sales.orders VERSION AS OF 0 ORDER BY id', rows: [[1n], [2n]] },
    { name: 'a version in the name', text: 'SELECT count(*) AS n FROM sales.orders@v1', rows: [[12n]] },
    { name: 'a version in the path', text: 'SELECT count(*) AS n FROM delta.`sales/orders@v1`', rows: [[12n]] },
    { name: 'a time', text: "SELECT count(*) AS n FROM sales.orders TIMESTAMP AS OF '2024-01-01 00:01:30'", rows: [[12n]] },
    { name: 'two versions side by side', text: 'SELECT (SELECT count(*) FROM sales.orders@v0) AS a, (SELECT count(*) FROM sales.orders) AS b', rows: [[2n, 11n]] },
    { name: 'its changes', text: "SELECT id, _change_type, _commit_version FROM table_changes('sales.orders', 2)", rows: [[2n, 'delete', 2n]] },
    { name: 'a file', text: "SELECT x, y FROM read_files('points.csv') ORDER BY x", rows: [[1, 2.5], [2, 3.5]] },
    { name: 'a file as Spark reads it', text: 'SELECT _c1 FROM csv.`points.csv` WHERE _c0 = \'2\'', rows: [['3.5']] },
  ])('reads a table by $name', async ({ text, rows }) => {
    expect((await workspace.run(text)).rows).toEqual(rows);
  });

  it.each([
    { name: 'a cast of its own', dialect: 'spark' as const, text: 'SELECT * FROM `eu/west`.cities WHERE name > 5', code: 'CAST_INVALID_INPUT' },
    { name: 'a cast out of range', dialect: 'spark' as const, text: 'SELECT cast(id * 100 AS tinyint) FROM people', code: 'CAST_OVERFLOW' },
    { name: 'a cast of its own in DuckDB', dialect: 'duckdb' as const, text: "SELECT name::INTEGER FROM \"eu/west\".cities WHERE name <> 'corrupt'", code: 'DUCKDB_STATEMENT_FAILED' },
  ])('blames $name, not the data file', async ({ dialect, text, code }) => {
    expect(await failure(workspace.run(text, dialect))).toMatchObject({ code });
  });

  it('gives names and types of Spark', async () => {
    expect((await workspace.run('SELECT *, amount * 2, count(*) OVER () FROM sales.orders LIMIT 0')).columns).toMatch(/^id bigint, amount decimal\(9,2\), region string, \(amount \* 2\) decimal\(11,2\), count/);
  });

  it('reads each table at one version, however often it stands there', async () => {
    const { statement } = await workspace.run('SELECT a.id FROM sales.orders a JOIN sales.orders b ON a.id = b.id WHERE a.id = 1');
    expect(statement.tables).toEqual([expect.objectContaining({ name: 'sales.orders', version: 2, pinned: false })]);
  });

  it.each([
    { name: 'a partition', where: "region = 'us'", read: [0, 0] },
    { name: 'statistics', where: 'id > 105', read: [1, 1003] },
    { name: 'nothing', where: 'id > 0', read: [2, 2004] },
  ])('leaves files out by $name, and says so', async ({ where, read }) => {
    const { statement } = await workspace.run(`SELECT * FROM sales.orders WHERE ${where}`);
    const [table] = statement.tables;
    expect([table!.filesRead, table!.bytesRead, table!.filesTotal, table!.bytesTotal]).toEqual([...read, 2, 2004]);
  });

  it('tells the receipt of pinned versions and of files in place', async () => {
    const { statement } = await workspace.run("SELECT 1 FROM sales.orders@v0, csv.`points.csv` WHERE false");
    expect({ tables: statement.tables.map(({ name, version, pinned }) => [name, version, pinned]), files: statement.files }).toEqual({
      tables: [['sales.orders', 0, true]],
      files: [join(workspace.root, 'points.csv')],
    });
  });
});

describe('statements about tables', () => {
  it.each([
    { text: 'DESCRIBE sales.orders', rows: [['id', 'bigint', 'the key'], ['amount', 'decimal(9,2)', null], ['region', 'string', null], ['# Partition Information', '', ''], ['# col_name', 'data_type', 'comment'], ['region', 'string', null]] },
    { text: 'DESCRIBE sales.orders id', rows: [['col_name', 'id'], ['data_type', 'bigint'], ['comment', 'the key']] },
    { text: 'SHOW COLUMNS IN sales.orders', rows: [['id'], ['amount'], ['region']] },
    { text: 'SHOW TABLES IN sales', rows: [['sales', 'orders', false]] },
    { text: "SHOW TABLES LIKE 'p*'", rows: [['default', 'people', false]] },
    { text: 'SHOW SCHEMAS', rows: [['default'], ['eu/west'], ['information_schema'], ['sales']] },
    { text: "SHOW TBLPROPERTIES sales.orders ('owner')", rows: [['owner', 'ann']] },
    { text: 'USE sales; SHOW TABLES', rows: [['sales', 'orders', false]] },
    { text: 'USE sales; SELECT count(*) FROM orders', rows: [[11n]] },
    { text: 'SET spark.sql.ansi.enabled = false; SET spark.sql.ansi.enabled', rows: [['spark.sql.ansi.enabled', 'false']] },
    { text: 'SET my.password = abc', rows: [['my.password', 'abc']] },
    { text: 'SET my.access.key = abc; SET my.access.key', rows: [['my.access.key', '*********(redacted)']] },
    { text: 'SET a.b = my secret; SET a.b', rows: [['a.b', '*********(redacted)']] },
    { text: 'SET my.other.token', rows: [['my.other.token', '*********(redacted)']] },
  ])('$text', async ({ text, rows }) => {
    expect((await workspace.run(text)).rows).toEqual(rows);
  });

  it('describe the history newest first, in columns of Delta', async () => {
    const { columns, rows } = await workspace.run('DESCRIBE HISTORY sales.orders LIMIT 2');
    expect(columns).toMatch(/^version bigint, timestamp timestamp, userId string, userName string, operation string, operationParameters map<string,string>, job struct</);
    expect(rows.map(([version, timestamp, , , operation, parameters]) => [version, timestamp, operation, parameters])).toEqual([
      [2n, '2024-01-01 00:02:00+00', 'WRITE', "{'mode': 'Append'}"],
      [1n, '2024-01-01 00:01:00+00', 'WRITE', "{'mode': 'Append'}"],
    ]);
  });

  it('describe the detail of a version', async () => {
    const { rows } = await workspace.run('DESCRIBE DETAIL sales.orders');
    expect(rows[0]!.slice(0, 5)).toEqual(['delta', 'a3a1a6c0-0000-4000-8000-000000000000', 'spark_catalog.sales.orders', null, `file:${join(workspace.root, 'sales/orders')}`]);
  });

  it('explain what is pinned and left out, and how DuckDB runs it', async () => {
    const { columns, rows } = await workspace.run('EXPLAIN SELECT * FROM sales.orders WHERE id > 105');
    expect(columns).toBe('plan string');
    expect(rows.slice(0, 2)).toEqual([['== Pinned tables =='], ['sales.orders at version 2: 1 of 2 files, 1003 of 2004 bytes (files left out: 1 by statistics)']]);
    expect(rows.some(([line]) => String(line).includes('READ_PARQUET'))).toBe(true);
  });
});

describe('EXPLAIN of a statement that is no query', () => {
  it.each([
    { text: 'EXPLAIN SET  a\n= 1', rows: [['== Command =='], ['SET a = 1'], ['']] },
    { text: 'EXPLAIN SHOW TABLES', rows: [['== Command =='], ['SHOW TABLES'], ['']] },
    { text: 'EXPLAIN CREATE TEMP VIEW v AS SELECT 1', rows: [['== Command =='], ['CREATE TEMP VIEW v AS'], [''], ['== Pinned tables =='], ['none']] },
  ])('$text', async ({ text, rows }) => {
    expect((await workspace.run(text)).rows.slice(0, rows.length)).toEqual(rows);
  });
});

describe('options of a table', () => {
  it.each([
    { text: "SELECT count(*) FROM sales.orders WITH ('versionAsOf' = '0')", rows: [[2n]], notices: [] },
    { text: "SELECT count(*) FROM sales.orders WITH (timestampAsOf = '2024-01-01 00:00:30') AS o", rows: [[2n]], notices: [] },
    { text: 'SELECT count(*) FROM sales.orders WITH (splitSize = 5)', rows: [[11n]], notices: ['The option splitsize has no effect on a Delta table.'] },
  ])('$text', async ({ text, rows, notices }) => {
    const answer = await workspace.run(text);
    expect({ rows: answer.rows, notices: answer.statement.notices }).toEqual({ rows, notices });
  });
});

describe('a DuckDB cell', () => {
  it.each([
    { text: 'SELECT count(*) AS n FROM sales.orders WHERE id > 105', columns: 'n bigint', rows: [[4n]], filesRead: 1 },
    { text: 'FROM sales.orders AT (VERSION => 0) SELECT sum(id) AS s', columns: 's decimal(38,0)', rows: [['3']], filesRead: 2 },
    { text: "SELECT o.id, {'a': [o.amount]} AS s FROM sales.orders o WHERE o.region = 'us'", columns: 'id bigint, s struct<a:array<decimal(9,2)>>', rows: [], filesRead: 0 },
    { text: 'FROM delta."./people"', columns: 'id int', rows: [[7]], filesRead: 1 },
  ])('$text', async ({ text, columns, rows, filesRead }) => {
    const answer = await workspace.run(text, 'duckdb');
    expect([answer.columns, answer.rows, answer.statement.tables[0]!.filesRead]).toEqual([columns, rows, filesRead]);
  });

  it.each([
    { text: 'SELECT 1;\nFROM sales.ordres', code: 'TABLE_OR_VIEW_NOT_FOUND', line: 2 },
    { text: 'SELECT 1;\n\nSELEC', code: 'DUCKDB_SYNTAX_ERROR', line: 3 },
    { text: "FROM read_csv('x')", code: 'DUCKDB_FEATURE_REFUSED', line: undefined },
    { text: 'SELECT nope FROM people', code: 'DUCKDB_STATEMENT_FAILED', line: undefined },
    { text: "SELECT 'x'::INTEGER FROM people", code: 'DUCKDB_STATEMENT_FAILED', line: undefined },
  ])('$text: $code', async ({ text, code, line }) => {
    const error = await failure(workspace.run(text, 'duckdb'));
    expect([error.code, error.span?.line]).toEqual([code, line]);
  });

  it('reads files as tables', async () => {
    const { rows, statement } = await workspace.run("SELECT sum(y) FROM 'points.csv'", 'duckdb');
    expect([rows, statement.files]).toEqual([[[6]], [join(workspace.root, 'points.csv')]]);
  });
});

describe('what is wrong is named, and pointed at', () => {
  it.each([
    { text: 'SELECT * FROM sales.ordres', code: 'TABLE_OR_VIEW_NOT_FOUND', start: 14 },
    { text: 'DESCRIBE ordres', code: 'TABLE_OR_VIEW_NOT_FOUND', start: 9 },
    { text: 'SELECT * FROM twin', code: 'AMBIGUOUS_TABLE_NAME', start: 14 },
    { text: 'SELECT nope FROM people', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION', start: 7 },
    { text: 'SELECT * FROM people VERSION AS OF 9', code: 'DELTA_VERSION_NOT_FOUND', start: 14 },
    { text: 'SELECT * FROM people VERSION AS OF -1', code: 'DELTA_VERSION_INVALID', start: 14 },
    { text: "SELECT * FROM people VERSION AS OF 'x'", code: 'DELTA_VERSION_INVALID', start: 14 },
    { text: 'SELECT * FROM people VERSION AS OF 1 + 1', code: 'DELTA_VERSION_INVALID', start: 14 },
    { text: "SELECT * FROM people TIMESTAMP AS OF 'soon'", code: 'DELTA_TIMESTAMP_INVALID', start: 14 },
    { text: 'SELECT * FROM delta.`nowhere`', code: 'PATH_NOT_FOUND', start: 14 },
    { text: 'SELECT * FROM csv.`nowhere.csv`', code: 'PATH_NOT_FOUND', start: 14 },
    { text: "SELECT * FROM table_changes('people', 0)", code: 'DELTA_MISSING_CHANGE_DATA', start: 14 },
    { text: 'SELECT 1; SELEC 2', code: 'PARSE_SYNTAX_ERROR', start: 10 },
    { text: 'USE nowhere', code: 'SCHEMA_NOT_FOUND', start: 0 },
    { text: 'SHOW TABLES IN other.sales', code: 'CATALOG_NOT_FOUND', start: 0 },
    { text: 'OPTIMIZE people', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', start: 0 },
    { text: 'EXPLAIN OPTIMIZE people', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', start: 0 },
    { text: 'EXPLAIN CREATE TEMP VIEW v AS SELECT nope FROM people', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION', start: 37 },
    { text: "SELECT * FROM people WITH (versionAsOf = 9)", code: 'DELTA_VERSION_NOT_FOUND', start: 14 },
    { text: "SELECT * FROM people VERSION AS OF 0 WITH (versionAsOf = 0)", code: 'MULTIPLE_TIME_TRAVEL_SPEC', start: 14 },
    { text: "SELECT * FROM people WITH (versionAsOf = 0, timestampAsOf = '2024-01-01')", code: 'INVALID_TIME_TRAVEL_SPEC', start: 14 },
    { text: "SELECT * FROM people WITH (readChangeFeed = true, startingVersion = 0)", code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', start: 14 },
    { text: 'SELECT 1 AS a UNION BY NAME SELECT 2 AS b', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION', start: 0 },
    { text: 'SELECT 1 AS a UNION BY NAME SELECT 2 AS a, 3 AS b', code: 'NUM_COLUMNS_MISMATCH', start: 0 },
    { text: 'SELECT 1 AS a UNION BY NAME SELECT 2 AS a, 3 AS a', code: 'AMBIGUOUS_REFERENCE', start: 0 },
  ])('$text: $code', async ({ text, code, start }) => {
    const error = await failure(workspace.run(text));
    expect([error.code, error.span?.start]).toEqual([code, start]);
  });

  it('and near names are told', async () => {
    expect((await failure(workspace.run('SELECT * FROM sales.ordres'))).suggestions).toContain('sales.orders');
  });

  it('in a zone that is none, or a setting that cannot be', async () => {
    expect(hasCode(await failure(workspace.run("SET TIME ZONE 'Mars/Base'")), 'INVALID_TIMEZONE')).toBe(true);
    expect(hasCode(await failure(workspace.run('SET spark.sql.ansi.enabled = maybe')), 'INVALID_CONF_VALUE')).toBe(true);
  });

  it('without running, all of a text at once', async () => {
    const errors = await workspace.engine.check('SELECT nope FROM people;\nSELEC;\nSELECT id FROM people;\nUSE sales', 'spark', workspace.session, new AbortController().signal);
    expect(errors.map(({ code, span }) => [code, span?.line])).toEqual([['UNRESOLVED_COLUMN.WITH_SUGGESTION', 1], ['PARSE_SYNTAX_ERROR', 2]]);
    expect(workspace.session.schema).toBe('default');
  });

  it.each([
    { name: 'a table that the text makes', text: 'CREATE TABLE fresh (id INT); INSERT INTO fresh VALUES (1); SELECT nope FROM fresh; SELECT nope FROM people', codes: ['UNRESOLVED_COLUMN.WITH_SUGGESTION'] },
    { name: 'a table that is there, and is not made again', text: 'CREATE TABLE IF NOT EXISTS people (id INT); SELECT nope FROM people', codes: ['UNRESOLVED_COLUMN.WITH_SUGGESTION'] },
    { name: 'a view over such a table', text: 'CREATE TABLE fresh (id INT); CREATE TEMP VIEW v AS SELECT id FROM fresh; SELECT id FROM v', codes: [] },
    { name: 'a schema that the text makes', text: 'CREATE SCHEMA fresh; CREATE TABLE fresh.t (id INT); SELECT id FROM fresh.t', codes: [] },
    { name: 'a column that the text adds', text: 'ALTER TABLE people ADD COLUMN added INT; SELECT added FROM people', codes: [] },
    { name: 'a new name', text: 'ALTER TABLE people RENAME TO persons; SELECT id FROM persons', codes: [] },
    { name: 'a table that a script makes', text: 'BEGIN CREATE TABLE fresh (id INT); END; SELECT id FROM fresh', codes: [] },
    { name: 'a name before it is made', text: 'SELECT id FROM fresh; CREATE TABLE fresh (id INT)', codes: ['TABLE_OR_VIEW_NOT_FOUND'] },
    { name: 'a text that was run', text: 'CREATE TABLE people (id INT)', codes: [] },
    { name: 'a column that was added', text: 'ALTER TABLE people ADD COLUMN id INT', codes: [] },
    { name: 'a column that was dropped', text: 'ALTER TABLE people DROP COLUMN gone', codes: [] },
    { name: 'a column that was renamed', text: 'ALTER TABLE people RENAME COLUMN gone TO id', codes: [] },
    { name: 'a table that was renamed', text: 'ALTER TABLE gone RENAME TO people', codes: [] },
    { name: 'a table that was dropped', text: 'DROP TABLE gone', codes: [] },
  ])('without running, $name', async ({ text, codes }) => {
    const errors = await workspace.engine.check(text, 'spark', workspace.session, new AbortController().signal);
    expect(errors.map(({ code }) => code)).toEqual(codes);
  });
});

it('answers questions about a folder whose name looks like a version', async () => {
  await workspace.writeTable('odd@v3', { columns: [{ name: 'id', type: 'integer' }], commits: [{ add: [{ select: 'SELECT 3::INTEGER AS id' }] }] });
  for (const path of ['odd@v3', `file://${workspace.root}/odd@v3`]) {
    const statement = await workspace.engine.prepareTable({ kind: 'rows', path }, workspace.session, new AbortController().signal);
    expect((await workspace.database.query(statement.sql)).rows()).toEqual([[3]]);
    await statement.dispose();
  }
});

describe('completion', () => {
  it.each([
    { text: 'SELECT * FROM sales.', offers: ['orders'] },
    { text: 'SELECT * FROM pe', offers: ['people'] },
    { text: 'SELECT am| FROM sales.orders', offers: ['amount'] },
    { text: 'SELECT o.re| FROM sales.orders o', offers: ['region'] },
    { text: 'SEL', offers: ['SELECT'] },
  ])('$text', async ({ text, offers }) => {
    const offset = text.includes('|') ? text.indexOf('|') : text.length;
    const { items } = await workspace.engine.language.complete({ text: text.replace('|', ''), offset }, 'spark', workspace.session, new AbortController().signal);
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(offers));
  });
});

it('maps errors of running to classes of Spark, and points at them', async () => {
  const error = await failure(workspace.run('SELECT id / (id - 7) FROM people'));
  expect([error.code, error.span?.start]).toEqual(['DIVIDE_BY_ZERO', 7]);
});

it('gives a wider text where decimals overflow in 64 bits alone', async () => {
  const { statement } = await workspace.run('SELECT sum(amount) FROM sales.orders');
  expect(await statement.fallback(new Error('Out of Range Error: Overflow in multiplication of DECIMAL(18) (1 * 2)'))).toMatch(/^SELECT/);
  expect(await statement.fallback(new Error('anything else'))).toBeUndefined();
});

it('refuses what the hook forbids, in every kind of statement', async () => {
  const asked: string[] = [];
  const delta = createDelta({ storage: createLocalStorage(), engine: await createDeltaEngine(workspace.database), environment: systemEnvironment() });
  const engine = createQueryEngine({ catalog: workspace.catalog, delta, database: workspace.database, authorise: ({ table }) => Promise.resolve(void asked.push(table)) });
  for (const [text, dialect] of [['SELECT * FROM people', 'spark'], ['DESCRIBE HISTORY people', 'spark'], ['DESCRIBE people', 'spark'], ["SELECT * FROM table_changes('sales.orders', 2)", 'spark'], ['FROM people', 'duckdb']] as const) {
    const [statement] = engine.split(text, dialect);
    await (await engine.prepare(statement!, engine.createSession(), new AbortController().signal)).dispose();
  }
  await engine.dispose();
  expect(asked).toEqual(['people', 'people', 'people', 'sales.orders', 'people']);
});
