import type { JavaScriptFunction } from '../../scalarFunctions.ts';
import { murmur3Bytes } from './hashes.ts';
import { JavaRandom } from './javaRandom.ts';

const PRIME = 2 ** 31 - 1;
const encoder = new TextEncoder();

/** Where a whole number is counted: one place a row of the table. */
function placesOfNumber(value: bigint, factors: readonly bigint[], width: number): number[] {
  return factors.map((factor) => {
    const product = BigInt.asIntN(64, factor * value);
    const folded = BigInt.asIntN(64, product + (product >> 32n)) & BigInt(PRIME);
    return Number(folded) % width;
  });
}

function placesOfBytes(bytes: Uint8Array, depth: number, width: number): number[] {
  const first = murmur3Bytes(bytes, 0);
  const second = murmur3Bytes(bytes, first);
  return Array.from({ length: depth }, (_, row) => Math.abs(((first + Math.imul(row, second)) | 0) % width));
}

function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The bytes that Spark serialises a count-min sketch to. `items` is a JSON list: numbers as they are, texts, or bytes as hexadecimal digits. */
function countMinSketch(items: string, kind: string, error: number, confidence: number, seed: number): Uint8Array {
  const width = Math.ceil(2 / error);
  const depth = Math.ceil(-Math.log1p(-confidence) / Math.log(2));
  const random = new JavaRandom(BigInt(seed));
  const factors = Array.from({ length: depth }, () => BigInt(random.nextIndex()));
  const places = kind === 'number'
    ? [...items.matchAll(/-?\d+/g)].map(([digits]) => placesOfNumber(BigInt(digits), factors, width))
    : (JSON.parse(items) as string[]).map((text) => placesOfBytes(kind === 'bytes' ? bytesOf(text) : encoder.encode(text), depth, width));
  const bytes = new DataView(new ArrayBuffer(20 + 8 * depth + 8 * depth * width));
  bytes.setInt32(0, 1);
  bytes.setBigInt64(4, BigInt(places.length));
  bytes.setInt32(12, depth);
  bytes.setInt32(16, width);
  factors.forEach((factor, row) => bytes.setBigInt64(20 + 8 * row, factor));
  for (const columns of places) {
    columns.forEach((column, row) => {
      const at = 20 + 8 * depth + 8 * (row * width + column);
      bytes.setBigInt64(at, bytes.getBigInt64(at) + 1n);
    });
  }
  return new Uint8Array(bytes.buffer);
}

interface Bin {
  readonly center: number;
  readonly count: number;
}

/** A histogram of at most `size` bins: a value makes a bin of its own, then the two nearest ones are merged. */
function numericHistogram(values: readonly number[], size: number): readonly Bin[] {
  const random = new JavaRandom(31_183n);
  const bins: Bin[] = [];
  for (const value of values) {
    const found = bins.findIndex(({ center }) => center >= value);
    const place = found < 0 ? bins.length : found;
    const same = bins[place];
    if (same !== undefined && same.center === value) bins[place] = { center: same.center, count: same.count + 1 };
    else bins.splice(place, 0, { center: value, count: 1 });
    if (bins.length > size) mergeNearest(bins, random);
  }
  return bins;
}

/** Among equally near pairs one is drawn. */
function mergeNearest(bins: Bin[], random: JavaRandom): void {
  const distance = (at: number): number => bins[at + 1]!.center - bins[at]!.center;
  let place = 0;
  let equals = 1;
  for (let at = 1; at < bins.length - 1; at++) {
    if (distance(at) < distance(place)) {
      place = at;
      equals = 1;
    } else if (distance(at) === distance(place) && random.nextDouble() <= 1 / ++equals) place = at;
  }
  const [left, right] = [bins[place]!, bins[place + 1]!];
  const count = left.count + right.count;
  bins.splice(place, 2, { center: left.center * (left.count / count) + (right.center / count) * right.count, count });
}

function histogramText(values: string, size: bigint): string {
  const numbers = (JSON.parse(values) as (number | string)[]).map(Number);
  return JSON.stringify(numericHistogram(numbers, Number(size)).map(({ center, count }) => ({ x: center, y: count })));
}

export const sketchFunctions: readonly JavaScriptFunction[] = [
  { name: 'js_count_min_sketch', parameters: ['VARCHAR', 'VARCHAR', 'DOUBLE', 'DOUBLE', 'INTEGER'], returns: 'BLOB', evaluate: (items, kind, error, confidence, seed) => countMinSketch(items as string, kind as string, error as number, confidence as number, seed as number) },
  { name: 'js_numeric_histogram', parameters: ['VARCHAR', 'BIGINT'], returns: 'VARCHAR', evaluate: (values, size) => histogramText(values as string, size as bigint) },
];
