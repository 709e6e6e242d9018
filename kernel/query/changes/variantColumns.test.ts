import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
let made = 0;
let t = '';
beforeAll(async () => {
  workspace = await TestWorkspace.create();
});
beforeEach(() => {
  workspace.session = workspace.engine.createSession();
  made += 1;
  t = `t${made}`;
});
afterAll(() => workspace.dispose());

/** `@` stands for the test's own table. */
async function rowsOf(text: string): Promise<readonly (readonly unknown[])[]> {
  return (await workspace.run(text.replaceAll('@', t))).rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
}

/** A value of every type that Spark's variants have, in one object, and what Spark says of it. */
const EVERY = "to_variant_object(named_struct('d', DATE'2020-01-02', 't', TIMESTAMP'2020-01-02 03:04:05.678', 'n', TIMESTAMP_NTZ'2020-01-02 03:04:05', 'f', 1.5f, 'db', 2.5d, 'x', X'0102', 'm', 1.50BD, 'i', 5L, 'o', true, 's', 'text', 'u', array(1, NULL)))";
const EVERY_SCHEMA = 'OBJECT<d: DATE, db: DOUBLE, f: FLOAT, i: BIGINT, m: DECIMAL(2,1), n: TIMESTAMP_NTZ, o: BOOLEAN, s: STRING, t: TIMESTAMP, u: ARRAY<BIGINT>, x: BINARY>';

const TYPES = 'id INT, v VARIANT, s STRUCT<a: INT, w: VARIANT>, l ARRAY<VARIANT>, m MAP<STRING, VARIANT>, sl ARRAY<STRUCT<w: VARIANT, k: MAP<STRING, ARRAY<VARIANT>>>>';
const ROWS = `
  INSERT INTO @ SELECT 1, parse_json('{"b":1,"a":[2.50,null,1e3]}'), named_struct('a', 1, 'w', parse_json('null')), array(parse_json('1'), NULL), map('k', parse_json('"x"'), 'n', NULL), array(named_struct('w', parse_json('true'), 'k', map('q', array(parse_json('{}'), NULL))), NULL);
  INSERT INTO @ (id) VALUES (2);
  INSERT INTO @ SELECT 3, parse_json('null'), named_struct('a', 2, 'w', CAST(NULL AS VARIANT)), array(), map(), array()`;
const SHOWN = [
  [1, '{"a":[2.5,null,1000.0],"b":1}', '{"a":1,"w":null}', '[1,null]', '{"k":"x","n":null}', '[{"w":true,"k":{"q":[{},null]}},null]', false, false],
  [2, null, null, null, null, null, true, true],
  [3, 'null', '{"a":2}', '[]', '{}', '[]', false, true],
];
const SELECT = 'SELECT id, to_json(v), to_json(s), to_json(l), to_json(m), to_json(sl), v IS NULL, s.w IS NULL FROM @ ORDER BY id';

