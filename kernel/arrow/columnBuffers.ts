/** Bytes that grow at the end. `take` hands them over and starts anew. */
export class ByteBuffer {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }
  /** The bytes so far and the room behind them; valid until the next {@link reserve}. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.byteLength) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.byteLength * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  /** Counts bytes that the caller wrote behind the end. */
  advance(count: number): void {
    this.#length += count;
  }

  append(source: Uint8Array): void {
    this.reserve(source.byteLength);
    this.#bytes.set(source, this.#length);
    this.#length += source.byteLength;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(this.#bytes.byteLength);
    this.#length = 0;
    return taken;
  }
}

/** An Arrow bitmap (least significant bit first) that grows at the end. While every bit is 1 it holds no bytes. */
export class BitmapBuffer {
  #bytes: Uint8Array | undefined;
  #length = 0;
  #zeros = 0;

  get length(): number {
    return this.#length;
  }

  /** @param source bits to copy from bit `from`; undefined where all are 1 */
  append(source: Uint8Array | undefined, from: number, count: number): void {
    const zeros = source === undefined ? 0 : countZeros(source, from, count);
    if (zeros > 0 || this.#bytes !== undefined) {
      this.#reserve(count);
      if (source === undefined || zeros === 0) fillBits(this.#bytes!, this.#length, count);
      else copyBits(source, from, this.#bytes!, this.#length, count);
    }
    this.#length += count;
    this.#zeros += zeros;
  }

  take(): { readonly bits: Uint8Array | undefined; readonly zeros: number } {
    const taken = { bits: this.#zeros === 0 ? undefined : this.#bytes?.subarray(0, (this.#length + 7) >> 3), zeros: this.#zeros };
    this.#bytes = undefined;
    this.#length = 0;
    this.#zeros = 0;
    return taken;
  }

  #reserve(count: number): void {
    const needed = (this.#length + count + 7) >> 3;
    if (this.#bytes === undefined) {
      this.#bytes = new Uint8Array(Math.max(needed, 256));
      fillBits(this.#bytes, 0, this.#length);
    } else if (this.#bytes.byteLength < needed) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.byteLength * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
  }
}

export function getBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3]! >> (index & 7)) & 1) === 1;
}

/** Copies bits into bytes whose bits behind `at` are 0. */
export function copyBits(source: Uint8Array, from: number, target: Uint8Array, at: number, count: number): void {
  if ((from & 7) === 0 && (at & 7) === 0) {
    const whole = count >> 3;
    target.set(source.subarray(from >> 3, (from >> 3) + whole), at >> 3);
    const rest = count & 7;
    if (rest > 0) target[(at >> 3) + whole] = source[(from >> 3) + whole]! & ((1 << rest) - 1);
    return;
  }
  for (let bit = 0; bit < count; bit++) {
    if (getBit(source, from + bit)) target[(at + bit) >> 3]! |= 1 << ((at + bit) & 7);
  }
}

export function countZeros(bits: Uint8Array, from: number, count: number): number {
  let zeros = 0;
  let bit = from;
  const end = from + count;
  for (; bit < end && (bit & 7) !== 0; bit++) if (!getBit(bits, bit)) zeros++;
  for (; bit + 8 <= end; bit += 8) {
    const byte = bits[bit >> 3]!;
    if (byte !== 0xff) zeros += 8 - POPULATION[byte]!;
  }
  for (; bit < end; bit++) if (!getBit(bits, bit)) zeros++;
  return zeros;
}

const POPULATION = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

function fillBits(target: Uint8Array, at: number, count: number): void {
  let bit = at;
  const end = at + count;
  for (; bit < end && (bit & 7) !== 0; bit++) target[bit >> 3]! |= 1 << (bit & 7);
  const whole = (end - bit) >> 3;
  if (whole > 0) {
    target.fill(0xff, bit >> 3, (bit >> 3) + whole);
    bit += whole << 3;
  }
  for (; bit < end; bit++) target[bit >> 3]! |= 1 << (bit & 7);
}
