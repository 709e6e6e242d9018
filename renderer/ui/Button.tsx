import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { Icon } from './Icon.tsx';
import styles from './Button.module.css';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children'> {
  readonly variant?: 'primary' | 'secondary' | 'danger' | 'quiet';
  readonly icon?: string;
  readonly children: string;
}

/** A button with a text. `quiet` has no frame, for places where several stand together. */
export function Button({ variant = 'secondary', icon, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={`${styles['button']} ${styles[variant]}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </AriaButton>
  );
}
