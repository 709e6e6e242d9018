import { LakebookError } from '../../base/errors.ts';
import type { Metadata } from '../actions.ts';
import type { SnapshotFile } from '../fileListing.ts';
import { allFields, mapFields, parseSchema, type StructField, type StructType } from '../schema.ts';
import { schemaText } from '../schemaText.ts';
import type { Snapshot } from '../snapshot.ts';
import { TABLE_FEATURES } from '../tableFeature.ts';
import { clusteringPaths } from '../write/clusteringColumns.ts';
import { mappingModeIn } from '../write/columnMappingAssignment.ts';
import type { DomainChange } from '../write/commitText.ts';
import { CONSTRAINT_PROPERTY } from '../write/constraints.ts';
import { HIGH_WATER_MARK_DOMAIN } from '../write/rowIds.ts';

/** What a feature left in a table, and how the table is without it. */
export interface FeatureTraces {
  /** Properties that speak of it. */
  readonly properties?: readonly string[];
  /** What fields say of it. */
  readonly fieldMetadata?: readonly string[];
  readonly domains?: (snapshot: Snapshot) => readonly string[];
  /** Whether a version with this metadata may only be read by who knows the feature. */
  readonly isUsedBy?: (metadata: Metadata, table: string) => boolean;
  /** Whether a file with a deletion vector may only be read by who knows it. */
  readonly isDeletionVectors?: boolean;
  /** The files that cannot be read without it. */
  readonly filesToRewrite?: (snapshot: Snapshot, signal?: AbortSignal) => Promise<readonly SnapshotFile[]>;
  /** @throws LakebookError where the user must act first */
  readonly check?: (snapshot: Snapshot, table: string) => void;
}

export const PROTECTION = 'checkpointProtection';
export const PROTECTED_BEFORE = 'delta.requireCheckpointProtectionBeforeVersion';

const ROW_TRACKING: FeatureTraces = {
  properties: ['delta.enableRowTracking', 'delta.rowTrackingSuspended', 'delta.rowTracking.materializedRowIdColumnName', 'delta.rowTracking.materializedRowCommitVersionColumnName'],
  domains: () => [HIGH_WATER_MARK_DOMAIN],
};
const TYPE_WIDENING: FeatureTraces = {
  properties: ['delta.enableTypeWidening'],
  fieldMetadata: ['delta.typeChanges'],
  isUsedBy: hasTypeChanges,
  filesToRewrite: async (snapshot, signal) => (hasTypeChanges(snapshot.metadata, snapshot.tablePath) ? snapshot.addFiles(undefined, signal) : []),
};
const IN_COMMIT_TIMESTAMP: FeatureTraces = { properties: ['delta.enableInCommitTimestamps', 'delta.inCommitTimestampEnablementVersion', 'delta.inCommitTimestampEnablementTimestamp'] };

/** The features that can be dropped. */
const REMOVABLE: Readonly<Record<string, FeatureTraces>> = {
  checkConstraints: { check: checkNoConstraints },
  [PROTECTION]: { properties: [PROTECTED_BEFORE] },
  columnMapping: {
    properties: ['delta.columnMapping.mode', 'delta.columnMapping.maxColumnId'],
    fieldMetadata: ['delta.columnMapping.id', 'delta.columnMapping.physicalName', 'delta.columnMapping.nested.ids'],
    isUsedBy: isMapped,
    filesToRewrite: async (snapshot, signal) => (isMapped(snapshot.metadata) ? snapshot.addFiles(undefined, signal) : []),
    check: checkNotClustered,
  },
  deletionVectors: {
    properties: ['delta.enableDeletionVectors'],
    isUsedBy: ({ configuration }) => configuration['delta.enableDeletionVectors']?.toLowerCase() === 'true',
    isDeletionVectors: true,
    filesToRewrite: async (snapshot, signal) => (await snapshot.addFiles(undefined, signal)).filter(({ deletionVector }) => deletionVector !== undefined),
  },
  domainMetadata: { domains: ({ domains }) => domains.map(({ domain }) => domain) },
  inCommitTimestamp: IN_COMMIT_TIMESTAMP,
  'inCommitTimestamp-preview': IN_COMMIT_TIMESTAMP,
  rowTracking: ROW_TRACKING,
  typeWidening: TYPE_WIDENING,
  'typeWidening-preview': TYPE_WIDENING,
  v2Checkpoint: { properties: ['delta.checkpointPolicy'], isUsedBy: ({ configuration }) => configuration['delta.checkpointPolicy']?.toLowerCase() === 'v2' },
  vacuumProtocolCheck: {},
};

