import { tableFromIPC } from 'apache-arrow';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../duckdb/database.ts';
import { CELL_BYTES_MAX, type ChartSpec, type ResultFilter, type SortKey } from '../rpc/results.ts';
import { createResultHandlers } from './results.ts';
import { ResultStore } from './resultStore.ts';
import { ResultTables } from './resultTables.ts';
import type { SpooledResult } from './spooledResult.ts';

const folder = mkdtempSync(join(tmpdir(), 'lakebook-results-'));
const signal = new AbortController().signal;
let database: Database;
let store: ResultStore;
let handlers: ReturnType<typeof createResultHandlers>;

beforeAll(async () => {
  database = await openDatabase({ memoryLimitBytes: 1 << 30, threads: 2, spillFolder: join(folder, 'spill'), maxSpillBytes: 1 << 30 });
  let lastId = 0;
  store = new ResultStore({ folder: join(folder, 'spool'), budgetBytes: 1 << 30, now: () => Date.now(), createId: () => `r${++lastId}` });
  handlers = createResultHandlers({ store, database, tables: new ResultTables(database), judgeRowGroups: () => Promise.reject(new TypeError('these results read no tables')) });
});
afterAll(async () => {
  await store.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(sql: string, until: 'complete' | 'running' = 'complete'): Promise<SpooledResult> {
  const stream = await database.stream(sql);
  const result = await store.create(stream.schema);
  for await (const batch of stream) await store.append(result, batch);
  if (until === 'complete') await result.finish('complete');
  return result;
}

async function pageRows(result: SpooledResult, offset: number, limit: number, viewId?: string): Promise<unknown[][]> {
  const { bytes } = await handlers['results.page']({ resultId: result.resultId, offset, limit, viewId }, signal);
  return tableFromIPC(bytes).toArray().map((row) => Object.values((row as { toJSON(): object }).toJSON()));
}

async function viewOf(result: SpooledResult, sort: SortKey[], filters: ResultFilter[]): Promise<{ viewId: string; rows: number }> {
  return handlers['results.view']({ resultId: result.resultId, sort, filters }, signal);
}

describe('a page', () => {
  it('holds rows across batches, and the columns asked for', async () => {
    const result = await run('SELECT range AS a, range * 2 AS b, range * 3 AS c FROM range(20000)');
    const { header, bytes } = await handlers['results.page']({ resultId: result.resultId, offset: 2_000, limit: 9_000, columnFrom: 1, columnTo: 3 }, signal);
    expect(header).toEqual({ offset: 2_000, rows: 9_000, totalRows: 20_000, complete: true });
    const table = tableFromIPC(bytes);
    expect(table.schema.fields.map((field) => field.name)).toEqual(['b', 'c']);
    expect(Array.from(table.getChild('c') as Iterable<bigint>)).toEqual(Array.from({ length: 9_000 }, (_, row) => BigInt(row + 2_000) * 3n));
  });

  it.each([
    { name: 'the end', offset: 19_990, limit: 100, rows: 10 },
    { name: 'nothing behind the end', offset: 30_000, limit: 100, rows: 0 },
    { name: 'the first row', offset: 0, limit: 1, rows: 1 },
  ])('reaches $name', async ({ offset, limit, rows }) => {
    const result = await run('SELECT range AS a FROM range(20000)');
    const found = await pageRows(result, offset, limit);
    expect(found).toEqual(Array.from({ length: rows }, (_, row) => [BigInt(offset + row)]));
  });

  it('cuts long cells at a whole character, and the cell has the whole', async () => {
    const result = await run("SELECT repeat('€', 5000) AS a, ['short', repeat('x', 5000)] AS b, 'short' AS c");
    const [row] = await pageRows(result, 0, 1);
    expect(row![0]).toBe('€'.repeat(Math.floor(CELL_BYTES_MAX / 3)));
    expect(row![2]).toBe('short');
    const cell = await handlers['results.cell']({ resultId: result.resultId, row: 0, column: 0 }, signal);
    expect(cell.text).toBe('€'.repeat(5_000));
    const list = await handlers['results.cell']({ resultId: result.resultId, row: 0, column: 1 }, signal);
    expect(JSON.parse(list.text ?? '')).toEqual(['short', 'x'.repeat(5_000)]);
  });

  it('of very wide rows holds fewer, and goes on where it ended', async () => {
    const result = await run("SELECT range AS a, list_transform(range(300), lambda x: repeat('y', 100)) AS b FROM range(1000)");
    let offset = 0;
    for (let pages = 1; offset < 1_000; pages++) {
      const { header, bytes } = await handlers['results.page']({ resultId: result.resultId, offset, limit: 1_000, columnFrom: 0, columnTo: 2 }, signal);
      expect(bytes.byteLength).toBeLessThan(6_000_000);
      expect(Number(tableFromIPC(bytes).getChild('a')?.get(0))).toBe(offset);
      offset += header.rows;
      expect(pages).toBeLessThan(20);
    }
    expect(offset).toBe(1_000);
  });

  it('can be read while the result still grows', async () => {
    const result = await run('SELECT range AS a FROM range(5000)', 'running');
    const { header } = await handlers['results.page']({ resultId: result.resultId, offset: 4_999, limit: 10 }, signal);
    expect(header).toEqual({ offset: 4_999, rows: 1, totalRows: 5_000, complete: false });
    await result.finish('complete');
  });

  it('keeps two columns of one name apart', async () => {
    const result = await run("SELECT 1 AS a, 'two' AS a");
    const { bytes } = await handlers['results.page']({ resultId: result.resultId, offset: 0, limit: 1, columnFrom: 1, columnTo: 2 }, signal);
    expect(tableFromIPC(bytes).getChildAt(0)?.get(0)).toBe('two');
  });
});

const MIXED = `SELECT * FROM (VALUES (3, 'b', 1.50, 'NaN'::DOUBLE), (NULL, '', -2.25, 0.0), (1, 'Ä', NULL, '-Infinity'), (2, NULL, 10.00, NULL), (10, 'a', 9.99, 'Infinity'))
  t(n, s, d, f)`;

describe('a view', () => {
  it.each([
    { name: 'numbers ascending, NULL first', sort: [{ column: 0, descending: false }], expected: [null, 1, 2, 3, 10] },
    { name: 'numbers descending, NULL last', sort: [{ column: 0, descending: true }], expected: [10, 3, 2, 1, null] },
    { name: 'texts by their bytes', sort: [{ column: 1, descending: false }], expected: [2, null, 10, 3, 1] },
    { name: 'NaN above infinity', sort: [{ column: 3, descending: true }], expected: [3, 10, null, 1, 2] },
    { name: 'decimals as numbers', sort: [{ column: 2, descending: true }], expected: [2, 10, 3, null, 1] },
  ])('sorts $name', async ({ sort, expected }) => {
    const result = await run(MIXED);
    const { viewId, rows } = await viewOf(result, sort, []);
    expect(rows).toBe(5);
    expect((await pageRows(result, 0, 10, viewId)).map((row) => row[0])).toEqual(expected);
  });

  it.each<{ name: string; filter: ResultFilter; expected: (number | null)[] }>([
    { name: 'equal', filter: { column: 0, op: 'eq', value: '10' }, expected: [10] },
    { name: 'unequal without NULL', filter: { column: 0, op: 'ne', value: '10' }, expected: [3, 1, 2] },
    { name: 'an integer against a fraction, unrounded', filter: { column: 0, op: 'lt', value: '1.5' }, expected: [1] },
    { name: 'no integer equal to a fraction', filter: { column: 0, op: 'eq', value: '1.5' }, expected: [] },
    { name: 'decimals', filter: { column: 2, op: 'ge', value: '9.99' }, expected: [2, 10] },
    { name: 'NaN', filter: { column: 3, op: 'eq', value: 'NaN' }, expected: [3] },
    { name: 'texts that contain', filter: { column: 1, op: 'contains', value: 'b' }, expected: [3] },
    { name: 'empty texts, not NULL', filter: { column: 1, op: 'eq', value: '' }, expected: [null] },
    { name: 'texts that begin', filter: { column: 1, op: 'startsWith', value: 'Ä' }, expected: [1] },
    { name: 'numbers that begin', filter: { column: 0, op: 'startsWith', value: '1' }, expected: [1, 10] },
    { name: 'NULL', filter: { column: 1, op: 'isNull' }, expected: [2] },
    { name: 'not NULL', filter: { column: 2, op: 'isNotNull' }, expected: [3, null, 2, 10] },
    { name: 'a quote', filter: { column: 1, op: 'eq', value: "'; DROP TABLE x; --" }, expected: [] },
  ])('filters $name', async ({ filter, expected }) => {
    const result = await run(MIXED);
    const { viewId, rows } = await viewOf(result, [], [filter]);
    expect(rows).toBe(expected.length);
    expect((await pageRows(result, 0, 10, viewId)).map((row) => row[0])).toEqual(expected);
  });

  it.each([
    { type: 'TIMESTAMPTZ', low: '2024-01-01 00:00:00+00', high: '2024-01-01 00:00:00.000001+00', value: '2024-01-01T00:00:00Z' },
    { type: 'DATE', low: '2024-01-01', high: '2024-01-02', value: '2024-01-01' },
    { type: 'TIME', low: '00:00:00', high: '00:00:01', value: '00:00:00' },
    { type: 'BOOLEAN', low: 'false', high: 'true', value: 'false' },
    { type: 'DECIMAL(38,3)', low: '99999999999999999999999999999999999.998', high: '99999999999999999999999999999999999.999', value: '99999999999999999999999999999999999.998' },
    { type: 'BIGINT', low: '9007199254740992', high: '9007199254740993', value: '9007199254740992' },
    { type: 'FLOAT', low: '0.1', high: '0.2', value: '0.1' },
    { type: 'BLOB', low: 'a', high: 'b', value: '61' },
  ])('compares $type by its own values', async ({ type, low, high, value }) => {
    const result = await run(`SELECT CAST(v AS ${type}) AS v FROM (VALUES ('${low}'), ('${high}'), (NULL)) t(v)`);
    expect((await viewOf(result, [], [{ column: 0, op: 'eq', value }])).rows).toBe(1);
    expect((await viewOf(result, [], [{ column: 0, op: 'gt', value }])).rows).toBe(1);
  });

  it('says which filter has no value of its column', async () => {
    const result = await run('SELECT DATE \'2024-01-01\' AS day');
    await expect(viewOf(result, [], [{ column: 0, op: 'eq', value: 'yesterday' }])).rejects.toMatchObject({ code: 'RESULT_FILTER_INVALID', parameters: { value: 'yesterday', type: 'date', column: 'day' } });
    await expect(viewOf(result, [{ column: 7, descending: false }], [])).rejects.toMatchObject({ code: 'RESULT_COLUMN_NOT_FOUND' });
    await expect(handlers['results.page']({ resultId: result.resultId, viewId: 'nonsense', offset: 0, limit: 1 }, signal)).rejects.toMatchObject({ code: 'RESULT_VIEW_INVALID' });
  });

  it('keeps the order of equal rows, pages by position and shows whole cells', async () => {
    const result = await run("SELECT range AS a, range % 3 AS b, repeat('z', 5000 + range::INTEGER % 7) AS c FROM range(30000) ORDER BY a");
    const { viewId } = await viewOf(result, [{ column: 1, descending: true }], []);
    const rows = await pageRows(result, 9_998, 4, viewId);
    expect(rows.map((row) => row[0])).toEqual([29_996n, 29_999n, 1n, 4n]);
    const cell = await handlers['results.cell']({ resultId: result.resultId, viewId, row: 10_000, column: 2 }, signal);
    expect(cell.text).toBe('z'.repeat(5_001));
    await expect(handlers['results.cell']({ resultId: result.resultId, row: 30_000, column: 0 }, signal)).rejects.toMatchObject({ code: 'RESULT_ROW_NOT_FOUND' });
  });

  it('takes in the rows that came since', async () => {
    const result = await run('SELECT range AS a FROM range(3000)', 'running');
    expect((await viewOf(result, [{ column: 0, descending: true }], [])).rows).toBe(3_000);
    for await (const batch of await database.stream('SELECT range + 3000 AS a FROM range(3000)')) await store.append(result, batch);
    await result.finish('complete');
    const { viewId, rows } = await viewOf(result, [{ column: 0, descending: true }], []);
    expect(rows).toBe(6_000);
    expect(await pageRows(result, 0, 2, viewId)).toEqual([[5_999n], [5_998n]]);
  });
});

const EVERYTHING = `SELECT 9007199254740993 AS big, 1.10::DECIMAL(10,2) AS d, 'NaN'::DOUBLE AS f, NULL AS z, '' AS e, 'a,"b"\nc' AS q, TIMESTAMPTZ '2024-01-02 03:04:05+00' AS t,
  DATE '2024-01-02' AS day, [1, NULL] AS l, {'x': 1, 'y': 'two'} AS s, MAP {'k': 1.5} AS m, 'ab'::BLOB AS bin, true AS b, 5::TINYINT AS tiny, TIMESTAMP '2024-01-02 03:04:05.678901' AS n`;

describe('an export', () => {
  const exportTo = async (result: SpooledResult, format: 'csv' | 'parquet' | 'jsonl' | 'arrow', viewId?: string): Promise<string> => {
    const path = join(folder, `export-${result.resultId}.${format}`);
    const answer = await handlers['results.export']({ resultId: result.resultId, format, path, viewId }, signal);
    expect(answer).toEqual({ path, rows: viewId === undefined ? result.rows : answer.rows, bytes: readFileSync(path).byteLength });
    return path;
  };

  it('as JSON lines keeps every value exactly', async () => {
    const path = await exportTo(await run(EVERYTHING), 'jsonl');
    expect(readFileSync(path, 'utf8')).toBe(
      '{"big":"9007199254740993","d":"1.10","f":"NaN","z":null,"e":"","q":"a,\\"b\\"\\nc","t":"2024-01-02T03:04:05.000000Z","day":"2024-01-02","l":[1,null],"s":{"x":1,"y":"two"},"m":{"k":"1.5"},"bin":"6162","b":true,"tiny":5,"n":"2024-01-02T03:04:05.678901"}\n',
    );
  });

  it('as CSV keeps NULL, the empty text and NaN apart', async () => {
    const path = await exportTo(await run(EVERYTHING), 'csv');
    expect(readFileSync(path, 'utf8')).toBe(
      'big,d,f,z,e,q,t,day,l,s,m,bin,b,tiny,n\n9007199254740993,1.10,NaN,,"","a,""b""\nc",2024-01-02T03:04:05.000000Z,2024-01-02,"[1, null]","{1, two}",{k -> 1.5},6162,true,5,2024-01-02T03:04:05.678901\n',
    );
    const back = await database.query(`SELECT count(*) AS n FROM read_csv('${path}', header = true) WHERE z IS NULL`);
    expect(back.column('n')).toEqual([1n]);
  });

  it('as Parquet keeps the types', async () => {
    const path = await exportTo(await run(EVERYTHING), 'parquet');
    const types = await database.query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet('${path}'))`);
    expect(Object.fromEntries(types.rows())).toMatchObject({
      big: 'BIGINT', d: 'DECIMAL(10,2)', f: 'DOUBLE', e: 'VARCHAR', t: 'TIMESTAMP WITH TIME ZONE', day: 'DATE', l: 'INTEGER[]', s: 'STRUCT(x INTEGER, y VARCHAR)', m: 'MAP(VARCHAR, DECIMAL(2,1))', bin: 'BLOB', b: 'BOOLEAN', tiny: 'TINYINT', n: 'TIMESTAMP',
    });
    const different = await database.query(`SELECT count(*) AS n FROM ((${EVERYTHING}) EXCEPT SELECT * FROM read_parquet('${path}'))`);
    expect(different.column('n')).toEqual([0n]);
  });

  it('as Parquet numbers repeated names', async () => {
    const path = await exportTo(await run('SELECT 1 AS a, 2 AS A, 3 AS b'), 'parquet');
    expect((await database.query(`SELECT * FROM read_parquet('${path}')`)).names).toEqual(['a', 'A_1', 'b']);
  });

  it('as an Arrow file reads back whole', async () => {
    const path = await exportTo(await run('SELECT range AS a, range::VARCHAR AS b FROM range(30000)'), 'arrow');
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, 6).toString()).toBe('ARROW1');
    const table = tableFromIPC(bytes);
    expect(table.numRows).toBe(30_000);
    expect(table.getChild('b')?.get(29_999)).toBe('29999');
    expect(table.schema.fields[0]?.metadata.get('lakebook:type')).toBe('bigint');
  });

  it.each(['csv', 'jsonl', 'arrow', 'parquet'] as const)('of a view as %s holds its rows in its order', async (format) => {
    const result = await run('SELECT range AS a FROM range(20000)');
    const { viewId } = await viewOf(result, [{ column: 0, descending: true }], [{ column: 0, op: 'ge', value: '10000' }]);
    const path = await exportTo(result, format, viewId);
    const values =
      format === 'parquet' ? (await database.query(`SELECT a FROM read_parquet('${path}')`)).column('a').map(Number)
      : format === 'arrow' ? Array.from(tableFromIPC(readFileSync(path)).getChild('a') as Iterable<bigint>).map(Number)
      : format === 'csv' ? readFileSync(path, 'utf8').trim().split('\n').slice(1).map(Number)
      : readFileSync(path, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { a: number }).a);
    expect(values).toEqual(Array.from({ length: 10_000 }, (_, row) => 19_999 - row));
  });

  it('leaves nothing behind when it fails', async () => {
    const result = await run('SELECT 1 AS a');
    const path = join(folder, 'missing', 'x.csv');
    await expect(handlers['results.export']({ resultId: result.resultId, format: 'csv', path }, signal)).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a chart', () => {
  const chart = async (result: SpooledResult, spec: Partial<ChartSpec>, marksMax = 1_000, viewId?: string) => {
    const { header, bytes } = await handlers['results.chart']({ resultId: result.resultId, spec: { type: 'line', x: 'x', y: ['y'], aggregate: 'none', ...spec }, marksMax, viewId }, signal);
    const table = tableFromIPC(bytes);
    return { ...header, names: table.schema.fields.map((field) => field.name), rows: table.toArray().map((row) => Object.values((row as { toJSON(): object }).toJSON())) };
  };
  const SOURCE = "SELECT range % 3 AS x, range AS y, CASE WHEN range % 2 = 0 THEN 'even' END AS s FROM range(12)";

  it('aggregates in the engine, per series', async () => {
    const answer = await chart(await run(SOURCE), { type: 'bar', aggregate: 'sum', series: 's' });
    expect(answer).toMatchObject({ sourceRows: 12, marks: 6, sampled: false, names: ['x', 'series', 'y'] });
    expect(answer.rows).toEqual([[0n, null, 12], [0n, 'even', 6], [1n, null, 8], [1n, 'even', 14], [2n, null, 16], [2n, 'even', 10]]);
  });

  it('counts rows where no y is named', async () => {
    const answer = await chart(await run(SOURCE), { type: 'bar', aggregate: 'count', y: [] });
    expect(answer).toMatchObject({ names: ['x', 'series', 'count'], rows: [[0n, null, 4], [1n, null, 4], [2n, null, 4]] });
  });

  it('draws a line along x', async () => {
    const answer = await chart(await run("SELECT * FROM (VALUES (3, 1.5), (1, 2.5), (2, NULL)) t(x, y)"), {});
    expect(answer.rows).toEqual([[1, null, 2.5], [2, null, null], [3, null, 1.5]]);
  });

  it('keeps the peaks of a line that it thins out', async () => {
    const answer = await chart(await run('SELECT range AS x, CASE WHEN range = 70007 THEN 1000.0 WHEN range = 30003 THEN -1000.0 ELSE sin(range) END AS y FROM range(100000)'), {}, 400);
    expect(answer).toMatchObject({ sourceRows: 100_000, sampled: true });
    expect(answer.marks).toBeLessThanOrEqual(400);
    const values = answer.rows.map((row) => row[2]);
    expect(values).toContain(1000);
    expect(values).toContain(-1000);
    expect(answer.rows[0]?.[0]).toBe(0n);
    expect(answer.rows.at(-1)?.[0]).toBe(99_999n);
  });

  it('samples points repeatably', async () => {
    const result = await run('SELECT range AS x, range AS y FROM range(50000)');
    const first = await chart(result, { type: 'scatter' }, 100);
    expect(first).toMatchObject({ marks: 100, sampled: true });
    expect(await chart(result, { type: 'scatter' }, 100)).toEqual(first);
  });

  it('counts into equal bins, without NULL and NaN', async () => {
    const answer = await chart(await run("SELECT unnest([0, 1, 2, 3, 4, 10, NULL, 'NaN'::DOUBLE]) AS x"), { type: 'histogram', bins: 5, y: [] });
    expect(answer).toMatchObject({ sourceRows: 6, names: ['x0', 'x1', 'series', 'count'] });
    expect(answer.rows).toEqual([[0, 2, null, 2n], [2, 4, null, 2n], [4, 6, null, 1n], [8, 10, null, 1n]]);
  });

  it.each(['DATE', 'TIMESTAMP', 'TIMESTAMPTZ'])('bins values of type %s', async (type) => {
    const answer = await chart(await run(`SELECT CAST('2024-01-0' || (range + 1) AS ${type}) AS x FROM range(5)`), { type: 'histogram', bins: 2, y: [] });
    expect(answer.rows.map((row) => [Number(row[0]), Number(row[1]), row[3]])).toEqual([[Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 3), 2n], [Date.UTC(2024, 0, 3), Date.UTC(2024, 0, 5), 3n]]);
  });

  it('of a single value has one bin', async () => {
    expect((await chart(await run('SELECT 7 AS x FROM range(3)'), { type: 'histogram', y: [] })).rows).toEqual([[7, 7, null, 3n]]);
  });

  it('draws the rows of a view', async () => {
    const result = await run(SOURCE);
    const { viewId } = await viewOf(result, [], [{ column: 0, op: 'eq', value: '1' }]);
    expect((await chart(result, { type: 'bar', aggregate: 'max' }, 100, viewId)).rows).toEqual([[1n, null, 10]]);
  });

  it('names a column that is not there', async () => {
    await expect(chart(await run(SOURCE), { y: ['none'] })).rejects.toMatchObject({ code: 'RESULT_COLUMN_NOT_FOUND' });
  });
});
