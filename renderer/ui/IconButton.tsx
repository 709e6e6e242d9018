import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { Icon } from './Icon.tsx';
import { Tooltip, type TooltipProps } from './Tooltip.tsx';
import styles from './Button.module.css';

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'aria-label'> {
  readonly icon: string;
  /** Name for assistive technology and the tooltip. */
  readonly label: string;
  /** Key combination shown in the tooltip. */
  readonly keys?: string | undefined;
  readonly placement?: TooltipProps['placement'];
}

/** A square button with an icon only. */
export function IconButton({ icon, label, keys, placement, ...props }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys} placement={placement}>
      <AriaButton {...props} aria-label={label} className={styles['iconButton'] ?? ''}>
        <Icon name={icon} />
      </AriaButton>
    </Tooltip>
  );
}
