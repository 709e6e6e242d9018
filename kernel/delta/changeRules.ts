import { LakebookError } from '../base/errors.ts';
import { physicalNameOf, type ColumnMappingMode } from './columnMapping.ts';
import { formatType, type DeltaType, type StructType } from './schema.ts';
import type { TableVersion } from './tableVersion.ts';
import { isSupportedTypeChange } from './typeWidening.ts';

export interface ChangeRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Checks that the changes of a range were recorded throughout, and that rows written under every version of the schema in
 * it can be read as the last one says. Pure.
 * @param versions the table at the range's start, at each version that changes its metadata, and at the end
 * @throws LakebookError DELTA_MISSING_CHANGE_DATA, DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_SCHEMA_CHANGE
 */
export function checkChangesReadable(versions: readonly TableVersion[], { start, end }: ChangeRange): void {
  const last = versions.at(-1);
  for (const { table, version, metadata } of versions) {
    if (metadata.configuration['delta.enableChangeDataFeed']?.toLowerCase() !== 'true') throw new LakebookError('DELTA_MISSING_CHANGE_DATA', { table, start, end, version });
  }
  for (const at of versions) {
    const detail = last === undefined ? undefined : incompatibility(at, last);
    if (detail !== undefined) throw new LakebookError('DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_SCHEMA_CHANGE', { table: at.table, start, end, version: at.version, detail });
  }
}

/** Why rows of `former` cannot be read as `latter` says; undefined where they can. Columns may come, and types may widen. */
function incompatibility(former: TableVersion, latter: TableVersion): string | undefined {
  if (former.mode !== latter.mode && former.mode !== 'none') return `column mapping went from ${former.mode} to ${latter.mode}`;
  return structIncompatibility(former.schema, latter.schema, latter.mode === former.mode ? latter.mode : 'none');
}

function structIncompatibility(former: StructType, latter: StructType, mode: ColumnMappingMode): string | undefined {
  for (const field of former.fields) {
    const same = latter.fields.find((candidate) => physicalNameOf(candidate, mode).toLowerCase() === physicalNameOf(field, mode).toLowerCase());
    if (same === undefined) return `column ${field.name} was dropped or renamed`;
    if (same.name.toLowerCase() !== field.name.toLowerCase()) return `column ${field.name} was renamed to ${same.name}`;
    const nested = typeIncompatibility(field.type, same.type, mode);
    if (nested !== undefined) return `column ${field.name}: ${nested}`;
  }
  return undefined;
}

function typeIncompatibility(former: DeltaType, latter: DeltaType, mode: ColumnMappingMode): string | undefined {
  if (former.kind === 'struct' && latter.kind === 'struct') return structIncompatibility(former, latter, mode);
  if (former.kind === 'array' && latter.kind === 'array') return typeIncompatibility(former.elementType, latter.elementType, mode);
  if (former.kind === 'map' && latter.kind === 'map') {
    return typeIncompatibility(former.keyType, latter.keyType, mode) ?? typeIncompatibility(former.valueType, latter.valueType, mode);
  }
  if (formatType(former) === formatType(latter) || former.kind === 'void' || isSupportedTypeChange({ from: former, to: latter })) return undefined;
  return `its type went from ${formatType(former)} to ${formatType(latter)}`;
}
