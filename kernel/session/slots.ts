import { LakebookError } from '../base/errors.ts';

/** Lets so many run at once; the others wait in their order. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Runs `task` when a slot is free. @throws LakebookError OPERATION_CANCELED if the signal aborts before */
  async run<Value>(signal: AbortSignal, task: () => Promise<Value>): Promise<Value> {
    await this.#take(signal);
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  #take(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(new LakebookError('OPERATION_CANCELED', {}));
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        reject(new LakebookError('OPERATION_CANCELED', {}));
      };
      const proceed = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#waiting.push(proceed);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
