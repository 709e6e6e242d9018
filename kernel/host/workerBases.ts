import { Worker } from 'node:worker_threads';
import { LakebookError, type ErrorReport } from '../base/errors.ts';
import type { Output } from '../rpc/notebooks.ts';
import { RemoteError } from '../rpc/peer.ts';
import type { BaseContent, LoadedBase, NotebookBases, WrittenBase } from './notebookBases.ts';

export interface WorkerRequest {
  readonly id: number;
  readonly call:
    | { readonly name: 'load'; readonly key: string; readonly file: string }
    | { readonly name: 'assignIds'; readonly key: string; readonly ids: readonly string[] }
    | { readonly name: 'write'; readonly key: string; readonly content: BaseContent; readonly always: boolean }
    | { readonly name: 'commit' | 'drop'; readonly key: string };
}

export type WorkerAnswer =
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly report: ErrorReport }
  | { readonly kind: 'outputs'; readonly id: number; readonly cellIndex: number; readonly outputs: readonly Output[] };

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onOutputs: ((cellIndex: number, outputs: readonly Output[]) => void) | undefined;
}

/** The same {@link NotebookBases}, in a thread that starts with the first call and ends when its last base is dropped. */
export function createWorkerBases(entry: URL): NotebookBases {
  let worker: Worker | undefined;
  const pending = new Map<number, PendingCall>();
  const keys = new Set<string>();
  let nextId = 1;

  const start = (): Worker => {
    const started = new Worker(entry);
    started.unref();
    started.on('message', (answer: WorkerAnswer) => {
      const call = pending.get(answer.id);
      if (answer.kind === 'outputs') return call?.onOutputs?.(answer.cellIndex, answer.outputs);
      pending.delete(answer.id);
      if (answer.kind === 'result') call?.resolve(answer.value);
      else call?.reject(new RemoteError(answer.report));
    });
    started.on('error', (error) => {
      worker = undefined;
      for (const { reject } of pending.values()) reject(new LakebookError('INTERNAL_ERROR', { detail: `the notebook thread failed: ${error.message}` }, { cause: error }));
      pending.clear();
    });
    return started;
  };
  const request = (call: WorkerRequest['call'], onOutputs?: PendingCall['onOutputs']): Promise<unknown> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      const id = nextId++;
      pending.set(id, { resolve, reject, onOutputs });
      worker.postMessage({ id, call } satisfies WorkerRequest);
    });

  return {
    load: (key, file, onOutputs) => {
      keys.add(key);
      return request({ name: 'load', key, file }, onOutputs) as Promise<LoadedBase>;
    },
    assignIds: (key, ids) => request({ name: 'assignIds', key, ids }).then(() => undefined),
    write: (key, content, always) => request({ name: 'write', key, content, always }) as Promise<WrittenBase | undefined>,
    commit: (key) => request({ name: 'commit', key }).then(() => undefined),
    drop: async (key) => {
      if (!keys.delete(key)) return;
      await request({ name: 'drop', key });
      if (keys.size > 0 || pending.size > 0) return;
      await worker?.terminate();
      worker = undefined;
    },
  };
}

const LARGE_BYTES = 1_000_000;

/** Small files are handled in place, large ones in the worker; a notebook may change sides when it is read again. */
export function createNotebookBasesBySize(small: NotebookBases, large: NotebookBases, sizeOf: (file: string) => Promise<number>): NotebookBases {
  const places = new Map<string, NotebookBases>();
  const placeOf = (key: string): NotebookBases => places.get(key) ?? small;
  return {
    load: async (key, file, onOutputs) => {
      const place = (await sizeOf(file)) > LARGE_BYTES ? large : small;
      if (placeOf(key) !== place) await placeOf(key).drop(key);
      places.set(key, place);
      return place.load(key, file, onOutputs);
    },
    assignIds: (key, ids) => placeOf(key).assignIds(key, ids),
    write: (key, content, always) => placeOf(key).write(key, content, always),
    commit: (key) => placeOf(key).commit(key),
    drop: async (key) => {
      await placeOf(key).drop(key);
      places.delete(key);
    },
  };
}
