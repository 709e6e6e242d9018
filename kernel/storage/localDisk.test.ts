import { expect, it, vi } from 'vitest';
import { seededRandom } from '../../build/testing/seededRandom.ts';
import { pick, Scheduler } from '../../build/testing/simulation/scheduler.ts';
import { SimulatedDisk, type DiskFault, type DiskOptions } from '../../build/testing/simulation/simulatedDisk.ts';
import { LakebookError } from '../base/errors.ts';
import { createLocalStorage } from './local.ts';

const current = vi.hoisted((): { disk: object } => ({ disk: {} }));
vi.mock('node:fs/promises', async () => (await import('../../build/testing/simulation/simulatedDisk.ts')).callsOf(current, ['readdir', 'stat', 'readFile', 'mkdir', 'rename', 'link', 'unlink', 'utimes', 'open']));
vi.mock('node:fs', async () => (await import('../../build/testing/simulation/simulatedDisk.ts')).callsOf(current, ['statSync', 'readFileSync']));

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const words = (bytes: Uint8Array | undefined): string | undefined => (bytes === undefined ? undefined : new TextDecoder().decode(bytes));

function createDisk(scheduler: Scheduler, options: Partial<DiskOptions>): SimulatedDisk {
  const disk = new SimulatedDisk({ scheduler, random: () => 0, now: () => 0, isJournaled: true, faultOf: () => undefined, ...options });
  current.disk = disk;
  return disk;
}

it.each<{ call: string; fault: DiskFault; says: string | boolean; isThere: boolean }>([
  { call: 'write', fault: { code: 'ENOSPC', when: 'before' }, says: 'STORAGE_FULL', isThere: false },
  { call: 'sync /t/.', fault: { code: 'EIO', when: 'before' }, says: 'STORAGE_FAILED', isThere: false },
  { call: 'link', fault: { code: 'EACCES', when: 'before' }, says: 'STORAGE_ACCESS_DENIED', isThere: false },
  { call: 'link', fault: { code: 'EPERM', when: 'before' }, says: 'STORAGE_NO_ATOMIC_CREATE', isThere: false },
  { call: 'link', fault: { code: 'EIO', when: 'before' }, says: 'STORAGE_OUTCOME_UNKNOWN', isThere: false },
  { call: 'link', fault: { code: 'EIO', when: 'after' }, says: 'STORAGE_OUTCOME_UNKNOWN', isThere: true },
  // a network's file system that asked twice
  { call: 'link', fault: { code: 'EEXIST', when: 'after' }, says: false, isThere: true },
  { call: 'unlink', fault: { code: 'EIO', when: 'before' }, says: true, isThere: true },
  { call: 'sync /t', fault: { code: 'EIO', when: 'before' }, says: 'STORAGE_OUTCOME_UNKNOWN', isThere: true },
])('creates a file or says what is known of it: $call with $fault.code $fault.when the effect', async ({ call, fault, says, isThere }) => {
  let isArmed = false;
  const isMeant = (made: string): boolean => isArmed && (made === call || (call !== 'sync /t' && made.startsWith(call)));
  const disk = createDisk(new Scheduler(() => 0), { faultOf: (made) => (isMeant(made) ? fault : undefined) });
  const storage = createLocalStorage();
  await storage.put('/t/other', text('other'));
  isArmed = true;
  const outcome = await storage.putIfAbsent('/t/a', text('a')).catch((error: unknown) => (error instanceof LakebookError ? error.code : error));
  expect([outcome, words(disk.files().get('/t/a')?.bytes)]).toEqual([says, isThere ? 'a' : undefined]);
});

interface Report {
  readonly lost: readonly string[];
  readonly acknowledged: number;
}

/** As the engine writes data files. */
async function writeUnsynced(disk: SimulatedDisk, path: string, bytes: Uint8Array): Promise<void> {
  await disk.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  await (await disk.open(path, 'wx')).writeFile(bytes);
}

/** Some writers and the same names, until each is done or was killed; then the power goes. */
async function runSchedule(seed: number, { writers, isJournaled }: { readonly writers: number; readonly isJournaled: boolean }): Promise<Report> {
  const random = seededRandom(seed);
  const scheduler = new Scheduler(random);
  const disk = createDisk(scheduler, { random, isJournaled });
  const storage = createLocalStorage();
  await storage.put('/t/first', text('written by 0'));
  const known = new Map<string, string | undefined>([['/t/first', 'written by 0']]);
  const write = async (content: string): Promise<void> => {
    const dataFile = `/t/p=1/${content.at(-1)}`;
    await writeUnsynced(disk, dataFile, text(content));
    await storage.sync([dataFile], '/t');
    known.set(dataFile, content);
    for (const name of ['/t/a/0', '/t/a/1', '/t/b']) {
      const isCreated = await storage.putIfAbsent(name, text(content));
      // whoever finds a name taken may go on from what is there
      known.set(name, isCreated ? content : words(await storage.read(name)));
    }
    await storage.put('/t/newest', text(content));
    known.set('/t/newest', undefined);
  };
  scheduler.onStep = () => {
    if (random() > 0.02) return;
    const failsPower = writers === 1 || random() < 0.5;
    for (const process of failsPower ? scheduler.running : [pick(random, scheduler.running)]) scheduler.kill(process);
    if (failsPower) disk.losePower();
  };
  for (let writer = 0; writer < writers; writer += 1) scheduler.start(`${writer}`, () => write(`written by ${writer}`));
  await scheduler.run();
  disk.losePower();
  const files = disk.files();
  const forgotten = [...known].filter(([name, content]) => !files.has(name) || (content !== undefined && words(files.get(name)?.bytes) !== content));
  const halves = [...files].filter(([name, { bytes }]) => !name.includes('/.') && !name.includes('/p=') && !/^written by \d$/.test(words(bytes) ?? ''));
  return { acknowledged: known.size, lost: [...forgotten, ...halves].map(([name]) => `seed ${seed}: ${name} holds ${words(files.get(name)?.bytes)}`) };
}

it.each([
  { name: 'many writers on a journaling file system', writers: 3, isJournaled: true },
  { name: 'one writer where POSIX alone is kept to', writers: 1, isJournaled: false },
])('keeps all that it acknowledged, and nothing by halves, whenever processes and the power fail: $name', async (options) => {
  const lost: string[] = [];
  let acknowledged = 0;
  for (let seed = 0; seed < 300; seed += 1) {
    const report = await runSchedule(seed, options);
    lost.push(...report.lost);
    acknowledged += report.acknowledged;
  }
  expect({ lost, isUsed: acknowledged > 300 }).toEqual({ lost: [], isUsed: true });
});