/** A feature as the protocol spells it, with what it leaves in a table. */
export interface DroppableFeature extends FeatureTraces {
  readonly name: string;
}

/**
 * The feature that a user named.
 * @throws LakebookError DELTA_FEATURE_DROP_UNSUPPORTED_CLIENT_FEATURE, DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE, DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT
 */
export function droppableFeature({ features }: Snapshot, wanted: string, table: string): DroppableFeature {
  const name = TABLE_FEATURES.find((each) => each.name.toLowerCase() === wanted.toLowerCase())?.name;
  if (name === undefined) throw new LakebookError('DELTA_FEATURE_DROP_UNSUPPORTED_CLIENT_FEATURE', { feature: wanted });
  const traces = REMOVABLE[name];
  if (traces === undefined) throw new LakebookError('DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE', { feature: name });
  if (!features.includes(name)) throw new LakebookError('DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT', { feature: name, table });
  return { name, ...traces };
}

/** @throws LakebookError DELTA_FEATURE_DROP_DEPENDENT_FEATURE, DELTA_CANNOT_DROP_CHECK_CONSTRAINT_FEATURE */
export function checkUnneeded(snapshot: Snapshot, { name, check }: DroppableFeature, table: string): void {
  const dependentFeatures = TABLE_FEATURES.filter((each) => snapshot.features.includes(each.name) && each.requires?.includes(name) === true).map((each) => each.name);
  if (dependentFeatures.length > 0) throw dependent(name, dependentFeatures.join(', '), table);
  check?.(snapshot, table);
}

/** Whether who does not know the feature would read this version of the table wrongly. */
export async function isUsedIn(snapshot: Snapshot, traces: FeatureTraces, signal?: AbortSignal): Promise<boolean> {
  if (traces.isUsedBy?.(snapshot.metadata, snapshot.tablePath) === true) return true;
  return ((await traces.filesToRewrite?.(snapshot, signal)) ?? []).length > 0;
}

export function droppedDomains(snapshot: Snapshot, { domains }: FeatureTraces): readonly DomainChange[] {
  const names = domains?.(snapshot) ?? [];
  return snapshot.domains.filter(({ domain }) => names.includes(domain)).map((domain) => ({ ...domain, removed: true }));
}

export function withoutTraces({ metadata }: Snapshot, { properties = [], fieldMetadata = [] }: FeatureTraces, table: string): Metadata {
  const configuration = without(metadata.configuration, properties);
  const schema = parseSchema(metadata.schemaString, table);
  if (!allFields(schema).some((field) => fieldMetadata.some((key) => field.metadata[key] !== undefined))) return { ...metadata, configuration };
  const cleaned = mapFields(schema, (field): StructField => ({ ...field, metadata: without(field.metadata, fieldMetadata) })) as StructType;
  return { ...metadata, configuration, schemaString: schemaText(cleaned) };
}

function without<Value>(record: Readonly<Record<string, Value>>, names: readonly string[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

function isMapped({ configuration }: Metadata): boolean {
  return mappingModeIn(configuration) !== 'none';
}

function hasTypeChanges({ schemaString }: Metadata, table: string): boolean {
  return allFields(parseSchema(schemaString, table)).some(({ metadata }) => metadata['delta.typeChanges'] !== undefined);
}

function dependent(feature: string, dependentFeatures: string, table: string): LakebookError {
  return new LakebookError('DELTA_FEATURE_DROP_DEPENDENT_FEATURE', { feature, dependentFeatures, table });
}

function checkNoConstraints({ metadata }: Snapshot, table: string): void {
  const names = Object.keys(metadata.configuration).flatMap((key) => (key.startsWith(CONSTRAINT_PROPERTY) ? [key.slice(CONSTRAINT_PROPERTY.length)] : []));
  if (names.length > 0) throw new LakebookError('DELTA_CANNOT_DROP_CHECK_CONSTRAINT_FEATURE', { table, constraints: names.join(', ') });
}

/** The clustering columns are named by physical names. */
function checkNotClustered({ domains }: Snapshot, table: string): void {
  if (clusteringPaths(domains).length > 0) throw dependent('columnMapping', 'clustering', table);
}
