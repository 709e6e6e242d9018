import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCode } from '../base/errors.ts';
import { openDatabase, type Database } from './database.ts';
import { parseDuckDbQuery, splitDuckDbText } from './duckdbDialect.ts';

let database: Database;
beforeAll(async () => {
  database = await openDatabase({ memoryLimitBytes: 512 << 20, threads: 2, spillFolder: join(tmpdir(), 'lakebook-dialect'), maxSpillBytes: 1 << 30, connections: 1 });
});
afterAll(() => database.close());

const ORDERS = "SELECT 1 AS id, 'a' AS s UNION ALL SELECT 2, 'b'";
async function run(text: string, relations: readonly string[]): Promise<readonly unknown[]> {
  const query = await parseDuckDbQuery(database, text);
  return (await database.query(await query.rewrite(relations))).rows();
}
const refusal = (text: string): Promise<unknown> => parseDuckDbQuery(database, text).then(() => 'accepted', (error: unknown) => error);

describe('tables', () => {
  it.each([
    { text: 'SELECT * FROM orders', tables: [['orders']] },
    { text: 'SELECT * FROM workspace.sales.orders o JOIN sales.lines USING (id)', tables: [['workspace', 'sales', 'orders'], ['sales', 'lines']] },
    { text: 'WITH t AS (SELECT * FROM t), u AS (FROM t) SELECT * FROM u, T', tables: [['t']] },
    { text: 'WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r WHERE a < 3) SELECT * FROM r', tables: [] },
    { text: 'SELECT (SELECT max(a) FROM x), EXISTS (FROM y), a IN (SELECT b FROM z) FROM w ORDER BY (SELECT 1 FROM v)', tables: [['v'], ['x'], ['y'], ['z'], ['w']] },
    { text: "FROM 'data/x.csv'", tables: [['data/x.csv']] },
    { text: 'SELECT 1 UNION ALL BY NAME SELECT a FROM t EXCEPT FROM u', tables: [['t'], ['u']] },
    { text: 'WITH t AS (SELECT 1) SELECT * FROM (WITH u AS (SELECT 2) FROM u), u', tables: [['u']] },
  ])('are found in $text', async ({ text, tables }) => {
    const found = (await parseDuckDbQuery(database, text)).tables.map(({ parts }) => parts);
    expect(new Set(found.map(String))).toEqual(new Set(tables.map(String)));
  });

  it('carry their time travel and their place', async () => {
    const { tables } = await parseDuckDbQuery(database, "EXPLAIN SELECT * FROM t AT (VERSION => 3), u AT (TIMESTAMP => TIMESTAMP '2024-01-01')");
    expect(tables).toEqual([
      { parts: ['t'], at: { unit: 'VERSION', value: '3' }, condition: { kind: 'unknown' }, span: { start: 22, end: 23, line: 1, column: 22 } },
      { parts: ['u'], at: { unit: 'TIMESTAMP', value: '2024-01-01' }, condition: { kind: 'unknown' }, span: expect.objectContaining({ start: 43 }) },
    ]);
  });
});

describe('the filter says of a table', () => {
  const compare = (column: string, operator: string, type: string, text: string): unknown => ({ kind: 'compare', operator, column: column.split('.'), constant: { type, text } });
  it.each([
    { text: "FROM t WHERE a = 5 AND 3 < b", condition: { kind: 'and', terms: [compare('a', '=', 'integer', '5'), compare('b', '>', 'integer', '3')] } },
    { text: "FROM t x WHERE x.s.f >= 'q' OR s IS NULL", condition: { kind: 'or', terms: [compare('s.f', '>=', 'text', 'q'), { kind: 'isNull', column: ['s'] }] } },
    { text: "FROM t WHERE d BETWEEN DATE '2024-01-01' AND '2024-02-01'", condition: { kind: 'and', terms: [compare('d', '>=', 'date', '2024-01-01'), compare('d', '<=', 'text', '2024-02-01')] } },
    { text: 'FROM t WHERE a IN (-1, 2) AND m = -0.05 AND f(a) = 1'.replace('f(a)', 'abs(a)'), condition: { kind: 'and', terms: [{ kind: 'in', column: ['a'], constants: [{ type: 'integer', text: '-1' }, { type: 'integer', text: '2' }] }, compare('m', '=', 'decimal', '-0.05'), { kind: 'unknown' }] } },
    { text: 'FROM t JOIN u ON t.id = u.id WHERE t.a = 1 AND b = 2', condition: { kind: 'and', terms: [compare('a', '=', 'integer', '1'), { kind: 'unknown' }] } },
    { text: 'FROM u LEFT JOIN t ON true WHERE t.a IS NULL', condition: { kind: 'unknown' } },
    { text: 'FROM t AS t(x, y) WHERE y = 1', condition: { kind: 'unknown' } },
    { text: 'FROM t TABLESAMPLE 10% WHERE a = 1', condition: { kind: 'unknown' } },
    { text: 'FROM t WHERE a = 9223372036854775807', condition: { kind: 'unknown' } },
    { text: 'FROM (SELECT * FROM t WHERE a = 1) WHERE b = 2', condition: compare('a', '=', 'integer', '1') },
  ])('in $text', async ({ text, condition }) => {
    const { tables } = await parseDuckDbQuery(database, text);
    expect(tables.find(({ parts }) => parts[0] === 't')?.condition).toEqual(condition);
  });
});

