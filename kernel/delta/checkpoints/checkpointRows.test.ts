import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { LogFixture, logName } from '../../../build/testing/delta/logFixture.ts';
import { FEATURE_PROTOCOL, field, removeOf, type Action } from '../../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';

let test: TestDelta;
let table: LogFixture;
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => table.remove());

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 29, 12);
const SCHEMA = [field('id', 'long'), field('p', 'string')];
const STATS = '{"numRecords":1}';
const add = (path: string, more: Action = {}): Action => ({ add: { path, partitionValues: { p: null }, size: path.length, modificationTime: 1, dataChange: true, stats: STATS, ...more } });
const vector = { storageType: 'i', pathOrInlineDv: 'v1', sizeInBytes: 1, cardinality: 12 };
const PROTOCOL = FEATURE_PROTOCOL(['deletionVectors'], ['domainMetadata', 'rowTracking', 'clustering']);

/** Four commits in which every kind of action comes, goes and is replaced. */
function commitEverything(configuration: Readonly<Record<string, string>>): void {
  table = new LogFixture(test);
  const [a, b, c] = [add('a'), add('b%20x', { baseRowId: 5, defaultRowCommitVersion: 1, clusteringProvider: 'liquid', tags: { k: 'v', n: null } }), add('c')];
  table.commit(0, [...table.create({ schema: SCHEMA, partitionColumns: ['p'], configuration, protocol: PROTOCOL }), a, { commitInfo: { operation: 'WRITE' } }]);
  table.commit(1, [b, c, { txn: { appId: 'app', version: 9223372036854775807n, lastUpdated: NOW } }, { domainMetadata: { domain: 'gone', configuration: '{}', removed: false } }]);
  table.commit(2, [
    removeOf(c, { deletionTimestamp: NOW - DAY_MS, stats: STATS, tags: { t: '1' } }), removeOf(a, { deletionTimestamp: NOW - 8 * DAY_MS }), { remove: { path: 'timeless', dataChange: true } },
    { domainMetadata: { domain: 'gone', configuration: '{}', removed: true } }, { domainMetadata: { domain: 'kept', configuration: '{"x":1}', removed: false } },
  ]);
  table.commit(3, [removeOf(b, { deletionTimestamp: NOW - 1, baseRowId: 5 }), add('b%20x', { deletionVector: vector, baseRowId: 5 }), b, { txn: { appId: 'other', version: 2 } }, { cdc: { path: 'z', partitionValues: {}, size: 1, dataChange: false } }]);
}

const checkpoint = (): string => logName(3, 'checkpoint.parquet');
const sorted = (actions: readonly Action[]): readonly Action[] => [...actions].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));

it('[CKPT-9] a checkpoint holds every field of every action that lives, unexpired tombstones, and nothing of the commits themselves', async () => {
  commitEverything({ 'delta.checkpointInterval': '3' });
  expect(await table.afterCommit(3, { nowMs: NOW })).toMatchObject({ checkpoint: 'written', warnings: [] });
  const nothing = { tags: null, deletionVector: null, baseRowId: null, defaultRowCommitVersion: null, clusteringProvider: null };
  const file = { path: 'b%20x', partitionValues: { p: null }, size: 5, modificationTime: 1, dataChange: false, stats: STATS };
  const { metaData: metadata } = table.create({ schema: SCHEMA, partitionColumns: ['p'], configuration: { 'delta.checkpointInterval': '3' } })[1] as { readonly metaData: Action };
  expect(sorted(await table.actionsOf(checkpoint()))).toEqual(sorted([
    { protocol: PROTOCOL },
    { metaData: { ...metadata, name: null, description: null } },
    { txn: { appId: 'app', version: 9223372036854776000, lastUpdated: NOW } },
    { txn: { appId: 'other', version: 2, lastUpdated: null } },
    { domainMetadata: { domain: 'kept', configuration: '{"x":1}', removed: false } },
    { add: { ...file, ...nothing, deletionVector: { ...vector, offset: null }, baseRowId: 5 } },
    { add: { ...file, ...nothing, tags: { k: 'v', n: null }, baseRowId: 5, defaultRowCommitVersion: 1, clusteringProvider: 'liquid' } },
    { remove: { path: 'c', deletionTimestamp: NOW - DAY_MS, dataChange: false, extendedFileMetadata: true, partitionValues: { p: null }, size: 1, deletionVector: null, baseRowId: null, defaultRowCommitVersion: null } },
  ]));
  expect(await test.rows(`SELECT max(txn.version)::VARCHAR FROM '${join(table.log, checkpoint())}'`)).toEqual([['9223372036854775807']]);
});

