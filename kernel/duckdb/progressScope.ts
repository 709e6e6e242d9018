import { AsyncLocalStorage } from 'node:async_hooks';

type ProgressListener = (fraction: number) => void;

/** Who listens belongs to the task, not to the rooms between it and the database: the log's own port knows no progress. */
const listeners = new AsyncLocalStorage<ProgressListener>();

/** Tells how far the statement is that the task has the database run; each of several from its own beginning. */
export function withProgress<Value>(listener: ProgressListener, task: () => Promise<Value>): Promise<Value> {
  return listeners.run(listener, task);
}

export function progressListener(): ProgressListener | undefined {
  return listeners.getStore();
}
