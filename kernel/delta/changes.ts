/** One end of a range of changes, inclusive. */
export type ChangeBound = { readonly version: number } | { readonly timestampMs: number };

export interface ChangeOptions {
  readonly from: ChangeBound;
  /** The latest version by default. */
  readonly to?: ChangeBound;
  readonly columns?: readonly string[];
}
