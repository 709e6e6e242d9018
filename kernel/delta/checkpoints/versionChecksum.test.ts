import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { LogFixture, logName } from '../../../build/testing/delta/logFixture.ts';
import { FEATURE_PROTOCOL, field, metaData, removeOf, type Action } from '../../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import { DELETED_BINS, SIZE_BINS } from './fileTotals.ts';

let test: TestDelta;
let table: LogFixture;
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => table.remove());

const SCHEMA = [field('id', 'long')];
const VECTORS = FEATURE_PROTOCOL(['deletionVectors'], ['domainMetadata', 'inCommitTimestamp']);
const add = (path: string, size: number, more: Action = {}): Action => ({ add: { path, partitionValues: {}, size, modificationTime: 1, dataChange: true, ...more } });
const vector = (id: string, cardinality: number): Action => ({ deletionVector: { storageType: 'i', pathOrInlineDv: id, sizeInBytes: 1, cardinality } });
const created = (configuration: Readonly<Record<string, string>> = {}): readonly Action[] => table.create({ schema: SCHEMA, protocol: VECTORS, configuration });
const pathOf = (version: number): string => join(table.log, logName(version, 'crc'));
const textOf = (version: number): string => readFileSync(pathOf(version), 'utf8');
const checksumOf = (version: number): Record<string, unknown> => JSON.parse(textOf(version)) as Record<string, unknown>;

/** The checksum of a version as it is without those before it. */
async function counted(version: number): Promise<Record<string, unknown>> {
  const derived = textOf(version);
  for (let former = 0; former <= version; former += 1) rmSync(pathOf(former), { force: true });
  await table.afterCommit(version);
  const whole = checksumOf(version);
  writeFileSync(pathOf(version), derived);
  return whole;
}


it('[CRC-2] holds the fields of the protocol, in one line of JSON', async () => {
  table = new LogFixture(test);
  table.commit(0, [{ commitInfo: { txnId: 'id-0', inCommitTimestamp: 7 } }, ...created({ 'delta.enableInCommitTimestamps': 'true' })]);
  table.commit(1, [{ commitInfo: { txnId: 'id-1', inCommitTimestamp: 8 } }, add('a', 9000), add('b', 100, vector('v', 12)), { txn: { appId: 'app', version: 9223372036854775807n, lastUpdated: 1 } }, { domainMetadata: { domain: 'd', configuration: '{}', removed: false } }]);
  for (const version of [0, 1]) expect(await table.afterCommit(version)).toMatchObject({ checksum: 'written', warnings: [] });
  expect(textOf(1)).toMatch(/^\{.*\}\n$/);
  expect(textOf(1)).toContain('"setTransactions":[{"appId":"app","version":9223372036854775807,"lastUpdated":1}]');
  const { setTransactions: _exact, fileSizeHistogram, ...rest } = checksumOf(1);
  const bins = (values: Readonly<Record<number, number>>): readonly number[] => SIZE_BINS.map((_start, bin) => values[bin] ?? 0);
  expect(fileSizeHistogram).toEqual({ sortedBinBoundaries: SIZE_BINS, fileCounts: bins({ 0: 1, 1: 1 }), totalBytes: bins({ 0: 100, 1: 9000 }) });
  const configuration = { 'delta.enableInCommitTimestamps': 'true' };
  expect(rest).toEqual({
    txnId: 'id-1', tableSizeBytes: 9100, numFiles: 2, numDeletedRecordsOpt: 12, numDeletionVectorsOpt: 1, numMetadata: 1, numProtocol: 1, inCommitTimestampOpt: 8,
    domainMetadata: [{ domain: 'd', configuration: '{}', removed: false }], deletedRecordCountsHistogramOpt: { deletedRecordCounts: [1, 0, 1, 0, 0, 0, 0, 0, 0, 0] },
    ...metaDataOf(configuration), protocol: VECTORS,
  });
  const opened = test.delta.openTable(table.path);
  const snapshot = await opened.snapshot();
  expect((await snapshot.detail()).checksum).toBe('matches');
  await snapshot.dispose();
  await opened.dispose();
});

