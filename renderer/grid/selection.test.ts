import { describe, expect, it } from 'vitest';
import { cellCount, clampSelection, extendTo, moveCell, selectAll, selectCell, selectColumn, selectedRectangle, selectRow, type Move } from './selection.ts';

const SIZE = { rows: 100, columns: 5 };

describe('selection', () => {
  it.each([
    { name: 'one cell', selection: selectCell({ row: 3, column: 2 }), area: [3, 4, 2, 3] },
    { name: 'a range drawn upwards', selection: extendTo(selectCell({ row: 3, column: 2 }), { row: 1, column: 4 }), area: [1, 4, 2, 5] },
    { name: 'whole rows', selection: extendTo(selectRow(3, 2), { row: 4, column: 0 }), area: [3, 5, 0, 5] },
    { name: 'whole columns', selection: extendTo(selectColumn(1, 9), { row: 0, column: 2 }), area: [0, 100, 1, 3] },
    { name: 'everything', selection: selectAll(selectCell({ row: 3, column: 2 }), SIZE), area: [0, 100, 0, 5] },
    { name: 'nothing beyond the end', selection: extendTo(selectCell({ row: 98, column: 4 }), { row: 200, column: 9 }), area: [98, 100, 4, 5] },
  ])('$name', ({ selection, area }) => {
    const [rowFrom, rowTo, columnFrom, columnTo] = area;
    expect(selectedRectangle(selection, SIZE)).toEqual({ rowFrom, rowTo, columnFrom, columnTo });
  });

  it('counts its cells', () => {
    expect(cellCount(selectedRectangle(selectColumn(1, 0), { rows: 10_000_000, columns: 5 }))).toBe(10_000_000);
    expect(cellCount(selectedRectangle(selectCell({ row: 0, column: 0 }), { rows: 0, columns: 0 }))).toBe(0);
  });

  it('stays inside a result that became smaller, and keeps its identity where it fits', () => {
    const selection = extendTo(selectCell({ row: 2, column: 1 }), { row: 90, column: 4 });
    expect(clampSelection(selection, { rows: 10, columns: 5 })).toEqual(extendTo(selectCell({ row: 2, column: 1 }), { row: 9, column: 4 }));
    expect(clampSelection(selection, SIZE)).toBe(selection);
  });

  it.each<[Move, number, number]>([
    ['up', 49, 2],
    ['down', 51, 2],
    ['left', 50, 1],
    ['right', 50, 3],
    ['pageUp', 30, 2],
    ['pageDown', 70, 2],
    ['rowStart', 50, 0],
    ['rowEnd', 50, 4],
    ['columnStart', 0, 2],
    ['columnEnd', 99, 2],
    ['gridStart', 0, 0],
    ['gridEnd', 99, 4],
  ])('moves %s', (move, row, column) => expect(moveCell({ row: 50, column: 2 }, move, SIZE, 20)).toEqual({ row, column }));

  it('does not move out of the grid', () => {
    expect(moveCell({ row: 0, column: 0 }, 'pageUp', SIZE, 20)).toEqual({ row: 0, column: 0 });
    expect(moveCell({ row: 99, column: 4 }, 'pageDown', SIZE, 20)).toEqual({ row: 99, column: 4 });
  });
});
