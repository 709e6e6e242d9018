import { LakebookError } from '../../base/errors.ts';
import { asRecord, type DomainMetadata } from '../actions.ts';
import { columnMappingMode, physicalNameOf } from '../columnMapping.ts';
import { findField, type DeltaType, type StructField, type StructType } from '../schema.ts';
import type { DomainChange } from './commitText.ts';
import type { WriteTarget } from './dataFiles.ts';
import { columnAt } from './schemaEdits.ts';
import { statisticsColumns } from './statistics.ts';

const CLUSTERING = 'delta.clustering';
const COLUMNS_MAX = 4;

/**
 * The domain that names a table's clustering columns, by their physical names (PROTOCOL.md "Clustered Table").
 * @throws LakebookError DELTA_COLUMN_NOT_FOUND, DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED, DELTA_CLUSTERING_COLUMN_MISSING_STATS, DELTA_CLUSTER_BY_WITH_PARTITIONED_BY, DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS
 */
export function clusteringDomain(schema: StructType, { protocol, metadata }: WriteTarget, columns: readonly (readonly string[])[], table: string): DomainChange {
  if (metadata.partitionColumns.length > 0) throw new LakebookError('DELTA_CLUSTER_BY_WITH_PARTITIONED_BY', { table });
  if (columns.length > COLUMNS_MAX) throw new LakebookError('DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS', { table, max: COLUMNS_MAX, actual: columns.length });
  const mode = columnMappingMode(protocol, metadata);
  checkTypes(schema, columns, table);
  checkStatistics(schema, { protocol, metadata }, columns, table);
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

/** Of these types no file's lowest and highest values are kept. */
const UNORDERED: ReadonlySet<DeltaType['kind']> = new Set(['boolean', 'binary', 'array', 'map', 'struct', 'variant', 'void']);

function checkTypes(schema: StructType, columns: readonly (readonly string[])[], table: string): void {
  const unordered = columns.flatMap((path) => {
    const kind = columnAt(schema, path)?.type.kind;
    return kind !== undefined && UNORDERED.has(kind) ? [`${path.join('.')} : ${kind.toUpperCase()}`] : [];
  });
  if (unordered.length > 0) throw new LakebookError('DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED', { table, columns: unordered.join(', ') });
}

/** Files can only be told apart by columns that they keep statistics of. */
function checkStatistics(schema: StructType, { protocol, metadata }: WriteTarget, columns: readonly (readonly string[])[], table: string): void {
  const { partitionColumns, configuration } = metadata;
  const kept = new Set(statisticsColumns(schema, { partitionColumns, configuration, mode: columnMappingMode(protocol, metadata) }).map(({ logical }) => logical.join('.').toLowerCase()));
  const missing = columns.map((path) => path.join('.')).filter((name) => columnAt(schema, name.split('.')) !== undefined && !kept.has(name.toLowerCase()));
  if (missing.length > 0) throw new LakebookError('DELTA_CLUSTERING_COLUMN_MISSING_STATS', { table, columns: missing.join(', ') });
}

/** The clustering columns that a table names, by their physical names. */
export function clusteringPaths(domains: readonly DomainMetadata[]): readonly (readonly string[])[] {
  const configuration = domains.find(({ domain }) => domain === CLUSTERING)?.configuration;
  if (configuration === undefined) return [];
  const columns = asRecord(JSON.parse(configuration))['clusteringColumns'];
  return Array.isArray(columns) ? columns.map((path) => (Array.isArray(path) ? path.map(String) : [])) : [];
}
