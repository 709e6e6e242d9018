import { useRef, useState } from 'react';
import { VList, type VListHandle } from 'virtua';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { HistoryLine } from './HistoryLine.tsx';
import { useReceipts } from './useReceipts.ts';
import styles from './HistoryView.module.css';

/** Every statement that ran in this workspace, with what it read. */
export function HistoryView() {
  const [text, setText] = useState('');
  const [nowMs] = useState(() => Date.now()); // tells today's runs from older ones
  const [openId, setOpenId] = useState<string>();
  const { receipts, loading, loadMore } = useReceipts(text);
  const list = useRef<VListHandle>(null);

  return (
    <div className={styles['history']}>
      <div className={styles['filters']}>
        <div className={styles['search']}>
          <TextField label="Filter statements" labelHidden value={text} onChange={setText} placeholder="Filter statements" />
        </div>
      </div>
      {receipts.length === 0 && !loading ? (
        <EmptyState icon="history" title={text === '' ? 'Nothing has run yet' : 'No statement fits the filter'} hint={text === '' ? 'Every statement leaves its receipt here: tables and versions, files and bytes read, time.' : undefined} />
      ) : (
        <div role="group" aria-label="Runs" tabIndex={0} data-main className={styles['list']}>
          <VList
            ref={list}
            onScrollEnd={() => {
              const handle = list.current;
              if (handle !== null && handle.scrollOffset + handle.viewportSize >= handle.scrollSize - 200) loadMore();
            }}
          >
            {receipts.map((receipt) => (
              <HistoryLine key={receipt.receiptId} receipt={receipt} nowMs={nowMs} open={receipt.receiptId === openId} onToggle={() => setOpenId((id) => (id === receipt.receiptId ? undefined : receipt.receiptId))} />
            ))}
          </VList>
        </div>
      )}
    </div>
  );
}
