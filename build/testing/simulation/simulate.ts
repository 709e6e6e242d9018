import { createMemoryStorage } from '../../../kernel/storage/memory.ts';
import type { Storage } from '../../../kernel/storage/storage.ts';
import { seededRandom } from '../seededRandom.ts';
import { matchAttempts, needlessConflicts, serializationProblems, vectorProblems } from './checks.ts';
import type { CommitCoordinator } from '../../../kernel/delta/catalogManaged/commitCoordinator.ts';
import { MemoryCoordinator } from '../delta/memoryCoordinator.ts';
import { faultyCoordinator, publishingProblems, ratifiedLog } from './managedTable.ts';
import { rowsAskedFor } from '../../../kernel/delta/write/rowReads.ts';
import { mergeVectors } from '../../../kernel/delta/write/vectorMerge.ts';
import { needlessRowConflicts, rowProblems } from './rowChecks.ts';
import { createFaultyStorage, NO_FAULTS, type StorageFaults } from './faultyStorage.ts';
import { liveFiles, readModelLog, type ModelCommit, type ModelStoredFile } from './logModel.ts';
import { pick, Scheduler, type Random } from './scheduler.ts';
import { SimulatedDisk, type DiskFault } from './simulatedDisk.ts';
import { runWriter, type OperationName, type World } from './writers.ts';

export interface SimulationOptions {
  /** Local storage over the disk that is handed to it; without it every schedule is one of an object store. */
  readonly localStorageOver?: (disk: SimulatedDisk) => Storage;
  /** What finds rows that were read; the product's own where it is left out. */
  readonly judge?: typeof rowsAskedFor;
  /** What puts the vectors of two writers together; the product's own where it is left out. */
  readonly merge?: typeof mergeVectors;
  /** Puts a faulty catalog in place of one that keeps its rules. */
  readonly catalogFault?: (catalog: MemoryCoordinator) => CommitCoordinator;
  /** What writers do; drawn where it is left out. */
  readonly operations?: readonly OperationName[];
}

export interface SimulationReport {
  readonly seed: number;
  /** What the schedule was like, for people. */
  readonly title: string;
  /** Empty where all is well. */
  readonly problems: readonly string[];
  readonly trace: readonly string[];
  /** What is stored in the end, by path. */
  readonly files: ReadonlyMap<string, ModelStoredFile>;
  /** What orders the table's commits, where that is a catalog. */
  readonly catalog: MemoryCoordinator | undefined;
  /** Paths of the live files of the newest version. */
  readonly live: readonly string[];
  readonly commits: number;
  readonly crashes: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

const TABLE = '/t';
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
const OPERATIONS: readonly OperationName[] = ['append', 'append', 'append', 'appendOnce', 'appendOnce', 'delete', 'rewrite', 'rewriteWhere', 'derive', 'overwrite', 'compact', 'deleteRows', 'deleteRows', 'deleteRows', 'update', 'update', 'update', 'upsert', 'upsert', 'insertMissing', 'changeMetadata', 'enableTimestamps', 'supportRowIds', 'setDomain', 'foreignAppend'];

/** Several writers on one table, all that they do and all that goes wrong from one seed; what came of it, checked. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationReport> {
  const random = seededRandom(seed);
  const shape = { ...shapeOf(random), ...(options.operations === undefined ? {} : { operations: options.operations }) };
  const schedule = new Schedule(random, shape, options);
  let failure: readonly string[] = [];
  try {
    await schedule.run();
  } catch (error) {
    failure = [`the schedule ended with ${error instanceof Error ? error.stack : String(error)}`];
  }
  const { world, crashes } = schedule;
  const { commits, problems } = await schedule.check();
  const outcomes: Record<string, number> = {};
  for (const { operation, outcome } of world.attempts) {
    const key = `${operation} ${outcome.kind === 'failed' ? outcome.error.code : outcome.kind}`;
    outcomes[key] = (outcomes[key] ?? 0) + 1;
  }
  return { seed, title: describeShape(shape), problems: [...failure, ...problems], trace: world.scheduler.trace, files: await schedule.files(), catalog: schedule.catalog, live: [...liveFiles(commits).keys()], commits: commits.length, crashes, outcomes };
}

interface Shape {
  readonly medium: 'disk' | 'store';
  readonly isManaged: boolean;
  readonly hasFaults: boolean;
  readonly hasCrashes: boolean;
  readonly writers: number;
  readonly turns: number;
  readonly stickiness: number;
  readonly operations: readonly OperationName[];
  readonly isSerializable: boolean;
  readonly configuration: Readonly<Record<string, string>>;
}

function shapeOf(random: Random): Shape {
  const chance = (likelihood: number): boolean => random() < likelihood;
  const isSerializable = chance(0.4);
  const isManaged = chance(0.3);
  return {
    medium: chance(0.5) ? 'disk' : 'store',
    isManaged,
    hasFaults: chance(0.7),
    hasCrashes: chance(0.6),
    writers: 2 + Math.floor(random() * 6),
    turns: 1 + Math.floor(random() * 8),
    stickiness: pick(random, [0, 0.5, 0.9, 0.98]),
    // few kinds in one schedule meet more often than all of them
    operations: chance(0.5) ? OPERATIONS : ['append', pick(random, OPERATIONS), pick(random, OPERATIONS)],
    isSerializable,
    configuration: {
      ...(isSerializable ? { 'delta.isolationLevel': 'Serializable' } : {}),
      ...(chance(0.5) || isManaged ? { 'delta.enableInCommitTimestamps': 'true' } : {}),
      ...(isManaged ? { 'delta.feature.catalogManaged': 'supported' } : {}),
      ...(chance(0.5) ? { 'delta.enableRowTracking': 'true' } : {}),
      'delta.enableDeletionVectors': 'true',
    },
  };
}

class Schedule {
  readonly world: World;
  crashes = 0;
  readonly #random: Random;
  readonly #shape: Shape;
  readonly #disk: SimulatedDisk | undefined;
  /** Without faults, and without waiting for turns. */
  readonly #plainStorage: Storage;
  readonly catalog: MemoryCoordinator | undefined;
  /** Whether what is written is seen at once. */
  readonly #isConsistent: boolean;
  #clockMs = FIRST_DAY_MS;
  #uuids = 0;
  #restarts = 0;
  #isOver = false;
  /** For so many steps to come, no write finds room or permission. */
  #outage: { readonly code: string; steps: number } | undefined;
  /** What was wrong with the log when something crashed. */
  readonly #crashProblems: string[] = [];

