import * as Y from 'yjs';

/**
 * Changes of the document that the host has not acknowledged. One request is under way at a time; what comes meanwhile is
 * merged into the next. Nothing is dropped before its acknowledgement: a failed request goes back to the front.
 */
export interface UpdateOutbox {
  push(update: Uint8Array): void;
  /** Sends what waits, now; after a failure and when the connection is back. */
  resume(): void;
  /** Everything that is not acknowledged, also what is under way. */
  readonly unsent: Uint8Array | undefined;
  /** Settles when nothing waits; or on the first failure, so that nobody waits for a lost host. */
  flushed(): Promise<void>;
}

export interface UpdateOutboxEvents {
  /** Resolves once the host has journalled the update. */
  readonly send: (update: Uint8Array) => Promise<void>;
  /** `error` where the last attempt failed. */
  readonly onChange: (state: { readonly waiting: boolean; readonly error: unknown }) => void;
}

export function createUpdateOutbox({ send, onChange }: UpdateOutboxEvents): UpdateOutbox {
  let waiting: Uint8Array | undefined;
  let sending: Uint8Array | undefined;
  let stopped = false;
  let watchers: (() => void)[] = [];

  const settle = (error: unknown): void => {
    onChange({ waiting: waiting !== undefined || sending !== undefined, error });
    if (sending !== undefined) return;
    for (const resolve of watchers.splice(0)) resolve();
    watchers = [];
  };
  const pump = async (): Promise<void> => {
    while (waiting !== undefined && sending === undefined && !stopped) {
      sending = waiting;
      waiting = undefined;
      try {
        await send(sending);
        sending = undefined;
      } catch (error) {
        waiting = merge(sending, waiting);
        sending = undefined;
        stopped = true;
        settle(error);
        return;
      }
    }
    if (sending === undefined && !stopped) settle(undefined);
  };

  return {
    push: (update) => {
      const first = waiting === undefined && sending === undefined;
      waiting = merge(waiting, update);
      if (first) onChange({ waiting: true, error: undefined });
      void pump();
    },
    resume: () => {
      stopped = false;
      void pump();
    },
    get unsent() {
      return merge(sending, waiting);
    },
    flushed: () => (sending === undefined && (waiting === undefined || stopped) ? Promise.resolve() : new Promise((resolve) => watchers.push(resolve))),
  };
}

function merge(first: Uint8Array | undefined, second: Uint8Array): Uint8Array;
function merge(first: Uint8Array | undefined, second: Uint8Array | undefined): Uint8Array | undefined;
function merge(first: Uint8Array | undefined, second: Uint8Array | undefined): Uint8Array | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return Y.mergeUpdates([first, second]);
}
