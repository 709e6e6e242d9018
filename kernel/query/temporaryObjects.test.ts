import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LakebookError } from '../base/errors.ts';
import { TestWorkspace } from './testWorkspace.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
  await workspace.writeTable('people', { columns: [{ name: 'id', type: 'integer' }], commits: [{ add: [{ select: 'SELECT 7::INTEGER AS id' }] }] });
  await workspace.writeTable('other/people', { columns: [{ name: 'id', type: 'integer' }], commits: [{ add: [{ select: 'SELECT 8::INTEGER AS id' }] }] });
  await writeFile(join(workspace.root, 'points.csv'), 'x,y\n1,2.5\n2,3.5\n');
  await workspace.catalog.refresh();
});
afterAll(() => workspace.dispose());
beforeEach(() => {
  workspace.session = workspace.engine.createSession();
});

async function failure(text: string): Promise<LakebookError> {
  const error = await workspace.run(text).then(() => 'no error', (thrown: unknown) => thrown);
  if (error instanceof LakebookError) return error;
  throw new Error(`not a LakebookError: ${String(error)}`);
}

describe('a view or function keeps the settings of its making', () => {
  const off = 'SET spark.sql.ansi.enabled = false;';
  const on = 'SET spark.sql.ansi.enabled = true;';
  it.each([
    { name: 'a view without ANSI', text: `${off} CREATE TEMP VIEW v AS SELECT CAST('x' AS INT) AS n, 2147483647 + 1 AS m; ${on} SELECT * FROM v`, rows: [[null, -2147483648]] },
    { name: 'a view of every session', text: `${off} CREATE OR REPLACE GLOBAL TEMP VIEW kept AS SELECT CAST('x' AS INT) AS n; ${on} SELECT * FROM global_temp.kept`, rows: [[null]] },
    { name: 'a view over a view', text: `${off} CREATE TEMP VIEW v AS SELECT CAST('x' AS INT) AS n; ${on} CREATE TEMP VIEW w AS SELECT n, try_cast('y' AS INT) AS m FROM v; SELECT * FROM w`, rows: [[null, null]] },
    { name: "a function's body and the casts of its arguments", text: `${off} CREATE TEMP FUNCTION f(x INT) RETURNS INT RETURN x + 1; ${on} SELECT f(s), f(2147483647), f(9999999999) FROM VALUES ('x') AS t(s)`, rows: [[null, -2147483648, 1410065408]] },
    { name: "a function's defaults", text: `${off} CREATE TEMP FUNCTION f(x INT DEFAULT CAST('x' AS INT)) RETURNS INT RETURN x; ${on} SELECT f()`, rows: [[null]] },
    { name: "a function's result", text: `${off} CREATE TEMP FUNCTION f(x STRING) RETURNS INT RETURN x; ${on} SELECT f('x')`, rows: [[null]] },
    { name: 'a table function', text: `${off} CREATE TEMP FUNCTION f(x INT) RETURNS TABLE (n TINYINT) RETURN SELECT x + 1; ${on} SELECT * FROM f(2147483647)`, rows: [[0]] },
    { name: 'the time zone', text: "SET TIME ZONE 'Asia/Tokyo'; CREATE TEMP VIEW v AS SELECT TIMESTAMP'2024-01-01 00:00:00' AS t, CAST(TIMESTAMP'2024-01-01 00:00:00' AS STRING) AS s, current_timezone() AS z; SET TIME ZONE 'UTC'; SELECT hour(t), s, z FROM v", rows: [[15, '2024-01-01 00:00:00', 'UTC']] },
    { name: 'the time zone of a function', text: "SET TIME ZONE 'Asia/Tokyo'; CREATE TEMP FUNCTION f(t TIMESTAMP) RETURNS STRING RETURN CAST(t AS STRING); SET TIME ZONE 'UTC'; SELECT f(TIMESTAMP'2024-01-01 00:00:00'), f('2024-01-01 00:00:00')", rows: [['2024-01-01 09:00:00', '2024-01-01 00:00:00']] },
  ])('$name', async ({ text, rows }) => {
    expect((await workspace.run(text)).rows).toEqual(rows);
  });

  it.each([
    { name: 'what stands around a view', text: `${off} CREATE TEMP VIEW v AS SELECT 1 AS n; ${on} SELECT n, CAST('x' AS INT) FROM v` },
    { name: 'an argument as it is written', text: `${off} CREATE TEMP FUNCTION f(x INT) RETURNS INT RETURN x; ${on} SELECT f(CAST('x' AS INT))` },
    { name: 'a view with ANSI', text: `CREATE TEMP VIEW v AS SELECT CAST('x' AS INT) AS n; ${off} SELECT * FROM v` },
    { name: 'a function with ANSI', text: `CREATE TEMP FUNCTION f(x INT) RETURNS INT RETURN x; ${off} SELECT f('x')` },
  ])('$name fails with ANSI', async ({ text }) => {
    expect((await failure(text)).code).toBe('CAST_INVALID_INPUT');
  });
});

