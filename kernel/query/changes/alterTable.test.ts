import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';
import { performEffect } from '../performEffect.ts';

const { signal } = new AbortController();

const table = useTestTable();
const { run, rowsOf, codeOf, commitOf } = table;

async function operationOf(): Promise<unknown> {
  const info = (await commitOf())[0]?.['commitInfo'];
  return [info?.['operation'], info?.['operationParameters']];
}

async function columnsOf(): Promise<string> {
  return (await run('SELECT * FROM @')).columns;
}

const NUMBERS = "CREATE TABLE @ AS SELECT id, concat('n', id) AS name FROM range(3)";
const MAPPED = "CREATE TABLE @ (id BIGINT, name STRING, s STRUCT<a: INT, b: INT>, l ARRAY<STRUCT<x: INT>>) TBLPROPERTIES ('delta.columnMapping.mode'='name'); INSERT INTO @ VALUES (1, 'x', named_struct('a', 1, 'b', 2), array(named_struct('x', 5)))";
const MANY = `CREATE TABLE @ (b TINYINT, i INT, f FLOAT, d DATE, m DECIMAL(4,1), v VARCHAR(3), l ARRAY<INT>) TBLPROPERTIES ('delta.enableTypeWidening'='true');
  INSERT INTO @ VALUES (1, 2, 1.5, DATE'2024-01-01', 1.5, 'abc', array(7))`;

