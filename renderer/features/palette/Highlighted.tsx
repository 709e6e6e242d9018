import { Fragment } from 'react';
import type { FuzzyMatch } from './fuzzy.ts';
import styles from './QuickInput.module.css';

/** A text with its matched characters marked. */
export function Highlighted({ text, ranges }: { readonly text: string; readonly ranges: FuzzyMatch['ranges'] }) {
  if (ranges.length === 0) return text;
  const starts = [0, ...ranges.map(([, end]) => end)];
  return (
    <>
      {starts.map((start, index) => {
        const range = ranges[index];
        return (
          <Fragment key={start}>
            {text.slice(start, range?.[0])}
            {range === undefined ? null : <b className={styles['match']}>{text.slice(range[0], range[1])}</b>}
          </Fragment>
        );
      })}
    </>
  );
}
