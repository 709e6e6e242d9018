/** The protocol action (PROTOCOL.md "Protocol Evolution"). */
export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures: readonly string[] | undefined;
  readonly writerFeatures: readonly string[] | undefined;
}

/** The metaData action (PROTOCOL.md "Change Metadata"). */
export interface Metadata {
  readonly id: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly provider: string;
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly createdTime: number | undefined;
  readonly configuration: Readonly<Record<string, string>>;
}

/** The txn action (PROTOCOL.md "Transaction Identifiers"). */
export interface SetTransaction {
  readonly appId: string;
  readonly version: bigint;
  readonly lastUpdated: bigint | undefined;
}

/** The domainMetadata action of a domain that is not removed (PROTOCOL.md "Domain Metadata"). */
export interface DomainMetadata {
  readonly domain: string;
  readonly configuration: string;
}

/** PROTOCOL.md "Deletion Vector Descriptor Schema". */
export interface DeletionVectorDescriptor {
  readonly storageType: string;
  readonly pathOrInlineDv: string;
  readonly offset: number | undefined;
  readonly sizeInBytes: number;
  readonly cardinality: number;
}
