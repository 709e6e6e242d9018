import { Fragment } from 'react';
import type { LineCell } from './lineCell.ts';
import styles from './tables.module.css';

export interface LineCellsProps {
  /** Of the columns. */
  readonly className: string | undefined;
  readonly cells: readonly LineCell[];
}

/** The texts of a list's line, one per column. Blanks stand between them for whoever reads the text alone. */
export function LineCells({ className, cells }: LineCellsProps) {
  return (
    <span className={className}>
      {cells.map(({ text, look, title, badges = [], kind }, index) => (
        <Fragment key={index}>
          <span className={look === undefined ? undefined : styles[look]} data-kind={kind} title={title ?? text}>
            {text}
            {badges.map((badge) => (
              <Fragment key={badge}>
                {' '}
                <span className={styles['badge']}>{badge}</span>
              </Fragment>
            ))}
          </span>{' '}
        </Fragment>
      ))}
    </span>
  );
}
