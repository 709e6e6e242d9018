/** The last values that were asked for, by text. */
export class RecentValues<Value> {
  readonly #max: number;
  /** Least recently used first. */
  readonly #values = new Map<string, Value>();

  constructor(max: number) {
    this.#max = max;
  }

  get(key: string, compute: () => Value): Value {
    const known = this.#values.get(key) ?? compute();
    this.#values.delete(key);
    this.#values.set(key, known);
    if (this.#values.size > this.#max) {
      const [oldest] = this.#values.keys();
      this.#values.delete(oldest!);
    }
    return known;
  }
}
