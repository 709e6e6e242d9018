import { expect, it } from 'vitest';
import { nextRegion } from './regions.ts';

const PRESENT = ['activityBar', 'sidebar', 'editor', 'statusBar'];

it.each([
  { from: 'sidebar', step: 1, to: 'editor' },
  { from: 'statusBar', step: 1, to: 'activityBar' },
  { from: 'activityBar', step: -1, to: 'statusBar' },
  { from: undefined, step: 1, to: 'activityBar' },
  { from: undefined, step: -1, to: 'statusBar' },
  { from: 'panel', step: 1, to: 'activityBar' },
] as const)('F6 from $from by $step goes to $to', ({ from, step, to }) => {
  expect(nextRegion(PRESENT, from, step)).toBe(to);
});

it('goes nowhere in an empty window', () => expect(nextRegion([], undefined, 1)).toBeUndefined());
