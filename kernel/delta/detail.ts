import type { DomainMetadata, SetTransaction } from './actions.ts';

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
  readonly clusteringColumns: readonly string[];
  readonly numFiles: number;
  readonly sizeInBytes: number;
  readonly numDeletionVectors: number;
  readonly numDeletedRecords: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly tableFeatures: readonly string[];
  readonly txns: readonly SetTransaction[];
  readonly domains: readonly DomainMetadata[];
  /** Whether the version's checksum file agrees with the log. */
  readonly checksum: 'absent' | 'matches' | 'differs' | 'unreadable';
}
