/** How long all texts together may be: what is made of one takes a hundred times its room. */
const CHARACTERS_MAX = 2_000_000;

/** The last values that were asked for, by text; of long texts fewer, and always the last one. */
export class RecentValues<Value> {
  readonly #max: number;
  /** Least recently used first. */
  readonly #values = new Map<string, Value>();
  #characters = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get(key: string, compute: () => Value): Value {
    const known = this.#values.get(key) ?? compute();
    if (!this.#values.delete(key)) this.#characters += key.length;
    this.#values.set(key, known);
    while (this.#values.size > 1 && (this.#values.size > this.#max || this.#characters > CHARACTERS_MAX)) {
      const [oldest] = this.#values.keys();
      this.#values.delete(oldest!);
      this.#characters -= oldest!.length;
    }
    return known;
  }
}
