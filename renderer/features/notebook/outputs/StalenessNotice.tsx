import { Icon } from '../../../ui/Icon.tsx';
import type { Staleness } from '../../../../kernel/rpc/notebooks.ts';
import styles from './outputs.module.css';

export interface StalenessNoticeProps {
  readonly staleness: Staleness;
  readonly onRun: () => void;
}

/** Which tables moved on since this output was made. */
export function StalenessNotice({ staleness, onRun }: StalenessNoticeProps) {
  return (
    <div className={styles['stale']} role="note" aria-label="This output is out of date">
      <Icon name="history" />
      <span>
        {staleness.tables.map(({ name, read, latest }, index) => (
          <span key={name}>
            {index > 0 && '; '}
            <b>{name}</b>: read v{read}, {latest === null ? 'the table is gone' : `now v${latest}`}
          </span>
        ))}
      </span>
      <button type="button" className={styles['staleRun']} onClick={onRun}>Run again</button>
    </div>
  );
}
