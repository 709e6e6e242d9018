import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestWorkspace } from './testWorkspace.ts';

/** Spark has these since 4.1; what they give is as its documentation says. */
describe('WITH RECURSIVE', () => {
  let workspace: TestWorkspace;
  beforeAll(async () => {
    workspace = await TestWorkspace.create();
    await workspace.writeTable('staff', {
      columns: [{ name: 'name', type: 'string' }, { name: 'boss', type: 'string' }],
      commits: [{ add: [{ select: "SELECT * FROM (VALUES ('Ada', NULL), ('Bob', 'Ada'), ('Cy', 'Bob'), ('Di', 'Ada')) v(name, boss)" }] }],
    });
  });
  afterAll(() => workspace.dispose());

  it.each([
    { name: 'counts', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r ORDER BY n', columns: 'n int', rows: [[1], [2], [3], [4], [5]] },
    { name: 'climbs a tree of a table', sql: "WITH RECURSIVE below AS (SELECT name, 0 AS depth FROM staff WHERE boss IS NULL UNION ALL SELECT s.name, b.depth + 1 FROM staff s JOIN below b ON s.boss = b.name) SELECT name, depth FROM below ORDER BY depth, name", columns: 'name string, depth int', rows: [['Ada', 0], ['Bob', 1], ['Di', 1], ['Cy', 2]] },
    { name: 'is read more than once', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n * 2 FROM r WHERE n < 8) SELECT (SELECT max(n) FROM r) - min(n) AS spread FROM r', columns: 'spread int', rows: [[7]] },
    { name: 'stands beside others, which need not be recursive', sql: 'WITH RECURSIVE a AS (SELECT 3 AS top), r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r CROSS JOIN a WHERE n < top) SELECT sum(n) AS s FROM r', columns: 's bigint', rows: [[6n]] },
    { name: 'goes as far as the level allows', sql: 'WITH RECURSIVE r(n) MAX RECURSION LEVEL 300 AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 250) SELECT count(*) AS c FROM r', columns: 'c bigint', rows: [[250n]] },
    { name: 'may need a hundred levels', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 100) SELECT count(*) AS c FROM r', columns: 'c bigint', rows: [[100n]] },
    { name: 'stands in a subquery', sql: 'SELECT x, (WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT max(n) FROM r) AS m FROM VALUES (1), (2) AS v(x) ORDER BY x', columns: 'x int, m int', rows: [[1, 3], [2, 3]] },
    { name: 'ends where a limit has its rows', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r LIMIT 3', columns: 'n int', rows: [[1], [2], [3]] },
    { name: 'ends where a limit of expressions and an offset have their rows', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT m FROM (SELECT n * 2 AS m FROM r) LIMIT 2 OFFSET 2', columns: 'm int', rows: [[6], [8]] },
    { name: 'may come to less than a million rows', sql: 'WITH RECURSIVE r(n) AS (SELECT id FROM range(999999) UNION ALL SELECT n FROM r WHERE n < 0) SELECT count(*) AS c FROM r', columns: 'c bigint', rows: [[999_999n]] },
    { name: 'may come to more where a limit asks for them', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r, range(100) WHERE n < 4) SELECT count(*) AS c FROM (SELECT * FROM r LIMIT 1005000)', columns: 'c bigint', rows: [[1_005_000n]] },
    { name: 'may come to any number under LIMIT ALL', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r, range(100) WHERE n < 4) SELECT count(*) AS c FROM (SELECT * FROM r LIMIT ALL)', columns: 'c bigint', rows: [[1_010_101n]] },
    { name: 'makes texts longer', sql: "WITH RECURSIVE r(s) AS (SELECT 'a' UNION ALL SELECT s || 'b' FROM r WHERE length(s) < 3) SELECT s FROM r ORDER BY s", columns: 's string', rows: [['a'], ['ab'], ['abb']] },
  ])('$name', async ({ sql, columns, rows }) => {
    const answer = await workspace.run(sql);
    expect({ columns: answer.columns, rows: answer.rows }).toEqual({ columns, rows });
  });

  it.each([
    { code: 'RECURSION_LEVEL_LIMIT_EXCEEDED', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r' },
    { code: 'RECURSION_LEVEL_LIMIT_EXCEEDED', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 101) SELECT count(*) FROM r' },
    { code: 'RECURSION_LEVEL_LIMIT_EXCEEDED', sql: 'WITH RECURSIVE r(n) MAX RECURSION LEVEL 2 AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT count(*) FROM r' },
    { code: 'RECURSION_LEVEL_LIMIT_EXCEEDED', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r LIMIT 200' },
    { code: 'RECURSION_LEVEL_LIMIT_EXCEEDED', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r ORDER BY n LIMIT 3' },
    { code: 'RECURSION_ROW_LIMIT_EXCEEDED', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r, range(100) WHERE n < 4) SELECT count(*) FROM r' },
    { code: 'RECURSION_ROW_LIMIT_EXCEEDED', sql: 'WITH RECURSIVE r(n) AS (SELECT id FROM range(1000000) UNION ALL SELECT n FROM r WHERE n < 0) SELECT count(*) FROM r' },
    { code: 'INVALID_RECURSIVE_CTE', sql: 'WITH RECURSIVE r(n) AS (SELECT n + 1 FROM r) SELECT * FROM r' },
    { code: 'INVALID_RECURSIVE_REFERENCE.NUMBER', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT a.n + b.n FROM r a JOIN r b ON a.n = b.n) SELECT * FROM r' },
    { code: 'INVALID_RECURSIVE_REFERENCE.PLACE', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT CAST(count(n) AS INT) FROM r) SELECT * FROM r' },
    { code: 'INVALID_RECURSIVE_REFERENCE.PLACE', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT 1 WHERE EXISTS (SELECT * FROM r WHERE n < 3)) SELECT * FROM r' },
    { code: 'NUM_COLUMNS_MISMATCH', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n, n FROM r) SELECT * FROM r' },
    { code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n + 1 FROM r) SELECT * FROM r' },
    { code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1L FROM r) SELECT * FROM r' },
    { code: 'TABLE_OR_VIEW_NOT_FOUND', sql: 'WITH r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r' },
  ])('$code: $sql', async ({ code, sql }) => {
    await expect(workspace.run(sql)).rejects.toMatchObject({ code });
  });

  it('is cancelled in the middle of an endless recursion', async () => {
    const [statement] = workspace.engine.split('WITH RECURSIVE r(n) MAX RECURSION LEVEL 2000000000 AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT count(*) FROM (SELECT * FROM r LIMIT ALL)', 'spark');
    const prepared = await workspace.engine.prepare(statement!, workspace.session, new AbortController().signal);
    const controller = new AbortController();
    const running = workspace.database.query(prepared.sql, controller.signal).then(() => 'ended', (error: unknown) => prepared.mapError(error));
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort();
    await expect(running).resolves.toMatchObject({ code: 'OPERATION_CANCELED' });
    await prepared.dispose();
  });
});
