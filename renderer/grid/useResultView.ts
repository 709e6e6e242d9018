import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../../kernel/base/errors.ts';
import { reportAnyError } from '../../kernel/rpc/peer.ts';
import { isWholeResult, WHOLE_RESULT, type ViewQuery } from './filterOps.ts';
import type { ResultsClient } from './resultSource.ts';

/** The order and rows that show now. `viewId` is absent for the result as it is. */
export interface ShownView {
  readonly query: ViewQuery;
  readonly viewId: string | undefined;
  readonly rows: number | undefined;
}

export interface ResultView {
  readonly shown: ShownView;
  /** What is being sorted or filtered right now; the shown one stays until it is there. */
  readonly building: ViewQuery | undefined;
  readonly error: ErrorReport | undefined;
  /** @param onShown called when the new order is what shows */
  readonly change: (query: ViewQuery, onShown?: () => void) => void;
  /** Stops what is being built. */
  readonly cancel: () => void;
}

type ViewState = Pick<ResultView, 'shown' | 'building' | 'error'>;
const PLAIN: ViewState = { shown: { query: WHOLE_RESULT, viewId: undefined, rows: undefined }, building: undefined, error: undefined };

/** Sorting and filtering of one result, where it is held. A newer request takes the place of one under way. */
export function useResultView(client: ResultsClient, resultId: string): ResultView {
  const [kept, setKept] = useState<ViewState & { readonly resultId: string }>({ ...PLAIN, resultId });
  const running = useRef<AbortController>(undefined);
  const state = kept.resultId === resultId ? kept : PLAIN; // another result begins as it is

  const update = useCallback(
    (change: Partial<ViewState>) => setKept((before) => ({ ...(before.resultId === resultId ? before : PLAIN), ...change, resultId })),
    [resultId],
  );
  const abort = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
  }, []);
  useEffect(() => abort, [abort, resultId]);

  const cancel = useCallback(() => {
    abort();
    update({ building: undefined });
  }, [abort, update]);
  const change = useCallback(
    (query: ViewQuery, onShown?: () => void) => {
      abort();
      if (isWholeResult(query)) return update(PLAIN);
      const controller = new AbortController();
      running.current = controller;
      update({ building: query, error: undefined });
      const settle = (outcome: Partial<ViewState>): void => {
        if (running.current === controller) update({ ...outcome, building: undefined });
      };
      client.request('results.view', { resultId, sort: [...query.sort], filters: [...query.filters] }, controller.signal).then(
        ({ viewId, rows }) => {
          settle({ shown: { query, viewId, rows } });
          if (running.current === controller) onShown?.();
        },
        (reason: unknown) => settle({ error: reportAnyError(reason) }),
      );
    },
    [client, resultId, abort, update],
  );
  return { shown: state.shown, building: state.building, error: state.error, change, cancel };
}
