import { columnFromArray, tableFromColumns, tableToIPC, utf8 } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { decodePage } from './arrowPage.ts';
import { changeMarks, changeOfRow, isAbsent, isChanged } from './changeMarks.ts';
import { PageStore } from './pageStore.ts';

const COLUMNS = { change: ['update', 'update', 'insert', 'delete'], changed: ['v', 'v, w', null, null], 'v (before)': ['1', null, null, '4'], v: ['2', 'null', '3', null], id: ['a', 'b', 'c', 'd'] };
const page = decodePage(tableToIPC(tableFromColumns(Object.entries(COLUMNS).map(([name, values]) => [name, columnFromArray(values, utf8())])), { format: 'stream' }) ?? new Uint8Array());
const store = new PageStore(() => Promise.reject(new TypeError('everything is here')), page);
const marks = changeMarks({ counts: { inserted: 1, deleted: 1, updated: 2 }, columns: [{ name: 'v', before: 2, after: 3 }, { name: 'id', after: 4 }] });

describe('marks of changes', () => {
  it.each([
    { name: 'another value, on both sides', row: 0, change: 'update', changed: [undefined, undefined, 'before', 'after', undefined], absent: [] },
    { name: 'NULL is not the text', row: 1, change: 'update', changed: [undefined, undefined, 'before', 'after', undefined], absent: [] },
    { name: 'a row that came has no former values', row: 2, change: 'insert', changed: Array(5).fill(undefined), absent: [1, 2] },
    { name: 'a row that went has no new ones', row: 3, change: 'delete', changed: Array(5).fill(undefined), absent: [1, 3] },
    { name: 'a row that is not here is not marked', row: 9, change: undefined, changed: Array(5).fill(undefined), absent: [1] },
  ])('$name', ({ row, change, changed, absent }) => {
    const columns = [0, 1, 2, 3, 4];
    expect({ change: changeOfRow(store, marks, row), changed: columns.map((column) => isChanged(store, marks, row, column)), absent: columns.filter((column) => isAbsent(store, marks, row, column)) }).toEqual({ change, changed, absent });
  });
});
