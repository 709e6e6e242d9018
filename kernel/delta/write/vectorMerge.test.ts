import { expect, it } from 'vitest';
import { createMemoryStorage } from '../../storage/memory.ts';
import type { DeletionVectorDescriptor } from '../actions.ts';
import { DeletionVectors } from '../deletionVectors.ts';
import { writeDeletionVectors } from './deletionVectorFile.ts';
import { mergeVectors } from './vectorMerge.ts';

const storage = createMemoryStorage();
const vectors = new DeletionVectors();
let ids = 0;
const names = { newUuid: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}` };

async function vector(positions: readonly bigint[]): Promise<DeletionVectorDescriptor> {
  return (await writeDeletionVectors(storage, '/t', [{ positions: BigInt64Array.from(positions) }], names))[0]!;
}

it.each<{ readonly name: string; readonly before?: readonly bigint[]; readonly theirs: readonly bigint[]; readonly ours: readonly bigint[]; readonly merged: string }>([
  { name: 'other rows', theirs: [1n, 5n], ours: [3n], merged: '1,3,5' },
  { name: 'other rows behind a former vector', before: [1n], theirs: [1n, 5n], ours: [1n, 3n], merged: '1,3,5' },
  { name: 'one row by both', theirs: [1n, 5n], ours: [3n, 5n], merged: 'none' },
  { name: 'one row by both behind a former vector', before: [1n], theirs: [1n, 5n], ours: [1n, 5n], merged: 'none' },
  { name: 'a row that the other brought back', before: [1n, 2n], theirs: [1n], ours: [1n, 2n, 5n], merged: 'none' },
  { name: 'one row by both while another came back, which counts alone do not tell', before: [1n, 2n], theirs: [1n, 9n], ours: [1n, 2n, 9n], merged: 'none' },
])('TXN-4: merges the vectors of two writers who deleted $name: $merged', async ({ before, theirs, ours, merged }) => {
  const made = await mergeVectors({ storage, table: '/t', vectors, names }, { before: before && (await vector(before)), theirs: await vector(theirs), ours: await vector(ours) });
  expect(made === undefined ? 'none' : (await vectors.loadAll(storage, '/t', [made]))[0]?.join()).toBe(merged);
});
