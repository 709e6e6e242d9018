import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LakebookError } from '../../base/errors.ts';
import { createWorkspaceCatalog } from '../../catalog/workspaceCatalog.ts';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
let elsewhere = '';
let made = 0;
let t = '';
beforeAll(async () => {
  workspace = await TestWorkspace.create();
  await workspace.run('CREATE SCHEMA sales');
});
beforeEach(() => {
  workspace.session = workspace.engine.createSession();
  made += 1;
  t = `x${made}`;
  elsewhere = mkdtempSync(join(tmpdir(), 'lakebook-elsewhere-'));
});
afterAll(() => workspace.dispose());

/** `@` stands for the test's own table, `$` for a folder of its own that is not in the workspace. */
function run(text: string): ReturnType<TestWorkspace['run']> {
  return workspace.run(filled(text));
}

function filled(text: string): string {
  return text.replaceAll('@', t).replaceAll('$', elsewhere);
}

async function rowsOf(text: string): Promise<readonly (readonly unknown[])[]> {
  return (await run(text)).rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
}

async function errorOf(text: string): Promise<LakebookError> {
  const error: unknown = await run(text).catch((failure: unknown) => failure);
  if (!(error instanceof LakebookError)) throw new Error(`no error but ${String(error)}`);
  return error;
}

const TWO = "CREATE TABLE @ (id INT, name STRING) LOCATION '$/a'; INSERT INTO @ VALUES (1, 'x')";

