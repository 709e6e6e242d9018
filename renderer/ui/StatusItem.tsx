import { Button } from 'react-aria-components';
import { Icon } from './Icon.tsx';
import { Tooltip } from './Tooltip.tsx';
import styles from './StatusItem.module.css';

export interface StatusItemProps {
  readonly icon?: string;
  readonly text: string;
  /** The whole of it and what a press does, for the tooltip. */
  readonly label: string;
  readonly tone?: 'normal' | 'warning' | 'error';
  readonly onPress?: () => void;
}

/** One entry of the status bar. With `onPress` it is a button. */
export function StatusItem({ icon, text, label, tone = 'normal', onPress }: StatusItemProps) {
  return (
    <Tooltip text={label} placement="top">
      <Button className={`${styles['item']} ${tone === 'normal' ? '' : styles[tone]}`} {...(onPress === undefined ? {} : { onPress })}>
        {icon === undefined ? null : <Icon name={icon} />}
        <span className={styles['text']}>{text}</span>
      </Button>
    </Tooltip>
  );
}
