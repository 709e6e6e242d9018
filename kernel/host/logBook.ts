import { appendFile, rename, stat } from 'node:fs/promises';
import { Emitter } from '../base/events.ts';
import type { LogEntry } from '../rpc/workbench.ts';

/** What happened, newest last: the last few thousand entries in memory, everything (within two files) on disk. */
export interface LogBook {
  readonly entries: Emitter<LogEntry>;
  write(level: LogEntry['level'], source: string, text: string): void;
  /** The newest entries, oldest first. */
  latest(limit: number): readonly LogEntry[];
}

const KEPT_ENTRIES = 5_000;
const FILE_BYTES_MAX = 4 * 1024 * 1024;

export function createLogBook(file: string, now: () => number = Date.now): LogBook {
  const kept: LogEntry[] = [];
  const entries = new Emitter<LogEntry>();
  let writing: Promise<void> = Promise.resolve();
  const writeDown = async (entry: LogEntry): Promise<void> => {
    const size = await stat(file).then((found) => found.size, () => 0);
    if (size > FILE_BYTES_MAX) await rename(file, `${file}.1`);
    await appendFile(file, `${new Date(entry.atMs).toISOString()} ${entry.level} ${entry.source}: ${entry.text}\n`, { mode: 0o600 });
  };
  return {
    entries,
    write: (level, source, text) => {
      const entry = { atMs: now(), level, source, text };
      kept.push(entry);
      if (kept.length > KEPT_ENTRIES) kept.splice(0, kept.length - KEPT_ENTRIES);
      writing = writing.then(() => writeDown(entry)).catch(() => undefined); // a full disk must not stop what is being logged
      entries.emit(entry);
    },
    latest: (limit) => kept.slice(-limit),
  };
}