describe('a table with a LOCATION', () => {
  it('is made there, has its name for good, and is told apart', async () => {
    await run(TWO);
    const again = createWorkspaceCatalog(workspace.root);
    expect(await again.lookup([t], { catalog: 'spark_catalog', schema: 'default' })).toEqual({ fullName: ['spark_catalog', 'default', t], path: `${elsewhere}/a`, isExternal: true });
    expect([existsSync(join(elsewhere, 'a', '_delta_log')), existsSync(join(workspace.root, t))]).toEqual([true, false]);
    expect(await rowsOf('SELECT * FROM @')).toEqual([[1, 'x']]);
    expect((await rowsOf('DESCRIBE EXTENDED @')).filter(([name]) => name === 'Type' || name === 'Location')).toEqual([['Type', 'EXTERNAL', ''], ['Location', `file:${elsewhere}/a`, '']]);
    expect((await rowsOf('DESCRIBE DETAIL @'))[0]?.slice(2, 5)).toEqual([`spark_catalog.default.${t}`, null, `file:${elsewhere}/a`]);
    expect((await rowsOf('SHOW CREATE TABLE @'))[0]?.[0]).toContain(`\nLOCATION 'file:${elsewhere}/a'\n`);
    expect(await rowsOf("SELECT table_type, storage_path FROM information_schema.tables WHERE table_name = '@'")).toEqual([['EXTERNAL', `file:${elsewhere}/a`]]);
    expect(await rowsOf("SHOW TABLES LIKE '@'")).toEqual([['default', t, false]]);
    expect((await rowsOf('DESCRIBE HISTORY @')).at(-1)?.[5]).toContain('isManaged');
    expect(JSON.stringify((await rowsOf('DESCRIBE HISTORY @')).at(-1))).toMatch(/isManaged\W+false/);
  });

  it.each([
    { name: 'AS SELECT', sql: "CREATE TABLE @ LOCATION '$/a' AS SELECT 1 AS id", rows: [[1]] },
    { name: 'EXTERNAL, by a URI', sql: "CREATE EXTERNAL TABLE @ (id INT) LOCATION 'file:$/a'; INSERT INTO @ VALUES (2)", rows: [[2]] },
    { name: 'in a schema', sql: "CREATE TABLE sales.@ (id INT) LOCATION '$/a'; USE sales; INSERT INTO @ VALUES (3)", rows: [[3]] },
    { name: 'that replaces nothing', sql: "CREATE OR REPLACE TABLE @ LOCATION '$/a' AS SELECT 4 AS id", rows: [[4]] },
    { name: 'that is replaced where it is', sql: `${TWO}; CREATE OR REPLACE TABLE @ LOCATION '$/a' AS SELECT 5 AS id`, rows: [[5]] },
    { name: 'that is replaced without its location', sql: `${TWO}; REPLACE TABLE @ AS SELECT 6 AS id`, rows: [[6]] },
    { name: 'replacing a table without a name', sql: `CREATE TABLE delta.\`$/a\` (x DATE); CREATE OR REPLACE TABLE @ LOCATION '$/a' AS SELECT 7 AS id`, rows: [[7]] },
    { name: 'like another', sql: `CREATE TABLE @y (id INT); CREATE TABLE @ LIKE @y LOCATION '$/a'; INSERT INTO @ VALUES (8)`, rows: [[8]] },
    { name: 'with an empty folder', sql: "CREATE TABLE @ (id INT) LOCATION '$'; INSERT INTO @ VALUES (9)", rows: [[9]] },
    { name: 'relative to the workspace, in it', sql: "CREATE TABLE @ (id INT) LOCATION 'deep/@/a'; INSERT INTO `deep/@`.a VALUES (10)", rows: [[10]] },
    { name: 'in its own folder', sql: "CREATE TABLE @ (id INT) LOCATION '@'; INSERT INTO @ VALUES (11)", rows: [[11]] },
  ])('is made: $name', async ({ sql, rows }) => {
    await run(sql);
    expect(await rowsOf('SELECT * FROM @')).toEqual(rows);
  });

  it('is taken over where it is there already, as it was specified or not at all', async () => {
    await run(`${TWO}; CREATE TABLE @b LOCATION '$/a'; CREATE TABLE @c (id INT, name STRING) COMMENT 'not asked' LOCATION '$/a'`);
    expect([await rowsOf('SELECT * FROM @b'), await rowsOf('SELECT * FROM @c'), (await rowsOf('DESCRIBE HISTORY @b')).length]).toEqual([[[1, 'x']], [[1, 'x']], 2]);
    await run('INSERT INTO @c VALUES (2, NULL); DROP TABLE @b');
    expect([(await rowsOf('SELECT * FROM @')).length, (await errorOf('SELECT * FROM @b')).code]).toEqual([2, 'TABLE_OR_VIEW_NOT_FOUND']);
  });

  it('is taken over with mapped, clustered and generated columns', async () => {
    await run(`CREATE TABLE @ (a INT NOT NULL, g INT GENERATED ALWAYS AS (a + 1), s STRUCT<x: INT>) CLUSTER BY (a) LOCATION '$/a' TBLPROPERTIES ('delta.columnMapping.mode'='name', k = 'v')`);
    await run("CREATE TABLE @b (a INT NOT NULL, g INT GENERATED ALWAYS AS (a + 1), s STRUCT<x: INT>) CLUSTER BY (a) LOCATION '$/a'");
    expect((await errorOf("CREATE TABLE @c (a INT NOT NULL, g INT GENERATED ALWAYS AS (a + 1), s STRUCT<x: INT>) CLUSTER BY (g) LOCATION '$/a'")).code).toBe('DELTA_CREATE_TABLE_WITH_DIFFERENT_CLUSTERING');
    expect((await errorOf("CREATE TABLE @c (a INT NOT NULL, g INT GENERATED ALWAYS AS (a + 2), s STRUCT<x: INT>) CLUSTER BY (a) LOCATION '$/a'")).message).toContain('The specified metadata for field g');
  });

  it.each([
    { sql: "CREATE TABLE @n (id INT) LOCATION '$/a'", code: 'DELTA_CREATE_TABLE_SCHEME_MISMATCH', says: 'The specified schema is missing field(s): name' },
    { sql: "CREATE TABLE @n (id INT, name STRING, z INT) LOCATION '$/a'", code: 'DELTA_CREATE_TABLE_SCHEME_MISMATCH', says: 'has additional field(s): z' },
    { sql: "CREATE TABLE @n (id BIGINT, name STRING) LOCATION '$/a'", code: 'DELTA_CREATE_TABLE_SCHEME_MISMATCH', says: 'The specified type for id is different from the existing schema: long and not integer' },
    { sql: "CREATE TABLE @n (id INT NOT NULL, name STRING) LOCATION '$/a'", code: 'DELTA_CREATE_TABLE_SCHEME_MISMATCH', says: 'Field id is non-nullable in the specified schema but nullable in the existing schema' },
    { sql: "CREATE TABLE @n (id INT COMMENT 'c', name STRING) LOCATION '$/a'", code: 'DELTA_CREATE_TABLE_SCHEME_MISMATCH', says: 'The specified metadata for field id' },
    { sql: "CREATE TABLE @n (id INT, name STRING) PARTITIONED BY (id) LOCATION '$/a'", code: 'DELTA_CREATE_TABLE_WITH_DIFFERENT_PARTITIONING', says: '(id)' },
    { sql: "CREATE TABLE @n (id INT, name STRING) LOCATION '$/a' TBLPROPERTIES (k = 'v')", code: 'DELTA_CREATE_TABLE_WITH_DIFFERENT_PROPERTY', says: 'k=v' },
    { sql: "CREATE TABLE @n PARTITIONED BY (id) LOCATION '$/a'", code: 'SPECIFY_PARTITION_IS_NOT_ALLOWED', says: 'PARTITIONED BY' },
    { sql: "CREATE TABLE @n LOCATION '$/a' AS SELECT 1 AS id", code: 'DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION', says: '/a' },
    { sql: "CREATE TABLE @ (id INT) LOCATION '$/b'", code: 'TABLE_OR_VIEW_ALREADY_EXISTS', says: t },
    { sql: "CREATE OR REPLACE TABLE @ (id INT) LOCATION '$/b'", code: 'DELTA_TABLE_LOCATION_MISMATCH', says: '/b' },
    { sql: "REPLACE TABLE @n (id INT) LOCATION '$/a'", code: 'DELTA_CANNOT_REPLACE_MISSING_TABLE', says: '' },
    { sql: "CREATE OR REPLACE TABLE @n LOCATION '$/a'", code: 'DELTA_SCHEMA_NOT_PROVIDED', says: '' },
    { sql: "CREATE TABLE @n (id INT) LOCATION '$/full'", code: 'DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION', says: '/full) is not empty' },
    { sql: "CREATE OR REPLACE TABLE @n LOCATION '$/full' AS SELECT 1 AS id", code: 'DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION', says: '/full' },
    { sql: "CREATE TABLE @n (id INT) LOCATION '$/full/file.txt'", code: 'DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION', says: 'file.txt' },
    { sql: "CREATE TABLE @n LOCATION '$/full'", code: 'DELTA_CREATE_EXTERNAL_TABLE_WITHOUT_TXN_LOG', says: '/full' },
    { sql: "CREATE TABLE @n LOCATION '$/nothing'", code: 'DELTA_CREATE_EXTERNAL_TABLE_WITHOUT_SCHEMA', says: '/nothing' },
    { sql: "CREATE TABLE nosuch.@n (id INT) LOCATION '$/n'", code: 'SCHEMA_NOT_FOUND', says: 'nosuch' },
    { sql: "CREATE TABLE @n (id INT) LOCATION 's3://bucket/n'", code: 'STORAGE_UNSUPPORTED_LOCATION', says: 's3://bucket/n' },
    { sql: "CREATE TABLE delta.`$/n` (id INT) LOCATION '$/m'", code: 'DELTA_CREATE_TABLE_IDENTIFIER_LOCATION_MISMATCH', says: '/m' },
  ])('is refused: $sql', async ({ sql, code, says }) => {
    await run(TWO);
    mkdirSync(join(elsewhere, 'full'));
    writeFileSync(join(elsewhere, 'full', 'file.txt'), 'mine');
    const error = await errorOf(sql);
    expect([error.code, error.message, (await errorOf('SELECT * FROM @n')).code, await rowsOf('SELECT * FROM @')]).toEqual([code, expect.stringContaining(says), 'TABLE_OR_VIEW_NOT_FOUND', [[1, 'x']]]);
    expect(readdirSync(join(elsewhere, 'full'))).toEqual(['file.txt']);
  });

  it('is no table where IF NOT EXISTS finds its name taken', async () => {
    await run(`${TWO}; CREATE TABLE IF NOT EXISTS @ (z INT) LOCATION '$/b'`);
    expect([await rowsOf('SELECT * FROM @'), existsSync(join(elsewhere, 'b'))]).toEqual([[[1, 'x']], false]);
  });

  it('keeps its files when it is dropped', async () => {
    await run(`${TWO}; DROP TABLE @`);
    expect([(await errorOf('SELECT * FROM @')).code, await rowsOf('SELECT * FROM delta.`$/a`')]).toEqual(['TABLE_OR_VIEW_NOT_FOUND', [[1, 'x']]]);
    await run("DROP TABLE IF EXISTS @; CREATE TABLE @ LOCATION '$/a'");
    expect(await rowsOf('SELECT * FROM @')).toEqual([[1, 'x']]);
  });

  it('gets another name, and its files stay', async () => {
    await run(`${TWO}; ALTER TABLE @ RENAME TO sales.@r`);
    expect([await rowsOf('SELECT * FROM sales.@r'), (await errorOf('SELECT * FROM @')).code]).toEqual([[[1, 'x']], 'TABLE_OR_VIEW_NOT_FOUND']);
    await run('ALTER TABLE sales.@r RENAME TO @R');
    expect(await rowsOf("SHOW TABLES IN sales LIKE '@r'")).toEqual([['sales', `${t}R`, false]]);
    await run('CREATE TABLE @taken (id INT)');
    expect([(await errorOf('ALTER TABLE sales.@r RENAME TO default.@taken')).code, (await errorOf('ALTER TABLE @taken RENAME TO sales.@r')).code]).toEqual(['TABLE_OR_VIEW_ALREADY_EXISTS', 'TABLE_OR_VIEW_ALREADY_EXISTS']);
  });

  it('whose files are gone says so, cannot be made under its name, and can be dropped', async () => {
    await run(TWO);
    rmSync(join(elsewhere, 'a'), { recursive: true });
    expect([
      (await errorOf('SELECT * FROM @')).code,
      (await errorOf('INSERT INTO @ VALUES (1, 2)')).code,
      (await errorOf('CREATE TABLE @ (id INT)')).code,
      (await errorOf('CREATE OR REPLACE TABLE @ (id INT)')).code,
    ]).toEqual(['DELTA_TABLE_NOT_FOUND', 'DELTA_TABLE_NOT_FOUND', 'TABLE_OR_VIEW_ALREADY_EXISTS', 'DELTA_METADATA_ABSENT_EXISTING_CATALOG_TABLE']);
    await run('CREATE OR REPLACE TABLE @ AS SELECT 1 AS id');
    expect(await rowsOf('SELECT * FROM delta.`$/a`')).toEqual([[1]]);
    rmSync(join(elsewhere, 'a'), { recursive: true });
    await run('DROP TABLE @');
    expect((await errorOf('SELECT * FROM @')).code).toBe('TABLE_OR_VIEW_NOT_FOUND');
  });

  it.each([
    { sql: 'SELECT * FROM @', code: 'DELTA_TABLE_NOT_FOUND' },
    { sql: 'DESCRIBE @', code: 'DELTA_PATH_DOES_NOT_EXIST' },
    { sql: 'DESCRIBE DETAIL @', code: 'DELTA_MISSING_DELTA_TABLE' },
    { sql: 'DESCRIBE HISTORY @', code: 'DELTA_TABLE_ONLY_OPERATION' },
    { sql: 'SELECT * FROM delta.`$/nothing`', code: 'PATH_NOT_FOUND' },
    { sql: 'SELECT * FROM delta.`$/a`', code: 'DELTA_TABLE_NOT_FOUND' },
    { sql: 'DESCRIBE delta.`$/a`', code: 'DELTA_PATH_DOES_NOT_EXIST' },
    { sql: 'DESCRIBE DETAIL delta.`$/a`', code: 'DELTA_MISSING_DELTA_TABLE' },
    { sql: 'DESCRIBE HISTORY delta.`$/a`', code: 'DELTA_TABLE_ONLY_OPERATION' },
  ])('that is no table any more has $sql say $code', async ({ sql, code }) => {
    await run(TWO);
    rmSync(join(elsewhere, 'a', '_delta_log'), { recursive: true });
    const error = await errorOf(sql);
    expect([error.code, error.span !== undefined]).toEqual([code, true]);
  });

  it('goes with its schema, but not its files', async () => {
    await run("CREATE SCHEMA @s; CREATE TABLE @s.t (id INT) LOCATION '$/a'; CREATE TABLE @s.u (id INT)");
    await workspace.catalog.refresh();
    expect((await errorOf('DROP SCHEMA @s')).code).toBe('SCHEMA_NOT_EMPTY');
    await run('DROP SCHEMA @s CASCADE');
    expect([await rowsOf('SELECT * FROM delta.`$/a`'), (await errorOf('SELECT * FROM @s.t')).code]).toEqual([[], 'TABLE_OR_VIEW_NOT_FOUND']);
  });
});

