import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { subscribe, type Event } from '@parcel/watcher';
import { Emitter } from '../base/events.ts';
import type { LogBook } from './logBook.ts';
import type { WorkspacePaths } from './workspacePaths.ts';

/** Tells which folders' listings and which files' bytes changed, by relative path, a few times a second at most. */
export interface WorkspaceWatch {
  readonly changed: Emitter<readonly string[]>;
  /** Told when tables may have come or gone, a few times a second at most. */
  readonly tablesMoved: Emitter<void>;
  /** Folders somebody looks at: what is polled where the system does not tell. */
  lookAt(folder: string): void;
  dispose(): Promise<void>;
}

const GATHER_MS = 100;
/** A table's folder comes before its log does. */
const TABLES_GATHER_MS = 300;
const POLL_INTERVAL_MS = 2_000;
const POLLED_FOLDERS_MAX = 200;
/** Data files come and go by the thousand; the explorer shows tables as one entry, and their versions are asked for by the log. */
const IGNORED = ['**/node_modules/**', '**/.git/**', '**/.lakebook/{outputs,dropped}/**', '**/_delta_log/*/**', '**/*=*/**', '**/*.parquet', '**/.*.tmp'];

/** What no listing shows: the workspace's own folder, and logs. */
const OWN = /[\\/](?:\.lakebook|_delta_log)(?:[\\/]|$)/;
/** Names of tables elsewhere. */
const NAMES = /[\\/]\.lakebook[\\/]tables[\\/]/;

/** Whether tables may have come or gone: a log or a name did, or what has the name of a folder, in which there may be many. */
function movesTables({ type, path: file }: Event): boolean {
  if (NAMES.test(file)) return true;
  return type !== 'update' && path.extname(file) === '';
}

export async function watchWorkspace(paths: WorkspacePaths, log: LogBook): Promise<WorkspaceWatch> {
  const changed = new Emitter<readonly string[]>();
  const tablesMoved = new Emitter<void>();
  const gathered = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let tablesTimer: NodeJS.Timeout | undefined;
  const tellOfTables = (): void => {
    tablesTimer ??= setTimeout(() => {
      tablesTimer = undefined;
      tablesMoved.emit();
    }, TABLES_GATHER_MS);
  };
  const tell = (file: string): void => {
    for (const each of [file, path.dirname(file)]) if (each === paths.root || each.startsWith(paths.root + path.sep)) gathered.add(paths.relative(each));
    timer ??= setTimeout(() => {
      timer = undefined;
      const list = [...gathered];
      gathered.clear();
      changed.emit(list);
    }, GATHER_MS);
  };
  const poller = createPoller(paths, tell);
  const subscription = await subscribe(paths.root, (error, events) => {
    if (error !== null) log.write('warning', 'files', `Watching the workspace failed: ${error.message}`);
    for (const event of events ?? []) {
      if (movesTables(event)) tellOfTables();
      if (!OWN.test(event.path)) tell(event.path);
    }
  }, { ignore: IGNORED }).catch((error: unknown) => {
    log.write('warning', 'files', `The system cannot watch this workspace (${error instanceof Error ? error.message : String(error)}); open folders are looked at every ${POLL_INTERVAL_MS / 1000} s.`);
    poller.start();
    return undefined;
  });
  return {
    changed,
    tablesMoved,
    lookAt: (folder) => poller.add(folder),
    dispose: async () => {
      clearTimeout(timer);
      clearTimeout(tablesTimer);
      poller.stop();
      await subscription?.unsubscribe();
    },
  };
}

/** Compares the names, sizes and times in the folders that were listed. */
function createPoller(paths: WorkspacePaths, tell: (file: string) => void): { add(folder: string): void; start(): void; stop(): void } {
  const seen = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  const poll = async (): Promise<void> => {
    for (const [folder, before] of seen) {
      const now = await listingOf(path.join(paths.root, folder));
      if (before !== '' && now !== before) tell(path.join(paths.root, folder, '.'));
      seen.set(folder, now);
    }
  };
  return {
    add: (folder) => {
      if (!seen.has(folder) && seen.size < POLLED_FOLDERS_MAX) seen.set(folder, '');
    },
    start: () => {
      const again = (): void => {
        timer = setTimeout(() => void poll().finally(again), POLL_INTERVAL_MS);
      };
      again();
    },
    stop: () => clearTimeout(timer),
  };
}

async function listingOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const stamps = await Promise.all(names.slice(0, 1_000).map((name) => stat(path.join(folder, name)).then((found) => `${name} ${found.size} ${found.mtimeMs}`, () => name)));
  return `${names.length}\n${stamps.join('\n')}`;
}