describe('a view of the session', () => {
  it.each([
    { name: 'by its name, in any case', text: "CREATE TEMP VIEW v AS SELECT 1 AS a, 'x' AS b; SELECT V.a, b FROM v", columns: 'a int, b string', rows: [[1, 'x']] },
    { name: 'with columns of its own', text: "CREATE OR REPLACE TEMPORARY VIEW v (c COMMENT 'the c', d) COMMENT 'hello' AS SELECT 1, 2; SELECT d, v.c FROM v", columns: 'd int, c int', rows: [[2, 1]] },
    { name: 'over a table', text: 'CREATE TEMP VIEW v AS SELECT id + 1 AS n FROM people; SELECT * FROM v', columns: 'n int', rows: [[8]] },
    { name: 'over a view', text: 'CREATE TEMP VIEW a AS SELECT 1 AS x; CREATE TEMP VIEW b AS SELECT x + 1 AS y FROM a; SELECT y FROM b', columns: 'y int', rows: [[2]] },
    { name: 'twice in one statement', text: 'CREATE TEMP VIEW v AS SELECT id FROM people; SELECT a.id, b.id FROM v a JOIN v b ON a.id = b.id', columns: 'id int, id int', rows: [[7, 7]] },
    { name: 'before a table of its name', text: 'CREATE TEMP VIEW people AS SELECT 1 AS id; SELECT id FROM people', columns: 'id int', rows: [[1]] },
    { name: 'which a schema passes by', text: 'CREATE TEMP VIEW people AS SELECT 1 AS id; SELECT id FROM default.people', columns: 'id int', rows: [[7]] },
    { name: 'behind a common table expression', text: 'CREATE TEMP VIEW v AS SELECT 1 AS a; WITH v AS (SELECT 2 AS z) SELECT * FROM v', columns: 'z int', rows: [[2]] },
    { name: 'in an expression', text: 'CREATE TEMP VIEW v AS SELECT 1 AS a; SELECT (SELECT max(a) FROM v) AS m WHERE 1 IN (SELECT a FROM v)', columns: 'm int', rows: [[1]] },
    { name: 'that every session sees', text: 'CREATE OR REPLACE GLOBAL TEMP VIEW g AS SELECT 5 AS five; SELECT g.five, global_temp.g.five FROM global_temp.g', columns: 'five int, five int', rows: [[5, 5]] },
    { name: 'over files', text: "CREATE TEMP VIEW v USING csv OPTIONS (path 'points.csv', header 'true'); SELECT y FROM v WHERE x = '2'", columns: 'y string', rows: [['3.5']] },
    { name: 'over files with a schema', text: "CREATE TEMP VIEW v (x INT, y DOUBLE) USING csv OPTIONS (path 'points.csv', header true); SELECT sum(y) AS s FROM v", columns: 's double', rows: [[6]] },
    { name: 'made as a table over files', text: "CREATE TEMPORARY TABLE v USING csv OPTIONS (path 'points.csv', header 'true'); SELECT y FROM v WHERE x = '2'", columns: 'y string', rows: [['3.5']] },
    { name: 'over a table by path', text: "CREATE TEMP VIEW v USING delta OPTIONS (path 'people'); SELECT * FROM v", columns: 'id int', rows: [[7]] },
    { name: 'with the schema that was used when it was made', text: 'USE other; CREATE TEMP VIEW v AS SELECT id FROM people; USE default; SELECT * FROM v', columns: 'id int', rows: [[8]] },
    { name: 'with the columns that it had when it was made', text: 'CREATE TEMP VIEW a AS SELECT 1 AS x; CREATE TEMP VIEW b AS SELECT * FROM a; CREATE OR REPLACE TEMP VIEW a AS SELECT 3 AS y, CAST(2 AS SMALLINT) AS x; SELECT * FROM b', columns: 'x int', rows: [[2]] },
    { name: 'described', text: "CREATE TEMP VIEW v (c COMMENT 'the c', d) AS SELECT 1, 'x'; DESCRIBE v", columns: 'col_name string, data_type string, comment string', rows: [['c', 'int', 'the c'], ['d', 'string', null]] },
    { name: 'by its columns', text: 'CREATE TEMP VIEW v AS SELECT 1 AS a, 2 AS b; SHOW COLUMNS IN v', columns: 'col_name string', rows: [['a'], ['b']] },
    { name: 'listed', text: "CREATE TEMP VIEW v1 AS SELECT 1; CREATE TEMP VIEW w AS SELECT 1; SHOW VIEWS LIKE 'v*'", columns: 'namespace string, viewName string, isTemporary boolean', rows: [['', 'v1', true]] },
    { name: 'listed with tables', text: 'CREATE TEMP VIEW v AS SELECT 1; SHOW TABLES', columns: 'namespace string, tableName string, isTemporary boolean', rows: [['default', 'people', false], ['', 'v', true]] },
    { name: 'that is gone, twice', text: 'CREATE TEMP VIEW v AS SELECT 1; DROP VIEW v; DROP VIEW IF EXISTS v; SHOW VIEWS', columns: 'namespace string, viewName string, isTemporary boolean', rows: [] },
  ])('is read $name', async ({ text, columns, rows }) => {
    const answer = await workspace.run(text);
    expect({ columns: answer.columns, rows: answer.rows }).toEqual({ columns, rows });
  });

  it('pins its tables in the statement that uses it', async () => {
    const { statement } = await workspace.run('CREATE TEMP VIEW v AS SELECT id FROM people; SELECT * FROM v');
    expect(statement.tables).toMatchObject([{ name: 'people', version: 0, pinned: false }]);
  });

  it.each([
    { text: 'CREATE TEMP VIEW v AS SELECT 1; CREATE TEMP VIEW v AS SELECT 2', code: 'TEMP_TABLE_OR_VIEW_ALREADY_EXISTS' },
    { text: 'CREATE TEMP VIEW IF NOT EXISTS v AS SELECT 2', code: 'PARSE_SYNTAX_ERROR' },
    { text: 'CREATE TEMP VIEW s.v AS SELECT 1', code: 'TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS' },
    { text: 'CREATE TEMP VIEW v (a, b, c) AS SELECT 1, 2', code: 'CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS' },
    { text: 'CREATE TEMP VIEW v (a) AS SELECT 1, 2', code: 'CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS' },
    { text: 'CREATE TEMP VIEW v AS SELECT 1 AS a, 2 AS A', code: 'COLUMN_ALREADY_EXISTS' },
    { text: 'CREATE TEMP VIEW v AS SELECT nope FROM people', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION' },
    { text: 'CREATE TEMP VIEW v AS SELECT 1; CREATE OR REPLACE TEMP VIEW v AS SELECT * FROM v', code: 'RECURSIVE_VIEW' },
    { text: 'CREATE TEMP VIEW v AS SELECT 1 AS c; CREATE TEMP VIEW w AS SELECT c FROM v; CREATE OR REPLACE TEMP VIEW v AS SELECT * FROM w', code: 'RECURSIVE_VIEW' },
    { text: 'DROP VIEW v', code: 'TABLE_OR_VIEW_NOT_FOUND' },
    { text: 'SELECT * FROM g', code: 'TABLE_OR_VIEW_NOT_FOUND' },
    { text: 'CREATE TEMP VIEW v USING csv', code: 'PARSE_SYNTAX_ERROR' },
    { text: 'CREATE TEMPORARY TABLE v AS SELECT 1', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { text: 'CREATE TEMPORARY TABLE v (a INT)', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { text: 'CREATE TEMP VIEW a AS SELECT 1 AS x; CREATE TEMP VIEW b AS SELECT * FROM a; CREATE OR REPLACE TEMP VIEW a AS SELECT 3 AS y; SELECT * FROM b', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { text: 'CREATE TEMP VIEW v AS SELECT 1; DESCRIBE HISTORY v', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { text: 'CREATE TEMP VIEW v AS SELECT 1 AS a; DESCRIBE v b', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION' },
  ])('is refused: $text', async ({ text, code }) => {
    expect((await failure(text)).code).toBe(code);
  });

  it.each([
    { name: 'resolving', make: 'CREATE TEMP VIEW a AS SELECT 1 AS n; CREATE TEMP VIEW v AS SELECT n FROM a; DROP VIEW a', code: 'TABLE_OR_VIEW_NOT_FOUND' },
    { name: 'running', make: 'CREATE TEMP VIEW v AS SELECT 1 / x AS n FROM VALUES (0) AS t(x)', code: 'DIVIDE_BY_ZERO' },
  ])('is pointed at where it is used, when $name it fails', async ({ make, code }) => {
    await workspace.run(make);
    const text = 'SELECT 1,\n  (SELECT max(n) FROM v)';
    const error = await failure(text);
    expect({ code: error.code, at: text.slice(error.span?.start, error.span?.end) }).toEqual({ code, at: 'v' });
  });

  it('is known to the check of the text that makes it', async () => {
    const check = (text: string): Promise<readonly { readonly code: string }[]> => workspace.engine.check(text, 'spark', workspace.session, new AbortController().signal);
    expect(await check('CREATE TEMP VIEW v AS SELECT 1 AS a; SELECT a FROM v')).toEqual([]);
    expect((await check('SELECT a FROM v')).map(({ code }) => code)).toEqual(['TABLE_OR_VIEW_NOT_FOUND']);
  });
});

describe('a function of the session', () => {
  const F = 'CREATE TEMPORARY FUNCTION f(a INT) RETURNS INT RETURN a + 1; ';
  const G = "CREATE TEMPORARY FUNCTION g(a INT, b INT DEFAULT 10 COMMENT 'the b') RETURNS BIGINT COMMENT 'adds' RETURN a + b; ";
  const ROWS = 'CREATE TEMPORARY FUNCTION r(n INT) RETURNS TABLE (x INT, y INT) RETURN SELECT id, id * n FROM range(3) WHERE id < n; ';
  it.each([
    { text: `${F}SELECT f(1), f('2'), f(a) FROM VALUES (1), (NULL) AS t(a)`, columns: 'f(1) int, f(2) int, f(a) int', rows: [[2, 3, 2], [2, 3, null]] },
    { text: `${G}SELECT g(1), g(1, 2), g(b => 1, a => 2), g(1, b => 5)`, columns: 'g(1) bigint, g(1, 2) bigint, g(2, 1) bigint, g(1, 5) bigint', rows: [[11n, 3n, 3n, 6n]] },
    { text: `${F}SELECT f(a) FROM VALUES (3), (4), (4) AS t(a) GROUP BY f(a) ORDER BY f(a)`, columns: 'f(a) int', rows: [[4], [5]] },
    { text: `${F}SELECT f(sum(a)) AS s FROM VALUES (3), (4) AS t(a) HAVING f(sum(a)) > 4`, columns: 's int', rows: [[8]] },
    { text: 'CREATE TEMPORARY FUNCTION f(a INT) RETURNS INT RETURN (SELECT max(x) FROM VALUES (1), (5) AS v(x) WHERE x > a); SELECT f(a) FROM VALUES (0), (5) AS t(a)', columns: 'f(a) int', rows: [[5], [null]] },
    { text: "CREATE TEMPORARY FUNCTION f(s STRING) RETURN upper(s); SELECT f('x')", columns: 'f(x) string', rows: [['X']] },
    { text: `${F}CREATE TEMPORARY FUNCTION h(s STRING) RETURNS STRING LANGUAGE SQL DETERMINISTIC CONTAINS SQL RETURN concat(s, '!', f(h.s)); SELECT h('1')`, columns: 'h(1) string', rows: [['1!2']] },
    { text: 'CREATE TEMPORARY FUNCTION f(a INT) RETURNS INT RETURN (SELECT a FROM VALUES (100) AS v(a)); SELECT f(1)', columns: 'f(1) int', rows: [[100]] },
    { text: 'CREATE TEMPORARY FUNCTION f(a STRUCT<x: INT>) RETURNS INT RETURN a.x; SELECT f(named_struct(\'x\', 4)) AS v', columns: 'v int', rows: [[4]] },
    { text: `${ROWS}SELECT * FROM r(2)`, columns: 'x int, y int', rows: [[0, 0], [1, 2]] },
    { text: `${ROWS}SELECT t.a, q.* FROM VALUES (1), (2) AS t(a), LATERAL r(t.a) AS q ORDER BY ALL`, columns: 'a int, x int, y int', rows: [[1, 0, 0], [2, 0, 0], [2, 1, 2]] },
    { text: 'CREATE TEMPORARY FUNCTION q() RETURNS TABLE RETURN SELECT 1 AS q, 2 AS w; SELECT q.w FROM q()', columns: 'w int', rows: [[2]] },
    { text: `${F}${G}SHOW USER FUNCTIONS LIKE 'f|g'`, columns: 'function string', rows: [['f'], ['g']] },
    { text: "SHOW SYSTEM FUNCTIONS LIKE 'ab*'", columns: 'function string', rows: [['abs']] },
    { text: `${G}DESCRIBE FUNCTION g`, columns: 'function_desc string', rows: [['Function: g'], ['Type: SCALAR'], ["Input: a INT, b INT 'the b'"], ['Returns: BIGINT'], ['Comment: adds']] },
    { text: `${F}DROP TEMPORARY FUNCTION f; DROP TEMPORARY FUNCTION IF EXISTS f; SHOW USER FUNCTIONS`, columns: 'function string', rows: [] },
  ])('answers: $text', async ({ text, columns, rows }) => {
    const answer = await workspace.run(text);
    expect({ columns: answer.columns, rows: answer.rows }).toEqual({ columns, rows });
  });

  it.each([
    { text: `${F}SELECT f(b => 3)`, code: 'UNRECOGNIZED_PARAMETER_NAME' },
    { text: `${F}SELECT f()`, code: 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION' },
    { text: `${F}SELECT f(1, 2)`, code: 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION' },
    { text: `${G}SELECT g(b => 1)`, code: 'REQUIRED_PARAMETER_NOT_FOUND' },
    { text: `${G}SELECT g(a => 1, 2)`, code: 'UNEXPECTED_POSITIONAL_ARGUMENT' },
    { text: `${G}SELECT g(1, a => 2)`, code: 'DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED' },
    { text: `${G}SELECT g(a => 1, a => 2)`, code: 'DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE' },
    { text: `${F}CREATE TEMPORARY FUNCTION f() RETURNS INT RETURN 1`, code: 'ROUTINE_ALREADY_EXISTS' },
    { text: 'CREATE TEMPORARY FUNCTION abs(a INT) RETURNS INT RETURN 1', code: 'ROUTINE_ALREADY_EXISTS' },
    { text: 'CREATE OR REPLACE TEMPORARY FUNCTION abs(a INT) RETURNS INT RETURN 1', code: 'USER_DEFINED_FUNCTIONS.CANNOT_REPLACE_NON_SQL_UDF_WITH_SQL_UDF' },
    { text: 'CREATE TEMPORARY FUNCTION f(a INT) RETURNS DATE RETURN a', code: 'DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION' },
    { text: 'CREATE TEMPORARY FUNCTION f(a INT) RETURNS INT RETURN nope', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION' },
    { text: 'CREATE TEMPORARY FUNCTION f(a INT) RETURNS INT RETURN sum(a)', code: 'USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS' },
    { text: 'CREATE TEMPORARY FUNCTION f(a INT, A INT) RETURNS INT RETURN 1', code: 'DUPLICATE_ROUTINE_PARAMETER_NAMES' },
    { text: 'CREATE TEMPORARY FUNCTION f(a INT DEFAULT 1, b INT) RETURNS INT RETURN a', code: 'USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION' },
    { text: 'CREATE TEMPORARY FUNCTION f() RETURNS TABLE (x INT) RETURN SELECT 1, 2', code: 'USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH' },
    { text: `${F}CREATE OR REPLACE TEMPORARY FUNCTION f(a INT) RETURNS INT RETURN f(a)`, code: 'CYCLIC_FUNCTION_REFERENCE' },
    { text: 'CREATE TEMPORARY FUNCTION IF NOT EXISTS f(a INT) RETURNS INT RETURN a', code: 'INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS' },
    { text: 'CREATE TEMPORARY FUNCTION s.f(a INT) RETURNS INT RETURN a', code: 'INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_DATABASE' },
    { text: 'DROP TEMPORARY FUNCTION f', code: 'ROUTINE_NOT_FOUND' },
    { text: 'DESCRIBE FUNCTION nope', code: 'UNRESOLVED_ROUTINE' },
    { text: `${ROWS}SELECT r(2)`, code: 'UNRESOLVED_ROUTINE' },
    { text: `${F}SELECT * FROM f(2)`, code: 'UNRESOLVABLE_TABLE_VALUED_FUNCTION' },
    { text: `${F}SELECT f(CAST(rand() AS INT))`, code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { text: 'CREATE FUNCTION f(a INT) RETURNS INT RETURN a', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
  ])('is refused: $text', async ({ text, code }) => {
    expect((await failure(text)).code).toBe(code);
  });
});
