import { describe, expect, it } from 'vitest';
import { LakebookError } from '../base/errors.ts';
import type { Catalog, SessionSettings } from './catalog.ts';
import { parseStatement } from './parse.ts';
import { resolveQuery } from './resolve.ts';

const NOTHING: Catalog = { resolveTable: () => undefined, nearTables: () => [] };
const SETTINGS: SessionSettings = { ansi: true, timeZone: 'UTC', nowMicros: 1_700_000_000_000_000n, currentCatalog: 'spark_catalog', currentSchema: 'default', user: 'me' };
const ROWS = "FROM VALUES (1, 'x') AS t(a, b)";

function codeOf(sql: string): string {
  const statement = parseStatement(sql);
  if (statement.kind !== 'query') throw new Error(`not a query: ${sql}`);
  try {
    resolveQuery(sql, statement, NOTHING, SETTINGS);
  } catch (error) {
    if (error instanceof LakebookError) return error.code;
    throw error;
  }
  return 'resolved';
}

describe('a query that Spark refuses', () => {
  it.each([
    [`SELECT abs(x => a) ${ROWS}`, 'NAMED_PARAMETERS_NOT_SUPPORTED'],
    [`${ROWS} |> SELECT sum(a)`, 'PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION'],
    [`${ROWS} |> EXTEND sum(a) AS s`, 'PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION'],
    [`${ROWS} |> AGGREGATE a GROUP BY a`, 'PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION'],
    [`${ROWS} |> SET nope = 1`, 'UNRESOLVED_COLUMN.WITH_SUGGESTION'],
    [`SELECT * EXCEPT (a, a) ${ROWS}`, 'EXCEPT_OVERLAPPING_COLUMNS'],
    [`SELECT * ${ROWS} UNPIVOT (v FOR n IN (a, b))`, 'UNPIVOT_VALUE_DATA_TYPE_MISMATCH'],
    [`SELECT a + 1 AS x, x + 1 AS x, x + 1 AS y ${ROWS}`, 'AMBIGUOUS_LATERAL_COLUMN_ALIAS'],
    [`SELECT a AS x, count(*) OVER (PARTITION BY x) AS c ${ROWS}`, 'UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW'],
    [`SELECT a ${ROWS} LATERAL VIEW explode(array(1)) e AS x, y`, 'UDTF_ALIAS_NUMBER_MISMATCH'],
    [`SELECT a ${ROWS} LATERAL VIEW upper(b) e AS x`, 'UNSUPPORTED_GENERATOR.NOT_GENERATOR'],
    [`SELECT a, grouping(a) ${ROWS} GROUP BY a`, 'UNSUPPORTED_GROUPING_EXPRESSION'],
    [`SELECT sum(a) + a ${ROWS} GROUP BY ALL`, 'UNRESOLVED_ALL_IN_GROUP_BY'],
    [`SELECT sum(DISTINCT a) OVER (PARTITION BY b) ${ROWS}`, 'DISTINCT_WINDOW_FUNCTION_UNSUPPORTED'],
    [`SELECT sum(a) FILTER (WHERE sum(a) > 1) ${ROWS}`, 'INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE'],
    [`SELECT count(*) FILTER (WHERE row_number() OVER (ORDER BY a) = 1) ${ROWS}`, 'INVALID_AGGREGATE_FILTER.CONTAINS_WINDOW_FUNCTION'],
    [`SELECT sum(a) IGNORE NULLS ${ROWS}`, 'INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX'],
    [`SELECT sum(a) OVER (ORDER BY a, b RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) ${ROWS}`, 'DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER'],
    [`SELECT sum(a) OVER (RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) ${ROWS}`, 'DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER'],
    ["SELECT count(*) OVER (ORDER BY d RANGE 1 PRECEDING) FROM VALUES (TIMESTAMP'2020-01-01 00:00:00') AS t(d)", 'DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE'],
    [`SELECT sum(a) OVER (ORDER BY a ROWS 1.5 PRECEDING) ${ROWS}`, 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE'],
    [`SELECT sum(a) OVER (ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) ${ROWS}`, 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON'],
    [`SELECT sum(a) OVER (ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) ${ROWS}`, 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND'],
    [`SELECT (SELECT sum(t.a) FROM VALUES (1) AS u(k)) ${ROWS}`, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE'],
    [`SELECT 1 ${ROWS} JOIN VALUES (1) AS u(c) ON 1`, 'JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE'],
    ['SELECT * FROM range(true)', 'UNEXPECTED_INPUT_TYPE'],
    ['SELECT * FROM range(1, 3, 0)', 'FAILED_FUNCTION_CALL'],
    [`SELECT row_number() OVER () ${ROWS}`, 'UNSUPPORTED_FEATURE.LOCAL_ENGINE'],
  ])('%s is %s', (sql, code) => {
    expect(codeOf(sql)).toBe(code);
  });
});
