import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LakebookError } from '../base/errors.ts';
import { buildScalarFunction } from '../duckdb/scalarFunction.ts';
import type { Catalog, SessionSettings } from './catalog.ts';
import { emitQuery } from './emit.ts';
import { parseSchemaText, parseStatement } from './parse.ts';
import { preludeStatements } from './prelude/prelude.ts';
import { resolveQuery, type ResolvedQuery } from './resolve.ts';
import { mapRuntimeError } from './runtimeErrors.ts';
import { JAVASCRIPT_FUNCTIONS, type ScalarValue } from './scalarFunctions.ts';

/** `«…»` marks what the error has to point at; a statement without it gets an error that points at nothing. */
type Case = readonly [code: string, marked: string];

const ORDERS = parseSchemaText('id BIGINT, name STRING, price DECIMAL(10,2), day DATE, open BOOLEAN, tags ARRAY<STRING>, counts MAP<STRING, INT>, place STRUCT<city: STRING, zip: INT>');
const ORDERS_IN_DUCKDB = `CREATE TABLE orders AS SELECT 1::BIGINT AS id, 'plum' AS name, 1.5::DECIMAL(10,2) AS price, DATE '2024-01-15' AS day, true AS open, ['x', 'y'] AS tags, MAP {'k': 1::INTEGER} AS counts, {'city': 'Oslo', 'zip': 150::INTEGER} AS place`;
const CATALOG: Catalog = {
  resolveTable: ({ source }) => (source.kind === 'name' && source.parts.at(-1) === 'orders' && ORDERS.kind === 'struct' ? { name: ['spark_catalog', 'default', 'orders'], columns: ORDERS.fields } : undefined),
  nearTables: () => ['orders'],
};
const SETTINGS: SessionSettings = { ansi: true, timeZone: 'UTC', nowMicros: 1_700_000_000_000_000n, currentCatalog: 'spark_catalog', currentSchema: 'default', user: 'me' };

function resolve(sql: string): ResolvedQuery {
  const statement = parseStatement(sql);
  if (statement.kind !== 'query') throw new Error(`not a query: ${sql}`);
  return resolveQuery(sql, statement, CATALOG, SETTINGS);
}

function refusal(sql: string): LakebookError {
  try {
    resolve(sql);
  } catch (error) {
    if (error instanceof LakebookError) return error;
    throw error;
  }
  throw new Error(`resolved: ${sql}`);
}

function plain(marked: string): string {
  return marked.replace(/[«»]/g, '');
}

/** The statement with the error's span marked in it. */
function mark(sql: string, { span }: LakebookError): string {
  return span === undefined ? sql : `${sql.slice(0, span.start)}«${sql.slice(span.start, span.end)}»${sql.slice(span.end)}`;
}

