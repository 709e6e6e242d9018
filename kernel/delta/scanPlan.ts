import type { DeltaType } from './schema.ts';

/** Where the values of one output column come from. */
export type ColumnSource =
  /** A column of the data files, under its physical name or its field id. */
  | { readonly kind: 'file'; readonly physicalName: string; readonly fieldId: number | undefined; readonly type: DeltaType; readonly lossyWidened: boolean }
  /** One value per file: the texts stand in {@link ScanFile.constants} at `constant`; null is NULL. */
  | { readonly kind: 'constant'; readonly constant: number; readonly type: DeltaType }
  /** PROTOCOL.md "Row Tracking": the materialised column where it has a value, else a constant (plus the row's position). */
  | { readonly kind: 'rowTracking'; readonly physicalName: string | undefined; readonly constant: number; readonly addPosition: boolean };

export interface PlannedColumn {
  readonly name: string;
  readonly source: ColumnSource;
}

/** Which rows of a file count: all, all but these positions, or these positions alone. */
export type RowSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'except' | 'only'; readonly positions: BigInt64Array };

export interface ScanFile {
  /** Absolute, decoded, as the file system knows it. */
  readonly path: string;
  readonly rows: RowSelection;
  readonly constants: readonly (string | null)[];
}

/** A scan as values: which files, which rows of them, which columns made how. The engine turns it into SQL. */
export interface ScanPlan {
  readonly columns: readonly PlannedColumn[];
  readonly files: readonly ScanFile[];
  /** How the files' columns are found (PROTOCOL.md "Column Mapping"). */
  readonly matchBy: 'name' | 'fieldId';
}
