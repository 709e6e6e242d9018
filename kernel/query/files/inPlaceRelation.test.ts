import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../duckdb/database.ts';
import { simpleString } from '../../sql/types/dataType.ts';
import { InPlaceFiles } from './inPlaceFiles.ts';
import { explainReadError, type InPlaceRequest } from './inPlaceRelation.ts';

let database: Database;
let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lakebook-files-'));
  database = await openDatabase({ memoryLimitBytes: 512 << 20, threads: 2, spillFolder: join(root, '.spill'), maxSpillBytes: 1 << 30, connections: 2 });
  writeFileSync(join(root, 'people.csv'), 'id,name,born,at,height\n1,Ann,2000-01-31,2024-01-01 10:00:00,1.5\n3000000000,"O""Hara",,,2\n,"",2001-02-03,2024-01-01T10:00:00Z,3\n');
  writeFileSync(join(root, 'semi.csv'), 'a;b\n1;x\nNA;y\n');
  writeFileSync(join(root, 'odd [1].csv'), 'a\n1\n');
  writeFileSync(join(root, 'events.json'), '{"b":1,"a":"2024-01-01","c":{"z":1,"y":[1.5]},"m":"x"}\n{"b":9223372036854775808,"m":{"q":1}}\n');
  writeFileSync(join(root, 'list.json'), '[{"a": 1},\n {"a": 2}]');
  writeFileSync(join(root, 'broken.json'), '{"a": 1}\n{"a": \n');
  writeFileSync(join(root, 'empty.json'), '');
  for (const folder of ['parts', 'hive/day=1']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'parts/1.csv'), '1\n');
  writeFileSync(join(root, 'parts/2.csv'), '2\n');
  writeFileSync(join(root, 'parts/_SUCCESS'), '');
  await database.run(`COPY (SELECT 1::UTINYINT AS a, TIMESTAMP '2024-01-01' AS b, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS c, {'x': [1]} AS d, 5::UBIGINT AS e) TO '${join(root, 'types.parquet')}' (FORMAT parquet)`);
});
afterAll(() => {
  database.close();
  rmSync(root, { recursive: true, force: true });
});

const NO_SIGNAL = new AbortController().signal;
async function read(path: string, format: InPlaceRequest['format'], options: Record<string, string> = {}, call = true): Promise<{ readonly types: string; readonly rows: unknown }> {
  const relation = await new InPlaceFiles(database, root).open({ path, format, options, call, timeZone: 'UTC' }, NO_SIGNAL);
  const types = relation.columns.map(({ name, type }) => `${name} ${simpleString(type)}`).join(', ');
  try {
    return { types, rows: (await database.query(relation.relationSql())).rows() };
  } catch (error) {
    throw explainReadError(error, relation.files);
  }
}
const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.then((value) => value, (error: unknown) => (error as { readonly code?: string }).code ?? error);

describe('csv', () => {
  it.each([
    {
      name: 'read_files finds header and types in all values',
      path: 'people.csv', options: {}, call: true,
      types: 'id bigint, name string, born date, at timestamp, height double',
      rows: [[1n, 'Ann', '2000-01-31', '2024-01-01 10:00:00+00', 1.5], [3000000000n, 'O"Hara', null, null, 2], [null, '', '2001-02-03', '2024-01-01 10:00:00+00', 3]],
    },
    { name: 'a path alone gives strings as Spark does', path: 'semi.csv', options: { sep: ';' }, call: false, types: '_c0 string, _c1 string', rows: [['a', 'b'], ['1', 'x'], ['NA', 'y']] },
    { name: 'small integers are INT', path: 'semi.csv', options: { delimiter: ';', nullvalue: 'NA' }, call: true, types: 'a int, b string', rows: [[1, 'x'], [null, 'y']] },
    { name: 'a schema goes by position, and what does not fit is NULL', path: 'semi.csv', options: { sep: ';', schema: 'x INT, y STRING, z DATE' }, call: true, types: 'x int, y string, z date', rows: [[1, 'x', null], [null, 'y', null]] },
    { name: 'a folder is all its files but hidden ones', path: 'parts', options: {}, call: false, types: '_c0 string', rows: [['1'], ['2']] },
    { name: 'a pattern is what it matches', path: 'parts/*.csv', options: { header: 'false' }, call: true, types: '_c0 int', rows: [[1], [2]] },
    { name: 'a name with pattern signs is itself first', path: 'odd [1].csv', options: {}, call: true, types: 'a int', rows: [[1]] },
  ])('$name', async ({ path, options, call, types, rows }) => {
    expect(await read(path, 'csv', options as Record<string, string>, call)).toEqual({ types, rows });
  });
});

