import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEATURE_PROTOCOL, field, metaData, removeOf, TableWriter, type Action } from '../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../build/testing/delta/testEngine.ts';
import { encodeVector } from '../../build/testing/delta/vectorWriter.ts';
import type { Predicate } from './predicate.ts';
import type { ScanOptions } from './scan.ts';

let test: TestDelta;
const written: TableWriter[] = [];
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => {
  for (const table of written.splice(0)) table.remove();
});

function newTable(): TableWriter {
  const table = new TableWriter(test.database);
  written.push(table);
  return table;
}

/** Says LZ4 for Snappy in the footer: the field behind the path of the column `id`. */
function packByLz4(path: string): void {
  const bytes = readFileSync(path);
  const [snappy, lz4] = [Buffer.from('id\x15\x02', 'latin1'), Buffer.from('id\x15\x0a', 'latin1')];
  bytes.set(lz4, bytes.lastIndexOf(snappy));
  writeFileSync(path, bytes);
}

/** Rows of a version as text, in no order; `where` filters them as a query would. */
async function read(table: TableWriter, options: ScanOptions & { readonly version?: number; readonly where?: string } = {}): Promise<readonly string[]> {
  const { version, where = 'true', ...scanOptions } = options;
  const snapshot = await test.delta.openTable(table.path).snapshot(version === undefined ? {} : { version });
  try {
    const scan = await snapshot.scan(scanOptions);
    try {
      return (await test.rows(`SELECT found::VARCHAR FROM (${scan.relationSql}) found WHERE ${where}`)).map(String).sort();
    } catch (error) {
      throw scan.explainError(error);
    } finally {
      await scan.dispose();
    }
  } finally {
    await snapshot.dispose();
  }
}

const equals = (column: string, value: bigint): Predicate => ({ kind: 'comparison', operator: '=', column: [column], literal: { type: { kind: 'long' }, value } });
const ID = [field('id', 'long')];

