import { expect, it } from 'vitest';
import { LakebookError } from '../../base/errors.ts';
import { createMemoryStorage } from '../../storage/memory.ts';
import type { Storage } from '../../storage/storage.ts';
import { newestVersion, listLog } from '../logListing.ts';
import type { AddFile } from './fileActions.ts';
import { commitPath, readCommit } from './readCommit.ts';
import { Transaction, type TransactionBase } from './transaction.ts';

const TABLE = '/t';
const METADATA = { id: 'test', name: undefined, description: undefined, provider: 'parquet', schemaString: '{"type":"struct","fields":[]}', partitionColumns: [], createdTime: 0, configuration: {} };
const FILE: AddFile = { path: 'a.parquet', partitionValues: {}, size: 1, modificationTime: 0, dataChange: true };

function begin(storage: Storage, base?: TransactionBase): Transaction {
  const never = (): never => {
    throw new Error('an append asks for nothing');
  };
  return new Transaction({ storage, table: TABLE, access: 'path', base, environment: { now: () => 0, uuid: () => (base === undefined ? 'creator' : 'writer'), engineInfo: 'test' }, rowsAskedFor: never, mergeVectors: never });
}

/** An empty table in memory. */
async function createTable(): Promise<{ readonly storage: Storage; readonly base: TransactionBase }> {
  const storage = createMemoryStorage();
  const creation = begin(storage);
  creation.setMetadata(METADATA);
  await creation.commit({ name: 'CREATE TABLE' });
  const { protocol } = await readCommit(storage, TABLE, 0);
  if (protocol === undefined) throw new Error('the first commit says what the protocol is');
  return { storage, base: { version: 0, timestampMs: 0, protocol, metadata: METADATA, txns: [], domains: [] } };
}

/** What placing a commit does, and what it says. */
type Answer = 'does as it should' | 'writes, and says that it is taken' | 'writes, and does not know' | 'writes nothing, and does not know' | 'finds another, and does not know' | 'writes nothing, for want of room';

function answering(storage: Storage, answers: readonly Answer[]): Storage {
  const left = [...answers];
  const unknown = (path: string): LakebookError => new LakebookError('STORAGE_OUTCOME_UNKNOWN', { path, detail: 'it broke off' });
  return {
    ...storage,
    stage: async (folder, bytes) => {
      const staged = await storage.stage(folder, bytes);
      const place = async (path: string): Promise<boolean> => {
        const answer = left.shift() ?? 'does as it should';
        if (answer === 'finds another, and does not know') await storage.putIfAbsent(path, new TextEncoder().encode(`${JSON.stringify({ add: { ...FILE, path: 'theirs.parquet' } })}\n`));
        if (answer === 'writes nothing, for want of room') throw new LakebookError('STORAGE_FULL', { path });
        const isCreated = answer === 'writes nothing, and does not know' ? false : await staged.place(path);
        if (answer.endsWith('does not know')) throw unknown(path);
        return isCreated && answer === 'does as it should';
      };
      return { ...staged, place };
    },
  };
}

it.each<{ answers: readonly Answer[]; outcome: number | string; written: number }>([
  { answers: ['does as it should'], outcome: 1, written: 1 },
  { answers: ['writes, and says that it is taken'], outcome: 1, written: 1 },
  { answers: ['writes, and does not know'], outcome: 1, written: 1 },
  { answers: ['writes nothing, and does not know'], outcome: 1, written: 1 },
  { answers: ['finds another, and does not know'], outcome: 2, written: 1 },
  { answers: ['writes nothing, for want of room'], outcome: 'STORAGE_FULL', written: 0 },
  { answers: ['writes nothing, and does not know', 'writes nothing, and does not know'], outcome: 'DELTA_COMMIT_OUTCOME_UNKNOWN', written: 0 },
  { answers: ['writes, and does not know', 'writes nothing, and does not know'], outcome: 'DELTA_COMMIT_OUTCOME_UNKNOWN', written: 1 },
  { answers: ['writes, and does not know', 'writes nothing, for want of room'], outcome: 'DELTA_COMMIT_OUTCOME_UNKNOWN', written: 1 },
])('[LOG-18] a storage that $answers.0, then $answers.1: $outcome', async ({ answers, outcome, written }) => {
  const { storage, base } = await createTable();
  const told = await begin(answering(storage, answers), base).commit({ name: 'WRITE' }, { adds: [FILE], removes: [], changeFiles: [] }).then(
    ({ version }) => version,
    (error: unknown) => (error instanceof LakebookError ? error.code : error),
  );
  const newest = newestVersion(await listLog(storage, TABLE));
  const commits = await Promise.all(Array.from({ length: newest }, (_, index) => readCommit(storage, TABLE, index + 1)));
  expect({ told, written: commits.filter(({ txnId }) => txnId === 'writer').length }).toEqual({ told: outcome, written });
});

it('[LOG-18] a name that is taken by a file that cannot be read may be taken by the commit itself', async () => {
  const { storage, base } = await createTable();
  const broken: Storage = {
    ...answering(storage, ['writes, and says that it is taken']),
    read: (path) => (path === commitPath(TABLE, 1) ? Promise.reject(new LakebookError('STORAGE_FAILED', { path, detail: 'it broke off' })) : storage.read(path)),
  };
  await expect(begin(broken, base).commit({ name: 'WRITE' }, { adds: [FILE], removes: [], changeFiles: [] })).rejects.toMatchObject({ code: 'DELTA_COMMIT_OUTCOME_UNKNOWN', parameters: { txnId: 'writer', version: '1' } });
});
