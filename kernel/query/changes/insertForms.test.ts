import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';

const table = useTestTable();
const { run, rowsOf, codeOf } = table;

const PARTITIONED = "CREATE TABLE @ (id INT, p STRING, q INT) PARTITIONED BY (p, q); INSERT INTO @ VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b', 1)";
const KEYED = "CREATE TABLE @ (k INT, v STRING); INSERT INTO @ VALUES (1, 'a'), (1, 'b'), (2, 'c'), (NULL, 'n')";

describe('inserting into a part of a table', () => {
  it.each([
    { name: 'PARTITION with values', sql: "INSERT INTO @ PARTITION (p = 'c', q = 5) SELECT 9", rows: [[1, 'a', 1], [2, 'a', 2], [3, 'b', 1], [9, 'c', 5]] },
    { name: 'PARTITION with one value', sql: "INSERT INTO @ PARTITION (p = 'c', q) VALUES (9, 7)", rows: [[1, 'a', 1], [2, 'a', 2], [3, 'b', 1], [9, 'c', 7]] },
    { name: 'PARTITION beside a list of columns', sql: "INSERT INTO @ PARTITION (p = 'c') (q, id) VALUES (7, 9)", rows: [[1, 'a', 1], [2, 'a', 2], [3, 'b', 1], [9, 'c', 7]] },
    { name: 'OVERWRITE of a partition', sql: "INSERT OVERWRITE @ PARTITION (p = 'a') VALUES (9, 7)", rows: [[3, 'b', 1], [9, 'a', 7]] },
    { name: 'OVERWRITE of one partition whose value is cast', sql: "INSERT OVERWRITE @ PARTITION (p = 'a', q = '1') VALUES (9)", rows: [[2, 'a', 2], [3, 'b', 1], [9, 'a', 1]] },
  ])('$name', async ({ sql, rows }) => {
    await run(`SET spark.sql.ansi.enabled=false; ${PARTITIONED}`);
    await run(sql);
    expect(await rowsOf()).toEqual(rows);
  });

  it('REPLACE USING takes the place of rows with the same keys', async () => {
    await run(KEYED);
    expect(await rowsOf("INSERT INTO @ REPLACE USING (k) SELECT * FROM VALUES (1, 'x'), (3, 'y'), (NULL, 'z') s(k, v)")).toEqual([[3, 3]]);
    expect(await rowsOf('SELECT * FROM @ ORDER BY v')).toEqual([[2, 'c'], [null, 'n'], [1, 'x'], [3, 'y'], [null, 'z']]);
  });

  it('FROM … INSERT … INSERT writes one after the other', async () => {
    await run('CREATE TABLE @one (id BIGINT); CREATE TABLE @two (id BIGINT, twice BIGINT)');
    const answer = await run('FROM range(4) s INSERT INTO @one SELECT id WHERE id > 1 INSERT INTO @two SELECT id, id * 2 WHERE id < 3');
    expect([answer.rows.map((row) => row.map(Number)), answer.statement.written?.map(({ version }) => version)]).toEqual([[[2, 2], [3, 3]], [1, 1]]);
    expect([await rowsOf('SELECT * FROM @one ORDER BY 1'), await rowsOf('SELECT * FROM @two ORDER BY 1')]).toEqual([[[2], [3]], [[0, 0], [1, 2], [2, 4]]]);
  });

  it.each([
    { table: PARTITIONED, sql: "INSERT INTO @ PARTITION (id = 1) VALUES ('x', 1)", code: 'NON_PARTITION_COLUMN' },
    { table: PARTITIONED, sql: "INSERT INTO @ PARTITION (p = 'c') VALUES (1)", code: 'DELTA_INSERT_COLUMN_ARITY_MISMATCH' },
    { table: PARTITIONED, sql: "INSERT INTO @ PARTITION (p = 'c') (id, p) VALUES (1, 'd')", code: 'COLUMN_ALREADY_EXISTS' },
    { table: PARTITIONED, sql: "INSERT OVERWRITE @ PARTITION (p = 'c', q = 1) IF NOT EXISTS VALUES (1)", code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { table: KEYED, sql: 'INSERT INTO @ REPLACE USING (nope) VALUES (1, 2)', code: 'DELTA_INSERT_COLUMN_MISMATCH' },
    { table: KEYED, sql: 'INSERT INTO @ REPLACE WHERE k = 1 VALUES (2, \'x\')', code: 'DELTA_REPLACE_WHERE_MISMATCH' },
    { table: KEYED, sql: 'INSERT INTO @ BY NAME SELECT 1 AS k, 2 AS K', code: 'COLUMN_ALREADY_EXISTS' },
    { table: KEYED, sql: 'INSERT INTO @ VALUES (1, \'x\', 2)', code: 'DELTA_INSERT_COLUMN_ARITY_MISMATCH' },
    { table: KEYED, sql: 'INSERT WITH SCHEMA EVOLUTION INTO @ BY NAME SELECT array(1) AS k', code: 'DELTA_FAILED_TO_MERGE_FIELDS' },
    { table: KEYED, sql: 'INSERT WITH SCHEMA EVOLUTION INTO @ BY NAME SELECT 1 AS `k k`', code: 'DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES' },
  ])('refuses $sql', async ({ table, sql, code }) => {
    await run(table);
    const before = await rowsOf('DESCRIBE HISTORY @');
    expect(await codeOf(sql)).toBe(code);
    expect(await rowsOf('DESCRIBE HISTORY @')).toEqual(before);
  });
});

describe('schemas that follow the rows', () => {
  it.each([
    { name: 'by position', sql: "INSERT WITH SCHEMA EVOLUTION INTO @ SELECT 5, 'e', 7 AS extra" },
    { name: 'by name', sql: "INSERT WITH SCHEMA EVOLUTION INTO @ BY NAME SELECT 7 AS extra, 5 AS k, 'e' AS v" },
    { name: 'by a setting', sql: "SET spark.databricks.delta.schema.autoMerge.enabled=true; INSERT INTO @ SELECT 5, 'e', 7 AS extra" },
  ])('[ALTER-9] takes new columns $name', async ({ sql }) => {
    await run(KEYED);
    await run(sql);
    expect([(await run('SELECT * FROM @')).columns, await rowsOf('SELECT * FROM @ WHERE k IN (2, 5) ORDER BY k')]).toEqual(['k int, v string, extra int', [[2, 'c', null], [5, 'e', 7]]]);
  });

  it('takes new fields of structs, and wider types where the table may', async () => {
    await run("CREATE TABLE @ (i INT, s STRUCT<a: INT>, x INT) TBLPROPERTIES ('delta.enableTypeWidening'='true', 'delta.columnMapping.mode'='name'); INSERT INTO @ VALUES (1, named_struct('a', 1), 1)");
    await run("INSERT WITH SCHEMA EVOLUTION INTO @ BY NAME SELECT 5000000000 AS i, named_struct('a', 2, 'b', 'new') AS s, 7.5 AS x");
    expect([(await run('SELECT * FROM @')).columns, await rowsOf('SELECT i, s.a, s.b, x FROM @ ORDER BY i')]).toEqual(['i bigint, s struct<a:int,b:string>, x int', [[1, 1, null, 1], [5000000000, 2, 'new', 7]]]);
  });

  it('keeps types that it may not widen, and says what does not fit', async () => {
    await run(KEYED);
    expect(await codeOf('INSERT WITH SCHEMA EVOLUTION INTO @ BY NAME SELECT 5000000000 AS k')).toBe('CAST_OVERFLOW');
  });

  it('overwrites with other columns too', async () => {
    await run(KEYED);
    await run('INSERT WITH SCHEMA EVOLUTION OVERWRITE @ SELECT 1, \'x\', true AS flag');
    expect(await rowsOf()).toEqual([[1, 'x', true]]);
  });

  it.each([
    { name: 'with deletion vectors', properties: "'delta.enableChangeDataFeed'='true'" },
    { name: 'by rewriting files', properties: "'delta.enableDeletionVectors'='false', 'delta.enableChangeDataFeed'='true', 'delta.enableTypeWidening'='true'" },
  ])('MERGE takes new columns of its source $name', async ({ properties }) => {
    await run(`CREATE TABLE @ (k INT, v STRING) TBLPROPERTIES (${properties}); INSERT INTO @ VALUES (1, 'a'), (2, 'b'), (3, 'c')`);
    const answer = await rowsOf("MERGE WITH SCHEMA EVOLUTION INTO @ d USING (SELECT * FROM VALUES (1, 'x', 10), (9, 'y', 90) s(k, v, extra)) s ON d.k = s.k WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY SOURCE AND d.k = 3 THEN DELETE");
    expect([answer, await rowsOf()]).toEqual([[[3, 1, 1, 1]], [[1, 'x', 10], [2, 'b', null], [9, 'y', 90]]]);
    expect(await rowsOf("SELECT k, extra, _change_type FROM table_changes('@', 2) ORDER BY ALL")).toEqual([[1, null, 'update_preimage'], [1, 10, 'update_postimage'], [3, null, 'delete'], [9, 90, 'insert']]);
  });

  it('MERGE widens what it writes where the table may', async () => {
    await run("CREATE TABLE @ (k INT, v INT) TBLPROPERTIES ('delta.enableTypeWidening'='true', 'delta.enableDeletionVectors'='false'); INSERT INTO @ VALUES (1, 1), (2, 2)");
    await run('MERGE WITH SCHEMA EVOLUTION INTO @ d USING (SELECT 1 AS k, 5000000000 AS v, 7 AS left_out) s ON d.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v');
    expect([(await run('SELECT * FROM @')).columns, await rowsOf()]).toEqual(['k int, v bigint', [[1, 5000000000], [2, 2]]]);
  });

  it('MERGE sets a new column by its name', async () => {
    await run(KEYED);
    await run("MERGE WITH SCHEMA EVOLUTION INTO @ d USING (SELECT 2 AS k, 'new' AS extra) s ON d.k = s.k WHEN MATCHED THEN UPDATE SET extra = s.extra");
    expect(await rowsOf('SELECT * FROM @ WHERE k = 2')).toEqual([[2, 'c', 'new']]);
  });

  it('MERGE refuses new columns without it', async () => {
    await run(KEYED);
    expect(await codeOf("MERGE INTO @ d USING (SELECT 2 AS k, 'new' AS extra) s ON d.k = s.k WHEN MATCHED THEN UPDATE SET extra = s.extra")).toBe('UNRESOLVED_COLUMN.WITH_SUGGESTION');
  });

  it('CREATE OR REPLACE keeps the ids of the table and of its columns, and gives none out twice', async () => {
    const idsOf = async (version: number): Promise<readonly [string, Readonly<Record<string, readonly unknown[]>>]> => {
      const text = readFileSync(join(table.folder, '_delta_log', `${String(version).padStart(20, '0')}.json`), 'utf8');
      const { id, schemaString } = (JSON.parse(text.split('\n').find((line) => line.startsWith('{"metaData"')) ?? '') as { readonly metaData: { readonly id: string; readonly schemaString: string } }).metaData;
      const { fields } = JSON.parse(schemaString) as { readonly fields: readonly { readonly name: string; readonly metadata: Readonly<Record<string, unknown>> }[] };
      return [id, Object.fromEntries(fields.map(({ name, metadata }) => [name, [metadata['delta.columnMapping.id'], metadata['delta.columnMapping.physicalName']]]))];
    };
    const mapped = "TBLPROPERTIES ('delta.columnMapping.mode'='name')";
    await run(`CREATE TABLE @ (a INT, b INT, c INT) ${mapped}; CREATE OR REPLACE TABLE @ (c INT, d INT, a STRING) ${mapped}`);
    const [[id, before], [sameId, after]] = [await idsOf(0), await idsOf(1)];
    expect([sameId, after['c'], after['d']?.[0], after['a']?.[0]]).toEqual([id, before['c'], 4, 5]);
  });
});
