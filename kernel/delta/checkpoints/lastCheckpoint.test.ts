import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import { createMemoryStorage } from '../../storage/memory.ts';
import { canonicalJson, writeLastCheckpoint } from './lastCheckpoint.ts';

let test: TestDelta;
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());

it("[CKPT-12] a checksum is that of the protocol's own example", async () => {
  const canonical = canonicalJson({ k0: "'v 0'", checksum: 'adsaskfljadfkjadfkj', k1: { k2: 2, k3: ['v3', [1, 2], { k4: 'v4', k5: ['v5', 'v6', 'v7'] }] } });
  expect(canonical).toBe('"k0"="%27v%200%27","k1"+"k2"=2,"k1"+"k3"+0="v3","k1"+"k3"+1+0=1,"k1"+"k3"+1+1=2,"k1"+"k3"+2+"k4"="v4","k1"+"k3"+2+"k5"+0="v5","k1"+"k3"+2+"k5"+1="v6","k1"+"k3"+2+"k5"+2="v7"');
  expect(await test.rows(`SELECT md5('${canonical.replaceAll("'", "''")}')`)).toEqual([['6a92d155a59bf2eecbd4b4ec7fd1f875']]);
  expect(canonicalJson({ b: null, a: true, é: '>ü' })).toBe('"%C3%A9"="%3E%C3%BC","a"=true,"b"=null');
});

it('[CKPT-12] _last_checkpoint never goes back to an older checkpoint', async () => {
  const storage = createMemoryStorage();
  const at = { engine: test.engine, storage, table: '/t' };
  const read = async (): Promise<unknown> => JSON.parse(new TextDecoder().decode(await storage.read('/t/_delta_log/_last_checkpoint')));
  await writeLastCheckpoint(at, { version: 20, size: 3, numOfAddFiles: 1 });
  await writeLastCheckpoint(at, { version: 10, size: 2 });
  expect(await read()).toEqual({ version: 20, size: 3, numOfAddFiles: 1, checksum: expect.stringMatching(/^[0-9a-f]{32}$/) });
});
