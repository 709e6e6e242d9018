import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { field, FEATURE_PROTOCOL, metaData, removeOf, TableWriter, type Action } from '../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../build/testing/delta/testEngine.ts';
import { encodeVector } from '../../build/testing/delta/vectorWriter.ts';
import { createLocalStorage } from '../storage/local.ts';
import type { ChangeOptions } from './changes.ts';
import { systemEnvironment } from '../storage/systemEnvironment.ts';
import { createDelta } from './createDelta.ts';
import type { SnapshotAt } from './delta.ts';

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

const ON = { 'delta.enableChangeDataFeed': 'true' };
const CREATE = { schema: [field('id', 'long'), field('p', 'string')], partitionColumns: ['p'], configuration: ON, protocol: FEATURE_PROTOCOL(['deletionVectors'], ['changeDataFeed']) };
/** Five rows. */
const file = (table: TableWriter, from: number, path: string): Promise<Action> => table.file(`SELECT range + ${from} AS id FROM range(5)`, { path, partitionValues: { p: 'x' } });

async function changes(table: TableWriter, options: ChangeOptions): Promise<readonly string[]> {
  const opened = test.delta.openTable(table.path);
  const scan = await opened.changes(options);
  try {
    return (await test.rows(`SELECT concat_ws(' ', _commit_version, _change_type, id, p) FROM (${scan.relationSql}) ORDER BY 1`)).map(String);
  } finally {
    await scan.dispose();
    await opened.dispose();
  }
}

describe('changes', () => {
  it('[CDF-1] [CDF-2] [CDF-3] cdc files count alone; else adds are inserts and removes deletes; rearrangements are nothing', async () => {
    const table = newTable();
    const one = await table.file('SELECT 1::BIGINT AS id', { partitionValues: { p: 'x' } });
    const two = await table.file('SELECT 2::BIGINT AS id', { partitionValues: { p: 'y' } });
    table.commit(0, [...table.create(CREATE), one]);
    const recorded = await table.file("SELECT 1::BIGINT AS id, 'update_preimage' AS _change_type UNION ALL SELECT 9, 'update_postimage'", { path: '_change_data/c.parquet', partitionValues: { p: 'x' } });
    const { path, partitionValues, size } = recorded['add'] as Action;
    table.commit(1, [removeOf(one), two, { cdc: { path, partitionValues, size, dataChange: false } }]);
    const moved = await table.file('SELECT 2::BIGINT AS id', { partitionValues: { p: 'y' } });
    table.commit(2, [removeOf(two, { dataChange: false }), { add: { ...(moved['add'] as Action), dataChange: false } }]);
    table.commit(3, [removeOf(moved)]);
    expect(await changes(table, { from: { version: 0 } })).toEqual(['0 insert 1 x', '1 update_postimage 9 x', '1 update_preimage 1 x', '3 delete 2 y']);
    expect(await changes(table, { from: { version: 1 }, to: { version: 2 } })).toEqual(['1 update_postimage 9 x', '1 update_preimage 1 x']);
  });

  it('[CDF-4] under one path only the difference of the deletion vectors changed', async () => {
    const table = newTable();
    const plain = await file(table, 0, 'a.parquet');
    const [descriptor, more] = [encodeVector([1, 3]), encodeVector([3, 4])];
    const marked = (deletionVector: Action): Action => ({ add: { ...(plain['add'] as Action), deletionVector } });
    table.commit(0, [...table.create(CREATE), plain]);
    table.commit(1, [removeOf(plain), marked(descriptor)]);
    table.commit(2, [removeOf(marked(descriptor)), marked(more)]);
    table.commit(3, [removeOf(marked(more))]);
    expect(await changes(table, { from: { version: 1 } })).toEqual(['1 delete 1 x', '1 delete 3 x', '2 delete 4 x', '2 insert 1 x', '3 delete 0 x', '3 delete 1 x', '3 delete 2 x']);
  });

  it.each([
    { rule: 'CDF-5', name: 'a range in which the feed was off', from: 0, to: 2, code: 'DELTA_MISSING_CHANGE_DATA' },
    { rule: 'CDF-5', name: 'a range that begins before it was on', from: 1, to: 2, code: 'DELTA_MISSING_CHANGE_DATA' },
    { rule: 'CDF-6', name: 'a reversed range', from: 3, to: 2, code: 'DELTA_INVALID_CDC_RANGE' },
    { rule: 'CDF-6', name: 'a range after the latest version', from: 9, to: 12, code: 'DELTA_INVALID_CDC_RANGE' },
    { rule: 'CDF-7', name: 'a column that was dropped on the way', from: 2, to: 4, code: 'DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_SCHEMA_CHANGE' },
  ])('[$rule] refuses $name', async ({ from, to, code }) => {
    const table = newTable();
    table.commit(0, [...table.create({ ...CREATE, configuration: {} }), await file(table, 0, 'a.parquet')]);
    table.commit(1, [await file(table, 10, 'b.parquet')]);
    table.commit(2, [metaData(CREATE)]);
    table.commit(3, [await file(table, 20, 'c.parquet')]);
    table.commit(4, [metaData({ ...CREATE, schema: CREATE.schema.slice(1) })]);
    await expect(changes(table, { from: { version: from }, to: { version: to } })).rejects.toMatchObject({ code });
  });

  it('[CDF-6] takes an end after the latest version as the latest', async () => {
    const table = newTable();
    table.commit(0, [...table.create(CREATE), await table.file('SELECT 1::BIGINT AS id', { partitionValues: { p: 'x' } })]);
    expect(await changes(table, { from: { version: 0 }, to: { version: 50 } })).toEqual(['0 insert 1 x']);
  });

  it('[CDF-8] puts each commit\'s time beside its rows, and takes times as bounds', async () => {
    const table = newTable();
    const adds = await Promise.all([1, 2, 3].map((id) => table.file(`SELECT ${id}::BIGINT AS id`, { partitionValues: { p: 'x' } })));
    table.commit(0, [...table.create(CREATE), ...adds.slice(0, 1)], 1_000_000);
    table.commit(1, adds.slice(1, 2), 2_000_000);
    table.commit(2, adds.slice(2, 3), 3_000_000);
    const opened = test.delta.openTable(table.path);
    const scan = await opened.changes({ from: { timestampMs: 1_500_000 } });
    expect(await test.rows(`SELECT id::INTEGER, epoch_ms(_commit_timestamp)::INTEGER FROM (${scan.relationSql}) ORDER BY 1`)).toEqual([[2, 2_000_000], [3, 3_000_000]]);
    await scan.dispose();
    await opened.dispose();
    expect(await changes(table, { from: { timestampMs: 1_000_000 }, to: { timestampMs: 2_999_999 } })).toEqual(['0 insert 1 x', '1 insert 2 x']);
    await expect(changes(table, { from: { timestampMs: 4_000_000 } })).rejects.toMatchObject({ code: 'DELTA_TIMESTAMP_GREATER_THAN_COMMIT' });
  });
});

