import { describe, expect, it } from 'vitest';
import { describeDeviation, explainPredicate, explainRowGroups, summariseProfile, summariseRowGroups } from './profileMessages.ts';

describe('a profile in words', () => {
  it.each([
    { judgedBy: 'statistics', filesLeftOut: 11, filesUnknown: 0, says: 'left out 11 files of 12 (4.5 MB) by least and greatest values' },
    { judgedBy: 'statistics', filesLeftOut: 0, filesUnknown: 2, says: 'could be true in every file, by its least and greatest values; 2 files without statistics' },
    { judgedBy: 'partitions', filesLeftOut: 1, filesUnknown: 0, says: 'left out 1 file (4.5 MB) by partition values' },
    { judgedBy: 'noStatistics', filesLeftOut: 0, filesUnknown: 12, says: 'left out none: no file has statistics of the column' },
    { judgedBy: 'notComparable', filesLeftOut: 0, filesUnknown: 0, says: 'left out none: statistics cannot judge such a comparison' },
  ] as const)('$judgedBy, $filesLeftOut: $says', ({ says, ...predicate }) => {
    expect(explainPredicate({ text: 'x = 1', bytesLeftOut: 4_500_000, ...predicate }, 12)).toBe(says);
  });

  it.each([
    { rowGroupsLeftOut: 7, rowGroupsUnknown: 0, says: 'rules out 7 of 9 row groups' },
    { rowGroupsLeftOut: 7, rowGroupsUnknown: 1, says: 'rules out 7 of 9 row groups; 1 row group without statistics' },
    { rowGroupsLeftOut: 0, rowGroupsUnknown: 0, says: 'could be true in every row group' },
    { rowGroupsLeftOut: 0, rowGroupsUnknown: 9, says: 'no row group has statistics of it' },
  ])('$rowGroupsLeftOut of 9 row groups, $rowGroupsUnknown unknown: $says', ({ says, ...predicate }) => {
    expect(explainRowGroups({ text: 'x = 1', ...predicate }, 9)).toBe(says);
  });

  it.each([
    { files: 3, filesSeen: 3, says: 'Row groups in the 3 files read: statistics rule out 7 of 9 (700 KB of 900 KB)' },
    { files: 5_000, filesSeen: 100, says: 'Row groups in 100 of the 5,000 files read: statistics rule out 7 of 9 (700 KB of 900 KB)' },
  ])('$filesSeen of $files files looked at: $says', ({ says, ...seen }) => {
    expect(summariseRowGroups({ ...seen, rowGroups: 9, rowGroupsLeftOut: 7, bytes: 900_000, bytesLeftOut: 700_000, predicates: [] })).toBe(says);
  });

  it.each([
    { rows: 10, estimatedRows: 12, says: undefined },
    { rows: 0, estimatedRows: 9, says: undefined },
    { rows: 0, estimatedRows: 4000, says: '4,000× fewer' },
    { rows: 500, estimatedRows: 2, says: '250× more' },
    { rows: 7, estimatedRows: undefined, says: undefined },
  ])('$rows rows where $estimatedRows were expected: $says', ({ rows, estimatedRows, says }) => {
    expect(describeDeviation(estimatedRows === undefined ? { rows } : { rows, estimatedRows })).toBe(says);
  });

  it('spilling is told only where it happened', () => {
    const profile = { seconds: 0.074, cpuSeconds: 0.12, peakMemoryBytes: 16_000_000, operators: [], scans: [], suggestions: [] };
    expect(summariseProfile({ ...profile, peakSpillBytes: 0 })).toBe('74 ms · 120 ms of CPU · 16.0 MB of memory at most');
    expect(summariseProfile({ ...profile, peakSpillBytes: 5_000_000 })).toContain('5.0 MB spilled to disk');
  });
});
