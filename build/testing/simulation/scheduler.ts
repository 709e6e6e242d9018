import { AsyncLocalStorage } from 'node:async_hooks';

export type Random = () => number;

/** One of `items`, as the sequence says. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

interface PausedCall {
  readonly process: SimulatedProcess;
  readonly label: string;
  readonly resume: () => void;
}

/** An activity that can be killed: from then on it does nothing more, and nobody hears of it again. */
export interface SimulatedProcess {
  readonly name: string;
  state: 'running' | 'ended' | 'killed';
}

/** One for all schedules: each more would make every promise dearer. */
const CURRENT = new AsyncLocalStorage<SimulatedProcess>();

/**
 * Runs several asynchronous activities as if they were processes: each of their I/O steps waits for its turn, and whose turn
 * it is comes from a random sequence. The same sequence gives the same schedule, so long as what runs between two steps
 * waits for nothing but promises.
 */
export class Scheduler {
  /** What was done, in order. */
  readonly trace: string[] = [];
  readonly #random: Random;
  /** How likely the process that ran last goes on. */
  readonly #stickiness: number;
  readonly #failures: unknown[] = [];
  #processes: SimulatedProcess[] = [];
  #paused: PausedCall[] = [];
  #last: SimulatedProcess | undefined;
  /** Called before each step. */
  onStep: () => void = () => undefined;

  constructor(random: Random, stickiness = 0) {
    this.#random = random;
    this.#stickiness = stickiness;
  }

  get running(): readonly SimulatedProcess[] {
    return this.#processes;
  }

  start(name: string, body: () => Promise<void>): SimulatedProcess {
    const process: SimulatedProcess = { name, state: 'running' };
    this.#processes.push(process);
    const end = (): void => {
      if (process.state === 'running') process.state = 'ended';
      this.#processes = this.#processes.filter((other) => other !== process);
    };
    CURRENT.run(process, () => {
      void this.pause('start')
        .then(body)
        .catch((error: unknown) => this.#failures.push(error))
        .then(end);
    });
    return process;
  }

  /** Waits for the caller's turn; for ever if its process is killed. Outside of processes it does not wait. */
  pause(label: string): Promise<void> {
    const process = CURRENT.getStore();
    if (process === undefined) return Promise.resolve();
    return new Promise((resume) => {
      if (process.state !== 'killed') this.#paused.push({ process, label, resume });
    });
  }

  kill(process: SimulatedProcess): void {
    this.trace.push(`${process.name} is killed`);
    process.state = 'killed';
    this.#processes = this.#processes.filter((other) => other !== process);
    this.#paused = this.#paused.filter((call) => call.process !== process);
  }

  /** Until every process has ended. @throws what a process threw, and where one waits for something that is no step */
  async run(): Promise<void> {
    for (;;) {
      // every promise that can be settled without a step is, before the next step
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#failures.length > 0) throw this.#failures[0];
      if (this.#processes.length === 0) return;
      this.onStep();
      const call = this.#next();
      if (call === undefined) continue;
      this.trace.push(`${call.process.name}: ${call.label}`);
      this.#last = call.process;
      call.resume();
    }
  }

  /** Undefined where the last process was just killed. */
  #next(): PausedCall | undefined {
    if (this.#processes.length === 0) return undefined;
    if (this.#paused.length === 0) throw new Error(`${this.#processes.map(({ name }) => name).join(', ')} wait for something that is no step`);
    const ofLast = this.#paused.filter(({ process }) => process === this.#last);
    const call = pick(this.#random, ofLast.length > 0 && this.#random() < this.#stickiness ? ofLast : this.#paused);
    this.#paused.splice(this.#paused.indexOf(call), 1);
    return call;
  }
}
