import { BIGINT, BLOB, BOOLEAN, DOUBLE, DuckDBBlobValue, DuckDBScalarFunction, INTEGER, VARCHAR, type DuckDBValue } from '@duckdb/node-api';
import type { PlainValue } from './queryRows.ts';

const TYPES = { BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, BLOB } as const;
type ScalarTypeName = keyof typeof TYPES;

/** A function written in JavaScript. It runs on the kernel's event loop, about a microsecond a row: only for what SQL cannot say. */
export interface ScalarFunctionDefinition {
  readonly name: string;
  readonly parameters: readonly ScalarTypeName[];
  readonly returns: ScalarTypeName;
  /** Called for rows without a NULL argument; what it throws fails the statement with its message. BIGINT is bigint, BLOB bytes. */
  readonly evaluate: (...values: PlainValue[]) => PlainValue;
}

export function buildScalarFunction({ name, parameters, returns, evaluate }: ScalarFunctionDefinition): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: parameters.map((parameter) => TYPES[parameter]),
    returnType: TYPES[returns],
    mainFunction: (_info, input, output) => {
      const columns = parameters.map((_, index) => input.getColumnVector(index));
      for (let row = 0; row < input.rowCount; row++) {
        const values = columns.map((column) => toArgument(column.getItem(row)));
        output.setItem(row, values.includes(null) ? null : toResult(evaluate(...values)));
      }
      output.flush();
    },
  });
}

function toArgument(value: unknown): PlainValue {
  return value instanceof DuckDBBlobValue ? new Uint8Array(value.bytes) : (value as PlainValue);
}

function toResult(value: PlainValue): DuckDBValue {
  return value instanceof Uint8Array ? new DuckDBBlobValue(value) : value;
}
