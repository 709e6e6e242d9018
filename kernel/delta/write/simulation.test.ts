import { describe, expect, it, vi } from 'vitest';
import { simulate, type SimulationOptions, type SimulationReport } from '../../../build/testing/simulation/simulate.ts';
import type { CommitCoordinator } from '../catalogManaged/commitCoordinator.ts';
import type { OperationName } from '../../../build/testing/simulation/writers.ts';
import { createLocalStorage } from '../../storage/local.ts';
import { unionOf } from '../positions.ts';
import { writeDeletionVectors } from './deletionVectorFile.ts';
import { rowsAskedFor } from './rowReads.ts';
import { mergeVectors } from './vectorMerge.ts';

/** The disk of the schedule that runs: local storage is itself under test, down to its calls of the file system. */
const current = vi.hoisted((): { disk: object } => ({ disk: {} }));
vi.mock('node:fs/promises', async () => (await import('../../../build/testing/simulation/simulatedDisk.ts')).callsOf(current, ['readdir', 'stat', 'readFile', 'mkdir', 'rename', 'link', 'unlink', 'utimes', 'open']));
vi.mock('node:fs', async () => (await import('../../../build/testing/simulation/simulatedDisk.ts')).callsOf(current, ['statSync', 'readFileSync']));
// local storage asks how long the disk takes; a schedule must not depend on it
vi.spyOn(performance, 'now').mockReturnValue(0);

const SCHEDULES = 2000;
const PER_TEST = 250;

const run = (seed: number, options: SimulationOptions = {}): Promise<SimulationReport> =>
  simulate(seed, {
    ...options,
    localStorageOver: (disk) => {
      current.disk = disk;
      return createLocalStorage();
    },
  });

/** What is wrong, with how to see it again. */
function faultOf({ seed, title, problems }: SimulationReport): string {
  return `${title}; again with LAKEBOOK_SIMULATION_SEED=${seed}\n  ${[...new Set(problems)].join('\n  ')}`;
}

/** `7`, to see what schedule 7 does, or `2000-11999`. */
const [fixedSeed, lastSeed] = (process.env['LAKEBOOK_SIMULATION_SEED'] ?? '').split('-').map((text) => (text === '' ? undefined : Number(text)));
const [firstSchedule, lastSchedule] = [fixedSeed ?? 0, lastSeed ?? fixedSeed ?? SCHEDULES - 1];
const blocks = Array.from({ length: Math.ceil((lastSchedule - firstSchedule + 1) / PER_TEST) }, (_, index) => ({
  from: firstSchedule + index * PER_TEST,
  to: Math.min(firstSchedule + (index + 1) * PER_TEST - 1, lastSchedule),
}));

it.each(blocks)('[LOG-17] [LOG-18] [LOG-19] [LOG-20] [LOG-21] [ICT-3] [RT-4] [TXN-4] [TXN-7] [TXN-8] [CAT-1] [CAT-2] [CAT-3] hold in schedules $from to $to', async ({ from, to }) => {
  const faults: string[] = [];
  let commits = 0;
  for (let seed = from; seed <= to; seed += 1) {
    const report = await run(seed);
    commits += report.commits;
    if (report.problems.length > 0) faults.push(faultOf(report));
    if (from === to) process.stdout.write(`${report.title}\n${report.trace.join('\n')}\n`);
  }
  expect(faults).toEqual([]);
  expect(commits).toBeGreaterThan(to - from);
}, 240_000);

it('does the same again from the same seed', async () => {
  for (const seed of [3, 4, 5, 6]) expect((await run(seed)).trace).toEqual((await run(seed)).trace);
});

/** Whether the checks find fault with some schedule. */
async function findsFault(options: SimulationOptions): Promise<boolean> {
  for (let seed = 0; seed < SCHEDULES; seed += 1) if ((await run(seed, options)).problems.length > 0) return true;
  return false;
}

describe('the checks find a catalog that', () => {
  it.each<{ readonly fault: string; readonly catalogFault: NonNullable<SimulationOptions['catalogFault']> }>([
    { fault: 'ratifies a version twice', catalogFault: (catalog) => faulty(catalog, { propose: async (commit) => ({ ...(await catalog.propose(commit)), kind: 'ratified' }) }) },
    { fault: 'forgets what was not published', catalogFault: (catalog) => faulty(catalog, { published: (version) => catalog.published(version + 1) }) },
  ])('$fault', async ({ catalogFault }) => {
    expect(await findsFault({ catalogFault })).toBe(true);
  }, 240_000);
});

function faulty(catalog: CommitCoordinator, fault: Partial<CommitCoordinator>): CommitCoordinator {
  return { ratifiedCommits: (from) => catalog.ratifiedCommits(from), propose: (commit) => catalog.propose(commit), published: (version) => catalog.published(version), ...fault };
}

describe('the checks find a writer that', () => {
  it.each<SimulationOptions & { readonly fault: string; readonly operations: readonly OperationName[] }>([
    { fault: 'passes over rows that came', operations: ['append', 'update'], judge: async (...asked) => ({ ...(await rowsAskedFor(...asked)), added: new Set() }) },
    { fault: 'passes over rows that went', operations: ['append', 'insertMissing', 'deleteRows', 'delete'], judge: async (...asked) => ({ ...(await rowsAskedFor(...asked)), removed: new Set() }) },
    { fault: 'takes every row for one that it read', operations: ['append', 'update'], judge: async (_context, _reads, { added }) => ({ added: new Set(added.map(({ path }) => path)), removed: new Set() }) },
    {
      fault: 'lets two writers delete one row',
      operations: ['append', 'deleteRows'],
      merge: async ({ storage, table, vectors, names }, { theirs, ours }) => {
        const [their = new BigInt64Array(), our = new BigInt64Array()] = await vectors.loadAll(storage, table, [theirs, ours]);
        return (await writeDeletionVectors(storage, table, [{ positions: unionOf(their, our) }], names))[0];
      },
    },
    { fault: 'keeps the rows of one of two writers', operations: ['append', 'deleteRows'], merge: async (context, merge) => ((await mergeVectors(context, merge)) === undefined ? undefined : merge.ours) },
  ])('$fault', async (options) => {
    expect(await findsFault(options)).toBe(true);
  }, 240_000);
});
