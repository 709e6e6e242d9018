import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { nextSplit, type SplitLimits } from './splitLimits.ts';
import styles from './Splitter.module.css';

export interface SplitterProps {
  readonly label: string;
  /** `vertical`: a vertical line that moves sideways. */
  readonly orientation: 'vertical' | 'horizontal';
  /** Size in pixels of the part that it resizes. */
  readonly size: number;
  readonly limits: SplitLimits;
  /** Whether that part lies before (left, above) or after the line. */
  readonly part: 'before' | 'after';
  readonly onResize: (size: number) => void;
  /** A double click, or Enter. */
  readonly onReset: () => void;
}

/** A line between two parts that is dragged, or moved with the arrow keys. */
export function Splitter({ label, orientation, size, limits, part, onResize, onReset }: SplitterProps) {
  const start = useRef<{ readonly pointer: number; readonly size: number }>(undefined);
  const direction = part === 'before' ? 1 : -1;
  const position = (event: PointerEvent): number => (orientation === 'vertical' ? event.clientX : event.clientY);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') return onReset();
    const next = nextSplit(size, event.key, orientation, direction, limits);
    if (next === undefined) return;
    event.preventDefault();
    onResize(next);
  };

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={size}
      aria-valuemin={limits.min}
      aria-valuemax={limits.max}
      className={`${styles['splitter']} ${styles[orientation]}`}
      onKeyDown={onKeyDown}
      onDoubleClick={onReset}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { pointer: position(event), size };
      }}
      onPointerMove={(event) => {
        if (start.current === undefined) return;
        const moved = start.current.size + (position(event) - start.current.pointer) * direction;
        onResize(Math.round(Math.min(limits.max, Math.max(limits.min, moved))));
      }}
      onPointerUp={() => (start.current = undefined)}
      onPointerCancel={() => (start.current = undefined)}
    />
  );
}
