import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';

const { run, failureOf } = useTestTable();

const PLAIN = "CREATE TABLE @ (id INT NOT NULL, name STRING COMMENT 'n', s STRUCT<a: INT, b: STRING>); INSERT INTO @ VALUES (1, 'x', named_struct('a', 7, 'b', 'y'))";
const MAPPED = "CREATE TABLE @ (id INT, name STRING, v VARCHAR(5), l ARRAY<STRUCT<x: INT, y: INT>>, p INT) PARTITIONED BY (p) TBLPROPERTIES ('delta.columnMapping.mode'='name', 'delta.enableTypeWidening'='true'); INSERT INTO @ VALUES (1, 'x', 'v', array(named_struct('x', 5, 'y', 6)), 3)";

describe('ALTER TABLE … REPLACE COLUMNS', () => {
  it.each([
    { name: 'adds a column', make: PLAIN, columns: "id INT, name STRING, s STRUCT<a: INT, b: STRING>, extra DATE COMMENT 'new'", is: 'id int, name string, s struct<a:int,b:string>, extra date', row: [1, 'x', "{'a': 7, 'b': 'y'}", null] },
    { name: 'puts columns into another order, nested ones too', make: PLAIN, columns: 's STRUCT<b: STRING, a: INT>, NAME STRING, id INT', is: 's struct<b:string,a:int>, name string, id int', row: ["{'b': 'y', 'a': 7}", 'x', 1] },
    { name: 'adds a field', make: PLAIN, columns: 'id INT, name STRING, s STRUCT<a: INT, c: DATE, b: STRING>', is: 'id int, name string, s struct<a:int,c:date,b:string>', row: [1, 'x', "{'a': 7, 'c': NULL, 'b': 'y'}"] },
    { name: 'drops mapped columns', make: MAPPED, columns: 'p INT, id INT', is: 'p int, id int', row: [3, 1] },
    { name: 'drops a mapped field within an array', make: MAPPED, columns: 'id INT, name STRING, v STRING, l ARRAY<STRUCT<y: INT>>, p INT', is: 'id int, name string, v string, l array<struct<y:int>>, p int', row: [1, 'x', 'v', "[{'y': 6}]", 3] },
    { name: 'widens types, and adds a field to one struct while another column goes', make: MAPPED, columns: 'id BIGINT, v STRING, l ARRAY<STRUCT<x: BIGINT, y: INT, z: INT>>, p INT', is: 'id bigint, v string, l array<struct<x:bigint,y:int,z:int>>, p int', row: [1n, 'v', "[{'x': 5, 'y': 6, 'z': NULL}]", 3] },
  ])('[ALTER-11] $name', async ({ make, columns, is, row }) => {
    await run(make);
    await run(`ALTER TABLE @ REPLACE COLUMNS (${columns})`);
    const answer = await run('SELECT * FROM @');
    expect([answer.columns, answer.rows]).toEqual([is, [row]]);
    await run(`INSERT INTO @ SELECT * FROM @`);
    expect((await run('SELECT * FROM @')).rows).toEqual([row, row]);
  });

  it('[ALTER-11] keeps what the table knows of a column, but not that it had a value always', async () => {
    await run(`${PLAIN}; ALTER TABLE @ REPLACE COLUMNS (name STRING, id INT COMMENT 'number', s STRUCT<a: INT, b: STRING>)`);
    expect((await run('DESCRIBE @')).rows.map((column) => column.slice(0, 3))).toEqual([['name', 'string', 'n'], ['id', 'int', 'number'], ['s', 'struct<a:int,b:string>', null]]);
    await run("INSERT INTO @ VALUES ('y', NULL, NULL)");
    await run('CREATE OR REPLACE TABLE @ (v VARCHAR(3)); ALTER TABLE @ REPLACE COLUMNS (v STRING, w VARCHAR(2))');
    expect([(await failureOf("INSERT INTO @ VALUES ('1234', '1')")).code, (await failureOf("INSERT INTO @ VALUES ('1', '123')")).code]).toEqual(['DELTA_EXCEED_CHAR_VARCHAR_LIMIT', 'DELTA_EXCEED_CHAR_VARCHAR_LIMIT']);
  });

  it.each([
    { make: PLAIN, columns: 'id INT, name STRING', code: 'DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP', says: 'dropping column(s) [s]' },
    { make: PLAIN, columns: 'id INT, name STRING, s STRUCT<a: INT>', code: 'DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP', says: 'dropping column(s) [b] from s' },
    { make: PLAIN, columns: 'id BIGINT, name STRING, s STRUCT<a: INT, b: STRING>', code: 'DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP', says: 'changing data type of id from integer to long' },
    { make: PLAIN, columns: 'id INT, name STRING, s STRUCT<a: STRING, b: STRING>', code: 'DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP', says: 'changing data type of s.a from integer to string' },
    { make: PLAIN, columns: 'id INT, name VARCHAR(9), s STRUCT<a: INT, b: STRING>', code: 'DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP', says: 'changing data type of name from string to varchar(9)' },
    { make: MAPPED, columns: 'id INT, p INT, other INT', code: 'DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP', says: 'takes name, v, l away, which might mean a rename' },
    { make: MAPPED, columns: 'id STRING, name STRING, v STRING, p INT', code: 'DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP', says: 'from integer to string' },
    { make: MAPPED, columns: 'id INT, name STRING, v STRING, l MAP<STRING, INT>, p INT', code: 'DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP', says: 'changing data type of l' },
    { make: MAPPED, columns: 'id INT, name STRING', code: 'DELTA_UNSUPPORTED_DROP_PARTITION_COLUMN', says: 'p' },
    { make: PLAIN, columns: 'id INT NOT NULL, name STRING, s STRUCT<a: INT, b: STRING>', code: 'DELTA_OPERATION_NOT_ALLOWED', says: 'NOT NULL in ALTER TABLE REPLACE COLUMNS' },
    { make: PLAIN, columns: 'id INT, name STRING DEFAULT 1, s STRUCT<a: INT, b: STRING>', code: 'DELTA_OPERATION_NOT_ALLOWED', says: 'DEFAULT in ALTER TABLE REPLACE COLUMNS' },
    { make: PLAIN, columns: 'id INT, ID INT, name STRING, s STRUCT<a: INT, b: STRING>', code: 'DELTA_DUPLICATE_COLUMNS_FOUND', says: 'id' },
    { make: PLAIN, columns: 'id INT, name STRING, s STRUCT<a: INT, b: STRING>, `a b` INT', code: 'DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES', says: 'a b' },
    { make: 'CREATE TABLE @ (id BIGINT GENERATED ALWAYS AS IDENTITY, v INT)', columns: 'id BIGINT, v INT, w INT', code: 'DELTA_IDENTITY_COLUMNS_REPLACE_COLUMN_NOT_SUPPORTED', says: '' },
    { make: "CREATE TABLE @ (a INT, b INT, CONSTRAINT c CHECK (a > 0)) TBLPROPERTIES ('delta.columnMapping.mode'='name')", columns: 'b INT', code: 'DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE', says: 'a > 0' },
    { make: "CREATE TABLE @ (a INT, b INT GENERATED ALWAYS AS (a + 1)) TBLPROPERTIES ('delta.columnMapping.mode'='name')", columns: 'b INT', code: 'DELTA_GENERATED_COLUMNS_DEPENDENT_COLUMN_CHANGE', says: 'a + 1' },
    { make: "CREATE TABLE @ (a INT, b INT) CLUSTER BY (a) TBLPROPERTIES ('delta.columnMapping.mode'='name')", columns: 'b INT', code: 'DELTA_UNSUPPORTED_DROP_CLUSTERING_COLUMN', says: 'a' },
  ])('[ALTER-11] refuses ($columns)', async ({ make, columns, code, says }) => {
    await run(make);
    const versions = (await run('DESCRIBE HISTORY @')).rows.length;
    const error = await failureOf(`ALTER TABLE @ REPLACE COLUMNS (${columns})`);
    expect([error.code, error.message, (await run('DESCRIBE HISTORY @')).rows.length]).toEqual([code, expect.stringContaining(says), versions]);
  });
});
