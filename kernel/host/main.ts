import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatError } from '../base/errors.ts';
import { startHost, type Host } from './host.ts';
import { findRunningHost, hostUrl, type HostAddress } from './hostLock.ts';
import { startOtherHost } from './otherHosts.ts';
import { statePathsOf } from './statePaths.ts';
import { openWorkspacePaths } from './workspacePaths.ts';

/**
 * Entry point of a host: `--workspace DIR [--port N] [--idle-seconds N]`. Prints one line of JSON (`url`, `pid`, `port`;
 * `running: true` if the workspace's host ran already, and then ends) and serves until SIGTERM or SIGINT, or until nobody has
 * been attached and nothing has run for so many seconds.
 */
const IDLE_CHECK_MS = 1_000;
/** Of a host that a window opened for another folder, and that nobody looks at any more. */
const OTHER_IDLE_SECONDS = 600;

/** Beside this file lie, in the sources and in `dist/` alike, what it starts. */
const isSource = import.meta.url.endsWith('.ts');
const entryOf = (source: string, built: string): URL => new URL(isSource ? source : built, import.meta.url);
const ENTRY = fileURLToPath(import.meta.url);

try {
  await main();
} catch (error) {
  process.stderr.write(`${formatError(error)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const { workspace, port, idleMs } = readArguments();
  const paths = await openWorkspacePaths(workspace);
  const state = statePathsOf(paths.root);
  const already = await findRunningHost(state.lock, paths.root);
  if (already !== undefined) return announce(already, true);
  const started = await startHost({
    paths,
    state,
    port,
    version: await readVersion(),
    kernel: {
      command: process.execPath,
      args: [...nodeFlags(), process.env['LAKEBOOK_ENGINE'] ?? fileURLToPath(entryOf('../main.ts', './engine.mjs')), '--workspace', paths.root, '--state', state.workspace],
      // Replaying logs and scanning files wait in libuv's threads, not on processors.
      env: { ...process.env, UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? String(Math.max(16, os.availableParallelism() * 2)) },
      cwd: paths.root,
    },
    rendererFolder: fileURLToPath(entryOf('../../dist/renderer/', '../renderer/')),
    notebookWorker: entryOf('./notebookWorker.ts', './notebookWorker.mjs'),
    openFolder: (folder) => startOtherHost({ command: process.execPath, entry: ENTRY, idleSeconds: OTHER_IDLE_SECONDS }, path.resolve(folder)),
  });
  if ('running' in started) return announce(started.running, true);
  endWhenTold(started.host, idleMs);
  announce(started.host.address, false);
}

function readArguments(): { readonly workspace: string; readonly port: number | undefined; readonly idleMs: number } {
  const { values } = parseArgs({ options: { workspace: { type: 'string' }, port: { type: 'string' }, 'idle-seconds': { type: 'string' } } });
  return {
    workspace: path.resolve(values.workspace ?? '.'),
    port: values.port === undefined ? undefined : Number(values.port),
    idleMs: Number(values['idle-seconds'] ?? Infinity) * 1_000,
  };
}

function announce(address: HostAddress, running: boolean): void {
  process.stdout.write(`${JSON.stringify({ url: hostUrl(address), pid: address.pid, port: address.port, running })}\n`);
}

function endWhenTold(host: Host, idleMs: number): void {
  let ending = false;
  const end = (): void => {
    if (ending) process.exit(1); // told twice: at once
    ending = true;
    host.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${formatError(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // Whoever started us may be gone, and its end of the pipe with it.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  // A broken invariant ends an operation, not the host that everybody's work lives in.
  process.on('unhandledRejection', (error) => host.reportDefect(error));
  process.on('uncaughtException', (error) => host.reportDefect(error));
  let unusedSinceMs = Date.now();
  setInterval(() => {
    if (!host.unused) unusedSinceMs = Date.now();
    else if (Date.now() - unusedSinceMs > idleMs) end();
  }, IDLE_CHECK_MS).unref();
}

function nodeFlags(): string[] {
  return isSource ? ['--no-warnings'] : [];
}

async function readVersion(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(await readFile(file, 'utf8')) as { readonly version: string }).version;
}
