import type { Disposable } from '../../../kernel/base/disposable.ts';
import type { ErrorReport } from '../../../kernel/base/errors.ts';
import { Emitter } from '../../../kernel/base/events.ts';
import { reportAnyError } from '../../../kernel/rpc/peer.ts';

/** Counts of one version, from the log alone. */
export interface VersionCounts {
  readonly version: number;
  readonly timestampMs: number;
  readonly numFiles: number;
  readonly sizeBytes: number;
  /** Absent where a file has no statistics. */
  readonly numRecords?: number | undefined;
}

export type CountsState = { readonly kind: 'none' } | { readonly kind: 'counts'; readonly counts: VersionCounts } | { readonly kind: 'failed'; readonly version: number; readonly error: ErrorReport };

/** Neighbours that are counted ahead, so that the next step of a key shows at once. */
const AHEAD = [1, -1, 2, -2];

/**
 * Counts of the version under a moving scrubber. One request is under way at a time and is let finish, so that counts keep
 * coming while the scrubber moves; then the newest wish is next, and where there is none the neighbours of the last.
 */
export class CountsFeed implements Disposable {
  readonly #load: (version: number, signal: AbortSignal) => Promise<VersionCounts>;
  readonly #bounds: { readonly oldest: number; readonly latest: number };
  readonly #seen = new Map<number, VersionCounts>();
  /** Not to be asked again by itself. */
  readonly #failed = new Set<number>();
  readonly #changed = new Emitter<undefined>();
  #lifetime = new AbortController();
  #state: CountsState = { kind: 'none' };
  #asked: number | undefined;
  #running = false;

  constructor(bounds: { readonly oldest: number; readonly latest: number }, load: (version: number, signal: AbortSignal) => Promise<VersionCounts>) {
    this.#bounds = bounds;
    this.#load = load;
  }

  readonly state = (): CountsState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    const subscription = this.#changed.subscribe(listener);
    return () => subscription.dispose();
  };

  /** Shows the version's counts: at once where they were seen, else as soon as may be. */
  want(version: number): void {
    this.#asked = version;
    this.#failed.delete(version);
    const seen = this.#seen.get(version);
    if (seen !== undefined) this.#show({ kind: 'counts', counts: seen });
    if (!this.#running) void this.#run();
  }

  /** Stops what is under way; a later wish begins anew. */
  dispose(): void {
    this.#asked = undefined;
    this.#lifetime.abort();
    this.#lifetime = new AbortController();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) await this.#count(next);
    this.#running = false;
  }

  #next(): number | undefined {
    const asked = this.#asked;
    if (asked === undefined) return undefined;
    const { oldest, latest } = this.#bounds;
    return [asked, ...AHEAD.map((step) => asked + step)].find((version) => version >= oldest && version <= latest && !this.#seen.has(version) && !this.#failed.has(version));
  }

  async #count(version: number): Promise<void> {
    const { signal } = this.#lifetime;
    try {
      const counts = await this.#load(version, signal);
      if (signal.aborted) return;
      this.#seen.set(version, counts);
      const ahead = this.#asked !== undefined && this.#seen.has(this.#asked) && this.#asked !== version;
      if (!ahead) this.#show({ kind: 'counts', counts });
    } catch (error) {
      if (signal.aborted) return;
      this.#failed.add(version);
      if (version === this.#asked) this.#show({ kind: 'failed', version, error: reportAnyError(error) });
    }
  }

  #show(state: CountsState): void {
    this.#state = state;
    this.#changed.emit(undefined);
  }
}
