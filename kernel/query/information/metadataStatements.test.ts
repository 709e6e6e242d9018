import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStatement } from '../../sql/parse.ts';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;

/** The columns of a table that a real Spark described as the tests here expect. */
const COLUMNS = [
  { name: 'a', type: 'integer', comment: "it's x" },
  {
    name: 's',
    type: {
      type: 'struct',
      fields: [
        { name: 'x', type: 'integer', nullable: true, metadata: { comment: 'in' } },
        { name: 'y', type: { type: 'array', elementType: { type: 'map', keyType: 'string', valueType: 'decimal(5,1)', valueContainsNull: true }, containsNull: true }, nullable: true, metadata: {} },
      ],
    },
  },
  { name: 'ts', type: 'timestamp' },
  { name: 'bin', type: 'binary' },
  { name: 'vc', type: 'string', metadata: { __CHAR_VARCHAR_TYPE_STRING: 'varchar(10)' } },
  { name: 'b', type: 'long', metadata: { CURRENT_DEFAULT: '7' } },
  { name: 'odd name', type: 'double' },
  { name: 'si', type: 'short', nullable: false },
  { name: 'g', type: 'long', metadata: { 'delta.generationExpression': 'a * 2' } },
  { name: 'n', type: 'long', metadata: { 'delta.identity.start': 5, 'delta.identity.step': 2, 'delta.identity.allowExplicitInsert': false } },
];

beforeAll(async () => {
  workspace = await TestWorkspace.create();
  await workspace.writeTable('typed', { columns: COLUMNS, properties: { 'a.b': "c'd" }, commits: [{}] });
  const add = [
    { day: '2024-01-02', place: 'a b/c:d=e%f', at: '2024-01-02T03:04:05.500000Z' },
    { day: '2024-01-03', place: 'x', at: '2024-01-02 03:04:05' },
    { day: '2024-01-03', place: 'x', at: '2024-01-02 03:04:05' },
    { day: '2024-01-03', place: '', at: '' },
  ].map((partition) => ({ select: 'SELECT 1::BIGINT AS id', partition }));
  await workspace.writeTable('sales/parts', { columns: [{ name: 'id', type: 'long' }, { name: 'day', type: 'date' }, { name: 'place', type: 'string' }, { name: 'at', type: 'timestamp' }], partitionColumns: ['day', 'place', 'at'], commits: [{ add }] });
  await workspace.run('CREATE TEMPORARY VIEW viewed AS SELECT a FROM typed');
});
afterAll(() => workspace.dispose());

async function text(statement: string): Promise<string> {
  return String((await workspace.run(statement)).rows[0]!.at(-1));
}

