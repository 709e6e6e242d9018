import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';
import { asStruct, ELEMENT, FILE, listOf, mapStructs, rewriteFooter, withFields } from '../../duckdb/parquetFooter.ts';
import { THRIFT, type ThriftStruct } from '../../duckdb/thriftCompact.ts';

const table = useTestTable();
const { rowsOf } = table;

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

/** The footer with the marks that newer writers put on variants; of their two fields DuckDB wants the metadata first. */
function marked(footer: ThriftStruct): ThriftStruct {
  const elements = listOf(footer, FILE.schema).items.map(asStruct);
  const nameOf = (element: ThriftStruct | undefined): string => new TextDecoder().decode(element?.get(ELEMENT.name)?.value as Uint8Array);
  const isLeaf = (element: ThriftStruct): boolean => element.get(ELEMENT.childCount) === undefined;
  const starts = elements.flatMap((_, index) => (nameOf(elements[index + 1]) === 'value' && nameOf(elements[index + 2]) === 'metadata' ? [index] : []));
  const variant: ThriftStruct = new Map([[16, { type: THRIFT.struct, value: new Map([[1, { type: THRIFT.byte, value: 1n }]]) }]]);
  const schema = [...elements];
  const leaves = elements.filter(isLeaf).map((_, index) => index);
  for (const start of starts) {
    schema.splice(start, 3, withFields(elements[start]!, { [ELEMENT.logicalType]: { type: THRIFT.struct, value: variant } }), elements[start + 2]!, elements[start + 1]!);
    const leaf = elements.slice(0, start).filter(isLeaf).length;
    leaves.splice(leaf, 2, leaf + 1, leaf);
  }
  const swapped = mapStructs(footer, FILE.rowGroups, (group) => {
    const columns = listOf(group, 1);
    return withFields(group, { 1: { type: THRIFT.list, value: { ...columns, items: leaves.map((leaf) => columns.items[leaf]!) } } });
  });
  return withFields(swapped, { [FILE.schema]: { type: THRIFT.list, value: { elementType: THRIFT.struct, items: schema } } });
}

