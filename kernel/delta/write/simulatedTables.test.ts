import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import { createLocalStorage } from '../../storage/local.ts';
import { systemEnvironment } from '../../storage/systemEnvironment.ts';
import { createDelta } from '../createDelta.ts';
import { simulate } from '../../../build/testing/simulation/simulate.ts';

let opened: TestDelta;
let root: string;
beforeAll(async () => {
  opened = await openTestDelta();
  root = await mkdtemp(join(tmpdir(), 'lakebook-simulated-'));
});
afterAll(async () => {
  opened.close();
  await rm(root, { recursive: true, force: true });
});

it.each([1, 2, 3, 5, 8, 13, 21, 34, 55, 89])('[LOG-17] [CAT-1] what schedule %i left is the same table to the engine', async (seed) => {
  const { files, live, commits, catalog } = await simulate(seed);
  const table = join(root, String(seed));
  for (const [path, { bytes }] of files) {
    const file = join(table, path.replace(/^\/t\//, ''));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  const snapshot = await createDelta({ storage: createLocalStorage(), engine: opened.engine, environment: systemEnvironment(), coordinatorOf: () => catalog }).openTable(table).snapshot();
  const paths = (await snapshot.files({ limit: 1000 })).map(({ path }) => path);
  expect({ version: snapshot.version, files: paths.sort() }).toEqual({ version: commits - 1, files: [...live].sort() });
  await snapshot.dispose();
});
