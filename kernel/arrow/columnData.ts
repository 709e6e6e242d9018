import { makeData, type Data, type DataType } from 'apache-arrow';

/** The buffers of a column, as its type needs them: values, offsets, one child (list, map) or several (struct). */
export interface ColumnParts {
  readonly type: DataType;
  readonly length: number;
  readonly nullCount?: number;
  /** A bit per row, 0 for NULL; absent where no row is. */
  readonly nullBitmap?: Uint8Array | undefined;
  readonly valueOffsets?: Int32Array;
  readonly data?: ArrayBufferView;
  readonly child?: Data;
  readonly children?: readonly Data[];
}

/** A column from its buffers. apache-arrow types this per type; here the type is known at run time only. */
export function createData(parts: ColumnParts): Data {
  return makeData(parts as unknown as Parameters<typeof makeData>[0]);
}
