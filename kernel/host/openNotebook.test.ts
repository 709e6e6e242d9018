import { mkdtemp, open as openFile, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as Y from 'yjs';
import { cellSource, readCells } from '../notebook/notebookDocument.ts';
import type { SaveState } from '../rpc/notebooks.ts';
import { fileError, writeFileAtomically } from './atomicFile.ts';
import { openCellStates } from './cellStates.ts';
import { openDocumentJournal } from './documentJournal.ts';
import { createNotebookBases } from './notebookBases.ts';
import { OpenNotebook } from './openNotebook.ts';

const TEXT = JSON.stringify({ cells: [{ cell_type: 'code', id: 'a', metadata: {}, source: '%%sql\nselect 1', outputs: [], execution_count: null }], metadata: {}, nbformat: 4, nbformat_minor: 5 });
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lakebook-notebook-'));
  file = path.join(folder, 'n.ipynb');
  await writeFile(file, TEXT);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function open(writeTo: typeof writeFileAtomically = writeFileAtomically): Promise<OpenNotebook> {
  const state = path.join(folder, 'state');
  const { journal, replayed } = await openDocumentJournal(state);
  const states = await openCellStates(state, path.join(folder, 'none'));
  return OpenNotebook.open({ file, journal, replayed, states, bases: createNotebookBases(), writeFile: writeTo, log: () => undefined });
}

async function type(notebook: OpenNotebook, text: string): Promise<void> {
  const window = new Y.Doc();
  Y.applyUpdate(window, Y.encodeStateAsUpdate(notebook.doc));
  const before = Y.encodeStateVector(window);
  cellSource(window, 'a')!.insert(0, text);
  await notebook.applyUpdate(Y.encodeStateAsUpdate(window, before), window);
}

const source = (notebook: OpenNotebook) => readCells(notebook.doc)[0]!.source;

it.each<{ code: string; save: Partial<SaveState> | object }>([
  { code: 'ENOSPC', save: { kind: 'failed', error: { code: 'STORAGE_FULL' } } },
  { code: 'EROFS', save: { kind: 'readOnly' } },
  { code: 'EACCES', save: { kind: 'readOnly' } },
  { code: 'EIO', save: { kind: 'failed', error: { code: 'STORAGE_FAILED' } } },
])('a disk that answers $code leaves the file whole and the edit in the journal; the next save that works has it', async ({ code, save }) => {
  const failing = await open((target) => Promise.reject(fileError(target, Object.assign(new Error('no'), { code }))));
  await type(failing, 'x');
  expect(await failing.saveNow()).toMatchObject(save);
  expect(await readFile(file, 'utf8')).toBe(TEXT);
  await failing.close(); // cannot save either

  const again = await open();
  expect([source(again), again.save.kind]).toEqual(['xselect 1', 'dirty']);
  expect(await again.saveNow()).toEqual({ kind: 'saved' });
  expect(await readFile(file, 'utf8')).toBe(TEXT.replace('select 1', 'xselect 1'));
  await again.close();
});

it('a full disk is named by the system itself', async () => {
  const full = await openFile('/dev/full', 'w');
  const error: unknown = await full.writeFile('x').catch((thrown: unknown) => thrown);
  await full.close();
  expect(fileError('f', error)).toMatchObject({ code: 'STORAGE_FULL' });
});

it('a crash between writing the file and noting it is no conflict', async () => {
  let crashed = false;
  const notebook = await open(async (target, bytes) => {
    await writeFileAtomically(target, bytes);
    crashed = true;
    throw fileError(target, Object.assign(new Error('power'), { code: 'EIO' }));
  });
  await type(notebook, 'x');
  await notebook.saveNow();
  await notebook.close();
  const again = await open();
  expect([crashed, source(again), again.save]).toEqual([true, 'xselect 1', { kind: 'saved' }]);
  await again.close();
});

it('an update that waits for an earlier one arrives with it', async () => {
  const notebook = await open();
  const window = new Y.Doc();
  Y.applyUpdate(window, Y.encodeStateAsUpdate(notebook.doc));
  const updates: Uint8Array[] = [];
  window.on('update', (update: Uint8Array) => updates.push(update));
  cellSource(window, 'a')!.insert(0, '1');
  cellSource(window, 'a')!.insert(0, '2');
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(notebook.doc));
  notebook.updates.subscribe(({ update }) => Y.applyUpdate(other, update));
  for (const update of updates.reverse()) await notebook.applyUpdate(update, window);
  expect([source(notebook), readCells(other)[0]!.source]).toEqual(['21select 1', '21select 1']);
  await notebook.close();
});

it('a long typing session keeps its journal short', async () => {
  const notebook = await open();
  for (let round = 0; round < 20; round++) {
    await type(notebook, 'x'.repeat(20_000));
    await notebook.saveNow();
  }
  await notebook.close();
  expect((await readFile(path.join(folder, 'state/document.journal'))).byteLength).toBeLessThan(1_000_000);
});
