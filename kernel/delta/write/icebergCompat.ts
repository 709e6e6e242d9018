import { LakebookError } from '../../base/errors.ts';
import type { Metadata, Protocol } from '../actions.ts';
import { featuresOf } from '../protocol.ts';
import { formatType, someType, type DeltaType, type StructType } from '../schema.ts';
import { mappingModeIn } from './columnMappingAssignment.ts';

/** Types that Iceberg has no counterpart for; version 1 has no collections either. */
const REFUSED_TYPES: Readonly<Record<1 | 2, readonly DeltaType['kind'][]>> = { 1: ['void', 'variant', 'array', 'map'], 2: ['void', 'variant'] };

/**
 * What tables must be whose files Iceberg reads (PROTOCOL.md "Iceberg Compatibility V1", "V2"). Pure.
 * @throws LakebookError DELTA_ICEBERG_COMPAT_VIOLATION.*
 */
export function checkIcebergCompat(protocol: Protocol, { configuration }: Metadata, schema: StructType, table: string): void {
  const versions = ([1, 2] as const).filter((version) => configuration[`delta.enableIcebergCompatV${version}`]?.toLowerCase() === 'true');
  const [version, other] = versions;
  if (version === undefined) return;
  if (other !== undefined) throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.VERSION_MUTUAL_EXCLUSIVE', { table });
  const marksRows = configuration['delta.enableDeletionVectors']?.toLowerCase() === 'true' || (version === 1 && featuresOf(protocol).includes('deletionVectors'));
  if (marksRows) throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.DELETION_VECTORS_SHOULD_BE_DISABLED', { table, version });
  const mode = mappingModeIn(configuration);
  if (mode === 'none') throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.WRONG_REQUIRED_TABLE_PROPERTY', { table, version, key: 'delta.columnMapping.mode', requiredValue: 'name or id', actualValue: mode });
  for (const { name, type } of schema.fields) {
    if (!someType(type, ({ kind }) => REFUSED_TYPES[version].includes(kind))) continue;
    throw new LakebookError('DELTA_ICEBERG_COMPAT_VIOLATION.UNSUPPORTED_DATA_TYPE', { table, version, dataType: formatType(type), column: name });
  }
}
