import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createFaultyStorage, NO_FAULTS } from '../../build/testing/simulation/faultyStorage.ts';
import { Scheduler } from '../../build/testing/simulation/scheduler.ts';
import { hasCode } from '../base/errors.ts';
import { createLocalStorage, linkError, storageError } from './local.ts';
import { createMemoryStorage } from './memory.ts';
import type { Storage } from './storage.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const words = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

interface Fixture {
  readonly storage: Storage;
  readonly root: string;
}

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const IMPLEMENTATIONS: readonly { readonly name: string; readonly create: () => Promise<Fixture> }[] = [
  {
    name: 'local',
    create: async () => {
      const root = await mkdtemp(join(tmpdir(), 'lakebook-storage-'));
      folders.push(root);
      return { storage: createLocalStorage(), root };
    },
  },
  { name: 'memory', create: async () => ({ storage: createMemoryStorage(), root: '/memory' }) },
  {
    name: 'fault-injecting, without faults',
    create: async () => ({ storage: createFaultyStorage(createMemoryStorage(), { scheduler: new Scheduler(() => 0), random: () => 0, faults: NO_FAULTS }), root: '/memory' }),
  },
];

describe.each(IMPLEMENTATIONS)('Storage contract: $name', ({ create }) => {
  it('lists the files of one folder from a name on, in byte order, without sub-folders', async () => {
    const { storage, root } = await create();
    for (const name of ['b', 'a', 'Z', 'é', '😀', '\uFF5E']) await storage.put(`${root}/${name}`, text(name));
    const all = (await storage.listFrom(root)).map((file) => file.name);
    const some = (await storage.listFrom(root, 'a')).map((file) => file.name);
    expect({ all, some }).toEqual({ all: ['Z', 'a', 'b', 'é', '\uFF5E', '😀'], some: ['a', 'b', 'é', '\uFF5E', '😀'] });
  });

  it('says that a folder or file is not there', async () => {
    const { storage, root } = await create();
    const isMissing = (error: unknown): boolean => hasCode(error, 'STORAGE_NOT_FOUND');
    await expect(storage.listFrom(`${root}/none`)).rejects.toSatisfy(isMissing);
    await expect(storage.read(`${root}/none`)).rejects.toSatisfy(isMissing);
    await expect(storage.readRange(`${root}/none`, 0, 1)).rejects.toSatisfy(isMissing);
  });

  it('reads what was put, by range too, under the path and under its file URI', async () => {
    const { storage, root } = await create();
    await storage.put(`${root}/a b%`, text('0123456789'));
    await storage.put(`${root}/a b%`, text('abcdefghij'));
    const read = async (path: string): Promise<string> => words(await storage.read(path));
    expect([
      await read(`${root}/a b%`),
      await read(`file://${root}/a%20b%25`),
      await read(`file:${root}/a%20b%25`),
      words(await storage.readRange(`${root}/a b%`, 3, 4)),
      words(await storage.readRange(`${root}/a b%`, 8, 4)),
    ]).toEqual(['abcdefghij', 'abcdefghij', 'abcdefghij', 'defg', 'ij']);
  });

  it('creates a name only once, however many try', async () => {
    const { storage, root } = await create();
    const outcomes = await Promise.all(Array.from({ length: 16 }, (_, writer) => storage.putIfAbsent(`${root}/v1.json`, text(`writer ${writer}`))));
    const winner = outcomes.indexOf(true);
    expect({ wins: outcomes.filter(Boolean).length, content: words(await storage.read(`${root}/v1.json`)) }).toEqual({ wins: 1, content: `writer ${winner}` });
    expect((await storage.listFrom(root)).map((file) => file.name)).toEqual(['v1.json']);
  });

  it('makes the folders on the way to a new file', async () => {
    const { storage, root } = await create();
    await storage.put(`${root}/a/b/c`, text('put'));
    const wasCreated = await storage.putIfAbsent(`${root}/x/y`, text('created'));
    expect([words(await storage.read(`${root}/a/b/c`)), wasCreated, (await storage.listFrom(`${root}/x`)).map((file) => file.name)]).toEqual(['put', true, ['y']]);
  });

  it('stages bytes once, for the first name that is free', async () => {
    const { storage, root } = await create();
    await storage.put(`${root}/1`, text('another'));
    const staged = await storage.stage(root, text('ours'));
    const outcomes = [await staged.place(`${root}/1`), await staged.place(`${root}/2`), await storage.putIfAbsent(`${root}/2`, text('late'))];
    await staged.discard();
    const contents = await Promise.all(['1', '2'].map(async (name) => words(await storage.read(`${root}/${name}`))));
    expect({ outcomes, contents, names: (await storage.listFrom(root)).map(({ name }) => name) }).toEqual({ outcomes: [false, true, false], contents: ['another', 'ours'], names: ['1', '2'] });
    await (await storage.stage(`${root}/new`, text('given up'))).discard();
  });

  it('gives a finished file its name unless that is taken, and drops the temporary one either way', async () => {
    const { storage, root } = await create();
    await storage.put(`${root}/.one.tmp`, text('one'));
    await storage.put(`${root}/.two.tmp`, text('two'));
    const outcomes = [await storage.adopt(`${root}/.one.tmp`, `${root}/a b`), await storage.adopt(`${root}/.two.tmp`, `${root}/a b`)];
    const names = (await storage.listFrom(root)).map((file) => file.name);
    expect({ outcomes, names, content: words(await storage.read(`${root}/a b`)) }).toEqual({ outcomes: [true, false], names: ['a b'], content: 'one' });
    await expect(storage.adopt(`${root}/.one.tmp`, `${root}/c`)).rejects.toSatisfy((error: unknown) => hasCode(error, 'STORAGE_NOT_FOUND'));
  });

  it('makes what others wrote durable, and says what is not there', async () => {
    const { storage, root } = await create();
    await storage.put(`${root}/a`, text('a'));
    await storage.sync([`${root}/a`], root);
    await expect(storage.sync([`${root}/a`, `${root}/none`], root)).rejects.toSatisfy((error) => hasCode(error, 'STORAGE_NOT_FOUND'));
  });

  it('deletes, and minds nothing that is gone', async () => {
    const { storage, root } = await create();
    await storage.put(`${root}/a`, text('a'));
    await storage.put(`${root}/b`, text('b'));
    await storage.delete(`${root}/a`);
    await storage.delete(`${root}/a`);
    expect((await storage.listFrom(root)).map((file) => file.name)).toEqual(['b']);
  });

  it('refuses a location that is neither a path nor a file URI', async () => {
    const { storage } = await create();
    const isRefused = (error: unknown): boolean => hasCode(error, 'STORAGE_UNSUPPORTED_LOCATION');
    await expect(storage.read('s3://bucket/key')).rejects.toSatisfy(isRefused);
  });
});

