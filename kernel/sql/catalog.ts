import type { Located } from './tree/expressions.ts';
import type { DataType } from './types/dataType.ts';
import type { VariableLookup } from './variables.ts';

/** What a reference asks of time. `latest` is pinned by whoever loads the table. */
export type TableVersion =
  | { readonly kind: 'latest' }
  | { readonly kind: 'version'; readonly version: number }
  /** What stands behind `VERSION AS OF` and is none. */
  | { readonly kind: 'noVersion'; readonly text: string }
  /** A constant that is a string (parsed as a timestamp in the session zone), or an expression still to be folded. */
  | { readonly kind: 'timestamp'; readonly text: string }
  | { readonly kind: 'timestampMicros'; readonly micros: bigint };

/** Whom a reference names: a table by its name, or files by format and path. */
export type TableSource =
  | { readonly kind: 'name'; readonly parts: readonly string[] }
  | { readonly kind: 'path'; readonly format: FileFormat; readonly path: string };
export type FileFormat = 'delta' | 'parquet' | 'csv' | 'json' | 'text' | 'orc' | 'avro' | 'binaryFile';

/**
 * One place in a statement where stored data is read. Collected before resolving, so that whoever loads tables can pin
 * versions and hand schemas to {@link Catalog}. `id` is the place's start offset: stable for one statement.
 */
export type TableReference = Located & {
  readonly id: number;
  readonly source: TableSource;
} & (
    | { readonly kind: 'table'; readonly version: TableVersion }
    /** `table_changes(t, from[, to])`; both ends inclusive, an open end is the latest version. */
    | { readonly kind: 'changes'; readonly from: ChangeBound; readonly to: ChangeBound | undefined }
    /** `` csv.`path` `` or `read_files(path, format => …)`; option names in lower case. */
    | { readonly kind: 'files'; readonly options: Readonly<Record<string, string>> }
  );
export type ChangeBound = { readonly kind: 'version'; readonly version: number } | { readonly kind: 'timestamp'; readonly text: string };

export interface CatalogColumn {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly comment?: string;
  /** Resolvable by name (`_metadata`, `_row_id`), but not in `*`. */
  readonly hidden?: boolean;
  /** Of a column declared CHAR(n), whose texts are stored filled up with blanks. */
  readonly charLength?: number;
}
export interface CatalogTable {
  /** The full name that error texts show: `spark_catalog.default.t`. */
  readonly name: readonly string[];
  readonly columns: readonly CatalogColumn[];
}

/** Schemas, loaded beforehand: the resolver never waits. */
export interface Catalog {
  resolveTable(reference: TableReference): CatalogTable | undefined;
  /** Full names near `parts`, nearest first; for suggestions and completion. */
  nearTables(parts: readonly string[]): readonly string[];
}

/** What the session decides about a statement's meaning. */
export interface SessionSettings {
  /** `spark.sql.ansi.enabled`; Spark 4's default is true. */
  readonly ansi: boolean;
  /** An IANA zone or an offset, as `SET TIME ZONE` takes it. */
  readonly timeZone: string;
  /** The clock of the statement: microseconds since 1970, one value for all of it. */
  readonly nowMicros: bigint;
  readonly currentCatalog: string;
  readonly currentSchema: string;
  readonly user: string;
  /** Names that nothing else has may be variables; none by default. */
  readonly variables?: VariableLookup;
}

