import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage } from '../../storage/memory.ts';
import { decodeDeletionVector, deletionVectorPath, loadDeletionVector } from '../deletionVector.ts';
import { unionOf } from '../positions.ts';
import type { Positions } from '../roaringBitmapEncoder.ts';
import { encodeDeletionVector, vectorFileNames, writeDeletionVectors } from './deletionVectorFile.ts';

const range = (start: number, end: number, step = 1): BigInt64Array => BigInt64Array.from({ length: Math.ceil((end - start) / step) }, (_, index) => BigInt(start + index * step));
const concat = (...parts: readonly BigInt64Array[]): BigInt64Array => BigInt64Array.from(parts.flatMap((part) => [...part]));

/** Compared as bytes: large lists of bigints take too long otherwise. */
function isSame(left: Positions, right: Positions): boolean {
  return Buffer.compare(new Uint8Array(left.buffer, left.byteOffset, left.byteLength), new Uint8Array(right.buffer, right.byteOffset, right.byteLength)) === 0;
}

function decode(payload: Uint8Array, cardinality: number): BigInt64Array {
  return decodeDeletionVector(payload, 't', { storageType: 'i', pathOrInlineDv: '', offset: undefined, sizeInBytes: payload.length, cardinality });
}

/** Runs and single values, dense and sparse, on both sides of the borders of containers and of 32-bit bitmaps. */
const anyPositions = fc
  .array(fc.record({ high: fc.constantFrom(0, 0, 0, 1, 70), key: fc.constantFrom(0, 1, 2, 5, 0xffff), low: fc.nat(0xffff), length: fc.constantFrom(1, 2, 3, 40, 5000, 70_000), step: fc.constantFrom(1, 1, 2, 9) }), { maxLength: 8 })
  .map((pieces) => BigInt64Array.from(new Set(pieces.flatMap(({ high, key, low, length, step }) => [...range(high * 2 ** 32 + key * 65_536 + low, high * 2 ** 32 + key * 65_536 + low + length, step)]))).sort());

const MAGIC_AND_COUNT = 4 + 8;
const HIGH = 4;
describe('a serialised vector', () => {
  it.each<{ name: string; positions: Positions; bytes: number }>([
    { name: 'nothing', positions: range(0, 0), bytes: 0 },
    { name: 'few values as an array', positions: range(0, 4096 * 2, 2), bytes: HIGH + 8 + 4 + 4 + 4096 * 2 },
    { name: 'one value more as a bitmap', positions: range(0, 4097 * 2, 2), bytes: HIGH + 8 + 4 + 4 + 8192 },
    { name: 'a whole container as one run', positions: range(0, 65_536), bytes: HIGH + 4 + 1 + 4 + 6 },
    { name: 'an array where runs are as large', positions: range(0, 3), bytes: HIGH + 8 + 4 + 4 + 6 },
    { name: 'runs where an array is larger', positions: range(0, 4), bytes: HIGH + 4 + 1 + 4 + 6 },
    { name: 'three containers with runs without offsets', positions: range(0, 3 * 65_536), bytes: HIGH + 4 + 1 + 3 * 4 + 3 * 6 },
    { name: 'four containers with runs with offsets', positions: range(0, 4 * 65_536), bytes: HIGH + 4 + 1 + 4 * 8 + 4 * 6 },
    { name: 'runs, an array and a bitmap beside each other', positions: concat(range(0, 9), range(65_536, 65_544, 3), range(131_072, 196_608, 3)), bytes: HIGH + 4 + 1 + 3 * 4 + 6 + 6 + 8192 },
    { name: 'rows beyond 2^32', positions: BigInt64Array.of(7n, 2n ** 32n, 2n ** 62n), bytes: 3 * (HIGH + 8 + 4 + 4 + 2) },
    { name: 'unsigned numbers', positions: BigUint64Array.of(1n, 5n), bytes: HIGH + 8 + 4 + 4 + 4 },
  ])('[DV-9] holds $name', ({ positions, bytes }) => {
    const payload = encodeDeletionVector(positions);
    expect([payload.length, isSame(decode(payload, positions.length), positions)]).toEqual([MAGIC_AND_COUNT + bytes, true]);
  });

  it('[DV-9] reads back as it was, whatever the positions', () => {
    fc.assert(fc.property(anyPositions, (positions) => {
      expect(isSame(decode(encodeDeletionVector(positions), positions.length), positions)).toBe(true);
    }), { numRuns: 30 });
  });

  it.each([
    { name: 'positions that do not ascend', positions: BigInt64Array.of(2n, 1n) },
    { name: 'a position twice', positions: BigInt64Array.of(2n, 2n) },
    { name: 'a negative position', positions: BigInt64Array.of(-1n) },
  ])('[DV-9] is not made of $name', ({ positions }) => {
    expect(() => encodeDeletionVector(positions)).toThrowError(expect.objectContaining({ code: 'INTERNAL_ERROR' }));
  });

  it('[DV-11] of more deleted rows holds those of the older one', () => {
    fc.assert(fc.property(anyPositions, anyPositions, (older, newer) => {
      expect(isSame(unionOf(older, newer), BigInt64Array.from(new Set([...older, ...newer])).sort())).toBe(true);
    }), { numRuns: 15 });
  });
});

