import { expect, it } from 'vitest';
import type { LogEntry } from '../../../kernel/rpc/workbench.ts';
import { filterLog, LOG_LINES_MAX, nextLogLines } from './logLines.ts';

const line = (text: string, level: LogEntry['level'] = 'info'): LogEntry => ({ atMs: 0, level, source: 'host', text });

it('the oldest lines give way at the limit', () => {
  const full = Array.from({ length: LOG_LINES_MAX }, (_, index) => line(`line ${index}`));
  const next = nextLogLines(full, [line('newest')]);
  expect([next.length, next[0]?.text, next[next.length - 1]?.text]).toEqual([LOG_LINES_MAX, 'line 1', 'newest']);
});

it.each([
  { name: 'by level', filter: { level: 'warning', text: '' }, texts: ['slow disk', 'kernel ended'] },
  { name: 'by text in any case', filter: { level: 'debug', text: 'KERNEL' }, texts: ['kernel started', 'kernel ended'] },
  { name: 'by source', filter: { level: 'debug', text: 'host slow' }, texts: ['slow disk'] },
] as const)('filters $name', ({ filter, texts }) => {
  const lines = [line('kernel started'), line('slow disk', 'warning'), line('kernel ended', 'error')];
  expect(filterLog(lines, filter).map((entry) => entry.text)).toEqual(texts);
});
