import { expect, it } from 'vitest';
import { nextActiveLine } from './nextActiveLine.ts';

it.each([
  { index: 0, count: 3, key: 'ArrowDown', next: 1 },
  { index: 2, count: 3, key: 'ArrowDown', next: 0 },
  { index: 0, count: 3, key: 'ArrowUp', next: 2 },
  { index: 1, count: 30, key: 'PageDown', next: 13 },
  { index: 25, count: 30, key: 'PageDown', next: 29 },
  { index: 5, count: 30, key: 'PageUp', next: 0 },
  { index: 0, count: 0, key: 'ArrowDown', next: undefined },
  { index: 0, count: 3, key: 'x', next: undefined },
])('$key on line $index of $count goes to $next', ({ index, count, key, next }) => {
  expect(nextActiveLine(index, count, key)).toBe(next);
});
