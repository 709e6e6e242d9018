import { useEffect, useState } from 'react';
import type { ErrorReport } from '../../../../kernel/base/errors.ts';
import { reportAnyError } from '../../../../kernel/rpc/peer.ts';

type Loaded<Value extends object> = (Value & { readonly error?: undefined }) | { readonly error: ErrorReport };

/** What `load` gives, once for each `load`; undefined while it is on its way. */
export function useLoaded<Value extends object>(load: ((signal: AbortSignal) => Promise<Value>) | undefined): Loaded<Value> | undefined {
  const [settled, setSettled] = useState<{ readonly load: typeof load; readonly loaded: Loaded<Value> }>();
  useEffect(() => {
    if (load === undefined) return;
    const controller = new AbortController();
    const settle = (loaded: Loaded<Value>): void => {
      if (!controller.signal.aborted) setSettled({ load, loaded });
    };
    load(controller.signal).then(settle, (error: unknown) => settle({ error: reportAnyError(error) }));
    return () => controller.abort();
  }, [load]);
  return settled?.load === load ? settled?.loaded : undefined;
}
