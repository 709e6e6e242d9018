import type { Disposable } from './disposable.ts';

export type Listener<Event> = (event: Event) => void;

/** A source of events of one kind. Listeners run synchronously, in the order of their subscription. */
export class Emitter<Event> {
  readonly #listeners = new Set<Listener<Event>>();

  subscribe(listener: Listener<Event>): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  emit(event: Event): void {
    for (const listener of Array.from(this.#listeners)) listener(event); // one may unsubscribe another
  }
}
