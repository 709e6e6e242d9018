import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const START = path.join(ROOT, 'build/scripts/start.mjs');

let home: string;
let environment: NodeJS.ProcessEnv;
const running: ChildProcess[] = [];

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'lakebook-start-'));
  fs.mkdirSync(path.join(home, 'workspace'));
  environment = { ...process.env, LAKEBOOK_STATE: path.join(home, 'state'), DISPLAY: '', WAYLAND_DISPLAY: '' };
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((child) => new Promise((resolve) => {
    if (child.exitCode !== null) resolve(undefined);
    child.once('exit', resolve);
    child.kill('SIGTERM');
  })));
  fs.rmSync(home, { recursive: true, force: true });
});

/** Starts `npm start -- …` and waits for its URL. */
function start(...args: readonly string[]): Promise<{ readonly url: URL; readonly output: () => string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [START, '--no-open', '--workspace', path.join(home, 'workspace'), ...args], { env: environment });
  running.push(child);
  let output = '';
  return new Promise((resolve, reject) => {
    const listen = (text: Buffer): void => {
      output += text.toString();
      const url = /http:\/\/\S+/.exec(output)?.[0];
      if (url !== undefined) resolve({ url: new URL(url), output: () => output, child });
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}

function get(url: URL): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    http.get(url, (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', reject);
  });
}

const exitOf = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once('exit', resolve));

describe('npm start', () => {
  it('serves the page without the token, names Lakebook in its title, and ends on SIGTERM', async () => {
    const { url, child } = await start('--web');
    expect({ host: url.hostname, hash: /^#t=.{16,}/.test(url.hash) }).toEqual({ host: '127.0.0.1', hash: true });
    const { status, body } = await get(new URL('/', url));
    expect({ status, title: /<title>[^<]*Lakebook/.test(body) }).toEqual({ status: 200, title: true });
    const ended = exitOf(child);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await expect(get(new URL('/', url))).rejects.toThrow();
  });

  it('says why it uses the browser where there is no display', async () => {
    const { output } = await start();
    expect(output()).toMatch(/using the browser, because there is no display/);
  });

  it('prints the URL of the host that runs already, ignores another port in words, and ends with 0', async () => {
    const first = await start('--web');
    const second = spawnSync(process.execPath, [START, '--web', '--no-open', '--workspace', path.join(home, 'workspace'), '--port', '1'], { env: environment, encoding: 'utf8' });
    expect(second.status).toBe(0);
    expect(second.stdout).toContain(first.url.href);
    expect(second.stdout).toMatch(/--port 1 is ignored/);
  });

  it.each([
    { name: 'help', args: ['--help'], status: 0, text: /Usage: npm start/ },
    { name: 'an unknown flag', args: ['--nonsense'], status: 2, text: /nonsense/ },
    { name: 'a port that is none', args: ['--port', 'x'], status: 2, text: /--port/ },
    { name: 'a workspace that is no folder', args: ['--workspace', '/nowhere/at/all'], status: 2, text: /not a folder/ },
  ])('answers $name with status $status', ({ args, status, text }) => {
    const result = spawnSync(process.execPath, [START, ...args], { env: environment, encoding: 'utf8' });
    expect({ status: result.status, said: text.test(result.stdout + result.stderr) }).toEqual({ status, said: true });
  });

  it('says that a port is in use', async () => {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const result = spawnSync(process.execPath, [START, '--web', '--no-open', '--workspace', path.join(home, 'workspace'), '--port', port], { env: environment, encoding: 'utf8' });
    expect({ status: result.status, said: result.stderr.startsWith('[PORT_IN_USE]') }).toEqual({ status: 1, said: true });
    server.close();
  });
});
