import { describe, expect, it } from 'vitest';
import { MemoryCoordinator } from '../../../build/testing/delta/memoryCoordinator.ts';
import { hasCode, LakebookError } from '../../base/errors.ts';
import { createMemoryStorage } from '../../storage/memory.ts';
import { listLog } from '../logListing.ts';
import { buildLogSegment } from '../logSegment.ts';
import { commitPath } from '../write/readCommit.ts';
import type { CommitCoordinator } from './commitCoordinator.ts';
import { coordinatedStorage, type CoordinatedStorage } from './coordinatedStorage.ts';

const TABLE = '/t';
const LOG = `${TABLE}/_delta_log`;

interface Managed {
  readonly inner: ReturnType<typeof createMemoryStorage>;
  readonly catalog: MemoryCoordinator;
  readonly open: (coordinator?: CommitCoordinator) => CoordinatedStorage;
}

function managed(): Managed {
  const inner = createMemoryStorage();
  const catalog = new MemoryCoordinator();
  let ids = 0;
  const environment = { now: () => 1000 + ids, uuid: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`, engineInfo: 'test' };
  return { inner, catalog, open: (coordinator = catalog) => coordinatedStorage({ storage: inner, environment, table: TABLE, coordinator }) };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const put = (storage: CoordinatedStorage, version: number, text = `v${version}`): Promise<boolean> => storage.putIfAbsent(commitPath(TABLE, version), bytes(text));
const read = async (storage: CoordinatedStorage, version: number): Promise<string> => new TextDecoder().decode(await storage.read(commitPath(TABLE, version)));
/** Versions of the commits, with what they hold. */
async function logOf(storage: CoordinatedStorage, from = 0): Promise<string> {
  const { commits } = buildLogSegment(await listLog(storage, TABLE, from), { table: TABLE });
  const texts = await Promise.all(commits.map(async ({ version, file }) => `${version}${file.name.includes('/') ? 's' : 'p'} ${new TextDecoder().decode(await storage.read(`${LOG}/${file.name}`))}`));
  return texts.join(', ');
}

describe('a log that a catalog orders', () => {
  it('CAT-1: is what the catalog has ratified, and what was published before', async () => {
    const { open, inner, catalog } = managed();
    const storage = open();
    for (const version of [0, 1]) await put(storage, version);
    await storage.publish();
    for (const version of [2, 3]) await put(storage, version);
    expect([await logOf(storage), await logOf(open()), await logOf(open(), 0)]).toEqual(Array.from({ length: 3 }, () => '0p v0, 1p v1, 2s v2, 3s v3'));
    // published, and the catalog was not told: its commit counts, whatever stands under the name
    await inner.putIfAbsent(commitPath(TABLE, 2), bytes('v2'));
    expect(await logOf(open())).toBe('0p v0, 1p v1, 2s v2, 3s v3');
    // neither what is newer than the catalog's version, nor what it did not ratify
    await inner.putIfAbsent(commitPath(TABLE, 4), bytes('nobody asked'));
    await inner.putIfAbsent(`${LOG}/${'4'.padStart(20, '0')}.checkpoint.parquet`, bytes('checkpoint'));
    await inner.putIfAbsent(`${LOG}/_staged_commits/${'4'.padStart(20, '0')}.00000000-0000-4000-8000-0000000000ff.json`, bytes('staged'));
    expect(await logOf(open())).toBe('0p v0, 1p v1, 2s v2, 3s v3');
    await expect(read(open(), 4)).rejects.toMatchObject({ code: 'STORAGE_NOT_FOUND' });
    expect(catalog.publishedVersion).toBe(1);
  });

  it('CAT-1: is read by version, wherever the commit stands', async () => {
    const { open, inner } = managed();
    const storage = open();
    await put(storage, 0);
    await put(storage, 1);
    const other = open();
    expect([await read(other, 0), await read(other, 1)]).toEqual(['v0', 'v1']);
    await storage.publish();
    for (const { name } of await inner.listFrom(`${LOG}/_staged_commits`)) await inner.delete(`${LOG}/_staged_commits/${name}`);
    expect([await read(other, 0), await read(storage, 1), await read(open(), 1)]).toEqual(['v0', 'v1', 'v1']);
  });

  it('CAT-1: keeps the time of a commit when it is published, so that no reader takes it for another', async () => {
    const { open } = managed();
    const storage = open();
    await put(storage, 0);
    const timeOf = async (): Promise<number | undefined> => (await listLog(storage, TABLE)).find(({ kind }) => kind === 'commit')?.file.modifiedAtMs;
    const before = await timeOf();
    await storage.publish();
    expect(await timeOf()).toBe(before);
  });

  it('CAT-2: lets one of two writers have a version, and the other learn of it', async () => {
    const { open } = managed();
    const [first, second] = [open(), open()];
    expect([await put(first, 0, 'first'), await put(second, 0, 'second'), await read(second, 0)]).toEqual([true, false, 'first']);
    expect([await put(second, 2, 'too early'), await put(second, 1, 'second')]).toEqual([false, true]);
    expect(await logOf(first)).toBe('0s first, 1s second');
    const staged = await second.stage(LOG, bytes('third'));
    expect([await staged.place(commitPath(TABLE, 1)), await staged.place(commitPath(TABLE, 2)), await read(first, 2)]).toEqual([false, true, 'third']);
    await staged.discard();
  });

  it('CAT-2: says that nobody knows where the catalog’s answer is lost, and finds out by what was ratified', async () => {
    const { open, catalog } = managed();
    const lost: CommitCoordinator = {
      ratifiedCommits: (from) => catalog.ratifiedCommits(from),
      published: (version) => catalog.published(version),
      propose: async (commit) => {
        await catalog.propose(commit);
        throw new LakebookError('STORAGE_OUTCOME_UNKNOWN', { path: commit.file.name, detail: 'the answer was lost' });
      },
    };
    const storage = open(lost);
    const error: unknown = await put(storage, 0, 'mine').catch((failure: unknown) => failure);
    expect([hasCode(error, 'STORAGE_OUTCOME_UNKNOWN'), await put(open(), 0, 'again'), await read(storage, 0)]).toEqual([true, false, 'mine']);
  });

  it('CAT-3: publishes in order what others left, and tells the catalog when all is there', async () => {
    const { open, inner, catalog } = managed();
    const dead = open();
    for (const version of [0, 1, 2]) await put(dead, version);
    await inner.putIfAbsent(commitPath(TABLE, 0), bytes('v0'));
    await open().publish();
    const names = (await inner.listFrom(LOG)).map(({ name }) => name);
    expect([names, catalog.publishedVersion]).toEqual([[0, 1, 2].map((version) => `${String(version).padStart(20, '0')}.json`), 2]);
    await open().publish();
    expect(await logOf(open())).toBe('0p v0, 1p v1, 2p v2');
  });

  it('leaves every other file to the storage', async () => {
    const { open, inner } = managed();
    const storage = open();
    expect([await storage.putIfAbsent(`${LOG}/x.crc`, bytes('x')), await storage.putIfAbsent(`${LOG}/x.crc`, bytes('y'))]).toEqual([true, false]);
    await storage.put(`${TABLE}/a`, bytes('abc'));
    await storage.sync([`${TABLE}/a`], TABLE);
    expect(new TextDecoder().decode(await storage.readRange(`${TABLE}/a`, 1, 1))).toBe('b');
    expect((await storage.listFrom(TABLE)).map(({ name }) => name)).toEqual((await inner.listFrom(TABLE)).map(({ name }) => name));
    await storage.put(`${TABLE}/b.tmp`, bytes('b'));
    expect(await storage.adopt(`${TABLE}/b.tmp`, `${TABLE}/b`)).toBe(true);
    await storage.delete(`${TABLE}/a`);
    const staged = await storage.stage(TABLE, bytes('c'));
    expect([await staged.place(`${TABLE}/b`), await staged.place(`${TABLE}/c`)]).toEqual([false, true]);
    await staged.discard();
    await storage.delete(`${TABLE}/c`);
    expect((await storage.listFrom(TABLE)).map(({ name }) => name)).toEqual(['b']);
    await expect(listLog(managed().open(), TABLE)).rejects.toMatchObject({ code: 'DELTA_TABLE_NOT_FOUND' });
  });
});
