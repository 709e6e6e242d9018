import { LakebookError } from '../base/errors.ts';
import { ARRAY_MAX, BITMAP_BYTES, NO_OFFSET_THRESHOLD, SERIAL_COOKIE, SERIAL_COOKIE_NO_RUN } from './roaringBitmap.ts';

/** Positions in a data file, ascending, each once. */
export type Positions = BigInt64Array | BigUint64Array;

/** The values with the same bits above the lowest 16: places `start` up to `end` among all of them. */
interface Container {
  readonly key: number;
  readonly start: number;
  readonly end: number;
  readonly runs: number;
}

/** The containers of the values with the same high half. */
interface Bitmap {
  readonly high: number;
  readonly containers: Container[];
}

/**
 * A 64-bit roaring bitmap in the portable format: each container is the smallest of an array, a bitmap and runs, as
 * RoaringBitmap's `runOptimize` leaves them. The counterpart of `decodeRoaring64`.
 *
 * Values are looked at as pairs of 32-bit halves (the machine is little-endian, as everything DuckDB runs on): a bigint a
 * row would cost more than all else.
 * @param leadBytes how many bytes to leave free before it
 * @throws LakebookError INTERNAL_ERROR if a value is negative or not greater than the one before
 * @see https://github.com/RoaringBitmap/RoaringFormatSpec
 */
export function encodeRoaring64(positions: Positions, leadBytes = 0): Uint8Array {
  const halves = new Uint32Array(positions.buffer, positions.byteOffset, positions.length * 2);
  const bitmaps = splitIntoBitmaps(halves);
  const size = bitmaps.reduce((sum, { containers }) => sum + 4 + headerSize(containers) + containers.reduce((total, container) => total + containerSize(container), 0), 8);
  const view = new DataView(new ArrayBuffer(leadBytes + size));
  view.setBigUint64(leadBytes, BigInt(bitmaps.length), true);
  let at = leadBytes + 8;
  for (const bitmap of bitmaps) at = writeBitmap(view, at, bitmap, halves);
  return new Uint8Array(view.buffer);
}

function splitIntoBitmaps(halves: Uint32Array): readonly Bitmap[] {
  const bitmaps: Bitmap[] = [];
  const count = halves.length / 2;
  let [previousHigh, previousLow] = [-1, -1];
  let [start, runs] = [0, 0];
  const close = (end: number): void => {
    if (end === start) return;
    if (bitmaps.at(-1)?.high !== previousHigh) bitmaps.push({ high: previousHigh, containers: [] });
    bitmaps.at(-1)?.containers.push({ key: previousLow >>> 16, start, end, runs });
    [start, runs] = [end, 0];
  };
  for (let index = 0; index < count; index += 1) {
    const low = halves[index * 2] ?? 0;
    const high = halves[index * 2 + 1] ?? 0;
    if (high > 0x7fffffff || high < previousHigh || (high === previousHigh && low <= previousLow)) throw new LakebookError('INTERNAL_ERROR', { detail: `the deleted position at ${index} of ${count} is negative or not greater than the one before` });
    if (high !== previousHigh || low >>> 16 !== previousLow >>> 16) close(index);
    if (index === start || low !== previousLow + 1) runs += 1;
    [previousHigh, previousLow] = [high, low];
  }
  close(count);
  return bitmaps;
}

function plainSize({ start, end }: Container): number {
  return Math.min((end - start) * 2, BITMAP_BYTES);
}

function hasRuns(container: Container): boolean {
  return 2 + container.runs * 4 < plainSize(container);
}

function containerSize(container: Container): number {
  return hasRuns(container) ? 2 + container.runs * 4 : plainSize(container);
}

/** Of a 32-bit bitmap: cookie and count, which containers are runs, keys and cardinalities, and where each begins. */
function headerSize(containers: readonly Container[]): number {
  const withRuns = containers.some(hasRuns);
  const offsets = !withRuns || containers.length >= NO_OFFSET_THRESHOLD ? containers.length * 4 : 0;
  return (withRuns ? 4 + Math.ceil(containers.length / 8) : 8) + containers.length * 4 + offsets;
}

function writeBitmap(view: DataView, from: number, { high, containers }: Bitmap, halves: Uint32Array): number {
  view.setUint32(from, high, true);
  const start = from + 4;
  let content = start + headerSize(containers);
  let at = writeCookie(view, start, containers);
  for (const { key, start: first, end } of containers) {
    view.setUint16(at, key, true);
    view.setUint16(at + 2, end - first - 1, true);
    at += 4;
  }
  const hasOffsets = at < content;
  for (const container of containers) {
    if (hasOffsets) view.setUint32(at, content - start, true);
    at += 4;
    content = writeContainer(view, content, container, halves);
  }
  return content;
}

function writeCookie(view: DataView, at: number, containers: readonly Container[]): number {
  if (!containers.some(hasRuns)) {
    view.setUint32(at, SERIAL_COOKIE_NO_RUN, true);
    view.setUint32(at + 4, containers.length, true);
    return at + 8;
  }
  view.setUint16(at, SERIAL_COOKIE, true);
  view.setUint16(at + 2, containers.length - 1, true);
  for (const [index, container] of containers.entries()) {
    const byte = at + 4 + (index >> 3);
    if (hasRuns(container)) view.setUint8(byte, view.getUint8(byte) | (1 << (index & 7)));
  }
  return at + 4 + Math.ceil(containers.length / 8);
}

function writeContainer(view: DataView, at: number, container: Container, halves: Uint32Array): number {
  const { start, end } = container;
  if (hasRuns(container)) writeRuns(view, at, container, halves);
  else if (end - start > ARRAY_MAX) writeBits(new Uint8Array(view.buffer, at, BITMAP_BYTES), container, halves);
  else for (let index = start; index < end; index += 1) view.setUint16(at + (index - start) * 2, (halves[index * 2] ?? 0) & 0xffff, true);
  return at + containerSize(container);
}

/** Each run as its first value and how many follow it. */
function writeRuns(view: DataView, from: number, { start, end, runs }: Container, halves: Uint32Array): void {
  view.setUint16(from, runs, true);
  let at = from + 2;
  let first = halves[start * 2] ?? 0;
  for (let index = start; index < end; index += 1) {
    const value = halves[index * 2] ?? 0;
    const next = index + 1 < end ? (halves[index * 2 + 2] ?? 0) : -1;
    if (next === value + 1) continue;
    view.setUint16(at, first & 0xffff, true);
    view.setUint16(at + 2, value - first, true);
    at += 4;
    first = next;
  }
}

function writeBits(bits: Uint8Array, { start, end }: Container, halves: Uint32Array): void {
  for (let index = start; index < end; index += 1) {
    const value = (halves[index * 2] ?? 0) & 0xffff;
    bits[value >> 3] = (bits[value >> 3] ?? 0) | (1 << (value & 7));
  }
}
