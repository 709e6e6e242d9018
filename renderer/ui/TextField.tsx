import { FieldError, Input, Label, TextField as AriaTextField } from 'react-aria-components';
import styles from './TextField.module.css';

export interface TextFieldProps {
  readonly label: string;
  /** The label is spoken, not shown. */
  readonly labelHidden?: boolean;
  /** The label stands before the field, not above it. */
  readonly labelBeside?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The text is finished: Enter was pressed, or the field was left. */
  readonly onFinish?: () => void;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly autoFocus?: boolean;
}

/** One line of text with its label and what is wrong with it. */
export function TextField({ label, labelHidden = false, labelBeside = false, value, onChange, onFinish, placeholder, error, autoFocus = false }: TextFieldProps) {
  return (
    <AriaTextField
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
      autoFocus={autoFocus}
      className={styles[labelBeside ? 'beside' : 'field'] ?? ''}
      onBlur={() => onFinish?.()}
      onKeyDown={(event) => event.key === 'Enter' && onFinish?.()}
      {...(labelHidden ? { 'aria-label': label } : {})}
    >
      {labelHidden ? null : <Label className={styles['label'] ?? ''}>{label}</Label>}
      <Input className={styles['input'] ?? ''} spellCheck={false} {...(placeholder === undefined ? {} : { placeholder })} />
      <FieldError className={styles['error'] ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
}
