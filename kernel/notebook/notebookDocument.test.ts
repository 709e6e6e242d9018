import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { positionBetween, initialPositions } from './cellPosition.ts';
import {
  cellSource, copyCells, createNotebookDocument, deleteCells, fillDocument, insertCell, MARKDOWN_CELL, mergeCells, moveCell, moveCells,
  pasteCells, readCell, readCellIds, readCells, setCellKind, setCellSource, splitCell, SQL_CELL, TYPING_ORIGIN, type NotebookDocument,
} from './notebookDocument.ts';
import { createUndo } from './notebookUndo.ts';

describe('cell positions', () => {
  it('leave room between any two, at any end', () => {
    let list = initialPositions(3);
    for (let round = 0; round < 500; round++) {
      const index = (round * 7919) % (list.length + 1);
      list = [...list.slice(0, index), positionBetween(list[index - 1], list[index]), ...list.slice(index)];
    }
    expect(list).toEqual([...list].sort());
    expect(new Set(list).size).toBe(list.length);
  });
  it('stay short under appending and under repeated insertion at one place', () => {
    const list = initialPositions(1);
    for (let round = 0; round < 5_000; round++) list.push(positionBetween(list.at(-1), undefined));
    expect(list.at(-1)).toHaveLength(5);
    let upper = list[1];
    for (let round = 0; round < 100; round++) upper = positionBetween(list[0], upper);
    expect(upper!.length).toBeLessThan(30);
  });
});

describe('notebook document', () => {
  it.each<{ name: string; edit: (doc: NotebookDocument) => void; order: string[] }>([
    { name: 'inserts behind a cell', edit: (doc) => void insertCell(doc, { after: 'a' }, SQL_CELL, 'x'), order: ['a', 'x', 'b', 'c'] },
    { name: 'inserts at the start', edit: (doc) => void insertCell(doc, { at: 'start' }, SQL_CELL, 'x'), order: ['x', 'a', 'b', 'c'] },
    { name: 'inserts at the end', edit: (doc) => void insertCell(doc, { at: 'end' }, SQL_CELL, 'x'), order: ['a', 'b', 'c', 'x'] },
    { name: 'deletes', edit: (doc) => deleteCells(doc, ['a', 'c']), order: ['b'] },
    { name: 'moves up', edit: (doc) => moveCell(doc, 'c', 'up'), order: ['a', 'c', 'b'] },
    { name: 'moves up to the start', edit: (doc) => moveCell(doc, 'b', 'up'), order: ['b', 'a', 'c'] },
    { name: 'moves down', edit: (doc) => moveCell(doc, 'a', 'down'), order: ['b', 'a', 'c'] },
    { name: 'keeps the first on top', edit: (doc) => moveCell(doc, 'a', 'up'), order: ['a', 'b', 'c'] },
    { name: 'keeps the last at the bottom', edit: (doc) => moveCell(doc, 'c', 'down'), order: ['a', 'b', 'c'] },
    { name: 'moves several in their order', edit: (doc) => moveCells(doc, ['b', 'a'], { after: 'c' }), order: ['c', 'a', 'b'] },
  ])('$name', ({ edit, order }) => {
    const doc = sample();
    edit(doc);
    expect(readCellIds(doc)).toEqual(order);
  });

  it('copies and pastes cells with new ids', () => {
    const doc = sample();
    const [first, second] = pasteCells(doc, { after: 'b' }, copyCells(doc, ['c', 'a']));
    expect(readCellIds(doc)).toEqual(['a', 'b', first, second, 'c']);
    expect(readCells(doc).map(({ source }) => source)).toEqual(['select 1', '# B', 'select 1', 'select 3', 'select 3']);
  });

  it('splits and merges', () => {
    const doc = sample();
    const half = splitCell(doc, 'a', 6)!;
    expect([readCell(doc, 'a')?.source, readCell(doc, half)?.source]).toEqual(['select', ' 1']);
    mergeCells(doc, ['a', half]);
    expect(readCells(doc).map(({ source }) => source)).toEqual(['select\n 1', '# B', 'select 3']);
  });

  it('changes what a cell is without touching its source', () => {
    const doc = sample();
    setCellKind(doc, 'a', { type: 'code', language: 'sql', dialect: 'duckdb' });
    setCellKind(doc, 'b', { type: 'code', language: 'python' });
    expect([readCell(doc, 'a'), readCell(doc, 'b')]).toMatchObject([{ language: 'sql', dialect: 'duckdb', source: 'select 1' }, { type: 'code', language: 'python', source: '# B' }]);
  });

  it('keeps typing that happens while the cell is moved elsewhere', () => {
    const here = sample();
    const there = createNotebookDocument();
    Y.applyUpdate(there, Y.encodeStateAsUpdate(here));
    moveCell(here, 'a', 'down');
    cellSource(there, 'a')!.insert(8, '00');
    Y.applyUpdate(here, Y.encodeStateAsUpdate(there));
    Y.applyUpdate(there, Y.encodeStateAsUpdate(here));
    expect(readCells(here)).toEqual(readCells(there));
    expect(readCells(here).map(({ id, source }) => [id, source])).toEqual([['b', '# B'], ['a', 'select 100'], ['c', 'select 3']]);
  });

  it('inserts between cells that two windows put at the same position', () => {
    const here = sample();
    const there = createNotebookDocument();
    Y.applyUpdate(there, Y.encodeStateAsUpdate(here));
    insertCell(here, { after: 'a' }, SQL_CELL, 'x');
    insertCell(there, { after: 'a' }, SQL_CELL, 'y');
    Y.applyUpdate(here, Y.encodeStateAsUpdate(there));
    insertCell(here, { after: 'x' }, SQL_CELL, 'z');
    expect(readCellIds(here)).toEqual(['a', 'x', 'z', 'y', 'b', 'c']);
  });

  it('replaces a source without cutting a surrogate pair', () => {
    const doc = sample();
    setCellSource(doc, 'a', 'x😀y');
    setCellSource(doc, 'a', 'x😁y');
    expect(readCell(doc, 'a')?.source).toBe('x😁y');
  });
});

