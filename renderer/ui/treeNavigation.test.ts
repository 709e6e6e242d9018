import { expect, it } from 'vitest';
import { findTyped, nextTreeMove, type TreeRow } from './treeNavigation.ts';

const row = (id: string, level: number, expanded?: boolean): TreeRow => ({ id, level, label: id, expanded, position: 1, siblings: 1 });
const ROWS = [row('data', 1, true), row('orders', 2), row('regions', 2), row('notes', 1, false), row('readme.md', 1)];

it.each([
  { name: 'goes down', from: 'data', key: 'ArrowDown', move: { kind: 'focus', id: 'orders' } },
  { name: 'stays at the end', from: 'readme.md', key: 'ArrowDown', move: { kind: 'none' } },
  { name: 'enters at the top without a focus', from: undefined, key: 'ArrowDown', move: { kind: 'focus', id: 'data' } },
  { name: 'right opens a closed folder', from: 'notes', key: 'ArrowRight', move: { kind: 'toggle', id: 'notes', expanded: true } },
  { name: 'right enters an open folder', from: 'data', key: 'ArrowRight', move: { kind: 'focus', id: 'orders' } },
  { name: 'right does nothing on a file', from: 'readme.md', key: 'ArrowRight', move: { kind: 'none' } },
  { name: 'left closes an open folder', from: 'data', key: 'ArrowLeft', move: { kind: 'toggle', id: 'data', expanded: false } },
  { name: 'left goes to the parent', from: 'regions', key: 'ArrowLeft', move: { kind: 'focus', id: 'data' } },
  { name: 'End goes to the last line', from: 'data', key: 'End', move: { kind: 'focus', id: 'readme.md' } },
  { name: 'PageUp stops at the first line', from: 'notes', key: 'PageUp', move: { kind: 'focus', id: 'data' } },
])('$name', ({ from, key, move }) => {
  expect(nextTreeMove(ROWS, from, key)).toEqual(move);
});

it.each([
  { typed: 'r', from: 'data', found: 'regions' },
  { typed: 'r', from: 'regions', found: 'readme.md' },
  { typed: 'rea', from: 'regions', found: 'readme.md' },
  { typed: 'o', from: 'readme.md', found: 'orders' },
  { typed: 'x', from: 'data', found: undefined },
])('typing $typed on $from finds $found', ({ typed, from, found }) => {
  expect(findTyped(ROWS, from, typed)).toBe(found);
});
