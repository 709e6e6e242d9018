import { lazy, Suspense, useState } from 'react';
import type { Output } from '../../../../kernel/rpc/notebooks.ts';
import type { Receipt, TableWrite } from '../../../../kernel/rpc/receipts.ts';
import { useServices } from '../../../state/services.ts';
import { describeFilesWritten, describeRowsWritten } from '../../../state/writtenText.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { ReceiptBadge } from './ReceiptBadge.tsx';
import styles from './outputs.module.css';
import own from './written.module.css';

const ResultGrid = lazy(async () => ({ default: (await import('../../../grid/ResultGrid.tsx')).ResultGrid }));
const DifferenceView = lazy(async () => ({ default: (await import('./DifferenceView.tsx')).DifferenceView }));
const UndoView = lazy(async () => ({ default: (await import('./UndoView.tsx')).UndoView }));

export interface WrittenOutputProps {
  readonly receipt: Receipt;
  /** What the statement answered; undefined where it has no rows. */
  readonly result: Extract<Output, { kind: 'result' }> | undefined;
}

type Shown = 'changes' | 'undo' | 'answer' | undefined;

/** What a statement wrote, in words; beside it what changed row by row, and the way back. */
export function WrittenOutput({ receipt, result }: WrittenOutputProps) {
  const { client } = useServices();
  const [opened, setOpened] = useState<{ readonly write: number; readonly shown: Shown }>({ write: 0, shown: undefined });
  const written = receipt.written ?? [];
  const show = (write: number, shown: Shown): void => setOpened((before) => ({ write, shown: before.write === write && before.shown === shown ? undefined : shown }));
  const isShown = (write: number, shown: Shown): boolean => opened.write === write && opened.shown === shown;
  const target = written[opened.write];
  return (
    <div className={styles['result']}>
      {written.map((write, index) => (
        <div key={`${write.path}@${write.version}`} className={`${styles['resultHead']} ${own['head']}`}>
          <WriteSummary write={write} />
          <div className={styles['segments']} role="group" aria-label={`What became of ${write.name}`}>
            <Segment icon="diff" label="See what changed" chosen={isShown(index, 'changes')} onChoose={() => show(index, 'changes')} />
            {write.version > 0 && <Segment icon="discard" label="Undo" chosen={isShown(index, 'undo')} onChoose={() => show(index, 'undo')} />}
            {result !== undefined && index === 0 && <Segment icon="table" label="Table" chosen={isShown(0, 'answer')} onChoose={() => show(0, 'answer')} />}
          </div>
          <span className={styles['grow']} />
          {index === 0 && <ReceiptBadge receipt={receipt} stale={false} />}
        </div>
      ))}
      <Suspense fallback={<p className={own['message']} aria-busy="true">Loading…</p>}>
        {opened.shown === 'changes' && target !== undefined && <DifferenceView path={target.path} from={target.version === 0 ? null : target.version - 1} to={target.version} label={`What changed in ${target.name}`} sameText="No row changed: only the table’s definition, or the files that its rows stand in." />}
        {opened.shown === 'undo' && target !== undefined && <UndoView write={target} onClose={() => setOpened({ write: 0, shown: undefined })} />}
        {opened.shown === 'answer' && result !== undefined && (
          <ResultGrid client={client} source={{ resultId: result.resultId, columns: result.columns, rows: result.rows, state: result.state }} height={100} ariaLabel="Rows of the result" fallback={result.head} exportName="result" />
        )}
      </Suspense>
    </div>
  );
}

function WriteSummary({ write }: { readonly write: TableWrite }) {
  const rows = describeRowsWritten(write);
  const files = describeFilesWritten(write);
  return (
    <span className={own['summary']}>
      <Icon name="pass" className={own['done'] ?? ''} />
      <span>
        <b>{write.name}</b> <span className={own['muted']}>v{write.version}</span> {rows === '' ? write.operation : rows}
        {files !== '' && <span className={own['muted']}> · {files}</span>}
      </span>
    </span>
  );
}

function Segment({ icon, label, chosen, onChoose }: { readonly icon: string; readonly label: string; readonly chosen: boolean; readonly onChoose: () => void }) {
  return (
    <button type="button" aria-pressed={chosen} className={styles['segment']} onClick={onChoose}>
      <Icon name={icon} /> {label}
    </button>
  );
}
