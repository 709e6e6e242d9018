import { DuckDBBlobValue, type DuckDBMaterializedResult, type DuckDBValue } from '@duckdb/node-api';
import { LakebookError } from '../base/errors.ts';

/** 64-bit integers are bigint; decimals, times and nested values are DuckDB's text of them. */
export type PlainValue = null | boolean | number | bigint | string | Uint8Array;

/** A small result, held by column. */
export interface QueryRows {
  readonly rowCount: number;
  readonly names: readonly string[];
  readonly columns: readonly (readonly PlainValue[])[];
  /** @throws LakebookError INTERNAL_ERROR if the statement had no such column */
  column(name: string): readonly PlainValue[];
  rows(): readonly (readonly PlainValue[])[];
}

/** Reads a result chunk by chunk, so that a large one lets others run between. */
export async function readRows(result: DuckDBMaterializedResult): Promise<QueryRows> {
  const names = result.columnNames();
  const columns: PlainValue[][] = names.map(() => []);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const current = chunk;
    columns.forEach((column, index) => current.visitColumnValues(index, (value) => column.push(toPlain(value))));
  }
  const rowCount = columns[0]?.length ?? 0;
  return {
    rowCount,
    names,
    columns,
    column: (name) => {
      const column = columns[names.indexOf(name)];
      if (column === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: `the statement has no column ${name}` });
      return column;
    },
    rows: () => Array.from({ length: rowCount }, (_, row) => columns.map((column) => column[row] ?? null)),
  };
}

function toPlain(value: DuckDBValue): PlainValue {
  if (value === null || typeof value !== 'object') return value;
  return value instanceof DuckDBBlobValue ? new Uint8Array(value.bytes) : value.toString();
}
