import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { parseNotebook } from '../notebook/ipynb.ts';
import { cellSource, createNotebookDocument, insertCell, readCells, SQL_CELL, TYPING_ORIGIN, type NotebookDocument } from '../notebook/notebookDocument.ts';
import { hostContract, RPC_PATH, RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX, type HostContract } from '../rpc/hostContract.ts';
import type { CellState, SaveState } from '../rpc/notebooks.ts';
import { createClient, RemoteError, type Client } from '../rpc/peer.ts';
import { createWebSocketTransport } from '../rpc/webSocketTransport.ts';

/** The real host in a process of its own, over a real socket. */
interface RunningHost {
  readonly process: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly token: string;
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let home: string;
let workspace: string;
const started: ChildProcess[] = [];
const clients: Client<HostContract>[] = [];

beforeEach(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'lakebook-host-')));
  workspace = path.join(home, 'workspace');
  await mkdir(workspace);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(started.splice(0).map((child) => end(child, 'SIGKILL')));
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

describe('the door', () => {
  it('serves the page without the token, under the strict policy', async () => {
    const { port } = await startHost();
    const page = await fetch(`http://127.0.0.1:${port}/nothing.html`);
    expect([page.status, page.headers.get('x-content-type-options'), page.headers.get('referrer-policy')]).toEqual([404, 'nosniff', 'no-referrer']);
  });

  it.each<{ name: string; headers: (host: RunningHost) => Record<string, string>; token?: string; status: number }>([
    { name: 'no token', headers: () => ({}), token: '', status: 401 },
    { name: 'a wrong token', headers: () => ({}), token: 'wrong', status: 401 },
    { name: 'a foreign origin', headers: () => ({ Origin: 'http://evil.example' }), status: 403 },
    { name: 'the origin null of a sandboxed frame', headers: () => ({ Origin: 'null' }), status: 403 },
    { name: 'the origin of another port', headers: () => ({ Origin: 'http://127.0.0.1:1' }), status: 403 },
    { name: 'a foreign name that points here', headers: ({ port }) => ({ Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` }), status: 421 },
  ])('the socket refuses $name', async ({ headers, token, status }) => {
    const host = await startHost();
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${RPC_PATH}`, [RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + (token ?? host.token)].filter((name) => name !== TOKEN_SUBPROTOCOL_PREFIX), { headers: headers(host) });
    expect(await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('open', () => resolve('open'));
      socket.on('error', () => undefined);
    })).toBe(status);
    socket.terminate();
  });

  it('the page answers to loopback names only', async () => {
    const { port } = await startHost();
    expect(await rawRequest(port, 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 421 /);
  });

  it('a second start finds the first and says where it is', async () => {
    const first = await startHost();
    const second = spawnHost();
    expect(JSON.parse(await firstLine(second))).toMatchObject({ url: first.url, running: true });
    expect(await new Promise((resolve) => second.on('exit', resolve))).toBe(0);
  });

  it('a lock of a host that was killed is stale; the next one keeps port and token', async () => {
    const first = await startHost();
    await end(first.process, 'SIGKILL');
    expect((await startHost()).url).toBe(first.url);
  });

  it('a broken lock file is no obstacle', async () => {
    const first = await startHost();
    await end(first.process, 'SIGKILL');
    await writeFile(path.join(await stateFolder(), 'lock.json'), '{"pid": 1, "po');
    expect((await startHost()).url).toBe(first.url);
  });

  it('SIGTERM ends it cleanly and takes the lock away', async () => {
    const { process: child } = await startHost();
    expect(await end(child, 'SIGTERM')).toBe(0);
    expect(await readdir(await stateFolder())).not.toContain('lock.json');
  });

  it('ends by itself when nobody has used it for the time it was given', async () => {
    const child = spawnHost(['--idle-seconds', '1']);
    await firstLine(child);
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
  });

  it('a port that somebody else has is refused by name', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as net.AddressInfo;
    expect(await failure(spawnHost(['--port', String(port)]))).toMatch(/^\[PORT_IN_USE\] Port \d+ is in use/);
    other.close();
  });

  it('a host that holds the lock but does not answer is named', async () => {
    const { process: child } = await startHost();
    child.kill('SIGSTOP');
    expect(await failure(spawnHost())).toMatch(/^\[HOST_NOT_RESPONDING\]/);
    child.kill('SIGCONT');
  });

  it('a workspace that is no folder is refused by name', async () => {
    workspace = path.join(home, 'absent');
    expect(await failure(spawnHost())).toMatch(/^\[WORKSPACE_NOT_FOUND\]/);
  });

  it('a folder that has no host yet gets one that cannot start named', async () => {
    const client = await connect(await startHost());
    expect(await codeOf(client.request('workbench.openFolder', { path: path.join(home, 'absent') }))).toBe('HOST_START_FAILED');
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
    await put('n.ipynb', NOTEBOOK);
    const client = await connect(await startHost());
    const { notebookId, cells, doc } = await open(client, 'n.ipynb');
    expect([cells, sources(doc)]).toEqual([[{ cellId: 'a', run: { kind: 'idle' }, outputs: [] }], ['select 1']]);
    await client.request('notebooks.save', { notebookId });
    await client.request('notebooks.close', { notebookId });
    expect(await get('n.ipynb')).toBe(NOTEBOOK);
  });

  it('saves by itself, a second after typing ended', async () => {
    await put('n.ipynb', NOTEBOOK);
    const client = await connect(await startHost());
    const { notebookId, doc } = await open(client, 'n.ipynb');
    const saved = nextSave(client, 'saved');
    await type(client, notebookId, doc, 'a', '0');
    await saved;
    expect(parseNotebook(await get('n.ipynb')).cells[0]!.content.source).toBe('0select 1');
  });

  it('sends an update to the other windows, not back', async () => {
    await put('n.ipynb', NOTEBOOK);
    const host = await startHost();
    const [one, two] = [await connect(host), await connect(host)];
    const here = await open(one, 'n.ipynb');
    const there = await open(two, 'n.ipynb');
    let echoes = 0;
    one.on('notebooks.updated', () => echoes++);
    const arrived = new Promise<void>((resolve) => two.on('notebooks.updated', ({ update }) => {
      Y.applyUpdate(there.doc, Buffer.from(update, 'base64'));
      resolve();
    }));
    await type(one, here.notebookId, here.doc, 'a', 'x');
    await arrived;
    expect([sources(there.doc), echoes, here.notebookId]).toEqual([['xselect 1'], 0, there.notebookId]);
  });

  it('kill -9 of the host loses nothing that was acknowledged, and damages no file', async () => {
    await put('n.ipynb', NOTEBOOK);
    let host = await startHost();
    for (let round = 0; round < 5; round++) {
      const client = await connect(host);
      const { notebookId, doc } = await open(client, 'n.ipynb');
      expect(sources(doc)).toEqual([`${'x'.repeat(round * 20)}select 1`]);
      for (let key = 0; key < 20; key++) await type(client, notebookId, doc, 'a', 'x');
      await end(host.process, 'SIGKILL');
      parseNotebook(await get('n.ipynb'));
      host = await startHost();
    }
    const client = await connect(host);
    const saved = nextSave(client, 'saved');
    await open(client, 'n.ipynb');
    await saved;
    expect(parseNotebook(await get('n.ipynb')).cells[0]!.content.source).toBe(`${'x'.repeat(100)}select 1`);
  });

  it('a change by another program is taken over where there are no edits', async () => {
    await put('n.ipynb', NOTEBOOK);
    const client = await connect(await startHost());
    const { doc } = await open(client, 'n.ipynb');
    const changed = new Promise<void>((resolve) => client.on('notebooks.updated', ({ update }) => {
      Y.applyUpdate(doc, Buffer.from(update, 'base64'));
      resolve();
    }));
    await put('n.ipynb', NOTEBOOK.replace('select 1', 'select 2'));
    await changed;
    expect(sources(doc)).toEqual(['select 2']);
  });

  it.each([
    { keep: 'ours' as const, file: 'xselect 1' },
    { keep: 'theirs' as const, file: 'select 2' },
  ])('a change by another program under edits is a conflict, and $keep wins when told so', async ({ keep, file }) => {
    await put('n.ipynb', NOTEBOOK);
    const client = await connect(await startHost());
    const { notebookId, doc } = await open(client, 'n.ipynb');
    const conflict = nextSave(client, 'conflict');
    await type(client, notebookId, doc, 'a', 'x');
    await put('n.ipynb', NOTEBOOK.replace('select 1', 'select 2'));
    await conflict;
    expect(await get('n.ipynb')).toContain('select 2');
    const saved = nextSave(client, 'saved');
    await client.request('notebooks.resolve', { notebookId, keep });
    await saved;
    expect(parseNotebook(await get('n.ipynb')).cells[0]!.content.source).toBe(file);
  });

  it('edits of a dead host over a file that somebody changed meanwhile are a conflict too', async () => {
    await put('n.ipynb', NOTEBOOK);
    const host = await startHost();
    const client = await connect(host);
    const { notebookId, doc } = await open(client, 'n.ipynb');
    await type(client, notebookId, doc, 'a', 'x');
    await end(host.process, 'SIGKILL');
    await put('n.ipynb', NOTEBOOK.replace('select 1', 'select 2'));
    const again = await connect(await startHost());
    const opened = await open(again, 'n.ipynb');
    expect([opened.save.kind, sources(opened.doc), await get('n.ipynb')]).toEqual(['conflict', ['xselect 1'], expect.stringContaining('select 2')]);
  });

  it.each([
    { name: 'not JSON', text: 'nonsense', code: 'NOTEBOOK_NOT_JSON' },
    { name: 'with conflict markers', text: NOTEBOOK.replace('\n "metadata"', '\n<<<<<<< ours\n "metadata"'), code: 'NOTEBOOK_CONFLICT_MARKERS' },
    { name: 'of another version', text: '{"nbformat": 3, "cells": []}', code: 'NOTEBOOK_VERSION_UNSUPPORTED' },
    { name: 'without cells', text: '{"nbformat": 4}', code: 'NOTEBOOK_INVALID' },
  ])('a file $name is refused by name and stays as it is', async ({ text, code }) => {
    await put('n.ipynb', text);
    const client = await connect(await startHost());
    expect(await codeOf(client.request('notebooks.open', { path: 'n.ipynb' }))).toBe(code);
    expect(await get('n.ipynb')).toBe(text);
  });

  it('a notebook that is not there, or not open, is named', async () => {
    const client = await connect(await startHost());
    expect(await codeOf(client.request('notebooks.open', { path: 'absent.ipynb' }))).toBe('STORAGE_NOT_FOUND');
    expect(await codeOf(client.request('notebooks.save', { notebookId: 'x' }))).toBe('NOTEBOOK_NOT_OPEN');
  });

  it('creates, edits, renames and reopens a notebook', async () => {
    const client = await connect(await startHost());
    expect(await client.request('notebooks.create', { path: 'sub/new.ipynb' })).toEqual({ path: 'sub/new.ipynb' });
    expect(await codeOf(client.request('notebooks.create', { path: 'sub/new.ipynb' }))).toBe('FILE_ALREADY_EXISTS');
    const { notebookId, doc } = await open(client, 'sub/new.ipynb');
    await edit(client, notebookId, doc, () => insertCell(doc, { at: 'end' }, { ...SQL_CELL, source: 'select 7' }, 'seven'));
    await client.request('files.rename', { from: 'sub', to: 'other' });
    expect(sources((await open(client, 'other/new.ipynb')).doc)).toEqual(['select 7']);
    expect(parseNotebook(await get('other/new.ipynb')).cells).toMatchObject([{ id: 'seven', fileSource: '%%sql\nselect 7' }]);
  });

  it('reads a large notebook in its own thread and saves it byte for byte', async () => {
    const image = 'A'.repeat(3_000_000);
    const large = NOTEBOOK.replace('"outputs": []', `"outputs": [{"data": {"image/png": "${image}"}, "metadata": {}, "output_type": "display_data"}]`);
    await put('large.ipynb', large);
    const client = await connect(await startHost());
    const outputs = new Promise<CellState>((resolve) => client.on('notebooks.cell', ({ state }) => resolve(state)));
    const { notebookId, doc } = await open(client, 'large.ipynb');
    expect((await outputs).outputs).toEqual([{ kind: 'display', data: { 'image/png': image } }]);
    await type(client, notebookId, doc, 'a', '9');
    expect(await client.request('notebooks.save', { notebookId })).toEqual({ kind: 'saved' });
    expect(await get('large.ipynb')).toBe(large.replace('["%%sql\\n", "select 1"]', '[\n    "%%sql\\n",\n    "9select 1"\n   ]'));
  });

  it('a folder that takes no files leaves the edits in the journal', async () => {
    await put('n.ipynb', NOTEBOOK);
    const host = await startHost();
    const client = await connect(host);
    const { notebookId, doc } = await open(client, 'n.ipynb');
    await rm(path.join(workspace, 'n.ipynb'));
    await mkdir(path.join(workspace, 'n.ipynb')); // nothing can be renamed over a folder
    await type(client, notebookId, doc, 'a', 'x');
    expect((await client.request('notebooks.save', { notebookId })).kind).toMatch(/failed|conflict/);
    await end(host.process, 'SIGKILL');
    await rm(path.join(workspace, 'n.ipynb'), { recursive: true });
    await put('n.ipynb', NOTEBOOK);
    expect(sources((await open(await connect(await startHost()), 'n.ipynb')).doc)).toEqual(['xselect 1']);
  });

  it('another language says which kernel it waits for and keeps its outputs', async () => {
    await put('n.ipynb', NOTEBOOK.replace('["%%sql\\n", "select 1"]', '"print(1)"').replace('"outputs": []', '"outputs": [{"name": "stdout", "output_type": "stream", "text": "1"}]'));
    const client = await connect(await startHost());
    const { notebookId } = await open(client, 'n.ipynb');
    const told = new Promise<CellState>((resolve) => client.on('notebooks.cell', ({ state }) => state.run.kind === 'idle' && resolve(state)));
    await client.request('notebooks.run', { notebookId, cellIds: ['a'] });
    expect((await told).outputs).toEqual([{ kind: 'stream', name: 'stdout', text: '1' }, { kind: 'notice', text: expect.stringContaining('waits for a Python kernel') }]);
  });
});