describe('a statement is refused before it runs', () => {
  describe.each<{ theme: string; cases: readonly Case[] }>([
    {
      theme: 'for names',
      cases: [
        ['UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', 'SELECT «nme»'],
        ['INVALID_EXTRACT_BASE_FIELD_TYPE', 'SELECT «price.cents» FROM orders'],
        ['INVALID_EXTRACT_BASE_FIELD_TYPE', 'SELECT «day[0]» FROM orders'],
        ['CANNOT_RESOLVE_STAR_EXPAND', 'SELECT «customers.*» FROM orders'],
        ['DUPLICATED_CTE_NAMES', '«WITH closed AS (SELECT 1), closed AS (SELECT 2) SELECT * FROM closed»'],
        ['DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', 'SELECT CAST(price AS DECIMAL(«102)») FROM orders'],
        ['UNBOUND_SQL_PARAMETER', 'SELECT id FROM orders WHERE price > «:least»'],
        ['UNBOUND_SQL_PARAMETER', 'SELECT id FROM orders WHERE price > «?»'],
        ['UDTF_ALIAS_NUMBER_MISMATCH', 'SELECT * FROM orders «LATERAL VIEW explode(counts) c AS key»'],
      ],
    },
    {
      theme: 'for its shape',
      cases: [
        ['ORDER_BY_POS_OUT_OF_RANGE', 'SELECT id, name FROM orders ORDER BY «3»'],
        ['ORDER_BY_POS_OUT_OF_RANGE', 'SELECT id FROM orders UNION ALL SELECT 2 ORDER BY «2»'],
        ['INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE', 'SELECT id FROM orders LIMIT 1 OFFSET «-2»'],
        ['INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE', 'SELECT id FROM orders LIMIT «id»'],
        ['INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE', 'SELECT id FROM orders LIMIT «rand()»'],
        ['INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE', 'SELECT id FROM orders LIMIT «(SELECT 1)»'],
        ['UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', 'SELECT «array(explode(tags))» FROM orders'],
        ['UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', 'SELECT id FROM orders ORDER BY «explode(tags)»'],
        ['INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE', 'SELECT * FROM VALUES (1, «count(1)») AS v'],
        ['UNSUPPORTED_EXPR_FOR_WINDOW', 'SELECT «upper(name) OVER (ORDER BY id)» FROM orders'],
        ['INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH', 'SELECT filter(tags, «(tag, index, more) -> true») FROM orders'],
        ['INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION', 'SELECT upper(«tag -> tag») FROM orders'],
        ['UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE', 'SELECT DISTINCT id, «counts» FROM orders'],
        ['UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE', '«SELECT counts FROM orders UNION SELECT counts FROM orders»'],
      ],
    },
    {
      theme: 'for its types',
      cases: [
        ['DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', 'SELECT «open + open» FROM orders'],
        ['DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', 'SELECT «name AND name» FROM orders'],
        ['DATATYPE_MISMATCH.DATA_DIFF_TYPES', 'SELECT «coalesce(place, tags)» FROM orders'],
        ['DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', 'SELECT upper(«tags») FROM orders'],
        ['DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', 'SELECT «NOT price» FROM orders'],
        ['DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE', "SELECT array_sort(tags, «(a, b) -> concat(a, b)») FROM orders"],
        ['DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES', 'SELECT «map_contains_key(counts, tags)» FROM orders'],
        ['DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES', 'SELECT «stack(2, id, day)» FROM orders'],
        ['DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES', 'SELECT «sequence(name, name)» FROM orders'],
        ['DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', 'SELECT «CAST(place AS DATE)» FROM orders'],
        ['DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION', "SELECT «CAST(TIMESTAMP'2024-01-01' AS BOOLEAN)»"],
        ['DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', 'SELECT id FROM orders WHERE «name»'],
        ['DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', 'SELECT count(*) FROM orders HAVING «count(*)»'],
        ['DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', 'SELECT id FROM orders ORDER BY «counts»'],
        ['DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', 'SELECT «counts < counts» FROM orders'],
        ['DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', 'SELECT «to_json(name)» FROM orders'],
        ['DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', "SELECT «from_json(name, 'INT')» FROM orders"],
        ['DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH', 'SELECT id FROM orders WHERE «id IN (SELECT id, name FROM orders)»'],
        ['DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH', 'SELECT id FROM orders WHERE «id IN (SELECT tags FROM orders)»'],
      ],
    },
    {
      theme: 'for its constants',
      cases: [
        ['ILLEGAL_DAY_OF_WEEK', "SELECT next_day(day, «'Someday'») FROM orders"],
        ['INVALID_PARAMETER_VALUE.PATTERN', "SELECT «name RLIKE '('» FROM orders"],
        ['INVALID_PARAMETER_VALUE.PATTERN', "SELECT «regexp_replace(name, '[a', '')» FROM orders"],
        ['DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', 'SELECT «percentile(price, 1.5)» FROM orders'],
        ['DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', 'SELECT stack(«id», 1, 2) FROM orders'],
        ['DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', 'SELECT listagg(name, «name») FROM orders'],
        ['DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING', 'SELECT named_struct(«name», 1) FROM orders'],
      ],
    },
  ])('$theme', ({ cases }) => {
    it.each(cases)('%s: %s', (code, marked) => {
      const sql = plain(marked);
      const error = refusal(sql);
      expect([error.code, mark(sql, error)]).toEqual([code, marked]);
    });
  });
});

describe('a statement fails while it runs', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    for (const statement of preludeStatements()) await connection.run(statement);
    for (const { name, parameters, returns, evaluate } of JAVASCRIPT_FUNCTIONS) connection.registerScalarFunction(buildScalarFunction({ name, parameters, returns, evaluate: (...values) => evaluate(...(values as Exclude<ScalarValue, null>[])) }));
    await connection.run(ORDERS_IN_DUCKDB);
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  async function failure(sql: string): Promise<LakebookError> {
    const emitted = emitQuery(resolve(sql), () => 'orders');
    const error = await connection.runAndReadAll(emitted.sql).then(() => new Error(`ran: ${sql}`), (reason: unknown) => reason);
    return mapRuntimeError(error, sql);
  }

  it.each<Case>([
    ['INVALID_ARRAY_INDEX', 'SELECT «tags[2]» FROM orders'],
    ['INVALID_ARRAY_INDEX_IN_ELEMENT_AT', 'SELECT «element_at(tags, 3)» FROM orders'],
    ['INVALID_INDEX_OF_ZERO', 'SELECT «element_at(tags, 0)» FROM orders'],
    ['INVALID_INDEX_OF_ZERO', "SELECT «split_part(name, '-', 0)» FROM orders"],
    ['INVALID_PARAMETER_VALUE.START', 'SELECT slice(tags, 0, 1) FROM orders'],
    ['INVALID_PARAMETER_VALUE.LENGTH', 'SELECT slice(tags, 1, -1) FROM orders'],
    ['NULL_MAP_KEY', "SELECT map(nullif(name, 'plum'), 1) FROM orders"],
    ['CANNOT_PARSE_TIMESTAMP', "SELECT «to_timestamp(name, 'yyyy-MM-dd')» FROM orders"],
    ['DATETIME_FIELD_OUT_OF_BOUNDS', 'SELECT make_date(2023, 2, id + 28) FROM orders'],
    ['INVALID_VARIANT_CAST', `SELECT «CAST(parse_json('"four"') AS INT)»`],
    ['MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', "SELECT «parse_json(concat('[', name))» FROM orders"],
    ['USER_RAISED_EXCEPTION', "SELECT «raise_error(concat('no ', name))» FROM orders"],
    ['USER_RAISED_EXCEPTION', 'SELECT «assert_true(id > 5)» FROM orders'],
  ])('%s: %s', async (code, marked) => {
    const sql = plain(marked);
    const error = await failure(sql);
    expect([error.code, mark(sql, error)]).toEqual([code, marked]);
  });
});
