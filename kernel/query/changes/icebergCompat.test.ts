import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';
import { LakebookError } from '../../base/errors.ts';

const table = useTestTable();
const { run, rowsOf } = table;

const V1 = "TBLPROPERTIES ('delta.enableIcebergCompatV1'='true')";
const V2 = "TBLPROPERTIES ('delta.enableIcebergCompatV2'='true')";

async function codeOf(text: string): Promise<string> {
  const error: unknown = await run(text).catch((failure: unknown) => failure);
  return error instanceof LakebookError ? error.code : `no error but ${String(error)}`;
}

interface SchemaField {
  readonly name: string;
  readonly type: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
}

async function actions(): Promise<readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[]> {
  const log = join(table.folder, '_delta_log');
  const names = (await readdir(log)).filter((name) => /^\d+\.json$/.test(name)).sort();
  return (await Promise.all(names.map((name) => readFile(join(log, name), 'utf8')))).flatMap((text) => text.trim().split('\n').map((line) => JSON.parse(line) as Readonly<Record<string, Readonly<Record<string, unknown>>>>));
}

async function metadata(): Promise<{ readonly fields: readonly SchemaField[]; readonly configuration: Readonly<Record<string, string>> }> {
  const last = (await actions()).flatMap(({ metaData }) => (metaData === undefined ? [] : [metaData])).at(-1)!;
  return { fields: (JSON.parse(String(last['schemaString'])) as { fields: SchemaField[] }).fields, configuration: last['configuration'] as Readonly<Record<string, string>> };
}

/** Name, id and type of each place of the schema of the table's files. */
async function stored(): Promise<readonly (readonly unknown[])[]> {
  return (await table.workspace.database.query(`SELECT DISTINCT name, field_id, type FROM parquet_schema('${table.folder}/**/*.parquet') WHERE name <> 'duckdb_schema'`)).rows();
}

