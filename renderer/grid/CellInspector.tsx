import { useEffect, useEffectEvent, useState } from 'react';
import type { ResultColumn } from '../../kernel/rpc/results.ts';
import { formatErrorReport } from './errorText.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { countText, NOT_HERE } from './gridMessages.ts';
import styles from './grid.module.css';

export interface CellInspectorProps {
  readonly column: ResultColumn;
  readonly row: number;
  /** The whole value, for reading; null for NULL. */
  readonly load: (signal: AbortSignal) => Promise<string | null>;
  readonly onCopy: (text: string) => void;
  readonly onClose: () => void;
}

type Loaded = { readonly kind: 'loading' } | { readonly kind: 'value'; readonly text: string | null } | { readonly kind: 'failed'; readonly text: string };

/** The whole of one value, however long. */
export function CellInspector({ column, row, load, onCopy, onClose }: CellInspectorProps) {
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' });
  const onLoad = useEffectEvent(load);
  useEffect(() => {
    const controller = new AbortController();
    onLoad(controller.signal).then(
      (text) => setLoaded({ kind: 'value', text }),
      (error: unknown) => !controller.signal.aborted && setLoaded({ kind: 'failed', text: formatErrorReport(error) }),
    );
    return () => controller.abort();
  }, [row, column]);

  const text = loaded.kind === 'loading' ? NOT_HERE : loaded.text;
  const copyable = loaded.kind === 'value' ? loaded.text : null;
  return (
    <Dialog
      title={`${column.name}, row ${countText(row + 1)}`}
      size="medium"
      onClose={onClose}
      footer={
        <>
          <Button icon="copy" isDisabled={copyable === null} onPress={() => copyable !== null && onCopy(copyable)}>
            Copy
          </Button>
          <Button variant="primary" onPress={onClose} autoFocus>
            Close
          </Button>
        </>
      }
    >
      <p className={styles['formHint']}>
        {column.type}
        {copyable !== null && ` · ${countText(copyable.length)} characters`}
      </p>
      <pre className={styles['inspected']} data-kind={text === null ? 'null' : text === '' ? 'empty' : loaded.kind} tabIndex={0} aria-label="Value">
        {text === null ? 'NULL' : text === '' ? '""' : text}
      </pre>
    </Dialog>
  );
}
