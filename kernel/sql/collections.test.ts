import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LakebookError } from '../base/errors.ts';
import type { Catalog, SessionSettings } from './catalog.ts';
import { parseStatement } from './parse.ts';
import { resolveQuery } from './resolve.ts';

const CATALOG: Catalog = { resolveTable: () => undefined, nearTables: () => [] };
const SETTINGS: SessionSettings = { ansi: true, timeZone: 'UTC', nowMicros: 0n, currentCatalog: 'workspace', currentSchema: 'default', user: 'me' };

function refusal(sql: string): string {
  const statement = parseStatement(sql);
  if (statement.kind !== 'query') throw new Error(`not a query: ${sql}`);
  try {
    resolveQuery(sql, statement, CATALOG, SETTINGS);
  } catch (error) {
    if (error instanceof LakebookError) return error.code;
    throw error;
  }
  return 'resolved';
}

describe('functions of arrays, maps and structs', () => {
  it.each([
    ["SELECT array_append(array(1), 'x')", 'DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES'],
    ["SELECT array_union(array(1), array('x'))", 'DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES'],
    ['SELECT array_contains(array(1), NULL)', 'DATATYPE_MISMATCH.NULL_TYPE'],
    ['SELECT map(map(1, 2), 3)', 'DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE'],
    ['SELECT map_concat(map(1, 2), 3)', 'DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES'],
    ["SELECT map_zip_with(map(1, 2), map('a', 2), (k, x, y) -> k)", 'DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES'],
    ['SELECT filter(array(1), x -> x > (SELECT 1))', 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION'],
  ])('refuse %s as Spark does', (sql, code) => {
    expect(refusal(sql)).toBe(code);
  });

  it.each([
    ["SELECT from_json('{}', 'MAP<INT, INT>')", 'DATATYPE_MISMATCH.INVALID_JSON_MAP_KEY_TYPE'],
    ["SELECT json_tuple('{}', 1)", 'DATATYPE_MISMATCH.NON_STRING_TYPE'],
    ['SELECT schema_of_json(NULL)', 'DATATYPE_MISMATCH.UNEXPECTED_NULL'],
    ["SELECT from_json('{}', 1)", 'INVALID_SCHEMA.NON_STRING_LITERAL'],
    ["SELECT from_json('{}', 'a INT', 'x')", 'INVALID_OPTIONS.NON_MAP_FUNCTION'],
    ["SELECT from_json('{}', 'a INT', map('mode', 'DROPMALFORMED'))", 'PARSE_MODE_UNSUPPORTED'],
    ["SELECT listagg(DISTINCT a) WITHIN GROUP (ORDER BY b) FROM VALUES ('x', 1) AS v(a, b)", 'INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT'],
  ])('refuse %s as Spark does, too', (sql, code) => {
    expect(refusal(sql)).toBe(code);
  });

  it.each(['COMPARATOR_RETURNS_NULL', 'COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION'])('raise %s while they run, as the corpus shows', (code) => {
    expect(readFileSync(new URL('./corpus/arrays.jsonl', import.meta.url), 'utf8')).toContain(`"error": "${code}"`);
  });
});