describe('files', () => {
  it('lists, reads, writes, renames, deletes and restores', async () => {
    await put('b.sql', 'select 1');
    await mkdir(path.join(workspace, 'a/_delta_log'), { recursive: true });
    const client = await connect(await startHost());
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
    expect(await get('d/c.sql')).toBe('select 1;');
    expect(await client.request('files.find', { query: 'csql', limit: 10 })).toEqual({ paths: ['d/c.sql'] });
    expect(await codeOf(client.request('files.restore', { trashId }))).toBe('TRASH_NOT_FOUND');
  });

  it.each(['../outside', '/etc/passwd', 'link/x', 'a/../../outside'])('does not leave the workspace by %s', async (file) => {
    await symlink(home, path.join(workspace, 'link'));
    const client = await connect(await startHost());
    expect(await codeOf(client.request('files.readText', { path: file }))).toBe('PATH_OUTSIDE_WORKSPACE');
    expect(await codeOf(client.request('files.writeText', { path: file, text: '' }))).toBe('PATH_OUTSIDE_WORKSPACE');
  });

  it('refuses what is no text, and what is too long for an editor', async () => {
    await writeFile(path.join(workspace, 'x.bin'), Buffer.from([0xff, 0xfe, 0x00]));
    await put('big.csv', '');
    await truncate(path.join(workspace, 'big.csv'), 60_000_000);
    const client = await connect(await startHost());
    expect(await codeOf(client.request('files.readText', { path: 'x.bin' }))).toBe('FILE_NOT_TEXT');
    expect(await codeOf(client.request('files.readText', { path: 'big.csv' }))).toBe('FILE_TOO_LARGE');
  });

  it('tells what others changed', async () => {
    const client = await connect(await startHost());
    const changed = new Promise<readonly string[]>((resolve) => client.on('files.changed', ({ paths }) => paths.includes('new.sql') && resolve(paths)));
    const writing = setInterval(() => void put('new.sql', String(Math.random())), 200); // the watcher starts behind the answer
    expect(await changed).toContain('new.sql');
    clearInterval(writing);
  });
});

