/** The order in which a notebook's cells run. One cell at a time; a value, changed by the functions below. */
export interface RunQueue {
  readonly running: string | undefined;
  /** Cell ids, next first. */
  readonly waiting: readonly string[];
}

export const EMPTY_QUEUE: RunQueue = { running: undefined, waiting: [] };

/** Adds cells that are not there yet, in the order given. A running cell may be queued once more. */
export function enqueue(queue: RunQueue, cellIds: readonly string[]): RunQueue {
  const added = [...new Set(cellIds)].filter((cellId) => !queue.waiting.includes(cellId));
  return { ...queue, waiting: [...queue.waiting, ...added] };
}

/** Takes the next cell if none runs. */
export function startNext(queue: RunQueue): RunQueue {
  const [next, ...waiting] = queue.waiting;
  return queue.running !== undefined || next === undefined ? queue : { running: next, waiting };
}

export function finishRunning(queue: RunQueue): RunQueue {
  return { ...queue, running: undefined };
}

export function emptyWaiting(queue: RunQueue): RunQueue {
  return { ...queue, waiting: [] };
}

/** Positions from 1, by cell. */
export function queuePositions(queue: RunQueue): ReadonlyMap<string, number> {
  return new Map(queue.waiting.map((cellId, index) => [cellId, index + 1]));
}
