import { LakebookError } from '../../base/errors.ts';
import { columnMappingMode } from '../columnMapping.ts';
import { clusteringDomain, clusteringPaths } from '../write/clusteringColumns.ts';
import { parseSchema } from '../schema.ts';
import { checkedProperties, withoutInternalProperties } from '../write/propertyRules.ts';
import { schemaDifferences } from '../write/schemaDifferences.ts';
import type { HeadVersion } from '../write/tableHead.ts';
import type { CreateOptions } from './createTable.ts';

/** What a statement says of a table that may be there already. */
export type SpecifiedTable = Pick<CreateOptions, 'schema' | 'partitionColumns' | 'configuration' | 'clusterBy'>;

/**
 * Whether a table that is there is as it was specified, where anything was: a schema with its partitions and clustering, properties.
 * @throws LakebookError DELTA_CREATE_TABLE_SCHEME_MISMATCH, DELTA_CREATE_TABLE_WITH_DIFFERENT_PARTITIONING,
 *   DELTA_CREATE_TABLE_WITH_DIFFERENT_CLUSTERING, DELTA_CREATE_TABLE_WITH_DIFFERENT_PROPERTY
 */
export function checkSpecified(existing: HeadVersion, specified: SpecifiedTable, table: string): void {
  if (specified.schema.fields.length > 0) checkSchema(existing, specified, table);
  checkProperties(existing, specified, table);
}

function checkSchema(existing: HeadVersion, { schema, partitionColumns, clusterBy = [] }: SpecifiedTable, table: string): void {
  const { metadata, protocol, domains } = existing;
  const known = parseSchema(metadata.schemaString, table);
  const differences = schemaDifferences(known, schema);
  if (differences.length > 0) throw new LakebookError('DELTA_CREATE_TABLE_SCHEME_MISMATCH', { table, differences: differences.join('; ') });
  if (partitionColumns.join('\u0000') !== metadata.partitionColumns.join('\u0000')) {
    throw new LakebookError('DELTA_CREATE_TABLE_WITH_DIFFERENT_PARTITIONING', { table, specifiedColumns: partitionColumns.join(', '), existingColumns: metadata.partitionColumns.join(', ') });
  }
  const clustered = clusteringPaths(domains);
  const asked = clusterBy.length === 0 ? [] : clusteringPaths([clusteringDomain(known, { protocol, metadata }, clusterBy, table)]);
  if (JSON.stringify(asked) !== JSON.stringify(clustered)) {
    const isMapped = columnMappingMode(protocol, metadata) !== 'none';
    throw new LakebookError('DELTA_CREATE_TABLE_WITH_DIFFERENT_CLUSTERING', { table, specifiedColumns: clusterBy.map((path) => path.join('.')).join(', '), existingColumns: `${clustered.map((path) => path.join('.')).join(', ')}${isMapped ? ' (physical names)' : ''}` });
  }
}

/** What becomes a part of the protocol is not kept among the properties. */
const OF_PROTOCOL = /^delta\.(?:feature\..*|minReaderVersion|minWriterVersion|ignoreProtocolDefaults)$/;

function checkProperties({ metadata }: HeadVersion, { configuration }: SpecifiedTable, table: string): void {
  if (Object.keys(configuration).length === 0) return;
  const asText = (properties: Readonly<Record<string, string>>): string =>
    Object.entries(properties).filter(([name]) => !OF_PROTOCOL.test(name)).sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join(', ');
  const [specifiedProperties, existingProperties] = [asText(checkedProperties(withoutInternalProperties(configuration))), asText(withoutInternalProperties(metadata.configuration))];
  if (specifiedProperties !== existingProperties) throw new LakebookError('DELTA_CREATE_TABLE_WITH_DIFFERENT_PROPERTY', { table, specifiedProperties, existingProperties });
}
