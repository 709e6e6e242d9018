import { LakebookError } from '../../../kernel/base/errors.ts';
import type { FileStatus, Storage } from '../../../kernel/storage/storage.ts';
import type { Random, Scheduler } from './scheduler.ts';

/** How likely each fault is, from 0 to 1. */
export interface StorageFaults {
  /** A call fails and has done nothing; a create may not know that. */
  readonly errorBefore: number;
  /** A call fails although it did what it was asked for. */
  readonly errorAfter: number;
  /** `putIfAbsent` says that the name is taken, and it was this very call that took it: a client that tried twice. */
  readonly takenByItself: number;
  /** A listing lacks some of what was written of late, whatever came after it. */
  readonly tornList: number;
  /** A listing or a read shows what was there a while ago. */
  readonly staleRead: number;
}

export const NO_FAULTS: StorageFaults = { errorBefore: 0, errorAfter: 0, takenByItself: 0, tornList: 0, staleRead: 0 };

export interface FaultyStorageOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: StorageFaults;
}

/** As many of the latest writes may not be seen yet. */
const RECENT_MAX = 6;

/** What one path held before a write; undefined where it was not there. */
interface Recent {
  readonly path: string;
  readonly before: Uint8Array | undefined;
}

/**
 * A store as object stores can be: each call is one step of the scheduler, and faults come as often as is said. All processes
 * share one of these, as its writes are what may be seen late.
 */
export function createFaultyStorage(inner: Storage, { scheduler, random, faults }: FaultyStorageOptions): Storage {
  const recent: Recent[] = [];
  const happens = (likelihood: number): boolean => likelihood > 0 && random() < likelihood;
  const note = (text: string): void => void scheduler.trace.push(`  ${text}`);

  const fail = (path: string, when: 'before' | 'after', isCreate: boolean): never => {
    const error = failure(path, random, isCreate && (when === 'after' || random() < 0.3));
    note(`${error.code} ${when} the effect`);
    throw error;
  };
  const call = async <Result>(label: string, path: string, effect: () => Promise<Result>): Promise<Result> => {
    await scheduler.pause(`${label} ${path.slice(path.lastIndexOf('/') + 1)}`);
    if (happens(faults.errorBefore)) fail(path, 'before', label === 'create');
    const result = await effect();
    if (happens(faults.errorAfter)) fail(path, 'after', label === 'create');
    return result;
  };
  const remember = async (path: string): Promise<void> => {
    recent.push({ path, before: await inner.read(path).catch(() => undefined) });
    if (recent.length > RECENT_MAX) recent.shift();
  };
  /** What `path` held a while ago, where that differs from now. */
  const stale = (path: string): Recent | undefined => (happens(faults.staleRead) ? recent.find((write) => write.path === path) : undefined);
  const readStale = async (path: string): Promise<Uint8Array> => {
    const former = stale(path);
    if (former !== undefined) note('is stale');
    if (former !== undefined && former.before === undefined) throw new LakebookError('STORAGE_NOT_FOUND', { path });
    return former?.before?.slice() ?? inner.read(path);
  };
  const unseen = (): ReadonlySet<string> => {
    const [isStale, isTorn] = [happens(faults.staleRead), happens(faults.tornList)];
    if (!isStale && !isTorn) return new Set();
    note(isStale ? 'is stale' : 'is torn');
    const from = Math.floor(random() * recent.length);
    return new Set(recent.filter((write, index) => write.before === undefined && (isStale ? index >= from : random() < 0.5)).map(({ path }) => path));
  };

  const create = (path: string, place: () => Promise<boolean>): Promise<boolean> =>
    call('create', path, async () => {
      const before = [...recent];
      await remember(path);
      const isCreated = await place();
      if (!isCreated) recent.splice(0, recent.length, ...before);
      const deniesIt = isCreated && happens(faults.takenByItself);
      scheduler.trace.push(`  ${isCreated ? 'created' : 'taken'}${deniesIt ? ', says it is taken' : ''}`);
      return isCreated && !deniesIt;
    });

  return {
    listFrom: (folder, from) =>
      call('list', folder, async (): Promise<readonly FileStatus[]> => {
        const listed = await inner.listFrom(folder, from);
        const hidden = unseen();
        return hidden.size === 0 ? listed : listed.filter(({ name }) => !hidden.has(`${folder}/${name}`));
      }),
    read: (path) => call('read', path, () => readStale(path)),
    readRange: (path, offsetBytes, lengthBytes) => call('read', path, async () => (await readStale(path)).slice(offsetBytes, offsetBytes + lengthBytes)),
    put: (path, bytes) =>
      call('put', path, async () => {
        await remember(path);
        await inner.put(path, bytes);
      }),
    putIfAbsent: (path, bytes) => create(path, () => inner.putIfAbsent(path, bytes)),
    stage: (folder, bytes) =>
      call('stage', folder, async () => {
        const staged = await inner.stage(folder, bytes);
        return { place: (path) => create(path, () => staged.place(path)), discard: () => staged.discard() };
      }),
    adopt: (temporaryPath, path) =>
      call('create', path, async () => {
        await remember(path);
        return inner.adopt(temporaryPath, path);
      }),
    sync: (paths, root) => call('sync', paths[0] ?? '', () => inner.sync(paths, root)),
    delete: (path) =>
      call('delete', path, async () => {
        await remember(path);
        await inner.delete(path);
      }),
  };
}

function failure(path: string, random: Random, isUnknown: boolean): LakebookError {
  if (isUnknown) return new LakebookError('STORAGE_OUTCOME_UNKNOWN', { path, detail: 'simulated' });
  const at = random();
  if (at < 0.1) return new LakebookError('STORAGE_FULL', { path });
  if (at < 0.2) return new LakebookError('STORAGE_ACCESS_DENIED', { path, detail: 'simulated' });
  return new LakebookError('STORAGE_FAILED', { path, detail: 'simulated' });
}
