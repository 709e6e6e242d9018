import { hasCode, LakebookError } from '../base/errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { CommitCoordinator } from './catalogManaged/commitCoordinator.ts';
import { coordinatedStorage } from './catalogManaged/coordinatedStorage.ts';
import { readChanges, type ChangeOptions } from './changes.ts';
import type { ChangeRange } from './changeRules.ts';
import { isCheckpointFailure } from './checkpoint.ts';
import { inCommitTimestamps, readInCommitTimestamp } from './commitTimes.ts';
import type { CommitWarning, DeltaDependencies, DeltaTable, SnapshotAt } from './delta.ts';
import { DeletionVectors } from './deletionVectors.ts';
import { hintOf } from './difference/commitHint.ts';
import type { VersionFiles } from './difference/differingRows.ts';
import { compareVersions, planDifference, type DifferenceRange, type PlannedDifference, type VersionDifference } from './difference/versionDifference.ts';
import type { Engine } from './engine.ts';
import { FileIndexes } from './fileIndex.ts';
import { readHistory, type CommitEntry } from './history.ts';
import { LiveFiles } from './liveFiles.ts';
import type { LogFile } from './logFile.ts';
import { listLog, newestVersion, readCheckpointHint } from './logListing.ts';
import { buildLogSegment, extendLogSegment, logPathOf, type LogSegment } from './logSegment.ts';
import { pinSnapshot, releaseGeneration, type Generation } from './pinnedSnapshot.ts';
import type { LogAccess } from './protocol.ts';
import type { Scan } from './scan.ts';
import type { Snapshot } from './snapshot.ts';
import { reconcile, unexpiredTransactions } from './tableState.ts';
import { understandState, type TableVersion } from './tableVersion.ts';
import { versionAtTime } from './versionAtTime.ts';
import type { Environment } from '../storage/environment.ts';
import type { Expressions } from './write/expressions.ts';
import { afterCommit, checkpointVersion } from './checkpoints/afterCommit.ts';
import type { CheckpointContext } from './checkpoints/checkpointWriter.ts';
import { truncateLog } from './checkpoints/truncateLog.ts';
import { TableHead } from './write/tableHead.ts';
import { openTransaction, type OpenTransaction } from './write/openTransaction.ts';

interface OpenTableParts extends Pick<DeltaDependencies, 'storage' | 'engine' | 'environment'> {
  readonly coordinator: CommitCoordinator | undefined;
}

