import { hasCode, LakebookError } from '../../../kernel/base/errors.ts';
import type { CommitCoordinator } from '../../../kernel/delta/catalogManaged/commitCoordinator.ts';
import { coordinatedStorage } from '../../../kernel/delta/catalogManaged/coordinatedStorage.ts';
import type { DeletionVectorDescriptor } from '../../../kernel/delta/actions.ts';
import { loadDeletionVector } from '../../../kernel/delta/deletionVector.ts';
import { DeletionVectors } from '../../../kernel/delta/deletionVectors.ts';
import { unionOf } from '../../../kernel/delta/positions.ts';
import type { Predicate } from '../../../kernel/delta/predicate.ts';
import { featuresOf } from '../../../kernel/delta/protocol.ts';
import { writeDeletionVectors } from '../../../kernel/delta/write/deletionVectorFile.ts';
import type { AddFile, FileActions } from '../../../kernel/delta/write/fileActions.ts';
import { commitPath } from '../../../kernel/delta/write/readCommit.ts';
import type { JudgedVersion, rowsAskedFor, RowRead } from '../../../kernel/delta/write/rowReads.ts';
import { Transaction } from '../../../kernel/delta/write/transaction.ts';
import type { mergeVectors } from '../../../kernel/delta/write/vectorMerge.ts';
import type { Storage } from '../../../kernel/storage/storage.ts';
import { changeOf, conditionOf, drawKeys, drawStatement, judgedVersion, type FileRow, type LiveRows, type RowStatement } from './rowStatements.ts';
import { pick, type Random, type Scheduler } from './scheduler.ts';
import { TableReader, type TableView } from './tableReader.ts';

/** What the writer of a schedule was told of one commit. */
type Outcome =
  /** The process died before it was told. */
  | { readonly kind: 'untold' }
  | { readonly kind: 'committed'; readonly version: number }
  | { readonly kind: 'failed'; readonly error: LakebookError }
  /** The error itself says that nobody knows. */
  | { readonly kind: 'unknown' };

export interface Attempt {
  readonly process: string;
  readonly operation: OperationName;
  /** -1 where the table is created. */
  readonly baseVersion: number;
  /** Ids that the transaction was given; one of them is its own. */
  readonly uuids: string[];
  readonly readsWholeTable: boolean;
  /** The partition whose rows were looked for. */
  readonly readsPartition: string | undefined;
  readonly readsFiles: readonly string[];
  readonly readsApplication: string | undefined;
  readonly files: FileActions;
  /** Rows that are deleted, by file. */
  readonly deletedRows: ReadonlyMap<string, BigInt64Array>;
  readonly statement: RowStatement | undefined;
  outcome: Outcome;
}

export type OperationName = 'create' | 'append' | 'appendOnce' | 'delete' | 'rewrite' | 'rewriteWhere' | 'derive' | 'overwrite' | 'compact' | 'deleteRows' | RowStatement['kind'] | 'changeMetadata' | 'enableTimestamps' | 'supportRowIds' | 'setDomain' | 'foreignAppend';

export interface World {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly storage: Storage;
  /** The catalog that orders the table's commits, where there is one. */
  readonly coordinator: CommitCoordinator | undefined;
  readonly table: string;
  readonly configuration: Readonly<Record<string, string>>;
  /** Likely ones stand in it more often. */
  readonly operations: readonly OperationName[];
  readonly attempts: Attempt[];
  /** The rows of all files that were ever written, by path. */
  readonly contents: Map<string, readonly FileRow[]>;
  /** Which rows of a winner were read. */
  readonly judge: typeof rowsAskedFor;
  readonly merge: typeof mergeVectors;
  /** Errors that a process met outside of a commit. */
  readonly readErrors: LakebookError[];
  /** Milliseconds since 1970 as this process believes. */
  now(): number;
  uuid(): string;
}

const ROWS_PER_FILE = 100;
const PARTITIONS = ['a', 'b'];
const IN_COMMIT_TIMESTAMPS = 'delta.enableInCommitTimestamps';
const ROW_TRACKING = 'rowTracking';
const APPLICATIONS = ['stream', 'loader'];

