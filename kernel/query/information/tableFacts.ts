import type { TableDetail } from '../../delta/detail.ts';
import type { Snapshot } from '../../delta/snapshot.ts';
import { quoteNamePart } from '../../catalog/tableName.ts';
import { BIGINT, BOOLEAN, simpleString, STRING, TIMESTAMP, VARIANT, type DataType } from '../../sql/types/dataType.ts';
import { quoteIdentifier, shownDuckDbType } from '../../sql/types/duckdbType.ts';
import { toCatalogColumn } from '../deltaColumns.ts';
import { clusteringColumnsOf } from './clustering.ts';
import { STRINGS, type InformationColumn, type InformationRows, type InformationValue } from './rows.ts';

/** The columns of a table with all that its schema says of them, nested fields in the type. */
export function listColumns({ schema, partitionColumns }: Snapshot): InformationRows {
  const partitions = new Set(partitionColumns);
  return {
    columns: [
      { name: 'name', type: STRING },
      { name: 'type', type: STRING },
      { name: 'nullable', type: BOOLEAN },
      { name: 'partition', type: BOOLEAN },
      { name: 'comment', type: STRING },
      { name: 'metadata', type: VARIANT },
    ],
    rows: schema.fields.map((field) => {
      const { name, type, nullable, comment } = toCatalogColumn(field);
      return [name, simpleString(type), nullable, partitions.has(name), comment ?? null, toJsonValue(field.metadata)];
    }),
  };
}

/** One row with everything that the log tells of a table at a version. */
export function listDetail(snapshot: Snapshot, detail: TableDetail): InformationRows {
  const { minReaderVersion, minWriterVersion } = detail;
  const { readerFeatures, writerFeatures } = snapshot.protocol;
  const facts: readonly (readonly [string, DataType, InformationValue])[] = [
    ['format', STRING, detail.format],
    ['id', STRING, detail.id],
    ['name', STRING, detail.name],
    ['description', STRING, detail.description],
    ['location', STRING, detail.location],
    ['version', BIGINT, detail.version],
    ['createdAt', TIMESTAMP, detail.createdAt === null ? null : BigInt(detail.createdAt) * 1000n],
    ['lastModified', TIMESTAMP, BigInt(Math.round(detail.lastModified)) * 1000n],
    ['partitionColumns', STRINGS, detail.partitionColumns],
    ['clusteringColumns', STRINGS, clusteringColumnsOf(snapshot).map((path) => path.map(quoteNamePart).join('.'))],
    ['numFiles', BIGINT, detail.numFiles],
    ['sizeInBytes', BIGINT, detail.sizeInBytes],
    ['numDeletionVectors', BIGINT, detail.numDeletionVectors],
    ['numDeletedRecords', BIGINT, detail.numDeletedRecords],
    ['protocol', VARIANT, { minReaderVersion, minWriterVersion, ...(readerFeatures === undefined ? {} : { readerFeatures }), ...(writerFeatures === undefined ? {} : { writerFeatures }) }],
    ['features', STRINGS, detail.tableFeatures],
    ['properties', VARIANT, detail.properties],
    ['txns', VARIANT, detail.txns.map(({ appId, version, lastUpdated }) => ({ appId, version, lastUpdated: lastUpdated ?? null }))],
    ['domains', VARIANT, detail.domains.map(({ domain, configuration }) => ({ domain, configuration }))],
    ['schema', VARIANT, toJsonValue(JSON.parse(snapshot.metadata.schemaString))],
    ['checksum', STRING, detail.checksum],
  ];
  return { columns: facts.map(([name, type]) => ({ name, type })), rows: [facts.map(([, , value]) => value)] };
}

/** The columns of a file listing's relation (`kernel/delta/fileListing.ts`). */
export const FILE_COLUMNS: readonly InformationColumn[] = [
  { name: 'path', type: STRING },
  { name: 'size', type: BIGINT },
  { name: 'partitionValues', type: VARIANT },
  { name: 'modificationTime', type: BIGINT },
  { name: 'dvId', type: STRING },
  { name: 'dvCardinality', type: BIGINT },
  { name: 'baseRowId', type: BIGINT },
  { name: 'defaultRowCommitVersion', type: BIGINT },
  { name: 'clusteringProvider', type: STRING },
  { name: 'stats', type: VARIANT },
];

/** A file listing's relation in the types of {@link FILE_COLUMNS}; statistics that are no JSON are left out. */
export function buildFilesSql(relationSql: string): string {
  const items = FILE_COLUMNS.map(({ name, type }) => `${name === 'stats' ? 'TRY_CAST' : 'CAST'}(${quoteIdentifier(name)} AS ${shownDuckDbType(type)}) AS ${quoteIdentifier(name)}`);
  return `SELECT ${items.join(', ')} FROM (${relationSql})`;
}

function toJsonValue(value: unknown): InformationValue {
  return value as InformationValue; // came out of JSON.parse
}
