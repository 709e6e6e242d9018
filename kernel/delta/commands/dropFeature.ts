import { LakebookError } from '../../base/errors.ts';
import type { Metadata } from '../actions.ts';
import { allFields, mapFields, parseSchema, type StructField, type StructType } from '../schema.ts';
import { schemaText } from '../schemaText.ts';
import type { Snapshot } from '../snapshot.ts';
import { findFeature, TABLE_FEATURES } from '../tableFeature.ts';
import { clusteringPaths } from '../write/clusteringColumns.ts';
import type { DomainChange } from '../write/commitText.ts';
import { CONSTRAINT_PROPERTY } from '../write/constraints.ts';
import { NO_FILE_ACTIONS, type FileActions } from '../write/fileActions.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { rewriteFiles } from '../write/rewriteFiles.ts';
import { HIGH_WATER_MARK_DOMAIN } from '../write/rowIds.ts';
import { upgradeProtocol } from '../write/writerProtocol.ts';
import type { CommandResult } from './commandResult.ts';
import { commitMetadata } from './commitMetadata.ts';

/** What a feature left in a table, and how the table is without it. */
interface FeatureTraces {
  /** Properties that speak of it. */
  readonly properties?: readonly string[];
  /** What fields say of it. */
  readonly fieldMetadata?: readonly string[];
  readonly domains?: (snapshot: Snapshot) => readonly string[];
  /** The files that cannot be read without it. */
  readonly filesToRewrite?: (snapshot: Snapshot, signal?: AbortSignal) => Promise<Awaited<ReturnType<Snapshot['addFiles']>>>;
  /** @throws LakebookError where the user must act first */
  readonly check?: (snapshot: Snapshot, table: string) => void;
}

const ROW_TRACKING: FeatureTraces = {
  properties: ['delta.enableRowTracking', 'delta.rowTrackingSuspended', 'delta.rowTracking.materializedRowIdColumnName', 'delta.rowTracking.materializedRowCommitVersionColumnName'],
  domains: () => [HIGH_WATER_MARK_DOMAIN],
};
const TYPE_WIDENING: FeatureTraces = {
  properties: ['delta.enableTypeWidening'],
  fieldMetadata: ['delta.typeChanges'],
  filesToRewrite: async (snapshot, signal) => (allFields(snapshot.schema).some(({ metadata }) => metadata['delta.typeChanges'] !== undefined) ? snapshot.addFiles(undefined, signal) : []),
};
const IN_COMMIT_TIMESTAMP: FeatureTraces = { properties: ['delta.enableInCommitTimestamps', 'delta.inCommitTimestampEnablementVersion', 'delta.inCommitTimestampEnablementTimestamp'] };

/** The features that can be dropped. */
const REMOVABLE: Readonly<Record<string, FeatureTraces>> = {
  checkConstraints: { check: checkNoConstraints },
  columnMapping: {
    properties: ['delta.columnMapping.mode', 'delta.columnMapping.maxColumnId'],
    fieldMetadata: ['delta.columnMapping.id', 'delta.columnMapping.physicalName', 'delta.columnMapping.nested.ids'],
    filesToRewrite: (snapshot, signal) => snapshot.addFiles(undefined, signal),
    check: checkNotClustered,
  },
  deletionVectors: {
    properties: ['delta.enableDeletionVectors'],
    filesToRewrite: async (snapshot, signal) => (await snapshot.addFiles(undefined, signal)).filter(({ deletionVector }) => deletionVector !== undefined),
  },
  domainMetadata: { domains: ({ domains }) => domains.map(({ domain }) => domain) },
  inCommitTimestamp: IN_COMMIT_TIMESTAMP,
  'inCommitTimestamp-preview': IN_COMMIT_TIMESTAMP,
  rowTracking: ROW_TRACKING,
  typeWidening: TYPE_WIDENING,
  'typeWidening-preview': TYPE_WIDENING,
  v2Checkpoint: { properties: ['delta.checkpointPolicy'] },
  vacuumProtocolCheck: {},
};

const PROTECTION = 'checkpointProtection';
const PROTECTED_BEFORE = 'delta.requireCheckpointProtectionBeforeVersion';

/**
 * `DROP FEATURE`: the table as it is without the feature, and a protocol that does not ask for it. Where readers had to
 * know it, older versions still need it: a checkpoint follows, so that nobody else has to read what came before, and
 * checkpoints before it are protected, as delta-spark 4 does.
 * @throws LakebookError DELTA_FEATURE_DROP_UNSUPPORTED_CLIENT_FEATURE, DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT,
 *   DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE, DELTA_FEATURE_DROP_HISTORY_TRUNCATION_NOT_ALLOWED, DELTA_FEATURE_DROP_DEPENDENT_FEATURE, DELTA_CANNOT_DROP_CHECK_CONSTRAINT_FEATURE
 */