it('leaves no temporary file behind on a local disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lakebook-storage-'));
  folders.push(root);
  const storage = createLocalStorage();
  await storage.put(`${root}/a`, text('a'));
  await storage.putIfAbsent(`${root}/a`, text('b'));
  const staged = await storage.stage(root, text('c'));
  await staged.discard();
  expect(await readdir(root)).toEqual(['a']);
});

const systemError = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

it.each([
  { code: 'ENOENT', says: 'STORAGE_NOT_FOUND' },
  { code: 'ENOTDIR', says: 'STORAGE_NOT_FOUND' },
  { code: 'EACCES', says: 'STORAGE_ACCESS_DENIED' },
  { code: 'EROFS', says: 'STORAGE_ACCESS_DENIED' },
  { code: 'ENOSPC', says: 'STORAGE_FULL' },
  { code: 'EDQUOT', says: 'STORAGE_FULL' },
  { code: 'EIO', says: 'STORAGE_FAILED' },
])('tells $code as $says', ({ code, says }) => {
  expect(storageError('/a', systemError(code))).toMatchObject({ code: says, message: expect.stringContaining('/a') });
});

it('refuses to create commits where there are no hard links, and nowhere else', () => {
  const missing = systemError('ENOENT');
  expect(linkError('/a', systemError('ENOTSUP'))).toMatchObject({ code: 'STORAGE_NO_ATOMIC_CREATE' });
  expect(linkError('/a', missing)).toBe(missing);
});
