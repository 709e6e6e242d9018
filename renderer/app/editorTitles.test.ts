import { expect, it } from 'vitest';
import type { OpenEditor } from '../state/workbench.ts';
import { buildTitles, documentTitle } from './editorTitles.ts';

const open = (path: string): OpenEditor => ({ id: path, input: { kind: 'text', path }, dirty: false, place: '', revision: 0 });

it('titles that would read the same get their folder', () => {
  const titles = buildTitles([open('a/main.sql'), open('b/main.sql'), open('readme.md')], () => undefined);
  expect([...titles.values()]).toEqual(['main.sql · a', 'main.sql · b', 'readme.md']);
});

it.each([
  { editor: { title: 'trips.ipynb', dirty: false }, workspace: 'quickstart', title: 'trips.ipynb — quickstart — Lakebook' },
  { editor: { title: 'q.sql', dirty: true }, workspace: 'quickstart', title: '● q.sql — quickstart — Lakebook' },
  { editor: undefined, workspace: 'quickstart', title: 'quickstart — Lakebook' },
  { editor: undefined, workspace: undefined, title: 'Lakebook' },
])('the window is called $title', ({ editor, workspace, title }) => {
  expect(documentTitle(editor, workspace)).toBe(title);
});
