import { FieldError, Input, Label, TextField as AriaTextField } from 'react-aria-components';
import styles from './TextField.module.css';

export interface TextFieldProps {
  readonly label: string;
  /** The label is spoken, not shown. */
  readonly labelHidden?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly autoFocus?: boolean;
}

/** One line of text with its label and what is wrong with it. */
export function TextField({ label, labelHidden = false, value, onChange, placeholder, error, autoFocus = false }: TextFieldProps) {
  return (
    <AriaTextField
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
      autoFocus={autoFocus}
      className={styles['field'] ?? ''}
      {...(labelHidden ? { 'aria-label': label } : {})}
    >
      {labelHidden ? null : <Label className={styles['label'] ?? ''}>{label}</Label>}
      <Input className={styles['input'] ?? ''} spellCheck={false} {...(placeholder === undefined ? {} : { placeholder })} />
      <FieldError className={styles['error'] ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
}
