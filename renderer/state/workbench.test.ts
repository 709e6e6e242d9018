import { describe, expect, it } from 'vitest';
import { createWorkbenchStore, INITIAL_WORKBENCH, nextDocked, nextOpened, nextRenamed, nextViewShown, nextWithout, type OpenEditor } from './workbench.ts';

const open = (path: string, kind = 'text'): OpenEditor => ({ id: `${kind}:${path}`, input: { kind, path }, dirty: false, place: '', revision: 0 });
const state = (paths: readonly string[], active?: string) => ({ editors: paths.map((path) => open(path)), activeEditorId: active === undefined ? undefined : `text:${active}` });

describe('opening', () => {
  it('adds a tab and goes to it', () => expect(nextOpened(state(['a'], 'a'), { kind: 'text', path: 'b' })).toEqual(state(['a', 'b'], 'b')));
  it('comes back to an open tab with new options', () => {
    const first = nextOpened({ editors: [], activeEditorId: undefined }, { kind: 'table', path: '/t', options: { version: 1, tab: 'files' } });
    expect(nextOpened(first, { kind: 'table', path: '/t', options: { version: 2 } }).editors).toEqual([
      { id: 'table:/t', input: { kind: 'table', path: '/t', options: { version: 2, tab: 'files' } }, dirty: false, place: '', revision: 1 },
    ]);
  });
  it('gives a file that took the old name of another its own tab', () => {
    const renamed = nextRenamed(state(['a'], 'a'), 'a', 'b');
    expect(nextOpened(renamed, { kind: 'text', path: 'a' }).editors.map(({ id, input }) => [id, input.path])).toEqual([['text:a', 'b'], ['text:a#2', 'a']]);
  });
});

describe('closing', () => {
  it.each([
    { name: 'the active tab goes to the one that takes its place', active: 'b', closed: ['b'], next: 'text:c' },
    { name: 'the last tab goes to the one before', active: 'c', closed: ['c'], next: 'text:b' },
    { name: 'another tab changes nothing', active: 'a', closed: ['c'], next: 'text:a' },
    { name: 'all leaves none active', active: 'a', closed: ['a', 'b', 'c'], next: undefined },
  ])('$name', ({ active, closed, next }) => {
    expect(nextWithout(state(['a', 'b', 'c'], active), (editor) => closed.includes(editor.input.path)).activeEditorId).toBe(next);
  });
});

it('closed tabs come back, the last one first', () => {
  const store = createWorkbenchStore({ ...INITIAL_WORKBENCH, ...state(['a', 'b'], 'a') });
  for (const path of ['a', 'b']) store.getState().closeEditor(`text:${path}`);
  store.getState().reopenClosed();
  store.getState().reopenClosed();
  store.getState().reopenClosed();
  expect([store.getState().editors.map(({ id }) => id), store.getState().activeEditorId]).toEqual([['text:b', 'text:a'], 'text:a']);
});

describe('a path that changes', () => {
  it('takes its tabs along, and those below it', () => {
    const renamed = nextRenamed(state(['data/a', 'data/deep/b', 'database'], 'data/a'), 'data', 'input');
    expect(renamed.editors.map((editor) => editor.input.path)).toEqual(['input/a', 'input/deep/b', 'database']);
  });
  it('leaves tables alone, which are named absolutely', () => {
    const editors = [open('/w/data/t', 'table')];
    expect(nextRenamed({ editors }, 'data', 'input').editors).toEqual(editors);
  });
  it('closes its tabs when it goes', () => {
    const store = createWorkbenchStore({ ...INITIAL_WORKBENCH, ...state(['data/a', 'b'], 'data/a') });
    store.getState().closePath('data');
    expect([store.getState().editors.map(({ id }) => id), store.getState().activeEditorId]).toEqual([['text:b'], 'text:b']);
  });
});

it('what the dock closed is closed, what it selected is active', () => {
  const dock = { layout: {} };
  expect(nextDocked(state(['a', 'b'], 'a'), { dock, editorIds: ['text:b'], visibleEditorIds: ['text:b'], activeEditorId: 'text:b' })).toEqual({ ...state(['b'], 'b'), dock, visibleEditorIds: ['text:b'] });
});

it('showing a view opens its place', () => {
  const hidden = { ...INITIAL_WORKBENCH.layout, sidebarVisible: false };
  expect([nextViewShown(hidden, 'sidebar', 'tables'), nextViewShown(hidden, 'panel', 'history')]).toMatchObject([
    { sidebarVisible: true, activeSidebarView: 'tables', panelVisible: false },
    { sidebarVisible: false, panelVisible: true, activePanelView: 'history' },
  ]);
});
