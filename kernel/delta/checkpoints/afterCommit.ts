import { LakebookError } from '../../base/errors.ts';
import { joinPath } from '../../storage/paths.ts';
import { isCheckpointFailure } from '../checkpoint.ts';
import { inCommitTimestamps } from '../commitTimes.ts';
import { checksumName, type LogFile } from '../logFile.ts';
import { listLog, readCheckpointHint } from '../logListing.ts';
import { buildLogSegment, logPathOf } from '../logSegment.ts';
import { featuresOf } from '../protocol.ts';
import type { TableVersion } from '../tableVersion.ts';
import type { CountedFiles } from './checkpointRows.ts';
import { writeCheckpoint, type CheckpointContext } from './checkpointWriter.ts';
import { checksumBefore } from './checksumBefore.ts';
import { CommitActions, type CommitIdentity } from './commitActions.ts';
import { isCheckpointDue } from './dueCheckpoint.ts';
import { countFiles, NO_FILES, type FileTotals } from './fileTotals.ts';
import { cutoffOf } from './cleanupPlan.ts';
import { cleanUpLog } from './logCleanup.ts';
import { dueCompaction, writeLogCompaction } from './logCompaction.ts';
import { parsedColumns, possibleStatistics } from './parsedStatistics.ts';
import { ReconciledLog } from './reconciledLog.ts';
import { tableVersionOf } from './tableActionTexts.ts';
import { logProperties } from './tableProperties.ts';
import { SMALL_COMMIT_BYTES, SmallCommit } from './smallCommit.ts';
import { checksumText, type VersionChecksum } from './versionChecksum.ts';

export interface CommittedVersion extends CheckpointContext {
  /** The version whose commit file was just written. */
  readonly version: number;
  /** Of a catalog-managed table: gives ratified commits their names in the log. */
  readonly publish?: () => Promise<void>;
}

/** What followed a commit. */
export interface AfterCommitReport {
  /** `present`: somebody else had written it. */
  readonly checksum: 'written' | 'present' | 'failed';
  readonly checkpoint: 'written' | 'present' | 'notDue' | 'failed';
  readonly compaction: 'written' | 'present' | 'notDue' | 'failed';
  /** How many files of the log had expired and were deleted. */
  readonly expiredFiles: number;
  /** What went wrong; the commit stands. */
  readonly warnings: readonly AfterCommitWarning[];
}

export interface AfterCommitWarning {
  readonly step: 'publish' | 'checksum' | 'checkpoint' | 'compaction' | 'cleanup';
  readonly error: unknown;
}

/**
 * Everything that a committed version gets: its name in the log where a catalog ratified it, its checksum, and when they
 * are due a checkpoint or a compaction of commits; after a checkpoint the log is rid of what has expired. Never throws: the commit has been made, and what follows only spares readers work.
 */
export async function afterCommit(at: CommittedVersion): Promise<AfterCommitReport> {
  const warnings: AfterCommitWarning[] = [];
  const attempt = async <Outcome>(step: AfterCommitWarning['step'], action: () => Promise<Outcome>): Promise<Outcome | 'failed'> => {
    try {
      return await action();
    } catch (error) {
      warnings.push({ step, error });
      return 'failed';
    }
  };
  const state = new VersionState(at);
  const { publish } = at;
  const isPublished = publish === undefined || (await attempt('publish', publish)) !== 'failed';
  const known = await attempt('checksum', () => state.findOut());
  // Only what is published may be stood for, and only the catalog says what may go (PROTOCOL.md "Maintenance Operations on Catalog-managed Tables").
  const checkpoint = isPublished ? await attempt('checkpoint', () => writeDueCheckpoint(at, state)) : 'notDue';
  const checksum = known === 'news' ? await attempt('checksum', () => writeChecksum(at, state)) : known;
  const needsCompaction = isPublished && checkpoint !== 'written' && checkpoint !== 'present';
  const compaction = needsCompaction ? await attempt('compaction', () => writeDueCompaction(at, state)) : 'notDue';
  const expired = checkpoint === 'written' && publish === undefined ? await attempt('cleanup', () => cleanUp(at, state)) : 0;
  await attempt('cleanup', () => state.dispose());
  return { checksum, checkpoint, compaction, expiredFiles: expired === 'failed' ? 0 : expired, warnings };
}

/** Writes the checkpoint of a version, whether it is due or not. @throws LakebookError as `writeCheckpoint` */
export async function checkpointVersion(at: CommittedVersion): Promise<void> {
  const state = new VersionState(at);
  try {
    await writeCheckpointOf(at, state);
  } finally {
    await state.dispose();
  }
}

/** What is known of the committed version, found out once. */
export class VersionState {
  readonly #at: CommittedVersion;
  #log: ReconciledLog | undefined;
  #checksum: VersionChecksum | undefined;
  #identity: CommitIdentity | undefined;

  constructor(at: CommittedVersion) {
    this.#at = at;
  }

  /** From the checksum before and the commit where they tell, else from the whole log; nothing where the version has its checksum. */
  async findOut(): Promise<'news' | 'present'> {
    const { engine, storage, table, version } = this.#at;
    const files = await listLog(storage, table, version);
    if (files.some((file) => file.kind === 'checksum' && file.version === version)) return 'present';
    const commit = files.find((file) => file.kind === 'commit' && file.version === version);
    if (commit?.kind !== 'commit') throw new LakebookError('DELTA_LOG_FILE_NOT_FOUND', { table, file: `of version ${version}` });
    const actions = commit.file.sizeBytes <= SMALL_COMMIT_BYTES ? await SmallCommit.load(storage, table, commit) : await CommitActions.load(engine, table, commit);
    try {
      this.#identity = await actions.identity();
      this.#checksum = (await actions.addTo(await checksumBefore(this.#at, version))) ?? (await this.#count());
    } finally {
      await actions.dispose();
    }
    return 'news';
  }

