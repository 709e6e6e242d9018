import { useEffect, useRef, useState } from 'react';
import styles from './InlineInput.module.css';

export interface InlineInputProps {
  readonly label: string;
  readonly value: string;
  /** What is wrong with the text, or undefined. */
  readonly validate: (value: string) => string | undefined;
  /** Enter, or the focus left with a valid text. */
  readonly onCommit: (value: string) => void;
  readonly onCancel: () => void;
}

/** A small text field in place of a name. The part before the extension is selected, ready to be typed over. */
export function InlineInput({ label, value: initial, validate, onCommit, onCancel }: InlineInputProps) {
  const [value, setValue] = useState(initial);
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  const error = value === initial ? undefined : validate(value);

  useEffect(() => {
    input.current?.focus();
    const dot = initial.lastIndexOf('.');
    input.current?.setSelectionRange(0, dot > 0 ? dot : initial.length);
  }, [initial]);

  const finish = (accept: boolean): void => {
    if (done.current) return;
    done.current = true;
    if (accept && value.trim() !== '' && validate(value) === undefined) onCommit(value.trim());
    else onCancel();
  };
  return (
    <span className={styles['box']}>
      <input
        ref={input}
        aria-label={label}
        aria-invalid={error !== undefined}
        spellCheck={false}
        className={styles['input']}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        onClick={(event) => event.stopPropagation()}
        onBlur={() => finish(true)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && error === undefined) finish(true);
          else if (event.key === 'Escape') finish(false);
          else return;
          event.stopPropagation();
          event.preventDefault();
          // The keyboard goes on in the list around the field.
          event.currentTarget.parentElement?.closest<HTMLElement>('[tabindex="0"]')?.focus();
        }}
      />
      {error === undefined ? null : (
        <span role="alert" className={styles['error']}>
          {error}
        </span>
      )}
    </span>
  );
}
