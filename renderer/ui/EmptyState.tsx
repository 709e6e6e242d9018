import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import styles from './EmptyState.module.css';

export interface EmptyStateProps {
  readonly icon: string;
  readonly title: string;
  /** What would make something appear here. */
  readonly hint?: ReactNode;
  /** Buttons. */
  readonly children?: ReactNode;
}

/** Says why a place is empty and what to do about it. */
export function EmptyState({ icon, title, hint, children }: EmptyStateProps) {
  return (
    <div className={styles['empty']}>
      <Icon name={icon} className={styles['icon'] ?? ''} />
      <p className={styles['title']}>{title}</p>
      {hint === undefined ? null : <p className={styles['hint']}>{hint}</p>}
      {children === undefined ? null : <div className={styles['actions']}>{children}</div>}
    </div>
  );
}
