import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { field, FEATURE_PROTOCOL, TableWriter, type Action } from '../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../build/testing/delta/testEngine.ts';
import type { ComparisonOperator, Literal, Predicate } from './predicate.ts';
import type { PrimitiveType } from './schema.ts';
import type { Snapshot } from './snapshot.ts';

let test: TestDelta;
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());

const kind = (name: 'long' | 'integer' | 'double' | 'string' | 'date' | 'timestamp' | 'boolean'): PrimitiveType => ({ kind: name });
const DECIMAL: PrimitiveType = { kind: 'decimal', precision: 38, scale: 4 };
const literal = (type: PrimitiveType, value: Literal['value']): Literal => ({ type, value });
const compare = (column: string, operator: ComparisonOperator, constant: Literal): Predicate => ({ kind: 'comparison', operator, column: column.split('.'), literal: constant });
const long = (column: string, operator: ComparisonOperator, value: bigint | null): Predicate => compare(column, operator, literal(kind('long'), value));
const not = (operand: Predicate): Predicate => ({ kind: 'not', operand });

const SCHEMA = [
  field('l', 'long'), field('f', 'double'), field('m', 'decimal(38,4)'), field('s', 'string'), field('d', 'date'), field('t', 'timestamp'), field('b', 'boolean'),
  field('n', { type: 'struct', fields: [field('x', 'long')] }), field('odd/na~me.', 'long'), field('p', 'integer'),
];

/** Which of some files, each given by its statistics, a predicate leaves. */
async function kept(files: Readonly<Record<string, unknown>>, predicate: Predicate, options: { readonly trustFloatMaximum?: boolean } = {}): Promise<readonly string[]> {
  const table = new TableWriter(test.database);
  const adds = Object.entries(files).map(([path, stats]): Action => ({
    add: { path, partitionValues: { p: path.length > 1 ? null : String(path.charCodeAt(0) - 96) }, size: 1, modificationTime: 1, dataChange: true, ...(stats === undefined ? {} : { stats: typeof stats === 'string' ? stats : JSON.stringify(stats) }) },
  }));
  table.commit(0, [...table.create({ schema: SCHEMA, partitionColumns: ['p'] }), ...adds]);
  const opened = test.delta.openTable(table.path);
  const snapshot = await opened.snapshot();
  try {
    return await snapshot.planFiles({ predicate, ...options });
  } finally {
    await snapshot.dispose();
    await opened.dispose();
    table.remove();
  }
}

const range = (column: string, min: unknown, max: unknown, nulls = 0, numRecords = 10): object => ({ numRecords, minValues: { [column]: min }, maxValues: { [column]: max }, nullCount: { [column]: nulls } });
const FILES = { a: range('l', 1, 5), b: range('l', 5, 9), c: range('l', 10, 20, 3) };

