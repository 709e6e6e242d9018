import { LakebookError } from '../../base/errors.ts';
import type { Metadata, Protocol } from '../actions.ts';
import { featuresOf } from '../protocol.ts';
import { formatType, someType, type DeltaType, type StructType } from '../schema.ts';
import { typeChangesIn, type TypeChange } from '../typeWidening.ts';
import { mappingModeIn } from './columnMappingAssignment.ts';
import type { AddFile } from './fileActions.ts';
import { icebergCompatVersion } from './icebergProperties.ts';
import { numRecordsOf } from './rowIds.ts';

/** Types that Iceberg has no counterpart for; version 1 has no collections either. */
const REFUSED_TYPES: Readonly<Record<1 | 2, readonly DeltaType['kind'][]>> = { 1: ['void', 'variant', 'array', 'map'], 2: ['void', 'variant'] };

/**
 * What tables must be whose files Iceberg reads (PROTOCOL.md "Iceberg Compatibility V1", "V2"). Pure.
 * @param former what the table was before; undefined where it is made
 * @throws LakebookError DELTA_ICEBERG_COMPAT_VIOLATION.*
 */
export function checkIcebergCompat(protocol: Protocol, { configuration, partitionColumns }: Metadata, { schema, table, former }: { readonly schema: StructType; readonly table: string; readonly former: Metadata | undefined }): void {
  const version = icebergCompatVersion(configuration);
  if (version === undefined) return;
  if (version === 1 && configuration['delta.enableIcebergCompatV2']?.toLowerCase() === 'true') throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.VERSION_MUTUAL_EXCLUSIVE', { table });
  const marksRows = configuration['delta.enableDeletionVectors']?.toLowerCase() === 'true' || (version === 1 && featuresOf(protocol).includes('deletionVectors'));
  if (marksRows) throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.DELETION_VECTORS_SHOULD_BE_DISABLED', { table, version });
  const mode = mappingModeIn(configuration);
  if (mode === 'none') throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.WRONG_REQUIRED_TABLE_PROPERTY', { table, version, key: 'delta.columnMapping.mode', requiredValue: 'name or id', actualValue: mode });
  for (const { name, type } of schema.fields) {
    if (!someType(type, ({ kind }) => REFUSED_TYPES[version].includes(kind))) continue;
    throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_DATA_TYPE', { table, version, dataType: formatType(type), column: name });
  }
  for (const { name, change: { from, to } } of typeChangesIn(schema, table)) {
    if (!isIcebergTypeChange({ from, to })) throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_TYPE_WIDENING', { table, version, fieldPath: name, prevType: formatType(from), newType: formatType(to) });
  }
  const before = former?.partitionColumns ?? [];
  if (before.length > 0 && before.join('\n') !== partitionColumns.join('\n')) {
    throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.REPLACE_TABLE_CHANGE_PARTITION_NAMES', { table, version, prevPartitionSpec: before.join(', '), newPartitionSpec: partitionColumns.join(', ') });
  }
}

/** Iceberg has no dates that become timestamps, no decimals of more places, and no numbers of another kind. */
function isIcebergTypeChange({ from, to }: TypeChange): boolean {
  if (from.kind === 'decimal') return to.kind === 'decimal' && to.scale === from.scale;
  return from.kind !== 'date' && (from.kind === 'float' || (to.kind !== 'double' && to.kind !== 'decimal'));
}

/**
 * Every file must tell how many rows it holds. Pure.
 * @throws LakebookError DELTA_ICEBERG_COMPAT_VIOLATION.FILES_NOT_ICEBERG_COMPAT
 */
export function checkIcebergFiles(adds: readonly AddFile[], { configuration }: Metadata, table: string): void {
  const version = icebergCompatVersion(configuration);
  const uncounted = version === undefined ? undefined : adds.find(({ stats }) => numRecordsOf(stats) === undefined);
  if (version !== undefined && uncounted !== undefined) throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.FILES_NOT_ICEBERG_COMPAT', { table, version, file: uncounted.path });
}

/**
 * Files that were written before lack what Iceberg's readers look for. Pure.
 * @throws LakebookError DELTA_ICEBERG_COMPAT_VIOLATION.CHANGE_VERSION_NEED_REWRITE
 */
export function checkNothingToRewrite(former: Metadata, next: Metadata, { table, numFiles }: { readonly table: string; readonly numFiles: number }): void {
  const newVersion = icebergCompatVersion(next.configuration);
  if (newVersion !== undefined && newVersion !== icebergCompatVersion(former.configuration) && numFiles > 0) throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.CHANGE_VERSION_NEED_REWRITE', { table, newVersion });
}
