import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildColumnLayout, columnAt, columnLeft, leftToShowColumn, visibleColumns } from './columnLayout.ts';
import { safeFileName } from './exportResult.ts';
import { filterOps, filterValueProblem, nextFilter, nextSort, WHOLE_RESULT, withoutSort, type FilterOp } from './filterOps.ts';
import { parseRowNumber } from './GoToRowDialog.tsx';
import { commandOfKey } from './gridKeys.ts';
import { wantedBlocks } from './pageBlocks.ts';
import { describeRows } from './rowsNotice.ts';

describe('column layout', () => {
  const layout = buildColumnLayout(10_000, (column) => 100 + (column % 3) * 10);

  it('finds the column under any place', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: layout.widthPx - 0.01, noNaN: true }), (x) => {
        const column = columnAt(layout, x);
        expect(columnLeft(layout, column) <= x && x < columnLeft(layout, column + 1)).toBe(true);
      }),
    );
  });

  it('keeps only what shows, whole', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: layout.widthPx - 800, noNaN: true }), (left) => {
        const { from, to } = visibleColumns(layout, left, 800);
        expect(columnLeft(layout, from) <= left && columnLeft(layout, to) >= Math.min(layout.widthPx, left + 800)).toBe(true);
        expect(to - from).toBeLessThan(20);
      }),
    );
  });

  it.each([
    { name: 'to the left', left: 500, column: 1, expected: 100 },
    { name: 'to the right', left: 0, column: 9, expected: 1_090 - 300 },
    { name: 'not at all', left: 100, column: 1, expected: 100 },
  ])('moves $name to show a column', ({ left, column, expected }) => expect(leftToShowColumn(layout, left, 300, column)).toBe(expected));
});

describe('wanted blocks', () => {
  it('are cut in both directions', () => {
    const blocks = wantedBlocks({ from: 600, to: 630 }, { from: 100, to: 110 }, { rows: 1_000, columns: 10_000 });
    expect(blocks).toEqual([{ rowBlock: 2, columnBlock: 1 }]);
  });
  it('are none for an empty result', () => expect(wantedBlocks({ from: 0, to: 0 }, { from: 0, to: 4 }, { rows: 0, columns: 4 })).toEqual([]));
});

describe('filters and sorting', () => {
  it.each<[string, readonly FilterOp[]]>([
    ['bigint', ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'isNull', 'isNotNull']],
    ['string', ['contains', 'startsWith', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'isNull', 'isNotNull']],
    ['boolean', ['eq', 'isNull', 'isNotNull']],
    ['array<int>', ['isNull', 'isNotNull']],
    ['binary', ['isNull', 'isNotNull']],
  ])('%s can be compared by what fits it', (type, ops) => expect(filterOps(type)).toEqual(ops));

  it.each<[string, string, string | undefined]>([
    ['decimal(10,2)', '-1.50', undefined],
    ['double', 'NaN', undefined],
    ['int', 'abc', 'a number'],
    ['date', '2024-02-29', undefined],
    ['date', '29.2.2024', 'YYYY-MM-DD'],
    ['timestamp', '2024-02-29 12:00:00.123456Z', undefined],
    ['timestamp_ntz', 'noon', 'YYYY-MM-DD HH:MM:SS'],
    ['string', '', undefined],
  ])('%s takes %j', (type, value, problem) => expect(filterValueProblem(type, 'eq', value)).toBe(problem));

  it('sorts by one column, then by several, each in its place', () => {
    const one = nextSort(WHOLE_RESULT, { column: 2, descending: false }, false);
    const two = nextSort(one, { column: 5, descending: true }, true);
    const turned = nextSort(two, { column: 2, descending: true }, true);
    expect(turned.sort).toEqual([
      { column: 2, descending: true },
      { column: 5, descending: true },
    ]);
    expect(nextSort(turned, { column: 1, descending: false }, false).sort).toEqual([{ column: 1, descending: false }]);
    expect(withoutSort(turned, 2).sort).toEqual([{ column: 5, descending: true }]);
  });

  it('keeps one filter per column', () => {
    const first = nextFilter(WHOLE_RESULT, { column: 1, op: 'eq', value: 'a' });
    expect(nextFilter(first, { column: 1, op: 'isNull' }).filters).toEqual([{ column: 1, op: 'isNull' }]);
  });
});

