import { LakebookError } from '../../base/errors.ts';
import { columnMappingMode, physicalNameOf } from '../columnMapping.ts';
import { findField, type StructField, type StructType } from '../schema.ts';
import type { DomainChange } from './commitText.ts';
import type { WriteTarget } from './dataFiles.ts';

const CLUSTERING = 'delta.clustering';
const COLUMNS_MAX = 4;

/**
 * The domain that names a table's clustering columns, by their physical names (PROTOCOL.md "Clustered Table").
 * @throws LakebookError DELTA_COLUMN_NOT_FOUND, DELTA_CLUSTER_BY_WITH_PARTITIONED_BY, DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS
 */
export function clusteringDomain(schema: StructType, { protocol, metadata }: WriteTarget, columns: readonly (readonly string[])[], table: string): DomainChange {
  if (metadata.partitionColumns.length > 0) throw new LakebookError('DELTA_CLUSTER_BY_WITH_PARTITIONED_BY', { table });
  if (columns.length > COLUMNS_MAX) throw new LakebookError('DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS', { table, max: COLUMNS_MAX, actual: columns.length });
  const mode = columnMappingMode(protocol, metadata);
  const physical = columns.map((path) => {
    const names: string[] = [];
    let struct: StructType | undefined = schema;
    for (const part of path) {
      const field: StructField | undefined = struct === undefined ? undefined : findField(struct, part);
      if (field === undefined) throw new LakebookError('DELTA_COLUMN_NOT_FOUND', { table, column: path.join('.') });
      names.push(physicalNameOf(field, mode));
      struct = field.type.kind === 'struct' ? field.type : undefined;
    }
    return names;
  });
  return { domain: CLUSTERING, configuration: JSON.stringify({ clusteringColumns: physical, domainName: CLUSTERING }), removed: false };
}
