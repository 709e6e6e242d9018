import { expect, it } from 'vitest';
import type { Receipt } from '../../../kernel/rpc/receipts.ts';
import { formatDuration, mergeReceipts, summarizeSource, summarizeTables } from './receiptText.ts';

it.each([
  { source: 'select 1\n  from t -- all of it\n where x', text: 'select 1 from t where x' },
  { source: '   ', text: '' },
])('a statement becomes one line: $text', ({ source, text }) => {
  expect(summarizeSource(source)).toBe(text);
});

it('names the tables with their versions, and how many more there are', () => {
  const tables = ['a', 'b', 'c', 'd'].map((name, version) => ({ name, path: name, version, pinned: false, filesTotal: 0, filesRead: 0, bytesTotal: 0, bytesRead: 0 }));
  expect(summarizeTables({ tables })).toBe('a@v0, b@v1, c@v2, +1');
  const written = [{ name: 'a', path: 'a', version: 1, operation: 'UPDATE', metrics: {} }];
  expect([summarizeTables({ tables: tables.slice(0, 1), written }), summarizeTables({ tables: [], written })]).toEqual(['wrote a@v1; a@v0', 'wrote a@v1']);
});

it.each([
  { milliseconds: 12.4, text: '12 ms' },
  { milliseconds: 1_234, text: '1.23 s' },
  { milliseconds: 12_345, text: '12.3 s' },
  { milliseconds: 125_000, text: '2 min 5 s' },
])('$milliseconds ms reads $text', ({ milliseconds, text }) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

it('a page and an event that overlap give each run once, newest first', () => {
  const receipt = (receiptId: string, startedAtMs: number): Receipt => ({ receiptId, sourceHash: '', source: '', dialect: 'spark', engine: '', startedAtMs, durationMs: 0, status: 'ok', rows: 0, tables: [], files: [] });
  const merged = mergeReceipts([receipt('b', 2), receipt('a', 1)], [receipt('c', 3), receipt('b', 2)]);
  expect(merged.map(({ receiptId }) => receiptId)).toEqual(['c', 'b', 'a']);
});