describe('files', () => {
  it.each(['a[1].parquet', 'st*r?.parquet', "it's 100%.parquet", 'ünïcode/日本.parquet', 'p=1/q=%3D/x.parquet', '__HIVE_DEFAULT_PARTITION__/x.parquet'])('[DATA-1] finds %s, and nothing that only looks like it', async (path) => {
    const table = newTable();
    const decoys = [await table.file('SELECT 2::BIGINT AS id', { path: 'a1.parquet' }), await table.file('SELECT 3::BIGINT AS id', { path: 'stxry.parquet' })];
    table.commit(0, [...table.create({ schema: ID }), await table.file('SELECT 1::BIGINT AS id', { path })]);
    expect({ rows: await read(table), decoys: decoys.length }).toEqual({ rows: ["{'id': 1}"], decoys: 2 });
  });

  it('[DATA-1] takes absolute paths and URIs', async () => {
    const [table, other] = [newTable(), newTable()];
    const absolute = (action: Action, prefix: string): Action => ({ add: { ...(action['add'] as Action), path: `${prefix}${other.path}/${String((action['add'] as Action)['path'])}` } });
    table.commit(0, [...table.create({ schema: ID }), absolute(await other.file('SELECT 1::BIGINT AS id'), 'file://'), absolute(await other.file('SELECT 2::BIGINT AS id'), '')]);
    expect(await read(table)).toEqual(["{'id': 1}", "{'id': 2}"]);
  });

  it('[DATA-1] refuses a location that this product cannot reach', async () => {
    const table = newTable();
    table.commit(0, [...table.create({ schema: ID }), { add: { path: 's3://bucket/a.parquet', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true } }]);
    await expect(read(table)).rejects.toMatchObject({ code: 'DELTA_CANNOT_RESOLVE_PATH' });
  });

  it.each([
    { rule: 'DATA-2', name: 'is gone', damage: (path: string) => rmSync(path), code: 'DELTA_FILE_NOT_FOUND_DETAILED' },
    { rule: 'DATA-3', name: 'ends early', damage: (path: string) => truncateSync(path, 40), code: 'DELTA_DATA_FILE_CORRUPT' },
    { rule: 'DATA-3', name: 'is packed by Hadoop’s LZ4', damage: packByLz4, code: 'DELTA_DATA_FILE_UNSUPPORTED' },
    { rule: 'DATA-3', name: 'is empty', damage: (path: string) => truncateSync(path, 0), code: 'DELTA_DATA_FILE_CORRUPT' },
  ])('[$rule] fails the scan when a live file $name, naming it', async ({ damage, code }) => {
    const table = newTable();
    table.commit(0, [...table.create({ schema: ID }), await table.file('SELECT 1::BIGINT AS id', { path: 'one.parquet' }), await table.file('SELECT 2::BIGINT AS id')]);
    damage(join(table.path, 'one.parquet'));
    await expect(read(table)).rejects.toMatchObject({ code, message: expect.stringContaining('one.parquet') });
  });

  it('[DATA-4] refuses another format', async () => {
    const table = newTable();
    const [protocol = {}, metadata = {}] = table.create({ schema: ID });
    table.commit(0, [protocol, { metaData: { ...(metadata['metaData'] as Action), format: { provider: 'orc', options: {} } } }]);
    await expect(read(table)).rejects.toMatchObject({ code: 'DELTA_UNSUPPORTED_FORMAT' });
  });

  it('[LOG-13] a remove under another name of the same file removes it', async () => {
    const table = newTable();
    const add = await table.file('SELECT 1::BIGINT AS id', { path: 'one.parquet' });
    const named = (path: string): Action => ({ add: { ...(add['add'] as Action), path } });
    table.commit(0, [...table.create({ schema: ID }), named(`${table.path}/one.parquet`)]);
    table.commit(1, [removeOf(named(`file://${table.path}/one.parquet`))]);
    expect([await read(table, { version: 0 }), await read(table)]).toEqual([["{'id': 1}"], []]);
  });

  it('[LOG-9] a file that is added again is there once, with what was said last', async () => {
    const table = newTable();
    const add = await table.file('SELECT 1::BIGINT AS id', { path: 'one.parquet' });
    table.commit(0, [...table.create({ schema: ID }), add]);
    table.commit(1, [removeOf(add)]);
    table.commit(2, [{ add: { ...(add['add'] as Action), modificationTime: 7 } }]);
    table.commit(3, [{ add: { ...(add['add'] as Action), modificationTime: 9, dataChange: false } }]);
    const snapshot = await test.delta.openTable(table.path).snapshot();
    expect([(await snapshot.files()).map(({ path, modificationTime }) => [path, modificationTime]), await read(table, { version: 1 })]).toEqual([[['one.parquet', 9]], []]);
    await snapshot.dispose();
  });
});

