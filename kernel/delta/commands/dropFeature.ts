import { LakebookError } from '../../base/errors.ts';
import { logProperties } from '../checkpoints/tableProperties.ts';
import type { Snapshot } from '../snapshot.ts';
import { findFeature } from '../tableFeature.ts';
import { NO_FILE_ACTIONS, type FileActions } from '../write/fileActions.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { rewriteFiles } from '../write/rewriteFiles.ts';
import { upgradeProtocol } from '../write/writerProtocol.ts';
import type { CommandResult } from './commandResult.ts';
import { commitMetadata } from './commitMetadata.ts';
import { historyNeeds, isTruncatedBefore } from './featureHistory.ts';
import { checkUnneeded, droppableFeature, droppedDomains, isUsedIn, PROTECTED_BEFORE, PROTECTION, withoutTraces, type DroppableFeature } from './featureTraces.ts';

export interface DropFeatureOptions {
  readonly name: string;
  readonly truncateHistory: boolean;
  /** Whether old versions may go on needing the feature, behind protected checkpoints. */
  readonly protectsHistory: boolean;
  /** Begins another transaction, behind what was committed. */
  readonly begin: () => Promise<OpenTransaction>;
}

/**
 * `DROP FEATURE`: the table as it is without the feature, and a protocol that does not ask for it. Where readers had to
 * know it, older versions still need it. Either a checkpoint follows, so that nobody else has to read what came before,
 * and checkpoints before it are protected, as delta-spark 4 does; or those versions have to go first: the table is rid of
 * the feature's traces, and the protocol follows once every version with a trace has expired and was deleted.
 * @throws LakebookError as `droppableFeature`, as `checkUnneeded`, DELTA_FEATURE_DROP_HISTORY_TRUNCATION_NOT_ALLOWED,
 *   DELTA_FEATURE_CAN_ONLY_DROP_CHECKPOINT_PROTECTION_WITH_HISTORY_TRUNCATION, DELTA_FEATURE_DROP_WAIT_FOR_RETENTION_PERIOD,
 *   DELTA_FEATURE_DROP_HISTORICAL_VERSIONS_EXIST, DELTA_FEATURE_DROP_CHECKPOINT_PROTECTION_WAIT_FOR_RETENTION_PERIOD,
 *   DELTA_UNSUPPORTED_CATALOG_MANAGED_TABLE_OPERATION
 */
export async function dropFeature(open: OpenTransaction, snapshot: Snapshot, options: DropFeatureOptions, signal?: AbortSignal): Promise<CommandResult> {
  const { table } = open;
  const { truncateHistory, protectsHistory } = options;
  const feature = droppableFeature(snapshot, options.name, table);
  const isProtection = feature.name === PROTECTION;
  const isForReaders = findFeature(feature.name)?.kind === 'readerWriter';
  if (truncateHistory && !isForReaders && !isProtection) throw new LakebookError('DELTA_FEATURE_DROP_HISTORY_TRUNCATION_NOT_ALLOWED', { feature: feature.name, table });
  if (isProtection && !truncateHistory) throw new LakebookError('DELTA_FEATURE_CAN_ONLY_DROP_CHECKPOINT_PROTECTION_WITH_HISTORY_TRUNCATION', { table });
  checkUnneeded(snapshot, feature, table);
  const endsHistory = isProtection || (isForReaders && (truncateHistory || !protectsHistory));
  if (endsHistory && open.access === 'catalog') throw new LakebookError('DELTA_UNSUPPORTED_CATALOG_MANAGED_TABLE_OPERATION', { table, operation: 'Deleting history' });
  open.transaction.readWholeTable();
  if (isProtection) await endProtection(open, snapshot);
  else if (endsHistory) await clearHistory(open, snapshot, feature, options, signal);
  const isProtected = isForReaders && !truncateHistory && protectsHistory;
  const result = await commitWithout(open, snapshot, feature, { isProtected, truncateHistory }, signal);
  if (isProtected && result.committed !== undefined) await open.checkpoint(result.committed.version);
  return result;
}

interface Dropping {
  /** Whether versions before may still need the feature. */
  readonly isProtected: boolean;
  readonly truncateHistory: boolean;
}

