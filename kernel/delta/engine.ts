import type { ScanPlan } from './scanPlan.ts';

/** A value as an engine hands it over: 64-bit integers as bigint, decimals and times as text, structs and lists not at all. */
export type EngineValue = null | boolean | number | bigint | string | Uint8Array;

/** A small result by column; every array has `rowCount` entries. */
export interface ColumnBatch {
  readonly rowCount: number;
  /** The values of column `name`. @throws LakebookError INTERNAL_ERROR if the statement had no such column */
  column(name: string): readonly EngineValue[];
}

/** A Parquet file that the engine wrote. */
export interface WrittenFile {
  /** Absolute. */
  readonly path: string;
  readonly rowCount: number;
  readonly sizeBytes: number;
  /** By the column's quoted path (`"a"."b"`): `min, max, null_count, num_values, has_nan` as the engine's text. */
  readonly statistics: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Texts of the columns in PARTITION_BY. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
}

/** Writes Parquet files. */
export interface CopyStatement {
  /** `COPY … TO … (RETURN_STATS)`. */
  readonly sql: string;
  /** Names no other statement's files: of a `COPY` that fails, those below `folder` that begin so are deleted. */
  readonly begun?: { readonly folder: string; readonly prefix: string };
  /** Whether columns come in halves that are to be one variant in the files (`write/variantColumns.ts`). */
  readonly hasVariants: boolean;
}

/** A scan plan as the engine can run it. */
export interface BoundScan {
  /** A SELECT that any connection of the engine can run until `dispose`. */
  readonly relationSql: string;
  dispose(): Promise<void>;
}

/**
 * The compute port of the transaction log: runs the SQL that this room writes (DuckDB's dialect) over Parquet and JSON
 * files and over its own tables. Statements may run side by side; what one created, the next one sees.
 *
 * Errors of the engine come through as they are; {@link Engine.describe} says what they mean for a log or a data file.
 */
export interface Engine {
  /** A qualified name that no table has yet, out of users' reach. */
  newTableName(): string;
  /** One or several statements for their effect. */
  run(sql: string, signal?: AbortSignal): Promise<void>;
  select(sql: string, signal?: AbortSignal): Promise<ColumnBatch>;
  /** Nothing of a failed one is left, where it says which files are its own. */
  copy(copy: CopyStatement, signal?: AbortSignal): Promise<readonly WrittenFile[]>;
  /** Columns of integers (64 bits, no NULL) as flat arrays: for positions by the million. */
  selectIntegers(sql: string, signal?: AbortSignal): Promise<readonly BigInt64Array[]>;
  /** Turns a plan into SQL and registers what the SQL needs (deleted rows). */
  bindScan(plan: ScanPlan, signal?: AbortSignal): Promise<BoundScan>;
  describe(error: unknown): EngineFailure;
}

/** What an engine's error was about. `file` is the path that it named, if it named one. */
export type EngineFailure =
  | { readonly kind: 'fileMissing'; readonly file: string | undefined; readonly detail: string }
  | { readonly kind: 'fileCorrupt'; readonly file: string | undefined; readonly detail: string }
  /** `detail` ends a sentence: what the engine cannot do with it. */
  | { readonly kind: 'fileUnsupported'; readonly file: string | undefined; readonly detail: string }
  | { readonly kind: 'other'; readonly detail: string };

/** The first row of a result, by column name. */
export function firstRow(batch: ColumnBatch, names: readonly string[]): Readonly<Record<string, EngineValue>> {
  return Object.fromEntries(names.map((name) => [name, batch.column(name)[0] ?? null]));
}

/** An integer of the engine as a number. Only for what stays below 2^53. */
export function toNumber(value: EngineValue | undefined): number {
  return typeof value === 'number' ? value : typeof value === 'bigint' || typeof value === 'string' ? Number(value) : 0;
}

export function toText(value: EngineValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

export function toBigInt(value: EngineValue | undefined): bigint | null {
  return typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : null;
}
