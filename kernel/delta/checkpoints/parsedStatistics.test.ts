import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LogFixture, logName } from '../../../build/testing/delta/logFixture.ts';
import { FEATURE_PROTOCOL, field, metaData, type Action } from '../../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';

let test: TestDelta;
const written: LogFixture[] = [];
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => {
  for (const table of written.splice(0)) table.remove();
});

const struct = (...fields: readonly Action[]): Action => ({ type: 'struct', fields });
const SCHEMA = [
  field('id', 'long'), field('a.b', 'string'), field('wide', 'decimal(38,4)'), field('narrow', 'decimal(10,2)'), field('at', 'timestamp'), field('local', 'timestamp_ntz'), field('on', 'date'),
  field('f', 'double'), field('flag', 'boolean'), field('s', struct(field('x', 'integer'), field('in', struct(field('w', 'decimal(20,0)'))))), field('list', { type: 'array', elementType: 'integer', containsNull: true }),
  field('p', 'date'), field('q', 'string'),
];
const STATS = `{"numRecords":3,"minValues":{"id":-9007199254740993,"a.b":"it's \\"x\\"","wide":-12345678901234567890123456.1234,"narrow":1.25,"at":"2024-01-01T00:00:00.123Z","local":"2024-01-01T00:00:00.123","on":"2024-02-29","f":-1.5,"s":{"x":1,"in":{"w":5}}},`
  + '"maxValues":{"id":9007199254740993,"a.b":"z","wide":99999999999999999999.0001,"narrow":12345678.91,"at":"9999-12-31T23:59:59.999Z","local":"2024-01-01T00:00:00.500","on":"2024-03-01","f":1e300,"s":{"x":2,"in":{"w":6}}},'
  + '"nullCount":{"id":0,"a.b":1,"wide":0,"narrow":0,"at":0,"local":0,"on":0,"f":0,"flag":2,"s":{"x":0,"in":{"w":0}},"list":3},"tightBounds":true}';
const add = (path: string, more: Action = {}): Action => ({ add: { path, partitionValues: { p: '2024-05-06', q: '' }, size: 1, modificationTime: 1, dataChange: true, stats: STATS, ...more } });
const properties = (asJson: boolean, asStruct: boolean): Readonly<Record<string, string>> => ({ 'delta.checkpointInterval': '1', 'delta.checkpoint.writeStatsAsJson': String(asJson), 'delta.checkpoint.writeStatsAsStruct': String(asStruct) });
const OPTIONS = { schema: SCHEMA, partitionColumns: ['p', 'q'], protocol: FEATURE_PROTOCOL(['deletionVectors', 'timestampNtz']) };

function newTable(configuration: Readonly<Record<string, string>>, actions: readonly Action[]): LogFixture {
  const table = new LogFixture(test);
  written.push(table);
  table.commit(0, table.create({ ...OPTIONS, configuration }));
  table.commit(1, actions);
  return table;
}

async function addsOf(table: LogFixture, version: number): Promise<readonly Action[]> {
  const actions = await table.actionsOf(logName(version, 'checkpoint.parquet'));
  return actions.flatMap((action) => (action['add'] === undefined ? [] : [action['add'] as Action])).sort((left, right) => (String(left['path']) < String(right['path']) ? -1 : 1));
}