describe('files left out by statistics', () => {
  it.each([
    { rule: 'STATS-1', name: 'bounds that cannot match', predicate: long('l', '=', 7n), left: ['b'] },
    { rule: 'STATS-1', name: 'strictly below', predicate: long('l', '<', 5n), left: ['a'] },
    { rule: 'STATS-1', name: 'at most', predicate: long('l', '<=', 5n), left: ['a', 'b'] },
    { rule: 'STATS-1', name: 'strictly above', predicate: long('l', '>', 9n), left: ['c'] },
    { rule: 'STATS-1', name: 'a column without statistics', predicate: compare('f', '=', literal(kind('double'), 1)), left: ['a', 'b', 'c'] },
    { rule: 'STATS-1', name: 'a column that does not exist', predicate: long('none', '=', 1n), left: ['a', 'b', 'c'] },
    { rule: 'STATS-1', name: 'a constant of another kind', predicate: compare('l', '=', literal(kind('string'), '7')), left: ['a', 'b', 'c'] },
    { rule: 'STATS-1', name: 'a constant of another number type, never strictly', predicate: compare('l', '<', literal(kind('double'), 5)), left: ['a', 'b'] },
    { rule: 'STATS-1', name: 'a truth value, of which no bounds are kept', predicate: compare('b', '=', literal(kind('boolean'), true)), left: ['a', 'b', 'c'] },
    { rule: 'STATS-1', name: 'a text with a NUL sign', predicate: compare('s', '=', literal(kind('string'), "it's\0")), left: ['a', 'b', 'c'] },
    { rule: 'STATS-5', name: 'is null', predicate: { kind: 'isNull', column: ['l'] } as Predicate, left: ['c'] },
    { rule: 'STATS-5', name: 'is not null', predicate: { kind: 'isNotNull', column: ['L'] } as Predicate, left: ['a', 'b', 'c'] },
    { rule: 'STATS-7', name: 'a comparison with NULL is never true', predicate: long('l', '=', null), left: [] },
    { rule: 'STATS-7', name: 'nor is its negation', predicate: not(long('l', '=', null)), left: [] },
    { rule: 'STATS-7', name: 'null-safe equality with NULL', predicate: long('l', '<=>', null), left: ['c'] },
    { rule: 'STATS-7', name: 'a negated comparison', predicate: not(long('l', '<', 10n)), left: ['c'] },
    { rule: 'STATS-7', name: 'a negated AND', predicate: not({ kind: 'and', operands: [long('l', '>=', 5n), long('l', '<=', 9n)] }), left: ['a', 'c'] },
    { rule: 'STATS-7', name: 'OR with something unknown', predicate: { kind: 'or', operands: [long('l', '=', 1n), { kind: 'unknown' }] } as Predicate, left: ['a', 'b', 'c'] },
    { rule: 'STATS-7', name: 'AND with something unknown', predicate: { kind: 'and', operands: [long('l', '=', 1n), { kind: 'unknown' }] } as Predicate, left: ['a'] },
    { rule: 'STATS-7', name: 'NOT of something unknown', predicate: not({ kind: 'unknown' }), left: ['a', 'b', 'c'] },
    { rule: 'STATS-7', name: 'a list', predicate: { kind: 'in', column: ['l'], literals: [literal(kind('long'), 2n), literal(kind('long'), null), literal(kind('long'), 15n)] } as Predicate, left: ['a', 'c'] },
    { rule: 'STATS-7', name: 'a long list', predicate: { kind: 'in', column: ['l'], literals: Array.from({ length: 100 }, (_, index) => literal(kind('long'), BigInt(index + 7))) } as Predicate, left: ['b', 'c'] },
    { rule: 'STATS-7', name: 'a negated list', predicate: not({ kind: 'in', column: ['l'], literals: [literal(kind('long'), 2n)] }), left: ['a', 'b', 'c'] },
    { rule: 'PART-1', name: 'a partition value', predicate: compare('p', '>=', literal(kind('integer'), 2n)), left: ['b', 'c'] },
    { rule: 'PART-1', name: 'a partition value or a statistic', predicate: { kind: 'or', operands: [compare('p', '=', literal(kind('integer'), 1n)), long('l', '=', 15n)] } as Predicate, left: ['a', 'c'] },
    { rule: 'PART-1', name: 'a partition value that is never null', predicate: { kind: 'isNull', column: ['p'] } as Predicate, left: [] },
  ])('[$rule] $name', async ({ predicate, left }) => {
    expect(await kept(FILES, predicate)).toEqual(left);
  });

  it.each([
    { rule: 'STATS-1', name: 'no statistics at all', files: { a: undefined, b: FILES.b }, predicate: long('l', '=', 1n), left: ['a'] },
    { rule: 'STATS-1', name: 'one bound alone', files: { a: { numRecords: 1, maxValues: { l: 3 } }, b: { numRecords: 1, minValues: { l: 3 } } }, predicate: long('l', '=', 5n), left: ['b'] },
    { rule: 'STATS-2', name: 'prefixes of strings', files: { a: range('s', 'abc', 'abd'), b: range('s', 'b', 'c') }, predicate: compare('s', '=', literal(kind('string'), 'abczzz')), left: ['a'] },
    { rule: 'STATS-2', name: 'strings that begin with', files: { a: range('s', 'abc', 'abd'), b: range('s', 'b', 'c'), cc: range('s', 'a', 'ab') }, predicate: { kind: 'startsWith', column: ['s'], prefix: 'abc' } as Predicate, left: ['a'] },
    { rule: 'STATS-2', name: 'timestamps without their microseconds', files: { a: range('t', '2024-01-01T00:00:00.000Z', '2024-01-01T00:00:00.001Z'), b: range('t', '2024-01-02T00:00:00.000Z', '2024-01-02T00:00:00.000Z') },
      predicate: compare('t', '=', literal(kind('timestamp'), '2024-01-01 00:00:00.001999+00')), left: ['a'] },
    { rule: 'STATS-2', name: 'timestamps without a zone tell nothing', files: { a: range('t', '2024-01-01 00:00:00', '2024-01-01 00:00:01') }, predicate: compare('t', '=', literal(kind('timestamp'), '2024-01-01 05:00:00+00')), left: ['a'] },
    { rule: 'STATS-3', name: 'a maximum of doubles', files: { a: range('f', 1, 2), b: range('f', 5, 9) }, predicate: compare('f', '>', literal(kind('double'), 3)), left: ['a', 'b'] },
    { rule: 'STATS-3', name: 'a minimum of doubles', files: { a: range('f', 1, 2), b: range('f', 5, 9) }, predicate: compare('f', '<', literal(kind('double'), 3)), left: ['a'] },
    { rule: 'STATS-3', name: 'bounds that are no number', files: { a: range('f', 'NaN', 'NaN') }, predicate: compare('f', '<', literal(kind('double'), 3)), left: ['a'] },
    { rule: 'STATS-4', name: 'decimals beyond a double', files: { a: '{"numRecords":1,"minValues":{"m":12345678901234567890123456.1234},"maxValues":{"m":12345678901234567890123456.1234}}', b: range('m', 1, 2) },
      predicate: compare('m', '=', literal(DECIMAL, '12345678901234567890123456.1234')), left: ['a'] },
    { rule: 'STATS-5', name: 'files of nulls alone', files: { a: { numRecords: 10, nullCount: { l: 10 } }, b: FILES.b }, predicate: long('l', '>', 0n), left: ['b'] },
    { rule: 'STATS-5', name: 'wide bounds: null counts that are only estimates', files: { a: { numRecords: 10, tightBounds: false, nullCount: { l: 4 } }, b: { numRecords: 10, tightBounds: false, nullCount: { l: 0 } } }, predicate: { kind: 'isNull', column: ['l'] } as Predicate, left: ['a'] },
    { rule: 'STATS-5', name: 'null counts of nested fields', files: { a: { numRecords: 10, nullCount: { n: { x: 0 } } } }, predicate: { kind: 'isNull', column: ['n', 'x'] } as Predicate, left: ['a'] },
    { rule: 'STATS-1', name: 'bounds of nested fields', files: { a: { numRecords: 1, minValues: { n: { x: 1 } }, maxValues: { n: { x: 2 } } }, b: { numRecords: 1, minValues: { n: { x: 5 } }, maxValues: { n: { x: 6 } } } }, predicate: long('n.x', '=', 5n), left: ['b'] },
    { rule: 'STATS-6', name: 'text that is no JSON', files: { a: '{"numRecords":', b: FILES.b }, predicate: long('l', '=', 1n), left: ['a'] },
    { rule: 'STATS-6', name: 'values of a wrong type', files: { a: range('l', 'x', { y: 1 }), b: FILES.b }, predicate: long('l', '=', 1n), left: ['a'] },
    { rule: 'STATS-6', name: 'dates that no calendar has', files: { a: range('d', '2024-13-45', '+294247-01-10') }, predicate: compare('d', '=', literal(kind('date'), '2024-01-01')), left: ['a'] },
    { rule: 'PART-1', name: 'a partition value of null', files: { aa: undefined, b: undefined }, predicate: { kind: 'isNull', column: ['p'] } as Predicate, left: ['aa'] },
  ])('[$rule] $name', async ({ files, predicate, left }) => {
    expect(await kept(files, predicate)).toEqual(left);
  });

  it('[STATS-3] a maximum of doubles counts where the caller trusts it', async () => {
    expect(await kept({ a: range('f', 1, 2), b: range('f', 5, 9) }, compare('f', '>', literal(kind('double'), 3)), { trustFloatMaximum: true })).toEqual(['b']);
  });

  it('[STATS-1] names with any sign are found', async () => {
    expect(await kept({ a: range('odd/na~me.', 1, 2), b: range('odd/na~me.', 3, 4) }, { kind: 'comparison', operator: '=', column: ['odd/na~me.'], literal: literal(kind('long'), 3n) })).toEqual(['b']);
  });
});

