import { Button, Dialog, DialogTrigger, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { Icon } from './Icon.tsx';
import styles from './Select.module.css';

export interface ChoicesProps {
  readonly label: string;
  readonly choices: readonly string[];
  readonly selected: readonly string[];
  readonly mode: 'single' | 'multiple';
  /** What the button says; an arrow alone by default. */
  readonly shown?: string;
  /** The chosen ones in the order of `choices`. */
  readonly onChange: (values: readonly string[]) => void;
}

/** A button that opens a list: for choosing several, or for taking one over into a field. */
export function Choices({ label, choices, selected, mode, shown, onChange }: ChoicesProps) {
  return (
    <DialogTrigger>
      <Button className={styles['button'] ?? ''} data-narrow={shown === undefined} aria-label={shown === undefined ? label : `${label}: ${shown}`}>
        {shown !== undefined && <span className={styles['value'] ?? ''}>{shown}</span>}
        <Icon name="chevron-down" />
      </Button>
      <Popover className={styles['popover'] ?? ''} offset={2}>
        <Dialog aria-label={label} className={styles['list'] ?? ''}>
          {({ close }) => (
            <ListBox
              aria-label={label}
              selectionMode={mode}
              escapeKeyBehavior="none"
              selectedKeys={selected.filter((value) => choices.includes(value))}
              onSelectionChange={(keys) => {
                onChange(choices.filter((choice) => keys === 'all' || keys.has(choice)));
                if (mode === 'single') close();
              }}
            >
              {choices.map((choice) => (
                <ListBoxItem key={choice} id={choice} textValue={choice} className={styles['option'] ?? ''}>
                  {({ isSelected }) => (
                    <>
                      <span className={styles['check']}>{isSelected && <Icon name="check" />}</span>
                      {choice}
                    </>
                  )}
                </ListBoxItem>
              ))}
            </ListBox>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