function metaDataOf(configuration: Readonly<Record<string, string>>): { readonly metadata: unknown } {
  return { metadata: metaData({ schema: SCHEMA, configuration })['metaData'] };
}

it('[CRC-2] bins of sizes are those of Spark', () => {
  expect([SIZE_BINS.length, SIZE_BINS[1], SIZE_BINS[10], SIZE_BINS[19], SIZE_BINS[29], SIZE_BINS[35], SIZE_BINS.at(-1)]).toEqual([95, 8192, 4 << 20, 40 << 20, 120 << 20, 144 << 20, 256 * 2 ** 30]);
  expect([...SIZE_BINS].sort((left, right) => left - right)).toEqual(SIZE_BINS);
  expect(DELETED_BINS).toHaveLength(10);
});

describe('derived from the version before', () => {
  const cases: readonly { readonly name: string; readonly before?: readonly Action[]; readonly commit: readonly Action[]; readonly breaks?: string }[] = [
    { name: 'files come and go', before: [add('a', 1), add('b', 1 << 20)], commit: [removeOf(add('a', 1)), add('c', 3)] },
    { name: 'a deletion vector grows', before: [add('a', 1, vector('v', 5))], commit: [removeOf(add('a', 1, vector('v', 5))), add('a', 1, vector('w', 50))] },
    { name: 'a remove says no size', before: [add('a', 1), add('b', 2)], commit: [{ remove: { path: 'a', dataChange: true, deletionTimestamp: 1 } }] },
    { name: 'a live file is added again for more statistics', before: [add('a', 1)], commit: [add('a', 1, { dataChange: false, stats: '{"numRecords":1}' })] },
    { name: 'a file is rewritten with its own name', before: [add('a', 1)], commit: [removeOf(add('a', 1)), add('a', 2)] },
    { name: 'files are rearranged', before: [add('a', 1), add('b', 2)], commit: [removeOf(add('a', 1), { dataChange: false }), removeOf(add('b', 2), { dataChange: false }), add('ab', 3, { dataChange: false })] },
    { name: 'the table changes', before: [add('a', 1)], commit: [{ domainMetadata: { domain: 'd', configuration: '2', removed: true } }, metaData({ schema: SCHEMA, configuration: { x: 'y' } }), { txn: { appId: 'new', version: 1 } }] },
    { name: 'the one before is not JSON', before: [add('a', 1)], commit: [add('b', 2)], breaks: 'no JSON' },
    { name: 'the one before lacks what Spark 4.0 leaves out', before: [add('a', 1)], commit: [add('b', 2)], breaks: '{"numFiles":1,"tableSizeBytes":1,"numMetadata":1,"numProtocol":1,"metadata":{},"protocol":{}}' },
    { name: 'the one before counts more files than are left', before: [add('a', 1)], commit: [removeOf(add('a', 1)), removeOf(add('b', 5))] },
  ];
  it.each(cases)('[CRC-2] $name: it says the same as when everything is counted', async ({ before = [], commit, breaks }) => {
    table = new LogFixture(test);
    table.commit(0, [...created(), { domainMetadata: { domain: 'd', configuration: '1', removed: false } }, { txn: { appId: 'old', version: 1 } }]);
    table.commit(1, before);
    table.commit(2, commit);
    for (const version of [0, 1]) await table.afterCommit(version);
    if (breaks !== undefined) writeFileSync(pathOf(1), breaks);
    expect(await table.afterCommit(2)).toMatchObject({ checksum: 'written', warnings: [] });
    expect(await counted(2)).toEqual(checksumOf(2));
  });

  it('[CRC-2] where others have not written theirs yet, it says the same by the one before those', async () => {
    table = new LogFixture(test);
    table.commit(0, created());
    await table.afterCommit(0);
    for (let version = 1; version <= 7; version += 1) table.commit(version, [add(`f${version}`, 1000 * version), ...(version > 2 ? [removeOf(add(`f${version - 2}`, 1000 * (version - 2)))] : [])]);
    expect(await table.afterCommit(7)).toMatchObject({ checksum: 'written', warnings: [] });
    expect(existsSync(pathOf(6))).toBe(false);
    expect(await counted(7)).toEqual(checksumOf(7));
  });

  it('[CRC-2] an error in it ends where a checkpoint finds other files', async () => {
    table = new LogFixture(test);
    table.commit(0, created());
    for (let version = 1; version <= 10; version += 1) table.commit(version, [add(`f${version}`, 1000)]);
    for (let version = 0; version <= 8; version += 1) await table.afterCommit(version);
    writeFileSync(pathOf(8), textOf(8).replace('"numFiles":8', '"numFiles":80'));
    await table.afterCommit(9);
    expect(checksumOf(9)['numFiles']).toBe(81);
    expect(await table.afterCommit(10)).toMatchObject({ checksum: 'written', checkpoint: 'written', warnings: [] });
    expect(checksumOf(10)['numFiles']).toBe(10);
  });

  it('[CRC-2] after any commits it says the same as when everything is counted', async () => {
    const step = fc.record({ adds: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 3 }), removes: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 3 }), cardinality: fc.integer({ min: 0, max: 300 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        table = new LogFixture(test);
        const live = new Map<number, Action>();
        table.commit(0, created());
        await table.afterCommit(0);
        for (const [index, { adds, removes, cardinality }] of steps.entries()) {
          const gone = [...live].filter(([file]) => removes.includes(file) || adds.includes(file));
          const fresh = adds.map((file) => [file, add(`f${file}`, 10_000 * file, cardinality === 0 ? {} : vector(`v${index}`, cardinality))] as const);
          for (const [file] of gone) live.delete(file);
          for (const [file, action] of fresh) live.set(file, action);
          table.commit(index + 1, [...gone.map(([, action]) => removeOf(action)), ...fresh.map(([, action]) => action)]);
          await table.afterCommit(index + 1);
        }
        expect(await counted(steps.length)).toEqual(checksumOf(steps.length));
        table.remove();
      }),
      { numRuns: 4 },
    );
  });
});

