import { describe, expect, it } from 'vitest';
import { LakebookError } from '../../base/errors.ts';
import { createMemoryStorage } from '../../storage/memory.ts';
import type { Storage } from '../../storage/storage.ts';
import type { DeletionVectorDescriptor, Metadata } from '../actions.ts';
import { reconcile } from '../tableState.ts';
import { parseTableAction, type TableAction } from '../actions.ts';
import { asRecord } from '../actions.ts';
import type { Predicate } from '../predicate.ts';
import type { AddFile, FileActions } from './fileActions.ts';
import { commitPath } from './readCommit.ts';
import { Transaction, type TransactionBase } from './transaction.ts';

const TABLE = '/t';
const METADATA: Metadata = { id: 'id', name: undefined, description: undefined, provider: 'parquet', schemaString: '{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{}}]}', partitionColumns: [], createdTime: 1, configuration: {} };

/** A table in memory, with transactions that know of rows only what they are told. */
class Table {
  readonly storage: Storage;
  #clock = 1000;
  #ids = 0;
  /** Paths that a predicate could match. */
  mightMatch: ReadonlySet<string> = new Set();

  constructor(storage: Storage = createMemoryStorage()) {
    this.storage = storage;
  }

  async begin(): Promise<Transaction> {
    return new Transaction({
      storage: this.storage,
      environment: { now: () => (this.#clock += 1), uuid: () => `uuid-${(this.#ids += 1)}`, engineInfo: 'test' },
      table: TABLE,
      access: 'path',
      base: await this.#base(),
      rowsAskedFor: (_reads, { added, removed }) => Promise.resolve({ added: this.#asked(added), removed: this.#asked(removed.map(({ file }) => file)) }),
      mergeVectors: ({ theirs, ours }) => Promise.resolve(theirs.pathOrInlineDv === ours.pathOrInlineDv ? undefined : vector('merged', theirs.cardinality + ours.cardinality)),
    });
  }

  #asked(files: readonly { readonly path: string }[]): ReadonlySet<string> {
    return new Set(files.map(({ path }) => path).filter((path) => this.mightMatch.has(path)));
  }

  async create(configuration: Metadata['configuration'] = {}): Promise<void> {
    const transaction = await this.begin();
    transaction.setMetadata({ ...METADATA, configuration });
    await transaction.commit({ name: 'CREATE TABLE' });
  }

  async actions(version: number): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const text = new TextDecoder().decode(await this.storage.read(commitPath(TABLE, version)));
    return text.trim().split('\n').map((line) => asRecord(JSON.parse(line)));
  }

  async #base(): Promise<TransactionBase | undefined> {
    const found: TableAction[] = [];
    let version = -1;
    for (;;) {
      const lines = await this.actions(version + 1).catch(() => undefined);
      if (lines === undefined) break;
      version += 1;
      for (const line of lines) {
        for (const [kind, body] of Object.entries(line)) {
          if (!['protocol', 'metaData', 'txn', 'domainMetadata'].includes(kind)) continue;
          const record = asRecord(body);
          found.push(parseTableAction({ version, kind, body: JSON.stringify(kind === 'txn' ? { ...record, version: String(record['version']) } : record) }, TABLE));
        }
      }
    }
    return version < 0 ? undefined : { ...reconcile(found, { table: TABLE, version }), version, timestampMs: this.#clock };
  }
}

function vector(path: string, cardinality: number): DeletionVectorDescriptor {
  return { storageType: 'u', pathOrInlineDv: path, offset: 1, sizeInBytes: 10, cardinality };
}

function add(path: string, more: Partial<AddFile> = {}): AddFile {
  return { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, stats: '{"numRecords":10}', ...more };
}

function changes({ adds = [], removes = [] }: { readonly adds?: readonly AddFile[]; readonly removes?: readonly AddFile[] }): FileActions {
  return { adds, removes: removes.map((file) => ({ ...file, deletionTimestamp: 1 })), changeFiles: [] };
}

const ANY: Predicate = { kind: 'isNotNull', column: ['a'] };

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(() => undefined, (failure: unknown) => failure);
  return error instanceof LakebookError ? error.code : String(error);
}

describe('a commit behind others (TXN-1, TXN-2, TXN-3)', () => {
  it.each<{ name: string; winner: (transaction: Transaction) => FileActions; own: (transaction: Transaction) => FileActions; outcome: string; configuration?: Metadata['configuration']; mightMatch?: readonly string[] }>([
    { name: 'two appends', winner: () => changes({ adds: [add('w')] }), own: () => changes({ adds: [add('o')] }), outcome: 'committed' },
    { name: 'a blind append before what was read', winner: () => changes({ adds: [add('w')] }), own: (open) => (open.readWhere(ANY), changes({ adds: [add('o')] })), outcome: 'committed', mightMatch: ['w'] },
    { name: 'the same, serializable', winner: () => changes({ adds: [add('w')] }), own: (open) => (open.readWhere(ANY), changes({ adds: [add('o')] })), outcome: 'DELTA_CONCURRENT_APPEND', mightMatch: ['w'], configuration: { 'delta.isolationLevel': 'Serializable' } },
    { name: 'rows that were read for are added by who read himself', winner: (open) => (open.readWholeTable(), changes({ adds: [add('w')] })), own: (open) => (open.readWhere(ANY), changes({ adds: [add('o')] })), outcome: 'DELTA_CONCURRENT_APPEND', mightMatch: ['w'] },
    { name: 'rows that could not match are added so', winner: (open) => (open.readWholeTable(), changes({ adds: [add('w')] })), own: (open) => (open.readWhere(ANY), changes({ adds: [add('o')] })), outcome: 'committed' },
    { name: 'a file that was read is removed', winner: () => changes({ removes: [add('f')] }), own: (open) => (open.readFiles(['f']), changes({ adds: [add('o')] })), outcome: 'DELTA_CONCURRENT_DELETE_READ' },
    { name: 'any file is removed where everything was read', winner: () => changes({ removes: [add('f')] }), own: (open) => (open.readWholeTable(), changes({ adds: [add('o')] })), outcome: 'DELTA_CONCURRENT_DELETE_READ' },
    { name: 'both remove one file', winner: () => changes({ removes: [add('f')] }), own: () => changes({ removes: [add('f')] }), outcome: 'DELTA_CONCURRENT_DELETE_DELETE' },
    { name: 'a rearranged file is removed by both', winner: () => changes({ adds: [add('w', { dataChange: false })], removes: [add('f', { dataChange: false })] }), own: () => changes({ removes: [add('f')] }), outcome: 'DELTA_CONCURRENT_DELETE_DELETE' },
    { name: 'the metadata changes', winner: (open) => (open.setMetadata({ ...METADATA, description: 'new' }), changes({})), own: () => changes({ adds: [add('o')] }), outcome: 'DELTA_METADATA_CHANGED' },
    { name: 'both change the protocol', winner: (open) => (open.requireFeatures(['domainMetadata']), changes({})), own: (open) => (open.requireFeatures(['timestampNtz']), changes({})), outcome: 'DELTA_PROTOCOL_CHANGED' },
    { name: 'only the winner changes the protocol', winner: (open) => (open.requireFeatures(['domainMetadata']), changes({})), own: () => changes({ adds: [add('o')] }), outcome: 'committed' },
    { name: 'both are the same application’s', winner: (open) => (open.setTransaction({ appId: 'app', version: 1n, lastUpdated: undefined }), changes({ adds: [add('w')] })), own: (open) => (open.setTransaction({ appId: 'app', version: 2n, lastUpdated: undefined }), changes({ adds: [add('o')] })), outcome: 'DELTA_CONCURRENT_TRANSACTION' },
    { name: 'both mark other rows of one file', winner: () => changes({ removes: [add('f')], adds: [add('f', { deletionVector: vector('w', 2) })] }), own: (open) => (open.readFiles(['f']), changes({ removes: [add('f')], adds: [add('f', { deletionVector: vector('o', 3) })] })), outcome: 'committed' },
    { name: 'both mark one row of a file', winner: () => changes({ removes: [add('f')], adds: [add('f', { deletionVector: vector('same', 1) })] }), own: () => changes({ removes: [add('f')], adds: [add('f', { deletionVector: vector('same', 1) })] }), outcome: 'DELTA_CONCURRENT_DELETE_DELETE' },
  ])('$name: $outcome', async ({ winner, own, outcome, configuration, mightMatch = [] }) => {
    const table = new Table();
    await table.create(configuration);
    table.mightMatch = new Set(mightMatch);
    const [first, second] = [await table.begin(), await table.begin()];
    await first.commit({ name: 'FIRST' }, winner(first));
    const committing = second.commit({ name: 'SECOND' }, own(second)).then(({ version, retries }) => `committed ${version} ${retries}`);
    if (outcome === 'committed') expect(await committing).toBe('committed 2 1');
    else expect(await codeOf(committing)).toBe(outcome);
  });

  it('TXN-4: names rows once that two marked, from the vector that was there before', async () => {
    const table = new Table();
    await table.create();
    const [first, second] = [await table.begin(), await table.begin()];
    await first.commit({ name: 'FIRST' }, changes({ removes: [add('f')], adds: [add('f', { deletionVector: vector('w', 2) })] }));
    await second.commit({ name: 'SECOND' }, changes({ removes: [add('f')], adds: [add('f', { deletionVector: vector('o', 3) })] }));
    const [, remove, added] = await table.actions(2);
    expect([asRecord(asRecord(remove?.['remove'])['deletionVector'])['pathOrInlineDv'], asRecord(asRecord(added?.['add'])['deletionVector'])]).toEqual(['w', expect.objectContaining({ pathOrInlineDv: 'merged', cardinality: 5 })]);
  });

  it('gives row ids above those of who came first', async () => {
    const table = new Table();
    await table.create({ 'delta.enableRowTracking': 'true' });
    const [first, second] = [await table.begin(), await table.begin()];
    await first.commit({ name: 'FIRST' }, changes({ adds: [add('w')] }));
    await second.commit({ name: 'SECOND' }, changes({ adds: [add('o'), add('p')] }));
    const adds = (await table.actions(2)).flatMap((action) => (action['add'] === undefined ? [] : [asRecord(action['add'])]));
    expect(adds.map(({ baseRowId, defaultRowCommitVersion }) => [baseRowId, defaultRowCommitVersion])).toEqual([[10, 2], [20, 2]]);
    expect(JSON.stringify(await table.actions(2))).toContain('rowIdHighWaterMark\\":29');
  });

  it('carries times that rise, and says from where on', async () => {
    const table = new Table();
    await table.create();
    const enabling = await table.begin();
    enabling.setMetadata({ ...METADATA, configuration: { 'delta.enableInCommitTimestamps': 'true' } });
    await enabling.commit({ name: 'SET TBLPROPERTIES' });
    const info = asRecord((await table.actions(1))[0]?.['commitInfo']);
    const metadata = asRecord((await table.actions(1)).find((action) => action['metaData'] !== undefined)?.['metaData']);
    expect(metadata['configuration']).toMatchObject({ 'delta.inCommitTimestampEnablementVersion': '1', 'delta.inCommitTimestampEnablementTimestamp': String(info['inCommitTimestamp']) });
    const next = await table.begin();
    await next.commit({ name: 'WRITE' }, changes({ adds: [add('a')] }));
    expect(Number(asRecord((await table.actions(2))[0]?.['commitInfo'])['inCommitTimestamp'])).toBeGreaterThan(Number(info['inCommitTimestamp']));
  });
});

describe('a commit that is refused (WRITE-1, WRITE-2)', () => {
  it.each([
    { name: 'removing rows of an append-only table', configuration: { 'delta.appendOnly': 'true' }, files: changes({ removes: [add('f')] }), code: 'DELTA_CANNOT_MODIFY_APPEND_ONLY' },
    { name: 'adding a file twice', configuration: {}, files: changes({ adds: [add('f'), add('f')] }), code: 'DELTA_DUPLICATE_ACTIONS_FOUND' },
  ])('$name', async ({ configuration, files, code }) => {
    const table = new Table();
    await table.create(configuration);
    const transaction = await table.begin();
    expect(await codeOf(transaction.commit({ name: 'WRITE' }, files))).toBe(code);
    expect(await codeOf(table.actions(1))).toBe('STORAGE_NOT_FOUND');
  });

  it('ICE-3: files of which Iceberg would not know how many rows they hold', async () => {
    const table = new Table();
    await table.create({ 'delta.enableIcebergCompatV2': 'true', 'delta.columnMapping.mode': 'name' });
    expect(await codeOf((await table.begin()).commit({ name: 'RESTORE' }, changes({ adds: [add('f', { stats: undefined })] })))).toBe('DELTA_ICEBERG_COMPAT_VIOLATION.FILES_NOT_ICEBERG_COMPAT');
    expect((await (await table.begin()).commit({ name: 'WRITE' }, changes({ adds: [add('f')] }))).version).toBe(1);
  });

  it('names the features that writers must have and this one has not', async () => {
    const table = new Table();
    await table.create();
    await table.storage.put(commitPath(TABLE, 1), new TextEncoder().encode('{"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["quantumWrites"]}}\n'));
    const transaction = await table.begin();
    await expect(transaction.commit({ name: 'WRITE' }, changes({ adds: [add('o')] }))).rejects.toMatchObject({ code: 'DELTA_UNSUPPORTED_FEATURES_FOR_WRITE', parameters: { features: 'quantumWrites' } });
  });

  it('rearranges an append-only table, and does not delete from it', async () => {
    const table = new Table();
    await table.create({ 'delta.appendOnly': 'true' });
    const transaction = await table.begin();
    expect((await transaction.commit({ name: 'OPTIMIZE' }, changes({ adds: [add('b', { dataChange: false })], removes: [add('a', { dataChange: false })] }))).version).toBe(1);
  });
});
