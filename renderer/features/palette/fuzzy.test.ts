import { describe, expect, it } from 'vitest';
import { fuzzyFilter, fuzzyMatch } from './fuzzy.ts';

describe('a query matches', () => {
  it.each([
    { query: 'toggle', text: 'View: Toggle Panel', ranges: [[6, 12]] },
    { query: 'vtp', text: 'View: Toggle Panel', ranges: [[0, 1], [6, 7], [13, 14]] },
    { query: 'tog pan', text: 'View: Toggle Panel', ranges: [[6, 9], [13, 16]] },
    { query: '', text: 'anything', ranges: [] },
  ])('“$query” in “$text”', ({ query, text, ranges }) => {
    expect(fuzzyMatch(query, text)?.ranges).toEqual(ranges);
  });
  it('not where a character is missing', () => expect(fuzzyMatch('xyz', 'View: Toggle Panel')).toBeUndefined());
});

it.each([
  { name: 'whole runs come before scattered letters', query: 'run', items: ['Rename Unused Node', 'Run All'], best: 'Run All' },
  { name: 'begins of words come before insides', query: 'key', items: ['Monkey Bars', 'Show Keys'], best: 'Show Keys' },
  { name: 'short texts come before long ones', query: 'log', items: ['Show the very long description of all log files', 'Show Log'], best: 'Show Log' },
  { name: 'file names come before folders far left', query: 'trips', items: ['trips-old-archive/a/b/readme.md', 'data/trips.ipynb'], best: 'trips-old-archive/a/b/readme.md' },
])('$name', ({ query, items, best }) => {
  expect(fuzzyFilter(query, items, (item) => item)[0]?.item).toBe(best);
});
