import type { Temporaries, TemporaryRoutine, TemporaryView } from '../sql/temporaries.ts';

/** The schema that views made with GLOBAL are in. */
export const GLOBAL_SCHEMA = 'global_temp';

/** Views that every session of an engine sees, by their names in lower case. */
export type GlobalViews = Map<string, TemporaryView>;

/** Views and SQL functions of one session. A name of a view comes before one of a table, a name of Spark before a function's. */
export class TemporaryObjects implements Temporaries {
  readonly #views: Map<string, TemporaryView>;
  readonly #globals: GlobalViews;
  readonly #routines: Map<string, TemporaryRoutine>;

  constructor(globals: GlobalViews = new Map(), views: ReadonlyMap<string, TemporaryView> = new Map(), routines: ReadonlyMap<string, TemporaryRoutine> = new Map()) {
    this.#globals = globals;
    this.#views = new Map(views);
    this.#routines = new Map(routines);
  }

  /** A copy that may be changed without changing this. */
  fork(): TemporaryObjects {
    return new TemporaryObjects(new Map(this.#globals), this.#views, this.#routines);
  }

  get isEmpty(): boolean {
    return this.#views.size === 0 && this.#globals.size === 0 && this.#routines.size === 0;
  }

  view(parts: readonly string[]): TemporaryView | undefined {
    const names = parts.map((part) => part.toLowerCase());
    if (names.length === 1) return this.#views.get(names[0]!);
    return names.length === 2 && names[0] === GLOBAL_SCHEMA ? this.#globals.get(names[1]!) : undefined;
  }

  routine(name: string): TemporaryRoutine | undefined {
    return this.#routines.get(name.toLowerCase());
  }

  /** Sorted by name. */
  views(of: 'session' | 'engine'): readonly TemporaryView[] {
    return sorted(of === 'session' ? this.#views : this.#globals);
  }

  routines(): readonly TemporaryRoutine[] {
    return sorted(this.#routines);
  }

  setView(view: TemporaryView): void {
    const views = view.name.length > 1 ? this.#globals : this.#views;
    views.set(view.name.at(-1)!.toLowerCase(), view);
  }

  setRoutine(routine: TemporaryRoutine): void {
    this.#routines.set(routine.name.toLowerCase(), routine);
  }

  dropView(view: TemporaryView): void {
    const views = view.name.length > 1 ? this.#globals : this.#views;
    views.delete(view.name.at(-1)!.toLowerCase());
  }

  dropRoutine({ name }: TemporaryRoutine): void {
    this.#routines.delete(name.toLowerCase());
  }
}

function sorted<Value>(objects: ReadonlyMap<string, Value>): readonly Value[] {
  return [...objects].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
}
