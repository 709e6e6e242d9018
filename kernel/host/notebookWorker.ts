import { parentPort } from 'node:worker_threads';
import { reportAnyError } from '../rpc/peer.ts';
import { createNotebookBases } from './notebookBases.ts';
import type { WorkerAnswer, WorkerRequest } from './workerBases.ts';

/** Entry point of the thread that reads and writes large notebooks. Requests run one after another, in their order. */
const bases = createNotebookBases();
const port = parentPort;
let queue: Promise<void> = Promise.resolve();

port?.on('message', (request: WorkerRequest) => {
  queue = queue.then(() => answer(request));
});

async function answer({ id, call }: WorkerRequest): Promise<void> {
  try {
    port?.postMessage({ kind: 'result', id, value: await run(id, call) } satisfies WorkerAnswer);
  } catch (error) {
    port?.postMessage({ kind: 'error', id, report: reportAnyError(error) } satisfies WorkerAnswer);
  }
}

function run(id: number, call: WorkerRequest['call']): Promise<unknown> {
  switch (call.name) {
    case 'load':
      return bases.load(call.key, call.file, (cellIndex, outputs) => port?.postMessage({ kind: 'outputs', id, cellIndex, outputs } satisfies WorkerAnswer));
    case 'assignIds':
      return bases.assignIds(call.key, call.ids);
    case 'write':
      return bases.write(call.key, call.content, call.always);
    case 'commit':
      return bases.commit(call.key);
    case 'drop':
      return bases.drop(call.key);
  }
}