describe('the workbench', () => {
  it('keeps what windows save, through a restart', async () => {
    const host = await startHost();
    const client = await connect(host);
    await client.request('workbench.saveState', { key: 'layout', value: '{"a":1}' });
    await end(host.process, 'SIGKILL');
    const again = await connect(await startHost());
    expect(await again.request('workbench.loadState', { key: 'layout' })).toEqual({ value: '{"a":1}' });
    expect(await again.request('workbench.loadState', { key: '__proto__' })).toEqual({ value: null });
  });

  it('says hello, knows its folder, and opens another', async () => {
    const client = await connect(await startHost());
    expect(await client.request('workbench.hello', { rpcVersion: 1 })).toMatchObject({ workspace: { name: 'workspace', path: workspace, readOnly: false } });
    expect(await codeOf(client.request('workbench.hello', { rpcVersion: 99 }))).toBe('RPC_INVALID_MESSAGE');
    expect((await client.request('workbench.recentFolders', {})).folders.map(({ path: each }) => each)).toEqual([workspace]);
    expect(await client.request('workbench.browseFolders', { path: home })).toMatchObject({ path: home, folders: ['state', 'workspace'] });
    await mkdir(path.join(home, 'second'));
    const { url } = await client.request('workbench.openFolder', { path: path.join(home, 'second') });
    const status = JSON.parse(await readFile(path.join(await stateFolder('second'), 'lock.json'), 'utf8')) as { pid: number };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#t=/);
    process.kill(status.pid, 'SIGTERM');
  });

  it('keeps lock and token from others on this machine', async () => {
    await startHost();
    const folder = await stateFolder();
    const mode = async (name: string) => ((await stat(path.join(folder, name))).mode & 0o777).toString(8);
    expect(await Promise.all(['', 'lock.json', 'address.json'].map(mode))).toEqual(['700', '600', '600']);
  });
});

