import type { Receipt, TableWrite } from '../../../kernel/rpc/receipts.ts';
import { useServices } from '../../state/services.ts';
import { describeWrite } from '../../state/writtenText.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { formatDuration, formatWhen, summarizeSource, summarizeTables } from './receiptText.ts';
import styles from './HistoryView.module.css';

export interface HistoryLineProps {
  readonly receipt: Receipt;
  readonly nowMs: number;
  readonly open: boolean;
  readonly onToggle: () => void;
}

const STATUS = {
  ok: { icon: 'pass', label: 'Succeeded' },
  error: { icon: 'error', label: 'Failed' },
  canceled: { icon: 'circle-slash', label: 'Canceled' },
} as const;

/** One run in one line; a press shows the whole of it. */
export function HistoryLine({ receipt, nowMs, open, onToggle }: HistoryLineProps) {
  const status = STATUS[receipt.status];
  return (
    <div className={styles['entry']}>
      <button type="button" aria-expanded={open} className={styles['line']} onClick={onToggle}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} className={styles['twisty'] ?? ''} />
        <Icon name={status.icon} label={status.label} className={styles[receipt.status] ?? ''} />
        <span className={styles['when']}>{formatWhen(receipt.startedAtMs, nowMs)}</span>
        <span className={styles['number']}>{formatDuration(receipt.durationMs)}</span>
        <span className={styles['number']}>{receipt.status === 'ok' ? `${receipt.rows.toLocaleString()} ${receipt.rows === 1 ? 'row' : 'rows'}` : ''}</span>
        <code className={styles['source']}>{summarizeSource(receipt.source)}</code>
        <span className={styles['tables']}>{summarizeTables(receipt)}</span>
      </button>
      {open ? <HistoryDetails receipt={receipt} /> : null}
    </div>
  );
}

function HistoryDetails({ receipt }: { readonly receipt: Receipt }) {
  const { notifications, openPath } = useServices();
  const { notebook } = receipt;
  const copy = (): void => {
    navigator.clipboard.writeText(receipt.source).catch((error: unknown) => notifications.getState().notifyError(error));
  };
  return (
    <div className={styles['details']}>
      <pre className={styles['code']}>{receipt.source}</pre>
      {receipt.error === undefined ? null : (
        <p className={styles['failure']}>
          [{receipt.error.code}] {receipt.error.message}
        </p>
      )}
      {receipt.written === undefined ? null : <TableWrites written={receipt.written} />}
      {receipt.tables.length === 0 ? null : <TableReads receipt={receipt} />}
      <div className={styles['actions']}>
        <Button icon="copy" onPress={copy}>
          Copy Statement
        </Button>
        {notebook === undefined ? null : (
          <Button icon="notebook" onPress={() => openPath(notebook)}>
            Go to Notebook
          </Button>
        )}
      </div>
    </div>
  );
}

function TableWrites({ written }: { readonly written: readonly TableWrite[] }) {
  return (
    <table className={styles['reads']}>
      <thead>
        <tr>
          <th scope="col">Table written</th>
          <th scope="col">Version</th>
          <th scope="col">Operation</th>
          <th scope="col">What was written</th>
        </tr>
      </thead>
      <tbody>
        {written.map((write) => (
          <tr key={`${write.path}@${write.version}`}>
            <td>{write.name}</td>
            <td>v{write.version}</td>
            <td>{write.operation}</td>
            <td>{describeWrite(write)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TableReads({ receipt }: { readonly receipt: Receipt }) {
  return (
    <table className={styles['reads']}>
      <thead>
        <tr>
          <th scope="col">Table</th>
          <th scope="col">Version</th>
          <th scope="col">Files read</th>
          <th scope="col">Bytes read</th>
        </tr>
      </thead>
      <tbody>
        {receipt.tables.map((table) => (
          <tr key={`${table.path}@${table.version}`}>
            <td>{table.name}</td>
            <td>
              v{table.version}
              {table.pinned ? ' (pinned)' : ''}
            </td>
            <td>
              {table.filesRead.toLocaleString()} of {table.filesTotal.toLocaleString()}
            </td>
            <td>
              {table.bytesRead.toLocaleString()} of {table.bytesTotal.toLocaleString()}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
