import { describe, expect, it } from 'vitest';
import { describeDeviation, explainPredicate, summariseProfile } from './profileMessages.ts';

describe('a profile in words', () => {
  it.each([
    { judgedBy: 'statistics', filesLeftOut: 11, filesUnknown: 0, says: 'left out 11 files of 12 by least and greatest values' },
    { judgedBy: 'statistics', filesLeftOut: 0, filesUnknown: 2, says: 'could be true in every file, by its least and greatest values; 2 files without statistics' },
    { judgedBy: 'partitions', filesLeftOut: 1, filesUnknown: 0, says: 'left out 1 file by partition values' },
    { judgedBy: 'noStatistics', filesLeftOut: 0, filesUnknown: 12, says: 'left out none: no file has statistics of the column' },
    { judgedBy: 'notComparable', filesLeftOut: 0, filesUnknown: 0, says: 'left out none: statistics cannot judge such a comparison' },
  ] as const)('$judgedBy, $filesLeftOut: $says', ({ says, ...predicate }) => {
    expect(explainPredicate({ text: 'x = 1', ...predicate }, 12)).toBe(says);
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
