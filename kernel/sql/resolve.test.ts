import { describe, expect, it } from 'vitest';
import { LakebookError } from '../base/errors.ts';
import type { Catalog, CatalogColumn, SessionSettings } from './catalog.ts';
import { emitQuery } from './emit.ts';
import { parseSchemaText, parseStatement } from './parse.ts';
import { resolveQuery, type ResolvedQuery } from './resolve.ts';
import { simpleString } from './types/dataType.ts';

const TABLES: Readonly<Record<string, readonly CatalogColumn[]>> = {
  t: columns('id BIGINT, i INT, d DATE, dec DECIMAL(10,2), s STRING, f DOUBLE, fl FLOAT, ts TIMESTAMP, arr ARRAY<INT>, m MAP<STRING,INT>, st STRUCT<x: INT, y: STRING>, b BOOLEAN'),
  u: columns('id BIGINT, k STRING'),
};
const CATALOG: Catalog = {
  resolveTable: ({ source }) => {
    const name = source.kind === 'name' ? source.parts.at(-1)!.toLowerCase() : '';
    const found = TABLES[name];
    return found && { name: ['spark_catalog', 'default', name], columns: found };
  },
  nearTables: () => ['t', 'u'],
};
const SETTINGS: SessionSettings = { ansi: true, timeZone: 'UTC', nowMicros: 1_700_000_000_000_000n, currentCatalog: 'spark_catalog', currentSchema: 'default', user: 'me' };

function columns(schema: string): readonly CatalogColumn[] {
  const type = parseSchemaText(schema);
  return type.kind === 'struct' ? type.fields : [];
}

function resolve(text: string, settings: Partial<SessionSettings> = {}): ResolvedQuery {
  const statement = parseStatement(text);
  if (statement.kind !== 'query') throw new Error(`not a query: ${text}`);
  return resolveQuery(text, statement, CATALOG, { ...SETTINGS, ...settings });
}

function emit(text: string, settings: Partial<SessionSettings> = {}): string {
  return emitQuery(resolve(text, settings), (id) => `"scan${id}"`).sql.replaceAll(/"scan\d+"/g, '"base"');
}

function failure(text: string): LakebookError {
  try {
    resolve(text);
  } catch (error) {
    if (error instanceof LakebookError) return error;
    throw error;
  }
  throw new Error(`resolved: ${text}`);
}

describe('types as Spark gives them', () => {
  it.each([
    ['dec * 1.5', 'decimal(13,3)'],
    ['dec / 3', 'decimal(14,6)'],
    ['CAST(1 AS DECIMAL(38,18)) * CAST(1 AS DECIMAL(38,10))', 'decimal(38,6)'],
    ["'5' + 3", 'bigint'],
    ["'5' + 3.0", 'double'],
    ['i / 2', 'double'],
    ['fl + i', 'double'],
    ['coalesce(i, 2.5)', 'decimal(11,1)'],
    ['d + INTERVAL 1 HOUR', 'timestamp'],
    ['d + INTERVAL 1 MONTH', 'date'],
    ['d - DATE\'2024-01-01\'', 'interval day'],
    ['sum(i)', 'bigint'],
    ['avg(dec)', 'decimal(14,6)'],
    ['m[\'k\']', 'int'],
    ['st.y', 'string'],
    ['collect_list(st)', 'array<struct<x:int,y:string>>'],
    ['99999999999999999999', 'decimal(20,0)'],
    ['.05', 'decimal(2,2)'],
  ])('%s is %s', (expression, type) => {
    expect(simpleString(resolve(`SELECT ${expression} FROM t`).columns[0]!.type)).toBe(type);
  });

  it('follow the ANSI flag', () => {
    const query = resolve("SELECT '5' + 3, coalesce(1, 'a'), fl + i FROM t", { ansi: false });
    expect(query.columns.map((column) => simpleString(column.type))).toEqual(['double', 'string', 'float']);
  });
});

