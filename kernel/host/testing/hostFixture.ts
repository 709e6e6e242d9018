import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { cellSource, createNotebookDocument, readCells, TYPING_ORIGIN, type NotebookDocument } from '../../notebook/notebookDocument.ts';
import { hostContract, RPC_PATH, RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX, type HostContract } from '../../rpc/hostContract.ts';
import type { CellState, SaveState } from '../../rpc/notebooks.ts';
import { createClient, RemoteError, type Client } from '../../rpc/peer.ts';
import { createWebSocketTransport } from '../../rpc/webSocketTransport.ts';

/** The real host in a process of its own, spoken to over a real socket; for tests of this room. */
export interface RunningHost {
  readonly process: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly token: string;
}

/** A workspace and a state folder of one test, and what it started. */
export interface HostFixture {
  readonly home: string;
  readonly workspace: string;
  readonly state: string;
  spawn(args?: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
  start(env?: Readonly<Record<string, string>>): Promise<RunningHost>;
  put(file: string, text: string): Promise<void>;
  get(file: string): Promise<string>;
  /** The state folder of a workspace by its name. */
  stateFolder(name?: string): Promise<string>;
  dispose(): Promise<void>;
}

export type HostClient = Client<HostContract>;

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const END_LIMIT_MS = 5_000;

/** @param withKernel false for what needs none: documents and files do not care whether one runs */
export async function createHostFixture({ withKernel }: { readonly withKernel: boolean }): Promise<HostFixture> {
  const home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'lakebook-host-')));
  const workspace = path.join(home, 'workspace');
  const state = path.join(home, 'state');
  await mkdir(workspace);
  const started: ChildProcess[] = [];
  const spawnHost: HostFixture['spawn'] = (args = [], env = {}) => {
    const child = spawn(process.execPath, ['--no-warnings', MAIN, '--workspace', workspace, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LAKEBOOK_STATE: state, ...(withKernel ? {} : { LAKEBOOK_ENGINE: path.join(home, 'none.mjs') }), ...env },
    });
    started.push(child);
    return child;
  };
  return {
    home,
    workspace,
    state,
    spawn: spawnHost,
    start: async (env) => {
      const child = spawnHost([], env);
      const { url, port } = JSON.parse(await firstLine(child)) as { readonly url: string; readonly port: number };
      return { process: child, url, port, token: url.split('#t=')[1] ?? '' };
    },
    put: async (file, text) => {
      await mkdir(path.dirname(path.join(workspace, file)), { recursive: true });
      await writeFile(path.join(workspace, file), text);
    },
    get: (file) => readFile(path.join(workspace, file), 'utf8'),
    stateFolder: async (name = 'workspace') => {
      const folders = path.join(state, 'workspaces');
      return path.join(folders, (await readdir(folders)).find((each) => each.startsWith(`${name}-`)) ?? '');
    },
    dispose: async () => {
      await Promise.all(started.map((child) => endProcess(child, 'SIGKILL')));
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The line in which a host says where it is. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let errors = '';
    child.stderr?.on('data', (part: Buffer) => (errors += String(part)));
    child.stdout?.on('data', (part: Buffer) => {
      text += String(part);
      if (text.includes('\n')) resolve(text.split('\n', 1)[0] ?? '');
    });
    child.on('exit', (code) => reject(new TypeError(`the host ended with ${code}: ${errors}`)));
  });
}

/** What a host that cannot start writes to standard error. */
export async function stderrOf(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr?.on('data', (part: Buffer) => (errors += String(part)));
  await new Promise((resolve) => child.on('close', resolve));
  return errors;
}

/** @returns the exit code */
export function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
    child.kill(signal);
  });
}

export async function connect({ port, token }: Pick<RunningHost, 'port' | 'token'>): Promise<HostClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${RPC_PATH}`, [RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + token], { origin: `http://127.0.0.1:${port}` });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return createClient(hostContract, createWebSocketTransport(socket as never), 'the host');
}

export interface OpenedNotebook {
  readonly notebookId: string;
  readonly cells: readonly CellState[];
  readonly save: SaveState;
  readonly doc: NotebookDocument;
}

export async function openNotebook(client: HostClient, file: string): Promise<OpenedNotebook> {
  const { header, bytes } = await client.request('notebooks.open', { path: file });
  const doc = createNotebookDocument();
  Y.applyUpdate(doc, bytes, 'remote');
  return { ...header, doc };
}

/** Makes a change as a window does; resolves when the host has acknowledged all of it. */
export async function editDocument(client: HostClient, notebookId: string, doc: NotebookDocument, change: () => void): Promise<void> {
  const updates: Uint8Array[] = [];
  const collect = (update: Uint8Array): void => void updates.push(update);
  doc.on('update', collect);
  change();
  doc.off('update', collect);
  for (const update of updates) await client.request('notebooks.update', { notebookId, update: Buffer.from(update).toString('base64') });
}

export function typeText(client: HostClient, notebookId: string, doc: NotebookDocument, cellId: string, text: string): Promise<void> {
  return editDocument(client, notebookId, doc, () => doc.transact(() => cellSource(doc, cellId)?.insert(0, text), TYPING_ORIGIN));
}

export function nextSave(client: HostClient, kind: SaveState['kind']): Promise<SaveState> {
  return new Promise((resolve) => client.on('notebooks.saveState', ({ save }) => save.kind === kind && resolve(save)));
}

/** The next state of a cell of which this is true. */
export function nextCell(client: HostClient, cellId: string, isWanted: (state: CellState) => boolean): Promise<CellState> {
  return new Promise((resolve) => client.on('notebooks.cell', ({ state }) => state.cellId === cellId && isWanted(state) && resolve(state)));
}

export function sourcesOf(doc: NotebookDocument): string[] {
  return readCells(doc).map(({ source }) => source);
}

/** The code of the error that a request ends with. */
export function codeOf(request: Promise<unknown>): Promise<string> {
  return request.then(() => 'answered', (error: unknown) => (error instanceof RemoteError ? error.report.code : String(error)));
}
