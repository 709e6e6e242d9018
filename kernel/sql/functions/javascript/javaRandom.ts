const MULTIPLIER = 0x5deece66dn;
const MASK_48 = (1n << 48n) - 1n;

/** The numbers of `java.util.Random` from a seed. */
export class JavaRandom {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = (seed ^ MULTIPLIER) & MASK_48;
  }

  #next(bits: bigint): number {
    this.#state = (this.#state * MULTIPLIER + 0xbn) & MASK_48;
    return Number(BigInt.asIntN(32, this.#state >> (48n - bits)));
  }

  /** From 0 to `2³¹ - 2`. */
  nextIndex(): number {
    const bound = 2 ** 31 - 1;
    let drawn = this.#next(31n);
    while (drawn === bound) drawn = this.#next(31n);
    return drawn;
  }

  /** From 0 to below 1. */
  nextDouble(): number {
    const high = this.#next(26n);
    return (high * 2 ** 27 + this.#next(27n)) * 2 ** -53;
  }
}