describe('columns', () => {
  it('[SCHEMA-3] gives null for what a file lacks, at any depth, and passes over what the schema lacks', async () => {
    const table = newTable();
    const point = { type: 'struct', fields: [field('x', 'long'), field('y', 'long'), field('nothing', 'void')] };
    table.commit(0, [
      ...table.create({ schema: [field('id', 'long'), field('s', point), field('l', { type: 'array', elementType: point, containsNull: true }), field('v', 'void'), field('late', 'string')] }),
      await table.file("SELECT 1::INTEGER AS ID, {'x': 1} AS s, [{'y': 2, 'extra': 3}] AS l, 'gone' AS extra"),
      await table.file('SELECT 2::BIGINT AS id'),
    ]);
    expect(await read(table)).toEqual([
      "{'id': 1, 's': {'x': 1, 'y': NULL, 'nothing': NULL}, 'l': [{'x': NULL, 'y': 2, 'nothing': NULL}], 'v': NULL, 'late': NULL}",
      "{'id': 2, 's': NULL, 'l': NULL, 'v': NULL, 'late': NULL}",
    ]);
  });

  it('[SCHEMA-3] is not fooled by columns that are named like the reader\'s own', async () => {
    const table = newTable();
    table.commit(0, [...table.create({ schema: ['file_index', 'filename', 'file_row_number', 'p'].map((name) => field(name, 'long')), partitionColumns: ['p'] }),
      await table.file('SELECT 10::BIGINT AS file_index, 11::BIGINT AS filename, 12::BIGINT AS file_row_number', { partitionValues: { p: '4' } })]);
    expect(await read(table)).toEqual(["{'file_index': 10, 'filename': 11, 'file_row_number': 12, 'p': 4}"]);
  });

  it('[PART-1] takes partition values from the log, typed, the empty text as null', async () => {
    const table = newTable();
    const schema = [field('d', 'date'), field('t', 'timestamp'), field('n', 'timestamp_ntz'), field('m', 'decimal(10,2)'), field('b', 'boolean'), field('x', 'binary'), field('s', 'string'), field('id', 'long')];
    const protocol = FEATURE_PROTOCOL(['timestampNtz']);
    const values = { d: '2024-02-29', t: '2024-02-29T10:00:00.123456Z', n: '2024-02-29 10:00:00', m: '1.5', b: 'true', x: 'é', s: "a'b" };
    table.commit(0, [...table.create({ schema, partitionColumns: ['d', 't', 'n', 'm', 'b', 'x', 's'], protocol }),
      await table.file("SELECT 1::BIGINT AS id, 'wrong' AS s", { partitionValues: values, path: 's=misleading/1.parquet' }),
      await table.file('SELECT 2::BIGINT AS id', { partitionValues: Object.fromEntries(Object.keys(values).map((name) => [name, name === 's' ? null : ''])) })]);
    expect(await read(table)).toEqual([
      "{'d': 2024-02-29, 't': '2024-02-29 10:00:00.123456+00', 'n': '2024-02-29 10:00:00', 'm': 1.50, 'b': true, 'x': \\xC3\\xA9, 's': 'a\\'b', 'id': 1}",
      "{'d': NULL, 't': NULL, 'n': NULL, 'm': NULL, 'b': NULL, 'x': NULL, 's': NULL, 'id': 2}",
    ]);
  });

  it('[PART-2] reads nothing out of a path', async () => {
    const table = newTable();
    table.commit(0, [...table.create({ schema: [field('id', 'long'), field('p', 'string')], partitionColumns: ['p'] }), await table.file('SELECT 1::BIGINT AS id', { path: 'p=__HIVE_DEFAULT_PARTITION__/q=7/1.parquet', partitionValues: { p: 'real' } })]);
    expect(await read(table, { where: "p = 'real'" })).toEqual(["{'id': 1, 'p': real}"]);
  });

  it('[PART-3] reads a thousand partitions and more', async () => {
    const table = newTable();
    const shared = await table.file('SELECT 1::BIGINT AS id', { path: 'shared.parquet' });
    const adds = await Promise.all(Array.from({ length: 1100 }, (_, index) => table.file(`SELECT ${index}::BIGINT AS id`, { path: `p/${index}.parquet`, partitionValues: { p: String(index) } })));
    table.commit(0, [...table.create({ schema: [field('id', 'long'), field('p', 'integer')], partitionColumns: ['p'] }), ...adds, { add: { ...(shared['add'] as Action), partitionValues: { p: null } } }]);
    const snapshot = await test.delta.openTable(table.path).snapshot();
    const scan = await snapshot.scan();
    expect(await test.rows(`SELECT count(*)::INTEGER, count(*) FILTER (id = p)::INTEGER, count(*) FILTER (p IS NULL)::INTEGER FROM (${scan.relationSql})`)).toEqual([[1101, 1100, 1]]);
    await scan.dispose();
    await snapshot.dispose();
  });
});

