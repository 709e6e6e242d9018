import type { Action } from './tableWriter.ts';

/** An inline deletion vector of these positions, below 2^32: one array container per 65,536 of them. */
export function encodeVector(positions: readonly number[]): Action {
  const sorted = [...positions].sort((left, right) => left - right);
  const keys = [...new Set(sorted.map((position) => position >> 16))];
  const low = keys.map((key) => sorted.filter((position) => position >> 16 === key).map((position) => position & 0xffff));
  const size = 4 + 8 + 4 + 8 + keys.length * 8 + sorted.length * 2;
  const view = new DataView(new ArrayBuffer(Math.ceil(size / 4) * 4));
  view.setUint32(0, 1681511377, true);
  view.setBigUint64(4, 1n, true);
  view.setUint32(16, 12346, true);
  view.setUint32(20, keys.length, true);
  let at = 24;
  for (const [index, key] of keys.entries()) {
    view.setUint16(at, key, true);
    view.setUint16(at + 2, (low[index]?.length ?? 1) - 1, true);
    at += 4;
  }
  at += keys.length * 4;
  for (const value of low.flat()) {
    view.setUint16(at, value, true);
    at += 2;
  }
  const signs = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
  const text = Array.from({ length: view.byteLength / 4 }, (_, block) => [4, 3, 2, 1, 0].map((power) => signs[Math.floor(view.getUint32(block * 4) / 85 ** power) % 85]).join('')).join('');
  return { storageType: 'i', pathOrInlineDv: text, sizeInBytes: size, cardinality: positions.length };
}
