import { describe, expect, it } from 'vitest';
import { nextSelection, reconcileSelection, selectAll, selectedIds, selectOne, selectTo, type CellSelection, type SelectionStep } from './selection.ts';

const ORDER = ['a', 'b', 'c', 'd'];
const from = (anchorId: string, activeId: string): CellSelection => ({ anchorId, activeId });

describe('selection', () => {
  it.each<{ name: string; selection: CellSelection | undefined; step: SelectionStep; extend: boolean; next: CellSelection | undefined }>([
    { name: 'steps down', selection: selectOne('a'), step: 'down', extend: false, next: selectOne('b') },
    { name: 'stops at the last cell', selection: selectOne('d'), step: 'down', extend: false, next: selectOne('d') },
    { name: 'stops at the first cell', selection: selectOne('a'), step: 'up', extend: false, next: selectOne('a') },
    { name: 'extends down', selection: selectOne('b'), step: 'down', extend: true, next: from('b', 'c') },
    { name: 'shrinks when it turns back', selection: from('b', 'c'), step: 'up', extend: true, next: selectOne('b') },
    { name: 'extends over the anchor', selection: selectOne('b'), step: 'up', extend: true, next: from('b', 'a') },
    { name: 'drops the range without shift', selection: from('a', 'c'), step: 'down', extend: false, next: selectOne('d') },
    { name: 'extends to the end', selection: selectOne('b'), step: 'last', extend: true, next: from('b', 'd') },
    { name: 'starts at the first cell', selection: undefined, step: 'down', extend: false, next: selectOne('a') },
  ])('$name', ({ selection, step, extend, next }) => {
    expect(nextSelection(ORDER, selection, step, extend)).toEqual(next);
  });

  it('has nothing to select in an empty notebook', () => {
    expect([nextSelection([], undefined, 'down', false), selectAll([]), selectedIds([], selectOne('a'))]).toEqual([undefined, undefined, []]);
  });

  it.each([
    { selection: from('c', 'b'), ids: ['b', 'c'] },
    { selection: selectTo(selectOne('a'), 'c'), ids: ['a', 'b', 'c'] },
    { selection: selectAll(ORDER), ids: ORDER },
    { selection: from('gone', 'b'), ids: ['b'] },
  ])('lists the range in document order: $ids', ({ selection, ids }) => {
    expect(selectedIds(ORDER, selection)).toEqual(ids);
  });

  it.each<{ name: string; after: string[]; selection: CellSelection | undefined; next: CellSelection | undefined }>([
    { name: 'hands over to the next cell', after: ['a', 'c', 'd'], selection: selectOne('b'), next: selectOne('c') },
    { name: 'hands over to the one before at the end', after: ['a', 'b', 'c'], selection: selectOne('d'), next: selectOne('c') },
    { name: 'keeps an active cell that moved', after: ['b', 'a', 'c', 'd'], selection: selectOne('b'), next: selectOne('b') },
    { name: 'drops a range whose anchor went', after: ['a', 'c', 'd'], selection: from('b', 'd'), next: selectOne('d') },
    { name: 'starts over in new cells', after: ['x'], selection: selectOne('b'), next: selectOne('x') },
    { name: 'selects the first cell of a notebook that opened', after: ORDER, selection: undefined, next: selectOne('a') },
    { name: 'ends with the last cell', after: [], selection: selectOne('b'), next: undefined },
  ])('$name', ({ after, selection, next }) => {
    expect(reconcileSelection(ORDER, after, selection)).toEqual(next);
  });
});
