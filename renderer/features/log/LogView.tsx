import { useEffect, useMemo, useRef, useState } from 'react';
import { VList, type VListHandle } from 'virtua';
import type { LogEntry } from '../../../kernel/rpc/workbench.ts';
import { useClient } from '../../state/services.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { filterLog, formatLogTime, LOG_LINES_MAX, nextLogLines } from './logLines.ts';
import styles from './LogView.module.css';

const LEVELS = [
  { value: 'debug', label: 'All levels' },
  { value: 'info', label: 'Info and up' },
  { value: 'warning', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
] as const;

/** What host and kernels wrote to their log, following its end. */
export function LogView() {
  const lines = useLog();
  const [level, setLevel] = useState<LogEntry['level']>('info');
  const [text, setText] = useState('');
  const shown = useMemo(() => filterLog(lines, { level, text }), [lines, level, text]);
  const list = useRef<VListHandle>(null);
  const following = useRef(true);

  useEffect(() => {
    if (following.current) list.current?.scrollToIndex(shown.length - 1, { align: 'end' });
  }, [shown]);

  return (
    <div className={styles['log']}>
      <div className={styles['filters']}>
        <Select label="Level" value={level} options={LEVELS} onChange={setLevel} />
        <div className={styles['search']}>
          <TextField label="Filter log" labelHidden value={text} onChange={setText} placeholder="Filter" />
        </div>
      </div>
      {shown.length === 0 ? (
        <EmptyState icon="output" title={lines.length === 0 ? 'The log is empty' : 'No line fits the filter'} />
      ) : (
        <div role="log" aria-label="Log" aria-live="off" tabIndex={0} data-main className={styles['lines']}>
          <VList
            ref={list}
            onScroll={(offset) => {
              const handle = list.current;
              if (handle !== null) following.current = offset + handle.viewportSize >= handle.scrollSize - 4;
            }}
          >
            {shown.map((line, index) => (
              <div key={index} className={`${styles['line']} ${styles[line.level]}`}>
                <span className={styles['time']}>{formatLogTime(line.atMs)}</span>
                <span className={styles['level']}>{line.level}</span>
                <span className={styles['source']}>{line.source}</span>
                <span className={styles['text']}>{line.text}</span>
              </div>
            ))}
          </VList>
        </div>
      )}
    </div>
  );
}

/** The stored log, then what comes; asked for again after each new connection. */
function useLog(): readonly LogEntry[] {
  const client = useClient();
  const [lines, setLines] = useState<readonly LogEntry[]>([]);
  useEffect(() => {
    const load = (): void => {
      // While the host is away the banner says so; the next connection loads again.
      client.request('workbench.log', { limit: LOG_LINES_MAX }).then(({ entries }) => setLines(entries), () => undefined);
    };
    load();
    const connected = client.onConnected(load);
    const added = client.on('workbench.logEntry', (entry) => setLines((before) => nextLogLines(before, [entry])));
    return () => {
      connected.dispose();
      added.dispose();
    };
  }, [client]);
  return lines;
}
