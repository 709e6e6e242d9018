import type { Random, Scheduler } from './scheduler.ts';

/** What goes wrong with a call of the disk. An error `after` comes although the disk did what it was asked for. */
export interface DiskFault {
  readonly code: string;
  readonly when: 'before' | 'after';
}

export interface DiskOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Milliseconds since 1970; stamps what is written. */
  readonly now: () => number;
  /** Syncing a folder makes older changes in other folders last too, as journaling file systems do; POSIX does not promise it. */
  readonly isJournaled: boolean;
  /** Asked before each call that may fail. */
  readonly faultOf: (call: string) => DiskFault | undefined;
}

interface Inode {
  bytes: Uint8Array;
  /** What a loss of power leaves, if `bytes` were not synced since. */
  synced: Uint8Array | undefined;
  modifiedAtMs: number;
}

type Names = Map<string, Inode | 'folder'>;
interface NameChange {
  /** The folder in which a name comes or goes. */
  readonly folder: string;
  readonly apply: (names: Names) => void;
}

/**
 * A local disk in memory, behind the calls of `node:fs` that local storage makes. Each call is a step of the scheduler. What
 * came of names in a folder lasts when the folder is synced, before that the oldest changes may last alone; a file's content
 * lasts when the file is synced, before that a part of it may.
 */
export class SimulatedDisk {
  readonly #options: DiskOptions;
  #names: Names = new Map([['/', 'folder']]);
  #durable: Names = new Map([['/', 'folder']]);
  #journal: NameChange[] = [];

  constructor(options: DiskOptions) {
    this.#options = options;
  }

  /** Everything that was not synced may be gone; what is left is the disk's content from now on. */
  losePower(): void {
    const { random } = this.#options;
    const kept = Math.floor(random() * (this.#journal.length + 1));
    for (const { apply } of this.#journal.slice(0, kept)) apply(this.#durable);
    this.#journal = [];
    for (const path of [...this.#durable.keys()].sort()) if (path !== '/' && this.#durable.get(folderOf(path)) !== 'folder') this.#durable.delete(path);
    for (const inode of this.#durable.values()) {
      if (inode === 'folder' || inode.synced === inode.bytes) continue;
      inode.bytes = inode.synced ?? inode.bytes.subarray(0, Math.floor(random() * (inode.bytes.length + 1)));
      inode.synced = inode.bytes;
    }
    this.#names = new Map(this.#durable);
  }

  /** Files by path, for who looks at the disk from outside. */
  files(): ReadonlyMap<string, { readonly bytes: Uint8Array; readonly modifiedAtMs: number }> {
    return new Map([...this.#names].flatMap(([path, inode]) => (inode === 'folder' ? [] : [[path, inode] as const])));
  }

  /** What comes or goes while a folder is read may be among the names or not, each for itself: POSIX leaves it open. */
  readonly readdir = async (folder: string): Promise<string[]> => {
    const before = await this.#call(`readdir ${folder}`, () => this.#namesIn(folder));
    const after = await this.#call(`readdir ${folder}`, () => this.#namesIn(folder));
    return [...new Map([...before, ...after])]
      .filter(([path]) => (before.has(path) && after.has(path)) || this.#options.random() < 0.5)
      .map(([path]) => path.slice(path.lastIndexOf('/') + 1));
  };

  readonly stat = (path: string): Promise<DiskStatus> => this.#call(`stat ${path}`, () => toStatus(this.#at(path)));

  /** Takes no turn of its own, as it answers at once. */
  readonly statSync = (path: string, _options: { readonly throwIfNoEntry: false }): DiskStatus | undefined => {
    const found = this.#names.get(path);
    return found === undefined ? undefined : toStatus(found);
  };

  /** Takes no turn of its own either, but may fail. */
  readonly readFileSync = (path: string): Uint8Array => this.#failing(`read ${path}`, () => this.#fileAt(path).bytes.slice());

  readonly readFile = (path: string): Promise<Uint8Array> => this.#call(`read ${path}`, () => this.#fileAt(path).bytes.slice());

  readonly mkdir = (folder: string, _options: { readonly recursive: true }): Promise<string | undefined> =>
    this.#call(`mkdir ${folder}`, () => {
      const missing = ancestors(folder).filter((path) => !this.#names.has(path));
      for (const path of missing) this.#change(path, (names) => names.set(path, 'folder'));
      return missing[0];
    });

  readonly rename = (from: string, to: string): Promise<void> =>
    this.#call(`rename ${to}`, () => {
      const file = this.#fileAt(from);
      this.#change(to, (names) => {
        names.delete(from);
        names.set(to, file);
      });
    });

  readonly link = (from: string, to: string): Promise<void> =>
    this.#call(`link ${to}`, () => {
      const file = this.#fileAt(from);
      if (this.#names.has(to)) throw systemError('EEXIST');
      this.#change(to, (names) => names.set(to, file));
    });

  readonly unlink = (path: string): Promise<void> =>
    this.#call(`unlink ${path}`, () => {
      this.#fileAt(path);
      this.#change(path, (names) => names.delete(path));
    });

