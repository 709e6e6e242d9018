import type { PrimitiveType, DeltaType } from './schema.ts';

/** Where the values of one output column come from. */
export type ColumnSource =
  /**
   * A column of the data files. `type` is what readers see, `physicalType` the same with the names that nested fields
   * have in the files. `lossyWidened`: old files hold a type that compares differently (PROTOCOL.md "Type Widening").
   */
  | {
      readonly kind: 'file';
      readonly physicalName: string;
      readonly fieldId: number | undefined;
      readonly type: DeltaType;
      readonly physicalType: DeltaType;
      readonly lossyWidened: boolean;
    }
  /** One text per file, {@link ScanFile.constants}[`constant`], as the log writes partition values. */
  | { readonly kind: 'constant'; readonly constant: number; readonly type: PrimitiveType }
  /** The same for every row. */
  | { readonly kind: 'null'; readonly type: DeltaType }
  /**
   * A long that tells a row or its file: the materialised column where it has a value (PROTOCOL.md "Row Tracking"), else
   * the file's constant, plus the row's position in the file where `addPosition` says so.
   */
  | { readonly kind: 'rowNumber'; readonly physicalName: string | undefined; readonly constant: number; readonly addPosition: boolean };

export interface PlannedColumn {
  readonly name: string;
  readonly source: ColumnSource;
}

/** Which rows of a file count: all, all but these positions, or these positions alone. */
export type RowSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'except' | 'only'; readonly positions: BigInt64Array };

export interface ScanFile {
  /** Absolute and decoded, as the file system knows it. */
  readonly path: string;
  readonly rows: RowSelection;
  readonly constants: readonly (string | null)[];
}

/** A scan as values: which files, which rows of them, which columns made how. The engine turns it into SQL. */
export interface ScanPlan {
  /** For messages. */
  readonly table: string;
  readonly columns: readonly PlannedColumn[];
  readonly files: readonly ScanFile[];
  /** How the files' columns are found (PROTOCOL.md "Column Mapping"). */
  readonly matchBy: 'name' | 'fieldId';
  /** About how many rows the files hold, for ordering joins; undefined where nobody knows. */
  readonly rowEstimate?: number | undefined;
}
