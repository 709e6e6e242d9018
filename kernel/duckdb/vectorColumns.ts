import duckdb, { type Vector } from '@duckdb/node-bindings';
import { DuckDBDecimalType, DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { Data, DataType, Field } from 'apache-arrow';
import { getBit } from '../arrow/columnBuffers.ts';
import { createData } from '../arrow/columnData.ts';
import { Offsets, Validity, type ColumnBuilder } from './columnBuilder.ts';
import { BooleanColumn, DecimalColumn, FixedColumn, IntervalColumn, NullColumn } from './fixedColumns.ts';
import { StringColumn } from './stringColumn.ts';

/** @param arrow the type, as `mapColumnType` gives it for `type` */
export function createColumnBuilder(type: DuckDBType, arrow: DataType): ColumnBuilder {
  const children = (arrow.children ?? []) as readonly Field[];
  if (type instanceof DuckDBDecimalType) return new DecimalColumn(arrow, type.width);
  if (type instanceof DuckDBListType) return new ListColumn(arrow, createColumnBuilder(type.valueType, children[0]!.type));
  if (type instanceof DuckDBStructType) return new StructColumn(arrow, type.entryTypes.map((entry, index) => createColumnBuilder(entry, children[index]!.type)));
  if (type instanceof DuckDBMapType) {
    const entries = children[0]!.type;
    const [key, value] = entries.children as Field[];
    return new ListColumn(arrow, new StructColumn(entries, [createColumnBuilder(type.keyType, key!.type), createColumnBuilder(type.valueType, value!.type)]));
  }
  switch (type.typeId) {
    case DuckDBTypeId.SQLNULL:
      return new NullColumn(arrow);
    case DuckDBTypeId.BOOLEAN:
      return new BooleanColumn(arrow);
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
      return new StringColumn(arrow);
    case DuckDBTypeId.INTERVAL:
      return new IntervalColumn(arrow);
    default:
      return new FixedColumn(arrow, WIDTHS.get(type.typeId) ?? 8);
  }
}

/** Bytes of a value, where not 8. */
const WIDTHS = new Map<DuckDBTypeId, number>([
  [DuckDBTypeId.TINYINT, 1],
  [DuckDBTypeId.SMALLINT, 2],
  [DuckDBTypeId.INTEGER, 4],
  [DuckDBTypeId.FLOAT, 4],
  [DuckDBTypeId.DATE, 4],
  [DuckDBTypeId.HUGEINT, 16],
]);

/** Lists, and maps as lists of key-value structs. An entry of a list vector is the first child row and their number. */
class ListColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #child: ColumnBuilder;
  readonly #validity = new Validity();
  readonly #offsets = new Offsets();
  #childRows = 0;
  constructor(type: DataType, child: ColumnBuilder) {
    this.#type = type;
    this.#child = child;
  }
  get byteLength(): number {
    return this.#child.byteLength + this.#offsets.byteLength + this.#validity.byteLength;
  }

  append(vector: Vector, from: number, count: number): void {
    const valid = this.#validity.append(vector, from, count);
    const data = duckdb.vector_get_data(vector, (from + count) * 16);
    const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
    const children = duckdb.list_vector_get_child(vector);
    const { offsets, at } = this.#offsets.extend(count);
    let runStart = 0;
    let runEnd = 0;
    for (let row = from, slot = at + 1; row < from + count; row++, slot++) {
      const length = valid === undefined || getBit(valid, row) ? words[row * 4 + 2]! : 0;
      if (length > 0) {
        const start = words[row * 4]!;
        if (start !== runEnd) {
          if (runEnd > runStart) this.#child.append(children, runStart, runEnd - runStart);
          runStart = start;
        }
        runEnd = start + length;
        this.#childRows += length;
      }
      offsets[slot] = this.#childRows;
    }
    if (runEnd > runStart) this.#child.append(children, runStart, runEnd - runStart);
  }

  finish(): Data {
    this.#childRows = 0;
    return createData({ type: this.#type, ...this.#validity.finish(), valueOffsets: this.#offsets.finish(), child: this.#child.finish() });
  }
}

class StructColumn implements ColumnBuilder {
  readonly #type: DataType;
  readonly #children: readonly ColumnBuilder[];
  readonly #validity = new Validity();
  constructor(type: DataType, children: readonly ColumnBuilder[]) {
    this.#type = type;
    this.#children = children;
  }
  get byteLength(): number {
    return this.#children.reduce((sum, child) => sum + child.byteLength, this.#validity.byteLength);
  }
  append(vector: Vector, from: number, count: number): void {
    this.#validity.append(vector, from, count);
    this.#children.forEach((child, index) => child.append(duckdb.struct_vector_get_child(vector, index), from, count));
  }
  finish(): Data {
    return createData({ type: this.#type, ...this.#validity.finish(), children: this.#children.map((child) => child.finish()) });
  }
}