/** One writer's life: looks at the table, decides, commits, and again. Errors of the product are noted, others end the schedule. */
export async function runWriter(shared: World, process: string, operations: number): Promise<void> {
  const { coordinator, table } = shared;
  const managed = coordinator && coordinatedStorage({ storage: shared.storage, environment: { now: () => shared.now(), uuid: () => shared.uuid(), engineInfo: 'simulation' }, table, coordinator });
  const world: World = { ...shared, storage: managed ?? shared.storage };
  const reader = new TableReader(world.storage, world.table);
  for (let turn = 0; turn < operations; turn += 1) {
    try {
      const view = await reader.latest();
      const operation = view === undefined ? 'create' : pick(world.random, world.operations);
      if (view !== undefined && operation === 'foreignAppend') await appendAsOthersDo(world, process, view);
      else await commitOne(world, { process, reader, view }, operation);
      if (managed !== undefined && world.random() < 0.5) await managed.publish();
    } catch (error) {
      if (!(error instanceof LakebookError)) throw error;
      world.scheduler.trace.push(`  ${process} met ${error.code}`);
      world.readErrors.push(error);
    }
  }
}

/** As an engine that says nothing of itself: no commitInfo. It knows neither row ids nor in-commit timestamps. */
async function appendAsOthersDo(world: World, process: string, { base }: TableView): Promise<void> {
  if (base.metadata.configuration[IN_COMMIT_TIMESTAMPS] === 'true' || featuresOf(base.protocol).includes(ROW_TRACKING)) return;
  const files: FileActions = { adds: [newFile(world)], removes: [], changeFiles: [] };
  const attempt: Attempt = { ...NOTHING_READ, process, operation: 'foreignAppend', baseVersion: base.version, uuids: [], files, outcome: { kind: 'untold' } };
  world.attempts.push(attempt);
  const text = files.adds.map((add) => `${JSON.stringify({ add })}\n`).join('');
  const isCreated = await world.storage.putIfAbsent(commitPath(world.table, base.version + 1), new TextEncoder().encode(text));
  if (isCreated) attempt.outcome = { kind: 'committed', version: base.version + 1 };
}

const NOTHING_READ = { readsWholeTable: false, readsPartition: undefined, readsFiles: [], readsApplication: undefined, deletedRows: new Map<string, BigInt64Array>(), statement: undefined };

type Plan = Partial<Pick<Attempt, 'readsWholeTable' | 'readsPartition' | 'readsFiles' | 'readsApplication' | 'deletedRows' | 'statement'>> & {
  readonly adds?: readonly AddFile[];
  readonly removes?: readonly AddFile[];
  readonly dataChange?: boolean;
  readonly shape?: (transaction: Transaction) => void;
};

interface Turn {
  readonly process: string;
  readonly reader: TableReader;
  readonly view: TableView | undefined;
}

async function commitOne(world: World, { process, reader, view }: Turn, operation: OperationName): Promise<void> {
  const plan = await planOf(world, view, operation);
  if (plan === undefined) return;
  const uuids: string[] = [];
  const uuid = (): string => {
    const made = world.uuid();
    uuids.push(made);
    return made;
  };
  const transaction = new Transaction({
    storage: world.storage,
    environment: { now: () => world.now(), uuid, engineInfo: 'simulation' },
    table: world.table,
    access: world.coordinator === undefined ? 'path' : 'catalog',
    base: view?.base,
    rowsAskedFor: (reads, changed) => world.judge({ storage: world.storage, table: world.table, vectors: new DeletionVectors(), versionAt: async (version) => judged(await reader.at(version), reads) }, reads, changed),
    mergeVectors: (merge) => world.merge({ storage: world.storage, table: world.table, vectors: new DeletionVectors(), names: { newUuid: () => world.uuid() } }, merge),
  });
  const { adds = [], removes = [], dataChange = true, shape, ...rest } = plan;
  const reads = { ...NOTHING_READ, ...rest };
  if (reads.readsWholeTable) transaction.readWholeTable();
  if (reads.readsPartition !== undefined) transaction.readWhere(partitionIs(reads.readsPartition));
  if (reads.statement !== undefined) transaction.readWhere({ kind: 'unknown' }, conditionOf(reads.statement, async (version, paths) => rowsOf(world, await reader.at(version), paths)));
  transaction.readFiles(reads.readsFiles);
  shape?.(transaction);
  const files: FileActions = {
    adds: adds.map((add) => ({ ...add, dataChange })),
    removes: removes.map(({ modificationTime, clusteringProvider: _provider, ...file }) => ({ ...file, deletionTimestamp: modificationTime, dataChange })),
    changeFiles: [],
  };
  const attempt: Attempt = { process, operation, baseVersion: view?.base.version ?? -1, uuids, ...reads, files, outcome: { kind: 'untold' } };
  world.attempts.push(attempt);
  attempt.outcome = await outcomeOf(world, transaction, attempt);
  world.scheduler.trace.push(`  ${process}: ${operation} on version ${attempt.baseVersion} ${describe(attempt.outcome)}`);
}