describe('ALTER TABLE', () => {
  it.each([
    { name: 'sets properties', sql: "SET TBLPROPERTIES ('delta.appendonly'='true', mine='x')", said: ['SET TBLPROPERTIES', { properties: '{"delta.appendonly":"true","mine":"x"}' }] },
    { name: 'unsets a property', sql: "UNSET TBLPROPERTIES IF EXISTS ('nope')", said: ['UNSET TBLPROPERTIES', { properties: '["nope"]', ifExists: 'true' }] },
    { name: 'adds columns', sql: "ADD COLUMNS (a INT COMMENT 'new' FIRST, b STRUCT<x: INT> AFTER id)", said: ['ADD COLUMNS', { columns: '[{"column":{"name":"a","type":"integer","nullable":true,"metadata":{"comment":"new"}},"position":"FIRST"},{"column":{"name":"b","type":{"type":"struct","fields":[{"name":"x","type":"integer","nullable":true,"metadata":{}}]},"nullable":true,"metadata":{}},"position":"AFTER id"}]' }] },
    { name: 'comments a column', sql: "ALTER COLUMN name COMMENT 'said'", said: ['CHANGE COLUMN', { column: '{"name":"name","type":"string","nullable":true,"metadata":{"comment":"said"}}' }] },
    { name: 'moves a column', sql: 'ALTER COLUMN name FIRST', said: ['CHANGE COLUMN', { column: '{"name":"name","type":"string","nullable":true,"metadata":{}}', position: 'FIRST' }] },
    { name: 'adds a constraint', sql: 'ADD CONSTRAINT Positive CHECK (id >= 0)', said: ['ADD CONSTRAINT', { name: 'Positive', expr: 'id >= 0' }] },
    { name: 'clusters', sql: 'CLUSTER BY (id, name)', said: ['CLUSTER BY', { oldClusteringColumns: '', newClusteringColumns: 'id,name' }] },
  ])('$name, and says so as Spark does', async ({ sql, said }) => {
    await run(NUMBERS);
    await run(`ALTER TABLE @ ${sql}`);
    expect(await operationOf()).toEqual(said);
    expect(await rowsOf('SELECT id, name FROM @ ORDER BY id')).toEqual([[0, 'n0'], [1, 'n1'], [2, 'n2']]);
  });

  it('[ALTER-1] keeps properties under Delta’s names and upgrades the protocol as they ask', async () => {
    await run(`${NUMBERS}; ALTER TABLE @ SET TBLPROPERTIES ('DELTA.ENABLECHANGEDATAFEED'='true', comment='about')`);
    const [, protocol, metadata] = await commitOf();
    expect([protocol?.['protocol']?.['writerFeatures'], metadata?.['metaData']?.['configuration'], metadata?.['metaData']?.['description']]).toEqual([expect.arrayContaining(['changeDataFeed', 'deletionVectors']), { 'delta.enableDeletionVectors': 'true', 'delta.enableChangeDataFeed': 'true' }, 'about']);
    await run("ALTER TABLE @ UNSET TBLPROPERTIES ('delta.enableChangeDataFeed', 'comment')");
    expect((await commitOf())[1]?.['metaData']?.['configuration']).toEqual({ 'delta.enableDeletionVectors': 'true' });
  });

  it('[ALTER-6] gives the rows that are there their ids', async () => {
    await run(`${NUMBERS}; INSERT INTO @ VALUES (7, 'seven'); ALTER TABLE @ SET TBLPROPERTIES ('delta.enableRowTracking'='true'); INSERT INTO @ VALUES (8, 'eight')`);
    expect(await rowsOf('SELECT id, _row_id, _row_commit_version FROM @ ORDER BY id')).toEqual([[0, 0, 2], [1, 1, 2], [2, 2, 2], [7, 3, 2], [8, 4, 3]]);
  });

  it('[ALTER-2] maps columns by name later, and keeps the names that files know', async () => {
    await run(`${NUMBERS}; ALTER TABLE @ SET TBLPROPERTIES ('delta.columnMapping.mode'='name'); ALTER TABLE @ RENAME COLUMN name TO label; ALTER TABLE @ ADD COLUMN name INT; INSERT INTO @ VALUES (9, 'nine', 9)`);
    expect([await columnsOf(), await rowsOf('SELECT * FROM @ WHERE id > 1 ORDER BY id')]).toEqual(['id bigint, label string, name int', [[2, 'n2', null], [9, 'nine', 9]]]);
  });

  it('[ALTER-3] adds, renames, moves and drops nested columns', async () => {
    await run(MAPPED);
    await run('ALTER TABLE @ ADD COLUMNS (s.c STRING AFTER a, l.element.y INT)');
    await run('ALTER TABLE @ RENAME COLUMN s.a TO first; ALTER TABLE @ DROP COLUMN s.b; ALTER TABLE @ ALTER COLUMN s.c FIRST; ALTER TABLE @ DROP COLUMN IF EXISTS nope');
    await run("INSERT INTO @ VALUES (2, 'y', named_struct('c', 'c', 'first', 8), array(named_struct('x', 1, 'y', 2)))");
    expect(await columnsOf()).toBe('id bigint, name string, s struct<c:string,first:int>, l array<struct<x:int,y:int>>');
    expect(await rowsOf('SELECT id, s.c, s.first, l[0].x, l[0].y FROM @ ORDER BY id')).toEqual([[1, null, 1, 5, null], [2, 'c', 8, 1, 2]]);
  });

  it('[ALTER-5] widens types, and the log says how', async () => {
    await run(MANY);
    await run('ALTER TABLE @ ALTER COLUMN b TYPE INT, i TYPE BIGINT, f TYPE DOUBLE, d TYPE TIMESTAMP_NTZ, m TYPE DECIMAL(8,3), v TYPE VARCHAR(10), l.element TYPE BIGINT');
    await run("INSERT INTO @ VALUES (70000, 5000000000, 2.5, TIMESTAMP_NTZ'2024-01-01 10:00:00', 12345.678, 'abcdefghij', array(5000000000))");
    expect(await columnsOf()).toBe('b int, i bigint, f double, d timestamp_ntz, m decimal(8,3), v varchar(10), l array<bigint>'.replace('varchar(10)', 'string'));
    expect(await rowsOf('SELECT b, i, f, CAST(d AS STRING), CAST(m AS STRING), v, l[0] FROM @ ORDER BY b')).toEqual([[1, 2, 1.5, '2024-01-01 00:00:00', '1.500', 'abc', 7], [70000, 5000000000, 2.5, '2024-01-01 10:00:00', '12345.678', 'abcdefghij', 5000000000]]);
    const metadata = (await commitOf(2)).find((action) => action['metaData'] !== undefined)?.['metaData'];
    const fields = (JSON.parse(String(metadata?.['schemaString'])) as { readonly fields: readonly { readonly metadata: unknown }[] }).fields;
    expect([fields[0]?.metadata, fields[6]?.metadata]).toEqual([{ 'delta.typeChanges': [{ toType: 'integer', fromType: 'byte' }] }, { 'delta.typeChanges': [{ toType: 'long', fromType: 'integer', fieldPath: 'element' }] }]);
  });

  it('sets and drops NOT NULL and defaults', async () => {
    await run(`${NUMBERS}; ALTER TABLE @ ALTER COLUMN id SET NOT NULL; ALTER TABLE @ SET TBLPROPERTIES ('delta.feature.allowColumnDefaults'='supported'); ALTER TABLE @ ALTER COLUMN name SET DEFAULT 'none'`);
    expect(await codeOf('INSERT INTO @ VALUES (NULL, NULL)')).toBe('DELTA_NOT_NULL_CONSTRAINT_VIOLATED');
    await run("INSERT INTO @ (id) VALUES (5); ALTER TABLE @ ALTER COLUMN id DROP NOT NULL; ALTER TABLE @ ALTER COLUMN name DROP DEFAULT; INSERT INTO @ (id) VALUES (NULL)");
    expect(await rowsOf('SELECT * FROM @ WHERE id = 5 OR id IS NULL ORDER BY id')).toEqual([[null, null], [5, 'none']]);
  });

  it('numbers on behind the values that are there', async () => {
    await run('CREATE TABLE @ (n BIGINT GENERATED BY DEFAULT AS IDENTITY (START WITH 1 INCREMENT BY 2), x INT); INSERT INTO @ VALUES (8, 0); ALTER TABLE @ ALTER COLUMN n SYNC IDENTITY; INSERT INTO @ (x) VALUES (1)');
    expect(await rowsOf('SELECT n FROM @ WHERE x = 1')).toEqual([[11]]);
  });

  it('keeps constraints, and lets them go', async () => {
    await run(`${NUMBERS}; ALTER TABLE @ ADD CONSTRAINT small CHECK (id < 10)`);
    expect(await codeOf("INSERT INTO @ VALUES (10, 'x')")).toBe('DELTA_VIOLATE_CONSTRAINT_WITH_VALUES');
    await run("ALTER TABLE @ DROP CONSTRAINT SMALL; ALTER TABLE @ DROP CONSTRAINT IF EXISTS small; INSERT INTO @ VALUES (10, 'x')");
    expect(await rowsOf('SELECT max(id) FROM @')).toEqual([[10]]);
    await run("TRUNCATE TABLE @; ALTER TABLE @ ADD CONSTRAINT never CHECK (1 > 2)");
    expect(await codeOf("INSERT INTO @ VALUES (1, 'x')")).toBe('DELTA_VIOLATE_CONSTRAINT_WITH_VALUES');
  });

  it('clusters by other columns, and by none', async () => {
    await run(`${NUMBERS}; ALTER TABLE @ CLUSTER BY (name); ALTER TABLE @ CLUSTER BY NONE`);
    expect((await commitOf()).find((action) => action['domainMetadata'] !== undefined)?.['domainMetadata']).toEqual({ domain: 'delta.clustering', configuration: '{"clusteringColumns":[],"domainName":"delta.clustering"}', removed: false });
  });

  it.each([
    { table: NUMBERS, sql: "SET TBLPROPERTIES ('delta.nope'='1')", code: 'DELTA_UNKNOWN_CONFIGURATION' },
    { table: NUMBERS, sql: "SET TBLPROPERTIES ('delta.appendOnly'='maybe')", code: 'DELTA_INVALID_TABLE_PROPERTY' },
    { table: NUMBERS, sql: "SET TBLPROPERTIES ('delta.columnMapping.maxColumnId'='7')", code: 'DELTA_CANNOT_MODIFY_TABLE_PROPERTY' },
    { table: NUMBERS, sql: "SET TBLPROPERTIES ('delta.constraints.c'='id > 0')", code: 'DELTA_ADD_CONSTRAINTS' },
    { table: NUMBERS, sql: "SET TBLPROPERTIES ('delta.columnMapping.mode'='id')", code: 'DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE' },
    { table: MAPPED, sql: "UNSET TBLPROPERTIES ('delta.columnMapping.mode')", code: 'DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE' },
    { table: NUMBERS, sql: "UNSET TBLPROPERTIES ('nope')", code: 'DELTA_UNSET_NON_EXISTENT_PROPERTY' },
    { table: NUMBERS, sql: "SET TBLPROPERTIES ('delta.enableRowTracking'='true', 'delta.rowTrackingSuspended'='true')", code: 'DELTA_ROW_TRACKING_ILLEGAL_PROPERTY_COMBINATION' },
    { table: NUMBERS, sql: "SET TBLPROPERTIES ('delta.enableIcebergCompatV2'='true')", code: 'DELTA_ICEBERG_COMPAT_VIOLATION.DELETION_VECTORS_SHOULD_BE_DISABLED' },
    { table: NUMBERS, sql: "SET TBLPROPERTIES ('delta.enableIcebergCompatV2'='true', 'delta.enableDeletionVectors'='false')", code: 'DELTA_ICEBERG_COMPAT_VIOLATION.WRONG_REQUIRED_TABLE_PROPERTY' },
    { table: NUMBERS, sql: "SET TBLPROPERTIES ('delta.enableIcebergCompatV1'='true', 'delta.enableIcebergCompatV2'='true')", code: 'DELTA_ICEBERG_COMPAT_VIOLATION.VERSION_MUTUAL_EXCLUSIVE' },
    { table: 'CREATE TABLE @ (a INT, v VOID)', sql: "SET TBLPROPERTIES ('delta.enableIcebergCompatV2'='true', 'delta.enableDeletionVectors'='false', 'delta.columnMapping.mode'='name')", code: 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_DATA_TYPE' },
    { table: NUMBERS, sql: 'ADD COLUMN NAME INT', code: 'DELTA_COLUMN_ALREADY_EXISTS' },
    { table: NUMBERS, sql: 'ADD COLUMN x INT AFTER nope', code: 'DELTA_COLUMN_NOT_FOUND' },
    { table: NUMBERS, sql: 'ADD COLUMN x INT NOT NULL', code: 'DELTA_OPERATION_NOT_ALLOWED' },
    { table: NUMBERS, sql: 'ADD COLUMN x INT DEFAULT 5', code: 'WRONG_COLUMN_DEFAULTS_FOR_DELTA_ALTER_TABLE_ADD_COLUMN_NOT_SUPPORTED' },
    { table: NUMBERS, sql: 'ADD COLUMN `x y` INT', code: 'DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES' },
    { table: NUMBERS, sql: 'ADD COLUMN name.x INT', code: 'DELTA_COLUMN_NOT_ADDED_THERE' },
    { table: NUMBERS, sql: 'RENAME COLUMN id TO x', code: 'DELTA_UNSUPPORTED_RENAME_COLUMN' },
    { table: MAPPED, sql: 'RENAME COLUMN id TO NAME', code: 'DELTA_COLUMN_ALREADY_EXISTS' },
    { table: NUMBERS, sql: 'DROP COLUMN id', code: 'DELTA_UNSUPPORTED_DROP_COLUMN' },
    { table: MAPPED, sql: 'DROP COLUMN l.element', code: 'DELTA_UNSUPPORTED_DROP_NESTED_COLUMN_FROM_NON_STRUCT_TYPE' },
    { table: MAPPED, sql: 'DROP COLUMN l.element.x', code: 'DELTA_DROP_COLUMN_ON_SINGLE_FIELD_SCHEMA' },
    { table: `${MAPPED}; ALTER TABLE @ ADD CONSTRAINT c CHECK (id > 0)`, sql: 'DROP COLUMN id', code: 'DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE' },
    { table: `${MAPPED}; ALTER TABLE @ CLUSTER BY (name)`, sql: 'DROP COLUMN name', code: 'DELTA_UNSUPPORTED_DROP_CLUSTERING_COLUMN' },
    { table: "CREATE TABLE @ (a INT, p INT) PARTITIONED BY (p) TBLPROPERTIES ('delta.columnMapping.mode'='name')", sql: 'DROP COLUMN p', code: 'DELTA_UNSUPPORTED_DROP_PARTITION_COLUMN' },
    { table: "CREATE TABLE @ (a INT, g INT GENERATED ALWAYS AS (a + 1)) TBLPROPERTIES ('delta.columnMapping.mode'='name')", sql: 'RENAME COLUMN a TO b', code: 'DELTA_GENERATED_COLUMNS_DEPENDENT_COLUMN_CHANGE' },
    { table: NUMBERS, sql: 'ALTER COLUMN nope COMMENT \'x\'', code: 'DELTA_COLUMN_NOT_FOUND' },
    { table: NUMBERS, sql: 'ALTER COLUMN id TYPE DECIMAL(30, 0)', code: 'DELTA_ALTER_TABLE_CHANGE_COLUMN_NOT_SUPPORTED' },
    { table: `${MANY}; ALTER TABLE @ ADD CONSTRAINT c CHECK (i > 0); ALTER TABLE @ ALTER COLUMN i TYPE INT`, sql: 'ALTER COLUMN i TYPE BIGINT', code: 'DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE' },
    { table: MANY, sql: 'ALTER COLUMN i TYPE SMALLINT', code: 'DELTA_ALTER_TABLE_CHANGE_COLUMN_NOT_SUPPORTED' },
    { table: MANY, sql: 'ALTER COLUMN v TYPE VARCHAR(2)', code: 'DELTA_ALTER_TABLE_CHANGE_COLUMN_NOT_SUPPORTED' },
    { table: "CREATE TABLE @ AS SELECT CAST(NULL AS INT) AS a, 1 AS b", sql: 'ALTER COLUMN a SET NOT NULL', code: 'DELTA_NEW_NOT_NULL_VIOLATION' },
    { table: NUMBERS, sql: "ALTER COLUMN name SET DEFAULT 'x'", code: 'WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED' },
    { table: NUMBERS, sql: 'ALTER COLUMN id SYNC IDENTITY', code: 'DELTA_OPERATION_NOT_ALLOWED' },
    { table: NUMBERS, sql: 'ADD CONSTRAINT c CHECK (id > 0)', code: 'DELTA_NEW_CHECK_CONSTRAINT_VIOLATION' },
    { table: NUMBERS, sql: 'ADD CONSTRAINT c CHECK (1 > 2)', code: 'DELTA_NEW_CHECK_CONSTRAINT_VIOLATION' },
    { table: NUMBERS, sql: 'ADD CONSTRAINT c CHECK (id IN (SELECT id FROM t))', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { table: NUMBERS, sql: 'ADD CONSTRAINT c CHECK (id + 1)', code: 'DELTA_NON_BOOLEAN_CHECK_CONSTRAINT' },
    { table: NUMBERS, sql: 'ADD CONSTRAINT c CHECK (nope > 1)', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION' },
    { table: `${NUMBERS}; ALTER TABLE @ ADD CONSTRAINT c CHECK (id >= 0)`, sql: 'ADD CONSTRAINT C CHECK (id > -5)', code: 'DELTA_CONSTRAINT_ALREADY_EXISTS' },
    { table: NUMBERS, sql: 'DROP CONSTRAINT c', code: 'DELTA_CONSTRAINT_DOES_NOT_EXIST' },
    { table: 'CREATE TABLE @ (a INT, p INT) PARTITIONED BY (p)', sql: 'CLUSTER BY (a)', code: 'DELTA_ALTER_TABLE_CLUSTER_BY_ON_PARTITIONED_TABLE_NOT_ALLOWED' },
    { table: "CREATE TABLE @ (a INT, b INT) TBLPROPERTIES ('delta.dataSkippingStatsColumns'='b')", sql: 'CLUSTER BY (a)', code: 'DELTA_CLUSTERING_COLUMN_MISSING_STATS' },
    { table: NUMBERS, sql: 'CLUSTER BY AUTO', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { table: NUMBERS, sql: "SET LOCATION '/elsewhere'", code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
  ])('refuses $sql, and leaves the table as it was', async ({ table, sql, code }) => {
    await run(table);
    const before = await rowsOf('DESCRIBE HISTORY @');
    expect(await codeOf(`ALTER TABLE @ ${sql}`)).toBe(code);
    expect(await rowsOf('DESCRIBE HISTORY @')).toEqual(before);
  });
});

describe('a type that a column cannot have', () => {
  it.each([
    { sql: 'ALTER COLUMN a TYPE BIGINT', says: 'Columns become wider where delta.enableTypeWidening=true is set.' },
    { sql: 'ALTER COLUMN a TYPE STRING', says: 'from integer to string.' },
  ])('$sql is refused with what would allow it, if anything', async ({ sql, says }) => {
    await run('CREATE TABLE @ (a INT)');
    const { message } = await table.failureOf(`ALTER TABLE @ ${sql}`);
    expect(message.slice(-says.length)).toBe(says);
  });
});

describe('ALTER TABLE beside other writers', () => {
  /** Plans a statement, lets others write, and only then performs it. */
  async function overtaken(sql: string, others: string): Promise<void> {
    const [statement] = table.workspace.engine.split(table.textOf(sql), 'spark');
    const prepared = await table.workspace.engine.prepare(statement!, table.workspace.session, signal);
    try {
      await run(others);
      await performEffect(prepared, signal);
    } finally {
      await prepared.dispose();
    }
  }

  it('[ALTER-4] checks rows that came meanwhile against a new constraint', async () => {
    await run(NUMBERS);
    await expect(overtaken('ALTER TABLE @ ADD CONSTRAINT small CHECK (id < 10)', "INSERT INTO @ VALUES (99, 'late')")).rejects.toMatchObject({ code: 'DELTA_NEW_CHECK_CONSTRAINT_VIOLATION', parameters: { numRows: '1', row: 'id = 99' } });
    await overtaken('ALTER TABLE @ ADD CONSTRAINT larger CHECK (id < 100)', "INSERT INTO @ VALUES (50, 'late')");
    expect((await commitOf())[0]?.['commitInfo']).toMatchObject({ operation: 'ADD CONSTRAINT', readVersion: 2 });
  });

  it('gives rows that came meanwhile their ids too', async () => {
    await run(NUMBERS);
    await overtaken("ALTER TABLE @ SET TBLPROPERTIES ('delta.enableRowTracking'='true')", "INSERT INTO @ VALUES (99, 'late')");
    expect(await rowsOf('SELECT id, _row_id FROM @ ORDER BY _row_id')).toEqual([[0, 0], [1, 1], [2, 2], [99, 3]]);
  });

  it('brings no file back that went meanwhile', async () => {
    await run(`${NUMBERS}; ALTER TABLE @ SET TBLPROPERTIES ('delta.feature.rowTracking'='supported')`);
    await overtaken("ALTER TABLE @ SET TBLPROPERTIES ('delta.enableRowTracking'='true')", 'TRUNCATE TABLE @');
    expect(await rowsOf('SELECT count(*) FROM @')).toEqual([[0]]);
  });

  it('puts one column beside another that came meanwhile', async () => {
    await run(NUMBERS);
    await overtaken('ALTER TABLE @ ADD COLUMN a INT', 'ALTER TABLE @ ADD COLUMN b INT');
    expect(await columnsOf()).toBe('id bigint, name string, b int, a int');
  });
});
