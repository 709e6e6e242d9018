import { LakebookError } from '../../base/errors.ts';
import type { Metadata, Protocol } from '../actions.ts';
import { featuresOf, isCatalogManaged, type LogAccess } from '../protocol.ts';
import { allFields, someType, type StructType } from '../schema.ts';
import { findFeature, TABLE_FEATURES, type TableFeature } from '../tableFeature.ts';

const NEWEST_WRITER_VERSION = 7;
const FEATURES_BY_NAME = { minReaderVersion: 3, minWriterVersion: 7 } as const;
/** What every table asks for at least, as Spark makes them. */
export const FIRST_PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2, readerFeatures: undefined, writerFeatures: undefined };

/**
 * Refuses a table whose rules for writers this product cannot keep (PROTOCOL.md "Table Features", "Writer Requirements").
 * @throws LakebookError DELTA_INVALID_PROTOCOL_VERSION, DELTA_UNSUPPORTED_FEATURES_FOR_WRITE,
 *   DELTA_PATH_BASED_ACCESS_TO_CATALOG_MANAGED_TABLE_BLOCKED, DELTA_UNSUPPORTED_CATALOG_MANAGED_TABLE_OPERATION
 */
export function checkWritable(protocol: Protocol, table: string, access: LogAccess = 'path'): void {
  const { minWriterVersion } = protocol;
  if (minWriterVersion > NEWEST_WRITER_VERSION) {
    throw new LakebookError('DELTA_INVALID_PROTOCOL_VERSION', { table, required: `writer version ${minWriterVersion}`, supported: NEWEST_WRITER_VERSION });
  }
  const asked = featuresOf(protocol);
  if (access === 'path' && isCatalogManaged(protocol)) throw new LakebookError('DELTA_PATH_BASED_ACCESS_TO_CATALOG_MANAGED_TABLE_BLOCKED', { table });
  if (access === 'catalog' && !isCatalogManaged(protocol)) throw new LakebookError('DELTA_UNSUPPORTED_CATALOG_MANAGED_TABLE_OPERATION', { table, operation: 'A commit without the table feature catalogManaged' });
  const refused = asked.filter((name) => (findFeature(name)?.write ?? 'refused') === 'refused');
  if (refused.length > 0) throw new LakebookError('DELTA_UNSUPPORTED_FEATURES_FOR_WRITE', { table, features: refused.join(', ') });
}

/** The table properties that ask for a feature, with the value that does. */
const ASKED_BY_PROPERTY: readonly (readonly [property: string, value: string, feature: string])[] = [
  ['delta.appendOnly', 'true', 'appendOnly'],
  ['delta.enableChangeDataFeed', 'true', 'changeDataFeed'],
  ['delta.columnMapping.mode', 'name', 'columnMapping'],
  ['delta.columnMapping.mode', 'id', 'columnMapping'],
  ['delta.enableDeletionVectors', 'true', 'deletionVectors'],
  ['delta.enableRowTracking', 'true', 'rowTracking'],
  ['delta.checkpointPolicy', 'v2', 'v2Checkpoint'],
  ['delta.enableInCommitTimestamps', 'true', 'inCommitTimestamp'],
  ['delta.enableTypeWidening', 'true', 'typeWidening'],
  ['delta.enableIcebergCompatV1', 'true', 'icebergCompatV1'],
  ['delta.enableIcebergCompatV2', 'true', 'icebergCompatV2'],
  ['delta.writePartitionColumnsToParquet', 'true', 'materializePartitionColumns'],
];

/** The features that a table's properties and columns ask for. Pure. */
export function featuresAskedFor(metadata: Metadata, schema: StructType): readonly string[] {
  const { configuration } = metadata;
  const byProperty = ASKED_BY_PROPERTY.filter(([property, value]) => configuration[property]?.toLowerCase() === value).map(([, , feature]) => feature);
  const fields = allFields(schema);
  const hasMetadata = (key: string): boolean => fields.some((field) => field.metadata[key] !== undefined);
  const bySchema = [
    ...(fields.some((field) => !field.nullable) || hasMetadata('delta.invariants') ? ['invariants'] : []),
    ...(Object.keys(configuration).some((key) => key.startsWith('delta.constraints.')) ? ['checkConstraints'] : []),
    ...(hasMetadata('delta.generationExpression') ? ['generatedColumns'] : []),
    ...(hasMetadata('delta.identity.start') ? ['identityColumns'] : []),
    ...(hasMetadata('CURRENT_DEFAULT') ? ['allowColumnDefaults'] : []),
    ...(hasMetadata('delta.typeChanges') ? ['typeWidening'] : []),
    ...(someType(schema, ({ kind }) => kind === 'timestamp_ntz') ? ['timestampNtz'] : []),
    ...(someType(schema, ({ kind }) => kind === 'variant') ? ['variantType'] : []),
  ];
  return [...new Set([...byProperty, ...bySchema])];
}