describe('names of columns', () => {
  it.each([
    ['SELECT ID, i + 1, sum(i) OVER (ORDER BY id), st.x, CAST(i AS STRING) FROM t', ['ID', '(i + 1)', 'sum(i) OVER (ORDER BY id ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)', 'x', 'i']],
    ['SELECT count(*), CASE WHEN b THEN 1 END FROM t GROUP BY b', ['count(1)', 'CASE WHEN b THEN 1 END']],
    ['SELECT 1 AS a, 2 AS A', ['a', 'A']],
    ['SELECT * FROM t JOIN u USING (id)', ['id', 'i', 'd', 'dec', 's', 'f', 'fl', 'ts', 'arr', 'm', 'st', 'b', 'k']],
    ['SELECT * EXCEPT (arr, m, st) FROM t', ['id', 'i', 'd', 'dec', 's', 'f', 'fl', 'ts', 'b']],
    ["SELECT named_struct('d', 1).d, array(named_struct('d', 1))[0].d, map('k', named_struct('d', 1))['k'].d", ['named_struct(d, 1).d', 'array(named_struct(d, 1))[0].d', 'map(k, named_struct(d, 1))[k].d']],
    ["SELECT s.d, s.e.f, (s.e).f, CAST(s.d AS BIGINT) FROM (SELECT named_struct('d', 3, 'e', named_struct('f', 4)) AS s)", ['d', 'f', 'f', 'CAST(s.d AS BIGINT)']],
    ["SELECT btrim('xa', 'x'), ltrim(' a'), rtrim('a '), btrim(' a')", ['btrim(xa, x)', 'ltrim( a)', 'rtrim(a )', 'btrim( a)']],
  ])('%s', (text, names) => {
    expect(resolve(text).columns.map((column) => column.name)).toEqual(names);
  });
});