async function outcomeOf({ scheduler }: World, transaction: Transaction, { operation, files }: Attempt): Promise<Outcome> {
  try {
    const { version } = await transaction.commit({ name: operation }, files);
    // between the last step of a commit and its answer a process can die too
    await scheduler.pause('answer');
    return { kind: 'committed', version };
  } catch (error) {
    if (!(error instanceof LakebookError)) throw error;
    await scheduler.pause('answer');
    return hasCode(error, 'DELTA_COMMIT_OUTCOME_UNKNOWN') ? { kind: 'unknown' } : { kind: 'failed', error };
  }
}

/** What an operation would do to a table as it is seen; undefined where there is nothing to do. */
async function planOf(world: World, view: TableView | undefined, operation: OperationName): Promise<Plan | undefined> {
  if (view === undefined) return { shape: (transaction) => transaction.setMetadata({ ...FIRST_METADATA, configuration: { ...world.configuration, count: '0' } }) };
  const live = [...view.files.values()];
  const some = live.length === 0 ? undefined : pick(world.random, live);
  switch (operation) {
    case 'create':
    case 'foreignAppend':
      return undefined;
    case 'append':
      return { adds: [newFile(world), newFile(world)] };
    case 'appendOnce': {
      const appId = pick(world.random, APPLICATIONS);
      return {
        adds: [newFile(world)],
        readsApplication: appId,
        shape: (transaction) => transaction.setTransaction({ appId, version: (transaction.lastTransactionOf(appId)?.version ?? -1n) + 1n, lastUpdated: undefined }),
      };
    }
    case 'delete':
      return some && { readsFiles: [some.path], removes: [some] };
    case 'rewrite':
      return some && { readsFiles: [some.path], removes: [some], adds: [newFile(world)] };
    case 'derive':
      return some && { readsFiles: [some.path], adds: [newFile(world)] };
    case 'rewriteWhere': {
      const partition = pick(world.random, PARTITIONS);
      const matching = live.filter(({ path }) => path.startsWith(partition)).slice(0, 2);
      return { readsPartition: partition, readsFiles: matching.map(({ path }) => path), removes: matching, adds: [newFile(world, partition)] };
    }
    case 'overwrite':
      return { readsWholeTable: true, readsFiles: live.map(({ path }) => path), removes: live, adds: [newFile(world)] };
    case 'compact': {
      const compacted = live.slice(0, 3);
      return compacted.length < 2 ? undefined : { readsFiles: compacted.map(({ path }) => path), removes: compacted, adds: [await compactedFile(world, view, compacted)], dataChange: false };
    }
    case 'deleteRows':
      return some && planDeletedRows(world, some);
    case 'update':
    case 'upsert':
    case 'insertMissing':
      return planStatement(world, view, drawStatement(world.random, operation));
    case 'changeMetadata': {
      const { metadata } = view.base;
      const count = String(Number(metadata.configuration['count']) + 1);
      return { shape: (transaction) => transaction.setMetadata({ ...metadata, configuration: { ...metadata.configuration, count } }) };
    }
    case 'enableTimestamps': {
      const { metadata } = view.base;
      if (metadata.configuration[IN_COMMIT_TIMESTAMPS] === 'true') return undefined;
      const count = String(Number(metadata.configuration['count']) + 1);
      return { shape: (transaction) => transaction.setMetadata({ ...metadata, configuration: { ...metadata.configuration, count, [IN_COMMIT_TIMESTAMPS]: 'true' } }) };
    }
    case 'supportRowIds':
      return { shape: (transaction) => transaction.requireFeatures([ROW_TRACKING]) };
    case 'setDomain':
      return { shape: (transaction) => transaction.setDomain({ domain: 'simulation', configuration: world.uuid(), removed: false }) };
  }
}

async function planDeletedRows(world: World, file: AddFile): Promise<Plan | undefined> {
  const before = file.deletionVector === undefined ? new BigInt64Array() : await loadDeletionVector(world.storage, world.table, file.deletionVector);
  const first = BigInt(Math.floor((world.random() * ROWS_PER_FILE) / 4));
  const rowCount = world.contents.get(file.path)?.length ?? 0;
  const rows = BigInt64Array.of(first, first + 1n, first + 2n).filter((row) => row < rowCount && !before.includes(row));
  if (rows.length === 0) return undefined;
  if (before.length + rows.length === rowCount) return { readsFiles: [file.path], removes: [file], deletedRows: new Map([[file.path, rows]]) };
  const deletionVector = await writeVector(world, unionOf(before, rows));
  return { readsFiles: [file.path], removes: [file], adds: [{ ...file, deletionVector }], deletedRows: new Map([[file.path, rows]]) };
}

