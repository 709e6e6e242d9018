import { expect, it } from 'vitest';
import { describeColumnChanges, describeCommits, describeMatching } from './differenceMessages.ts';

it.each([
  { name: 'row ids', difference: { source: 'files', matching: { kind: 'rowIds' } }, text: 'rows matched by their row ids' },
  { name: 'a key', difference: { source: 'files', matching: { kind: 'columns', names: ['a', 'b'] } }, text: 'rows matched by a, b' },
  { name: 'the feed', difference: { source: 'feed', matching: { kind: 'columns', names: ['a'] } }, text: 'from the change data feed, rows matched by a' },
  { name: 'nothing', difference: { source: 'files', matching: { kind: 'none' } }, text: 'nothing tells which row became which' },
] as const)('$name tells which row became which', ({ difference, text }) => {
  const matching = difference.matching.kind === 'columns' ? { kind: 'columns' as const, names: [...difference.matching.names] } : difference.matching;
  expect(describeMatching({ ...difference, matching, counts: { inserted: 1, deleted: 1, updated: 0 } })).toBe(text);
});

it('names the commits in between, and how many more there are', () => {
  const commits = Array.from({ length: 10 }, (_, index) => ({ version: index + 3, operation: 'WRITE', userName: 'ada', timestampMs: 0 }));
  const told = describeCommits(commits, 10);
  expect([told.length, told[0]?.startsWith('v3: WRITE by ada, '), told.at(-1)]).toEqual([9, true, 'and 2 more']);
});

it.each([
  { changes: { added: [], dropped: [], renamed: [] }, text: '' },
  { changes: { added: ['w'], dropped: ['a', 'b'], renamed: [{ from: 'c', to: 'd' }] }, text: 'Column w added. Columns a, b dropped. Column c renamed to d.' },
])('columns that came and went: $text', ({ changes, text }) => {
  expect(describeColumnChanges(changes)).toBe(text);
});
