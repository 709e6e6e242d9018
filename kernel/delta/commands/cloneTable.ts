import { LakebookError } from '../../base/errors.ts';
import type { DeletionVectorDescriptor, Metadata } from '../actions.ts';
import { encodePath, resolveDataPath } from '../dataPath.ts';
import { deletionVectorPath } from '../deletionVector.ts';
import type { Snapshot } from '../snapshot.ts';
import { mappingModeIn } from '../write/columnMappingAssignment.ts';
import type { AddFile } from '../write/fileActions.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { checkedProperties } from '../write/propertyRules.ts';
import { withRowTrackingColumns } from '../write/tableMetadata.ts';
import { featuresAskedFor, FIRST_PROTOCOL, takeProtocolProperties, upgradeProtocol } from '../write/writerProtocol.ts';
import { adoptMetadata } from './commitMetadata.ts';
import { NO_ROWS, type CommandResult } from './commandResult.ts';
import { PROTECTED_BEFORE, PROTECTION } from './featureTraces.ts';

export interface CloneOptions {
  readonly source: Snapshot;
  /** As the history names it. */
  readonly sourceName: string;
  /** Beside those of the source, and before them. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Properties and features that speak of the source's own log. */
const OF_SOURCE_LOG = ['delta.inCommitTimestampEnablementVersion', 'delta.inCommitTimestampEnablementTimestamp', PROTECTED_BEFORE];
const FEATURES_OF_LOG = [PROTECTION, 'catalogManaged', 'catalogOwned-preview'];

/**
 * `SHALLOW CLONE`: a table with the schema, the properties and the very files of another one's version. What is changed
 * afterwards is changed here alone; the files stay the source's, who may delete them once no version of its own needs them.
 * @throws LakebookError DELTA_UNSUPPORTED_NON_EMPTY_CLONE, DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE, as `checkedProperties`, as a commit
 */
export async function cloneTable(open: OpenTransaction, { source, sourceName, properties }: CloneOptions, signal?: AbortSignal): Promise<CommandResult> {
  const { transaction, table, base } = open;
  if (base !== undefined && (await open.snapshot(signal)).totals.numFiles > 0) throw new LakebookError('DELTA_UNSUPPORTED_NON_EMPTY_CLONE', { table });
  transaction.readWholeTable();
  const wanted = clonedMetadata(open, source, properties);
  const { configuration, features, versions } = takeProtocolProperties(wanted.configuration);
  const metadata = { ...wanted, configuration };
  const sourceFeatures = source.features.filter((name) => !FEATURES_OF_LOG.includes(name));
  transaction.setProtocol(upgradeProtocol(base?.protocol ?? FIRST_PROTOCOL, [...sourceFeatures, ...features, ...featuresAskedFor(metadata, source.schema)], versions));
  const cloned = new Set(source.domains.map(({ domain }) => domain));
  for (const domain of base?.domains ?? []) if (!cloned.has(domain.domain)) transaction.setDomain({ ...domain, removed: true });
  for (const domain of source.domains) transaction.setDomain({ ...domain, removed: false });
  adoptMetadata(open, metadata);
  const files = await source.addFiles(undefined, signal);
  const metrics = { sourceTableSize: String(source.totals.sizeBytes), sourceNumOfFiles: String(source.totals.numFiles), numRemovedFiles: '0', numCopiedFiles: '0', removedFilesSize: '0', copiedFilesSize: '0' };
  const committed = await open.commit({ name: 'CLONE', parameters: { source: sourceName, sourceVersion: String(source.version) }, metrics }, { adds: files.map((file) => borrowed(file, source.tablePath)), removes: [], changeFiles: [] });
  return { committed, metrics, rows: NO_ROWS };
}

function clonedMetadata({ environment, base, table }: OpenTransaction, { metadata }: Snapshot, properties: Readonly<Record<string, string>>): Metadata {
  const own = Object.entries(metadata.configuration).filter(([name]) => !OF_SOURCE_LOG.includes(name));
  const configuration = withRowTrackingColumns({ ...Object.fromEntries(own), ...checkedProperties(properties) }, environment);
  const [oldMode, newMode] = [mappingModeIn(metadata.configuration), mappingModeIn(configuration)];
  if (oldMode !== newMode) throw new LakebookError('DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE', { table, oldMode, newMode });
  return { ...metadata, id: base?.metadata.id ?? environment.uuid(), name: undefined, description: undefined, createdTime: environment.now(), configuration };
}

/** A file of the source as another table names it: wherever that is (PROTOCOL.md "Add File and Remove File"). */
function borrowed({ path, deletionVector, partitionValues, size, modificationTime, stats, tags, baseRowId, defaultRowCommitVersion, clusteringProvider }: AddFile, source: string): AddFile {
  const file = `file:${encodePath(resolveDataPath(source, path))}`;
  return { path: file, partitionValues, size, modificationTime, dataChange: true, stats, tags, baseRowId, defaultRowCommitVersion, clusteringProvider, deletionVector: deletionVector && borrowedVector(deletionVector, source) };
}

function borrowedVector(vector: DeletionVectorDescriptor, source: string): DeletionVectorDescriptor {
  return vector.storageType === 'i' ? vector : { ...vector, storageType: 'p', pathOrInlineDv: `file:${encodePath(deletionVectorPath(source, vector))}` };
}