describe('a file of vectors', () => {
  const UUIDS = ['d2c639aa-8816-431a-aaf6-d3fe2512ff61', '61d16c75-6994-46b7-a15b-8b538852e50e', 'd2c639aa-8816-431a-aaf6-d3fe2512ff62'];
  const uuids = (): (() => string) => {
    const left = [...UUIDS];
    return () => left.shift() ?? 'none';
  };

  it('[DV-10] holds several, each found by its descriptor', async () => {
    const storage = createMemoryStorage();
    const vectors = [range(0, 10), range(5, 200_000, 7), BigInt64Array.of(2n ** 40n)];
    const descriptors = await writeDeletionVectors(storage, '/t', vectors.map((positions) => ({ positions })));
    const read = await Promise.all(descriptors.map((descriptor) => loadDeletionVector(storage, '/t', descriptor)));
    expect({ read, files: new Set(descriptors.map((descriptor) => deletionVectorPath('/t', descriptor))).size, first: descriptors[0] }).toEqual({
      read: vectors, files: 1, first: { storageType: 'u', pathOrInlineDv: expect.stringMatching(/^.{20}$/), offset: 1, sizeInBytes: 31, cardinality: 10 },
    });
  });

  it.each([
    { configuration: {}, pathOrInlineDv: '^-aqEH.-t@S}K{vb[*k^', path: '/t/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin' },
    { configuration: { 'delta.randomPrefixLength': '3' }, pathOrInlineDv: '^-aqEH.-t@S}K{vb[*k^', path: '/t/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin' },
    { configuration: { 'delta.randomizeFilePrefixes': 'true' }, pathOrInlineDv: 'd2vBn[lx{q8@P<9BNH/isA', path: '/t/d2/deletion_vector_61d16c75-6994-46b7-a15b-8b538852e50e.bin' },
    { configuration: { 'delta.randomizeFilePrefixes': 'true', 'delta.randomPrefixLength': '3' }, pathOrInlineDv: 'd2cvBn[lx{q8@P<9BNH/isA', path: '/t/d2c/deletion_vector_61d16c75-6994-46b7-a15b-8b538852e50e.bin' },
  ])('[DV-10] lies at $path where the properties are $configuration', async ({ configuration, pathOrInlineDv, path }) => {
    const storage = createMemoryStorage();
    const names = vectorFileNames({ configuration }, { now: () => 0, uuid: uuids(), engineInfo: 'test' });
    const [descriptor] = await writeDeletionVectors(storage, '/t', [{ positions: range(0, 1) }], names);
    expect({ descriptor, version: await storage.readRange(path, 0, 1) }).toMatchObject({ descriptor: { pathOrInlineDv }, version: Uint8Array.of(1) });
  });

  it('[DV-10] takes no further vector when it is large', async () => {
    const storage = createMemoryStorage();
    const large = range(0, 65_536 * 300, 3);
    const descriptors = await writeDeletionVectors(storage, '/t', [{ positions: large }, { positions: range(0, 2) }, { positions: range(4, 5) }]);
    const last = await Promise.all(descriptors.slice(1).map((descriptor) => loadDeletionVector(storage, '/t', descriptor)));
    expect([new Set(descriptors.map(({ pathOrInlineDv }) => pathOrInlineDv)).size, last]).toEqual([2, [range(0, 2), range(4, 5)]]);
  });

  it('[DV-10] is not written for nothing', async () => {
    const storage = createMemoryStorage();
    expect(await writeDeletionVectors(storage, '/t', [])).toEqual([]);
    await expect(storage.listFrom('/t')).rejects.toMatchObject({ code: 'STORAGE_NOT_FOUND' });
  });
});
