import type { ReactElement } from 'react';
import { Tooltip as AriaTooltip, TooltipTrigger, type TooltipProps as AriaTooltipProps } from 'react-aria-components';
import { Keys } from './Keys.tsx';
import styles from './Tooltip.module.css';

export interface TooltipProps {
  readonly text: string;
  readonly keys?: string | undefined;
  readonly placement?: AriaTooltipProps['placement'] | undefined;
  /** A focusable part of react-aria-components (a button). */
  readonly children: ReactElement;
}

/** A short text that shows after half a second of hovering, or at once on keyboard focus. */
export function Tooltip({ text, keys, placement = 'bottom', children }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <AriaTooltip placement={placement} offset={6} className={styles['tooltip'] ?? ''}>
        {text}
        {keys === undefined ? null : <Keys text={keys} />}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
