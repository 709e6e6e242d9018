import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
  await workspace.run("CREATE TABLE t (id INT, c CHAR(5), v VARCHAR(3)); INSERT INTO t VALUES (1, 'ab', 'x  '), (2, 'x      ', 'y      '), (3, NULL, NULL), (4, '', ''), (5, 'üéß😀', '😀😀😀')");
});
beforeAll(() => workspace.writeTable('short', {
  columns: [{ name: 'id', type: 'integer' }, { name: 'c', type: 'string', metadata: { __CHAR_VARCHAR_TYPE_STRING: 'char(5)' } }],
  commits: [{ add: [{ select: "SELECT 1::INTEGER AS id, 'ab' AS c" }, { select: "SELECT 2::INTEGER AS id, 'b' AS c" }] }],
}));
afterAll(() => workspace.dispose());

// As `npm run test:interop -- delta 'CHAR and VARCHAR'` finds Spark to store and compare them.
it.each([
  { sql: "SELECT concat(c, '|'), concat(v, '|') FROM t ORDER BY id", rows: [['ab   |', 'x  |'], ['x    |', 'y  |'], [null, null], ['     |', '|'], ['üéß😀 |', '😀😀😀|']] },
  { sql: "SELECT id FROM t WHERE c = 'ab'", rows: [[1]] },
  { sql: "SELECT id FROM t WHERE 'ab  ' = c", rows: [[1]] },
  { sql: "SELECT id FROM t WHERE c IN ('ab', '') ORDER BY id", rows: [[1], [4]] },
  { sql: "SELECT id FROM t WHERE c > 'ab' ORDER BY id", rows: [[2], [5]] },
  { sql: "SELECT n FROM (SELECT c AS d, id AS n FROM t) WHERE d = 'x'", rows: [[2]] },
  { sql: "SELECT id FROM t WHERE v = 'x'", rows: [] },
  { sql: "SELECT id FROM short WHERE c = 'ab'", rows: [[1]] }, // as Spark's Delta stores them
  { sql: "SELECT id FROM short WHERE c IN ('b  ', 'x')", rows: [[2]] },
  { sql: "SELECT concat(c, '|') FROM short ORDER BY id", rows: [['ab   |'], ['b    |']] },
  { sql: "SELECT id FROM short WHERE c LIKE 'b  %'", rows: [[2]] },
  { sql: "SELECT u.c || '|' FROM (SELECT id + 1 AS id FROM short) x LEFT JOIN short u ON x.id = u.id ORDER BY x.id", rows: [['b    |'], [null]] },
  { sql: "SELECT s.id FROM short s JOIN t ON s.c = t.c", rows: [[1]] },
  { sql: 'SELECT a.id FROM t a JOIN t b ON a.c = b.c WHERE a.id < 3 ORDER BY a.id', rows: [[1], [2]] },
])('CHAR(n) is filled up with blanks: $sql', async ({ sql, rows }) => {
  expect((await workspace.run(sql)).rows).toEqual(rows);
});

it.each(["INSERT INTO t VALUES (6, 'abcdef', '')", "INSERT INTO t VALUES (6, '', 'x  x')"])('refuses a longer text: %s', async (sql) => {
  await expect(workspace.run(sql)).rejects.toMatchObject({ code: 'DELTA_EXCEED_CHAR_VARCHAR_LIMIT' });
});
