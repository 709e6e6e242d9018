import type { DeltaType } from './schema.ts';
import type { Predicate } from './predicate.ts';

export interface ScanOptions {
  /** Logical top-level names, in the order wanted; all of the schema's by default. `[]` gives rows without table columns. */
  readonly columns?: readonly string[];
  /** Leaves files out; rows are not filtered by it. */
  readonly predicate?: Predicate;
  /** Adds `_row_id` and `_row_commit_version` at the end. @throws LakebookError DELTA_ROW_TRACKING_NOT_ENABLED */
  readonly rowTracking?: boolean;
  /** Adds the two columns of rowAddress.ts at the end. */
  readonly rowAddresses?: boolean;
  /** Reads these files alone, by their ids in the snapshot. */
  readonly onlyFiles?: readonly bigint[];
  /** Reads these files alone, by their paths as in the log. */
  readonly onlyPaths?: readonly string[];
  /** At most so many files, in the order of the log: for previews. */
  readonly limitFiles?: number;
  /**
   * Whether the `maxValues` of float and double columns may leave files out. Spark's statistics count NaN as the largest
   * value; those of other writers pass over it, and then a file with NaN would be left out wrongly. Off by default.
   */
  readonly trustFloatMaximum?: boolean;
}

export interface ScanColumn {
  readonly name: string;
  readonly deltaType: DeltaType;
  /** The type of the relation's column, as DuckDB writes it. */
  readonly duckdbType: string;
}

/** How many files each means left out. */
export interface PrunedBy {
  readonly partitions: number;
  readonly statistics: number;
  readonly limit: number;
}

/** What one part of a scan's predicate did. */
export interface PredicatePruning {
  /** As SQL: `` `id` >= 100 ``. */
  readonly text: string;
  /** Top-level names that it asks for. */
  readonly columns: readonly string[];
  /**
   * What judged it. `none`: nothing did, since the log keeps nothing of its columns (`noStatistics`), or keeps what such
   * a comparison cannot use (`notComparable`).
   */
  readonly judgedBy: 'partitions' | 'statistics' | 'noStatistics' | 'notComparable';
  /** Files that it alone would leave out. */
  readonly filesLeftOut: number;
  /** Of these files. */
  readonly bytesLeftOut: number;
  /** Files of whose columns no statistics are known, and which are read for that. */
  readonly filesUnknown: number;
}

/** A relation over the live rows of one pinned snapshot, or over the changes of a range of versions. */
export interface Scan {
  /** A SELECT with the columns of {@link Scan.columns}; any connection of the engine can run it until {@link Scan.dispose}. */
  readonly relationSql: string;
  readonly columns: readonly ScanColumn[];
  readonly filesTotal: number;
  readonly filesRead: number;
  readonly bytesTotal: number;
  readonly bytesRead: number;
  readonly prunedBy: PrunedBy;
  /** By conjunct of the predicate. */
  readonly predicates: readonly PredicatePruning[];
  /**
   * An error that a statement over {@link Scan.relationSql} raised, as one of ours where a data file is to blame
   * (DELTA_FILE_NOT_FOUND_DETAILED, DELTA_DATA_FILE_CORRUPT); any other error comes back as it is.
   */
  explainError(error: unknown): unknown;
  dispose(): Promise<void>;
}
