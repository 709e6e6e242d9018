import { hasCode } from '../base/errors.ts';
import { joinPath } from '../storage/paths.ts';
import type { Storage } from '../storage/storage.ts';
import { asRecord, type DomainMetadata, type SetTransaction } from './actions.ts';
import { firstRow, toNumber, type Engine } from './engine.ts';
import type { LiveFiles } from './liveFiles.ts';
import { checksumName } from './logFile.ts';
import { logPathOf } from './logSegment.ts';
import { featuresOf } from './protocol.ts';
import type { Totals } from './snapshot.ts';
import type { TableVersion } from './tableVersion.ts';

/** Whether a version's checksum file agrees with the log (PROTOCOL.md "Version Checksum File"). */
export type ChecksumState = 'absent' | 'matches' | 'differs' | 'unreadable';

/** What `DESCRIBE DETAIL` tells, and more. */
export interface TableDetail {
  readonly format: 'delta';
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly location: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number | null;
  readonly lastModified: number;
  readonly version: number;
  readonly partitionColumns: readonly string[];
  /** Physical names. */
  readonly clusteringColumns: readonly string[];
  readonly numFiles: number;
  readonly sizeInBytes: number;
  readonly numDeletionVectors: number;
  readonly numDeletedRecords: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  /** Sorted, as Spark tells them. */
  readonly tableFeatures: readonly string[];
  readonly txns: readonly SetTransaction[];
  readonly domains: readonly DomainMetadata[];
  readonly checksum: ChecksumState;
}

export interface DetailContext {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly files: LiveFiles;
  readonly at: TableVersion;
  readonly totals: Totals;
  readonly timestampMs: number;
}

export async function describeTable({ engine, storage, files, at, totals, timestampMs }: DetailContext, signal?: AbortSignal): Promise<TableDetail> {
  const { metadata, protocol, version, table } = at;
  await files.materialise();
  const vectors = firstRow(
    await engine.select(`SELECT count(f.deletion_vector."storageType") AS vectors, coalesce(sum(f.deletion_vector.cardinality), 0)::BIGINT AS rows FROM ${files.relation(version)}`, signal),
    ['vectors', 'rows'],
  );
  return {
    format: 'delta',
    id: metadata.id,
    name: metadata.name ?? null,
    description: metadata.description ?? null,
    location: table,
    createdAt: metadata.createdTime ?? null,
    lastModified: timestampMs,
    version,
    partitionColumns: metadata.partitionColumns,
    clusteringColumns: clusteringColumns(at.domains),
    numFiles: totals.numFiles,
    sizeInBytes: totals.sizeBytes,
    numDeletionVectors: toNumber(vectors['vectors']),
    numDeletedRecords: toNumber(vectors['rows']),
    properties: metadata.configuration,
    minReaderVersion: protocol.minReaderVersion,
    minWriterVersion: protocol.minWriterVersion,
    tableFeatures: [...featuresOf(protocol)].sort(),
    txns: at.txns,
    domains: at.domains,
    checksum: await compareChecksum(storage, at, totals),
  };
}

/** The clustering columns as dotted names (PROTOCOL.md "Clustered Table"). */
function clusteringColumns(domains: readonly DomainMetadata[]): readonly string[] {
  const domain = domains.find((candidate) => candidate.domain === 'delta.clustering' || candidate.domain === 'delta.liquid');
  if (domain === undefined) return [];
  const columns = parseObject(domain.configuration)?.['clusteringColumns'];
  if (!Array.isArray(columns)) return [];
  return columns.map((column) => {
    const path: unknown = Array.isArray(column) ? column : asRecord(column)['physicalName'];
    return Array.isArray(path) ? path.join('.') : String(path);
  });
}

async function compareChecksum(storage: Storage, { table, version }: TableVersion, totals: Totals): Promise<ChecksumState> {
  let bytes: Uint8Array;
  try {
    bytes = await storage.read(joinPath(logPathOf(table), checksumName(version)));
  } catch (error) {
    if (hasCode(error, 'STORAGE_NOT_FOUND')) return 'absent';
    throw error;
  }
  const checksum = parseObject(new TextDecoder().decode(bytes));
  if (checksum === undefined || checksum['numFiles'] === undefined) return 'unreadable';
  return checksum['numFiles'] === totals.numFiles && checksum['tableSizeBytes'] === totals.sizeBytes ? 'matches' : 'differs';
}

function parseObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(JSON.parse(json));
  } catch {
    return undefined;
  }
}