function spawnHost(args: readonly string[] = []): ChildProcess {
  const child = spawn(process.execPath, ['--no-warnings', MAIN, '--workspace', workspace, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LAKEBOOK_STATE: path.join(home, 'state') },
  });
  started.push(child);
  return child;
}

async function startHost(): Promise<RunningHost> {
  const child = spawnHost();
  const line = await firstLine(child);
  const { url, port } = JSON.parse(line) as { url: string; port: number };
  return { process: child, url, port, token: url.split('#t=')[1] ?? '' };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let errors = '';
    child.stderr?.on('data', (part: Buffer) => (errors += String(part)));
    child.stdout?.on('data', (part: Buffer) => {
      text += String(part);
      if (text.includes('\n')) resolve(text.split('\n', 1)[0] ?? '');
    });
    child.on('exit', (code) => reject(new Error(`the host ended with ${code}: ${errors}`)));
  });
}

/** What a host that cannot start writes to standard error. */
async function failure(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr?.on('data', (part: Buffer) => (errors += String(part)));
  await new Promise((resolve) => child.on('close', resolve));
  return errors;
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}

async function connect({ port, token }: RunningHost): Promise<Client<HostContract>> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${RPC_PATH}`, [RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + token], { origin: `http://127.0.0.1:${port}` });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const client = createClient(hostContract, createWebSocketTransport(socket as never), 'the host');
  clients.push(client);
  return client;
}

