import { LakebookError } from '../base/errors.ts';
import { asRecord } from './actions.ts';
import { allFields, formatType, parseType, type DeltaType, type PrimitiveType, type StructField, type StructType } from './schema.ts';

const TYPE_CHANGES = 'delta.typeChanges';
const INTEGERS = ['byte', 'short', 'integer', 'long'];
/** Digits that hold every value of the integer, by the protocol's count. */
const INTEGER_DIGITS: Readonly<Record<string, number>> = { byte: 10, short: 10, integer: 10, long: 20 };

export interface TypeChange {
  readonly from: DeltaType;
  readonly to: DeltaType;
}

/**
 * Whether files written before the change can be read as the wider type (PROTOCOL.md "Type Widening").
 */
export function isSupportedTypeChange({ from, to }: TypeChange): boolean {
  if (isInteger(from)) {
    if (isInteger(to)) return INTEGERS.indexOf(from.kind) <= INTEGERS.indexOf(to.kind);
    if (to.kind === 'double') return from.kind !== 'long';
    return to.kind === 'decimal' && to.precision - to.scale >= (INTEGER_DIGITS[from.kind] ?? 0);
  }
  if (from.kind === 'float') return to.kind === 'double' || to.kind === 'float';
  if (from.kind === 'date') return to.kind === 'timestamp_ntz';
  if (from.kind === 'decimal' && to.kind === 'decimal') return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  return false;
}

/** @throws LakebookError DELTA_UNSUPPORTED_TYPE_CHANGE_IN_SCHEMA if the schema records a change that readers need not support */
export function checkTypeChanges(schema: StructType, table: string): void {
  const unsupported = typeChangesIn(schema, table).find(({ change }) => !isSupportedTypeChange(change));
  if (unsupported === undefined) return;
  const { name: column, change: { from, to } } = unsupported;
  throw new LakebookError('DELTA_UNSUPPORTED_TYPE_CHANGE_IN_SCHEMA', { table, column, fromType: formatType(from), toType: formatType(to) });
}

/** The changes that the schema records, at any depth, with the names of the fields that record them. */
export function typeChangesIn(schema: StructType, table: string): readonly { readonly name: string; readonly change: TypeChange }[] {
  return allFields(schema).flatMap((field) => typeChangesOf(field, table).map((change) => ({ name: field.name, change })));
}

/**
 * Whether some change of the column, at any depth, is more than one integer for another: values of old files then compare
 * wrongly with constants that the old type cannot hold, unless compared after the change.
 */
export function isLossyWidened(field: StructField): boolean {
  return allFields({ kind: 'struct', fields: [field] }).some((nested) => typeChangesOf(nested, '').some(({ from, to }) => !(isInteger(from) && isInteger(to))));
}

function typeChangesOf(field: StructField, table: string): readonly TypeChange[] {
  const changes = field.metadata[TYPE_CHANGES];
  if (!Array.isArray(changes)) return [];
  return changes.map(asRecord).map((change) => ({ from: parseType(change['fromType'], table, field.name), to: parseType(change['toType'], table, field.name) }));
}

function isInteger(type: DeltaType): type is PrimitiveType & { readonly kind: 'byte' | 'short' | 'integer' | 'long' } {
  return INTEGERS.includes(type.kind);
}
