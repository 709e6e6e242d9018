import type { ErrorReport } from '../../../kernel/base/errors.ts';
import type { Commit } from '../../../kernel/rpc/tables.ts';
import { bytesText, countText } from '../../grid/gridMessages.ts';

const dateTime = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** `2025-03-01 14:05:09` in the window's own zone. */
export function timeText(timestampMs: number): string {
  return dateTime.format(timestampMs).replace(', ', ' ');
}

export function filesText(count: number): string {
  return `${countText(count)} ${count === 1 ? 'file' : 'files'}`;
}

/** The metrics that say most about a commit, in words; '' where it has none. Rows that were only written anew are left out. */
export function metricsText({ operationMetrics: metrics }: Commit): string {
  const tellsRows = ROW_METRICS.some(([name]) => name in metrics);
  const parts = [...ROW_METRICS, ...(tellsRows ? [] : [WRITTEN_ROWS]), ...FILE_METRICS].flatMap(([name, text]) => {
    const value = Number(metrics[name]);
    return metrics[name] === undefined || !(value > 0) ? [] : [text(value)];
  });
  return parts.join(', ');
}

type MetricText = readonly [string, (value: number) => string];

/** `+2 rows`; `1 row deleted` where it is said what became of them. */
const count = (sign: string, what: string, became = '') => (value: number): string => `${sign}${countText(value)} ${what}${value === 1 ? '' : 's'}${became}`;
const WRITTEN_ROWS: MetricText = ['numOutputRows', count('+', 'row')];
const ROW_METRICS: readonly MetricText[] = [
  ['numTargetRowsInserted', count('', 'row', ' inserted')],
  ['numTargetRowsUpdated', count('', 'row', ' updated')],
  ['numTargetRowsDeleted', count('', 'row', ' deleted')],
  ['numUpdatedRows', count('', 'row', ' updated')],
  ['numDeletedRows', count('', 'row', ' deleted')],
];
const FILE_METRICS: readonly MetricText[] = [
  ['numRestoredFiles', count('', 'file', ' restored')],
  ['numAddedFiles', count('+', 'file')],
  ['numRemovedFiles', count('−', 'file')],
  ['numDeletionVectorsAdded', count('+', 'deletion vector')],
];

/** A commit's metrics in words, those that say something before the zeros. */
export function buildMetrics(metrics: Commit['operationMetrics']): readonly { readonly name: string; readonly value: string }[] {
  const entries = Object.entries(metrics);
  const isZero = (value: string): boolean => value.trim() !== '' && Number(value) === 0;
  return [...entries.filter(([, value]) => !isZero(value)), ...entries.filter(([, value]) => isZero(value))].map(([name, value]) => ({ name: metricName(name), value: metricText(name, value) }));
}

/** `numDeletionVectorsAdded` as `deletion vectors added`. */
function metricName(name: string): string {
  return name
    .replace(/^num(?=[A-Z])/, '')
    .replace(/(TimeMs|Ms)$/, (unit) => (unit === 'TimeMs' ? 'Time' : ''))
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/** Metrics whose value counts bytes or milliseconds say so. */
function metricText(name: string, value: string): string {
  const amount = Number(value);
  if (!Number.isFinite(amount) || value.trim() === '') return value;
  if (/bytes|size/i.test(name)) return `${bytesText(amount)} (${countText(amount)})`;
  return /timems$/i.test(name) ? `${countText(amount)} ms` : countText(amount);
}

/** What can be done about an error of a table. */
export function wayOut({ kind }: Pick<ErrorReport, 'kind'>): string {
  switch (kind) {
    case 'missing':
      return 'The files may have been moved, or cleaned up by VACUUM. Look for the table in the list again, or choose a newer version.';
    case 'corrupt':
      return 'The log breaks its own format. An earlier version may still be readable: choose one on the scale above, or restore the log from a backup.';
    case 'unsupported':
      return 'Nothing was read, so that nothing wrong is shown. An engine that knows the feature can read the table; an earlier version may be readable here.';
    case 'input':
      return 'Choose another version or table.';
    case 'conflict':
    case 'resource':
    case 'canceled':
      return 'Try again.';
    case 'internal':
      return 'This is a fault of Lakebook. The log panel may say more; try again.';
  }
}
