/** A macro of the prelude. Names beginning with `spark_` are ours; two underscores mark those that only other macros call. */
export interface PreludeMacro {
  readonly name: string;
  readonly parameters: string;
  readonly body: string;
}
