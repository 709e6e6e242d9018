import type { StructField, StructType } from '../../delta/schema.ts';
import type { Snapshot } from '../../delta/snapshot.ts';

/** The clustering columns as paths of logical names; the log keeps physical ones. */
export function clusteringColumnsOf({ domains, schema }: Snapshot): readonly (readonly string[])[] {
  const configuration = domains.find(({ domain }) => domain === 'delta.clustering' || domain === 'delta.liquid')?.configuration;
  if (configuration === undefined) return [];
  const parsed: unknown = JSON.parse(configuration);
  if (parsed === null || typeof parsed !== 'object' || !('clusteringColumns' in parsed) || !Array.isArray(parsed.clusteringColumns)) return [];
  return parsed.clusteringColumns.map(physicalPath).filter((path) => path !== undefined).map((path) => toLogicalPath(schema, path));
}

function physicalPath(column: unknown): readonly string[] | undefined {
  if (Array.isArray(column)) return column.map(String);
  const nested: unknown = column !== null && typeof column === 'object' && 'physicalName' in column ? column.physicalName : undefined;
  return Array.isArray(nested) ? nested.map(String) : undefined;
}

function toLogicalPath(schema: StructType, [first, ...rest]: readonly string[]): readonly string[] {
  if (first === undefined) return [];
  const field = schema.fields.find((candidate) => physicalName(candidate) === first);
  if (field === undefined) return [first, ...rest];
  return [field.name, ...(field.type.kind === 'struct' ? toLogicalPath(field.type, rest) : rest)];
}

function physicalName({ name, metadata }: StructField): string {
  const physical = metadata['delta.columnMapping.physicalName'];
  return typeof physical === 'string' ? physical : name;
}
