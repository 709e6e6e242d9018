import { expect, it } from 'vitest';
import { createMemoryStorage } from '../storage/memory.ts';
import type { Storage } from '../storage/storage.ts';
import { lastVersionOf, versionPrefix } from './logFile.ts';
import { listLog } from './logListing.ts';

/** A log whose listings show these names, one after the other. */
function listing(...answers: readonly (readonly string[])[]): Storage {
  const left = [...answers];
  return { ...createMemoryStorage(), listFrom: async () => (left.shift() ?? []).map((name) => ({ name, sizeBytes: 1, modifiedAtMs: 0 })) };
}

const commits = (...versions: readonly number[]): readonly string[] => versions.map((version) => `${versionPrefix(version)}.json`);
const checkpoint = `${versionPrefix(3)}.checkpoint.parquet`;

it.each([
  { name: 'without a gap is believed', from: 0, listings: [commits(0, 1, 2), commits(0, 1, 2, 3)], found: [0, 1, 2] },
  { name: 'with a gap is read again', from: 0, listings: [commits(0, 2), commits(0, 1, 2)], found: [0, 1, 2] },
  { name: 'with a gap at its beginning is read again', from: 0, listings: [commits(1), commits(0, 1)], found: [0, 1] },
  { name: 'with a gap behind a known version is read again', from: 4, listings: [commits(4, 6), commits(4, 5, 6)], found: [4, 5, 6] },
  { name: 'that was read again leaves what came since for the next', from: 0, listings: [commits(0, 2), commits(0, 1, 2, 4)], found: [0, 1, 2] },
  { name: 'with the same gap twice has one', from: 0, listings: [commits(0, 2), commits(0, 2)], found: [0, 2] },
  { name: 'that begins at a checkpoint has no gap', from: 0, listings: [[checkpoint, ...commits(3, 4)], commits(0)], found: [3, 3, 4] },
])('[LOG-2] a listing $name', async ({ from, listings, found }) => {
  expect((await listLog(listing(...listings), '/t', from)).map(lastVersionOf)).toEqual(found);
});
