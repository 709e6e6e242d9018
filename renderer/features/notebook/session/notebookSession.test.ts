import { afterEach, describe, expect, it } from 'vitest';
import { cellSource, deleteCells, insertCell, MARKDOWN_CELL, readCells, SQL_CELL } from '../../../../kernel/notebook/notebookDocument.ts';
import { selectOne } from '../model/selection.ts';
import { createFakeHost, type FakeHost, type FakeWindow } from './fakeHost.ts';
import { NotebookController, type NotebookSurface } from './notebookController.ts';
import { NotebookSession } from './notebookSession.ts';
import { runOf } from './notebookState.ts';

const opened: NotebookSession[] = [];
afterEach(() => opened.splice(0).forEach((session) => session.dispose()));

describe('notebook session', () => {
  it('shows the host’s cells and selects the first', async () => {
    const { session } = await open();
    expect({ phase: session.state.phase.kind, order: session.order, selection: session.state.selection }).toEqual({ phase: 'ready', order: ['a', 'b', 'c'], selection: selectOne('a') });
  });

  it('carries typing to the host and to other windows', async () => {
    const host = sampleHost();
    const [one, two] = [await open(host), await open(host)];
    type(one.session, 'a', ' + 1');
    await settled();
    expect([sources(host), two.session.source('a'), one.session.state.unsent]).toEqual([['select 1 + 1', '# B', 'select 3'], 'select 1 + 1', false]);
  });

  it('keeps what is typed while the host is away, and merges it with what others did meanwhile', async () => {
    const host = sampleHost();
    const [one, two] = [await open(host), await open(host)];
    one.window.unplug();
    type(one.session, 'a', ' offline');
    await settled();
    type(two.session, 'a', ' online');
    insertCell(two.session.document, { at: 'end' }, SQL_CELL, 'd');
    await settled();
    expect([one.session.state.unsent, one.session.stranded, one.session.order]).toEqual([true, true, ['a', 'b', 'c']]);
    one.window.plugIn();
    await settled();
    expect(one.session.order).toEqual(['a', 'b', 'c', 'd']);
    expect(one.session.source('a')).toMatch(/^select 1( offline online| online offline)$/);
    expect([two.session.source('a'), sources(host)[0], one.session.state.unsent]).toEqual([one.session.source('a'), one.session.source('a'), false]);
  });

  it('marks cells as queued before the host answers, and asks for code cells only', async () => {
    const { session, host } = await open();
    const running = session.run(['a', 'b']);
    expect(runOf(session.state, 'a')).toEqual({ kind: 'queued', position: 0 });
    await running;
    expect(runOf(session.state, 'a')).toEqual({ kind: 'idle' });
    expect(host.asked.at(-1)).toEqual({ method: 'notebooks.run', params: { notebookId: 'n', cellIds: ['a'] } });
  });

  it('announces the end of a run', async () => {
    const { session, host } = await open();
    host.report({ cellId: 'c', run: { kind: 'finished', status: 'ok', finishedAtMs: 0, durationMs: 20, executionCount: 1 }, outputs: [] });
    expect(session.state.announcement).toBe('Cell 3 finished in 20 ms');
  });

  it('keeps the identity of cells that did not change', async () => {
    const { session } = await open();
    const [first] = session.state.cells;
    deleteCells(session.document, ['b']);
    type(session, 'a', 'x');
    expect(session.state.cells[0]).toBe(first);
  });
});

