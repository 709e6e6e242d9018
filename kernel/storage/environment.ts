/** What a writer takes from the world around it; tests give it a clock and ids of their own. */
export interface Environment {
  /** Milliseconds since 1970. */
  now(): number;
  /** A fresh random UUID. */
  uuid(): string;
  /** Product and version, as commits name them: `Lakebook/0.1.0`. */
  readonly engineInfo: string;
  readonly userName?: string | undefined;
}
