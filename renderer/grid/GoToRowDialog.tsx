import { useState, type FormEvent } from 'react';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/TextField.tsx';
import { countText } from './gridMessages.ts';
import styles from './grid.module.css';

export interface GoToRowDialogProps {
  readonly rows: number;
  /** @param row from 0 */
  readonly onGo: (row: number) => void;
  readonly onClose: () => void;
}

/** Asks for a row by its number. */
export function GoToRowDialog({ rows, onGo, onClose }: GoToRowDialogProps) {
  const [text, setText] = useState('');
  const row = parseRowNumber(text, rows);
  const go = (event?: FormEvent): void => {
    event?.preventDefault();
    if (row === undefined) return;
    onClose();
    onGo(row);
  };
  const error = text === '' || row !== undefined ? undefined : `Write a number from 1 to ${countText(rows)}.`;
  return (
    <Dialog
      title="Go to row"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" isDisabled={row === undefined} onPress={() => go()}>
            Go
          </Button>
        </>
      }
    >
      <form className={styles['form']} onSubmit={go}>
        <TextField label={`Row, 1 to ${countText(rows)}`} value={text} onChange={setText} error={error} autoFocus />
        <button type="submit" className={styles['hidden']} tabIndex={-1}>
          Go
        </button>
      </form>
    </Dialog>
  );
}

/** A row number as people write it (`1,000,000`, `1 000`), from 0; undefined outside the rows. */
export function parseRowNumber(text: string, rows: number): number | undefined {
  const digits = text.replace(/[\s,._']/g, '');
  const row = /^\d{1,15}$/.test(digits) ? Number(digits) : 0;
  return row >= 1 && row <= rows ? row - 1 : undefined;
}
