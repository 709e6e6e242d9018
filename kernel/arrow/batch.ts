import type { Data, Schema } from 'apache-arrow';

/**
 * Rows by column. Every column has `rows` rows and begins at offset 0. (apache-arrow's own `RecordBatch` merges columns
 * of one name; a result may have two.)
 */
export interface ArrowBatch {
  readonly schema: Schema;
  readonly rows: number;
  readonly columns: readonly Data[];
}
