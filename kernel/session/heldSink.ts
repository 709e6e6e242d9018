import type { ByteSink } from '../storage/wholeFile.ts';

const HELD_BYTES_MAX = 256_000;

/** Keeps the first bytes back: what a statement wrote before its other text has to run is then forgotten. */
export class HeldSink implements ByteSink {
  readonly #target: ByteSink;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  released = false;

  constructor(target: ByteSink) {
    this.#target = target;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.released) return this.#target.write(bytes);
    this.#parts.push(bytes.slice());
    this.#bytes += bytes.byteLength;
    if (this.#bytes > HELD_BYTES_MAX) await this.release();
  }

  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }

  async release(): Promise<void> {
    if (this.released) return;
    this.released = true;
    for (const part of this.#parts.splice(0)) await this.#target.write(part);
  }
}
