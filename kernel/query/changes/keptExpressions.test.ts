import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';

const table = useTestTable();
const { run, rowsOf } = table;

async function failureOf(text: string): Promise<readonly [string, string | undefined]> {
  const { code, span } = await table.failureOf(text);
  return [code, span && table.textOf(text).slice(span.start, span.end)];
}

describe('[WRITE-4] expressions that a new table would keep', () => {
  it.each([
    ['INT', 'nope + 1', 'DELTA_INVALID_GENERATED_COLUMN_REFERENCES'],
    ['INT', 'g2 + 1', 'DELTA_INVALID_GENERATED_COLUMN_REFERENCES'],
    ['INT', 'g + 1', 'DELTA_INVALID_GENERATED_COLUMN_REFERENCES'],
    ['BIGINT', 'sum(a)', 'DELTA_AGGREGATE_IN_GENERATED_COLUMN'],
    ['INT', '(SELECT 1)', 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN'],
    ['BOOLEAN', 'a IN (SELECT 1)', 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN'],
    ['INT', 'row_number() OVER (ORDER BY a)', 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN'],
    ['INT', 'explode(array(a))', 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN'],
    ['DOUBLE', 'rand()', 'DELTA_NON_DETERMINISTIC_EXPRESSION_IN_GENERATED_COLUMN'],
    ['STRING', 'concat(a, uuid())', 'DELTA_NON_DETERMINISTIC_EXPRESSION_IN_GENERATED_COLUMN'],
    ['TIMESTAMP', 'current_timestamp()', 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN'],
    ['DATE', 'date_add(current_date, a)', 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN'],
    ['STRING', 'current_user()', 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN'],
    ['INT', 'a + 1L', 'DELTA_GENERATED_COLUMNS_EXPR_TYPE_MISMATCH'],
    ['INT', 'nofn(a)', 'UNRESOLVED_ROUTINE'],
  ])('refuse a column %s GENERATED ALWAYS AS (%s)', async (type, expression, code) => {
    expect(await failureOf(`CREATE TABLE @ (a INT, g2 INT GENERATED ALWAYS AS (a * 2), g ${type} GENERATED ALWAYS AS (${expression}))`)).toEqual([code, expression]);
    expect((await failureOf('SELECT * FROM @'))[0]).toBe('TABLE_OR_VIEW_NOT_FOUND');
  });

  it.each([
    ['INT', 'a + 1', 'INVALID_DEFAULT_VALUE.NOT_CONSTANT'],
    ['INT', '(SELECT 1)', 'INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION'],
    ['INT', "'abc'", 'INVALID_DEFAULT_VALUE.DATA_TYPE'],
    ['DATE', "'no'", 'INVALID_DEFAULT_VALUE.DATA_TYPE'],
    ['TINYINT', '300', 'INVALID_DEFAULT_VALUE.DATA_TYPE'],
    ['INT', 'true', 'INVALID_DEFAULT_VALUE.DATA_TYPE'],
    ['INT', 'array(1)', 'INVALID_DEFAULT_VALUE.DATA_TYPE'],
    ['INT', 'rand()', 'INVALID_DEFAULT_VALUE.DATA_TYPE'],
    ['DOUBLE', 'rand()', 'INVALID_NON_DETERMINISTIC_EXPRESSIONS'],
    ['BIGINT', 'sum(1)', 'INVALID_DEFAULT_VALUE.NOT_CONSTANT'],
    ['INT', 'nofn(1)', 'UNRESOLVED_ROUTINE'],
  ])('refuse a column %s DEFAULT %s', async (type, value, code) => {
    expect(await failureOf(`CREATE OR REPLACE TABLE @ (a INT, d ${type} DEFAULT ${value})`)).toEqual([code, value]);
  });

  it.each([
    ['nope > 1', 'UNRESOLVED_COLUMN.WITH_SUGGESTION'],
    ['sum(a) > 1', 'INVALID_WHERE_CONDITION'],
    ['a + 1', 'DELTA_NON_BOOLEAN_CHECK_CONSTRAINT'],
    ['a IN (SELECT 1)', 'UNSUPPORTED_FEATURE.LOCAL_ENGINE'],
  ])('refuse CHECK (%s)', async (condition, code) => {
    expect(await failureOf(`CREATE TABLE @ (a INT, CONSTRAINT c CHECK (${condition}))`)).toEqual([code, condition]);
    await run('CREATE TABLE @ (a INT)');
    expect(await failureOf(`ALTER TABLE @ ADD CONSTRAINT c CHECK (${condition})`)).toEqual([code, condition]);
  });

  it.each([
    ['a', 'INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION'],
    ['(SELECT 1)', 'INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION'],
    ["'abc'", 'INVALID_DEFAULT_VALUE.DATA_TYPE'],
  ])('refuse ALTER COLUMN … SET DEFAULT %s', async (value, code) => {
    await run('CREATE TABLE @ (a INT, d INT DEFAULT 3)');
    expect(await failureOf(`ALTER TABLE @ ALTER COLUMN d SET DEFAULT ${value}`)).toEqual([code, value]);
  });

  it('take what rows can be written with', async () => {
    await run(`CREATE TABLE @ (a INT, g BIGINT GENERATED ALWAYS AS (a * 2L), y INT GENERATED ALWAYS AS (year(t)), t DATE,
      i INT DEFAULT '12', s STRING DEFAULT 5, m DECIMAL(3,1) DEFAULT 1.23, n INT DEFAULT NULL, x INT DEFAULT 1.5D, ts TIMESTAMP DEFAULT current_timestamp(), u STRING DEFAULT current_user(),
      CONSTRAINT c CHECK (a > 0 AND g < 100))`);
    await run("INSERT INTO @ (a, t) VALUES (4, DATE'2024-02-29')");
    expect(await rowsOf('SELECT a, g, y, i, s, CAST(m AS STRING), n, x, ts IS NOT NULL, u IS NOT NULL FROM @')).toEqual([[4, 8, 2024, 12, '5', '1.2', null, 1, true, true]]);
    await run("ALTER TABLE @ ALTER COLUMN i SET DEFAULT '7'; INSERT INTO @ (a) VALUES (5)");
    expect(await rowsOf('SELECT i FROM @ WHERE a = 5')).toEqual([[7]]);
  });
});
