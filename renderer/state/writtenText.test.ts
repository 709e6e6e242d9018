import { describe, expect, it } from 'vitest';
import { describeCounts, describeWrite } from './writtenText.ts';

describe('what was written, in words', () => {
  it.each([
    { name: 'an INSERT', operation: 'WRITE', metrics: { numFiles: '1', numOutputRows: '1200', numOutputBytes: '900' }, text: '1,200 rows written; 1 file added' },
    { name: 'a MERGE', operation: 'MERGE', metrics: { numTargetRowsInserted: '5', numTargetRowsUpdated: '2', numTargetRowsDeleted: '1', numTargetRowsCopied: '90', numOutputRows: '97', numTargetFilesAdded: '1', numTargetDeletionVectorsAdded: '1' }, text: '5 rows inserted, 2 updated, 1 deleted; 1 file added, 1 deletion vector added' },
    { name: 'an UPDATE', operation: 'UPDATE', metrics: { numUpdatedRows: '1', numAddedFiles: '2', numRemovedFiles: '1', numDeletionVectorsAdded: '0' }, text: '1 row updated; 2 files added, 1 removed' },
    { name: 'a RESTORE', operation: 'RESTORE', metrics: { numRestoredFiles: '3', numRemovedFiles: '1' }, text: '3 files restored, 1 removed' },
    { name: 'a change of the definition', operation: 'ADD COLUMNS', metrics: {}, text: '' },
  ])('$name', ({ operation, metrics, text }) => {
    expect(describeWrite({ operation, metrics: metrics as Record<string, string> })).toBe(text);
  });
  it('counts of a difference', () => {
    expect([describeCounts({ updated: 2, inserted: 1, deleted: 0 }), describeCounts({ updated: 0, inserted: 0, deleted: 0 })]).toEqual(['2 rows updated, 1 inserted', '']);
  });
});
