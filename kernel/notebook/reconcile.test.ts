import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { parseNotebook } from './ipynb.ts';
import { createNotebookDocument, fillDocument, readCells } from './notebookDocument.ts';
import { applyFile, matchCells } from './reconcile.ts';

const cell = (source: string, id?: string) => ({ cell_type: 'code', metadata: {}, outputs: [], execution_count: null, source, ...(id === undefined ? {} : { id }) });
const notebook = (cells: readonly object[]) => parseNotebook(JSON.stringify({ cells, metadata: { a: cells.length }, nbformat: 4, nbformat_minor: 'id' in (cells[0] ?? {}) ? 5 : 4 }));

it.each([
  { name: 'nothing changed', before: [cell('a', '1'), cell('b', '2')], after: [cell('a', '1'), cell('b', '2')], ids: ['1', '2'] },
  { name: 'a source changed', before: [cell('a', '1'), cell('b', '2')], after: [cell('a', '1'), cell('bb', '2')], ids: ['1', '2'] },
  { name: 'order changed', before: [cell('a', '1'), cell('b', '2'), cell('c', '3')], after: [cell('c', '3'), cell('a', '1'), cell('b', '2')], ids: ['3', '1', '2'] },
  { name: 'a cell came and one went', before: [cell('a', '1'), cell('b', '2')], after: [cell('x', '9'), cell('b', '2')], ids: ['9', '2'] },
  { name: 'without ids the same source is the same cell', before: [cell('a'), cell('b'), cell('c')], after: [cell('c'), cell('x'), cell('b')], ids: 'c,a,b'.split(',') },
])('the file changed outside: $name', ({ before, after, ids }) => {
  const first = notebook(before);
  const doc = createNotebookDocument();
  const given = first.cells.map(({ id, content }) => ({ ...content, id: before[0] !== undefined && 'id' in before[0] ? id : content.source }));
  fillDocument(doc, given, first.metadata);
  const second = notebook(after);
  const changed = matchCells(readCells(doc), second.cells);
  let updates = 0;
  doc.on('update', () => updates++);
  applyFile(doc, second, changed);
  expect(readCells(doc).map(({ source }) => source)).toEqual(after.map(({ source }) => source));
  expect(changed).toEqual(ids);
  expect(updates).toBe(JSON.stringify(before) === JSON.stringify(after) ? 0 : 1);
  const copy = createNotebookDocument();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  expect(readCells(copy)).toEqual(readCells(doc));
});