describe('undo', () => {
  it('is one stack over text and structure, and leaves what others did', () => {
    const doc = sample();
    const undo = createUndo(doc);
    type(doc, 'a', 8, '0');
    type(doc, 'a', 9, '0');
    moveCell(doc, 'a', 'down');
    doc.transact(() => cellSource(doc, 'c')!.insert(0, '-- remote\n'), 'remote');
    deleteCells(doc, ['a']);
    const states = () => readCells(doc).map(({ id, source }) => `${id}:${source}`);
    expect(states()).toEqual(['b:# B', 'c:-- remote\nselect 3']);
    undo.undo();
    expect(states()).toEqual(['b:# B', 'a:select 100', 'c:-- remote\nselect 3']);
    undo.undo();
    expect(states()).toEqual(['a:select 100', 'b:# B', 'c:-- remote\nselect 3']);
    undo.undo();
    expect(states()).toEqual(['a:select 1', 'b:# B', 'c:-- remote\nselect 3']);
    expect(undo.canUndo).toBe(false);
    while (undo.canRedo) undo.redo();
    expect(states()).toEqual(['b:# B', 'c:-- remote\nselect 3']);
  });

  it('goes back 1,000 steps', () => {
    const doc = sample();
    const undo = createUndo(doc);
    for (let step = 0; step < 1_000; step++) {
      undo.cut();
      type(doc, 'a', 8 + step, 'x');
    }
    let steps = 0;
    while (undo.undo()) steps++;
    expect([steps, readCell(doc, 'a')?.source]).toEqual([1_000, 'select 1']);
  });
});

function sample(): NotebookDocument {
  const doc = createNotebookDocument();
  fillDocument(doc, [{ ...SQL_CELL, id: 'a', source: 'select 1' }, { ...MARKDOWN_CELL, id: 'b', source: '# B' }, { ...SQL_CELL, id: 'c', source: 'select 3' }], {});
  return doc;
}

function type(doc: NotebookDocument, cellId: string, offset: number, text: string): void {
  doc.transact(() => cellSource(doc, cellId)!.insert(offset, text), TYPING_ORIGIN);
}