describe('notebook controller', () => {
  it.each<{ name: string; act: (notebook: NotebookController) => void; cells: string[]; active: string }>([
    { name: 'inserts above', act: (n) => n.insert('above'), cells: ['', 'select 1', '# B', 'select 3'], active: '' },
    { name: 'inserts below', act: (n) => n.insert('below'), cells: ['select 1', '', '# B', 'select 3'], active: '' },
    { name: 'deletes and goes on with the next', act: (n) => n.delete(), cells: ['# B', 'select 3'], active: '# B' },
    { name: 'keeps one cell', act: (n) => { n.selectAll(); n.delete(); }, cells: [''], active: '' },
    { name: 'deletes a range', act: (n) => { n.step('down', true); n.delete(); }, cells: ['select 3'], active: 'select 3' },
    { name: 'moves down', act: (n) => n.move('down'), cells: ['# B', 'select 1', 'select 3'], active: 'select 1' },
    { name: 'moves a range to the end', act: (n) => n.moveTo(['a', 'b'], 3), cells: ['select 3', 'select 1', '# B'], active: 'select 1' },
    { name: 'merges with the cell below', act: (n) => n.merge(), cells: ['select 1\n# B', 'select 3'], active: 'select 1\n# B' },
    { name: 'copies and pastes below', act: (n) => { n.copy(); n.step('last'); n.paste('below'); }, cells: ['select 1', '# B', 'select 3', 'select 1'], active: 'select 1' },
    { name: 'cuts and pastes above', act: (n) => { n.step('last'); n.cut(); n.step('first'); n.paste('above'); }, cells: ['select 3', 'select 1', '# B'], active: 'select 3' },
    { name: 'makes headings', act: (n) => { n.setHeading(2); n.setHeading(3); }, cells: ['### select 1', '# B', 'select 3'], active: '### select 1' },
    { name: 'undoes all of it, step by step', act: (n) => { n.insert('below'); n.delete(); n.move('down'); n.undo(); n.undo(); n.undo(); }, cells: ['select 1', '# B', 'select 3'], active: 'select 1' },
    { name: 'comes back to a deleted cell', act: (n) => { n.delete(); n.step('last'); n.undo(); }, cells: ['select 1', '# B', 'select 3'], active: 'select 1' },
  ])('$name', async ({ act, cells, active }) => {
    const { session } = await open();
    act(new NotebookController(session, SURFACE));
    expect({ cells: readCells(session.document).map(({ source }) => source), active: session.source(session.state.selection?.activeId ?? '') }).toEqual({ cells, active });
  });

  it('gives a new cell the language around it', async () => {
    const { session } = await open();
    const notebook = new NotebookController(session, SURFACE);
    notebook.setKind({ type: 'code', language: 'sql', dialect: 'duckdb' });
    notebook.insert('below');
    expect(notebook.activeCell).toMatchObject({ type: 'code', language: 'sql', dialect: 'duckdb' });
  });

  it('collapses outputs and shows them again in one undoable step', async () => {
    const { session } = await open();
    const notebook = new NotebookController(session, SURFACE);
    notebook.toggleOutputs(['a', 'c']);
    expect(session.state.cells.map(({ metadata }) => metadata)).toEqual([{ jupyter: { outputs_hidden: true } }, {}, { jupyter: { outputs_hidden: true } }]);
    notebook.undo();
    expect(session.state.cells.map(({ metadata }) => metadata)).toEqual([{}, {}, {}]);
  });
});

const SURFACE: NotebookSurface = { editor: undefined, placeCaret: () => undefined, focusCell: () => undefined, showKeys: () => undefined, restartKernel: () => Promise.resolve() };

function sampleHost(): FakeHost {
  return createFakeHost([{ ...SQL_CELL, id: 'a', source: 'select 1' }, { ...MARKDOWN_CELL, id: 'b', source: '# B' }, { ...SQL_CELL, id: 'c', source: 'select 3' }]);
}

async function open(host = sampleHost()): Promise<{ readonly session: NotebookSession; readonly window: FakeWindow; readonly host: FakeHost }> {
  const window = host.connect();
  const session = new NotebookSession(window.host, 'a.ipynb');
  opened.push(session);
  await settled();
  return { session, window, host };
}

function sources(host: FakeHost): string[] {
  return readCells(host.document).map(({ source }) => source);
}

function type(session: NotebookSession, cellId: string, text: string): void {
  session.transactTyping(() => {
    const source = cellSource(session.document, cellId);
    source?.insert(source.length, text);
  });
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