describe('statistics as columns', () => {
  it('[CKPT-15] have the types of the table, by physical name, and keep what is exact', async () => {
    const table = newTable(properties(false, true), [add('a'), add('bare', { stats: undefined, partitionValues: { p: null, q: 'x' } }), add('odd', { stats: '{"numRecords":"many","minValues":{"id":"x"' }), add('local', { stats: '{"numRecords":1,"minValues":{"at":"2024-01-01 00:00:00"}}' })]);
    expect(await table.afterCommit(1)).toMatchObject({ checkpoint: 'written', warnings: [] });
    const [a, bare, local, odd] = await addsOf(table, 1);
    expect(a).not.toHaveProperty('stats');
    expect(a?.['partitionValues_parsed']).toEqual({ p: '2024-05-06', q: null });
    const file = `${table.log}/${logName(1, 'checkpoint.parquet')}`;
    const texts = await test.rows(`SELECT s."numRecords"::VARCHAR, s."minValues".id::VARCHAR, s."minValues"."a.b", s."minValues".wide::VARCHAR, s."maxValues".wide::VARCHAR, s."maxValues".narrow::VARCHAR, s."minValues".at::VARCHAR,
      s."maxValues".at::VARCHAR, s."maxValues".local::VARCHAR, s."minValues"."on"::VARCHAR, s."minValues".s.x::VARCHAR, s."minValues".s."in".w::VARCHAR, s."nullCount".flag::VARCHAR, s."nullCount".list::VARCHAR, s."tightBounds"::VARCHAR
      FROM (SELECT "add".stats_parsed AS s FROM '${file}' WHERE "add".path = 'a')`);
    expect(texts[0]).toEqual(['3', '-9007199254740993', 'it\'s "x"', '-12345678901234567890123456.1234', '99999999999999999999.0001', '12345678.91', '2024-01-01 00:00:00.123+00', '9999-12-31 23:59:59.999+00',
      '2024-01-01 00:00:00.5', '2024-02-29', '1', '5', '2', '3', 'true']);
    expect([bare?.['stats_parsed'], bare?.['partitionValues_parsed'], odd?.['stats_parsed']]).toEqual([null, { p: null, q: 'x' }, null]);
    expect(local).toMatchObject({ stats_parsed: { numRecords: 1, minValues: null } });
    const types = await test.rows(`SELECT DISTINCT typeof("add".stats_parsed) FROM '${file}'`);
    expect(types[0]?.[0]).toContain('"at" TIMESTAMP WITH TIME ZONE');
    expect(String(types[0]?.[0])).not.toMatch(/minValues STRUCT\([^)]*flag/);
  });

  it('[CKPT-15] survive from checkpoint to checkpoint, and become text again where the table asks for it', async () => {
    const table = newTable(properties(false, true), [add('a'), add('nan', { stats: '{"numRecords":1,"minValues":{"f":"NaN"},"nullCount":{"f":0}}' })]);
    await table.afterCommit(1);
    table.commit(2, [add('between')]);
    await table.afterCommit(2);
    expect((await addsOf(table, 2))[0]).toEqual((await addsOf(table, 1))[0]);
    table.commit(3, [metaData({ ...OPTIONS, configuration: properties(true, false) }), add('fresh')]);
    expect(await table.afterCommit(3)).toMatchObject({ warnings: [] });
    const [a, , fresh, nan] = await addsOf(table, 3);
    expect(fresh?.['stats']).toBe(STATS);
    expect(a).not.toHaveProperty('stats_parsed');
    expect(JSON.parse(String(a?.['stats']))).toEqual(JSON.parse(STATS));
    expect(String(a?.['stats'])).toContain('"wide":-12345678901234567890123456.1234');
    expect(JSON.parse(String(nan?.['stats']))).toEqual({ numRecords: 1, minValues: { s: { in: {} } }, maxValues: { s: { in: {} } }, nullCount: { f: 0, s: { in: {} } } });
  });

  it('[CKPT-15] are told by the table as texts that JSON and Delta know', async () => {
    const table = newTable(properties(false, true), [add('a'), add('nan', { stats: '{"numRecords":1,"minValues":{"f":"NaN"},"maxValues":{"at":"2024-01-01T00:00:00.120Z"}}' })]);
    await table.afterCommit(1);
    table.forget(1);
    const opened = test.delta.openTable(table.path);
    const snapshot = await opened.snapshot();
    const stats = (await snapshot.files()).map((file) => JSON.parse(file.stats ?? 'null') as unknown);
    expect(stats).toContainEqual({ numRecords: 1, minValues: { s: { in: {} } }, maxValues: { at: '2024-01-01T00:00:00.120Z', s: { in: {} } }, nullCount: { s: { in: {} } } });
    await snapshot.dispose();
    await opened.dispose();
  });

  it('[CKPT-15] of very many columns are told in one go, or not at all where JSON lacks a number', async () => {
    const columns = Array.from({ length: 70 }, (_, index) => field(`c${index}`, 'double'));
    const table = new LogFixture(test);
    written.push(table);
    table.commit(0, table.create({ schema: [...columns, field('at', 'timestamp')], configuration: { ...properties(false, true), 'delta.dataSkippingNumIndexedCols': '-1' } }));
    table.commit(1, [add('a', { stats: '{"numRecords":2,"minValues":{"c69":1.5,"at":"2024-01-01T00:00:00.120Z"}}' }), add('b', { stats: '{"numRecords":2,"maxValues":{"c0":"NaN"}}' })]);
    await table.afterCommit(1);
    table.forget(1);
    const opened = test.delta.openTable(table.path);
    const snapshot = await opened.snapshot();
    const stats = (await snapshot.files()).map((file) => JSON.parse(file.stats ?? 'null') as unknown);
    expect(stats).toHaveLength(2);
    expect(stats).toContainEqual(expect.objectContaining({ numRecords: 2, minValues: expect.objectContaining({ c69: 1.5, at: '2024-01-01 00:00:00.12+00' }) }));
    expect(stats).toContain(null);
    await snapshot.dispose();
    await opened.dispose();
  });

  it('[CKPT-15] are of the columns that the table wants statistics of', async () => {
    const table = newTable({ ...properties(false, true), 'delta.dataSkippingStatsColumns': 'F, `a.b`,s.in' }, [add('a')]);
    await table.afterCommit(1);
    const types = await test.rows(`SELECT DISTINCT typeof("add".stats_parsed."nullCount") FROM '${table.log}/${logName(1, 'checkpoint.parquet')}'`);
    expect(types).toEqual([['STRUCT("a.b" BIGINT, f BIGINT, s STRUCT("in" STRUCT(w BIGINT)))']]);
  });

  it('[CKPT-15] leave out the same files as text does', async () => {
    for (const [asJson, asStruct] of [[true, false], [false, true], [true, true], [false, false]] as const) {
      const table = newTable(properties(asJson, asStruct), [add('a'), add('b', { stats: STATS.replaceAll('9007199254740993', '5') })]);
      await table.afterCommit(1);
      table.forget(1);
      const opened = test.delta.openTable(table.path);
      const snapshot = await opened.snapshot();
      const planned = await snapshot.planFiles({ predicate: { kind: 'comparison', operator: '>', column: ['id'], literal: { type: { kind: 'long' }, value: 10n } } });
      expect(planned.map((path) => path.slice(-1)).sort().join()).toBe(asJson || asStruct ? 'a' : 'a,b');
      await snapshot.dispose();
      await opened.dispose();
    }
  });
});
