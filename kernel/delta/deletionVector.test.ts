import { describe, expect, it } from 'vitest';
import { createMemoryStorage } from '../storage/memory.ts';
import type { DeletionVectorDescriptor } from './actions.ts';
import { crc32 } from './crc32.ts';
import { decodeDeletionVector, deletionVectorPath, loadDeletionVector, uniqueId } from './deletionVector.ts';
import { differenceOf } from './positions.ts';
import { decodeUuid, decodeZ85, encodeUuid, encodeZ85 } from './z85.ts';

/** Bytes from numbers of the given widths, little-endian. */
function bytes(...parts: readonly (readonly [width: 1 | 2 | 4 | 8, value: number | bigint])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(parts.reduce((sum, [width]) => sum + width, 0)));
  let at = 0;
  for (const [width, value] of parts) {
    if (width === 1) view.setUint8(at, Number(value));
    else if (width === 2) view.setUint16(at, Number(value), true);
    else if (width === 4) view.setUint32(at, Number(value), true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return new Uint8Array(view.buffer);
}

function concat(...chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(chunks.flatMap((chunk) => [...chunk]));
}

const MAGIC = bytes([4, 1681511377]);
const ARRAY = concat(MAGIC, bytes([8, 1], [4, 0], [4, 12346], [4, 1], [2, 0], [2, 2], [4, 16], [2, 3], [2, 7], [2, 900]));
const RUNS = concat(MAGIC, bytes([8, 1], [4, 0], [2, 12347], [2, 0], [1, 1], [2, 1], [2, 4], [2, 2], [2, 10], [2, 2], [2, 20], [2, 1]));
const BITS = concat(MAGIC, bytes([8, 1], [4, 0], [4, 12346], [4, 1], [2, 0], [2, 4999], [4, 16]), bitset(5000));
const HIGH = concat(MAGIC, bytes([8, 2], [4, 0], [4, 12346], [4, 1], [2, 0], [2, 0], [4, 16], [2, 5], [4, 3], [4, 12346], [4, 1], [2, 1], [2, 0], [4, 16], [2, 2]));

function bitset(count: number): Uint8Array {
  const bits = new Uint8Array(8192);
  for (let value = 0; value < count; value += 1) bits[value >> 3] = (bits[value >> 3] ?? 0) | (1 << (value & 7));
  return bits;
}

function inline(payload: Uint8Array, cardinality: number): DeletionVectorDescriptor {
  return { storageType: 'i', pathOrInlineDv: '', offset: undefined, sizeInBytes: payload.length, cardinality };
}

describe('containers', () => {
  it.each([
    { name: 'an array', payload: ARRAY, positions: [3n, 7n, 900n] },
    { name: 'runs', payload: RUNS, positions: [65546n, 65547n, 65548n, 65556n, 65557n] },
    { name: 'a bitmap', payload: BITS, positions: Array.from({ length: 5000 }, (_, index) => BigInt(index)) },
    { name: 'rows beyond 2^32', payload: HIGH, positions: [5n, 3n * 2n ** 32n + 65538n] },
  ])('[DV-5] $name', ({ payload, positions }) => {
    expect([...decodeDeletionVector(payload, 't', inline(payload, positions.length))]).toEqual(positions);
  });

  it.each([
    { name: 'a size that differs', payload: ARRAY, descriptor: { ...inline(ARRAY, 3), sizeInBytes: 7 }, code: 'DELTA_DELETION_VECTOR_SIZE_MISMATCH' },
    { name: 'a wrong magic number', payload: concat(bytes([4, 1]), ARRAY.subarray(4)), descriptor: inline(ARRAY, 3), code: 'DELTA_DELETION_VECTOR_INVALID' },
    { name: 'a cardinality that differs', payload: ARRAY, descriptor: inline(ARRAY, 4), code: 'DELTA_DELETION_VECTOR_CARDINALITY_MISMATCH' },
    { name: 'bytes that end early', payload: ARRAY.subarray(0, 20), descriptor: { ...inline(ARRAY, 3), sizeInBytes: 20 }, code: 'DELTA_DELETION_VECTOR_INVALID' },
    { name: 'an unknown cookie', payload: concat(MAGIC, bytes([8, 1], [4, 0], [4, 99], [4, 1])), descriptor: { ...inline(ARRAY, 3), sizeInBytes: 24 }, code: 'DELTA_DELETION_VECTOR_INVALID' },
  ])('[DV-6] refuses $name', ({ payload, descriptor, code }) => {
    expect(() => decodeDeletionVector(payload, 't', { ...descriptor, sizeInBytes: descriptor.sizeInBytes })).toThrowError(expect.objectContaining({ code }));
  });
});

describe('where vectors are stored', () => {
  const stored = (pathOrInlineDv: string, offset: number, storageType = 'u'): DeletionVectorDescriptor => ({ storageType, pathOrInlineDv, offset, sizeInBytes: ARRAY.length, cardinality: 3 });
  const framed = (payload: Uint8Array, checksum = crc32(payload)): Uint8Array => {
    const view = new DataView(new ArrayBuffer(payload.length + 8));
    view.setInt32(0, payload.length);
    new Uint8Array(view.buffer).set(payload, 4);
    view.setUint32(payload.length + 4, checksum);
    return new Uint8Array(view.buffer);
  };

  it.each([
    { rule: 'DV-2', descriptor: stored('vBn[lx{q8@P<9BNH/isA', 1), path: '/t/deletion_vector_61d16c75-6994-46b7-a15b-8b538852e50e.bin' },
    { rule: 'DV-2', descriptor: stored('ab^-aqEH.-t@S}K{vb[*k^', 1), path: '/t/ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin' },
    { rule: 'DV-3', descriptor: stored('file:///elsewhere/a%20b.bin', 1, 'p'), path: '/elsewhere/a b.bin' },
  ])('[$rule] $path', ({ descriptor, path }) => {
    expect(deletionVectorPath('/t', descriptor)).toBe(path);
  });

  it('[DV-4] tells vectors apart by storage, path and offset', () => {
    expect([uniqueId(stored('x', 4)), uniqueId({ ...stored('x', 4), offset: undefined, storageType: 'i' })]).toEqual(['ux@4', 'ix']);
  });

  it('[DV-2] reads the one of several in a file that its offset names', async () => {
    const storage = createMemoryStorage();
    const first = framed(RUNS);
    await storage.put('/t/v.bin', concat(Uint8Array.of(1), first, framed(ARRAY)));
    const positions = await loadDeletionVector(storage, '/t', stored('file:/t/v.bin', 1 + first.length, 'p'));
    expect([...positions]).toEqual([3n, 7n, 900n]);
  });

  it.each([
    { name: 'padded to whole blocks', text: encodeZ85(concat(RUNS, new Uint8Array((4 - (RUNS.length % 4)) % 4))), size: RUNS.length },
    { name: 'in whole blocks', text: encodeZ85(concat(RUNS, new Uint8Array((4 - (RUNS.length % 4)) % 4)).subarray(0, RUNS.length - (RUNS.length % 4))), size: RUNS.length - (RUNS.length % 4) },
  ])('[DV-1] reads a vector from the text itself, $name', async ({ text, size }) => {
    const whole = size === RUNS.length;
    const descriptor = { storageType: 'i', pathOrInlineDv: text, offset: undefined, sizeInBytes: size, cardinality: 5 };
    const read = loadDeletionVector(createMemoryStorage(), '/t', descriptor);
    if (whole) expect([...(await read)]).toEqual([65546n, 65547n, 65548n, 65556n, 65557n]);
    else await expect(read).rejects.toMatchObject({ code: 'DELTA_DELETION_VECTOR_INVALID' });
  });

  it.each([
    { name: 'a missing file', content: undefined, code: 'DELTA_DELETION_VECTOR_FILE_NOT_FOUND' },
    { name: 'a wrong checksum', content: concat(Uint8Array.of(1), framed(ARRAY, 1)), code: 'DELTA_DELETION_VECTOR_CHECKSUM_MISMATCH' },
    { name: 'another size than the log says', content: concat(Uint8Array.of(1), framed(RUNS)), code: 'DELTA_DELETION_VECTOR_SIZE_MISMATCH' },
    { name: 'an unknown file version', content: concat(Uint8Array.of(2), framed(ARRAY)), code: 'DELTA_DELETION_VECTOR_INVALID' },
    { name: 'a file that ends early', content: concat(Uint8Array.of(1), framed(ARRAY)).subarray(0, 20), code: 'DELTA_DELETION_VECTOR_SIZE_MISMATCH' },
  ])('[DV-6] refuses $name', async ({ content, code }) => {
    const storage = createMemoryStorage();
    if (content !== undefined) await storage.put('/t/v.bin', content);
    await expect(loadDeletionVector(storage, '/t', stored('file:/t/v.bin', 1, 'p'))).rejects.toMatchObject({ code });
  });

  it('[DV-6] refuses texts that hold no path', () => {
    expect(() => deletionVectorPath('/t', stored('short', 1))).toThrowError(expect.objectContaining({ code: 'DELTA_DELETION_VECTOR_INVALID' }));
    expect(() => deletionVectorPath('/t', stored('x', 1, 'z'))).toThrowError(expect.objectContaining({ code: 'DELTA_DELETION_VECTOR_INVALID' }));
  });
});

describe('texts and sums', () => {
  it('decodes Z85 as its specification shows, and blocks that are cut short', () => {
    expect([decodeZ85('HelloWorld'), decodeZ85('##093'), decodeZ85('1234'), decodeZ85('%nSc1')]).toEqual([Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b), Uint8Array.of(3, 0), undefined, undefined]);
    expect(decodeUuid('^-aqEH.-t@S}K{vb[*k^')).toBe('d2c639aa-8816-431a-aaf6-d3fe2512ff61');
  });

  it('encodes Z85 and UUIDs back', () => {
    expect([encodeZ85(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b)), encodeUuid('d2c639aa-8816-431a-aaf6-d3fe2512ff61')]).toEqual(['HelloWorld', '^-aqEH.-t@S}K{vb[*k^']);
  });

  it('sums bytes as zip does', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('[CDF-4] takes one ascending list from another', () => {
    const list = (...values: readonly number[]): BigInt64Array => BigInt64Array.from(values.map(BigInt));
    expect([differenceOf(list(1, 2, 5, 9), list(2, 3, 9)), differenceOf(list(), list(1)), differenceOf(list(4), list())]).toEqual([list(1, 5), list(), list(4)]);
  });
});