describe('whatever the predicate', () => {
  let snapshot: Snapshot;
  let table: TableWriter;
  beforeAll(async () => {
    table = new TableWriter(test.database);
    const files = await Promise.all(Array.from({ length: 12 }, async (_, index) => {
      const rows = `SELECT CASE WHEN (i * 7 + ${index}) % 5 = 0 THEN NULL ELSE i + ${index * 3} END::BIGINT AS l,
        CASE i % 4 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN NULL ELSE i * ${index} / 2 END::DOUBLE AS f, chr((97 + (i + ${index}) % 6)::INTEGER) || i AS s,
        DATE '2024-01-01' + (i * ${index + 1})::INTEGER AS d FROM range(8) r(i)`;
      const [[numRecords, minL, maxL, nullL, minF, maxF, minS, maxS, minD, maxD] = []] = await test.rows(
        `SELECT count(*)::INTEGER, min(l)::INTEGER, max(l)::INTEGER, count(*) FILTER (l IS NULL)::INTEGER, min(f) FILTER (NOT isnan(f)), max(f) FILTER (NOT isnan(f)), min(s), max(s), min(d)::VARCHAR, max(d)::VARCHAR FROM (${rows})`);
      const stats = { numRecords, minValues: { l: minL, f: minF, s: minS, d: minD }, maxValues: { l: maxL, f: maxF, s: maxS, d: maxD }, nullCount: { l: nullL } };
      return table.file(rows, { partitionValues: { p: index % 4 === 3 ? null : String(index % 4) }, ...(index % 5 === 4 ? {} : { stats: stats as Action }) });
    }));
    table.commit(0, [...table.create({ schema: [field('l', 'long'), field('f', 'double'), field('s', 'string'), field('d', 'date'), field('p', 'integer')], partitionColumns: ['p'], protocol: FEATURE_PROTOCOL([]) }), ...files]);
    snapshot = await test.delta.openTable(table.path).snapshot();
  });
  afterAll(async () => {
    await snapshot.dispose();
    table.remove();
  });

  interface Said {
    readonly predicate: Predicate;
    readonly sql: string;
  }
  const constants: fc.Arbitrary<{ readonly column: string; readonly literal: Literal; readonly sql: string }> = fc.oneof(
    fc.integer({ min: -2, max: 45 }).map((value) => ({ column: 'l', literal: literal(kind('long'), BigInt(value)), sql: `${value}::BIGINT` })),
    fc.constantFrom(-1, 0, 2.5, 7, 38.5, Number.NaN).map((value) => ({ column: 'f', literal: literal(kind('double'), value), sql: `'${value}'::DOUBLE` })),
    fc.constantFrom('a', 'a0', 'c3', 'f', 'zz').map((value) => ({ column: 's', literal: literal(kind('string'), value), sql: `'${value}'` })),
    fc.integer({ min: 1, max: 28 }).map((day) => ({ column: 'd', literal: literal(kind('date'), `2024-01-${String(day).padStart(2, '0')}`), sql: `DATE '2024-01-${day}'` })),
    fc.integer({ min: -1, max: 3 }).map((value) => ({ column: 'p', literal: literal(kind('integer'), BigInt(value)), sql: `${value}::INTEGER` })),
    fc.constantFrom('l', 'p').map((column) => ({ column, literal: literal(kind('long'), null), sql: 'NULL' })),
  );
  const { predicate: said } = fc.letrec<{ predicate: Said; leaf: Said }>((tie) => ({
    leaf: fc.oneof(
      fc.tuple(constants, fc.constantFrom<ComparisonOperator>('=', '<>', '<', '<=', '>', '>=', '<=>')).map(([{ column, literal: constant, sql }, operator]): Said => ({
        predicate: compare(column, operator, constant), sql: operator === '<=>' ? `${column} IS NOT DISTINCT FROM ${sql}` : `${column} ${operator} ${sql}`,
      })),
      fc.tuple(fc.constantFrom('l', 'f', 's', 'd', 'p'), fc.boolean()).map(([column, isNull]): Said => ({ predicate: { kind: isNull ? 'isNull' : 'isNotNull', column: [column] }, sql: `${column} IS ${isNull ? '' : 'NOT '}NULL` })),
      fc.array(constants.filter(({ column }) => column === 'l'), { minLength: 1, maxLength: 4 }).map((items): Said => ({ predicate: { kind: 'in', column: ['l'], literals: items.map((item) => item.literal) }, sql: `l IN (${items.map((item) => item.sql).join(', ')})` })),
      fc.constantFrom('a', 'c', 'f1').map((prefix): Said => ({ predicate: { kind: 'startsWith', column: ['s'], prefix }, sql: `starts_with(s, '${prefix}')` })),
      fc.constant<Said>({ predicate: { kind: 'unknown' }, sql: 'l % 3 = 1' }),
    ),
    predicate: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'),
      fc.tuple(fc.constantFrom('and', 'or'), fc.array(tie('predicate'), { minLength: 1, maxLength: 3 })).map(([operator, parts]): Said => ({
        predicate: { kind: operator === 'and' ? 'and' : 'or', operands: parts.map((part) => part.predicate) }, sql: `(${parts.map((part) => part.sql).join(` ${operator} `)})`,
      })),
      tie('predicate').map(({ predicate, sql }): Said => ({ predicate: not(predicate), sql: `(NOT ${sql})` })),
    ),
  }));

  it('[STATS-9] the rows found are the same with files left out and without', async () => {
    const full = await snapshot.scan();
    await fc.assert(
      fc.asyncProperty(said, async ({ predicate, sql }) => {
        const pruned = await snapshot.scan({ predicate });
        const rows = async (relationSql: string): Promise<unknown> => test.rows(`SELECT found::VARCHAR FROM (${relationSql}) found WHERE ${sql} ORDER BY 1`);
        expect(await rows(pruned.relationSql)).toEqual(await rows(full.relationSql));
        await pruned.dispose();
      }),
      { numRuns: 150 },
    );
    await full.dispose();
  });
});
