import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The host of a workspace, started by us or found running; it outlives the app. */
export interface HostHandle {
  readonly url: string;
  readonly pid: number;
  /** Called once when the host's process is gone, unless {@link stopWatching} came first. */
  onGone(listener: () => void): void;
  stopWatching(): void;
}

const START_LIMIT_MS = 20_000;
/** Other threads may open some more before the child is made. */
const DESCRIPTORS_MARGIN = 32;
const ALIVE_CHECK_MS = 1_000;
/** How long a host that nobody uses any more stays, with nothing running. */
const IDLE_SECONDS = 120;

/** Host and kernels need Node 22: the one that was named, Electron's own, or the one npm brought along. */
function findNode(appFolder: string): { readonly command: string; readonly env: NodeJS.ProcessEnv } | undefined {
  const named = process.env['LAKEBOOK_NODE'];
  if (named !== undefined && named !== '') return { command: named, env: {} };
  if (Number(process.versions.node.split('.')[0]) >= 22) return { command: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } };
  const packaged = path.join(appFolder, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  return existsSync(packaged) ? { command: packaged, env: {} } : undefined;
}

/** @throws Error whose message is for the user: `[CODE] text` where the host gave one */
export async function startHost(appFolder: string, workspace: string, port: string | undefined): Promise<HostHandle> {
  const node = findNode(appFolder);
  if (node === undefined) throw new Error('Lakebook needs Node 22 or newer, and none was found. Set LAKEBOOK_NODE to its path.');
  const args = [path.join(appFolder, 'dist', 'kernel', 'host.mjs'), '--workspace', workspace, '--idle-seconds', String(IDLE_SECONDS)];
  const covers = coverDescriptors();
  const child = spawn(node.command, port === undefined ? args : [...args, '--port', port], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...covers],
    env: { ...process.env, ...node.env },
  });
  if (covers[0] !== undefined) closeSync(covers[0]);
  const { url, pid } = JSON.parse(await firstLine(child)) as { readonly url: string; readonly pid: number };
  child.unref();
  return watchHost(url, pid);
}

/** Watches by process id: a host that was found running is nobody's child. */
function watchHost(url: string, pid: number): HostHandle {
  const listeners: (() => void)[] = [];
  const timer = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(timer);
    for (const listener of listeners) listener();
  }, ALIVE_CHECK_MS);
  timer.unref();
  return { url, pid, onGone: (listener) => void listeners.push(listener), stopWatching: () => clearInterval(timer) };
}

/**
 * Chromium leaves its descriptors open over exec on Linux, and a host that outlives the app would hold on to its display
 * connection, profile and pipes. Each is covered with /dev/null in the child.
 */
function coverDescriptors(): number[] {
  if (process.platform !== 'linux') return [];
  const highest = Math.max(...readdirSync('/proc/self/fd').map(Number));
  const devNull = openSync('/dev/null', 'r');
  return Array.from({ length: highest + DESCRIPTORS_MARGIN - 2 }, () => devNull);
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The host did not answer within ${START_LIMIT_MS / 1000} seconds.`));
    }, START_LIMIT_MS);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4_000)));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (!output.includes('\n')) return;
      clearTimeout(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(output.slice(0, output.indexOf('\n')));
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(errors.trim() === '' ? `The host ended with status ${String(code)}.` : errors.trim()));
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