async function commitWithout(open: OpenTransaction, snapshot: Snapshot, feature: DroppableFeature, { isProtected, truncateHistory }: Dropping, signal: AbortSignal | undefined): Promise<CommandResult> {
  const features = snapshot.features.filter((each) => each !== feature.name);
  open.transaction.setProtocol(upgradeProtocol({ minReaderVersion: 1, minWriterVersion: 1, readerFeatures: undefined, writerFeatures: undefined }, isProtected ? [...features, PROTECTION] : features));
  for (const change of droppedDomains(snapshot, feature)) open.transaction.setDomain(change);
  const metadata = withoutTraces(snapshot, feature, open.table);
  const protectedMetadata = isProtected ? { ...metadata, configuration: { ...metadata.configuration, [PROTECTED_BEFORE]: String(snapshot.version + 1) } } : metadata;
  open.transaction.setMetadata(protectedMetadata);
  const files = await changedFiles(open, snapshot, feature, signal);
  return commitMetadata(open, protectedMetadata, { name: 'DROP FEATURE', parameters: { featureName: feature.name, truncateHistory: String(truncateHistory) } }, files);
}

async function changedFiles(open: OpenTransaction, snapshot: Snapshot, { name, filesToRewrite }: DroppableFeature, signal: AbortSignal | undefined): Promise<FileActions> {
  if (filesToRewrite !== undefined) return rewriteFiles(open, await filesToRewrite(snapshot, signal), signal);
  if (name !== 'rowTracking') return NO_FILE_ACTIONS;
  // The same files, named without the ids of their rows.
  const numbered = (await snapshot.addFiles(undefined, signal)).filter(({ baseRowId }) => baseRowId !== undefined);
  return { ...NO_FILE_ACTIONS, adds: numbered.map((file) => ({ ...file, baseRowId: undefined, defaultRowCommitVersion: undefined, dataChange: false })) };
}

/**
 * Until no version that is left needs the feature. The version that is rid of its traces takes some away itself, so that an
 * empty one follows it, from whose checkpoint on the table is kept once what came before has expired.
 */
async function clearHistory(open: OpenTransaction, snapshot: Snapshot, feature: DroppableFeature, { truncateHistory, begin }: DropFeatureOptions, signal: AbortSignal | undefined): Promise<void> {
  const retention = retentionTexts(snapshot);
  const told = { feature: feature.name, table: open.table, ...retention };
  if (await isUsedIn(snapshot, feature, signal)) {
    const metadata = withoutTraces(snapshot, feature, open.table);
    open.transaction.setMetadata(metadata);
    const files = await changedFiles(open, snapshot, feature, signal);
    const operation = feature.name === 'columnMapping' ? { name: 'REMOVE COLUMN MAPPING' } : { name: 'UNSET TBLPROPERTIES', parameters: { properties: JSON.stringify(feature.properties ?? []), ifExists: 'true' } };
    await commitMetadata(open, metadata, operation, files);
    const { version } = await (await begin()).commit({ name: 'Empty Commit' });
    await open.checkpoint(version);
    throw new LakebookError('DELTA_FEATURE_DROP_WAIT_FOR_RETENTION_PERIOD', told);
  }
  await open.truncateLog(truncateHistory ? 'dropFeature' : 'log');
  if (await historyNeeds(open, feature)) throw new LakebookError('DELTA_FEATURE_DROP_HISTORICAL_VERSIONS_EXIST', told);
}

/** RFC "Checkpoint Protection": the feature may go once nothing is left that it protects. */
async function endProtection(open: OpenTransaction, snapshot: Snapshot): Promise<void> {
  const { protectedBefore } = logProperties(snapshot.metadata.configuration);
  if (await isTruncatedBefore(open, protectedBefore)) return;
  await open.truncateLog('dropFeature');
  if (await isTruncatedBefore(open, protectedBefore)) return;
  throw new LakebookError('DELTA_FEATURE_DROP_CHECKPOINT_PROTECTION_WAIT_FOR_RETENTION_PERIOD', { table: open.table, truncateHistoryLogRetentionPeriod: retentionTexts(snapshot).truncateHistoryLogRetentionPeriod });
}

/** The retentions as a user wrote them, or would. */
function retentionTexts({ metadata: { configuration } }: Snapshot): { readonly logRetentionPeriod: string; readonly truncateHistoryLogRetentionPeriod: string } {
  const told = (name: string, byDefault: string): string => (configuration[name] ?? byDefault).trim().replace(/^interval\s+/i, '');
  return { logRetentionPeriod: told('delta.logRetentionDuration', '30 days'), truncateHistoryLogRetentionPeriod: told('delta.dropFeatureTruncateHistory.retentionDuration', '24 hours') };
}