describe('a rewritten statement reads the relations', () => {
  it.each([
    { name: 'under the table name', text: 'SELECT orders.id FROM sales.orders WHERE s = \'b\'', rows: [[2]] },
    { name: 'under an alias with column names', text: 'SELECT o.y FROM orders AS o(x, y) ORDER BY x DESC', rows: [['b'], ['a']] },
    { name: 'in order, beside CTEs', text: 'WITH c AS (SELECT id FROM orders) SELECT * FROM c ORDER BY id DESC LIMIT 1', rows: [[2]] },
    { name: 'with exact constants', text: "SELECT 9223372036854775807, -1, 170141183460469231731687303715884105727::VARCHAR, 12345678901234567890.123456789::VARCHAR, 0.1::DOUBLE, 'it''s #long:1' FROM orders LIMIT 1",
      rows: [[9223372036854775807n, -1, '170141183460469231731687303715884105727', '12345678901234567890.123456789', 0.1, "it's #long:1"]] },
  ])('$name', async ({ text, rows }) => {
    expect(await run(text, [ORDERS])).toEqual(rows);
  });

  it('and a table named like the relations stays apart', async () => {
    expect(await run('WITH lakebook_scan_0 AS (SELECT 7 AS id) SELECT a.id, b.id FROM lakebook_scan_0 a, orders b WHERE b.id = 1', [ORDERS])).toEqual([[7, 1]]);
  });
});

describe('refused by name', () => {
  it.each([
    ["SELECT * FROM read_csv('/etc/passwd')", 'The function read_csv'],
    ["SELECT * FROM glob('*')", 'The function glob'],
    ["SELECT * FROM query('SELECT 1')", 'The function query'],
    ["SELECT content FROM read_text('x')", 'The function read_text'],
    ['SELECT * FROM duckdb_settings()', 'The function duckdb_settings'],
    ["SELECT current_setting('threads')", 'The function current_setting'],
    ["SELECT getvariable('x')", 'The function getvariable'],
    ["SELECT * FROM range(3) WHERE (SELECT getvariable('x')) = 1", 'The function getvariable'],
    ["SELECT * REPLACE (getvariable('x') AS a) FROM t", 'The function getvariable'],
    ["SELECT * RENAME (a AS b), [getvariable(y) FOR y IN l], {'k': CASE WHEN true THEN getvariable('x') END} FROM t", 'The function getvariable'],
    ["SELECT sum(a) FILTER (WHERE getvariable('x')) FROM t", 'The function getvariable'],
    ["SELECT sum(a) OVER (PARTITION BY getvariable('x')) FROM t", 'The function getvariable'],
    ["VALUES (getvariable('x'))", 'The function getvariable'],
    ["FROM t LIMIT (SELECT getvariable('x'))", 'The function getvariable'],
    ["SELECT DISTINCT ON (getvariable('x')) a FROM t", 'The function getvariable'],
    ["SELECT a FROM t GROUP BY GROUPING SETS ((getvariable('x')))", 'The function getvariable'],
    ["FROM t JOIN u ON getvariable('x')", 'The function getvariable'],
    ["SELECT string_agg(s ORDER BY getvariable('x')) FROM t", 'The function getvariable'],
    ["SELECT json_execute_serialized_sql('x')", 'The function json_execute_serialized_sql'],
    ["SELECT nextval('s') OVER ()", 'The function nextval'],
    ['SELECT other.upper(s) FROM t', 'The function other.upper'],
    ['SELECT sleep_ms(1000)', 'The function sleep_ms'],
    ['DESCRIBE SELECT 1', 'DESCRIBE, SHOW and SUMMARIZE'],
    ['SELECT * FROM (SHOW TABLES)', 'DESCRIBE, SHOW and SUMMARIZE'],
    ['PIVOT t ON a USING sum(b)', 'PIVOT'],
    ["COPY t TO 'x'", 'COPY'],
    ["ATTACH 'x'", 'ATTACH'],
    ['CREATE TABLE t AS SELECT 1', 'CREATE'],
    ['INSERT INTO t VALUES (1)', 'INSERT'],
    ["CALL enable_logging(storage = 'file')", 'CALL'],
    ['PRAGMA enable_profiling', 'PRAGMA'],
    ['SET threads = 1', 'SET'],
    ['EXPLAIN ANALYZE SELECT 1', 'EXPLAIN ANALYZE and options of EXPLAIN'],
    ['SELECT 1; SELECT 2', 'More than one statement at a time'],
    ['SELECT ?', 'The expression PARAMETER'],
    ['FROM t AT (VERSION => 1 + 1)', 'AT (VERSION => …) with an expression'],
  ])('%s', async (text, feature) => {
    const error = await refusal(text);
    expect(hasCode(error, 'DUCKDB_FEATURE_REFUSED') ? error.parameters['feature'] : error).toBe(feature);
  });
});

it('points at a syntax error', async () => {
  const error = await refusal("EXPLAIN SELECT 'é',\n foo bar baz");
  expect(hasCode(error, 'DUCKDB_SYNTAX_ERROR') && error.span).toEqual({ start: 29, end: 32, line: 2, column: 9 });
});

it.each([
  { text: 'SELECT 1; ;\n SELECT 2 -- ; end\n;', statements: ['SELECT 1', 'SELECT 2 -- ; end'] },
  { text: "SELECT ';', \";\", $$;$$, e'\\';' /* ; */", statements: ["SELECT ';', \";\", $$;$$, e'\\';' /* ; */"] },
  { text: '-- nothing\n', statements: [] },
])('splits $text', ({ text, statements }) => {
  expect(splitDuckDbText(text).map(({ start, end }) => text.slice(start, end))).toEqual(statements);
});
