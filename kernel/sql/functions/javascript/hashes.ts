import type { JavaScriptFunction } from '../../scalarFunctions.ts';

const MASK_64 = 0xffff_ffff_ffff_ffffn;
const encoder = new TextEncoder();

function rotateLeft(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}

function mixKey(key: number): number {
  return Math.imul(rotateLeft(Math.imul(key, 0xcc9e2d51), 15), 0x1b873593);
}

function mixHash(hash: number, key: number): number {
  return (Math.imul(rotateLeft(hash ^ key, 13), 5) + 0xe6546b64) | 0;
}

function finish(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** Spark's Murmur3 over bytes: the tail is mixed byte by byte, each as a signed integer. */
export function murmur3Bytes(bytes: Uint8Array, seed: number): number {
  const aligned = bytes.length - (bytes.length % 4);
  let hash = seed | 0;
  for (let i = 0; i < aligned; i += 4) hash = mixHash(hash, mixKey(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)));
  for (let i = aligned; i < bytes.length; i++) hash = mixHash(hash, mixKey((bytes[i]! << 24) >> 24));
  return finish(hash, bytes.length);
}

/** Over four bytes: INT and smaller, DATE, BOOLEAN, FLOAT by its bits. */
function murmur3Int(value: number, seed: number): number {
  return finish(mixHash(seed | 0, mixKey(value | 0)), 4);
}

/** Over eight bytes: BIGINT, TIMESTAMP, DOUBLE by its bits, small decimals unscaled. */
function murmur3Long(value: bigint, seed: number): number {
  const bits = BigInt.asUintN(64, value);
  const low = Number(bits & 0xffff_ffffn) | 0;
  const high = Number(bits >> 32n) | 0;
  return finish(mixHash(mixHash(seed | 0, mixKey(low)), mixKey(high)), 8);
}

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

function rotate64(value: bigint, count: bigint): bigint {
  return ((value << count) | (value >> (64n - count))) & MASK_64;
}

function round64(accumulator: bigint, key: bigint): bigint {
  return (rotate64((accumulator + key * P2) & MASK_64, 31n) * P1) & MASK_64;
}

function avalanche(value: bigint): bigint {
  let h = value ^ (value >> 33n);
  h = (h * P2) & MASK_64;
  h ^= h >> 29n;
  h = (h * P3) & MASK_64;
  return BigInt.asIntN(64, h ^ (h >> 32n));
}

function xxHash64Bytes(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = BigInt.asUintN(64, seed);
  let at = 0;
  let hash: bigint;
  if (bytes.length >= 32) {
    let lanes = [(start + P1 + P2) & MASK_64, (start + P2) & MASK_64, start, (start - P1) & MASK_64];
    for (; at <= bytes.length - 32; at += 32) lanes = lanes.map((lane, index) => round64(lane, view.getBigUint64(at + index * 8, true)));
    hash = (rotate64(lanes[0]!, 1n) + rotate64(lanes[1]!, 7n) + rotate64(lanes[2]!, 12n) + rotate64(lanes[3]!, 18n)) & MASK_64;
    for (const lane of lanes) hash = ((hash ^ round64(0n, lane)) * P1 + P4) & MASK_64;
  } else hash = (start + P5) & MASK_64;
  hash = (hash + BigInt(bytes.length)) & MASK_64;
  for (; at <= bytes.length - 8; at += 8) hash = (rotate64(hash ^ round64(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & MASK_64;
  if (at <= bytes.length - 4) {
    hash = (rotate64(hash ^ ((BigInt(view.getUint32(at, true)) * P1) & MASK_64), 23n) * P2 + P3) & MASK_64;
    at += 4;
  }
  for (; at < bytes.length; at++) hash = (rotate64(hash ^ ((BigInt(bytes[at]!) * P5) & MASK_64), 11n) * P1) & MASK_64;
  return avalanche(hash);
}

function xxHash64Int(value: number, seed: bigint): bigint {
  const start = (BigInt.asUintN(64, seed) + P5 + 4n) & MASK_64;
  return avalanche((rotate64(start ^ ((BigInt(value >>> 0) * P1) & MASK_64), 23n) * P2 + P3) & MASK_64);
}

function xxHash64Long(value: bigint, seed: bigint): bigint {
  const start = (BigInt.asUintN(64, seed) + P5 + 8n) & MASK_64;
  return avalanche((rotate64(start ^ round64(0n, BigInt.asUintN(64, value)), 27n) * P1 + P4) & MASK_64);
}

/** The bits of a double, with -0.0 as 0.0. */
function doubleBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  return view.getBigInt64(0);
}

function floatBits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value === 0 ? 0 : value);
  return view.getInt32(0);
}

