import type { CellState, Output, SaveState } from '../../../../kernel/rpc/notebooks.ts';

const NUMBERS = new Intl.NumberFormat('en-US');
const PLURALS = new Intl.PluralRules('en-US');

export function formatCount(value: number): string {
  return NUMBERS.format(value);
}

/** `1 row`, `2 rows`. */
export function countOf(value: number, noun: string): string {
  return `${formatCount(value)} ${PLURALS.select(value) === 'one' ? noun : `${noun}s`}`;
}

/** A span of time with two or three significant digits: `3 ms`, `1.24 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1) return '< 1 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** What a screen reader says when a cell's run ends. */
export function describeRun(index: number, cell: CellState): string {
  if (cell.run.kind !== 'finished') return '';
  const duration = formatDuration(cell.run.durationMs);
  if (cell.run.status === 'canceled') return `Cell ${index} was interrupted after ${duration}`;
  const error = cell.outputs.find((output): output is Extract<Output, { kind: 'error' }> => output.kind === 'error');
  if (cell.run.status === 'error') return `Cell ${index} failed after ${duration}${error === undefined ? '' : `: ${error.error.message}`}`;
  const results = cell.outputs.filter((output) => output.kind === 'result');
  const rows = results.map((result) => countOf(result.rows, 'row')).join(', ');
  return `Cell ${index} finished in ${duration}${rows === '' ? '' : `: ${rows}`}`;
}

export function describeSave(save: SaveState, unsent: boolean, connected: boolean): string {
  if (!connected) return unsent ? 'Not connected: changes wait here' : 'Not connected';
  switch (save.kind) {
    case 'saved':
      return 'Saved';
    case 'dirty':
      return 'Saving…';
    case 'readOnly':
      return 'Read-only folder: edits are kept, but not in the file';
    case 'conflict':
      return 'The file changed on disk';
    case 'failed':
      return `Not saved: ${save.error.message}`;
  }
}
