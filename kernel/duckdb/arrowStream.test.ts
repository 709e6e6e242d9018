import { tableFromIPC } from 'apache-arrow';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArrowBatch } from '../arrow/batch.ts';
import { decodeBatch, decodeSchema, encodeBatch, encodeSchema, encodeStream } from '../arrow/ipc.ts';
import { batchBytes, sliceBatch } from '../arrow/slices.ts';
import { sparkColumns, type SparkColumn } from '../arrow/sparkFields.ts';
import { createJsonLinesEncoder } from '../arrow/textFormats.ts';
import { ArrowTable } from './arrowTable.ts';
import { openDatabase, type Database } from './database.ts';

const folder = mkdtempSync(join(tmpdir(), 'lakebook-arrow-'));
let database: Database;
beforeAll(async () => {
  database = await openDatabase({ memoryLimitBytes: 1 << 30, threads: 2, spillFolder: join(folder, 'spill'), maxSpillBytes: 1 << 30 });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function collect(sql: string, columns?: readonly SparkColumn[]): Promise<ArrowBatch[]> {
  const batches: ArrowBatch[] = [];
  for await (const batch of await database.stream(sql, { columns })) batches.push(batch);
  return batches;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What a statement gives, as JSON values. */
async function values(sql: string): Promise<unknown[]> {
  const batches = await collect(sql);
  const encoder = createJsonLinesEncoder(batches[0]!.schema);
  return batches.flatMap((batch) => textOf(encoder.batch(batch)).trimEnd().split('\n').map((line) => Object.values(JSON.parse(line) as object)));
}

const TYPES = [
  { type: 'BOOLEAN', spark: 'boolean', sql: ['true', 'false'], json: [true, false] },
  { type: 'TINYINT', spark: 'tinyint', sql: ['-128', '127'], json: [-128, 127] },
  { type: 'SMALLINT', spark: 'smallint', sql: ['-32768', '32767'], json: [-32768, 32767] },
  { type: 'INTEGER', spark: 'int', sql: ['-2147483648', '2147483647'], json: [-2147483648, 2147483647] },
  { type: 'BIGINT', spark: 'bigint', sql: ['-9223372036854775808', '9007199254740993', '9007199254740991', '-5', '-9007199254740991', '-9007199254740992'], json: ['-9223372036854775808', '9007199254740993', 9007199254740991, -5, -9007199254740991, '-9007199254740992'] },
  { type: 'HUGEINT', spark: 'decimal(38,0)', sql: ['99999999999999999999999999999999999999', '-1'], json: ['99999999999999999999999999999999999999', '-1'] },
  { type: 'UBIGINT', spark: 'decimal(20,0)', sql: ['18446744073709551615'], json: ['18446744073709551615'] },
  { type: 'UINTEGER', spark: 'bigint', sql: ['4294967295'], json: [4294967295] },
  { type: 'FLOAT', spark: 'float', sql: ['0.1', "'NaN'", "'-Infinity'", '16777216', '3.4028235e38', '1e-45'], json: [0.1, 'NaN', '-Infinity', 16777216, 3.4028235e38, 1e-45] },
  { type: 'DOUBLE', spark: 'double', sql: ['0.1', "'NaN'", "'Infinity'", "'-0.0'", '1e300', '5e-324'], json: [0.1, 'NaN', 'Infinity', -0, 1e300, 5e-324] },
  { type: 'DECIMAL(4,2)', spark: 'decimal(4,2)', sql: ['-99.99', '0.01', '1'], json: ['-99.99', '0.01', '1.00'] },
  { type: 'DECIMAL(9,0)', spark: 'decimal(9,0)', sql: ['-999999999'], json: ['-999999999'] },
  { type: 'DECIMAL(18,6)', spark: 'decimal(18,6)', sql: ['-123456789012.123456', '-0.000001', '5000000000'], json: ['-123456789012.123456', '-0.000001', '5000000000.000000'] },
  { type: 'DECIMAL(38,10)', spark: 'decimal(38,10)', sql: ['-1234567890123456789012345678.0123456789', '-0.0000000001'], json: ['-1234567890123456789012345678.0123456789', '-0.0000000001'] },
  { type: 'DATE', spark: 'date', sql: ["'0001-01-01'", "'9999-12-31'", "'1969-12-31'", "'2024-02-29'"], json: ['0001-01-01', '9999-12-31', '1969-12-31', '2024-02-29'] },
  { type: 'TIME', spark: 'time(6)', sql: ["'23:59:59.999999'", "'00:00:00'"], json: ['23:59:59.999999', '00:00:00.000000'] },
  { type: 'TIMESTAMP', spark: 'timestamp_ntz', sql: ["'0001-01-01 00:00:00.000001'", "'9999-12-31 23:59:59.999999'", "'1969-12-31 23:59:59.5'"], json: ['0001-01-01T00:00:00.000001', '9999-12-31T23:59:59.999999', '1969-12-31T23:59:59.500000'] },
  { type: 'TIMESTAMP_S', spark: 'timestamp_ntz', sql: ["'2024-01-02 03:04:05'"], json: ['2024-01-02T03:04:05.000000'] },
  { type: 'TIMESTAMP_MS', spark: 'timestamp_ntz', sql: ["'1969-01-02 03:04:05.678'"], json: ['1969-01-02T03:04:05.678000'] },
  { type: 'TIMESTAMP_NS', spark: 'timestamp_ntz', sql: ["'2024-01-02 03:04:05.123456789'", "'1900-01-01 00:00:00.000000001'"], json: ['2024-01-02T03:04:05.123456789', '1900-01-01T00:00:00.000000001'] },
  { type: 'TIMESTAMPTZ', spark: 'timestamp', sql: ["'2024-01-02 03:04:05.123456+02'"], json: ['2024-01-02T01:04:05.123456Z'] },
  { type: 'INTERVAL', spark: 'interval', sql: ["INTERVAL '2 days 3 microseconds'", "INTERVAL '-1 microsecond'"], json: ["INTERVAL '2 00:00:00.000003' DAY TO SECOND", "INTERVAL '-0 00:00:00.000001' DAY TO SECOND"] },
  { type: 'VARCHAR', spark: 'string', sql: ["''", "'twelve bytes'", "'thirteen byte'", "'é😀\n\"'", "repeat('x', 100)", "'NaN'"], json: ['', 'twelve bytes', 'thirteen byte', 'é😀\n"', 'x'.repeat(100), 'NaN'] },
  { type: 'BLOB', spark: 'binary', sql: ["''", "'\\x00\\xFF'", "'\\xAAtwenty bytes in all'"], json: ['', '00ff', 'aa7477656e747920627974657320696e20616c6c'] },
  { type: 'INTEGER[]', spark: 'array<int>', sql: ['[]', '[1, NULL, 3]', '[NULL]'], json: [[], [1, null, 3], [null]] },
  { type: 'INTEGER[2]', spark: 'array<int>', sql: ['[1, 2]', '[NULL, 4]'], json: [[1, 2], [null, 4]] },
  { type: 'VARCHAR[][]', spark: 'array<array<string>>', sql: ["[['a', NULL], NULL, []]", "[['a text of more than twelve']]"], json: [[['a', null], null, []], [['a text of more than twelve']]] },
  { type: 'STRUCT(a INTEGER, "b c" VARCHAR)', spark: 'struct<a:int,b c:string>', sql: ["{'a': 1, 'b c': NULL}", "{'a': NULL, 'b c': ''}"], json: [{ a: 1, 'b c': null }, { a: null, 'b c': '' }] },
  { type: 'MAP(VARCHAR, DECIMAL(5,1))', spark: 'map<string,decimal(5,1)>', sql: ["MAP {'k': 1.5, 'l': NULL}", 'MAP {}'], json: [{ k: '1.5', l: null }, {}] },
  { type: 'STRUCT(l BIGINT[], s STRUCT(x BOOLEAN))[]', spark: 'array<struct<l:array<bigint>,s:struct<x:boolean>>>', sql: ["[{'l': [9007199254740993], 's': {'x': true}}, NULL, {'l': NULL, 's': NULL}]"], json: [[{ l: ['9007199254740993'], s: { x: true } }, null, { l: null, s: null }]] },
  { type: "ENUM('x', 'y')", spark: 'string', sql: ["'y'"], json: ['y'] },
  { type: 'UUID', spark: 'string', sql: ["'0f5e3b1c-0000-4000-8000-00000000000a'"], json: ['0f5e3b1c-0000-4000-8000-00000000000a'] },
  { type: 'JSON', spark: 'variant', sql: [`'{"a":\n 1}'`, `'"a\\nb"'`], json: [{ a: 1 }, 'a\nb'] },
  { type: 'VARIANT', spark: 'variant', sql: ["{'a': 1, 'b': [true, NULL]}"], json: [{ a: 1, b: [true, null] }] },
  { type: 'VARIANT[]', spark: 'array<variant>', sql: ["[{'a': 1}::VARIANT]"], json: [[{ a: 1 }]] },
  { type: 'BIT', spark: 'string', sql: ["'0101'"], json: ['0101'] },
  { type: 'TIMETZ', spark: 'string', sql: ["'01:02:03+02'"], json: ['01:02:03+02'] },
];

describe('rows as Arrow batches', () => {
  it.each(TYPES)('keeps $type exactly', async ({ type, spark, sql, json }) => {
    const list = ['NULL', ...sql, 'NULL'].map((value) => `(CAST(${value} AS ${type}))`).join(', ');
    const statement = `SELECT v FROM (VALUES ${list}) t(v)`;
    expect(await values(statement)).toEqual([[null], ...json.map((value) => [value]), [null]]);
    expect(sparkColumns((await collect(statement))[0]!.schema)).toEqual([{ name: 'v', type: spark }]);
  });

  it('names and types the columns as the caller says, repeated names and VOID too', async () => {
    const columns = [{ name: 'a', type: 'void' }, { name: 'b', type: 'string' }, { name: 'a', type: 'interval day to second' }];
    const [batch] = await collect("SELECT NULL, '', INTERVAL '1 day'", columns);
    expect(sparkColumns(batch!.schema)).toEqual(columns);
    expect(textOf(createJsonLinesEncoder(batch!.schema).batch(batch!))).toBe(`{"a":null,"b":"","a":"INTERVAL '1 00:00:00' DAY TO SECOND"}\n`);
  });

  it('keeps the first rows apart, and batches within their limits', async () => {
    const batches = await collect('SELECT range AS a, repeat(chr(97 + (range % 26)::INTEGER), 200) AS b FROM range(50000)');
    expect(batches[0]!.rows).toBeLessThanOrEqual(2_048);
    expect(batches.reduce((sum, batch) => sum + batch.rows, 0)).toBe(50_000);
    for (const batch of batches) {
      expect(batch.rows).toBeLessThanOrEqual(8_192);
      expect(batchBytes(batch)).toBeLessThan(1_200_000);
    }
  });

  it('splits rows that are too wide for one batch', async () => {
    const batches = await collect("SELECT repeat('x', 100000) AS a FROM range(100)");
    expect(batches.map((batch) => batchBytes(batch)).every((bytes) => bytes < 1_300_000)).toBe(true);
    expect(batches.reduce((sum, batch) => sum + batch.rows, 0)).toBe(100);
  });

  it('reads vectors that DuckDB built in other ways than flat', async () => {
    const statement = `SELECT [5, 5, 5], list_transform([1, 2], lambda x: {'k': 7, 'v': x}), list_value('a long constant text', 'short'), map([1], ['c']),
      CASE WHEN range % 2 = 0 THEN [range] END, list_filter([1, range, 3], lambda x: x > 2), {'s': {'t': 'constant'}} FROM range(3)`;
    const fixed = [[5, 5, 5], [{ k: 7, v: 1 }, { k: 7, v: 2 }], ['a long constant text', 'short'], { 1: 'c' }];
    expect(await values(statement)).toEqual([
      [...fixed, [0], [3], { s: { t: 'constant' } }],
      [...fixed, null, [3], { s: { t: 'constant' } }],
      [...fixed, [2], [3], { s: { t: 'constant' } }],
    ]);
  });

  it('is canceled while rows are fetched, and frees its connection', async () => {
    const controller = new AbortController();
    const stream = await database.stream('SELECT range FROM range(1000000000)', { signal: controller.signal });
    let rows = 0;
    const reading = (async () => {
      for await (const batch of stream) {
        rows += batch.rows;
        if (rows > 10_000) controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'OPERATION_CANCELED' });
    expect((await database.query('SELECT 1 AS one')).column('one')).toEqual([1]);
  });

  it('can be left in the middle, again and again', async () => {
    for (let round = 0; round < 30; round++) {
      for await (const batch of await database.stream('SELECT range, repeat(range::VARCHAR, 10) FROM range(1000000)')) {
        expect(batch.rows).toBeGreaterThan(0);
        break;
      }
    }
    const unused = await database.stream('SELECT range FROM range(1000000)');
    unused.close();
  });

  it('reports the progress of a long statement', async () => {
    const seen: number[] = [];
    const file = join(folder, 'progress.parquet');
    await database.run(`COPY (SELECT range AS a FROM range(6000000)) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 100000)`);
    const stream = await database.stream(`SELECT count(*) FROM read_parquet('${file}') WHERE list_sum(list_transform(range(20), lambda x: hash(a + x))) = 1`, { onProgress: (fraction) => seen.push(fraction) });
    for await (const batch of stream) expect(batch.rows).toBe(1);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
  });

  it('fails with the error of the statement', async () => {
    await expect(database.stream('SELECT nothing')).rejects.toThrow('Binder Error');
    const stream = await database.stream("SELECT CASE WHEN range = 90000 THEN error('[TOO_LATE] here') ELSE range::VARCHAR END FROM range(100000)");
    await expect((async () => { for await (const batch of stream) expect(batch.rows).toBeGreaterThan(0); })()).rejects.toThrow('[TOO_LATE] here');
  });
});

it('says so when a statement fails in the middle and not again', async () => {
  let calls = 0;
  await database.install({
    sql: [],
    functions: [{ name: 'js_fails_once', parameters: ['BIGINT'], returns: 'BIGINT', evaluate: (value) => { if (++calls === 600_000) throw new Error('once'); return value; } }],
  });
  const reading = (async () => {
    for await (const batch of await database.stream('SELECT js_fails_once(range) FROM range(1000000)')) expect(batch.rows).toBeGreaterThan(0);
  })();
  await expect(reading).rejects.toMatchObject({ code: 'ENGINE_STREAM_FAILED' });
});

/** Every type with every fourth value or so NULL, by a hash of the row and a seed. */
function randomTable(seed: number, rows: number): string {
  const h = (n: number): string => `hash(range + ${seed * 1_000_003 + n * 7919})`;
  const nullable = (n: number, sql: string): string => `CASE WHEN ${h(n)} % 4 <> 0 THEN ${sql} END`;
  const text = (n: number): string => `repeat(chr((97 + ${h(n)} % 26)::INTEGER), (${h(n + 50)} % 40)::INTEGER)`;
  const columns = [
    nullable(1, `${h(2)} % 2 = 0`), nullable(3, `(${h(4)} % 256)::INTEGER - 128`), nullable(5, `(${h(6)} >> 1)::BIGINT`),
    nullable(7, `((${h(8)} % 1000000)::DECIMAL(18,3) / 1000)::DECIMAL(18,3)`), nullable(9, `(${h(10)}::DECIMAL(38,2) * 1000003)::DECIMAL(38,2)`),
    nullable(11, text(12)), nullable(13, `CAST(${text(14)} AS BLOB)`), nullable(15, `DATE '1970-01-01' + (${h(16)} % 100000)::INTEGER`),
    nullable(17, `make_timestamp((${h(18)} >> 10)::BIGINT)`), nullable(19, `[${text(20)}, NULL, ${text(21)}][1:(${h(22)} % 4)::INTEGER]`),
    nullable(23, `{'a': ${nullable(24, text(25))}, 'b': [${h(26)} % 100]}`), nullable(27, `MAP {${h(28)} % 5: ${nullable(29, text(30))}}`),
    nullable(31, `to_microseconds((${h(32)} >> 20)::BIGINT)`), nullable(33, `(${h(34)} % 1000)::FLOAT / 7`), nullable(35, `CASE WHEN ${h(36)} % 9 = 0 THEN 'NaN'::DOUBLE ELSE ${h(37)} / 3 END`),
    nullable(39, `(${h(40)} % 90)::DECIMAL(4,1)`), nullable(41, `(${h(42)} % 900000)::DECIMAL(9,2)`),
  ];
  return `SELECT ${columns.map((column, index) => `${column} AS c${index}`).join(', ')} FROM range(${rows})`;
}

describe('kernel to Arrow to table', () => {
  it.each([1, 2, 3, 4, 5, 6])('[seed %i] gives back equal rows, through IPC bytes and slices', async (seed) => {
    const rows = 1_000 + seed * 1_733;
    await database.run(`CREATE OR REPLACE TABLE source AS ${randomTable(seed, rows)}; DROP TABLE IF EXISTS copied`);
    const lease = await database.acquire();
    const stream = await database.stream('FROM source');
    const table = await ArrowTable.create(lease.connection, 'main', 'copied', stream.schema);
    const schema = decodeSchema(encodeSchema(stream.schema));
    for await (const batch of stream) {
      const cut = Math.floor((batch.rows * seed) / 11);
      for (const part of [sliceBatch(batch, 0, cut), sliceBatch(batch, cut, batch.rows - cut)]) {
        expect(tableFromIPC(encodeStream(stream.schema, [part])).numRows).toBe(part.rows);
        table.append(decodeBatch(schema, encodeBatch(part).bytes));
      }
    }
    table.finish();
    lease.release();
    const different = await database.query(`SELECT count(*) AS n FROM (
      (SELECT rowid, * FROM source EXCEPT SELECT rowid, * FROM copied) UNION ALL (SELECT rowid, * FROM copied EXCEPT SELECT rowid, * FROM source))`);
    expect(different.column('n')).toEqual([0n]);
    expect((await database.query('SELECT count(*) AS n FROM copied')).column('n')).toEqual([BigInt(rows)]);
  });
});