  constructor(random: Random, shape: Shape, { localStorageOver, judge = rowsAskedFor, merge = mergeVectors, catalogFault = (catalog) => catalog }: SimulationOptions) {
    this.#random = random;
    this.#shape = shape;
    const scheduler = new Scheduler(random, shape.stickiness);
    scheduler.onStep = () => this.#beforeStep();
    const now = (): number => this.#clockMs;
    if (shape.medium === 'disk' && localStorageOver !== undefined) {
      this.#disk = new SimulatedDisk({ scheduler, random, now, isJournaled: true, faultOf: (call) => this.#diskFault(call) });
      this.#plainStorage = localStorageOver(this.#disk);
    } else this.#plainStorage = createMemoryStorage({ now });
    const faults = shape.hasFaults ? storeFaults(random) : NO_FAULTS;
    this.#isConsistent = this.#disk !== undefined || faults.staleRead + faults.tornList === 0;
    const storage = this.#disk !== undefined ? this.#plainStorage : createFaultyStorage(this.#plainStorage, { scheduler, random, faults });
    const { configuration, operations } = shape;
    this.catalog = shape.isManaged ? new MemoryCoordinator() : undefined;
    const coordinator = this.catalog && faultyCoordinator(catalogFault(this.catalog), { scheduler, random, faults });
    this.world = { scheduler, random, storage, coordinator, table: TABLE, configuration, operations, attempts: [], contents: new Map(), judge, merge, readErrors: [], now: () => this.#skewedClock(), uuid: () => this.#uuid() };
  }

  async run(): Promise<void> {
    for (let writer = 0; writer < this.#shape.writers; writer += 1) this.#start(`writer ${writer}`, this.#shape.turns);
    await this.world.scheduler.run();
    this.#isOver = true;
  }

  async check(): Promise<{ readonly commits: readonly ModelCommit[]; readonly problems: readonly string[] }> {
    this.#isOver = true;
    if (this.#shape.hasCrashes) this.#disk?.losePower();
    const { attempts, readErrors } = this.world;
    const files = await this.files();
    const { commits, problems } = readModelLog(this.catalog === undefined ? files : ratifiedLog(files, this.catalog, TABLE), TABLE);
    const matched = matchAttempts(commits, attempts);
    const isCalm = !this.#shape.hasFaults && !this.#shape.hasCrashes;
    const errors = [...readErrors, ...attempts.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.error] : []))];
    return {
      commits,
      problems: [
        ...this.#crashProblems,
        ...problems,
        ...(this.catalog === undefined ? [] : publishingProblems(files, this.catalog, TABLE)),
        ...matched.problems,
        ...serializationProblems(matched.written, this.#shape.isSerializable),
        ...(await vectorProblems(this.#plainStorage, TABLE, matched.written)),
        ...rowProblems(matched.written, this.world.contents, this.#shape.isSerializable),
        ...errors.filter(({ kind }) => kind === 'internal' || kind === 'input' || kind === 'unsupported').map((error) => `${error.code} should not be met: ${error.message}`),
        ...(this.#isConsistent ? errors.filter(({ kind }) => kind === 'corrupt' || kind === 'missing').map((error) => `${error.code} was met although all that is written is seen: ${error.message}`) : []),
        ...(isCalm ? errors.filter(({ kind }) => kind !== 'conflict').map((error) => `${error.code} was met although nothing went wrong: ${error.message}`) : []),
        ...(isCalm ? [...needlessConflicts(commits, attempts), ...needlessRowConflicts(matched.written, attempts, this.world.contents)] : []),
      ],
    };
  }

  async files(): Promise<ReadonlyMap<string, ModelStoredFile>> {
    if (this.#disk !== undefined) return this.#disk.files();
    const files = new Map<string, ModelStoredFile>();
    for (const folder of [`${TABLE}/_delta_log`, `${TABLE}/_delta_log/_staged_commits`]) {
      for (const { name, modifiedAtMs } of await this.#plainStorage.listFrom(folder).catch(() => [])) files.set(`${folder}/${name}`, { bytes: await this.#plainStorage.read(`${folder}/${name}`), modifiedAtMs });
    }
    return files;
  }

  #start(name: string, turns: number): void {
    this.world.scheduler.start(name, () => runWriter(this.world, name, turns));
  }

  #beforeStep(): void {
    this.#clockMs += Math.floor(this.#random() * 20);
    if (this.#outage !== undefined && (this.#outage.steps -= 1) <= 0) this.#outage = undefined;
    const { hasCrashes, hasFaults } = this.#shape;
    if (hasFaults && this.#outage === undefined && this.#random() < 0.004) this.#outage = { code: pick(this.#random, ['ENOSPC', 'EACCES', 'EROFS']), steps: Math.floor(this.#random() * 40) };
    if (!hasCrashes || this.#restarts >= 8) return;
    if (this.#random() < 0.01) this.#crashOne();
    else if (this.#disk !== undefined && this.#random() < 0.002) this.#crashAll();
  }

  #crashOne(): void {
    const { scheduler } = this.world;
    if (scheduler.running.length === 0) return;
    const victim = pick(this.#random, scheduler.running);
    scheduler.kill(victim);
    this.#afterCrash([victim.name]);
  }

  #crashAll(): void {
    const { scheduler } = this.world;
    const victims = [...scheduler.running];
    for (const victim of victims) scheduler.kill(victim);
    scheduler.trace.push('the power goes');
    this.#disk?.losePower();
    this.#afterCrash(victims.map(({ name }) => name));
  }

  #afterCrash(names: readonly string[]): void {
    this.crashes += 1;
    this.#restarts += 1;
    if (this.#disk !== undefined) this.#crashProblems.push(...readModelLog(this.catalog === undefined ? this.#disk.files() : ratifiedLog(this.#disk.files(), this.catalog, TABLE), TABLE).problems);
    for (const name of names) this.#start(`${name}'`, 1 + Math.floor(this.#random() * 2));
  }

  #diskFault(call: string): DiskFault | undefined {
    if (this.#isOver || !this.#shape.hasFaults) return undefined;
    const isWrite = /^(write|link|rename|mkdir|open .*\.tmp)/.test(call);
    if (this.#outage !== undefined && isWrite) return { code: this.#outage.code, when: 'before' };
    if (this.#random() >= 0.01) return undefined;
    if (this.#random() < 0.5) return { code: pick(this.#random, ['EIO', 'EACCES', ...(isWrite ? ['ENOSPC'] : [])]), when: 'before' };
    return { code: call.startsWith('link') && this.#random() < 0.5 ? 'EEXIST' : 'EIO', when: 'after' };
  }

  /** Processes do not agree on the time, and it jumps. */
  #skewedClock(): number {
    return this.#clockMs + (this.#random() < 0.1 ? Math.floor((this.#random() - 0.5) * 7_200_000) : 0);
  }

  #uuid(): string {
    this.#uuids += 1;
    return `00000000-0000-4000-8000-${String(this.#uuids).padStart(12, '0')}`;
  }
}

function storeFaults(random: Random): StorageFaults {
  const rate = (): number => (random() < 0.5 ? 0 : random() * 0.06);
  return { errorBefore: rate(), errorAfter: rate(), takenByItself: rate() * 2, tornList: rate() * 2, staleRead: rate() * 2 };
}

function describeShape({ medium, isManaged, hasFaults, hasCrashes, writers, turns, isSerializable }: Shape): string {
  return `${writers} writers with ${turns} turns on a ${medium}${isManaged ? ' behind a catalog' : ''}, ${hasFaults ? 'with' : 'without'} faults, ${hasCrashes ? 'with' : 'without'} crashes, ${isSerializable ? 'Serializable' : 'WriteSerializable'}`;
}
