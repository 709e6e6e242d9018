import { physicalNameOf, type ColumnMappingMode } from '../columnMapping.ts';
import { formatType, type DeltaType, type StructField } from '../schema.ts';
import type { TableVersion } from '../tableVersion.ts';
import { isSupportedTypeChange } from '../typeWidening.ts';

/** A column of a difference: of both versions, or of one of them alone. */
export interface DifferenceColumn {
  readonly name: string;
  /** One type that holds the values of both versions; text where none does. */
  readonly type: DeltaType;
  readonly before: StructField | undefined;
  readonly after: StructField | undefined;
}

/** The columns of the later version, and those that it has no more. Renamed ones are one column where the table maps columns. Pure. */
export function differenceColumns(before: TableVersion | undefined, after: TableVersion): readonly DifferenceColumn[] {
  const mode = before?.mode === after.mode ? after.mode : 'none';
  const former = new Map((before?.schema.fields ?? []).map((field) => [keyOf(field, mode), field]));
  const kept = after.schema.fields.map((field): DifferenceColumn => {
    const same = former.get(keyOf(field, mode));
    former.delete(keyOf(field, mode));
    return { name: field.name, type: same === undefined ? field.type : commonType(same.type, field.type), before: same, after: field };
  });
  const taken = new Set(kept.map(({ name }) => name.toLowerCase()));
  const dropped = [...former.values()].map((field): DifferenceColumn => ({ name: taken.has(field.name.toLowerCase()) ? `${field.name} (dropped)` : field.name, type: field.type, before: field, after: undefined }));
  return [...kept, ...dropped];
}

/** How the columns of two versions differ, whatever became of rows. */
export interface ColumnChanges {
  readonly added: readonly string[];
  readonly dropped: readonly string[];
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
}

export const NO_COLUMN_CHANGES: ColumnChanges = { added: [], dropped: [], renamed: [] };

export function columnChanges(columns: readonly DifferenceColumn[]): ColumnChanges {
  return {
    added: columns.flatMap(({ before, after }) => (before === undefined && after !== undefined ? [after.name] : [])),
    dropped: columns.flatMap(({ before, after }) => (before !== undefined && after === undefined ? [before.name] : [])),
    renamed: columns.flatMap(({ before, after }) => (before !== undefined && after !== undefined && before.name !== after.name ? [{ from: before.name, to: after.name }] : [])),
  };
}

function keyOf(field: StructField, mode: ColumnMappingMode): string {
  return physicalNameOf(field, mode).toLowerCase();
}

function commonType(former: DeltaType, latter: DeltaType): DeltaType {
  if (formatType(former) === formatType(latter) || isSupportedTypeChange({ from: former, to: latter })) return latter;
  return isSupportedTypeChange({ from: latter, to: former }) ? former : { kind: 'string' };
}
