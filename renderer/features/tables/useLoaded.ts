import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import type { ErrorReport } from '../../../kernel/base/errors.ts';
import { reportAnyError } from '../../../kernel/rpc/peer.ts';

/** What was asked for, as far as it is here. */
export interface Loaded<Value> {
  /** The answer for the key, or the last one while the key's own is on its way. */
  readonly value: Value | undefined;
  /** `value` is the key's own. */
  readonly current: boolean;
  readonly loading: boolean;
  readonly error: ErrorReport | undefined;
  readonly retry: () => void;
}

interface Settled<Value> {
  readonly key: string;
  readonly value?: Value;
  readonly error?: ErrorReport;
}

/** Loads what `key` names; a new key cancels the old one's request. `key` undefined asks for nothing. */
export function useLoaded<Value>(key: string | undefined, load: (signal: AbortSignal) => Promise<Value>): Loaded<Value> {
  const [attempt, setAttempt] = useState(0);
  const [settled, setSettled] = useState<Settled<Value>>();
  const [last, setLast] = useState<Value>();
  const onLoad = useEffectEvent(load);
  const turn = key === undefined ? undefined : `${attempt} ${key}`;
  useEffect(() => {
    if (turn === undefined) return;
    const controller = new AbortController();
    onLoad(controller.signal).then(
      (value) => {
        if (controller.signal.aborted) return;
        setSettled({ key: turn, value });
        setLast(value);
      },
      (error: unknown) => !controller.signal.aborted && setSettled({ key: turn, error: reportAnyError(error) }),
    );
    return () => controller.abort();
  }, [turn]);

  const own = settled?.key === turn ? settled : undefined;
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  return { value: own?.error === undefined ? (own?.value ?? last) : undefined, current: own?.value !== undefined, loading: turn !== undefined && own === undefined, error: own?.error, retry };
}
