import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { Icon } from '../../../ui/Icon.tsx';
import type { Receipt } from '../../../../kernel/rpc/receipts.ts';
import { countOf, formatBytes, formatCount, formatDuration } from '../model/messages.ts';
import { describeWrite } from '../../../state/writtenText.ts';
import { summariseReads } from './receiptSummary.ts';
import styles from './outputs.module.css';

/** What a run read and wrote, in a line; opens the whole receipt. */
export function ReceiptBadge({ receipt, stale }: { readonly receipt: Receipt; readonly stale: boolean }) {
  const { tables, files, bytes } = summariseReads(receipt);
  return (
    <DialogTrigger>
      <AriaButton className={styles['badge'] ?? ''} data-stale={stale || undefined}>
        <Icon name="output" label="Receipt:" />
        {receipt.written !== undefined && <span className={styles['badgeTables']}>wrote {receipt.written.map(({ name, version }) => `${name}@v${version}`).join(', ')}</span>}
        {tables !== '' && <span className={styles['badgeTables']}>{tables}</span>}
        {files !== '' && <span>{files}</span>}
        {bytes !== '' && <span>{bytes}</span>}
        <span>{formatDuration(receipt.durationMs)}</span>
      </AriaButton>
      <Popover placement="bottom end" offset={4} className={styles['receipt'] ?? ''}>
        <Dialog aria-label="Receipt of the run">
          <ReceiptDetails receipt={receipt} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function ReceiptDetails({ receipt }: { readonly receipt: Receipt }) {
  return (
    <div className={styles['receiptBody']}>
      <h3>Receipt</h3>
      <dl>
        <dt>Ran</dt>
        <dd>{new Date(receipt.startedAtMs).toLocaleString()}, for {formatDuration(receipt.durationMs)}</dd>
        <dt>Result</dt>
        <dd>{receipt.status === 'ok' ? countOf(receipt.rows, 'row') : receipt.status === 'error' ? 'Error' : 'Interrupted'}</dd>
        <dt>Engine</dt>
        <dd>{receipt.engine}, {receipt.dialect === 'spark' ? 'Spark SQL' : 'DuckDB SQL'}</dd>
        <dt>Source</dt>
        <dd><code>{receipt.sourceHash.slice(0, 12)}</code></dd>
        {receipt.parameters !== undefined && (
          <>
            <dt>Parameters</dt>
            <dd>{Object.entries(receipt.parameters).map(([name, value]) => `${name} = ${value}`).join(', ')}</dd>
          </>
        )}
        {receipt.files.length > 0 && (
          <>
            <dt>Files in place</dt>
            <dd>{receipt.files.slice(0, 8).join(', ')}{receipt.files.length > 8 ? ` and ${countOf(receipt.files.length - 8, 'more file')}` : ''}</dd>
          </>
        )}
      </dl>
      {receipt.written !== undefined && (
        <table>
          <thead>
            <tr><th scope="col">Table written</th><th scope="col">Version</th><th scope="col">Operation</th><th scope="col">What was written</th></tr>
          </thead>
          <tbody>
            {receipt.written.map((write) => (
              <tr key={`${write.path}@${write.version}`}>
                <td title={write.path}>{write.name}</td>
                <td>v{write.version}</td>
                <td>{write.operation}</td>
                <td>{describeWrite(write)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {receipt.tables.length > 0 && (
        <table>
          <thead>
            <tr><th scope="col">Table</th><th scope="col">Version</th><th scope="col">Files read</th><th scope="col">Bytes read</th></tr>
          </thead>
          <tbody>
            {receipt.tables.map((table) => (
              <tr key={`${table.path}@${table.version}`}>
                <td title={table.path}>{table.name}</td>
                <td>v{table.version}{table.pinned ? ' (pinned)' : ''}</td>
                <td>{formatCount(table.filesRead)} of {formatCount(table.filesTotal)}</td>
                <td>{formatBytes(table.bytesRead)} of {formatBytes(table.bytesTotal)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