async function planStatement(world: World, view: TableView, statement: RowStatement): Promise<Plan | undefined> {
  const live = await rowsOf(world, view, [...view.files.keys()]);
  const { removed, added } = changeOf(statement, live);
  if (removed.size + added.length === 0) return undefined;
  const marked = await Promise.all(live.filter(({ path }) => removed.has(path)).map(async ({ path, rows: all, deleted }): Promise<readonly AddFile[]> => {
    const rows = [...deleted, ...(removed.get(path) ?? [])].sort((left, right) => (left < right ? -1 : 1));
    return rows.length === all.length ? [] : [{ ...view.files.get(path)!, deletionVector: await writeVector(world, BigInt64Array.from(rows)) }];
  }));
  return {
    statement,
    readsFiles: [...removed.keys()],
    removes: [...removed.keys()].map((path) => view.files.get(path)!),
    adds: [...marked.flat(), ...(added.length === 0 ? [] : [newFile(world, undefined, added)])],
    deletedRows: new Map([...removed].map(([path, rows]) => [path, BigInt64Array.from(rows)])),
  };
}

/** One file with the rows that are left of others. */
async function compactedFile(world: World, view: TableView, files: readonly AddFile[]): Promise<AddFile> {
  const live = await rowsOf(world, view, files.map(({ path }) => path));
  const rows = live.flatMap(({ rows: all, deleted }) => all.filter((_, position) => !deleted.has(BigInt(position))));
  const file = newFile(world, undefined, rows.map(({ key }) => key));
  world.contents.set(file.path, rows);
  return file;
}

/** The rows of files of a version, each with its place in the version. */
async function rowsOf(world: World, { files }: TableView, paths: readonly string[]): Promise<readonly (LiveRows & { readonly id: bigint })[]> {
  return Promise.all([...files.values()].map((file, index) => ({ file, id: BigInt(index) })).filter(({ file }) => paths.includes(file.path)).map(async ({ file: { path, deletionVector }, id }) => {
    const deleted = deletionVector === undefined ? [] : await loadDeletionVector(world.storage, world.table, deletionVector);
    return { id, path, rows: world.contents.get(path) ?? [], deleted: new Set(deleted) };
  }));
}

function judged({ base, files }: TableView, reads: readonly RowRead[]): JudgedVersion {
  const predicates = reads.map(({ predicate }) => predicate);
  return judgedVersion(base.version, [...files.keys()], (paths) => [...filesIn(predicates, files)].filter((path) => paths.includes(path)));
}

async function writeVector(world: World, positions: BigInt64Array): Promise<DeletionVectorDescriptor> {
  const [descriptor] = await writeDeletionVectors(world.storage, world.table, [{ positions }], { newUuid: () => world.uuid() });
  if (descriptor === undefined) throw new Error('one vector gives one descriptor');
  return descriptor;
}

/** A data file is its name, and its rows are kept beside. */
function newFile(world: World, partition = pick(world.random, PARTITIONS), keys = drawKeys(world.random, ROWS_PER_FILE)): AddFile {
  const path = `${partition}-${world.uuid()}.parquet`;
  world.contents.set(path, keys.map((key) => ({ key, origin: path })));
  return {
    path,
    partitionValues: { p: partition },
    size: 1000,
    modificationTime: world.now(),
    dataChange: true,
    stats: JSON.stringify({ numRecords: keys.length }),
  };
}

function partitionIs(partition: string): Predicate {
  return { kind: 'comparison', operator: '=', column: ['p'], literal: { type: { kind: 'string' }, value: partition } };
}

function filesIn(predicates: readonly Predicate[], files: ReadonlyMap<string, AddFile>): ReadonlySet<string> {
  const partitions = predicates.flatMap((predicate) => (predicate.kind === 'comparison' ? [String(predicate.literal.value)] : []));
  return new Set([...files.keys()].filter((path) => partitions.some((partition) => path.startsWith(partition))));
}

const FIELD = { type: 'string', nullable: true, metadata: {} };
const FIRST_METADATA = {
  id: 'simulation',
  name: undefined,
  description: undefined,
  provider: 'parquet',
  schemaString: JSON.stringify({ type: 'struct', fields: [{ name: 'id', ...FIELD }, { name: 'p', ...FIELD }] }),
  partitionColumns: ['p'],
  createdTime: 0,
};

function describe(outcome: Outcome): string {
  if (outcome.kind === 'committed') return `is committed as ${outcome.version}`;
  return outcome.kind === 'failed' ? `fails: ${outcome.error.code}` : 'has an unknown outcome';
}