  async #count(): Promise<VersionChecksum> {
    const log = await this.log();
    const totals = await log.reading(() => countFiles(this.#at.engine, NO_FILES, [{ sign: '+', actions: log.fileActions('add') }]));
    return { ...(await log.loadTableActions()), totals };
  }

  /**
   * Whether the log has so many live files, as far as is known. Where it has others than the checksums so far made of it all is counted anew:
   * no error lives on from checksum to checksum, as long as checkpoints are written.
   */
  async hasFiles(counted: CountedFiles): Promise<boolean> {
    if (this.#checksum === undefined) return true;
    if (!isSame(this.#checksum.totals, counted)) this.#checksum = await this.#count();
    return isSame(this.#checksum.totals, counted);
  }

  get checksum(): VersionChecksum & CommitIdentity {
    if (this.#checksum === undefined || this.#identity === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: 'a checksum is written once it is found out' });
    return { ...this.#checksum, ...this.#identity };
  }

  async tableVersion(): Promise<TableVersion> {
    return tableVersionOf(this.#checksum ?? (await (await this.log()).loadTableActions()), this.#at);
  }

  async log(): Promise<ReconciledLog> {
    this.#log ??= await openLog(this.#at);
    return this.#log;
  }

  async dispose(): Promise<void> {
    await this.#log?.dispose();
  }
}

function isSame(totals: FileTotals, { files, bytes }: CountedFiles): boolean {
  return totals.numFiles === files && totals.sizeBytes === bytes;
}

async function writeChecksum({ storage, table, version }: CommittedVersion, state: VersionState): Promise<'written' | 'present'> {
  const { metadata, protocol } = await state.tableVersion();
  const { txns, inCommitTimestamp, ...checksum } = state.checksum;
  const text = checksumText({
    ...checksum,
    txns: logProperties(metadata.configuration).transactionRetentionMs === undefined ? txns : undefined,
    inCommitTimestamp: inCommitTimestamps(metadata) === undefined ? undefined : inCommitTimestamp,
    hasDeletionVectors: featuresOf(protocol).includes('deletionVectors'),
  });
  const isNew = await storage.putIfAbsent(joinPath(logPathOf(table), checksumName(version)), new TextEncoder().encode(text), { durable: false });
  return isNew ? 'written' : 'present';
}

async function writeDueCheckpoint(at: CommittedVersion, state: VersionState): Promise<'written' | 'present' | 'notDue'> {
  const { metadata } = await state.tableVersion();
  return (await isCheckpointDue(at, logProperties(metadata.configuration))) ? writeCheckpointOf(at, state) : 'notDue';
}

async function writeCheckpointOf(at: CommittedVersion, state: VersionState): Promise<'written' | 'present'> {
  const table = await state.tableVersion();
  const properties = logProperties(table.metadata.configuration);
  const log = await state.log();
  if (log.isCheckpointed) return 'present';
  const features = featuresOf(table.protocol);
  const parsed = properties.writesStatsAsStruct ? parsedColumns(table, { withTightBounds: features.includes('deletionVectors') }) : undefined;
  const spec = properties.wantsV2Checkpoints && features.includes('v2Checkpoint') ? 'V2' : 'V1';
  await writeCheckpoint(at, { log, properties, statisticsColumns: possibleStatistics(table), parsed, hasFiles: (counted) => state.hasFiles(counted), nowMs: at.environment.now() }, { spec });
  return 'written';
}

async function writeDueCompaction(at: CommittedVersion, state: VersionState): Promise<'written' | 'present' | 'notDue'> {
  const table = await state.tableVersion();
  const range = dueCompaction(at.version, logProperties(table.metadata.configuration));
  if (range === undefined) return 'notDue';
  return (await writeLogCompaction(at, range)) ? 'written' : 'present';
}

async function cleanUp(at: CommittedVersion, state: VersionState): Promise<number> {
  const table = await state.tableVersion();
  const { cleansLog, logRetentionMs } = logProperties(table.metadata.configuration);
  return cleansLog ? cleanUpLog(at, table, cutoffOf(at.environment.now(), logRetentionMs)) : 0;
}

/** An unreadable checkpoint is passed over where older files lead to the version too. */
async function openLog({ engine, storage, table, version }: CommittedVersion): Promise<ReconciledLog> {
  const hint = await readCheckpointHint(storage, table);
  if (hint !== undefined && hint > 0 && hint <= version) {
    try {
      return await openListed(engine, table, version, await listLog(storage, table, hint));
    } catch (error) {
      if (!(error instanceof LakebookError)) throw error;
    }
  }
  return openListed(engine, table, version, await listLog(storage, table));
}

async function openListed(engine: CommittedVersion['engine'], table: string, version: number, listing: readonly LogFile[]): Promise<ReconciledLog> {
  const excludedCheckpoints = new Set<number>();
  for (;;) {
    const segment = buildLogSegment(listing, { table, version, excludedCheckpoints });
    try {
      return await ReconciledLog.open(engine, table, segment);
    } catch (error) {
      if (segment.checkpoint === undefined || !isCheckpointFailure(error)) throw error;
      excludedCheckpoints.add(segment.checkpoint.version);
    }
  }
}
