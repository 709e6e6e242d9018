import { useEffect } from 'react';
import { Button } from './Button.tsx';
import { Icon } from './Icon.tsx';
import { IconButton } from './IconButton.tsx';
import styles from './Toasts.module.css';

interface ToastProps {
  readonly kind: 'info' | 'success' | 'warning' | 'error';
  readonly message: string;
  readonly code?: string | undefined;
  readonly actions: readonly { readonly label: string; run(): void }[];
  readonly lifetimeMs: number | undefined;
}

export interface ToastsProps {
  readonly toasts: readonly (ToastProps & { readonly id: number })[];
  readonly onDismiss: (id: number) => void;
}

const ICONS = { info: 'info', success: 'pass', warning: 'warning', error: 'error' } as const;

/** Messages in the corner, announced as they come: errors at once, the rest when the speech is free. */
export function Toasts({ toasts, onDismiss }: ToastsProps) {
  return (
    <div role="region" aria-label="Notifications" data-region="notifications" className={styles['region']}>
      {toasts.map(({ id, ...toast }) => (
        <Toast key={id} id={id} {...toast} onDismiss={onDismiss} />
      ))}
    </div>
  );
}

function Toast({ id, kind, message, code, actions, lifetimeMs, onDismiss }: ToastProps & { readonly id: number; readonly onDismiss: (id: number) => void }) {
  useEffect(() => {
    if (lifetimeMs === undefined) return undefined;
    const timer = setTimeout(() => onDismiss(id), lifetimeMs);
    return () => clearTimeout(timer);
  }, [id, lifetimeMs, onDismiss]);
  return (
    <div role={kind === 'error' ? 'alert' : 'status'} className={`${styles['toast']} ${styles[kind]}`}>
      <Icon name={ICONS[kind]} className={styles['icon'] ?? ''} />
      <div className={styles['text']}>
        {code === undefined ? null : <span className={styles['code']}>[{code}] </span>}
        {message}
        {actions.length === 0 ? null : (
          <div className={styles['actions']}>
            {actions.map((action) => (
              <Button
                key={action.label}
                onPress={() => {
                  action.run();
                  onDismiss(id);
                }}
              >
                {action.label}
              </Button>
            ))}
          </div>
        )}
      </div>
      <IconButton icon="close" label="Dismiss" onPress={() => onDismiss(id)} />
    </div>
  );
}
