import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import styles from './Banner.module.css';

export interface BannerProps {
  readonly kind: 'info' | 'warning' | 'error';
  readonly icon: string;
  readonly children: ReactNode;
  /** Buttons. */
  readonly actions?: ReactNode;
}

/** A line across the top of the place it concerns, there as long as what it says is so. */
export function Banner({ kind, icon, children, actions }: BannerProps) {
  return (
    <div role={kind === 'error' ? 'alert' : 'status'} className={`${styles['banner']} ${styles[kind]}`}>
      <Icon name={icon} className={styles['icon'] ?? ''} />
      <span className={styles['text']}>{children}</span>
      {actions}
    </div>
  );
}
