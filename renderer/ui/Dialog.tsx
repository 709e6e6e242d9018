import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import styles from './Dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: 'small' | 'medium';
  /** `alert` for questions whose answer destroys something. */
  readonly role?: 'dialog' | 'alertdialog';
  readonly children: ReactNode;
  /** Buttons, the main one last. */
  readonly footer?: ReactNode;
}

/** A modal dialog; Escape and a click beside it close it. Mount it to open it. */
export function Dialog({ title, onClose, size = 'small', role = 'dialog', children, footer }: DialogProps) {
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => (open ? undefined : onClose())} className={styles['overlay'] ?? ''}>
      <Modal className={`${styles['modal']} ${styles[size]}`}>
        <AriaDialog role={role} className={styles['dialog'] ?? ''}>
          <Heading slot="title" className={styles['title'] ?? ''}>
            {title}
          </Heading>
          <div className={styles['body']}>{children}</div>
          {footer === undefined ? null : <div className={styles['footer']}>{footer}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