describe('time travel', () => {
  const versionAt = async (table: TableWriter, at: SnapshotAt): Promise<{ readonly version: number; readonly timestampMs: number }> => {
    const opened = test.delta.openTable(table.path);
    const snapshot = await opened.snapshot(at);
    await snapshot.dispose();
    await opened.dispose();
    return { version: snapshot.version, timestampMs: snapshot.timestampMs };
  };
  const commits = (table: TableWriter, times: readonly number[]): void => times.forEach((time, version) => table.commit(version, version === 0 ? table.create({ ...CREATE, configuration: {} }) : [], time));

  it('[TT-1] by version', async () => {
    const table = newTable();
    commits(table, [1000, 2000, 3000]);
    expect([await versionAt(table, { version: 0 }), await versionAt(table, { version: 1 }), await versionAt(table, {})]).toEqual([{ version: 0, timestampMs: 1000 }, { version: 1, timestampMs: 2000 }, { version: 2, timestampMs: 3000 }]);
  });

  it.each([
    { at: 1000, version: 0 }, { at: 1999, version: 0 }, { at: 2000, version: 1 },
    // the file of version 2 is older than that of version 1: it counts as one millisecond younger
    { at: 2001, version: 2 }, { at: 3000, version: 3 },
  ])('[TT-2] at $at it is version $version', async ({ at, version }) => {
    const table = newTable();
    commits(table, [1000, 2000, 500, 3000]);
    expect((await versionAt(table, { timestampMs: at })).version).toBe(version);
  });

  it.each([
    { at: 999, code: 'DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION' },
    { at: 3001, code: 'DELTA_TIMESTAMP_GREATER_THAN_COMMIT' },
  ])('[TT-3] refuses $at', async ({ at, code }) => {
    const table = newTable();
    commits(table, [1000, 2000, 3000]);
    await expect(versionAt(table, { timestampMs: at })).rejects.toMatchObject({ code });
  });

  it('[TT-4] refuses versions and times of a log that was cleaned', async () => {
    const table = newTable();
    table.commit(1, [], 1000);
    table.commit(2, [], 2000);
    await table.checkpoint(`${'2'.padStart(20, '0')}.checkpoint.parquet`, [...table.create({ ...CREATE, configuration: {}, protocol: { minReaderVersion: 1, minWriterVersion: 2 } }), { add: { path: 'a', partitionValues: { p: 'x' }, size: 1, modificationTime: 1, dataChange: true } }]);
    table.commit(3, [], 3000);
    expect((await versionAt(table, { timestampMs: 2500 })).version).toBe(2);
    await expect(versionAt(table, { version: 1 })).rejects.toMatchObject({ code: 'DELTA_VERSION_NOT_FOUND' });
    await expect(versionAt(table, { timestampMs: 1500 })).rejects.toMatchObject({ code: 'DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION' });
  });

  const info = (inCommitTimestamp: number): Action => ({ commitInfo: { inCommitTimestamp, operation: 'TEST' } });
  const ICT = { ...CREATE, configuration: { 'delta.enableInCommitTimestamps': 'true' }, protocol: FEATURE_PROTOCOL([], ['inCommitTimestamp']) };

  it('[ICT-1] uses the times that commits carry', async () => {
    const table = newTable();
    [100, 200, 300].forEach((time, version) => table.commit(version, [info(time), ...(version === 0 ? table.create(ICT) : [])], 9_000_000 - version));
    expect([await versionAt(table, { timestampMs: 250 }), await versionAt(table, {}), await versionAt(table, { timestampMs: 100 })]).toEqual([{ version: 1, timestampMs: 200 }, { version: 2, timestampMs: 300 }, { version: 0, timestampMs: 100 }]);
    await expect(versionAt(table, { timestampMs: 301 })).rejects.toMatchObject({ code: 'DELTA_TIMESTAMP_GREATER_THAN_COMMIT' });
    await expect(versionAt(table, { timestampMs: 99 })).rejects.toMatchObject({ code: 'DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION' });
  });

  it('[ICT-2] enabled later, older commits keep their files\' times', async () => {
    const table = newTable();
    table.commit(0, table.create({ ...CREATE, configuration: {} }), 1000);
    table.commit(1, [], 2000);
    const configuration = { ...ICT.configuration, 'delta.inCommitTimestampEnablementVersion': '2', 'delta.inCommitTimestampEnablementTimestamp': '2500' };
    table.commit(2, [info(2500), metaData({ ...ICT, configuration })], 9000);
    table.commit(3, [info(4000)], 9000);
    expect(await Promise.all([1500, 2400, 2500, 3999, 4000].map(async (timestampMs) => (await versionAt(table, { timestampMs })).version))).toEqual([0, 1, 2, 2, 3]);
  });

  it('tells history newest first, with what the commits say of themselves', async () => {
    const table = newTable();
    table.commit(0, [{ commitInfo: { operation: 'CREATE', operationParameters: { a: [1] }, operationMetrics: { n: '1' }, engineInfo: 'me' } }, ...table.create(CREATE)], 1000);
    table.commit(1, [], 2000);
    const history = await test.delta.openTable(table.path).history({ limit: 5 });
    expect(history.map(({ version, timestampMs, operation, operationParameters, operationMetrics, engineInfo }) => ({ version, timestampMs, operation, operationParameters, operationMetrics, engineInfo }))).toEqual([
      { version: 1, timestampMs: 2000, operation: null, operationParameters: {}, operationMetrics: {}, engineInfo: null },
      { version: 0, timestampMs: 1000, operation: 'CREATE', operationParameters: { a: [1] }, operationMetrics: { n: '1' }, engineInfo: 'me' },
    ]);
  });

  it('says so when a log file goes away between listing and reading', async () => {
    const table = newTable();
    commits(table, [1000, 2000]);
    const storage = createLocalStorage();
    const listing = { ...storage, listFrom: async (folder: string, from?: string) => [...(await storage.listFrom(folder, from)), { name: `${'2'.padStart(20, '0')}.json`, sizeBytes: 10, modifiedAtMs: 1 }] };
    await expect(createDelta({ storage: listing, engine: test.engine, environment: systemEnvironment() }).openTable(table.path).snapshot()).rejects.toMatchObject({ code: 'DELTA_LOG_FILE_NOT_FOUND' });
  });
});
