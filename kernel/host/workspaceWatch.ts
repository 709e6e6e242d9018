import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { subscribe } from '@parcel/watcher';
import { Emitter } from '../base/events.ts';
import type { LogBook } from './logBook.ts';
import type { WorkspacePaths } from './workspacePaths.ts';

/** Tells which folders' listings and which files' bytes changed, by relative path, a few times a second at most. */
export interface WorkspaceWatch {
  readonly changed: Emitter<readonly string[]>;
  /** Folders somebody looks at: what is polled where the system does not tell. */
  lookAt(folder: string): void;
  dispose(): Promise<void>;
}

const GATHER_MS = 100;
const POLL_INTERVAL_MS = 2_000;
const POLLED_FOLDERS_MAX = 200;
/** Data files come and go by the thousand; the explorer shows tables as one entry, and their versions are asked for by the log. */
const IGNORED = ['**/node_modules/**', '**/.git/**', '**/.lakebook/**', '**/_delta_log/**', '**/*=*/**', '**/*.parquet', '**/.*.tmp'];

export async function watchWorkspace(paths: WorkspacePaths, log: LogBook): Promise<WorkspaceWatch> {
  const changed = new Emitter<readonly string[]>();
  const gathered = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
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
    for (const event of events ?? []) tell(event.path);
  }, { ignore: IGNORED }).catch((error: unknown) => {
    log.write('warning', 'files', `The system cannot watch this workspace (${error instanceof Error ? error.message : String(error)}); open folders are looked at every ${POLL_INTERVAL_MS / 1000} s.`);
    poller.start();
    return undefined;
  });
  return {
    changed,
    lookAt: (folder) => poller.add(folder),
    dispose: async () => {
      clearTimeout(timer);
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
