export const SERIAL_COOKIE = 12347;
export const SERIAL_COOKIE_NO_RUN = 12346;
/** Containers with at most so many values are arrays. */
export const ARRAY_MAX = 4096;
/** With fewer containers than this, a bitmap with runs has no offsets. */
export const NO_OFFSET_THRESHOLD = 4;
/** What a bitmap container takes: a bit for each of 65,536 values. */
export const BITMAP_BYTES = 8192;

/**
 * The values of a 64-bit roaring bitmap in the portable format, ascending: a count of 32-bit bitmaps, each behind the
 * high half of its values.
 * @param countExpected how many values there should be; only a size to begin with
 * @throws RangeError where the bytes end early or break the format
 * @see https://github.com/RoaringBitmap/RoaringFormatSpec
 */
export function decodeRoaring64(bytes: Uint8Array, countExpected: number): BigInt64Array {
  const reader = new Reader(bytes);
  const values = new Values(countExpected);
  const bitmaps = reader.uint64();
  for (let bitmap = 0n; bitmap < bitmaps; bitmap += 1n) {
    const high = reader.uint32();
    if (high > 0x7fffffff) throw new RangeError('a row index has its sign bit set');
    decodeRoaring32(reader, BigInt(high) << 32n, values);
  }
  return values.all();
}

function decodeRoaring32(reader: Reader, high: bigint, values: Values): void {
  const cookie = reader.uint32();
  const hasRuns = (cookie & 0xffff) === SERIAL_COOKIE;
  if (!hasRuns && cookie !== SERIAL_COOKIE_NO_RUN) throw new RangeError(`unknown bitmap cookie ${cookie}`);
  const containers = hasRuns ? (cookie >>> 16) + 1 : reader.uint32();
  if (containers > 0x10000) throw new RangeError(`${containers} containers in one bitmap`);
  const runFlags = hasRuns ? reader.take(Math.ceil(containers / 8)) : undefined;
  const headers = Array.from({ length: containers }, () => ({ key: reader.uint16(), cardinality: reader.uint16() + 1 }));
  if (!hasRuns || containers >= NO_OFFSET_THRESHOLD) reader.take(containers * 4);
  for (const [index, { key, cardinality }] of headers.entries()) {
    const base = high + BigInt(key * 0x10000);
    const isRun = runFlags !== undefined && ((runFlags[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
    if (isRun) decodeRuns(reader, base, values);
    else if (cardinality <= ARRAY_MAX) decodeArray(reader, base, cardinality, values);
    else decodeBits(reader, base, values);
  }
}

function decodeRuns(reader: Reader, base: bigint, values: Values): void {
  const runs = reader.uint16();
  for (let run = 0; run < runs; run += 1) {
    const start = reader.uint16();
    const length = reader.uint16() + 1;
    for (let offset = 0; offset < length; offset += 1) values.push(base + BigInt(start + offset));
  }
}

function decodeArray(reader: Reader, base: bigint, cardinality: number, values: Values): void {
  for (let index = 0; index < cardinality; index += 1) values.push(base + BigInt(reader.uint16()));
}

function decodeBits(reader: Reader, base: bigint, values: Values): void {
  const bits = reader.take(BITMAP_BYTES);
  for (const [index, byte] of bits.entries()) {
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit += 1) if ((byte & (1 << bit)) !== 0) values.push(base + BigInt(index * 8 + bit));
  }
}

/** Reads little-endian numbers, refusing to read past the end. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  #advance(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) throw new RangeError(`the bitmap ends after ${this.#bytes.length} bytes`);
    this.#at += length;
    return start;
  }
}

/** A growing array of 64-bit integers. */
class Values {
  #items: BigInt64Array;
  #length = 0;

  constructor(capacity: number) {
    this.#items = new BigInt64Array(Math.max(1, Math.min(capacity, 1 << 24)));
  }

  push(value: bigint): void {
    if (this.#length === this.#items.length) {
      const larger = new BigInt64Array(this.#items.length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#length] = value;
    this.#length += 1;
  }

  all(): BigInt64Array {
    return this.#items.slice(0, this.#length);
  }
}
