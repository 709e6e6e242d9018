import { hasCode, LakebookError } from '../../base/errors.ts';
import type { StagedFile, Storage } from '../../storage/storage.ts';
import type { DeletionVectorDescriptor, DomainMetadata, Metadata, Protocol, SetTransaction } from '../actions.ts';
import { inCommitTimestamps } from '../commitTimes.ts';
import { uniqueId } from '../deletionVector.ts';
import { listLog } from '../logListing.ts';
import { logPathOf } from '../logSegment.ts';
import type { Predicate } from '../predicate.ts';
import { parseSchema } from '../schema.ts';
import type { LogAccess } from '../protocol.ts';
import type { TableState } from '../tableState.ts';
import { commitText, type CommitContent, type CommitInfo, type DomainChange, type OperationParameters } from './commitText.ts';
import { changedFiles, checkConflicts, type ChangedFiles, type ConflictQuestion, type RowsAskedFor, type TransactionReads, type VectorMerge } from './conflicts.ts';
import type { Environment } from '../../storage/environment.ts';
import { NO_FILE_ACTIONS, type FileActions, type LoggedFile } from './fileActions.ts';
import { checkIcebergFiles } from './icebergCompat.ts';
import { isolationLevelOf, type IsolationLevel } from './isolation.ts';
import { commitPath, readCommit, readCommitIfThere, type WinningCommit } from './readCommit.ts';
import type { RowCondition, RowRead } from './rowReads.ts';
import { assignRowIds, assignsRowIds, HIGH_WATER_MARK_DOMAIN, highWaterMarkOf } from './rowIds.ts';
import { checkWritable, featuresAskedFor, FIRST_PROTOCOL, takeProtocolProperties, upgradeProtocol } from './writerProtocol.ts';

/** The version of a table that a transaction starts from. */
export interface TransactionBase extends TableState {
  readonly version: number;
  /** Of its commit; milliseconds since 1970. */
  readonly timestampMs: number;
}

export interface TransactionParts {
  readonly storage: Storage;
  readonly environment: Environment;
  /** Absolute path of the table's folder. */
  readonly table: string;
  readonly access: LogAccess;
  /** Undefined where the table is not there yet. */
  readonly base: TransactionBase | undefined;
  /** Which files of a winner have rows, among those that it changed, that were read. */
  readonly rowsAskedFor: (reads: readonly RowRead[], changed: ChangedFiles) => Promise<RowsAskedFor>;
  /** A vector with the rows of both, stored; undefined where what both did to one file cannot be. */
  readonly mergeVectors: (merge: VectorMerge) => Promise<DeletionVectorDescriptor | undefined>;
}

/** What a commit says of itself, as `DESCRIBE HISTORY` shows it. */
export interface Operation {
  /** Spark's name of it: `WRITE`, `DELETE`, `MERGE` … */
  readonly name: string;
  readonly parameters?: OperationParameters;
  readonly metrics?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Committed {
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly timestampMs: number;
  /** How often another writer was first. */
  readonly retries: number;
  readonly txnId: string;
}

/** As many commits of others as one transaction gives way to. */
const ATTEMPTS_MAX = 10_000;

/**
 * One optimistic transaction on one table: what is read is told to it, what changes is handed to {@link commit}, and
 * commits of others that came first are given way to where Delta's rules allow. Files that a failed transaction leaves
 * are in no version, so VACUUM finds them.
 *
 * @see PROTOCOL.md "Delta Log Entries", "Transaction Identifiers"
 */
export class Transaction {
  readonly table: string;
  readonly base: TransactionBase | undefined;
  readonly environment: Environment;
  readonly #parts: TransactionParts;
  readonly #rows: RowRead[] = [];
  readonly #files = new Set<string>();
  readonly #appIds = new Set<string>();
  readonly #txns: SetTransaction[] = [];
  readonly #domains = new Map<string, DomainChange>();
  #wholeTable = false;
  #userMetadata: string | undefined;
  #metadata: Metadata | undefined;
  #protocol: Protocol | undefined;
  #features: readonly string[] = [];
  readonly #awaited: Promise<void>[] = [];
  #state: 'open' | 'committing' | 'ended' = 'open';
  /** From the moment that a version may be ours, until it is known to be another's. */
  #mayStand = false;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
    this.table = parts.table;
    this.base = parts.base;
    this.environment = parts.environment;
  }

