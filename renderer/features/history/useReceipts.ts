import { useEffect, useRef, useState } from 'react';
import type { Receipt } from '../../../kernel/rpc/receipts.ts';
import type { HostClient } from '../../client/client.ts';
import { useServices } from '../../state/services.ts';
import { mergeReceipts } from './receiptText.ts';

const PAGE_RECEIPTS = 200;

export interface Receipts {
  readonly receipts: readonly Receipt[];
  readonly loading: boolean;
  /** Loads older ones, if there are any. */
  readonly loadMore: () => void;
}

interface Loaded {
  /** The filter that these came for. */
  readonly text: string | undefined;
  readonly receipts: readonly Receipt[];
  readonly complete: boolean;
}

/** Runs whose statement contains `text`, newest first; new runs join as they end. */
export function useReceipts(text: string): Receipts {
  const { client, notifications } = useServices();
  const [loaded, setLoaded] = useState<Loaded>({ text: undefined, receipts: [], complete: false });
  const loadingMore = useRef(false);

  useEffect(() => {
    const controller = new AbortController();
    const fail = (error: unknown): void => {
      if (!controller.signal.aborted) notifications.getState().notifyError(error);
    };
    const load = (): void => {
      loadPage(client, text, undefined, controller.signal).then((receipts) => setLoaded({ text, receipts, complete: receipts.length < PAGE_RECEIPTS }), fail);
    };
    load();
    const connected = client.onConnected(load);
    const added = client.on('workbench.receipt', (receipt) => {
      if (receipt.source.toLowerCase().includes(text.toLowerCase())) setLoaded((before) => ({ ...before, receipts: mergeReceipts(before.receipts, [receipt]) }));
    });
    return () => {
      controller.abort();
      connected.dispose();
      added.dispose();
    };
  }, [client, notifications, text]);

  const loadMore = (): void => {
    const oldest = loaded.receipts[loaded.receipts.length - 1];
    if (loadingMore.current || loaded.complete || oldest === undefined) return;
    loadingMore.current = true;
    loadPage(client, text, oldest.startedAtMs)
      .then((older) => setLoaded((before) => (before.text === text ? { text, receipts: mergeReceipts(before.receipts, older), complete: older.length < PAGE_RECEIPTS } : before)))
      .catch((error: unknown) => notifications.getState().notifyError(error))
      .finally(() => (loadingMore.current = false));
  };
  return { receipts: loaded.receipts, loading: loaded.text !== text, loadMore };
}

async function loadPage(client: HostClient, text: string, before: number | undefined, signal?: AbortSignal): Promise<readonly Receipt[]> {
  const params = { limit: PAGE_RECEIPTS, ...(before === undefined ? {} : { before }), ...(text === '' ? {} : { text }) };
  return (await client.request('workbench.queryHistory', params, signal)).receipts;
}
