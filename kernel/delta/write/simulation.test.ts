import { describe, expect, it, vi } from 'vitest';
import { simulate, type SimulationOptions, type SimulationReport } from '../../../build/testing/simulation/simulate.ts';
import type { OperationName } from '../../../build/testing/simulation/writers.ts';
import { createLocalStorage } from '../../storage/local.ts';
import { rowsAskedFor } from './rowReads.ts';

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

const fixedSeed = process.env['LAKEBOOK_SIMULATION_SEED'];
const blocks = fixedSeed === undefined
  ? Array.from({ length: SCHEDULES / PER_TEST }, (_, index) => ({ from: index * PER_TEST, to: (index + 1) * PER_TEST - 1 }))
  : [{ from: Number(fixedSeed), to: Number(fixedSeed) }];

it.each(blocks)('[LOG-17] [LOG-18] [LOG-19] [LOG-20] [LOG-21] [ICT-3] [RT-4] [TXN-4] [TXN-7] [TXN-8] hold in schedules $from to $to', async ({ from, to }) => {
  const faults: string[] = [];
  let commits = 0;
  for (let seed = from; seed <= to; seed += 1) {
    const report = await run(seed);
    commits += report.commits;
    if (report.problems.length > 0) faults.push(faultOf(report));
    if (fixedSeed !== undefined) process.stdout.write(`${report.title}\n${report.trace.join('\n')}\n`);
  }
  expect(faults).toEqual([]);
  expect(commits).toBeGreaterThan(to - from);
}, 240_000);

it('does the same again from the same seed', async () => {
  for (const seed of [3, 4, 5, 6]) expect((await run(seed)).trace).toEqual((await run(seed)).trace);
});

describe('the checks find a writer that', () => {
  it.each<{ readonly fault: string; readonly operations: readonly OperationName[]; readonly judge: typeof rowsAskedFor }>([
    { fault: 'passes over rows that came', operations: ['append', 'update'], judge: async (...asked) => ({ ...(await rowsAskedFor(...asked)), added: new Set() }) },
    { fault: 'passes over rows that went', operations: ['append', 'insertMissing', 'deleteRows', 'delete'], judge: async (...asked) => ({ ...(await rowsAskedFor(...asked)), removed: new Set() }) },
    { fault: 'takes every row for one that it read', operations: ['append', 'update'], judge: async (_context, _reads, { added }) => ({ added: new Set(added.map(({ path }) => path)), removed: new Set() }) },
  ])('$fault', async ({ judge, operations }) => {
    for (let seed = 0; seed < SCHEDULES; seed += 1) if ((await run(seed, { judge, operations })).problems.length > 0) return;
    expect.unreachable();
  }, 240_000);
});