/** One table, with the newest version that was asked for kept ready. */
export class OpenTable implements DeltaTable {
  readonly path: string;
  readonly #storage: Storage;
  readonly #access: LogAccess;
  readonly #publish: (() => Promise<void>) | undefined;
  readonly #engine: Engine;
  readonly #environment: Environment;
  readonly #vectors = new DeletionVectors();
  #current: Generation | undefined;
  readonly #head: TableHead;
  /** Checksums, checkpoints and cleaning after commits, one after the other. */
  #followUps: Promise<void> = Promise.resolve();
  readonly #warnings: CommitWarning[] = [];
  /** Refreshes run one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, { storage, engine, environment, coordinator }: OpenTableParts) {
    this.path = path;
    const coordinated = coordinator && coordinatedStorage({ storage, environment, table: path, coordinator });
    this.#storage = coordinated ?? storage;
    this.#access = coordinated === undefined ? 'path' : 'catalog';
    this.#publish = coordinated && (() => coordinated.publish());
    this.#engine = engine;
    this.#environment = environment;
    this.#head = new TableHead(this.#storage, path, async () => {
      const generation = await this.#catchUp();
      const { files } = generation;
      const at = this.#understand(files, files.endVersion);
      return { ...at, timestampMs: await this.#commitTime(files.segment, at.version, inCommitTimestamps(at.metadata)?.fromVersion) };
    });
  }

  async snapshot(at: SnapshotAt = {}, signal?: AbortSignal): Promise<Snapshot> {
    if (at.timestampMs !== undefined) return this.snapshot({ version: await this.#versionAt(at.timestampMs, signal) }, signal);
    if (at.version === undefined) return this.refresh(signal);
    const { version } = at;
    return this.#inTurn(async () => {
      if (this.#current?.files.knows(version) === true) return this.#pin(this.#current, version);
      const generation = await this.#load(await listLog(this.#storage, this.path), version);
      try {
        return await this.#pin(generation, version);
      } finally {
        await releaseGeneration(generation);
      }
    }, signal);
  }

  refresh(signal?: AbortSignal): Promise<Snapshot> {
    return this.#inTurn(async () => {
      const generation = await this.#catchUp();
      return this.#pin(generation, generation.files.endVersion);
    }, signal);
  }

  async latestVersion(): Promise<number> {
    const known = this.#current?.files.endVersion ?? (await readCheckpointHint(this.#storage, this.path));
    const newest = newestVersion(await listLog(this.#storage, this.path, known));
    const latest = newest < 0 && known !== undefined ? newestVersion(await listLog(this.#storage, this.path)) : newest;
    if (latest < 0) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table: this.path });
    return latest;
  }

  async history({ limit }: { readonly limit?: number } = {}, signal?: AbortSignal): Promise<readonly CommitEntry[]> {
    const files = await listLog(this.#storage, this.path);
    const commits = files.filter((file) => file.kind === 'commit').sort((left, right) => right.version - left.version);
    if (newestVersion(files) < 0) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table: this.path });
    return readHistory(this.#engine, { table: this.path, logPath: logPathOf(this.path) }, commits.slice(0, limit), signal);
  }

  async changes(options: ChangeOptions, signal?: AbortSignal): Promise<Scan> {
    return this.#inTurn(async () => {
      const { files: current } = await this.#catchUp();
      const files = await listLog(this.#storage, this.path);
      const latest = this.#understand(current, current.endVersion);
      const versionsIn = (range: ChangeRange): Promise<readonly TableVersion[]> => this.#versionsIn(files, range);
      return readChanges({ engine: this.#engine, storage: this.#storage, vectors: this.#vectors, table: this.path, files, latest, versionsIn }, options, signal);
    }, signal);
  }

  async difference({ from, to }: DifferenceRange, signal?: AbortSignal): Promise<VersionDifference> {
    const listing = await listLog(this.#storage, this.path);
    const planned = await this.#inTurn(() => this.#planDifference(listing, { from, to }, signal), signal);
    const commit = from === to - 1 ? listing.filter((file) => file.kind === 'commit').find(({ version }) => version === to) : undefined;
    const [entry] = commit === undefined ? [] : await readHistory(this.#engine, { table: this.path, logPath: logPathOf(this.path) }, [commit], signal);
    const feed = planned.isRecorded ? await this.changes({ from: { version: to }, to: { version: to } }, signal) : undefined;
    return compareVersions(this.#engine, planned, { feed, hint: hintOf(entry) }, signal);
  }

  async begin(expressions: Expressions, signal?: AbortSignal): Promise<OpenTransaction> {
    const base = await this.#inTurn(() => this.#head.latest(), signal).catch((error: unknown) => {
      if (hasCode(error, 'DELTA_TABLE_NOT_FOUND')) return undefined;
      throw error;
    });
    return openTransaction({
      ...this.#tended,
      access: this.#access,
      expressions,
      base,
      vectors: this.#vectors,
      snapshotAt: (version) => this.#snapshotNear(version),
      onCommit: ({ version }) => this.#followUp(version),
      checkpoint: (version) => this.#tend((at) => checkpointVersion({ ...at, version })),
      truncateLog: (retention) => this.#tend((at) => truncateLog(at, retention)),
    });
  }

  /** A version that most often is the newest one, which is kept ready. */
  async #snapshotNear(version: number): Promise<Snapshot> {
    const latest = await this.refresh();
    if (latest.version === version) return latest;
    await latest.dispose();
    return this.snapshot({ version });
  }

  /** What a commit gets afterwards is nobody's to wait for: the commit stands without it. */
  #followUp(version: number): void {
    const at = { ...this.#tended, version, ...(this.#publish === undefined ? {} : { publish: this.#publish }) };
    this.#followUps = this.#followUps.then(async () => {
      const { warnings } = await afterCommit(at);
      this.#warnings.push(...warnings.map((warning) => ({ ...warning, version })));
    });
  }

  /** In its turn among what follows commits, as both write of the same log. */
  #tend(tend: (at: CheckpointContext) => Promise<void>): Promise<void> {
    const done = this.#followUps.then(async () => {
      await this.#publish?.();
      await tend(this.#tended);
    });
    this.#followUps = done.catch(() => undefined);
    return done;
  }

  get #tended(): CheckpointContext {
    return { engine: this.#engine, storage: this.#storage, environment: this.#environment, table: this.path, access: this.#access };
  }

  takeWarnings(): readonly CommitWarning[] {
    return this.#warnings.splice(0);
  }

  async settle(): Promise<void> {
    await this.#followUps;
  }

  async dispose(): Promise<void> {
    await this.#followUps;
    await this.#inTurn(() => this.#forget());
  }

  async #versionAt(timestampMs: number, signal: AbortSignal | undefined): Promise<number> {
    const latest = await this.refresh(signal);
    try {
      const files = await listLog(this.#storage, this.path);
      return await versionAtTime({ storage: this.#storage, table: this.path, metadata: latest.metadata, files }, timestampMs);
    } finally {
      await latest.dispose();
    }
  }

  /** The newest generation, made or extended as the log's listing demands. */
  async #catchUp(): Promise<Generation> {
    const current = this.#current;
    const extended = current === undefined || current.files.isWorn ? 'reload' : await this.#newCommits(current.files.segment);
    if (current !== undefined && extended === 'unchanged') return current;
    if (current !== undefined && typeof extended !== 'string') {
      try {
        await current.files.extend(extended);
        return current;
      } catch (error) {
        await this.#forget();
        throw error;
      }
    }
    await this.#forget();
    this.#current = await this.#loadLatest();
    return this.#current;
  }

  /** A log whose newest commit is not the one that was read is another table, or was mended: it is read anew. */
  async #newCommits(segment: LogSegment): Promise<LogSegment | 'unchanged' | 'reload'> {
    const files = await listLog(this.#storage, this.path, segment.endVersion);
    const same = files.find((file) => file.kind === 'commit' && file.version === segment.endVersion)?.file;
    const known = segment.endCommit?.file;
    if (same?.modifiedAtMs !== known?.modifiedAtMs || same?.sizeBytes !== known?.sizeBytes) return 'reload';
    if (newestVersion(files) <= segment.endVersion) return 'unchanged';
    return extendLogSegment(segment, files) ?? 'reload';
  }

  /** Lists from the last checkpoint on; where that does not lead to a version, the whole log. */
  async #loadLatest(): Promise<Generation> {
    const hint = await readCheckpointHint(this.#storage, this.path);
    if (hint !== undefined && hint > 0) {
      try {
        return await this.#load(await listLog(this.#storage, this.path, hint), undefined);
      } catch (error) {
        if (!(error instanceof LakebookError)) throw error;
      }
    }
    return this.#load(await listLog(this.#storage, this.path), undefined);
  }

  /** An unreadable checkpoint is passed over where older files lead to the version too. */
  async #load(listing: readonly LogFile[], version: number | undefined): Promise<Generation> {
    const excludedCheckpoints = new Set<number>();
    let failure: unknown;
    for (;;) {
      const segment = this.#segmentOr(failure, listing, version, excludedCheckpoints);
      try {
        const files = await LiveFiles.load(this.#engine, this.path, segment);
        return { files, indexes: new FileIndexes(this.#engine, files) };
      } catch (error) {
        if (segment.checkpoint === undefined || !isCheckpointFailure(error)) throw error;
        failure ??= error;
        excludedCheckpoints.add(segment.checkpoint.version);
      }
    }
  }

  #segmentOr(failure: unknown, listing: readonly LogFile[], version: number | undefined, excludedCheckpoints: ReadonlySet<number>): LogSegment {
    try {
      return buildLogSegment(listing, { table: this.path, excludedCheckpoints, ...(version === undefined ? {} : { version }) });
    } catch (error) {
      throw failure ?? error;
    }
  }

  #understand(files: LiveFiles, version: number): TableVersion {
    const where = { table: this.path, version, access: this.#access };
    const state = reconcile(files.tableActions, where);
    return understandState({ ...state, txns: unexpiredTransactions(state.txns, state.metadata, Date.now()) }, where);
  }

  /** The table at the start of a range of versions, wherever its metadata or protocol changes, and at the end. */
  async #versionsIn(listing: readonly LogFile[], { start, end }: ChangeRange): Promise<readonly TableVersion[]> {
    const generation = await this.#load(listing, start);
    try {
      const { files } = generation;
      const extended = end === start ? undefined : extendLogSegment(files.segment, listing.filter((file) => file.kind !== 'commit' || file.version <= end));
      if (extended !== undefined) await files.extend(extended);
      const changed = files.tableActions.filter(({ kind, version }) => (kind === 'metadata' || kind === 'protocol') && version > start && version < end);
      const versions = [...new Set([start, ...changed.map(({ version }) => version), end])].sort((left, right) => left - right);
      return versions.map((version) => this.#understand(files, version));
    } finally {
      await releaseGeneration(generation);
    }
  }

  /** Both versions from one set of relations, which is let go of: the plan names the files that matter. */
  async #planDifference(listing: readonly LogFile[], { from, to }: DifferenceRange, signal: AbortSignal | undefined): Promise<PlannedDifference> {
    const context = { engine: this.#engine, storage: this.#storage, vectors: this.#vectors };
    const generations: Generation[] = [];
    const versionFiles = async (version: number): Promise<VersionFiles> => {
      const known = [this.#current, ...generations].find((generation) => generation?.files.knows(version));
      const generation = known ?? (await this.#load(listing, version));
      if (known === undefined) generations.push(generation);
      return { files: generation.files, at: this.#understand(generation.files, version) };
    };
    try {
      const before = from === undefined ? undefined : await versionFiles(from);
      return await planDifference(context, before, await versionFiles(to), signal);
    } finally {
      for (const generation of generations) await releaseGeneration(generation);
    }
  }

  async #pin(generation: Generation, version: number): Promise<Snapshot> {
    const { files } = generation;
    const at = this.#understand(files, version);
    const timestampMs = await this.#commitTime(files.segment, version, inCommitTimestamps(at.metadata)?.fromVersion);
    return pinSnapshot({ engine: this.#engine, storage: this.#storage, generation, vectors: this.#vectors, at, timestampMs });
  }

  async #commitTime(segment: LogSegment, version: number, inCommitFrom: number | undefined): Promise<number> {
    const commit = segment.commits.find((candidate) => candidate.version === version) ?? (version === segment.endVersion ? segment.endCommit : undefined);
    if (commit === undefined) return segment.checkpoint?.files[0]?.modifiedAtMs ?? 0;
    const inCommit = inCommitFrom !== undefined && version >= inCommitFrom ? await readInCommitTimestamp(this.#storage, segment.logPath, commit, this.path) : undefined;
    return inCommit ?? commit.file.modifiedAtMs;
  }

  async #forget(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) await releaseGeneration(current);
  }

  async #inTurn<Result>(action: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const turn = this.#turn.then(() => {
      if (signal?.aborted === true) throw new LakebookError('OPERATION_CANCELED', {});
      return action();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
