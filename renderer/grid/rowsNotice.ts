import type { ErrorReport } from '../../kernel/base/errors.ts';
import { countText, rowsText } from './gridMessages.ts';
import type { ResultSource } from './resultSource.ts';

/** How many rows a grid can show, and what it says about the others. */
export interface RowsNotice {
  readonly rows: number;
  readonly text: string;
  readonly tone: 'plain' | 'busy' | 'warning';
}

export interface RowsFacts {
  readonly source: Pick<ResultSource, 'rows' | 'state'>;
  /** Rows of the filtered and sorted view, where there is one. */
  readonly viewRows: number | undefined;
  readonly filtered: boolean;
  /** Rows that the window holds without the kernel. */
  readonly seedRows: number;
  readonly failure: ErrorReport | undefined;
}

/** Always "N of M": a grid never shows fewer rows than there are without saying so. */
export function describeRows({ source, viewRows, filtered, seedRows, failure }: RowsFacts): RowsNotice {
  const all = countText(source.rows);
  if (source.state === 'evicted') return heldRows(seedRows, source.rows, 'The rest made room for newer results. Run again to see it.');
  if (failure !== undefined && seedRows < source.rows) return heldRows(seedRows, source.rows, `[${failure.code}] ${failure.message}`);
  if (viewRows !== undefined) return { rows: viewRows, text: filtered ? `${countText(viewRows)} of ${rowsText(source.rows)}` : rowsText(viewRows), tone: 'plain' };
  switch (source.state) {
    case 'running':
      return { rows: source.rows, text: `${all} rows so far`, tone: 'busy' };
    case 'canceled':
      return { rows: source.rows, text: `${rowsText(source.rows)} until it was canceled, not the whole result`, tone: 'warning' };
    case 'failed':
      return { rows: source.rows, text: `${rowsText(source.rows)} until it failed, not the whole result`, tone: 'warning' };
    case 'complete':
      return { rows: source.rows, text: rowsText(source.rows), tone: 'plain' };
  }
}

function heldRows(held: number, all: number, why: string): RowsNotice {
  if (held >= all) return { rows: all, text: rowsText(all), tone: 'plain' };
  const what = held === 0 ? `0 of ${rowsText(all)}` : `First ${countText(held)} of ${rowsText(all)}`;
  return { rows: held, text: `${what}. ${why}`, tone: 'warning' };
}