async function open(client: Client<HostContract>, file: string) {
  const { header, bytes } = await client.request('notebooks.open', { path: file });
  const doc = createNotebookDocument();
  Y.applyUpdate(doc, bytes, 'remote');
  return { ...header, doc };
}

async function edit(client: Client<HostContract>, notebookId: string, doc: NotebookDocument, change: () => void): Promise<void> {
  const updates: Uint8Array[] = [];
  const collect = (update: Uint8Array) => updates.push(update);
  doc.on('update', collect);
  change();
  doc.off('update', collect);
  for (const update of updates) await client.request('notebooks.update', { notebookId, update: Buffer.from(update).toString('base64') });
}

function type(client: Client<HostContract>, notebookId: string, doc: NotebookDocument, cellId: string, text: string): Promise<void> {
  return edit(client, notebookId, doc, () => doc.transact(() => cellSource(doc, cellId)!.insert(0, text), TYPING_ORIGIN));
}

function nextSave(client: Client<HostContract>, kind: SaveState['kind']): Promise<SaveState> {
  return new Promise((resolve) => client.on('notebooks.saveState', ({ save }) => save.kind === kind && resolve(save)));
}

const sources = (doc: NotebookDocument) => readCells(doc).map(({ source }) => source);
const codeOf = (request: Promise<unknown>) => request.then(() => 'answered', (error: unknown) => (error instanceof RemoteError ? error.report.code : String(error)));

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(workspace, file)), { recursive: true });
  await writeFile(path.join(workspace, file), text);
}
const get = (file: string) => readFile(path.join(workspace, file), 'utf8');

async function stateFolder(name = 'workspace'): Promise<string> {
  const folders = path.join(home, 'state/workspaces');
  const found = (await readdir(folders)).find((each) => each.startsWith(`${name}-`));
  return path.join(folders, found ?? '');
}

function rawRequest(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (part) => (answer += String(part)));
    socket.on('close', () => resolve(answer));
  });
}