describe('what a grid says about its rows', () => {
  const failure = { code: 'RESULT_NOT_FOUND', kind: 'missing', message: 'Gone.' } as const;
  it.each([
    { name: 'all of them', source: { rows: 1_234, state: 'complete' }, expected: [1_234, '1,234 rows', 'plain'] },
    { name: 'still arriving', source: { rows: 5, state: 'running' }, expected: [5, '5 rows so far', 'busy'] },
    { name: 'canceled', source: { rows: 1, state: 'canceled' }, expected: [1, '1 row until it was canceled, not the whole result', 'warning'] },
    { name: 'filtered', source: { rows: 1_234, state: 'complete' }, viewRows: 12, filtered: true, expected: [12, '12 of 1,234 rows', 'plain'] },
    { name: 'sorted', source: { rows: 1_234, state: 'complete' }, viewRows: 1_234, expected: [1_234, '1,234 rows', 'plain'] },
    { name: 'evicted with a stored head', source: { rows: 1_234, state: 'evicted' }, seedRows: 100, expected: [100, 'First 100 of 1,234 rows. The rest made room for newer results. Run again to see it.', 'warning'] },
    { name: 'evicted without one', source: { rows: 2, state: 'evicted' }, expected: [0, '0 of 2 rows. The rest made room for newer results. Run again to see it.', 'warning'] },
    { name: 'not reachable', source: { rows: 9, state: 'complete' }, seedRows: 3, failure, expected: [3, 'First 3 of 9 rows. [RESULT_NOT_FOUND] Gone.', 'warning'] },
    { name: 'not reachable, but all are here', source: { rows: 3, state: 'complete' }, seedRows: 3, failure, expected: [3, '3 rows', 'plain'] },
  ] as const)('$name', ({ source, expected, ...facts }) => {
    const notice = describeRows({ source, viewRows: undefined, filtered: false, seedRows: 0, failure: undefined, ...facts });
    expect([notice.rows, notice.text, notice.tone]).toEqual(expected);
  });
});

describe('keys', () => {
  const press = (key: string, modifiers = ''): unknown =>
    commandOfKey({ key, ctrlKey: modifiers.includes('C'), metaKey: false, shiftKey: modifiers.includes('S'), altKey: modifiers.includes('A') });
  it.each([
    ['ArrowDown', '', { kind: 'move', move: 'down', extend: false }],
    ['ArrowDown', 'CS', { kind: 'move', move: 'columnEnd', extend: true }],
    ['End', 'C', { kind: 'move', move: 'gridEnd', extend: false }],
    ['c', 'C', { kind: 'copy' }],
    ['C', 'CS', { kind: 'copyWithHeader' }],
    ['g', 'C', { kind: 'goToRow' }],
    ['ArrowDown', 'A', { kind: 'columnMenu' }],
    [' ', 'S', { kind: 'selectRow' }],
    [' ', 'C', { kind: 'selectColumn' }],
    ['F10', 'S', { kind: 'cellMenu' }],
    ['x', '', undefined],
    ['s', 'C', undefined],
  ])('%s %s', (key, modifiers, expected) => expect(press(key, modifiers)).toEqual(expected));
});

describe('small texts', () => {
  it.each([
    ['1', 0],
    ['10,000,000', 9_999_999],
    ['1 000', 999],
    ['0', undefined],
    ['10000001', undefined],
    ['x', undefined],
  ])('row number %j', (text, row) => expect(parseRowNumber(text, 10_000_000)).toBe(row));
  it.each([
    ['sales/orders@v3', 'sales-orders-v3'],
    ['..', 'result'],
    ['Größe 日本', 'Größe 日本'],
  ])('file name %j', (name, expected) => expect(safeFileName(name)).toBe(expected));
});