  /** Says that rows anywhere in the table were read. */
  readWholeTable(): void {
    this.#wholeTable = true;
  }

  /**
   * Says that rows were looked for that meet a predicate: whoever adds such rows meanwhile is in conflict.
   * @param rows tells them exactly
   */
  readWhere(predicate: Predicate, rows?: RowCondition): void {
    if (predicate.kind === 'unknown' && rows === undefined) this.#wholeTable = true;
    else this.#rows.push({ predicate, rows });
  }

  /** Says that rows of these files were read; paths as in the log. */
  readFiles(paths: Iterable<string>): void {
    for (const path of paths) this.#files.add(path);
  }

  /** The last transaction of an application; it is then part of what was read. */
  lastTransactionOf(appId: string): SetTransaction | undefined {
    this.#appIds.add(appId);
    return this.base?.txns.find((txn) => txn.appId === appId);
  }

  setTransaction(txn: SetTransaction): void {
    this.#appIds.add(txn.appId);
    this.#txns.push(txn);
  }

  /** Replaces the table's metadata as a whole. `delta.feature.*` and protocol versions among its properties shape the protocol. */
  setMetadata(metadata: Metadata): void {
    this.#metadata = metadata;
  }

  /** Asks for features beyond those that properties and columns ask for. */
  requireFeatures(features: readonly string[]): void {
    this.#features = [...this.#features, ...features];
  }

  /** Replaces the protocol, also by a lower one: for dropping features. */
  setProtocol(protocol: Protocol): void {
    this.#protocol = protocol;
  }

  setDomain(change: DomainChange): void {
    this.#domains.set(change.domain, change);
  }

  /** A text of the user's that the table's history keeps. */
  setUserMetadata(text: string | undefined): void {
    this.#userMetadata = text;
  }

  /** What must have happened before others may see the commit: files that it speaks of reach the disk while it is prepared. */
  awaitBeforeCommit(happening: Promise<void>): void {
    happening.catch(() => undefined); // the commit tells
    this.#awaited.push(happening);
  }