export async function dropFeature(open: OpenTransaction, snapshot: Snapshot, { name, truncateHistory }: { readonly name: string; readonly truncateHistory: boolean }, signal?: AbortSignal): Promise<CommandResult> {
  const { transaction, table } = open;
  const feature = demandDroppable(snapshot, name, table);
  const traces = REMOVABLE[feature] ?? {};
  traces.check?.(snapshot, table);
  transaction.readWholeTable();
  const isForReaders = findFeature(feature)?.kind === 'readerWriter';
  if (truncateHistory && !isForReaders) throw new LakebookError('DELTA_FEATURE_DROP_HISTORY_TRUNCATION_NOT_ALLOWED', { feature, table });
  if (truncateHistory) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'DROP FEATURE … TRUNCATE HISTORY', reason: 'history is kept here: leave it out, and checkpoints from before are protected' });
  const features = snapshot.features.filter((each) => each !== feature);
  transaction.setProtocol(upgradeProtocol({ minReaderVersion: 1, minWriterVersion: 1, readerFeatures: undefined, writerFeatures: undefined }, isForReaders ? [...features, PROTECTION] : features));
  for (const change of droppedDomains(snapshot, traces)) transaction.setDomain(change);
  const metadata = withoutTraces(snapshot, traces, table);
  const protectedMetadata = isForReaders ? { ...metadata, configuration: { ...metadata.configuration, [PROTECTED_BEFORE]: String(snapshot.version + 1) } } : metadata;
  transaction.setMetadata(protectedMetadata);
  const files = await changedFiles(open, snapshot, feature, traces, signal);
  const result = await commitMetadata(open, protectedMetadata, { name: 'DROP FEATURE', parameters: { featureName: feature, truncateHistory: 'false' } }, files);
  if (isForReaders && result.committed !== undefined) await open.checkpoint(result.committed.version);
  return result;
}

function demandDroppable({ features }: Snapshot, name: string, table: string): string {
  const feature = TABLE_FEATURES.find((each) => each.name.toLowerCase() === name.toLowerCase())?.name;
  if (feature === undefined) throw new LakebookError('DELTA_FEATURE_DROP_UNSUPPORTED_CLIENT_FEATURE', { feature: name });
  if (REMOVABLE[feature] === undefined) throw new LakebookError('DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE', { feature });
  if (!features.includes(feature)) throw new LakebookError('DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT', { feature, table });
  const dependentFeatures = TABLE_FEATURES.filter((each) => features.includes(each.name) && each.requires?.includes(feature) === true).map((each) => each.name);
  if (dependentFeatures.length > 0) throw dependent(feature, dependentFeatures.join(', '), table);
  return feature;
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

function droppedDomains(snapshot: Snapshot, { domains }: FeatureTraces): readonly DomainChange[] {
  const names = domains?.(snapshot) ?? [];
  return snapshot.domains.filter(({ domain }) => names.includes(domain)).map((domain) => ({ ...domain, removed: true }));
}

function withoutTraces({ metadata }: Snapshot, { properties = [], fieldMetadata = [] }: FeatureTraces, table: string): Metadata {
  const configuration = without(metadata.configuration, properties);
  const schema = parseSchema(metadata.schemaString, table);
  if (!allFields(schema).some((field) => fieldMetadata.some((key) => field.metadata[key] !== undefined))) return { ...metadata, configuration };
  const cleaned = mapFields(schema, (field): StructField => ({ ...field, metadata: without(field.metadata, fieldMetadata) })) as StructType;
  return { ...metadata, configuration, schemaString: schemaText(cleaned) };
}

function without<Value>(record: Readonly<Record<string, Value>>, names: readonly string[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

async function changedFiles(open: OpenTransaction, snapshot: Snapshot, feature: string, { filesToRewrite }: FeatureTraces, signal: AbortSignal | undefined): Promise<FileActions> {
  if (filesToRewrite !== undefined) return rewriteFiles(open, await filesToRewrite(snapshot, signal), signal);
  if (feature !== 'rowTracking') return NO_FILE_ACTIONS;
  // The same files, named without the ids of their rows.
  const numbered = (await snapshot.addFiles(undefined, signal)).filter(({ baseRowId }) => baseRowId !== undefined);
  return { ...NO_FILE_ACTIONS, adds: numbered.map((file) => ({ ...file, baseRowId: undefined, defaultRowCommitVersion: undefined, dataChange: false })) };
}