it('[CKPT-9] a checkpoint has the columns that Spark and others look for, with their types', async () => {
  commitEverything({ 'delta.checkpointInterval': '3' });
  await table.afterCommit(3, { nowMs: NOW });
  const columns = await test.rows(`SELECT column_name, replace(column_type, '"', '') FROM (DESCRIBE SELECT * FROM '${join(table.log, checkpoint())}')`);
  const [map, dv] = ['MAP(VARCHAR, VARCHAR)', 'STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, offset INTEGER, sizeInBytes INTEGER, cardinality BIGINT)'];
  expect(Object.fromEntries(columns)).toEqual({
    txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
    add: `STRUCT(path VARCHAR, partitionValues ${map}, size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, tags ${map}, deletionVector ${dv}, baseRowId BIGINT, defaultRowCommitVersion BIGINT, clusteringProvider VARCHAR, stats VARCHAR)`,
    remove: `STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues ${map}, size BIGINT, deletionVector ${dv}, baseRowId BIGINT, defaultRowCommitVersion BIGINT)`,
    metaData: `STRUCT(id VARCHAR, name VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options ${map}), schemaString VARCHAR, partitionColumns VARCHAR[], configuration ${map}, createdTime BIGINT)`,
    protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
    domainMetadata: 'STRUCT(domain VARCHAR, configuration VARCHAR, removed BOOLEAN)',
  });
});

it.each([
  { name: 'a week by default', configuration: {}, removes: ['c'], txns: ['app', 'other'] },
  { name: 'a shorter retention', configuration: { 'delta.deletedFileRetentionDuration': 'interval 1 hour' }, removes: [], txns: ['app', 'other'] },
  { name: 'a longer retention', configuration: { 'delta.deletedFileRetentionDuration': 'interval 2 weeks' }, removes: ['a', 'c'], txns: ['app', 'other'] },
  { name: 'a retention that cannot be understood', configuration: { 'delta.deletedFileRetentionDuration': 'long' }, removes: ['a', 'c', 'timeless'], txns: ['app', 'other'] },
  { name: 'transactions that expire', configuration: { 'delta.setTransactionRetentionDuration': 'interval 1 day' }, removes: ['c'], txns: ['app'] },
])('[CKPT-9] tombstones and transactions that have not expired: $name', async ({ configuration, removes, txns }) => {
  commitEverything({ 'delta.checkpointInterval': '3', ...configuration });
  await table.afterCommit(3, { nowMs: NOW });
  const actions = await table.actionsOf(checkpoint());
  const keys = (kind: string, key: string): readonly string[] => actions.flatMap((action) => (action[kind] === undefined ? [] : [String((action[kind] as Action)[key])])).sort();
  expect({ removes: keys('remove', 'path'), txns: keys('txn', 'appId') }).toEqual({ removes, txns });
});

it.each([
  { protocol: { minReaderVersion: 1, minWriterVersion: 2 }, written: { minReaderVersion: 1, minWriterVersion: 2, readerFeatures: null, writerFeatures: null } },
  { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: [] }, written: { minReaderVersion: 1, minWriterVersion: 7, readerFeatures: null, writerFeatures: [] } },
  { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors'] } },
])('[CKPT-9] features are listed where $protocol has lists, and nowhere else', async ({ protocol, written = protocol }) => {
  table = new LogFixture(test);
  table.commit(0, table.create({ schema: SCHEMA, configuration: { 'delta.checkpointInterval': '1' }, protocol }));
  table.commit(1, []);
  await table.afterCommit(1);
  expect(await table.actionsOf(logName(1, 'checkpoint.parquet'))).toContainEqual({ protocol: written });
});
