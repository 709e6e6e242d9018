import { Autocomplete, Dialog, Input, ListBox, ListBoxItem, Modal, ModalOverlay, SearchField } from 'react-aria-components';
import { Icon } from '../../ui/Icon.tsx';
import { Keys } from '../../ui/Keys.tsx';
import { Highlighted } from './Highlighted.tsx';
import type { FuzzyMatch } from './fuzzy.ts';
import styles from './QuickInput.module.css';

/** One line to choose. */
export interface QuickLine {
  readonly id: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon?: string | undefined;
  readonly keys?: string | undefined;
  readonly ranges: FuzzyMatch['ranges'];
}

export interface QuickInputProps {
  readonly title: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onTextChange: (text: string) => void;
  /** Best first, already filtered. */
  readonly lines: readonly QuickLine[];
  readonly emptyText: string;
  readonly onChoose: (id: string) => void;
  readonly onClose: () => void;
}

/** A text field over a list: typing filters, arrows move, Enter chooses, Escape leaves. */
export function QuickInput({ title, placeholder, text, onTextChange, lines, emptyText, onChoose, onClose }: QuickInputProps) {
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => (open ? undefined : onClose())} className={styles['overlay'] ?? ''}>
      <Modal className={styles['modal'] ?? ''}>
        <Dialog aria-label={title} className={styles['dialog'] ?? ''}>
          <Autocomplete inputValue={text} onInputChange={onTextChange}>
            <SearchField aria-label={title} autoFocus className={styles['field'] ?? ''} onKeyDown={(event) => (event.key === 'Escape' ? onClose() : event.continuePropagation())}>
              <Input placeholder={placeholder} className={styles['input'] ?? ''} spellCheck={false} />
            </SearchField>
            <ListBox
              aria-label={title}
              items={lines}
              className={styles['list'] ?? ''}
              onAction={(id) => onChoose(String(id))}
              shouldFocusWrap
              renderEmptyState={() => <p className={styles['empty']}>{emptyText}</p>}
            >
              {(line) => (
                <ListBoxItem id={line.id} textValue={line.label} className={styles['line'] ?? ''}>
                  {line.icon === undefined ? null : <Icon name={line.icon} className={styles['icon'] ?? ''} />}
                  <span className={styles['label']}>
                    <Highlighted text={line.label} ranges={line.ranges} />
                  </span>
                  {line.description === undefined ? null : <span className={styles['description']}>{line.description}</span>}
                  {line.keys === undefined ? null : <Keys text={line.keys} />}
                </ListBoxItem>
              )}
            </ListBox>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