describe('variants in tables', () => {
  it.each([
    { name: 'as they are', properties: "'delta.appendOnly'='false'" },
    { name: 'with deletion vectors', properties: "'delta.enableDeletionVectors'='true'" },
    { name: 'with a change feed', properties: "'delta.enableChangeDataFeed'='true'" },
    { name: 'with columns mapped by name', properties: "'delta.columnMapping.mode'='name'" },
    { name: 'with columns mapped by id, and vectors', properties: "'delta.columnMapping.mode'='id', 'delta.enableDeletionVectors'='true'" },
    { name: 'with rows tracked', properties: "'delta.enableRowTracking'='true'" },
    { name: 'with shredding allowed', properties: "'delta.feature.variantShredding'='supported'" },
    { name: 'compressed otherwise', properties: "'delta.parquet.compression.codec'='zstd'" },
  ])('WRITE-13: are written at any depth, $name, and keep NULL from JSON’s null', async ({ properties }) => {
    await rowsOf(`CREATE TABLE @ (${TYPES}) TBLPROPERTIES (${properties}); ${ROWS}`);
    expect(await rowsOf(SELECT)).toEqual(SHOWN);
    await rowsOf('UPDATE @ SET id = id + 10 WHERE id < 3; INSERT INTO @ SELECT id + 10, v, s, l, m, sl FROM @ WHERE id = 3; DELETE FROM @ WHERE id = 3');
    expect(await rowsOf(SELECT.replace('id,', 'id - 10,'))).toEqual(SHOWN);
  });

  it('WRITE-13: are optional groups of two required byte strings, without lowest and highest values', async () => {
    await rowsOf(`CREATE TABLE @ (id INT, v VARIANT, l ARRAY<VARIANT>); INSERT INTO @ VALUES (1, parse_json('1'), NULL), (2, NULL, array(parse_json('2')))`);
    const schema = await workspace.database.query(`SELECT concat_ws(' ', name, repetition_type) FROM parquet_schema('${workspace.root}/${t}/*.parquet') OFFSET 1`);
    expect(schema.columns[0]).toEqual(['id OPTIONAL', 'v OPTIONAL', 'value REQUIRED', 'metadata REQUIRED', 'l OPTIONAL', 'list REPEATED', 'element OPTIONAL', 'value REQUIRED', 'metadata REQUIRED']);
    const folder = join(workspace.root, t);
    const [commit] = (await readFile(join(folder, '_delta_log', '00000000000000000001.json'), 'utf8')).split('\n').filter((line) => line.includes('"add"'));
    const { add } = JSON.parse(commit!) as { add: { path: string; size: number; stats: string } };
    expect(JSON.parse(add.stats)).toEqual({ numRecords: 2, minValues: { id: 1 }, maxValues: { id: 2 }, nullCount: { id: 0, v: 1 }, tightBounds: true });
    expect((await readFile(join(folder, add.path))).length).toBe(add.size);
  });

  it('WRITE-13: keep the types of their values through every rewriting', async () => {
    await rowsOf(`CREATE TABLE @ AS SELECT 1 AS id, ${EVERY} AS v UNION ALL SELECT 2, parse_json('1.50')`);
    await rowsOf('UPDATE @ SET id = id + 10 WHERE id = 2');
    await rowsOf('MERGE INTO @ USING (SELECT 1 AS k, parse_json(\'"new"\') AS w) s ON id = s.k WHEN MATCHED THEN UPDATE SET id = id + 20 WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.k, s.w)');
    await rowsOf("MERGE INTO @ USING (SELECT 3 AS k, parse_json('2e0') AS w) s ON id = s.k WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.k, s.w)");
    expect(await rowsOf("SELECT id, schema_of_variant(v), variant_get(v, '$.d', 'date') = DATE'2020-01-02', v:m::DECIMAL(4,2)::STRING FROM @ ORDER BY id")).toEqual([[3, 'DOUBLE', null, null], [12, 'DECIMAL(2,1)', null, null], [21, EVERY_SCHEMA, true, '1.50']]);
  });

  it('WRITE-13: take what Spark casts to them, and defaults', async () => {
    await rowsOf("CREATE TABLE @ (id INT, v VARIANT DEFAULT parse_json('7')) TBLPROPERTIES ('delta.feature.allowColumnDefaults'='supported')");
    await rowsOf("INSERT INTO @ VALUES (1, 5); INSERT INTO @ VALUES (2, DEFAULT); INSERT INTO @ (id) VALUES (3); INSERT INTO @ VALUES (4, array(1.5, 2)); INSERT INTO @ VALUES (5, DATE'2020-01-02')");
    expect(await rowsOf('SELECT id, to_json(v), schema_of_variant(v) FROM @ ORDER BY id')).toEqual([[1, '5', 'BIGINT'], [2, '7', 'BIGINT'], [3, '7', 'BIGINT'], [4, '[1.5,2]', 'ARRAY<DECIMAL(2,1)>'], [5, '"2020-01-02"', 'DATE']]);
    await rowsOf('UPDATE @ SET v = 9 WHERE id = 1; UPDATE @ SET id = v WHERE v::INT = 7 AND id = 2');
    expect(await rowsOf('SELECT id, to_json(v) FROM @ WHERE id IN (1, 7) ORDER BY id')).toEqual([[1, '9'], [7, '7']]);
  });

  it.each([
    { sql: "UPDATE @ SET id = 2 WHERE v = parse_json('1')", code: 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE' },
    { sql: 'MERGE INTO @ USING @ s ON @.v = s.v WHEN MATCHED THEN DELETE', code: 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE' },
    { sql: "INSERT INTO @ VALUES (1, named_struct('a', 1), NULL)", code: 'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST' },
    { sql: "INSERT INTO @ VALUES (1, map('a', 1), NULL)", code: 'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST' },
    { sql: 'CREATE TABLE @x (id INT, v VARIANT) PARTITIONED BY (v)', code: 'DELTA_INVALID_PARTITION_COLUMN' },
    { sql: 'CREATE TABLE @x (id INT, v VARIANT) CLUSTER BY (v)', code: 'DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED' },
    { sql: 'INSERT INTO @ (id) VALUES (1); ALTER TABLE @ ALTER COLUMN v SET NOT NULL', code: 'DELTA_NEW_NOT_NULL_VIOLATION' },
    { sql: "SELECT to_json(v) FROM @ WHERE variant_get(v, 'a', 'int') = 1", code: 'INVALID_VARIANT_GET_PATH' },
  ])('refuses $sql', async ({ sql, code }) => {
    await rowsOf('CREATE TABLE @ (id INT, v VARIANT, m MAP<STRING, INT>)');
    await expect(rowsOf(sql)).rejects.toMatchObject({ code });
  });

  it('WRITE-13: does not write maps with variants among their keys', async () => {
    await rowsOf('CREATE TABLE @ (id INT, m MAP<VARIANT, INT>)');
    await expect(rowsOf('INSERT INTO @ VALUES (1, NULL)')).rejects.toMatchObject({ code: 'DELTA_UNSUPPORTED_DATA_TYPES' });
    expect(await readdir(join(workspace.root, t))).toEqual(['_delta_log']);
  });

  it('are counted in constraints, changes and differences', async () => {
    await rowsOf("CREATE TABLE @ (id INT, v VARIANT NOT NULL) TBLPROPERTIES ('delta.enableChangeDataFeed'='true'); ALTER TABLE @ ADD CONSTRAINT positive CHECK (v:a::INT > 0); INSERT INTO @ VALUES (1, parse_json('{\"a\":1}')); UPDATE @ SET v = parse_json('{\"a\":2}')");
    await expect(rowsOf("INSERT INTO @ VALUES (2, parse_json('{\"a\":-1}'))")).rejects.toMatchObject({ code: 'DELTA_VIOLATE_CONSTRAINT_WITH_VALUES' });
    await expect(rowsOf('INSERT INTO @ VALUES (2, NULL)')).rejects.toMatchObject({ code: 'DELTA_NOT_NULL_CONSTRAINT_VIOLATED' });
    expect(await rowsOf("SELECT to_json(v), _change_type FROM table_changes('@', 3) ORDER BY 2")).toEqual([['{"a":2}', 'update_postimage'], ['{"a":1}', 'update_preimage']]);
    const difference = await workspace.engine.prepareDifference({ path: join(workspace.root, t), from: 2, to: 3 }, workspace.session, new AbortController().signal);
    const shown = await workspace.database.query(difference.sql);
    expect(shown.rows().map((row) => row.map(String))).toEqual([['update', 'v', '1', '{"a":1}', '{"a":2}']]);
    await difference.dispose();
  });

  it('DATA-5: are JSON to DuckDB’s own dialect, and to who sees a result', async () => {
    await rowsOf(`CREATE TABLE @ (${TYPES}); ${ROWS}`);
    expect((await workspace.run(`SELECT id, v->>'$.b' AS b, l[1] AS f FROM ${t} WHERE v IS NOT NULL ORDER BY id`, 'duckdb')).rows).toEqual([[1, '1', '1'], [3, null, null]]);
    expect((await workspace.run(`SELECT v, l FROM ${t} ORDER BY id LIMIT 1`)).rows).toEqual([['{"a":[2.5,null,1000.0],"b":1}', "['1', NULL]"]]);
  });

  it('are kept by session variables and parameters of scripts', async () => {
    await rowsOf(`CREATE TABLE @ (v VARIANT); DECLARE VARIABLE kept VARIANT; SET VAR kept = (SELECT ${EVERY}); INSERT INTO @ VALUES (kept)`);
    expect(await rowsOf('SELECT schema_of_variant(v), schema_of_variant(kept) FROM @')).toEqual([[EVERY_SCHEMA, EVERY_SCHEMA]]);
  });
});
