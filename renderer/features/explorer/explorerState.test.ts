import { describe, expect, it } from 'vitest';
import type { FileEntry } from '../../../kernel/rpc/files.ts';
import { buildExplorerRows, checkName, DRAFT_ID, EMPTY_EXPLORER, freeName, nextFocusAfter, nextListed, nextMoved, nextRevealed, nextToggled, targetFolder, touchedFolders, type ExplorerState } from './explorerState.ts';

const entry = (path: string, kind: FileEntry['kind'] = 'file'): FileEntry => ({ name: path.slice(path.lastIndexOf('/') + 1), path, kind, sizeBytes: 0, modifiedAtMs: 0 });

const LISTED: ExplorerState = nextListed(
  nextListed(EMPTY_EXPLORER, '', [entry('b10.sql'), entry('b2.sql'), entry('data', 'folder'), entry('orders', 'table')]),
  'data',
  [entry('data/deep', 'folder'), entry('data/a.csv')],
);
const names = (state: ExplorerState) => buildExplorerRows(state).map((row) => `${'  '.repeat(row.level - 1)}${row.label}`);

describe('the tree', () => {
  it('shows folders before files, and numbers as people count', () => expect(names(LISTED)).toEqual(['data', 'orders', 'b2.sql', 'b10.sql']));
  it('shows what is inside an open folder', () => expect(names(nextToggled(LISTED, 'data', true))).toEqual(['data', '  deep', '  a.csv', 'orders', 'b2.sql', 'b10.sql']));
  it('says place and number among siblings', () => {
    const last = buildExplorerRows(LISTED)[3];
    expect([last?.position, last?.siblings]).toEqual([4, 4]);
  });
  it('has a line for the name of a new file, first in its folder', () => {
    const rows = buildExplorerRows({ ...nextToggled(LISTED, 'data', true), edit: { kind: 'create', what: 'file', folder: 'data' } });
    expect(rows[1]).toMatchObject({ id: DRAFT_ID, level: 2, editing: true, position: 1, siblings: 3 });
  });
  it('a table opens by a click and unfolds by its arrow', () => expect(buildExplorerRows(LISTED)[1]).toMatchObject({ openable: true, expanded: false }));
});

it.each([
  { name: 'the line below', path: 'b2.sql', focus: 'b10.sql' },
  { name: 'the line above at the end', path: 'b10.sql', focus: 'b2.sql' },
  { name: 'the line below all of an open folder', path: 'data', focus: 'orders' },
])('the focus goes to $name when $path goes', ({ path, focus }) => {
  expect(nextFocusAfter(nextToggled(LISTED, 'data', true), path)).toBe(focus);
});

it('revealing a file opens every folder above it', () => {
  expect([...nextRevealed(LISTED, 'data/deep/x/y.md').expanded]).toEqual(['data', 'data/deep', 'data/deep/x']);
});

it('a renamed folder stays open and focused under its new name', () => {
  const state = nextMoved({ ...nextToggled(LISTED, 'data', true), focusedPath: 'data/a.csv' }, 'data', 'input');
  expect([[...state.expanded], state.focusedPath, state.folders.has('data')]).toEqual([['input'], 'input/a.csv', false]);
});

it.each([
  { name: 'a file in a listed folder', paths: ['data/new.csv'], touched: ['data'] },
  { name: 'a listed folder itself, and the one around it', paths: ['data'], touched: ['data', ''] },
  { name: 'something in a folder nobody looked into', paths: ['data/deep/x'], touched: [] },
  { name: 'the root', paths: [''], touched: [''] },
])('a change of $name reloads $touched', ({ paths, touched }) => {
  expect(touchedFolders(LISTED, paths)).toEqual(touched);
});

it.each([
  { focusedPath: undefined, folder: '' },
  { focusedPath: 'data', folder: 'data' },
  { focusedPath: 'data/a.csv', folder: 'data' },
  { focusedPath: 'orders', folder: '' },
])('a new file beside $focusedPath goes into “$folder”', ({ focusedPath, folder }) => {
  expect(targetFolder({ ...LISTED, focusedPath })).toBe(folder);
});

it.each([
  { name: ' ', wrong: true },
  { name: 'a/b', wrong: true },
  { name: '..', wrong: true },
  { name: 'b2.sql', wrong: true },
  { name: 'b2.sql', own: 'b2.sql', wrong: false },
  { name: 'new.sql', wrong: false },
])('the name “$name” is wrong: $wrong', ({ name, own, wrong }) => {
  expect(checkName(LISTED, '', name, own) !== undefined).toBe(wrong);
});

it('a free name counts up', () => {
  const state = nextListed(EMPTY_EXPLORER, '', [entry('Untitled.ipynb'), entry('Untitled-2.ipynb')]);
  expect(freeName(state, '', 'Untitled', '.ipynb')).toBe('Untitled-3.ipynb');
});