describe('ALTER TABLE … SET LOCATION', () => {
  const MADE = `${TWO}; CREATE TABLE @b (id INT, name STRING) LOCATION '$/b'; INSERT INTO @b VALUES (2, 'y'); CREATE TABLE @o (other INT) LOCATION '$/o'; CREATE TABLE @w (id INT, name STRING)`;

  it('has a name lead to another table', async () => {
    await run(`${MADE}; ALTER TABLE @ SET LOCATION '$/b'`);
    expect([await rowsOf('SELECT * FROM @'), await rowsOf('SELECT * FROM delta.`$/a`'), (await rowsOf('DESCRIBE HISTORY @')).length]).toEqual([[[2, 'y']], [[1, 'x']], 2]);
    await run("SET spark.databricks.delta.alterLocation.bypassSchemaCheck = true; ALTER TABLE @ SET LOCATION '$/o'");
    expect((await run('SELECT * FROM @')).columns).toBe('other int');
  });

  it.each([
    { sql: "ALTER TABLE @ SET LOCATION '$/o'", code: 'DELTA_SET_LOCATION_SCHEMA_MISMATCH', says: 'The new schema is missing field(s): id, name; The new schema has additional field(s): other' },
    { sql: "ALTER TABLE @ SET LOCATION '$/r'", code: 'DELTA_SET_LOCATION_SCHEMA_MISMATCH', says: 'the columns stand in another order' },
    { sql: "ALTER TABLE @ SET LOCATION '$/p'", code: 'DELTA_SET_LOCATION_SCHEMA_MISMATCH', says: 'the partition columns are others' },
    { sql: "ALTER TABLE @ SET LOCATION '$/nothing'", code: 'DELTA_MISSING_DELTA_TABLE' },
    { sql: "ALTER TABLE @ SET LOCATION '$'", code: 'DELTA_MISSING_DELTA_TABLE' },
    { sql: "ALTER TABLE delta.`$/a` SET LOCATION '$/b'", code: 'DELTA_CANNOT_SET_LOCATION_ON_PATH_IDENTIFIER' },
    { sql: "ALTER TABLE @w SET LOCATION '$/b'", code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { sql: "ALTER TABLE @none SET LOCATION '$/b'", code: 'TABLE_OR_VIEW_NOT_FOUND' },
    { sql: "ALTER TABLE @ PARTITION (id = 1) SET LOCATION '$/b'", code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
  ])('is refused: $sql', async ({ sql, code, says = '' }) => {
    await run(`${MADE}; CREATE TABLE delta.\`$/r\` (name STRING, id INT); CREATE TABLE delta.\`$/p\` (id INT, name STRING) PARTITIONED BY (name)`);
    const { code: found, message } = await errorOf(sql);
    expect([found, message, await rowsOf('SELECT * FROM @')]).toEqual([code, expect.stringContaining(says), [[1, 'x']]]);
  });
});

describe('a table of the workspace', () => {
  it.each([
    { name: 'is not made in a folder that holds something else', make: () => writeFileSync(join(workspace.root, t, 'notes.txt'), 'mine'), code: 'DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION' },
    { name: 'is not made beside a data file that somebody else named', make: () => writeFileSync(join(workspace.root, t, 'part-00000.parquet'), 'mine'), code: 'DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION' },
  ])('$name', async ({ make, code }) => {
    mkdirSync(join(workspace.root, t));
    make();
    expect([(await errorOf('CREATE TABLE @ AS SELECT 1 AS id')).code, readdirSync(join(workspace.root, t)).length]).toEqual([code, 1]);
  });

  it('is made behind a statement that failed to make it', async () => {
    expect((await errorOf("CREATE TABLE @ PARTITIONED BY (p) AS SELECT id, id % 2 AS p, CASE WHEN id > 9 THEN raise_error('no') ELSE id END AS e FROM range(10000)")).code).toBe('USER_RAISED_EXCEPTION');
    await run('CREATE TABLE @ AS SELECT 1 AS id');
    expect([await rowsOf('SELECT * FROM @'), (await rowsOf('DESCRIBE EXTENDED @')).find(([name]) => name === 'Type')?.[1]]).toEqual([[[1]], 'MANAGED']);
  });
});
