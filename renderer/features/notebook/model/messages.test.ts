import { describe, expect, it } from 'vitest';
import type { CellState } from '../../../../kernel/rpc/notebooks.ts';
import { countOf, describeRun, formatBytes, formatDuration } from './messages.ts';

describe('messages', () => {
  it.each([
    [0.4, '< 1 ms'], [3.2, '3 ms'], [999, '999 ms'], [1_240, '1.24 s'], [12_340, '12.3 s'], [125_000, '2 min 5 s'], [3_725_000, '1 h 2 min'],
  ])('%d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([[0, '0 B'], [999, '999 B'], [1_500, '1.5 KB'], [123_456_789, '123 MB'], [2_000_000_000, '2.0 GB']])('%d bytes read %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([[0, '0 rows'], [1, '1 row'], [1_234_567, '1,234,567 rows']])('%d rows read %s', (rows, text) => {
    expect(countOf(rows, 'row')).toBe(text);
  });

  const finished = (status: 'ok' | 'error' | 'canceled'): CellState['run'] => ({ kind: 'finished', status, finishedAtMs: 0, durationMs: 1_200, executionCount: 1 });
  it.each<{ cell: CellState; text: string }>([
    { cell: { cellId: 'a', run: finished('ok'), outputs: [{ kind: 'result', resultId: 'r', columns: [], rows: 3, state: 'complete' }] }, text: 'Cell 2 finished in 1.20 s: 3 rows' },
    { cell: { cellId: 'a', run: finished('ok'), outputs: [] }, text: 'Cell 2 finished in 1.20 s' },
    { cell: { cellId: 'a', run: finished('error'), outputs: [{ kind: 'error', error: { code: 'X', kind: 'input', message: 'No such column.' } }] }, text: 'Cell 2 failed after 1.20 s: No such column.' },
    { cell: { cellId: 'a', run: finished('canceled'), outputs: [] }, text: 'Cell 2 was interrupted after 1.20 s' },
  ])('announces: $text', ({ cell, text }) => {
    expect(describeRun(2, cell)).toBe(text);
  });
});
