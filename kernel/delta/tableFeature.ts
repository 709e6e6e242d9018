/** How far this product goes with a feature. */
export type FeatureSupport =
  /** Every rule that the feature lays on this side is kept. */
  | 'supported'
  /** The feature lays no rule on this side. */
  | 'notNeeded'
  /** Kept where a catalog orders the table's commits; a table that is reached by its path is refused. */
  | 'throughCatalog'
  /** A table that asks for it is refused on this side. */
  | 'refused';

/** A table feature (PROTOCOL.md "Valid Feature Names in Table Features"), as data. */
export interface TableFeature {
  readonly name: string;
  /** `readerWriter` features stand in both lists of the protocol, `writer` features in `writerFeatures` alone. */
  readonly kind: 'readerWriter' | 'writer';
  /** The first protocol versions that imply the feature without naming it. */
  readonly impliedFrom?: { readonly reader?: number; readonly writer: number };
  readonly requires?: readonly string[];
  readonly read: FeatureSupport;
  readonly write: FeatureSupport;
  /** What it does, in words for people. */
  readonly summary: string;
}

/** Every feature that this product knows by name, in the order of the protocol's text. */
export const TABLE_FEATURES: readonly TableFeature[] = [
  { name: 'appendOnly', kind: 'writer', impliedFrom: { writer: 2 }, read: 'notNeeded', write: 'supported', summary: 'With delta.appendOnly=true no data may be deleted or changed.' },
  { name: 'invariants', kind: 'writer', impliedFrom: { writer: 2 }, read: 'notNeeded', write: 'supported', summary: 'Column conditions that every new row must meet.' },
  { name: 'checkConstraints', kind: 'writer', impliedFrom: { writer: 3 }, read: 'notNeeded', write: 'supported', summary: 'Table conditions that every row must meet.' },
  { name: 'changeDataFeed', kind: 'writer', impliedFrom: { writer: 4 }, read: 'supported', write: 'supported', summary: 'Writers record row changes; table_changes() reads them.' },
  { name: 'generatedColumns', kind: 'writer', impliedFrom: { writer: 4 }, read: 'notNeeded', write: 'supported', summary: 'Columns computed from others when written.' },
  { name: 'columnMapping', kind: 'readerWriter', impliedFrom: { reader: 2, writer: 5 }, read: 'supported', write: 'supported', summary: 'Columns have physical names or ids in the files, so they can be renamed and dropped.' },
  { name: 'identityColumns', kind: 'writer', impliedFrom: { writer: 6 }, read: 'notNeeded', write: 'supported', summary: 'Columns numbered by the writer.' },
  { name: 'deletionVectors', kind: 'readerWriter', read: 'supported', write: 'supported', summary: 'Rows are marked deleted without rewriting their file.' },
  { name: 'rowTracking', kind: 'writer', requires: ['domainMetadata'], read: 'supported', write: 'supported', summary: 'Rows keep an id and the version of their last change (_row_id, _row_commit_version).' },
  { name: 'timestampNtz', kind: 'readerWriter', read: 'supported', write: 'supported', summary: 'Timestamps without a time zone.' },
  { name: 'domainMetadata', kind: 'writer', read: 'supported', write: 'supported', summary: 'Named configurations that other features keep in the log.' },
  { name: 'v2Checkpoint', kind: 'readerWriter', read: 'supported', write: 'supported', summary: 'Checkpoints of several files (sidecars).' },
  { name: 'icebergCompatV1', kind: 'writer', requires: ['columnMapping'], read: 'notNeeded', write: 'supported', summary: 'Files that Iceberg readers understand, first version.' },
  { name: 'icebergCompatV2', kind: 'writer', requires: ['columnMapping'], read: 'notNeeded', write: 'supported', summary: 'Files that Iceberg readers understand, second version.' },
  { name: 'icebergCompatV3', kind: 'writer', requires: ['columnMapping', 'rowTracking'], read: 'notNeeded', write: 'refused', summary: 'Files that Iceberg readers understand, third version.' },
  { name: 'icebergWriterCompatV1', kind: 'writer', requires: ['icebergCompatV2'], read: 'notNeeded', write: 'refused', summary: 'Columns that Iceberg writers can share.' },
  { name: 'clustering', kind: 'writer', requires: ['domainMetadata'], read: 'supported', write: 'supported', summary: 'Files are laid out by clustering columns instead of partitions.' },
  { name: 'liquid', kind: 'writer', requires: ['domainMetadata'], read: 'supported', write: 'refused', summary: 'An earlier name of clustering.' },
  { name: 'vacuumProtocolCheck', kind: 'readerWriter', read: 'supported', write: 'supported', summary: 'VACUUM checks the writer protocol first.' },
  { name: 'inCommitTimestamp', kind: 'writer', read: 'supported', write: 'supported', summary: 'Commits carry their own time.' },
  { name: 'inCommitTimestamp-preview', kind: 'writer', read: 'supported', write: 'supported', summary: 'An earlier name of inCommitTimestamp.' },
  { name: 'typeWidening', kind: 'readerWriter', read: 'supported', write: 'supported', summary: 'Column types can become wider without rewriting files.' },
  { name: 'typeWidening-preview', kind: 'readerWriter', read: 'supported', write: 'supported', summary: 'An earlier name of typeWidening.' },
  { name: 'variantType', kind: 'readerWriter', read: 'supported', write: 'supported', summary: 'Columns of semi-structured values.' },
  { name: 'variantType-preview', kind: 'readerWriter', read: 'supported', write: 'supported', summary: 'An earlier name of variantType.' },
  { name: 'variantShredding', kind: 'readerWriter', requires: ['variantType'], read: 'supported', write: 'supported', summary: 'Parts of variants are stored as typed columns.' },
  { name: 'variantShredding-preview', kind: 'readerWriter', requires: ['variantType'], read: 'supported', write: 'supported', summary: 'An earlier name of variantShredding.' },
  { name: 'checkpointProtection', kind: 'writer', read: 'notNeeded', write: 'supported', summary: 'Older checkpoints may not be removed.' },
  { name: 'allowColumnDefaults', kind: 'writer', read: 'notNeeded', write: 'supported', summary: 'Columns have default values for new rows.' },
  { name: 'materializePartitionColumns', kind: 'writer', read: 'notNeeded', write: 'supported', summary: 'Files also hold the partition columns.' },
  { name: 'collations', kind: 'writer', requires: ['domainMetadata'], read: 'supported', write: 'refused', summary: 'Strings compare by named rules; here they compare by bytes.' },
  { name: 'collations-preview', kind: 'writer', requires: ['domainMetadata'], read: 'supported', write: 'refused', summary: 'An earlier name of collations.' },
  { name: 'columnMappingUsageTracking', kind: 'writer', read: 'notNeeded', write: 'refused', summary: 'The log tells whether columns were ever renamed or dropped.' },
  { name: 'timestampWithoutTimezone', kind: 'readerWriter', read: 'supported', write: 'refused', summary: 'A mistaken name of timestampNtz that some tables hold.' },
  { name: 'coordinatedCommits-preview', kind: 'writer', requires: ['inCommitTimestamp'], read: 'notNeeded', write: 'refused', summary: 'A coordinator orders commits.' },
  { name: 'catalogManaged', kind: 'readerWriter', requires: ['inCommitTimestamp'], read: 'throughCatalog', write: 'throughCatalog', summary: 'A catalog orders commits; the folder alone does not tell the table.' },
  { name: 'catalogOwned-preview', kind: 'readerWriter', requires: ['inCommitTimestamp'], read: 'throughCatalog', write: 'throughCatalog', summary: 'An earlier name of catalogManaged.' },
  { name: 'geospatial', kind: 'readerWriter', read: 'refused', write: 'refused', summary: 'Geometry and geography columns.' },
  { name: 'timestampNanos', kind: 'readerWriter', read: 'refused', write: 'refused', summary: 'Timestamps in nanoseconds.' },
  { name: 'adaptiveMetadata-preview', kind: 'readerWriter', read: 'refused', write: 'refused', summary: 'A tree of manifests in place of the log.' },
  { name: 'redirectReaderWriter-preview', kind: 'readerWriter', read: 'refused', write: 'refused', summary: 'The table lives elsewhere.' },
  { name: 'redirectWriterOnly-preview', kind: 'writer', read: 'notNeeded', write: 'refused', summary: 'Writers are sent elsewhere.' },
];


const BY_NAME: ReadonlyMap<string, TableFeature> = new Map(TABLE_FEATURES.map((feature) => [feature.name, feature]));

export function findFeature(name: string): TableFeature | undefined {
  return BY_NAME.get(name);
}
