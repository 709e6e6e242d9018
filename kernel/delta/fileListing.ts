/** One live file as the log describes it. */
export interface FileEntry {
  /** As in the log: URI-encoded, relative to the table or absolute. */
  readonly path: string;
  readonly size: number;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly modificationTime: number | null;
  /** The deletion vector's unique id (PROTOCOL.md "Deletion Vectors"). */
  readonly dvId: string | null;
  readonly dvCardinality: number | null;
  readonly baseRowId: bigint | null;
  readonly defaultRowCommitVersion: bigint | null;
  readonly clusteringProvider: string | null;
  /** JSON text. */
  readonly stats: string | null;
}

/**
 * The live files as SQL: a SELECT with the columns `path, size, partitionValues (JSON), modificationTime, dvId,
 * dvCardinality, baseRowId, defaultRowCommitVersion, clusteringProvider, stats (VARCHAR)`.
 */
export interface FileListing {
  readonly relationSql: string;
}