describe('column mapping', () => {
  const mapped = (name: string, id: number, physicalName: string, type: unknown): Action => field(name, type, { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': physicalName });
  const inner = (id: number): object => ({ type: 'struct', fields: [mapped('a', id + 1, 'col-b', 'long'), mapped('b', id + 2, 'col-a', 'long'), mapped('new', id + 3, 'col-new', 'string')] });
  const schema = [mapped('Renamed', 1, 'col-1', 'long'), mapped('s', 10, 'col-s', inner(10)), mapped('l', 20, 'col-l', { type: 'array', elementType: inner(20), containsNull: true }),
    mapped('m', 30, 'col-m', { type: 'map', keyType: 'string', valueType: inner(30), valueContainsNull: true }), mapped('p', 7, 'col-p', 'integer')];
  const rows = "SELECT 1::BIGINT AS \"col-1\", {'col-a': 20, 'col-b': 10} AS \"col-s\", [{'col-a': 2, 'col-b': 1}] AS \"col-l\", MAP {'k': {'col-a': 4, 'col-b': 3}} AS \"col-m\"";
  const expected = ["{'Renamed': 1, 's': {'a': 10, 'b': 20, 'new': NULL}, 'l': [{'a': 1, 'b': 2, 'new': NULL}], 'm': {k={'a': 3, 'b': 4, 'new': NULL}}, 'p': 5}"];

  it('[CM-2] by name: renamed and swapped fields at every depth, partition values by physical name', async () => {
    const table = newTable();
    table.commit(0, [...table.create({ schema, partitionColumns: ['p'], configuration: { 'delta.columnMapping.mode': 'name' }, protocol: { minReaderVersion: 2, minWriterVersion: 5 } }),
      await table.file(rows, { partitionValues: { 'col-p': '5' } })]);
    expect([await read(table), await read(table, { where: 's.a = 10 AND p = 5', predicate: equals('p', 5n) })]).toEqual([expected, expected]);
  });

  const IDS = '{"x1": 1, "xs": {__duckdb_field_id: 10, "a": 12, "b": 11}, "xl": {__duckdb_field_id: 20, element: {"a": 22, "b": 21}}, "xm": {__duckdb_field_id: 30, value: {"a": 32, "b": 31}}}';

  it('[CM-3] by id: whatever names the files use', async () => {
    const table = newTable();
    const other = "SELECT 1::BIGINT AS \"x1\", {'a': 20, 'b': 10} AS \"xs\", [{'a': 2, 'b': 1}] AS \"xl\", MAP {'k': {'a': 4, 'b': 3}} AS \"xm\"";
    table.commit(0, [...table.create({ schema, partitionColumns: ['p'], configuration: { 'delta.columnMapping.mode': 'id' }, protocol: { minReaderVersion: 2, minWriterVersion: 5 } }),
      await table.file(other, { partitionValues: { 'col-p': '5' }, fieldIds: IDS })]);
    expect(await read(table)).toEqual(expected);
  });

  it('[CM-3] refuses files without ids', async () => {
    const table = newTable();
    table.commit(0, [...table.create({ schema, partitionColumns: ['p'], configuration: { 'delta.columnMapping.mode': 'id' }, protocol: { minReaderVersion: 2, minWriterVersion: 5 } }), await table.file(rows, { partitionValues: { 'col-p': '5' } })]);
    await expect(read(table)).rejects.toMatchObject({ code: 'DELTA_DATA_FILE_UNSUPPORTED' });
  });
});

describe('type widening', () => {
  const changed = (name: string, from: string, to: string): Action => field(name, to, { 'delta.typeChanges': [{ fromType: from, toType: to }] });
  const cases: readonly { readonly from: string; readonly to: string; readonly old: string; readonly where: string }[] = [
    { from: 'date', to: 'timestamp_ntz', old: "DATE '2021-05-01'", where: "c < TIMESTAMP '2021-05-01 01:00:00'" },
    { from: 'date', to: 'timestamp_ntz', old: "DATE '2021-05-01'", where: "NOT c = TIMESTAMP '2021-05-01 01:00:00'" },
    { from: 'decimal(9,2)', to: 'decimal(20,4)', old: '15.01::DECIMAL(9,2)', where: 'NOT c = 15.0149::DECIMAL(20,4)' },
    { from: 'integer', to: 'double', old: '1500::INTEGER', where: 'c < 1500.40::DOUBLE' },
    { from: 'integer', to: 'decimal(12,2)', old: '1500::INTEGER', where: 'c < 1500.40::DECIMAL(12,2)' },
    { from: 'float', to: 'double', old: '0.1::FLOAT', where: 'NOT c = 0.1::DOUBLE' },
    { from: 'byte', to: 'long', old: '7::TINYINT', where: 'c < 1000::BIGINT' },
  ];
  it.each(cases)('[TW-2] $from to $to: $where finds the old row', async ({ from, to, old, where }) => {
    const table = newTable();
    table.commit(0, [...table.create({ schema: [changed('c', from, to)], protocol: FEATURE_PROTOCOL(['typeWidening', 'timestampNtz']) }), await table.file(`SELECT ${old} AS c`)]);
    expect((await read(table, { where })).length).toBe(1);
  });
});

describe('deletion vectors', () => {
  const PROTOCOL = FEATURE_PROTOCOL(['deletionVectors']);

  async function markedTable(configuration: Readonly<Record<string, string>>): Promise<TableWriter> {
    const table = newTable();
    const marked = await table.file('SELECT range AS id FROM range(5)', { stats: { numRecords: 5, minValues: { id: 0 }, maxValues: { id: 4 }, nullCount: { id: 0 }, tightBounds: false } });
    table.commit(0, [...table.create({ schema: ID, protocol: PROTOCOL, configuration }), { add: { ...(marked['add'] as Action), deletionVector: encodeVector([1, 3]) } }, await table.file('SELECT 10::BIGINT AS id')]);
    return table;
  }

  it.each([{}, { 'delta.enableDeletionVectors': 'false' }])('[DV-8] count whatever the property says: %o', async (configuration) => {
    expect(await read(await markedTable(configuration))).toEqual(["{'id': 0}", "{'id': 10}", "{'id': 2}", "{'id': 4}"]);
  });

  it('[DV-7] mark rows by their place in the file, under filters too', async () => {
    const table = newTable();
    const big = await table.file('SELECT range AS id FROM range(300000) ORDER BY id', {});
    table.commit(0, [...table.create({ schema: ID, protocol: PROTOCOL }), { add: { ...(big['add'] as Action), deletionVector: encodeVector([0, 299_999, 250_001]) } }]);
    expect([await read(table, { where: 'id >= 249999 AND id < 250003' }), await read(table, { where: 'id IN (0, 299999)' })]).toEqual([["{'id': 249999}", "{'id': 250000}", "{'id': 250002}"], []]);
  });

  it('[RT-1] [RT-2] [RT-3] rows keep their ids beside deleted ones', async () => {
    const table = newTable();
    const configuration = { 'delta.enableRowTracking': 'true', 'delta.rowTracking.materializedRowIdColumnName': '_id', 'delta.rowTracking.materializedRowCommitVersionColumnName': '_version' };
    const fresh = await table.file('SELECT range AS id FROM range(4)', { add: { baseRowId: 9_007_199_254_740_993n, defaultRowCommitVersion: 0, deletionVector: encodeVector([1, 2]) } });
    const moved = await table.file('SELECT * FROM (VALUES (50::BIGINT, 7::BIGINT, 3::BIGINT), (51, NULL, NULL)) t(id, _id, _version)', { add: { baseRowId: 100, defaultRowCommitVersion: 5 } });
    table.commit(0, [...table.create({ schema: ID, protocol: FEATURE_PROTOCOL(['deletionVectors'], ['rowTracking', 'domainMetadata']), configuration }), fresh, moved]);
    expect(await read(table, { rowTracking: true })).toEqual([
      "{'id': 0, '_row_id': 9007199254740993, '_row_commit_version': 0}", "{'id': 3, '_row_id': 9007199254740996, '_row_commit_version': 0}",
      "{'id': 50, '_row_id': 7, '_row_commit_version': 3}", "{'id': 51, '_row_id': 101, '_row_commit_version': 5}",
    ]);
    table.commit(1, [metaData({ schema: ID })]);
    await expect(read(table, { rowTracking: true })).rejects.toMatchObject({ code: 'DELTA_ROW_TRACKING_NOT_ENABLED' });
  });
});

describe('variants', () => {
  it('[DATA-5] [DATA-6] are their bytes, nested or not', async () => {
    const table = newTable();
    const bytes = (hex: string): string => `from_hex('${hex}')`;
    const one = `{'metadata': ${bytes('010000')}, 'value': ${bytes('0C01')}}`;
    const binary = `{'metadata': ${bytes('010000')}, 'value': ${bytes('3C0200000001FF')}}`;
    table.commit(0, [
      ...table.create({ schema: [field('id', 'long'), field('v', 'variant'), field('l', { type: 'array', elementType: 'variant', containsNull: true })], protocol: FEATURE_PROTOCOL(['variantType']) }),
      await table.file(`SELECT 1::BIGINT AS id, ${one} AS v, [${binary}, NULL] AS l`),
      await table.file("SELECT 2::BIGINT AS id, NULL::STRUCT(metadata BLOB, \"value\" BLOB) AS v"),
    ]);
    expect(await read(table)).toEqual([
      "{'id': 1, 'v': {'value': \\x0C\\x01, 'metadata': \\x01\\x00\\x00}, 'l': [{'value': <\\x02\\x00\\x00\\x00\\x01\\xFF, 'metadata': \\x01\\x00\\x00}, NULL]}",
      "{'id': 2, 'v': NULL, 'l': NULL}",
    ]);
  });
});

describe('scans', () => {
  async function three(): Promise<TableWriter> {
    const table = newTable();
    const stats = (value: number): object => ({ numRecords: 1, minValues: { id: value }, maxValues: { id: value }, nullCount: { id: 0 } });
    const adds = await Promise.all([1, 2, 3].map((value) => table.file(`SELECT ${value}::BIGINT AS id`, { stats: stats(value) as Action, partitionValues: { p: value < 3 ? 'a' : 'b' } })));
    table.commit(0, [...table.create({ schema: [...ID, field('p', 'string')], partitionColumns: ['p'] }), ...adds]);
    return table;
  }

  it('[SCAN-1] run on any connection, again and again, until disposed', async () => {
    const table = await three();
    const snapshot = await test.delta.openTable(table.path).snapshot();
    const scan = await snapshot.scan();
    const count = (): Promise<readonly (readonly unknown[])[]> => test.rows(`SELECT count(*)::INTEGER FROM (${scan.relationSql})`);
    expect(await Promise.all([count(), count(), count()])).toEqual([[[3]], [[3]], [[3]]]);
    await scan.dispose();
    await snapshot.dispose();
  });

  it('[SCAN-2] tell what was read and what left the rest out', async () => {
    const snapshot = await test.delta.openTable((await three()).path).snapshot();
    const figures = async (options: ScanOptions): Promise<unknown> => {
      const scan = await snapshot.scan(options);
      const { filesTotal, filesRead, bytesRead, bytesTotal, prunedBy } = scan;
      await scan.dispose();
      return { filesTotal, filesRead, all: bytesRead === bytesTotal, prunedBy };
    };
    const inA: Predicate = { kind: 'comparison', operator: '=', column: ['P'], literal: { type: { kind: 'string' }, value: 'a' } };
    expect([await figures({}), await figures({ predicate: inA }), await figures({ predicate: { kind: 'and', operands: [inA, equals('id', 2n)] } })]).toEqual([
      { filesTotal: 3, filesRead: 3, all: true, prunedBy: { partitions: 0, statistics: 0, limit: 0 } },
      { filesTotal: 3, filesRead: 2, all: false, prunedBy: { partitions: 1, statistics: 0, limit: 0 } },
      { filesTotal: 3, filesRead: 1, all: false, prunedBy: { partitions: 1, statistics: 1, limit: 0 } },
    ]);
    await snapshot.dispose();
  });

  it('[SCAN-3] read no more files than they are told', async () => {
    expect((await read(await three(), { limitFiles: 2 })).length).toBe(2);
  });

  it('[SCAN-4] are relations even without files or columns', async () => {
    const table = await three();
    expect([await read(table, { predicate: equals('id', 99n) }), (await read(table, { columns: [] })).length, await read(table, { columns: ['P'], where: "p = 'b'" })]).toEqual([[], 3, ["{'p': b}"]]);
    await expect(read(table, { columns: ['none'] })).rejects.toMatchObject({ code: 'DELTA_COLUMN_NOT_FOUND' });
  });

  it('leave nothing behind', async () => {
    const table = await three();
    const count = async (): Promise<unknown> => (await test.rows("SELECT count(*)::INTEGER FROM duckdb_tables() WHERE database_name = 'lakebook_log'"))[0]?.[0];
    const before = await count();
    const opened = test.delta.openTable(table.path);
    const snapshot = await opened.snapshot();
    await (await snapshot.scan({ predicate: equals('id', 1n) })).dispose();
    await snapshot.detail();
    await snapshot.dispose();
    await opened.dispose();
    expect([await count(), existsSync(table.path)]).toEqual([before, true]);
  });
});
