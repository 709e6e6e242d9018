/** SHA-2 (FIPS 180-4) in the lengths that DuckDB lacks. Constants are fractions of roots of the first primes, as the standard says. */
const MASK_64 = 0xffff_ffff_ffff_ffffn;

function primes(count: number): readonly bigint[] {
  const found: bigint[] = [];
  for (let candidate = 2n; found.length < count; candidate++) if (found.every((prime) => candidate % prime !== 0n)) found.push(candidate);
  return found;
}

/** The first 64 bits behind the point of the k-th root of n. */
function rootFraction(n: bigint, k: 2n | 3n): bigint {
  const scaled = n << (64n * k);
  let [low, high] = [0n, 1n << 80n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** k <= scaled) low = middle;
    else high = middle - 1n;
  }
  return low & MASK_64;
}

const PRIMES = primes(80);
const K512 = PRIMES.map((prime) => rootFraction(prime, 3n));
const SQUARE_ROOTS = PRIMES.slice(0, 16).map((prime) => rootFraction(prime, 2n));

interface Variant {
  readonly wordBits: 32 | 64;
  readonly rounds: number;
  readonly start: readonly bigint[];
  readonly outputBytes: number;
  /** Rotations of Σ0, Σ1, σ0 and σ1; the last of the σ is a shift. */
  readonly rotations: readonly (readonly [number, number, number])[];
}
const SMALL: Variant['rotations'] = [[2, 13, 22], [6, 11, 25], [7, 18, 3], [17, 19, 10]];
const LARGE: Variant['rotations'] = [[28, 34, 39], [14, 18, 41], [1, 8, 7], [19, 61, 6]];
const VARIANTS: Readonly<Record<number, Variant>> = {
  224: { wordBits: 32, rounds: 64, start: SQUARE_ROOTS.slice(8).map((root) => root & 0xffff_ffffn), outputBytes: 28, rotations: SMALL },
  384: { wordBits: 64, rounds: 80, start: SQUARE_ROOTS.slice(8), outputBytes: 48, rotations: LARGE },
  512: { wordBits: 64, rounds: 80, start: SQUARE_ROOTS.slice(0, 8), outputBytes: 64, rotations: LARGE },
};

/** In lower-case hexadecimal digits; null for a length that SHA-2 does not have (256 is DuckDB's). */
export function sha2(bytes: Uint8Array, bits: number): string | null {
  const variant = VARIANTS[bits];
  if (variant === undefined) return null;
  const blockBytes = variant.wordBits * 2;
  const padded = padMessage(bytes, blockBytes);
  let state = [...variant.start];
  for (let at = 0; at < padded.length; at += blockBytes) state = compress(state, padded.subarray(at, at + blockBytes), variant);
  return state.map((word) => word.toString(16).padStart(variant.wordBits / 4, '0')).join('').slice(0, variant.outputBytes * 2);
}

function padMessage(bytes: Uint8Array, blockBytes: number): Uint8Array {
  const length = Math.ceil((bytes.length + 1 + blockBytes / 8) / blockBytes) * blockBytes;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

function compress(state: readonly bigint[], block: Uint8Array, { wordBits, rounds, rotations }: Variant): bigint[] {
  const bits = BigInt(wordBits);
  const mask = (1n << bits) - 1n;
  const rotate = (word: bigint, count: number): bigint => ((word >> BigInt(count)) | (word << (bits - BigInt(count)))) & mask;
  const sum = ([a, b, c]: readonly [number, number, number], word: bigint): bigint => rotate(word, a) ^ rotate(word, b) ^ rotate(word, c);
  const mix = ([a, b, c]: readonly [number, number, number], word: bigint): bigint => rotate(word, a) ^ rotate(word, b) ^ (word >> BigInt(c));
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  const words = Array.from({ length: 16 }, (_, index) => (wordBits === 64 ? view.getBigUint64(index * 8) : BigInt(view.getUint32(index * 4))));
  for (let index = 16; index < rounds; index++) words.push((mix(rotations[3]!, words[index - 2]!) + words[index - 7]! + mix(rotations[2]!, words[index - 15]!) + words[index - 16]!) & mask);
  let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  for (let index = 0; index < rounds; index++) {
    const constant = K512[index]! >> (64n - bits);
    const first = (h + sum(rotations[1]!, e) + ((e & f) ^ (~e & mask & g)) + constant + words[index]!) & mask;
    const second = (sum(rotations[0]!, a) + ((a & b) ^ (a & c) ^ (b & c))) & mask;
    [a, b, c, d, e, f, g, h] = [(first + second) & mask, a, b, c, (d + first) & mask, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + state[index]!) & mask);
}
