import { BIGINT, BLOB, BOOLEAN, DOUBLE, DuckDBBlobValue, DuckDBScalarFunction, DuckDBStructValue, INTEGER, STRUCT, VARCHAR, type DuckDBValue } from '@duckdb/node-api';
import type { PlainValue } from './queryRows.ts';

const VARIANT = STRUCT({ value: BLOB, metadata: BLOB });
const TYPES = { BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, BLOB, VARIANT } as const;
type ScalarTypeName = keyof typeof TYPES;
/** A VARIANT is its two byte strings. */
type FunctionValue = PlainValue | { readonly value: Uint8Array; readonly metadata: Uint8Array };

/** A function written in JavaScript. It runs on the kernel's event loop, about a microsecond a row: only for what SQL cannot say. */
export interface ScalarFunctionDefinition {
  readonly name: string;
  readonly parameters: readonly ScalarTypeName[];
  readonly returns: ScalarTypeName;
  /** Called for rows without a NULL argument; what it throws fails the statement with its message. BIGINT is bigint, BLOB bytes. */
  readonly evaluate: (...values: FunctionValue[]) => FunctionValue;
}

export function buildScalarFunction({ name, parameters, returns, evaluate }: ScalarFunctionDefinition): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: parameters.map((parameter) => TYPES[parameter]),
    returnType: TYPES[returns],
    mainFunction: (_info, input, output) => {
      const columns = parameters.map((_, index) => input.getColumnVector(index));
      const { rowCount } = input; // it is counted anew whenever it is asked for
      for (let row = 0; row < rowCount; row++) {
        const values = columns.map((column) => toArgument(column.getItem(row)));
        output.setItem(row, values.includes(null) ? null : toResult(evaluate(...values)));
      }
      output.flush();
    },
  });
}

function toArgument(item: unknown): FunctionValue {
  if (item instanceof DuckDBBlobValue) return new Uint8Array(item.bytes);
  if (!(item instanceof DuckDBStructValue)) return item as PlainValue;
  const [value, metadata] = [item.entries['value'], item.entries['metadata']];
  return value instanceof DuckDBBlobValue && metadata instanceof DuckDBBlobValue ? { value: value.bytes, metadata: metadata.bytes } : null;
}

function toResult(value: FunctionValue): DuckDBValue {
  if (value instanceof Uint8Array) return new DuckDBBlobValue(value);
  if (typeof value !== 'object' || value === null) return value;
  return new DuckDBStructValue({ value: new DuckDBBlobValue(value.value), metadata: new DuckDBBlobValue(value.metadata) });
}
