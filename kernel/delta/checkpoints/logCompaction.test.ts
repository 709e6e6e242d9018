import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { LogFixture, logName } from '../../../build/testing/delta/logFixture.ts';
import { FEATURE_PROTOCOL, field, removeOf, type Action } from '../../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import { dueCompaction, writeLogCompaction } from './logCompaction.ts';
import { logProperties } from './tableProperties.ts';

let test: TestDelta;
let table: LogFixture;
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => table.remove());

const add = (path: string, more: Action = {}): Action => ({ add: { path, partitionValues: { p: null }, size: 1, modificationTime: 1, dataChange: true, stats: '{"numRecords":1,"maxValues":{"s":"a\\u0001\\"\\n"}}', ...more } });
const compact = (start: number, end: number): Promise<boolean> => writeLogCompaction(table.context(), { start, end });
const compactName = (start: number, end: number): string => `${logName(start, '')}${logName(end, 'compacted.json')}`;

it('[COMPACT-1] a compaction says what its commits say together, and readers that take it find the same', async () => {
  table = new LogFixture(test);
  table.commit(0, [...table.create({ schema: [field('id', 'long'), field('p', 'string')], partitionColumns: ['p'], protocol: FEATURE_PROTOCOL(['deletionVectors'], ['domainMetadata']) }), add('old'), add('f1')]);
  const marked = add('f2', { deletionVector: { storageType: 'u', pathOrInlineDv: 'x', offset: 1, sizeInBytes: 2, cardinality: 3 }, tags: { a: 'b' }, baseRowId: 9007199254740993n });
  const plain = add('f2');
  table.commit(1, [{ commitInfo: { operation: 'WRITE' } }, removeOf(add('f1'), { stats: '{"numRecords":1}' }), plain, { txn: { appId: 'a', version: 1 } }, { domainMetadata: { domain: 'd', configuration: '', removed: false } }]);
  table.commit(2, [removeOf(plain), marked, add('gone'), { txn: { appId: 'a', version: 9223372036854775807n } }, { domainMetadata: { domain: 'd', configuration: '', removed: true } }]);
  table.commit(3, [removeOf(add('gone')), { cdc: { path: 'c', partitionValues: {}, size: 1, dataChange: false } }]);
  table.commit(4, [add('last')]);
  const before = await Promise.all([3, 4].map((version) => table.state(version)));
  expect(await compact(1, 3)).toBe(true);
  const lines = readFileSync(join(table.log, compactName(1, 3)), 'utf8').trimEnd().split('\n');
  const kinds = lines.map((line) => {
    const [kind, action] = Object.entries(JSON.parse(line) as Record<string, Record<string, unknown>>)[0] ?? ['', {}];
    return `${kind} ${String(action['path'] ?? action['appId'] ?? action['domain'])}`;
  });
  expect(kinds.sort()).toEqual(['add f2', 'domainMetadata d', 'remove f1', 'remove f2', 'remove gone', 'txn a']);
  expect(lines).toContain(`{"add":{"path":"f2","partitionValues":{"p":null},"size":1,"modificationTime":1,"dataChange":true,"tags":{"a":"b"},"deletionVector":{"storageType":"u","pathOrInlineDv":"x","offset":1,"sizeInBytes":2,"cardinality":3},"baseRowId":9007199254740993,"stats":${JSON.stringify('{"numRecords":1,"maxValues":{"s":"a\\u0001\\"\\n"}}')}}}`);
  expect(lines.join()).toContain('9223372036854775807');
  expect(await Promise.all([3, 4].map((version) => table.state(version)))).toEqual(before);
  // A reader takes the compaction: the commits in it may say anything now
  for (const version of [1, 2, 3]) table.commit(version, 'no JSON');
  expect(await Promise.all([3, 4].map((version) => table.state(version)))).toEqual(before);
  expect(await compact(1, 3).catch(() => 'unreadable')).toBe('unreadable');
});

it('[COMPACT-1] is not written twice, nor where a commit is missing', async () => {
  table = new LogFixture(test);
  table.commit(0, table.create({ schema: [field('id', 'long')] }));
  table.commit(1, [add('a')]);
  table.commit(2, [add('b')]);
  table.commit(4, [add('c')]);
  expect([await compact(1, 2), await compact(1, 2), await compact(2, 4)]).toEqual([true, false, false]);
  expect(table.logNames().filter((name) => name.startsWith('.'))).toEqual([]);
});

it.each([
  { interval: '10', version: 20, range: undefined },
  { interval: '100', version: 15, range: undefined },
  { interval: '100', version: 0, range: undefined },
  { interval: '100', version: 10, range: { start: 1, end: 10 } },
  { interval: '100', version: 120, range: { start: 111, end: 120 } },
  { interval: '15', version: 20, range: { start: 16, end: 20 } },
  { interval: '19', version: 20, range: undefined },
])('[COMPACT-2] with a checkpoint every $interval versions, version $version compacts $range', ({ interval, version, range }) => {
  expect(dueCompaction(version, logProperties({ 'delta.checkpointInterval': interval }))).toEqual(range);
});

it('[COMPACT-2] follows the tenth commit', async () => {
  table = new LogFixture(test);
  table.commit(0, table.create({ schema: [field('id', 'long')], configuration: { 'delta.checkpointInterval': '100' } }));
  for (let version = 1; version <= 10; version += 1) table.commit(version, [add(`f${version}`)]);
  const before = await table.state();
  expect(await table.afterCommit(10)).toMatchObject({ checkpoint: 'notDue', compaction: 'written', warnings: [] });
  expect(table.logNames()).toContain(compactName(1, 10));
  expect(await table.state()).toEqual(before);
});
