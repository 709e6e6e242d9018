import { Button, Label, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue } from 'react-aria-components';
import { Icon } from './Icon.tsx';
import styles from './Select.module.css';

export interface SelectProps<Value extends string> {
  readonly label: string;
  /** The label is shown before the button; else it is only spoken. */
  readonly labelVisible?: boolean;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

/** A choice of one from a short list. */
export function Select<Value extends string>({ label, labelVisible = false, value, options, onChange }: SelectProps<Value>) {
  return (
    <AriaSelect
      className={styles['select'] ?? ''}
      selectedKey={value}
      onSelectionChange={(key) => {
        const chosen = options.find((option) => option.value === key);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      {...(labelVisible ? {} : { 'aria-label': label })}
    >
      {labelVisible ? <Label className={styles['label'] ?? ''}>{label}</Label> : null}
      <Button className={styles['button'] ?? ''}>
        <SelectValue className={styles['value'] ?? ''} />
        <Icon name="chevron-down" />
      </Button>
      <Popover className={styles['popover'] ?? ''} offset={2}>
        <ListBox className={styles['list'] ?? ''}>
          {options.map((option) => (
            <ListBoxItem key={option.value} id={option.value} textValue={option.label} className={styles['option'] ?? ''}>
              {option.label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