  /** The metadata that the commit will leave. @throws LakebookError DELTA_TABLE_NOT_FOUND where there is none */
  get metadata(): Metadata {
    const metadata = this.#metadata ?? this.base?.metadata;
    if (metadata === undefined) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table: this.table });
    return metadata;
  }

  /** The table as the commit will leave it. */
  get target(): { readonly protocol: Protocol; readonly metadata: Metadata } {
    const { metadata, protocol } = this.#tableActions();
    return { protocol: protocol ?? this.base?.protocol ?? FIRST_PROTOCOL, metadata: metadata ?? this.metadata };
  }

  /**
   * Writes the next version. Nothing is written where it fails, other than files that no version names.
   * @throws LakebookError as `checkConflicts` and `checkWritable`; DELTA_CANNOT_MODIFY_APPEND_ONLY,
   *   DELTA_COMMIT_OUTCOME_UNKNOWN, DELTA_CANNOT_MODIFY_CATALOG_MANAGED_DEPENDENCIES
   */
  async commit(operation: Operation, files: FileActions = NO_FILE_ACTIONS): Promise<Committed> {
    if (this.#state !== 'open') throw new LakebookError('INTERNAL_ERROR', { detail: 'a transaction commits once' });
    this.#state = 'committing';
    try {
      return await this.#commit(this.#prepare(operation, files));
    } finally {
      this.#state = 'ended';
    }
  }

  /** Ends it where it has not committed. @returns whether no version has anything of it for certain, and none ever will */
  abandon(): boolean {
    if (this.#state === 'committing') return false;
    this.#state = 'ended';
    return !this.#mayStand;
  }

  async #commit(draft: Draft): Promise<Committed> {
    const { storage, table } = this.#parts;
    let current = draft;
    let staged: StagedCommit | undefined;
    try {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        const version = (current.readVersion ?? -1) + 1;
        const { info, ...content } = finish(current, version, this.environment);
        // Most commits say the same whichever version they become: they are on disk already when another was first.
        const text = commitText({ info, ...content });
        if (staged?.text !== text) {
          await staged?.file.discard();
          const bytes = new TextEncoder().encode(text);
          staged = { text, bytes, file: await storage.stage(logPathOf(table), bytes) };
        }
        await Promise.all(this.#awaited);
        this.#mayStand = true;
        if (await this.#place(staged, version, info.txnId)) return { version, timestampMs: info.inCommitTimestamp ?? info.timestamp, retries: attempt, txnId: info.txnId };
        this.#mayStand = false;
        // A listing may lag behind: who was first is there all the same, and whoever came since is found by name too.
        let winner: WinningCommit | undefined = await readCommit(storage, table, version);
        while (winner !== undefined) {
          current = await this.#giveWay(current, winner);
          winner = await readCommitIfThere(storage, table, winner.version + 1);
        }
      }
    } finally {
      await staged?.file.discard();
    }
    throw new LakebookError('DELTA_CONCURRENT_TRANSACTION', { table, version: (current.readVersion ?? -1) + 1, by: `row of ${ATTEMPTS_MAX} commits`, what: 'data' });
  }

  /**
   * Whether `version` is ours now. A store may not know whether it wrote, and finds a name taken that it took itself a moment
   * ago: then what is in the file tells whose it is.
   */
  async #place({ bytes, file }: StagedCommit, version: number, txnId: string): Promise<boolean> {
    const { storage, table } = this.#parts;
    const path = commitPath(table, version);
    const isCreated = await file.place(path).catch((error: unknown) => {
      if (hasCode(error, 'STORAGE_OUTCOME_UNKNOWN')) return undefined;
      throw error;
    });
    if (isCreated === true) return true;
    try {
      if (isCreated === undefined && (await file.place(path))) return true;
      const there = await storage.read(path);
      return there.length === bytes.length && there.every((byte, index) => byte === bytes[index]);
    } catch (error) {
      throw new LakebookError('DELTA_COMMIT_OUTCOME_UNKNOWN', { table, version, txnId, detail: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
  }

  /** The draft as if the winner's commit had been read before. */
  async #giveWay(draft: Draft, winner: WinningCommit): Promise<Draft> {
    const { storage, table, access } = this.#parts;
    if (this.base === undefined) throw new LakebookError('DELTA_PROTOCOL_CHANGED', { table, version: winner.version, by: winner.operation ?? 'CREATE TABLE' });
    const reads: TransactionReads = { wholeTable: this.#wholeTable, files: this.#files, appIds: this.#appIds };
    const question: ConflictQuestion = { table, content: draft, reads, isolation: draft.isolation, winner };
    const merges = checkConflicts(question, this.#rows.length === 0 ? NOTHING : await this.#parts.rowsAskedFor(this.#rows, changedFiles(question)));
    if (winner.protocol !== undefined) checkWritable(winner.protocol, table, access);
    const files = merges.length === 0 ? draft : await this.#merge(draft, merges);
    return {
      ...files,
      readVersion: winner.version,
      formerTimestampMs: winner.inCommitTimestamp ?? (inCommitTimestamps(draft.currentMetadata) === undefined ? undefined : await modifiedAtMs(storage, table, winner.version)) ?? draft.formerTimestampMs,
      highWaterMark: maxOf(draft.highWaterMark, highWaterMarkOf(winner.domains)),
      ...(winner.protocol === undefined ? {} : { currentProtocol: winner.protocol }),
    };
  }

  async #merge(draft: Draft, merges: readonly VectorMerge[]): Promise<Draft> {
    const merged = new Map<string, { readonly before: Partial<LoggedFile>; readonly after: Partial<LoggedFile> }>();
    for (const merge of merges) {
      const { path, theirs, ours, file } = merge;
      const after = await this.#parts.mergeVectors(merge);
      if (after === undefined) {
        throw new LakebookError('DELTA_CONCURRENT_DELETE_DELETE', { table: this.table, version: (draft.readVersion ?? -1) + 1, by: 'change of the same rows', file: `${path} (${uniqueId(ours)})` });
      }
      // Row ids that the winner was the first to give stay as they are.
      const rowIds = file.baseRowId === undefined ? {} : { baseRowId: file.baseRowId, defaultRowCommitVersion: file.defaultRowCommitVersion };
      merged.set(path, { before: { ...rowIds, deletionVector: theirs }, after: { ...rowIds, deletionVector: after } });
    }
    return {
      ...draft,
      removes: draft.removes.map((remove) => ({ ...remove, ...merged.get(remove.path)?.before })),
      adds: draft.adds.map((add) => ({ ...add, ...merged.get(add.path)?.after })),
    };
  }

  #prepare(operation: Operation, files: FileActions): Draft {
    const { table, base, environment } = this;
    const { metadata, protocol } = this.#tableActions();
    const nextProtocol = protocol ?? base?.protocol ?? FIRST_PROTOCOL;
    const { access } = this.#parts;
    if (base !== undefined) checkWritable(base.protocol, table, access);
    checkWritable(nextProtocol, table, access);
    const nextMetadata = metadata ?? this.metadata;
    if (access === 'catalog' && inCommitTimestamps(nextMetadata) === undefined) throw new LakebookError('DELTA_CANNOT_MODIFY_CATALOG_MANAGED_DEPENDENCIES', { table });
    checkFiles(files, table, nextMetadata);
    checkIcebergFiles(files.adds, nextMetadata, table);
    const changesData = [...files.adds, ...files.removes].some(({ dataChange }) => dataChange);
    const readsNothing = !this.#wholeTable && this.#rows.length === 0 && this.#files.size === 0;
    const isolation = changesData || files.adds.length + files.removes.length === 0 ? isolationLevelOf(nextMetadata) : 'SnapshotIsolation';
    return {
      ...files,
      metadata,
      protocol,
      currentProtocol: nextProtocol,
      currentMetadata: nextMetadata,
      txns: this.#txns,
      domains: [...this.#domains.values()],
      isolation,
      readVersion: base?.version,
      formerTimestampMs: base?.timestampMs,
      formerMetadata: base?.metadata,
      highWaterMark: highWaterMarkOf(base?.domains ?? NO_DOMAINS),
      info: {
        timestamp: environment.now(),
        operation: operation.name,
        operationParameters: operation.parameters ?? {},
        isolationLevel: isolation,
        isBlindAppend: readsNothing && files.removes.length === 0,
        operationMetrics: operation.metrics ?? {},
        engineInfo: environment.engineInfo,
        userName: environment.userName,
        userMetadata: this.#userMetadata,
        tags: operation.tags,
        txnId: environment.uuid(),
        readVersion: base?.version,
      },
    };
  }

  /** Metadata and protocol where they change. */
  #tableActions(): { readonly metadata: Metadata | undefined; readonly protocol: Protocol | undefined } {
    const { base } = this;
    if (this.#metadata === undefined && this.#features.length === 0 && this.#protocol === undefined && this.#domains.size === 0) {
      if (base === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: 'the first commit of a table says what the table is' });
      return { metadata: undefined, protocol: undefined };
    }
    const { configuration, features, versions } = takeProtocolProperties(this.metadata.configuration);
    const metadata = this.#metadata === undefined ? undefined : { ...this.#metadata, configuration };
    const asked = featuresAskedFor({ ...this.metadata, configuration }, parseSchema(this.metadata.schemaString, this.table));
    const byDomains = this.#domains.size === 0 ? [] : ['domainMetadata'];
    const wanted = [...asked, ...features, ...byDomains, ...this.#features];
    const protocol = this.#protocol ?? upgradeProtocol(base?.protocol ?? FIRST_PROTOCOL, wanted, versions);
    return { metadata, protocol: base !== undefined && sameProtocol(protocol, base.protocol) ? undefined : protocol };
  }
}

const NOTHING: RowsAskedFor = { added: new Set(), removed: new Set() };
const NO_DOMAINS: readonly DomainMetadata[] = [];

interface StagedCommit {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly file: StagedFile;
}

/** When the file of a commit was written, as it is listed; undefined where a listing lags behind. */
async function modifiedAtMs(storage: Storage, table: string, version: number): Promise<number | undefined> {
  const listed = await listLog(storage, table, version);
  return listed.find((file) => file.kind === 'commit' && file.version === version)?.file.modifiedAtMs;
}

/** A commit without what only its version tells. */
interface Draft extends CommitContent {
  readonly isolation: IsolationLevel;
  readonly readVersion: number | undefined;
  /** Of the commit before. */
  readonly formerTimestampMs: number | undefined;
  readonly formerMetadata: Metadata | undefined;
  readonly currentProtocol: Protocol;
  readonly currentMetadata: Metadata;
  readonly highWaterMark: bigint;
}

/** The content of `version`: row ids above all that were given out, a time behind the commit before. */
function finish(draft: Draft, version: number, environment: Environment): CommitContent {
  const { metadata, protocol, txns, domains, removes, changeFiles, currentProtocol, currentMetadata } = draft;
  const inCommitTimestamp = inCommitTimestamps(currentMetadata) === undefined ? undefined : Math.max(environment.now(), (draft.formerTimestampMs ?? 0) + 1);
  const rowIds = assignsRowIds(currentProtocol, currentMetadata) ? assignRowIds(draft.adds, draft.highWaterMark, version) : { adds: draft.adds, domain: undefined };
  const ownDomains = domains.filter(({ domain }) => rowIds.domain === undefined || domain !== HIGH_WATER_MARK_DOMAIN);
  const info: CommitInfo = { ...draft.info, inCommitTimestamp };
  return {
    info,
    protocol,
    metadata: metadata === undefined ? undefined : withEnablement(metadata, draft.formerMetadata, { version, inCommitTimestamp }),
    txns,
    domains: rowIds.domain === undefined ? ownDomains : [...ownDomains, rowIds.domain],
    adds: rowIds.adds,
    removes,
    changeFiles,
  };
}

/** In-commit timestamps that begin in the middle of a table's life say where (PROTOCOL.md "In-Commit Timestamps"). */
function withEnablement(metadata: Metadata, former: Metadata | undefined, { version, inCommitTimestamp }: { readonly version: number; readonly inCommitTimestamp: number | undefined }): Metadata {
  const begins = inCommitTimestamp !== undefined && former !== undefined && inCommitTimestamps(former) === undefined;
  if (!begins) return metadata;
  const marks = { 'delta.inCommitTimestampEnablementVersion': String(version), 'delta.inCommitTimestampEnablementTimestamp': String(inCommitTimestamp) };
  return { ...metadata, configuration: { ...metadata.configuration, ...marks } };
}

/** @throws LakebookError DELTA_CANNOT_MODIFY_APPEND_ONLY, DELTA_DUPLICATE_ACTIONS_FOUND */
function checkFiles({ adds, removes }: FileActions, table: string, { configuration }: Metadata): void {
  if (configuration['delta.appendOnly']?.toLowerCase() === 'true' && removes.some(({ dataChange }) => dataChange)) throw new LakebookError('DELTA_CANNOT_MODIFY_APPEND_ONLY', { table });
  for (const actions of [adds, removes]) {
    const seen = new Set<string>();
    for (const { path } of actions) {
      if (seen.has(path)) throw new LakebookError('DELTA_DUPLICATE_ACTIONS_FOUND', { table, file: path });
      seen.add(path);
    }
  }
}

function sameProtocol(left: Protocol, right: Protocol): boolean {
  const sorted = (features: readonly string[] | undefined): string => JSON.stringify(features === undefined ? null : [...features].sort());
  return left.minReaderVersion === right.minReaderVersion && left.minWriterVersion === right.minWriterVersion
    && sorted(left.readerFeatures) === sorted(right.readerFeatures) && sorted(left.writerFeatures) === sorted(right.writerFeatures);
}

function maxOf(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