  readonly utimes = (path: string, _accessed: Date, _modified: Date): Promise<void> =>
    this.#call(`utimes ${path}`, () => {
      this.#fileAt(path).modifiedAtMs = this.#options.now();
    });

  readonly open = (path: string, flags: 'r' | 'wx'): Promise<DiskHandle> =>
    this.#call(`open ${path}`, () => {
      if (flags === 'wx') {
        if (this.#names.has(path)) throw systemError('EEXIST');
        this.#folderAt(folderOf(path));
        const file: Inode = { bytes: new Uint8Array(), synced: undefined, modifiedAtMs: this.#options.now() };
        this.#change(path, (names) => names.set(path, file));
      }
      return this.#handle(path, this.#at(path));
    });

  #handle(path: string, inode: Inode | 'folder'): DiskHandle {
    const file = (): Inode => {
      if (inode === 'folder') throw systemError('EISDIR');
      return inode;
    };
    return {
      read: (buffer, offset, length, position) =>
        this.#call(`read ${path}`, () => {
          const bytes = file().bytes.subarray(position, position + length);
          buffer.set(bytes, offset);
          return { bytesRead: bytes.length };
        }),
      writeFile: async (bytes) => {
        const half = Math.floor(bytes.length / 2);
        for (const end of [half, bytes.length]) {
          await this.#call(`write ${path}`, () => {
            Object.assign(file(), { bytes: bytes.slice(0, end), modifiedAtMs: this.#options.now() });
          });
        }
      },
      sync: () =>
        this.#call(`sync ${path}`, () => {
          if (inode === 'folder') this.#commitJournal(path);
          else inode.synced = inode.bytes;
        }),
      close: () => this.#call(`close ${path}`, () => undefined),
    };
  }

  async #call<Result>(label: string, effect: () => Result): Promise<Result> {
    await this.#options.scheduler.pause(shortened(label));
    return this.#failing(label, effect);
  }

  #failing<Result>(label: string, effect: () => Result): Result {
    const { scheduler, faultOf } = this.#options;
    const fault = faultOf(label);
    if (fault !== undefined) scheduler.trace.push(`  ${fault.code} ${fault.when} the effect`);
    if (fault?.when === 'before') throw systemError(fault.code);
    const result = effect();
    if (fault !== undefined) throw systemError(fault.code);
    return result;
  }

  #change(path: string, apply: NameChange['apply']): void {
    apply(this.#names);
    this.#journal.push({ folder: folderOf(path), apply });
  }

  #commitJournal(folder: string): void {
    const last = this.#journal.findLastIndex((change) => change.folder === folder);
    const isSynced = (change: NameChange, index: number): boolean => (this.#options.isJournaled ? index <= last : change.folder === folder);
    for (const { apply } of this.#journal.filter(isSynced)) apply(this.#durable);
    this.#journal = this.#journal.filter((change, index) => !isSynced(change, index));
  }

  #namesIn(folder: string): Names {
    this.#folderAt(folder);
    return new Map([...this.#names].filter(([path]) => path !== '/' && folderOf(path) === folder));
  }

  #at(path: string): Inode | 'folder' {
    const found = this.#names.get(path);
    if (found === undefined) throw systemError('ENOENT');
    return found;
  }

  #fileAt(path: string): Inode {
    const found = this.#at(path);
    if (found === 'folder') throw systemError('EISDIR');
    return found;
  }

  #folderAt(path: string): void {
    if (this.#at(path) !== 'folder') throw systemError('ENOTDIR');
  }
}

interface DiskStatus {
  readonly size: number;
  readonly mtimeMs: number;
  isFile(): boolean;
}

interface DiskHandle {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  writeFile(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

function toStatus(inode: Inode | 'folder'): DiskStatus {
  return inode === 'folder' ? { size: 0, mtimeMs: 0, isFile: () => false } : { size: inode.bytes.length, mtimeMs: inode.modifiedAtMs, isFile: () => true };
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** The folder and those above it, topmost first. */
function ancestors(folder: string): readonly string[] {
  const parts = folder.split('/').filter((part) => part !== '');
  return parts.map((_part, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** Without the random names of temporary files, so that one schedule has one trace. */
function shortened(label: string): string {
  return label.replace(/\.[0-9a-f-]{36}\.tmp/, '.tmp').replace(/^(\S+) .*\//, '$1 ');
}

/** Calls of a module of Node's, made of the disk that is current when they are called. */
export function callsOf(current: { readonly disk: object }, names: readonly string[]): Readonly<Record<string, unknown>> {
  const call = (name: string): unknown => (...parameters: readonly unknown[]): unknown => {
    const method: unknown = Reflect.get(current.disk, name);
    if (typeof method !== 'function') throw new Error(`the disk knows no ${name}`);
    return Reflect.apply(method, current.disk, parameters);
  };
  return Object.fromEntries(names.map((name) => [name, call(name)]));
}