describe('errors with class and place', () => {
  it.each([
    { text: 'SELECT nope FROM t', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION', at: 'nope' },
    { text: 'SELECT * FROM missing', code: 'TABLE_OR_VIEW_NOT_FOUND', at: 'missing' },
    { text: 'SELECT 1, list_sum(arr) FROM t', code: 'UNRESOLVED_ROUTINE', at: 'list_sum(arr)' },
    { text: 'SELECT upper() FROM t', code: 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', at: 'upper()' },
    { text: 'SELECT id FROM t JOIN u ON t.id = u.id', code: 'AMBIGUOUS_REFERENCE', at: 'id' },
    { text: 'SELECT i, count(*) FROM t', code: 'MISSING_GROUP_BY', at: 'i' },
    { text: 'SELECT i, s FROM t GROUP BY i', code: 'MISSING_AGGREGATION', at: 's' },
    { text: 'SELECT sum(sum(i)) FROM t', code: 'NESTED_AGGREGATE_FUNCTION', at: 'sum(sum(i))' },
    { text: 'SELECT id FROM t WHERE sum(i) > 1', code: 'INVALID_WHERE_CONDITION', at: 'sum(i)' },
    { text: 'SELECT st.zz FROM t', code: 'FIELD_NOT_FOUND', at: 'st.zz' },
    { text: 'SELECT i + arr FROM t', code: 'DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', at: 'i + arr' },
    { text: 'SELECT CAST(d AS INT) FROM t', code: 'DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION', at: 'CAST(d AS INT)' },
    { text: 'SELECT rank() FROM t', code: 'WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE', at: 'rank()' },
    { text: 'SELECT explode(arr) + 1 FROM t', code: 'UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', at: 'explode(arr) + 1' },
    { text: 'SELECT sum(i) OVER w FROM t', code: 'MISSING_WINDOW_SPECIFICATION', at: 'sum(i) OVER w' },
    { text: 'SELECT id FROM t UNION SELECT id, i FROM t', code: 'NUM_COLUMNS_MISMATCH', at: 'SELECT id FROM t UNION SELECT id, i FROM t' },
    { text: 'SELECT i FROM t UNION ALL SELECT arr FROM t', code: 'INCOMPATIBLE_COLUMN_TYPE', at: 'SELECT i FROM t UNION ALL SELECT arr FROM t' },
    { text: 'SELECT i FROM t GROUP BY 7', code: 'GROUP_BY_POS_OUT_OF_RANGE', at: '7' },
    { text: 'SELECT sum(i) FROM t GROUP BY 1', code: 'GROUP_BY_POS_AGGREGATE', at: '1' },
    { text: 'SELECT i FROM t GROUP BY sum(i)', code: 'GROUP_BY_AGGREGATE', at: 'sum(i)' },
    { text: 'SELECT (SELECT id, k FROM u) FROM t', code: 'INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN', at: '(SELECT id, k FROM u)' },
    { text: 'SELECT * FROM t JOIN u USING (i)', code: 'UNRESOLVED_USING_COLUMN_FOR_JOIN', at: 'i' },
    { text: 'SELECT * FROM nofunc(1)', code: 'UNRESOLVABLE_TABLE_VALUED_FUNCTION', at: 'nofunc(1)' },
    { text: 'SELECT * FROM VALUES (1, 2), (3)', code: 'INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH', at: '(3)' },
    { text: 'SELECT * FROM VALUES (1), (array(1))', code: 'INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE', at: 'VALUES (1), (array(1))' },
    { text: 'SELECT * FROM (SELECT 1, 2) AS x(a)', code: 'ASSIGNMENT_ARITY_MISMATCH', at: 'AS x(a)' },
    { text: 'SELECT id FROM t LIMIT 1.5', code: 'INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE', at: '1.5' },
    { text: 'SELECT monotonically_increasing_id()', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', at: 'monotonically_increasing_id()' },
    { text: "SELECT s RLIKE 'a++' FROM t", code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', at: "s RLIKE 'a++'" },
  ])('$text', ({ text, code, at }) => {
    const error = failure(text);
    expect({ code: error.code, at: text.slice(error.span!.start, error.span!.end) }).toEqual({ code, at });
  });

  it('suggest near names', () => {
    expect(failure('SELECT ix FROM t').suggestions).toContain('i');
    expect(failure('SELECT * FROM tt').suggestions).toEqual(['t', 'u']);
  });
});

describe('what a scan is asked for', () => {
  const scanOf = (text: string, place = 0): unknown => {
    const { columns: used, predicate } = resolve(text).scans[place]!;
    return { used, predicate };
  };
  const compare = (operator: string, column: string, type: unknown, value: unknown): unknown => ({ kind: 'compare', operator, column: [column], literal: { type, value } });
  const INT = { kind: 'int' };

  it.each([
    { name: 'a comparison, the literal in the column\'s type', text: 'SELECT s FROM t WHERE id > 5 AND i = 3', used: ['id', 'i', 's'], predicate: { kind: 'and', terms: [compare('=', 'i', INT, 3n), compare('>', 'id', { kind: 'bigint' }, 5n)] } },
    { name: 'a date written as text', text: "SELECT i FROM t WHERE d >= '2024-01-01'", used: ['i', 'd'], predicate: compare('>=', 'd', { kind: 'date' }, 19_723n) },
    { name: 'a literal that loses digits is no predicate', text: 'SELECT i FROM t WHERE dec > 1.005', used: ['i', 'dec'], predicate: undefined },
    { name: 'mirrored', text: 'SELECT i FROM t WHERE 3 < i', used: ['i'], predicate: compare('>', 'i', INT, 3n) },
    { name: 'IN, IS NULL, a prefix', text: "SELECT 1 FROM t WHERE i IN (1, 2) AND s LIKE 'ab%' AND d IS NULL", used: ['i', 'd', 's'], predicate: { kind: 'and', terms: [{ kind: 'isNull', column: ['d'] }, { kind: 'startsWith', column: ['s'], prefix: 'ab' }, { kind: 'in', column: ['i'], literals: [{ type: INT, value: 1n }, { type: INT, value: 2n }] }] } },
    { name: 'a nested field', text: 'SELECT 1 FROM t WHERE st.x = 1', used: ['st'], predicate: { kind: 'compare', operator: '=', column: ['st', 'x'], literal: { type: INT, value: 1n } } },
    { name: 'OR only where both sides are known', text: 'SELECT 1 FROM t WHERE i = 1 OR length(s) = 2', used: ['i', 's'], predicate: undefined },
    { name: 'through subqueries and group keys', text: 'SELECT * FROM (SELECT i AS k, count(*) AS n FROM t GROUP BY i) WHERE k = 1 AND n > 2', used: ['i'], predicate: compare('=', 'i', INT, 1n) },
    { name: 'not below a limit', text: 'SELECT * FROM (SELECT i FROM t LIMIT 5) WHERE i = 1', used: ['i'], predicate: undefined },
    { name: 'no column for count(*)', text: 'SELECT count(*) FROM t', used: [], predicate: undefined },
  ])('$name', ({ text, used, predicate }) => {
    expect(scanOf(text)).toEqual({ used, predicate });
  });

  it('leaves the side of an outer join that is filled with NULL alone', () => {
    const text = 'SELECT 1 FROM t LEFT JOIN u ON t.id = u.id AND u.k = \'a\' WHERE u.k IS NULL AND t.i = 1';
    expect(scanOf(text, 0)).toEqual({ used: ['id', 'i'], predicate: compare('=', 'i', INT, 1n) });
    expect(scanOf(text, 1)).toEqual({ used: ['id', 'k'], predicate: compare('=', 'k', { kind: 'string' }, 'a') });
  });
});

describe('emitted text', () => {
  it.each([
    ['SELECT i FROM t WHERE i > 1 ORDER BY i DESC LIMIT 3', 'SELECT "t1"."i" AS "i" FROM "base" AS "t1" WHERE ("t1"."i" > 1) ORDER BY 1 DESC NULLS LAST LIMIT 3'],
    ['SELECT 1 AS a, 2 AS A', 'SELECT 1 AS "a", 2 AS "A:2"'],
    ['SELECT s, sum(dec) AS x FROM t GROUP BY s HAVING count(*) > 1', 'SELECT "t1"."s" AS "s", CAST(sum("t1"."dec") AS DECIMAL(20,2)) AS "x" FROM "base" AS "t1" GROUP BY "t1"."s" HAVING (count(*) > CAST(1 AS BIGINT))'],
    ['SELECT i / 2 FROM t', 'SELECT (CAST("t1"."i" AS DOUBLE) / 2e0) AS "(i / 2)" FROM "base" AS "t1"'],
    ['SELECT a.id FROM t a LEFT SEMI JOIN u ON a.id = u.id', 'SELECT "t1"."id" AS "id" FROM "base" AS "t1" SEMI JOIN "base" AS "t2" ON ("t1"."id" = "t2"."id")'],
    ['SELECT NULL', 'SELECT CAST(NULL AS INTEGER) AS "NULL"'],
  ])('%s', (text, sql) => {
    expect(emit(text)).toBe(sql);
  });

  it('is the same each time', () => {
    const text = 'WITH a AS (SELECT i, count(*) n FROM t GROUP BY i) SELECT x.n, y.n FROM a x JOIN a y ON x.i = y.i WHERE EXISTS (SELECT 1 FROM u WHERE u.id = x.i)';
    expect(emit(text)).toBe(emit(text));
  });

  it('marks guards with the place of the expression', () => {
    expect(emit('SELECT i / id FROM t')).toContain("error('[DIVIDE_BY_ZERO#7-13] '");
  });

  it('takes the wall clock of the session', () => {
    expect(emit('SELECT hour(ts) FROM t', { timeZone: 'Europe/Berlin' })).toContain(`hour(timezone('Europe/Berlin', "t1"."ts"))`);
  });

  it('names long operands once, so that nesting does not multiply', () => {
    const nested = Array.from({ length: 8 }).reduce<string>((inner) => `CAST(CAST(${inner} AS STRING) AS DOUBLE)`, 'f');
    expect(emit(`SELECT ${nested} FROM t`).length).toBeLessThan(3000);
  });

  it('keeps conditions apart, so that joins and filters stay conjuncts', () => {
    const quotient = 'CASE WHEN dec > 0 THEN dec / dec / dec / dec END';
    expect(emit(`SELECT 1 FROM t WHERE ${quotient} > ${quotient} AND id = 1`)).toContain(' AND ("t1"."id" = CAST(1 AS BIGINT)))');
  });

  it('refuses deep nesting instead of failing', () => {
    const deep = Array.from({ length: 20_000 }, () => '1').join(' + ');
    expect(() => emit(`SELECT ${deep}`)).toThrow(LakebookError);
  });
});

describe('lambdas', () => {
  const nested = (depth: number): string => `SELECT ${'transform(arr, x -> '.repeat(depth)}1${')'.repeat(depth)} FROM t`;

  it('are refused where binding them would take for ever', () => {
    expect(emit(nested(16))).toContain('list_transform');
    expect(failure(nested(17)).code).toBe('UNSUPPORTED_FEATURE.LOCAL_ENGINE');
  });
});
