import { useEffect, useMemo, useReducer } from 'react';
import { decodeBase64Page, type ArrowPage } from './arrowPage.ts';
import { createFetchPage } from './fetchPage.ts';
import { PageStore } from './pageStore.ts';
import type { ResultsClient } from './resultSource.ts';

/** The pages of a result or of a view over it. Draws the component again when one arrives. */
export function usePageStore(client: ResultsClient, resultId: string, viewId: string | undefined, seed: ArrowPage | undefined): PageStore {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const store = useMemo(
    () => new PageStore(createFetchPage(client, resultId, viewId), viewId === undefined ? seed : undefined),
    [client, resultId, viewId, seed],
  );
  useEffect(() => {
    const subscription = store.subscribe(redraw);
    return () => {
      subscription.dispose();
      store.dispose();
    };
  }, [store]);
  return store;
}

/** The stored head of a result; undefined where there is none or it cannot be read. */
export function useSeed(fallback: string | undefined): ArrowPage | undefined {
  return useMemo(() => {
    if (fallback === undefined || fallback === '') return undefined;
    try {
      return decodeBase64Page(fallback);
    } catch {
      return undefined; // a damaged copy is no copy: the kernel is asked, or "run again" is said
    }
  }, [fallback]);
}
