import { describe, expect, it } from 'vitest';
import type { TableRead } from '../../../../kernel/rpc/receipts.ts';
import { summariseReads } from './receiptSummary.ts';

const table = (name: string, reads: Partial<TableRead> = {}): TableRead => ({
  name, path: `/${name}`, version: 3, pinned: false, filesTotal: 40, filesRead: 40, bytesTotal: 2_000_000, bytesRead: 2_000_000, ...reads,
});

describe('receipt in a line', () => {
  it.each([
    { name: 'all of a table', receipt: { tables: [table('a.b')], files: [] }, summary: { tables: 'a.b@v3', files: '40 files', bytes: '2.0 MB' } },
    { name: 'pruned', receipt: { tables: [table('a.b', { filesRead: 1, bytesRead: 1_000 })], files: [] }, summary: { tables: 'a.b@v3', files: '1 of 40 files', bytes: '1.0 KB of 2.0 MB' } },
    { name: 'several tables', receipt: { tables: [table('a'), table('b'), table('c')], files: [] }, summary: { tables: '3 table versions', files: '120 files', bytes: '6.0 MB' } },
    { name: 'files in place', receipt: { tables: [], files: ['a.csv'] }, summary: { tables: '1 file', files: '', bytes: '' } },
    { name: 'nothing', receipt: { tables: [], files: [] }, summary: { tables: '', files: '', bytes: '' } },
  ])('$name', ({ receipt, summary }) => {
    expect(summariseReads(receipt)).toEqual(summary);
  });
});