const FEATURE_PROPERTY = 'delta.feature.';
const VERSION_PROPERTIES = { reader: 'delta.minReaderVersion', writer: 'delta.minWriterVersion' } as const;

/**
 * `delta.feature.<name> = supported` and the versions that a user may set: they shape the protocol, and are not kept
 * among the properties.
 * @throws LakebookError DELTA_UNSUPPORTED_FEATURES_IN_CONFIG
 */
export function takeProtocolProperties(configuration: Readonly<Record<string, string>>): { readonly configuration: Readonly<Record<string, string>>; readonly features: readonly string[]; readonly versions: { readonly reader: number; readonly writer: number } } {
  const named = Object.entries(configuration).filter(([key]) => key.startsWith(FEATURE_PROPERTY));
  const unknown = named.filter(([key, value]) => findFeature(key.slice(FEATURE_PROPERTY.length)) === undefined || !['supported', 'enabled'].includes(value.toLowerCase()));
  if (unknown.length > 0) throw new LakebookError('DELTA_UNSUPPORTED_FEATURES_IN_CONFIG', { features: unknown.map(([key, value]) => `${key}=${value}`).join(', ') });
  const kept = Object.entries(configuration).filter(([key]) => !key.startsWith(FEATURE_PROPERTY) && key !== VERSION_PROPERTIES.reader && key !== VERSION_PROPERTIES.writer);
  return {
    configuration: Object.fromEntries(kept),
    features: named.map(([key]) => key.slice(FEATURE_PROPERTY.length)),
    versions: { reader: Number(configuration[VERSION_PROPERTIES.reader] ?? 1), writer: Number(configuration[VERSION_PROPERTIES.writer] ?? 1) },
  };
}

/**
 * A protocol that asks for all that `current` does and for more features, by the lowest versions that can say so. From
 * writer version 7 on every feature is named, those included that earlier versions implied. Pure.
 */
export function upgradeProtocol(current: Protocol, features: readonly string[], versions: { readonly reader: number; readonly writer: number } = { reader: 1, writer: 1 }): Protocol {
  const had = featuresOf(current);
  const wanted = [...new Set([...had, ...withRequired(features)])];
  const known = wanted.flatMap((name) => findFeature(name) ?? []);
  const isLegacy = current.writerFeatures === undefined && versions.writer < FEATURES_BY_NAME.minWriterVersion && known.length === wanted.length && known.every(({ impliedFrom }) => impliedFrom !== undefined);
  if (isLegacy) {
    const reader = Math.max(current.minReaderVersion, versions.reader, ...known.map(({ impliedFrom }) => impliedFrom?.reader ?? 1));
    const writer = Math.max(current.minWriterVersion, versions.writer, ...known.map(({ impliedFrom }) => impliedFrom?.writer ?? 1));
    // A version implies all features up to it: only where they were wanted or had may it be taken.
    const implied = TABLE_FEATURES.filter(({ impliedFrom }) => impliedFrom !== undefined && impliedFrom.writer <= writer);
    if (writer === current.minWriterVersion && reader === current.minReaderVersion) return current;
    if (versions.writer > 1 || implied.every(({ name }) => wanted.includes(name))) return { ...current, minReaderVersion: reader, minWriterVersion: writer };
  }
  if (wanted.length === had.length && current.writerFeatures !== undefined) return current;
  const readerFeatures = wanted.filter((name) => isForReaders(findFeature(name)));
  // Readers need no list where an older version implies all that they must know.
  const implying = readerFeatures.map((name) => findFeature(name)?.impliedFrom?.reader ?? FEATURES_BY_NAME.minReaderVersion);
  const minReaderVersion = Math.max(current.minReaderVersion, ...implying);
  return minReaderVersion < FEATURES_BY_NAME.minReaderVersion
    ? { minReaderVersion, minWriterVersion: FEATURES_BY_NAME.minWriterVersion, readerFeatures: undefined, writerFeatures: wanted }
    : { ...FEATURES_BY_NAME, readerFeatures, writerFeatures: wanted };
}

function isForReaders(feature: TableFeature | undefined): boolean {
  return feature?.kind === 'readerWriter';
}

function withRequired(features: readonly string[]): readonly string[] {
  return features.flatMap((name) => [...withRequired(findFeature(name)?.requires ?? []), name]);
}