describe('tables that Iceberg reads', () => {
  it.each([V1, V2])('ICE-1: map their columns and mark no rows, with %s', async (properties) => {
    await run(`CREATE TABLE @ (id INT, v DOUBLE) ${properties}; INSERT INTO @ VALUES (1, 1), (2, 2); UPDATE @ SET v = 20 WHERE id = 2; MERGE INTO @ USING (VALUES (1), (3)) s(id) ON @.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)`);
    const { configuration } = await metadata();
    expect([configuration['delta.columnMapping.mode'], configuration['delta.enableDeletionVectors']]).toEqual(['name', undefined]);
    expect(JSON.stringify(await actions())).not.toContain('deletionVector');
    expect(await rowsOf('SELECT * FROM @ ORDER BY id')).toEqual([[2, 20], [3, null]]);
  });

  it.each([
    { name: 'no mapping', sql: "CREATE TABLE @ (a INT) TBLPROPERTIES ('delta.enableIcebergCompatV2'='true', 'delta.columnMapping.mode'='none')", code: 'DELTA_ICEBERG_COMPAT_VIOLATION.WRONG_REQUIRED_TABLE_PROPERTY' },
    { name: 'deletion vectors', sql: "CREATE TABLE @ (a INT) TBLPROPERTIES ('delta.enableIcebergCompatV2'='true', 'delta.enableDeletionVectors'='true')", code: 'DELTA_ICEBERG_COMPAT_VIOLATION.DELETION_VECTORS_SHOULD_BE_DISABLED' },
    { name: 'the feature of deletion vectors, in version 1', sql: "CREATE TABLE @ (a INT) TBLPROPERTIES ('delta.enableIcebergCompatV1'='true', 'delta.feature.deletionVectors'='supported')", code: 'DELTA_ICEBERG_COMPAT_VIOLATION.DELETION_VECTORS_SHOULD_BE_DISABLED' },
    { name: 'both versions', sql: "CREATE TABLE @ (a INT) TBLPROPERTIES ('delta.enableIcebergCompatV1'='true', 'delta.enableIcebergCompatV2'='true')", code: 'DELTA_ICEBERG_COMPAT_VIOLATION.VERSION_MUTUAL_EXCLUSIVE' },
    { name: 'arrays in version 1', sql: `CREATE TABLE @ (a INT, l ARRAY<INT>) ${V1}`, code: 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_DATA_TYPE' },
    { name: 'maps within structs in version 1', sql: `CREATE TABLE @ (a INT, s STRUCT<m: MAP<INT, INT>>) ${V1}`, code: 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_DATA_TYPE' },
    { name: 'void', sql: `CREATE TABLE @ ${V2} AS SELECT 1 AS a, NULL AS n`, code: 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_DATA_TYPE' },
    { name: 'a column of such a type that is added', sql: `CREATE TABLE @ (a INT) ${V1}; ALTER TABLE @ ADD COLUMN l ARRAY<INT>`, code: 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_DATA_TYPE' },
    { name: 'deletion vectors that are turned on', sql: `CREATE TABLE @ (a INT) ${V2}; ALTER TABLE @ SET TBLPROPERTIES ('delta.enableDeletionVectors'='true')`, code: 'DELTA_ICEBERG_COMPAT_VIOLATION.DELETION_VECTORS_SHOULD_BE_DISABLED' },
  ])('ICE-1: have not $name', async ({ sql, code }) => {
    expect(await codeOf(sql)).toBe(code);
  });

  it('ICE-2: have ids for elements, keys and values, in the schema and in the files', async () => {
    await run(`CREATE TABLE @ (id INT, l ARRAY<ARRAY<INT>>, m MAP<STRING, ARRAY<STRUCT<x: ARRAY<INT>>>>) ${V2}; INSERT INTO @ VALUES (1, array(array(1, 2)), map('k', array(named_struct('x', array(3))))); ALTER TABLE @ ADD COLUMN more MAP<INT, INT>; INSERT INTO @ VALUES (2, NULL, map(), map(1, 1))`);
    const { fields, configuration } = await metadata();
    const nested = fields.map(({ metadata: own }) => [own['delta.columnMapping.physicalName'], own['delta.columnMapping.nested.ids']] as const).filter(([, ids]) => ids !== undefined);
    const shapes = nested.map(([physical, ids]) => Object.keys(ids as object).map((path) => path.replace(String(physical), 'c')));
    expect(shapes).toEqual([['c.element', 'c.element.element'], ['c.key', 'c.value', 'c.value.element'], ['c.key', 'c.value']]);
    const ids = [...JSON.stringify(fields).matchAll(/"(?:delta\.columnMapping\.id|[^"]*\.(?:element|key|value))":(\d+)/g)].map(([, id]) => Number(id));
    expect([new Set(ids).size, Math.max(...ids)]).toEqual([ids.length, Number(configuration['delta.columnMapping.maxColumnId'])]);
    const inFiles = (await stored()).filter(([name]) => !['list', 'key_value'].includes(String(name)));
    expect([...new Set(inFiles.map(([, id]) => Number(id)))].sort((left, right) => left - right)).toEqual([...ids].sort((left, right) => left - right));
    expect((await run('SELECT id, to_json(l), to_json(m), to_json(more) FROM @ ORDER BY id')).rows).toEqual([[1, '[[1,2]]', '{"k":[{"x":[3]}]}', null], [2, null, '{}', '{"1":1}']]);
  });

  it.each([V1, V2])('ICE-3: hold partition columns behind all others, times in 64 bits, and tell their rows, with %s', async (properties) => {
    await run(`CREATE TABLE @ (p INT, ts TIMESTAMP, id INT) PARTITIONED BY (p) ${properties}; INSERT INTO @ VALUES (7, TIMESTAMP'2024-01-01 00:00:00.123456Z', 1), (8, NULL, 2)`);
    const names = new Map((await metadata()).fields.map(({ name, metadata: own }) => [own['delta.columnMapping.physicalName'], name]));
    const described = await table.workspace.database.query(`DESCRIBE SELECT * FROM read_parquet('${table.folder}/**/*.parquet', hive_partitioning = false)`);
    expect(described.column('column_name').map((name) => names.get(String(name)))).toEqual(['ts', 'id', 'p']);
    expect((await stored()).filter(([name]) => names.get(String(name)) === 'ts').map(([, , type]) => type)).toContain('INT64');
    const adds = (await actions()).flatMap(({ add }) => (add === undefined ? [] : [JSON.parse(String(add['stats'])) as { readonly numRecords: number }]));
    expect(adds.map(({ numRecords }) => numRecords)).toEqual([1, 1]);
    expect(await rowsOf('SELECT p, id FROM @ ORDER BY id')).toEqual([[7, 1], [8, 2]]);
  });

  it.each([
    { change: 'a TYPE BIGINT', code: 'no error but [object Object]' },
    { change: 'a TYPE DOUBLE', code: 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_TYPE_WIDENING' },
    { change: 'a TYPE DECIMAL(10,0)', code: 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_TYPE_WIDENING' },
    { change: 'f TYPE DOUBLE', code: 'no error but [object Object]' },
    { change: 'd TYPE TIMESTAMP_NTZ', code: 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_TYPE_WIDENING' },
    { change: 'n TYPE DECIMAL(7,2)', code: 'no error but [object Object]' },
    { change: 'n TYPE DECIMAL(8,4)', code: 'DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_TYPE_WIDENING' },
  ])('ICE-4: widen only as Iceberg does: $change', async ({ change, code }) => {
    await run("CREATE TABLE @ (a INT, f FLOAT, d DATE, n DECIMAL(5,2)) TBLPROPERTIES ('delta.enableIcebergCompatV2'='true', 'delta.enableTypeWidening'='true')");
    expect(await codeOf(`ALTER TABLE @ ALTER COLUMN ${change}`)).toBe(code);
  });

  it('ICE-4: keep the names of their partition columns', async () => {
    await run(`CREATE TABLE @ (a INT, b INT, c INT) PARTITIONED BY (a) ${V2}`);
    expect(await codeOf(`CREATE OR REPLACE TABLE @ (a INT, b INT, c INT) PARTITIONED BY (b) ${V2}`)).toBe('DELTA_ICEBERG_COMPAT_VIOLATION.REPLACE_TABLE_CHANGE_PARTITION_NAMES');
    expect(await codeOf(`CREATE OR REPLACE TABLE @ (a INT, b INT, c INT) ${V2}`)).toBe('DELTA_ICEBERG_COMPAT_VIOLATION.REPLACE_TABLE_CHANGE_PARTITION_NAMES');
    await run(`CREATE OR REPLACE TABLE @ (a BIGINT, c INT) PARTITIONED BY (a) ${V2}; INSERT INTO @ VALUES (1, 2)`);
    expect(await rowsOf('SELECT * FROM @')).toEqual([[1, 2]]);
  });

  it('ICE-5: become so while they have no files', async () => {
    await run("CREATE TABLE @ (a INT, l ARRAY<INT>) TBLPROPERTIES ('delta.enableDeletionVectors'='false', 'delta.columnMapping.mode'='name')");
    await run("ALTER TABLE @ SET TBLPROPERTIES ('delta.enableIcebergCompatV2'='true'); INSERT INTO @ VALUES (1, array(1))");
    expect(JSON.stringify((await metadata()).fields)).toContain('.element');
    await run("ALTER TABLE @ SET TBLPROPERTIES ('delta.enableIcebergCompatV2'='false')");
    expect(await codeOf("ALTER TABLE @ SET TBLPROPERTIES ('delta.enableIcebergCompatV2'='true')")).toBe('DELTA_ICEBERG_COMPAT_VIOLATION.CHANGE_VERSION_NEED_REWRITE');
  });
});