/** Says a file's new size in the commit that names it. */
async function replaceInLog(folder: string, { name, size }: { readonly name: string; readonly size: number }): Promise<void> {
  const log = join(folder, '_delta_log');
  for (const commit of (await readdir(log)).filter((each) => each.endsWith('.json'))) {
    const text = await readFile(join(log, commit), 'utf8');
    if (text.includes(name)) await writeFile(join(log, commit), text.replace(/"size":\d+/, `"size":${size}`));
  }
}

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
    const schema = await table.workspace.database.query(`SELECT concat_ws(' ', name, repetition_type) FROM parquet_schema('${table.folder}/*.parquet') OFFSET 1`);
    expect(schema.columns[0]).toEqual(['id OPTIONAL', 'v OPTIONAL', 'value REQUIRED', 'metadata REQUIRED', 'l OPTIONAL', 'list REPEATED', 'element OPTIONAL', 'value REQUIRED', 'metadata REQUIRED']);
    const folder = table.folder;
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
    expect(await readdir(table.folder)).toEqual(['_delta_log']);
  });

  it('are counted in constraints, changes and differences', async () => {
    await rowsOf("CREATE TABLE @ (id INT, v VARIANT NOT NULL) TBLPROPERTIES ('delta.enableChangeDataFeed'='true'); ALTER TABLE @ ADD CONSTRAINT positive CHECK (v:a::INT > 0); INSERT INTO @ VALUES (1, parse_json('{\"a\":1}')); UPDATE @ SET v = parse_json('{\"a\":2}')");
    await expect(rowsOf("INSERT INTO @ VALUES (2, parse_json('{\"a\":-1}'))")).rejects.toMatchObject({ code: 'DELTA_VIOLATE_CONSTRAINT_WITH_VALUES' });
    await expect(rowsOf('INSERT INTO @ VALUES (2, NULL)')).rejects.toMatchObject({ code: 'DELTA_NOT_NULL_CONSTRAINT_VIOLATED' });
    expect(await rowsOf("SELECT to_json(v), _change_type FROM table_changes('@', 3) ORDER BY 2")).toEqual([['{"a":2}', 'update_postimage'], ['{"a":1}', 'update_preimage']]);
    const difference = await table.workspace.engine.prepareDifference({ path: table.folder, from: 2, to: 3 }, table.workspace.session, new AbortController().signal);
    const shown = await table.workspace.database.query(difference.sql);
    expect(shown.rows().map((row) => row.map(String))).toEqual([['update', 'v', '1', '{"a":1}', '{"a":2}']]);
    await difference.dispose();
  });

  it('DATA-5: are JSON to DuckDB’s own dialect, and to who sees a result', async () => {
    await rowsOf(`CREATE TABLE @ (${TYPES}); ${ROWS}`);
    expect((await table.workspace.run(`SELECT id, v->>'$.b' AS b, l[1] AS f FROM ${table.name} WHERE v IS NOT NULL ORDER BY id`, 'duckdb')).rows).toEqual([[1, '1', '1'], [3, null, null]]);
    expect((await table.workspace.run(`SELECT v, l FROM ${table.name} ORDER BY id LIMIT 1`)).rows).toEqual([['{"a":[2.5,null,1000.0],"b":1}', "['1', NULL]"]]);
  });

  it('WRITE-13: shredded by others, are rewritten whole', async () => {
    const shredded = join(table.folder, 'shredded.parquet');
    await rowsOf("CREATE TABLE @ (id BIGINT, v VARIANT) TBLPROPERTIES ('delta.feature.variantShredding'='supported', 'delta.enableDeletionVectors'='false')");
    await table.workspace.database.run(`COPY (SELECT i AS id, {'a': i, 'b': CASE WHEN i % 2 = 0 THEN 'x' || i END, 'd': DATE '2020-01-01' + i::INTEGER}::VARIANT AS v FROM range(6) t(i)) TO '${shredded}' (FORMAT parquet, SHREDDING {v: 'STRUCT(a BIGINT, b VARCHAR)'})`);
    const add = { path: 'shredded.parquet', partitionValues: {}, size: (await readFile(shredded)).length, modificationTime: 1, dataChange: true };
    await writeFile(join(table.folder, '_delta_log', '00000000000000000001.json'), `${JSON.stringify({ commitInfo: { timestamp: 1 } })}\n${JSON.stringify({ add })}\n`);
    const asked = 'SELECT to_json(v), schema_of_variant(v) FROM @ ORDER BY id';
    const before = await rowsOf(asked);
    expect(before.slice(1, 3)).toEqual([['{"a":1,"b":null,"d":"2020-01-02"}', 'OBJECT<a: BIGINT, b: VOID, d: DATE>'], ['{"a":2,"b":"x2","d":"2020-01-03"}', 'OBJECT<a: BIGINT, b: STRING, d: DATE>']]);
    await rowsOf('UPDATE @ SET id = id + 10');
    expect(await rowsOf(asked)).toEqual(before);
    const files = (await readdir(table.folder)).filter((name) => name.startsWith('part-'));
    const leaves = await table.workspace.database.query(`SELECT name FROM parquet_schema('${join(table.folder, files[0]!)}') WHERE num_children IS NULL`);
    expect(leaves.columns[0]).toEqual(['id', 'value', 'metadata']);
  });

  it('DATA-6: marked by others, keep NULL from JSON’s null where their rows are written again', async () => {
    await rowsOf(`CREATE TABLE @ (${TYPES}) TBLPROPERTIES ('delta.enableDeletionVectors'='false'); ${ROWS}`);
    for (const name of (await readdir(table.folder)).filter((each) => each.endsWith('.parquet'))) {
      const path = join(table.folder, name);
      const size = await rewriteFooter(path, marked);
      await replaceInLog(table.folder, { name, size });
    }
    expect((await table.workspace.database.query(`SELECT DISTINCT typeof(v), typeof(s), typeof(l) FROM read_parquet('${table.folder}/*.parquet')`)).rows()).toEqual([['VARIANT', 'STRUCT(a INTEGER, w VARIANT)', 'VARIANT[]']]);
    await rowsOf('UPDATE @ SET id = id');
    expect(await rowsOf(SELECT)).toEqual(SHOWN);
    expect((await readdir(join(table.workspace.root, '.spill'))).filter((name) => name.startsWith('unmarked'))).toEqual([]);
  });

  it('are kept by session variables and parameters of scripts', async () => {
    await rowsOf(`CREATE TABLE @ (v VARIANT); DECLARE VARIABLE kept VARIANT; SET VAR kept = (SELECT ${EVERY}); INSERT INTO @ VALUES (kept)`);
    expect(await rowsOf('SELECT schema_of_variant(v), schema_of_variant(kept) FROM @')).toEqual([[EVERY_SCHEMA, EVERY_SCHEMA]]);
  });
});
