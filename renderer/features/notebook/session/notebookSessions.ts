import type { Disposable } from '../../../../kernel/base/disposable.ts';
import type { HostConnection } from './hostConnection.ts';
import { NotebookSession } from './notebookSession.ts';

/** A moved tab unmounts and mounts again: its session waits that long for it. */
const LINGER_MS = 5_000;

interface Entry {
  readonly session: NotebookSession;
  holders: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

// One table per connection: views of one notebook share its session.
const tables = new WeakMap<HostConnection, Map<string, Entry>>();

/** The session of a notebook, opened if it is not. It goes some seconds after nobody holds it. */
export function sessionOf(host: HostConnection, path: string): NotebookSession {
  const table = tables.get(host) ?? new Map<string, Entry>();
  tables.set(host, table);
  const known = table.get(path);
  if (known !== undefined) return known.session;
  const entry: Entry = { session: new NotebookSession(host, path), holders: 0, timer: undefined };
  table.set(path, entry);
  lingerIfUnheld(table, path, entry);
  return entry.session;
}

/** Keeps a session as long as the holder wants. */
export function holdSession(host: HostConnection, session: NotebookSession): Disposable {
  const table = tables.get(host);
  const entry = table?.get(session.path);
  if (table === undefined || entry === undefined) return { dispose: () => undefined };
  entry.holders += 1;
  clearTimeout(entry.timer);
  return {
    dispose: () => {
      entry.holders -= 1;
      lingerIfUnheld(table, session.path, entry);
    },
  };
}

function lingerIfUnheld(table: Map<string, Entry>, path: string, entry: Entry): void {
  if (entry.holders > 0) return;
  clearTimeout(entry.timer);
  entry.timer = setTimeout(() => {
    table.delete(path);
    entry.session.dispose();
  }, LINGER_MS);
}
