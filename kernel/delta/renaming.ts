import type { DeltaType, StructField, StructType } from './schema.ts';
import { duckdbType, literal } from './sqlText.ts';

/** SQL of a value of type `from` with the names of its nested fields as in `to`, a type of the same shape. */
export function renamed(value: string, from: DeltaType, to: DeltaType): string {
  return hasOtherNames(from, to) ? `remap_struct(${value}, NULL::${duckdbType(to)}, ${remapping(from, to)}, NULL)` : value;
}

function hasOtherNames(from: DeltaType, to: DeltaType): boolean {
  return duckdbType(from) !== duckdbType(to);
}

/** The mapping that DuckDB's remap_struct wants: new name to old name, or to a pair of old name and mapping. */
function remapping(from: DeltaType, to: DeltaType): string {
  const entry = (toName: string, fromName: string, child: { readonly from: DeltaType; readonly to: DeltaType }): string =>
    `${literal(toName)}: ${hasOtherNames(child.from, child.to) ? `(${literal(fromName)}, ${remapping(child.from, child.to)})` : literal(fromName)}`;
  if (from.kind === 'struct' && to.kind === 'struct') {
    return `{${fieldPairs(from, to).map((pair) => entry(pair.to.name, pair.from.name, { from: pair.from.type, to: pair.to.type })).join(', ')}}`;
  }
  if (from.kind === 'array' && to.kind === 'array') return `{${entry('list', 'list', { from: from.elementType, to: to.elementType })}}`;
  if (from.kind === 'map' && to.kind === 'map') {
    return `{${entry('key', 'key', { from: from.keyType, to: to.keyType })}, ${entry('value', 'value', { from: from.valueType, to: to.valueType })}}`;
  }
  return '{}';
}

/** Fields of two structs by position. */
export function fieldPairs(from: StructType, to: StructType): readonly { readonly from: StructField; readonly to: StructField }[] {
  return to.fields.flatMap((field, index) => {
    const source = from.fields[index];
    return source === undefined ? [] : [{ from: source, to: field }];
  });
}