it.each([
  { name: 'transactions expire', configuration: { 'delta.setTransactionRetentionDuration': 'interval 1 day' }, txns: 1, listed: undefined },
  { name: 'they are very many', configuration: {}, txns: 101, listed: undefined },
  { name: 'they are few', configuration: {}, txns: 100, listed: 100 },
])('[CRC-2] lists transactions unless $name', async ({ configuration, txns, listed }) => {
  table = new LogFixture(test);
  table.commit(0, [...created(configuration), ...Array.from({ length: txns }, (_, index) => ({ txn: { appId: `a${index}`, version: 1 } }))]);
  await table.afterCommit(0);
  expect((checksumOf(0)['setTransactions'] as readonly unknown[] | undefined)?.length).toBe(listed);
});

it('[CRC-3] never replaces one that is there, and a failure is a warning', async () => {
  table = new LogFixture(test);
  table.commit(0, created());
  writeFileSync(pathOf(0), 'mine');
  expect(await table.afterCommit(0)).toMatchObject({ checksum: 'present', warnings: [] });
  expect(textOf(0)).toBe('mine');
  table.commit(1, 'no JSON');
  expect(await table.afterCommit(1)).toMatchObject({ checksum: 'failed', warnings: [{ step: 'checksum', error: { code: 'DELTA_LOG_FILE_CORRUPT' } }, { step: 'checkpoint' }, { step: 'compaction' }] });
  expect(existsSync(pathOf(1))).toBe(false);
});