function crc32(bytes: Uint8Array): bigint {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return BigInt((crc ^ -1) >>> 0);
}

/** The digits of a decimal without the point, as java.math.BigInteger's bytes: two's complement, the fewest that hold it. */
function decimalBytes(text: string): Uint8Array {
  const value = BigInt(text.replace('.', ''));
  const size = Math.floor(((value < 0n ? -value - 1n : value).toString(2).replace(/^0$/, '').length) / 8) + 1;
  const hex = BigInt.asUintN(size * 8, value).toString(16).padStart(size * 2, '0');
  return Uint8Array.from({ length: size }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
}

/** Each of a kind takes the value and the seed: the hash of what stands before. */
export const hashFunctions: readonly JavaScriptFunction[] = [
  { name: 'js_murmur3_text', parameters: ['VARCHAR', 'INTEGER'], returns: 'INTEGER', evaluate: (value, seed) => murmur3Bytes(encoder.encode(value as string), seed as number) },
  { name: 'js_murmur3_bytes', parameters: ['BLOB', 'INTEGER'], returns: 'INTEGER', evaluate: (value, seed) => murmur3Bytes(value as Uint8Array, seed as number) },
  { name: 'js_murmur3_int', parameters: ['INTEGER', 'INTEGER'], returns: 'INTEGER', evaluate: (value, seed) => murmur3Int(value as number, seed as number) },
  { name: 'js_murmur3_long', parameters: ['BIGINT', 'INTEGER'], returns: 'INTEGER', evaluate: (value, seed) => murmur3Long(value as bigint, seed as number) },
  { name: 'js_murmur3_double', parameters: ['DOUBLE', 'INTEGER'], returns: 'INTEGER', evaluate: (value, seed) => murmur3Long(doubleBits(value as number), seed as number) },
  { name: 'js_murmur3_float', parameters: ['DOUBLE', 'INTEGER'], returns: 'INTEGER', evaluate: (value, seed) => murmur3Int(floatBits(value as number), seed as number) },
  { name: 'js_xxhash64_text', parameters: ['VARCHAR', 'BIGINT'], returns: 'BIGINT', evaluate: (value, seed) => xxHash64Bytes(encoder.encode(value as string), seed as bigint) },
  { name: 'js_xxhash64_bytes', parameters: ['BLOB', 'BIGINT'], returns: 'BIGINT', evaluate: (value, seed) => xxHash64Bytes(value as Uint8Array, seed as bigint) },
  { name: 'js_xxhash64_int', parameters: ['INTEGER', 'BIGINT'], returns: 'BIGINT', evaluate: (value, seed) => xxHash64Int(value as number, seed as bigint) },
  { name: 'js_xxhash64_long', parameters: ['BIGINT', 'BIGINT'], returns: 'BIGINT', evaluate: (value, seed) => xxHash64Long(value as bigint, seed as bigint) },
  { name: 'js_xxhash64_double', parameters: ['DOUBLE', 'BIGINT'], returns: 'BIGINT', evaluate: (value, seed) => xxHash64Long(doubleBits(value as number), seed as bigint) },
  { name: 'js_xxhash64_float', parameters: ['DOUBLE', 'BIGINT'], returns: 'BIGINT', evaluate: (value, seed) => xxHash64Int(floatBits(value as number), seed as bigint) },
  { name: 'js_decimal_bytes', parameters: ['VARCHAR'], returns: 'BLOB', evaluate: (text) => decimalBytes(text as string) },
  { name: 'js_crc32', parameters: ['BLOB'], returns: 'BIGINT', evaluate: (value) => crc32(value as Uint8Array) },
];
