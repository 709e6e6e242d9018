import { mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { parseNotebook } from '../notebook/ipynb.ts';
import { insertCell, readCells, SQL_CELL } from '../notebook/notebookDocument.ts';
import { RPC_PATH, RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '../rpc/hostContract.ts';
import type { CellState } from '../rpc/notebooks.ts';
import { codeOf, connect, createHostFixture, editDocument, endProcess, firstLine, nextSave, openNotebook, sourcesOf, stderrOf, typeText, type HostFixture } from './testing/hostFixture.ts';

let fixture: HostFixture;
beforeEach(async () => {
  fixture = await createHostFixture({ withKernel: false });
});
afterEach(() => fixture.dispose());

describe('the door', () => {
  it('serves the page without the token, under the strict policy', async () => {
    const { port } = await fixture.start();
    const page = await fetch(`http://127.0.0.1:${port}/nothing.html`);
    expect([page.status, page.headers.get('x-content-type-options'), page.headers.get('referrer-policy')]).toEqual([404, 'nosniff', 'no-referrer']);
  });

  it('the socket refuses whoever has no token, a foreign origin or a foreign name', async () => {
    const host = await fixture.start();
    const { port, token } = host;
    const refusals = [
      { name: 'no token', headers: {}, token: undefined, status: 401 },
      { name: 'a wrong token', headers: {}, token: 'wrong', status: 401 },
      { name: 'a foreign origin', headers: { Origin: 'http://evil.example' }, token, status: 403 },
      { name: 'the origin null of a sandboxed frame', headers: { Origin: 'null' }, token, status: 403 },
      { name: 'the origin of another port', headers: { Origin: 'http://127.0.0.1:1' }, token, status: 403 },
      { name: 'a foreign name that points here', headers: { Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` }, token, status: 421 },
      { name: 'nobody else', headers: { Origin: `http://127.0.0.1:${port}` }, token, status: 'open' },
    ];
    const seen = await Promise.all(refusals.map(async (refusal) => ({ ...refusal, status: await knock(port, refusal.token, refusal.headers) })));
    expect(seen).toEqual(refusals);
  });

  it('serves nothing from outside its folder', async () => {
    const { port } = await fixture.start();
    for (const target of ['/../package.json', '/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/package.json', '/..%5c..%5cpackage.json', '/%00', '/%', '//etc/passwd']) {
      const answer = await rawRequest(port, `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
      expect([target, answer.slice(0, 12)]).toEqual([target, 'HTTP/1.1 404']);
    }
  });

  it('the page answers to loopback names only', async () => {
    const { port } = await fixture.start();
    expect(await rawRequest(port, 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 421 /);
  });

  it('a second start finds the first and says where it is', async () => {
    const first = await fixture.start();
    const second = fixture.spawn();
    expect(JSON.parse(await firstLine(second))).toMatchObject({ url: first.url, running: true });
    expect(await new Promise((resolve) => second.on('exit', resolve))).toBe(0);
  });

  it('a lock of a host that was killed is stale; the next one keeps port and token', async () => {
    const first = await fixture.start();
    await endProcess(first.process, 'SIGKILL');
    expect((await fixture.start()).url).toBe(first.url);
  });

  it('a broken lock file is no obstacle', async () => {
    const first = await fixture.start();
    await endProcess(first.process, 'SIGKILL');
    await writeFile(path.join(await fixture.stateFolder(), 'lock.json'), '{"pid": 1, "po');
    expect((await fixture.start()).url).toBe(first.url);
  });

  it('SIGTERM ends it cleanly and takes the lock away', async () => {
    const { process: child } = await fixture.start();
    expect(await endProcess(child, 'SIGTERM')).toBe(0);
    expect(await readdir(await fixture.stateFolder())).not.toContain('lock.json');
  });

  it('ends by itself when nobody has used it for the time it was given', async () => {
    const child = fixture.spawn(['--idle-seconds', '1']);
    await firstLine(child);
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
  });

  it('a port that somebody else has is refused by name', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as net.AddressInfo;
    expect(await stderrOf(fixture.spawn(['--port', String(port)]))).toMatch(/^\[PORT_IN_USE\] Port \d+ is in use/);
    other.close();
  });

  it('a host that holds the lock but does not answer is named', async () => {
    const { process: child } = await fixture.start();
    child.kill('SIGSTOP');
    expect(await stderrOf(fixture.spawn())).toMatch(/^\[HOST_NOT_RESPONDING\]/);
    child.kill('SIGCONT');
  });

  it('a workspace that is no folder is refused by name', async () => {
    expect(await stderrOf(fixture.spawn(['--workspace', path.join(fixture.home, 'absent')]))).toMatch(/^\[WORKSPACE_NOT_FOUND\]/);
  });

  it('a folder that has no host yet gets one that cannot start named', async () => {
    const client = await connect(await fixture.start());
    expect(await codeOf(client.request('workbench.openFolder', { path: path.join(fixture.home, 'absent') }))).toBe('HOST_START_FAILED');
  });
});

describe('notebooks', () => {
  const NOTEBOOK = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "a",
   "metadata": {},
   "outputs": [],
   "source": ["%%sql\\n", "select 1"]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

  it('opens and closes without changing a byte', async () => {
    await fixture.put('n.ipynb', NOTEBOOK);
    const client = await connect(await fixture.start());
    const { notebookId, cells, doc } = await openNotebook(client, 'n.ipynb');
    expect([cells, sourcesOf(doc)]).toEqual([[{ cellId: 'a', run: { kind: 'idle' }, outputs: [] }], ['select 1']]);
    await client.request('notebooks.save', { notebookId });
    await client.request('notebooks.close', { notebookId });
    expect(await fixture.get('n.ipynb')).toBe(NOTEBOOK);
  });

  it('saves by itself, a second after typing ended', async () => {
    await fixture.put('n.ipynb', NOTEBOOK);
    const client = await connect(await fixture.start());
    const { notebookId, doc } = await openNotebook(client, 'n.ipynb');
    const saved = nextSave(client, 'saved');
    await typeText(client, notebookId, doc, 'a', '0');
    await saved;
    expect(parseNotebook(await fixture.get('n.ipynb')).cells[0]!.content.source).toBe('0select 1');
  });

  it('sends an update to the other windows, not back', async () => {
    await fixture.put('n.ipynb', NOTEBOOK);
    const host = await fixture.start();
    const [one, two] = [await connect(host), await connect(host)];
    const here = await openNotebook(one, 'n.ipynb');
    const there = await openNotebook(two, 'n.ipynb');
    let echoes = 0;
    one.on('notebooks.updated', () => echoes++);
    const arrived = new Promise<void>((resolve) => two.on('notebooks.updated', ({ update }) => {
      Y.applyUpdate(there.doc, Buffer.from(update, 'base64'));
      resolve();
    }));
    await typeText(one, here.notebookId, here.doc, 'a', 'x');
    await arrived;
    expect([sourcesOf(there.doc), echoes, here.notebookId]).toEqual([['xselect 1'], 0, there.notebookId]);
  });

  it('kill -9 of the host loses nothing that was acknowledged, and damages no file', async () => {
    await fixture.put('n.ipynb', NOTEBOOK);
    let host = await fixture.start();
    for (let round = 0; round < 5; round++) {
      const client = await connect(host);
      const { notebookId, doc } = await openNotebook(client, 'n.ipynb');
      expect(sourcesOf(doc)).toEqual([`${'x'.repeat(round * 20)}select 1`]);
      for (let key = 0; key < 20; key++) await typeText(client, notebookId, doc, 'a', 'x');
      await endProcess(host.process, 'SIGKILL');
      parseNotebook(await fixture.get('n.ipynb'));
      host = await fixture.start();
    }
    const client = await connect(host);
    const saved = nextSave(client, 'saved');
    await openNotebook(client, 'n.ipynb');
    await saved;
    expect(parseNotebook(await fixture.get('n.ipynb')).cells[0]!.content.source).toBe(`${'x'.repeat(100)}select 1`);
  });

  it('a change by another program is taken over where there are no edits', async () => {
    await fixture.put('n.ipynb', NOTEBOOK);
    const client = await connect(await fixture.start());
    const { doc } = await openNotebook(client, 'n.ipynb');
    const changed = new Promise<void>((resolve) => client.on('notebooks.updated', ({ update }) => {
      Y.applyUpdate(doc, Buffer.from(update, 'base64'));
      resolve();
    }));
    await fixture.put('n.ipynb', NOTEBOOK.replace('select 1', 'select 2'));
    await changed;
    expect(sourcesOf(doc)).toEqual(['select 2']);
  });

  it.each([
    { keep: 'ours' as const, file: 'xselect 1' },
    { keep: 'theirs' as const, file: 'select 2' },
  ])('a change by another program under edits is a conflict, and $keep wins when told so', async ({ keep, file }) => {
    await fixture.put('n.ipynb', NOTEBOOK);
    const client = await connect(await fixture.start());
    const { notebookId, doc } = await openNotebook(client, 'n.ipynb');
    const conflict = nextSave(client, 'conflict');
    await typeText(client, notebookId, doc, 'a', 'x');
    await fixture.put('n.ipynb', NOTEBOOK.replace('select 1', 'select 2'));
    await conflict;
    expect(await fixture.get('n.ipynb')).toContain('select 2');
    const saved = nextSave(client, 'saved');
    await client.request('notebooks.resolve', { notebookId, keep });
    await saved;
    expect(parseNotebook(await fixture.get('n.ipynb')).cells[0]!.content.source).toBe(file);
  });

  it('edits of a dead host over a file that somebody changed meanwhile are a conflict too', async () => {
    await fixture.put('n.ipynb', NOTEBOOK);
    const host = await fixture.start();
    const client = await connect(host);
    const { notebookId, doc } = await openNotebook(client, 'n.ipynb');
    await typeText(client, notebookId, doc, 'a', 'x');
    await endProcess(host.process, 'SIGKILL');
    await fixture.put('n.ipynb', NOTEBOOK.replace('select 1', 'select 2'));
    const again = await connect(await fixture.start());
    const opened = await openNotebook(again, 'n.ipynb');
    expect([opened.save.kind, sourcesOf(opened.doc), await fixture.get('n.ipynb')]).toEqual(['conflict', ['xselect 1'], expect.stringContaining('select 2')]);
  });

  it('a file that is no notebook is refused by name and stays as it is', async () => {
    const client = await connect(await fixture.start());
    const files = [
      { name: 'not JSON', text: 'nonsense', code: 'NOTEBOOK_NOT_JSON' },
      { name: 'with conflict markers', text: NOTEBOOK.replace('\n "metadata"', '\n<<<<<<< ours\n "metadata"'), code: 'NOTEBOOK_CONFLICT_MARKERS' },
      { name: 'of another version', text: '{"nbformat": 3, "cells": []}', code: 'NOTEBOOK_VERSION_UNSUPPORTED' },
      { name: 'without cells', text: '{"nbformat": 4}', code: 'NOTEBOOK_INVALID' },
    ];
    for (const { name, text, code } of files) {
      await fixture.put('n.ipynb', text);
      expect([name, await codeOf(client.request('notebooks.open', { path: 'n.ipynb' })), await fixture.get('n.ipynb')]).toEqual([name, code, text]);
    }
  });

  it('a notebook that is not there, or not open, is named', async () => {
    const client = await connect(await fixture.start());
    expect(await codeOf(client.request('notebooks.open', { path: 'absent.ipynb' }))).toBe('STORAGE_NOT_FOUND');
    expect(await codeOf(client.request('notebooks.save', { notebookId: 'x' }))).toBe('NOTEBOOK_NOT_OPEN');
  });

  it('creates, edits, renames and reopens a notebook', async () => {
    const client = await connect(await fixture.start());
    expect(await client.request('notebooks.create', { path: 'sub/new.ipynb' })).toEqual({ path: 'sub/new.ipynb' });
    expect(await codeOf(client.request('notebooks.create', { path: 'sub/new.ipynb' }))).toBe('FILE_ALREADY_EXISTS');
    const { notebookId, doc } = await openNotebook(client, 'sub/new.ipynb');
    expect(readCells(doc)).toMatchObject([{ ...SQL_CELL, source: '' }]);
    await editDocument(client, notebookId, doc, () => insertCell(doc, { at: 'end' }, { ...SQL_CELL, source: 'select 7' }, 'seven'));
    await client.request('files.rename', { from: 'sub', to: 'other' });
    expect(sourcesOf((await openNotebook(client, 'other/new.ipynb')).doc)).toEqual(['', 'select 7']);
    expect(parseNotebook(await fixture.get('other/new.ipynb')).cells).toMatchObject([{ fileSource: '%%sql\n' }, { id: 'seven', fileSource: '%%sql\nselect 7' }]);
  });

  it('reads a large notebook in its own thread and saves it byte for byte', async () => {
    const image = 'A'.repeat(3_000_000);
    const large = NOTEBOOK.replace('"outputs": []', `"outputs": [{"data": {"image/png": "${image}"}, "metadata": {}, "output_type": "display_data"}]`);
    await fixture.put('large.ipynb', large);
    const client = await connect(await fixture.start());
    const outputs = new Promise<CellState>((resolve) => client.on('notebooks.cell', ({ state }) => resolve(state)));
    const { notebookId, doc } = await openNotebook(client, 'large.ipynb');
    expect((await outputs).outputs).toEqual([{ kind: 'display', data: { 'image/png': image } }]);
    await typeText(client, notebookId, doc, 'a', '9');
    expect(await client.request('notebooks.save', { notebookId })).toEqual({ kind: 'saved' });
    expect(await fixture.get('large.ipynb')).toBe(large.replace('["%%sql\\n", "select 1"]', '[\n    "%%sql\\n",\n    "9select 1"\n   ]'));
  });

  it('a folder that takes no files leaves the edits in the journal', async () => {
    await fixture.put('n.ipynb', NOTEBOOK);
    const host = await fixture.start();
    const client = await connect(host);
    const { notebookId, doc } = await openNotebook(client, 'n.ipynb');
    await rm(path.join(fixture.workspace, 'n.ipynb'));
    await mkdir(path.join(fixture.workspace, 'n.ipynb')); // nothing can be renamed over a folder
    await typeText(client, notebookId, doc, 'a', 'x');
    expect((await client.request('notebooks.save', { notebookId })).kind).toMatch(/failed|conflict/);
    await endProcess(host.process, 'SIGKILL');
    await rm(path.join(fixture.workspace, 'n.ipynb'), { recursive: true });
    await fixture.put('n.ipynb', NOTEBOOK);
    expect(sourcesOf((await openNotebook(await connect(await fixture.start()), 'n.ipynb')).doc)).toEqual(['xselect 1']);
  });

  it('another language says which kernel it waits for and keeps its outputs', async () => {
    await fixture.put('n.ipynb', NOTEBOOK.replace('["%%sql\\n", "select 1"]', '"print(1)"').replace('"outputs": []', '"outputs": [{"name": "stdout", "output_type": "stream", "text": "1"}]'));
    const client = await connect(await fixture.start());
    const { notebookId } = await openNotebook(client, 'n.ipynb');
    const told = new Promise<CellState>((resolve) => client.on('notebooks.cell', ({ state }) => state.run.kind === 'idle' && resolve(state)));
    await client.request('notebooks.run', { notebookId, cellIds: ['a'] });
    expect((await told).outputs).toEqual([{ kind: 'stream', name: 'stdout', text: '1' }, { kind: 'notice', text: expect.stringContaining('waits for a Python kernel') }]);
  });
});

describe('files', () => {
  it('lists, reads, writes, renames, deletes and restores', async () => {
    await fixture.put('b.sql', 'select 1');
    await mkdir(path.join(fixture.workspace, 'a/_delta_log'), { recursive: true });
    const client = await connect(await fixture.start());
    const list = async (folder: string) => (await client.request('files.list', { path: folder })).entries.map(({ kind, path: each }) => `${kind} ${each}`);
    expect(await list('')).toEqual(['table a', 'file b.sql']);
    const { text, revision } = await client.request('files.readText', { path: 'b.sql' });
    const { revision: newer } = await client.request('files.writeText', { path: 'b.sql', text: `${text};`, revision });
    expect(await codeOf(client.request('files.writeText', { path: 'b.sql', text, revision }))).toBe('FILE_CHANGED_ON_DISK');
    expect(await codeOf(client.request('files.writeText', { path: 'b.sql', text }))).toBe('FILE_ALREADY_EXISTS');
    expect(newer).not.toBe(revision);
    await client.request('files.rename', { from: 'b.sql', to: 'd/c.sql' });
    expect(await codeOf(client.request('files.rename', { from: 'd/c.sql', to: 'a' }))).toBe('FILE_ALREADY_EXISTS');
    const { trashId } = await client.request('files.delete', { path: 'd' });
    expect(await list('')).toEqual(['table a']);
    expect(await client.request('files.restore', { trashId })).toEqual({ path: 'd' });
    expect(await fixture.get('d/c.sql')).toBe('select 1;');
    expect(await client.request('files.find', { query: 'csql', limit: 10 })).toEqual({ paths: ['d/c.sql'] });
    expect(await codeOf(client.request('files.restore', { trashId }))).toBe('TRASH_NOT_FOUND');
  });

  it('does not leave the workspace', async () => {
    await symlink(fixture.home, path.join(fixture.workspace, 'link'));
    const client = await connect(await fixture.start());
    for (const name of ['../outside', '/etc/passwd', 'link/x', 'a/../../outside']) {
      expect([name, await codeOf(client.request('files.readText', { path: name }))]).toEqual([name, 'PATH_OUTSIDE_WORKSPACE']);
      expect([name, await codeOf(client.request('files.writeText', { path: name, text: '' }))]).toEqual([name, 'PATH_OUTSIDE_WORKSPACE']);
    }
    expect(await codeOf(client.request('files.delete', { path: '' }))).toBe('PATH_OUTSIDE_WORKSPACE');
  });

  it('refuses what is no text, and what is too long for an editor', async () => {
    await writeFile(path.join(fixture.workspace, 'x.bin'), Buffer.from([0xff, 0xfe, 0x00]));
    await fixture.put('big.csv', '');
    await truncate(path.join(fixture.workspace, 'big.csv'), 60_000_000);
    const client = await connect(await fixture.start());
    expect(await codeOf(client.request('files.readText', { path: 'x.bin' }))).toBe('FILE_NOT_TEXT');
    expect(await codeOf(client.request('files.readText', { path: 'big.csv' }))).toBe('FILE_TOO_LARGE');
  });

  it('tells what others changed', async () => {
    const client = await connect(await fixture.start());
    const changed = new Promise<readonly string[]>((resolve) => client.on('files.changed', ({ paths }) => paths.includes('new.sql') && resolve(paths)));
    const writing = setInterval(() => void fixture.put('new.sql', String(Math.random())), 200); // the watcher starts behind the answer
    expect(await changed).toContain('new.sql');
    clearInterval(writing);
  });
});

describe('the workbench', () => {
  it('keeps what windows save, through a restart', async () => {
    const host = await fixture.start();
    const client = await connect(host);
    await client.request('workbench.saveState', { key: 'layout', value: '{"a":1}' });
    await endProcess(host.process, 'SIGKILL');
    const again = await connect(await fixture.start());
    expect(await again.request('workbench.loadState', { key: 'layout' })).toEqual({ value: '{"a":1}' });
    expect(await again.request('workbench.loadState', { key: '__proto__' })).toEqual({ value: null });
  });

  it('says hello, knows its folder, and opens another', async () => {
    const client = await connect(await fixture.start());
    expect(await client.request('workbench.hello', { rpcVersion: 1 })).toMatchObject({ workspace: { name: 'workspace', path: fixture.workspace, readOnly: false } });
    expect(await codeOf(client.request('workbench.hello', { rpcVersion: 99 }))).toBe('RPC_INVALID_MESSAGE');
    expect((await client.request('workbench.recentFolders', {})).folders.map(({ path: each }) => each)).toEqual([fixture.workspace]);
    expect(await client.request('workbench.browseFolders', { path: fixture.home })).toMatchObject({ path: fixture.home, folders: ['state', 'workspace'] });
    await mkdir(path.join(fixture.home, 'second'));
    const { url } = await client.request('workbench.openFolder', { path: path.join(fixture.home, 'second') });
    const status = JSON.parse(await readFile(path.join(await fixture.stateFolder('second'), 'lock.json'), 'utf8')) as { pid: number };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#t=/);
    process.kill(status.pid, 'SIGTERM');
  });

  it('keeps lock and token from others on this machine', async () => {
    await fixture.start();
    const folder = await fixture.stateFolder();
    const mode = async (name: string) => ((await stat(path.join(folder, name))).mode & 0o777).toString(8);
    expect(await Promise.all(['', 'lock.json', 'address.json'].map(mode))).toEqual(['700', '600', '600']);
  });
});

/** What the socket answers: the status of its refusal, or `open`. */
function knock(port: number, token: string | undefined, headers: Readonly<Record<string, string>>): Promise<number | string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${RPC_PATH}`, [RPC_SUBPROTOCOL, ...(token === undefined ? [] : [TOKEN_SUBPROTOCOL_PREFIX + token])], { headers });
  return new Promise<number | string>((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => resolve('open'));
    socket.on('error', () => undefined);
  }).finally(() => socket.terminate());
}

function rawRequest(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (part) => (answer += String(part)));
    socket.on('close', () => resolve(answer));
  });
}
