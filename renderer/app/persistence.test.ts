import { expect, it } from 'vitest';
import { INITIAL_WORKBENCH, type WorkbenchState } from '../state/workbench.ts';
import { formatWorkbench, parseWorkbench } from './persistence.ts';

const STATE: WorkbenchState = {
  editors: [
    { id: 'notebook:a.ipynb', input: { kind: 'notebook', path: 'a.ipynb' }, dirty: false, place: '', revision: 0 },
    { id: 'table:/data/t', input: { kind: 'table', path: '/data/t', options: { version: 3 } }, dirty: false, place: '', revision: 0 },
  ],
  activeEditorId: 'notebook:a.ipynb',
  dock: { layout: {} },
  visibleEditorIds: [],
  closed: [],
  layout: { ...INITIAL_WORKBENCH.layout, sidebarWidth: 300, panelVisible: true },
};

it('a workbench comes back as it was stored', () => {
  expect(parseWorkbench(formatWorkbench(STATE))).toEqual(STATE);
});

it.each([
  { name: 'nothing stored', text: null },
  { name: 'broken JSON', text: '{"editors":' },
  { name: 'a foreign value', text: '[1,2]' },
])('$name gives the default workbench', ({ text }) => {
  expect(parseWorkbench(text)).toEqual({ ...INITIAL_WORKBENCH, dock: undefined });
});

it('parts of the wrong form are left out, the rest stays', () => {
  const text = JSON.stringify({ editors: [{ id: 1 }, { id: 'text:b', input: { kind: 'text', path: 'b' } }], activeEditorId: 'gone', layout: { sidebarWidth: 'wide', panelHeight: 99 } });
  expect(parseWorkbench(text)).toEqual({
    editors: [{ id: 'text:b', input: { kind: 'text', path: 'b' }, dirty: false, place: '', revision: 0 }],
    activeEditorId: 'text:b',
    dock: undefined,
    visibleEditorIds: [],
  closed: [],
    layout: { ...INITIAL_WORKBENCH.layout, panelHeight: 99 },
  });
});