describe('statements about the catalog', () => {
  it.each([
    { statement: 'SHOW CURRENT SCHEMA', columns: 'catalog string, namespace string', rows: [['spark_catalog', 'default']] },
    { statement: 'DESCRIBE SCHEMA EXTENDED Sales', columns: 'info_name string, info_value string', rows: [['Catalog Name', 'spark_catalog'], ['Namespace Name', 'sales'], ['Comment', ''], ['Location', expect.stringMatching(/^file:.*\/sales$/)], ['Properties', '']] },
    { statement: 'DESCRIBE DATABASE workspace.information_schema', columns: 'info_name string, info_value string', rows: [['Catalog Name', 'spark_catalog'], ['Namespace Name', 'information_schema'], ['Comment', '']] },
    { statement: 'DESCRIBE CATALOG spark_catalog', columns: 'info_name string, info_value string', rows: [['Catalog Name', 'spark_catalog'], ['Comment', '']] },
    { statement: "SHOW TABLES IN information_schema LIKE 'catalogs|views'", columns: 'namespace string, tableName string, isTemporary boolean', rows: [['information_schema', 'catalogs', false], ['information_schema', 'views', false]] },
    { statement: "SHOW VIEWS IN information_schema LIKE 'v*'", columns: 'namespace string, viewName string, isTemporary boolean', rows: [['information_schema', 'views', false], ['', 'viewed', true]] },
    { statement: "SHOW FUNCTIONS LIKE '!*|between|in'", columns: 'function string', rows: [['!'], ['!='], ['between'], ['in']] },
    { statement: 'DESCRIBE FUNCTION Abs', columns: 'function_desc string', rows: [['Function: abs'], [expect.stringMatching(/^Usage: abs\(\w+\) - \w/)]] },
    { statement: 'DESCRIBE FUNCTION EXTENDED ucase', columns: 'function_desc string', rows: [['Function: ucase'], [expect.stringMatching(/^Usage: ucase\(/)], ['Group: string'], ['State: exact'], ['Names: upper, ucase']] },
    { statement: 'DESCRIBE FUNCTION case', columns: 'function_desc string', rows: [['Function: case'], [expect.stringMatching(/^Usage: /)]] },
    { statement: 'SHOW PARTITIONS sales.parts', columns: 'partition string', rows: [['day=2024-01-02/place=a b%2Fc%3Ad%3De%25f/at=2024-01-02 03%3A04%3A05.5'], ['day=2024-01-03/place=__HIVE_DEFAULT_PARTITION__/at=__HIVE_DEFAULT_PARTITION__'], ['day=2024-01-03/place=x/at=2024-01-02 03%3A04%3A05']] },
    { statement: "SHOW PARTITIONS sales.parts PARTITION (DAY = DATE'2024-01-03', place = 'x')", columns: 'partition string', rows: [['day=2024-01-03/place=x/at=2024-01-02 03%3A04%3A05']] },
    { statement: "SHOW PARTITIONS sales.parts PARTITION (place = 'nowhere')", columns: 'partition string', rows: [] },
    { statement: 'SHOW TBLPROPERTIES typed', columns: 'key string, value string', rows: [['a.b', "c'd"], ['delta.enableInCommitTimestamps', 'true'], ['delta.feature.changeDataFeed', 'supported'], ['delta.feature.inCommitTimestamp', 'supported'], ['delta.minReaderVersion', '1'], ['delta.minWriterVersion', '7']] },
    { statement: "SHOW TBLPROPERTIES typed ('nix')", columns: 'key string, value string', rows: [['nix', 'Table spark_catalog.default.typed does not have property: nix']] },
    { statement: 'SHOW TBLPROPERTIES viewed', columns: 'key string, value string', rows: [] },
    {
      statement: 'DESCRIBE EXTENDED typed vc',
      columns: 'info_name string, info_value string',
      rows: [['col_name', 'vc'], ['data_type', 'varchar(10)'], ['comment', 'NULL'], ['min', 'NULL'], ['max', 'NULL'], ['num_nulls', 'NULL'], ['distinct_count', 'NULL'], ['avg_col_len', 'NULL'], ['max_col_len', 'NULL'], ['histogram', 'NULL']],
    },
  ])('$statement', async ({ statement, columns, rows }) => {
    const answer = await workspace.run(statement);
    expect({ columns: answer.columns, rows: answer.rows }).toEqual({ columns, rows });
  });

  it('DESCRIBE shows declared types, and values that are filled in at the end', async () => {
    const { rows } = await workspace.run('DESCRIBE typed');
    expect([rows[4], ...rows.slice(-3)]).toEqual([['vc', 'varchar(10)', null], ['', '', ''], ['# Column Default Values', '', ''], ['b', 'bigint', '7']]);
  });

  it('SHOW CREATE TABLE writes a statement that can be read again', async () => {
    const statement = await text('SHOW CREATE TABLE typed');
    expect(statement).toBe(`CREATE TABLE spark_catalog.default.typed (
  a INT COMMENT 'it\\'s x',
  s STRUCT<x: INT COMMENT 'in', y: ARRAY<MAP<STRING, DECIMAL(5,1)>>>,
  ts TIMESTAMP,
  bin BINARY,
  vc VARCHAR(10),
  b BIGINT DEFAULT 7,
  \`odd name\` DOUBLE,
  si SMALLINT NOT NULL,
  g BIGINT GENERATED ALWAYS AS (a * 2),
  n BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 2))
USING delta
TBLPROPERTIES (
  'a.b' = 'c\\'d',
  'delta.enableInCommitTimestamps' = 'true',
  'delta.feature.changeDataFeed' = 'supported',
  'delta.feature.inCommitTimestamp' = 'supported',
  'delta.minReaderVersion' = '1',
  'delta.minWriterVersion' = '7')
`);
    expect(parseStatement(statement).kind).toBe('createTable');
    expect(await text('SHOW CREATE TABLE sales.parts')).toContain('USING delta\nPARTITIONED BY (day, place, at)\nTBLPROPERTIES');
  });

  it('DESCRIBE … AS JSON has the fields of Spark', async () => {
    const json = await text('DESCRIBE EXTENDED typed AS JSON');
    expect(json).toMatch(/^\{"table_name":"typed","catalog_name":"spark_catalog","namespace":\["default"\],"schema_name":"default","columns":\[/);
    expect(json).toContain(
      String.raw`{"name":"a","type":{"name":"int"},"nullable":true,"comment":"it's x"},{"name":"s","type":{"name":"struct","fields":[{"name":"x","type":{"name":"int"},"nullable":true,"comment":"in"},{"name":"y","type":{"name":"array","element_type":{"name":"map","key_type":{"name":"string","collation":"UTF8_BINARY"},"value_type":{"name":"decimal","precision":5,"scale":1},"value_nullable":true},"element_nullable":true},"nullable":true}]},"nullable":true},{"name":"ts","type":{"name":"timestamp_ltz"},"nullable":true},{"name":"bin","type":{"name":"binary"},"nullable":true},{"name":"vc","type":{"name":"string","collation":"UTF8_BINARY"},"nullable":true},{"name":"b","type":{"name":"bigint"},"nullable":true,"default":"7"}`,
    );
    expect(JSON.parse(json)).toMatchObject({ created_time: '2024-01-01T00:00:00Z', last_access: 'UNKNOWN', type: 'MANAGED', provider: 'delta', table_properties: { 'a.b': "c'd" }, collation: 'UTF8_BINARY' });
    expect(JSON.parse(await text('DESCRIBE EXTENDED sales.parts AS JSON'))).toMatchObject({ namespace: ['sales'], partition_columns: ['day', 'place', 'at'] });
  });

  it('SHOW TABLE EXTENDED shows tables and views in Spark’s lines', async () => {
    const { columns, rows } = await workspace.run("SHOW TABLE EXTENDED LIKE 'typed|v*'");
    expect(columns).toBe('namespace string, tableName string, isTemporary boolean, information string');
    expect(rows.map((row) => row.slice(0, 3))).toEqual([['default', 'typed', false], ['', 'viewed', true]]);
    expect(String(rows[0]![3]).replace(/Location: .*/, 'Location: …')).toBe(`Catalog: spark_catalog
Database: default
Table: typed
Created Time: Mon Jan 01 00:00:00 UTC 2024
Last Access: UNKNOWN
Type: MANAGED
Provider: delta
Table Properties: [a.b=c'd, delta.enableInCommitTimestamps=true]
Location: …
Schema: root
 |-- a: integer (nullable = true)
 |-- s: struct (nullable = true)
 |    |-- x: integer (nullable = true)
 |    |-- y: array (nullable = true)
 |    |    |-- element: map (containsNull = true)
 |    |    |    |-- key: string
 |    |    |    |-- value: decimal(5,1) (valueContainsNull = true)
 |-- ts: timestamp (nullable = true)
 |-- bin: binary (nullable = true)
 |-- vc: string (nullable = true)
 |-- b: long (nullable = true)
 |-- odd name: double (nullable = true)
 |-- si: short (nullable = false)
 |-- g: long (nullable = true)
 |-- n: long (nullable = true)

`);
    expect(String(rows[1]![3])).toContain('Type: VIEW\nView Text: SELECT a FROM typed\nView Schema Mode: BINDING\nView Catalog and Namespace: spark_catalog.default\nView Query Output Columns: [`a`]\n');
  });

  it('SHOW TABLE EXTENDED lists a table whose log is broken, and says so', async () => {
    await mkdir(join(workspace.root, 'broken/_delta_log'), { recursive: true });
    await writeFile(join(workspace.root, 'broken/_delta_log/00000000000000000000.json'), 'rubbish');
    const { rows, statement } = await workspace.run("SHOW TABLE EXTENDED LIKE 'b*'");
    await rm(join(workspace.root, 'broken'), { recursive: true });
    expect(rows).toEqual([['default', 'broken', false, expect.stringMatching(/^Catalog: spark_catalog\nDatabase: default\nTable: broken\nLast Access: UNKNOWN\nType: MANAGED\nProvider: delta\nLocation: /)]]);
    expect(statement.notices).toEqual([expect.stringMatching(/^Only the names are listed .*broken/)]);
  });

  it.each([
    { statement: 'SHOW PARTITIONS typed', code: 'INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY', start: 16 },
    { statement: 'SHOW PARTITIONS viewed', code: 'EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE', start: 16 },
    { statement: "SHOW PARTITIONS sales.parts PARTITION (nix = 'x')", code: 'PARTITIONS_NOT_FOUND', start: 39 },
    { statement: 'SHOW PARTITIONS sales.parts PARTITION (day)', code: 'INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE', start: 39 },
    { statement: 'SHOW PARTITIONS nix', code: 'TABLE_OR_VIEW_NOT_FOUND', start: 16 },
    { statement: 'SHOW CREATE TABLE viewed', code: 'EXPECT_PERMANENT_VIEW_NOT_TEMP', start: 18 },
    { statement: 'SHOW CREATE TABLE typed AS SERDE', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', start: 0 },
    { statement: 'SHOW CREATE TABLE information_schema.tables', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', start: 0 },
    { statement: "SHOW TABLE EXTENDED LIKE 't' PARTITION (a = 1)", code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', start: 0 },
    { statement: 'SHOW VOLUMES', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', start: 0 },
    { statement: 'DESCRIBE typed AS JSON', code: 'DESCRIBE_JSON_NOT_EXTENDED', start: 0 },
    { statement: 'DESCRIBE EXTENDED typed a AS JSON', code: 'UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON', start: 0 },
    { statement: 'DESCRIBE EXTENDED viewed AS JSON', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', start: 0 },
    { statement: 'DESCRIBE SCHEMA nix', code: 'SCHEMA_NOT_FOUND', start: 0 },
    { statement: 'DESCRIBE CATALOG nix', code: 'CATALOG_NOT_FOUND', start: 0 },
    { statement: 'DESCRIBE VOLUME nix', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', start: 0 },
  ])('refuses $statement by name', async ({ statement, code, start }) => {
    await expect(workspace.run(statement)).rejects.toMatchObject({ code, span: { start } });
  });
});
