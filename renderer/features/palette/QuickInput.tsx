import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { FileIcon } from '../../ui/FileIcon.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Keys } from '../../ui/Keys.tsx';
import { Highlighted } from './Highlighted.tsx';
import type { FuzzyMatch } from './fuzzy.ts';
import { nextActiveLine } from './nextActiveLine.ts';
import styles from './QuickInput.module.css';

/** One line to choose. */
export interface QuickLine {
  readonly id: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon?: string | undefined;
  /** Shows the sign of this file's kind instead of `icon`. */
  readonly fileName?: string | undefined;
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

/**
 * A text field over a list: typing filters, arrows move, Enter chooses, Escape leaves. The best line is always the active
 * one (react-aria's autocomplete leaves none active at first, after deleting, and when answers come late).
 */
export function QuickInput({ title, placeholder, text, onTextChange, lines, emptyText, onChoose, onClose }: QuickInputProps) {
  const id = useId();
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const index = Math.min(active, lines.length - 1);

  useEffect(() => {
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' }); // newer Chromes return a promise, no cleanup
  }, [index, lines]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const line = lines[index];
    const next = nextActiveLine(index, lines.length, event.key);
    if (event.key === 'Enter' && line !== undefined) onChoose(line.id);
    else if (next !== undefined) setActive(next);
    else return;
    event.preventDefault();
  };

  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => (open ? undefined : onClose())} className={styles['overlay'] ?? ''}>
      <Modal className={styles['modal'] ?? ''}>
        <Dialog aria-label={title} className={styles['dialog'] ?? ''}>
          <input
            role="combobox"
            aria-label={title}
            aria-expanded={lines.length > 0}
            aria-controls={id}
            aria-autocomplete="list"
            aria-activedescendant={lines.length > 0 ? `${id}-${index}` : undefined}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is this field
            autoFocus
            spellCheck={false}
            autoComplete="off"
            className={styles['input']}
            placeholder={placeholder}
            value={text}
            onChange={(event) => {
              setActive(0);
              onTextChange(event.target.value);
            }}
            onKeyDown={onKeyDown}
          />
          <div ref={list} id={id} role="listbox" aria-label={title} className={styles['list']}>
            {lines.map((line, position) => (
              <div
                key={line.id}
                id={`${id}-${position}`}
                role="option"
                aria-selected={position === index}
                className={styles['line']}
                onClick={() => onChoose(line.id)}
              >
                <LineContent line={line} />
              </div>
            ))}
          </div>
          {lines.length === 0 ? (
            <p role="status" className={styles['empty']}>
              {emptyText}
            </p>
          ) : null}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function LineContent({ line }: { readonly line: QuickLine }) {
  return (
    <>
      {line.icon === undefined ? null : <Icon name={line.icon} className={styles['icon'] ?? ''} />}
      {line.fileName === undefined ? null : <FileIcon name={line.fileName} kind="file" />}
      <span className={styles['label']}>
        <Highlighted text={line.label} ranges={line.ranges} />
      </span>
      {line.description === undefined ? null : <span className={styles['description']}>{line.description}</span>}
      {line.keys === undefined ? null : <Keys text={line.keys} />}
    </>
  );
}
