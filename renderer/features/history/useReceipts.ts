import { useCallback, useEffect, useRef, useState } from 'react';
import type { Receipt } from '../../../kernel/rpc/receipts.ts';
import { useServices } from '../../state/services.ts';
import { mergeReceipts } from './receiptText.ts';

const PAGE_RECEIPTS = 200;

export interface Receipts {
  readonly receipts: readonly Receipt[];
  readonly loading: boolean;
  /** Loads older ones, if there are any. */
  loadMore(): void;
}

/** Runs whose statement contains `text`, newest first; new runs join as they end. */
export function useReceipts(text: string): Receipts {
  const { client, notifications } = useServices();
  const [receipts, setReceipts] = useState<readonly Receipt[]>([]);
  const [loading, setLoading] = useState(true);
  const more = useRef(true);

  const load = useCallback(
    async (before: number | undefined, signal: AbortSignal): Promise<void> => {
      setLoading(true);
      try {
        const page = await client.request('workbench.queryHistory', { limit: PAGE_RECEIPTS, ...(before === undefined ? {} : { before }), ...(text === '' ? {} : { text }) }, signal);
        more.current = page.receipts.length === PAGE_RECEIPTS;
        setReceipts((known) => (before === undefined ? page.receipts : mergeReceipts(known, page.receipts)));
      } catch (error) {
        if (!signal.aborted) notifications.getState().notifyError(error);
      }
      if (!signal.aborted) setLoading(false);
    },
    [client, notifications, text],
  );

  useEffect(() => {
    const controller = new AbortController();
    void load(undefined, controller.signal);
    const connected = client.onConnected(() => void load(undefined, controller.signal));
    const added = client.on('workbench.receipt', (receipt) => {
      if (receipt.source.toLowerCase().includes(text.toLowerCase())) setReceipts((known) => mergeReceipts(known, [receipt]));
    });
    return () => {
      controller.abort();
      connected.dispose();
      added.dispose();
    };
  }, [client, load, text]);

  const loadMore = (): void => {
    const oldest = receipts[receipts.length - 1];
    if (loading || !more.current || oldest === undefined) return;
    void load(oldest.startedAtMs, new AbortController().signal);
  };
  return { receipts, loading, loadMore };
}
