import { INT, simpleString, sqlName, STRING, type DataType, type IntervalType, type SimpleKind } from '../../sql/types/dataType.ts';
import type { RelationColumn } from './relation.ts';

/** A type as the information schema describes it; undefined where a function answers with a table. */
export interface DescribedType {
  readonly type: DataType | undefined;
  /** As declared, where that says more than the type: `varchar(10)`. */
  readonly declared?: string | undefined;
}

const BITS: Readonly<Partial<Record<SimpleKind, number>>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64, float: 24, double: 53 };

const DATA_TYPE: RelationColumn<DescribedType> = { name: 'data_type', type: STRING, comment: 'Name of the data type alone: DECIMAL, STRUCT, ARRAY …', value: ({ type }) => (type === undefined ? 'TABLE' : typeName(type)) };
const FULL_DATA_TYPE: RelationColumn<DescribedType> = { name: 'full_data_type', type: STRING, comment: 'Data type as declared.', value: ({ type, declared }) => declared ?? (type === undefined ? 'TABLE' : simpleString(type)) };
const MEASURES: readonly RelationColumn<DescribedType>[] = [
  { name: 'character_maximum_length', type: INT, comment: 'Always NULL.', value: () => null },
  { name: 'character_octet_length', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'numeric_precision', type: INT, comment: 'Digits of a DECIMAL, bits of another number.', value: ({ type }) => (type?.kind === 'decimal' ? type.precision : bits(type)) },
  { name: 'numeric_precision_radix', type: INT, comment: '10 for a DECIMAL, 2 for another number.', value: ({ type }) => (type?.kind === 'decimal' ? 10 : bits(type) === null ? null : 2) },
  { name: 'numeric_scale', type: INT, comment: 'Digits of a DECIMAL behind the point, 0 for integers.', value: ({ type }) => (type?.kind === 'decimal' ? type.scale : isInteger(type) ? 0 : null) },
  { name: 'datetime_precision', type: INT, comment: '0 for a DATE, 3 for a timestamp or an interval that ends in SECOND.', value: ({ type }) => datetimePrecision(type) },
  { name: 'interval_type', type: STRING, comment: 'Fields of an interval: YEAR TO MONTH.', value: ({ type }) => (type?.kind === 'interval' ? intervalFields(type) : null) },
  { name: 'interval_precision', type: INT, comment: 'Always NULL.', value: () => null },
  { name: 'maximum_cardinality', type: INT, comment: 'Always NULL.', value: () => null },
];

/** The columns that tell of a row's type, the type as declared before its name alone or behind it. */
export function typeColumns<Row>(first: 'full_data_type' | 'data_type', typeOf: (row: Row) => DescribedType): readonly RelationColumn<Row>[] {
  const names = first === 'full_data_type' ? [FULL_DATA_TYPE, DATA_TYPE] : [DATA_TYPE, FULL_DATA_TYPE];
  return [...names, ...MEASURES].map((column) => ({ ...column, value: (row) => column.value(typeOf(row)) }));
}

function typeName(type: DataType): string {
  return /^\w+/.exec(sqlName(type))![0];
}

function bits(type: DataType | undefined): number | null {
  return BITS[type?.kind as SimpleKind] ?? null;
}

function isInteger(type: DataType | undefined): boolean {
  return bits(type) !== null && type?.kind !== 'float' && type?.kind !== 'double';
}

function datetimePrecision(type: DataType | undefined): number | null {
  switch (type?.kind) {
    case 'date':
      return 0;
    case 'timestamp':
    case 'timestamp_ntz':
      return 3;
    case 'interval':
      return type.to === 'SECOND' ? 3 : 0;
    default:
      return null;
  }
}

function intervalFields({ from, to }: IntervalType): string {
  return from === to ? from : `${from} TO ${to}`;
}