describe('json', () => {
  it('sorts columns by name, keeps dates as text and mixed values as JSON', async () => {
    expect(await read('events.json', 'json')).toEqual({
      types: 'a string, b decimal(38,0), c struct<y:array<double>,z:bigint>, m string',
      rows: [['2024-01-01', '1', "{'y': [1.5], 'z': 1}", 'x'], [null, '9223372036854775808', null, '{"q":1}']],
    });
  });
  it('reads one document over many lines where told', async () => {
    expect(await read('list.json', 'json', { multiline: 'true' })).toEqual({ types: 'a bigint', rows: [[1n], [2n]] });
  });
  it('has no columns where there is nothing', async () => {
    expect((await read('empty.json', 'json')).types).toBe('');
  });
});

it('reads parquet in its own types', async () => {
  expect(await read('types.parquet', 'parquet')).toEqual({
    types: 'a smallint, b timestamp_ntz, c timestamp, d struct<x:array<int>>, e decimal(20,0)',
    rows: [[1, '2024-01-01 00:00:00', '2024-01-01 00:00:00+00', "{'x': [1]}", '5']],
  });
});

it.each([
  { name: 'a missing file', promise: () => read('gone.csv', 'csv'), code: 'PATH_NOT_FOUND' },
  { name: 'a pattern without matches', promise: () => read('gone*.csv', 'csv'), code: 'PATH_NOT_FOUND' },
  { name: 'a broken file', promise: () => read('broken.json', 'json'), code: 'FILE_READ_FAILED' },
  { name: 'a file of another format', promise: () => read('people.csv', 'parquet'), code: 'FILE_READ_FAILED' },
  { name: 'an unknown option', promise: () => read('people.csv', 'csv', { charsetguess: 'x' }), code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
  { name: 'a flag that is none', promise: () => read('people.csv', 'csv', { header: 'maybe' }), code: 'INVALID_FILE_OPTION' },
  { name: 'a folder partitioned by name', promise: () => read('hive', 'csv'), code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
  { name: 'a format without a reader', promise: () => read('people.csv', 'avro'), code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
  { name: 'a remote path', promise: () => read('s3://bucket/x.csv', 'csv'), code: 'STORAGE_UNSUPPORTED_LOCATION' },
])('refuses $name by name', async ({ promise, code }) => {
  expect(await codeOf(promise())).toBe(code);
});

it('finds the schema again when a file was written again, and only then', async () => {
  const files = new InPlaceFiles(database, root);
  const request: InPlaceRequest = { path: 'again.csv', format: 'csv', options: {}, call: true, timeZone: 'UTC' };
  const open = (): ReturnType<InPlaceFiles['open']> => files.open(request, NO_SIGNAL);
  writeFileSync(join(root, 'again.csv'), 'a\n1\n');
  const first = await open();
  expect(await open()).toBe(first);
  writeFileSync(join(root, 'again.csv'), 'b\nx\n');
  expect((await open()).columns.map(({ name, type }) => `${name} ${simpleString(type)}`)).toEqual(['b string']);
});

it('writes the columns that are asked for', async () => {
  const relation = await new InPlaceFiles(database, root).open({ path: 'people.csv', format: 'csv', options: {}, call: true, timeZone: 'UTC' }, NO_SIGNAL);
  expect((await database.query(relation.relationSql(['height', 'name']))).rows()[0]).toEqual(['Ann', 1.5]);
  expect((await database.query(relation.relationSql([]))).rows()).toHaveLength(3);
});
