// `npm start`: installs what is missing, builds, and opens Lakebook; the desktop app where one can come up, else the same
// app in the browser. Plain JavaScript: it runs on a fresh clone, before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, ensureBuilt, ensureInstalled, fail, node22 } from './toolchain.mjs';

const USAGE = `Usage: npm start -- [options]

  --web             serve to the browser; never try the desktop app
  --electron        desktop app only; fail where it cannot come up
  --workspace DIR   the folder to open (default: the quickstart in examples/)
  --port N          port of the local server (default: the workspace's last one, or a free one)
  --no-open         do not open a browser
  --help            this text`;

const DOWNLOAD_LIMIT_MS = 120_000;
const WINDOW_LIMIT_MS = 15_000;

const options = readOptions();
const workspace = path.resolve(options.workspace ?? path.join(ROOT, 'examples/quickstart'));
if (!fs.statSync(workspace, { throwIfNoEntry: false })?.isDirectory()) fail(`${workspace} is not a folder`, 2);
ensureInstalled();
ensureBuilt();
if (options.web) await serveToBrowser();
else {
  const reason = await openDesktop();
  if (reason !== undefined) {
    if (options.electron) fail(`the desktop app did not start: ${reason}`);
    process.stdout.write(`lakebook: using the browser, because ${reason}\n`);
    await serveToBrowser();
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        web: { type: 'boolean', default: false },
        electron: { type: 'boolean', default: false },
        workspace: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    if (values.web && values.electron) fail('--web and --electron exclude each other', 2);
    if (values.port !== undefined && !(Number(values.port) >= 1 && Number(values.port) <= 65535)) fail(`--port takes a number from 1 to 65535, not ${values.port}`, 2);
    return values;
  } catch (error) {
    fail(`${error.message}\n${USAGE}`, 2);
  }
}

/** Runs the desktop app until its last window closes. Resolves with a reason if no window came up. */
async function openDesktop() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  const executable = findElectron();
  if (executable === undefined) return "npm's electron has no binary here and it could not be downloaded";
  // Chromium's sandbox refuses to run as root; the app gives up its sandbox for nobody who did not ask.
  if (process.platform === 'linux' && process.getuid() === 0 && !process.env.ELECTRON_DISABLE_SANDBOX) return 'the desktop app does not run as root';
  return new Promise((resolve) => {
    const args = [ROOT, '--workspace', workspace, ...(options.port === undefined ? [] : ['--port', options.port])];
    const app = spawn(executable, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LAKEBOOK_NODE: node22() } });
    let up = false;
    const timer = setTimeout(() => {
      app.kill('SIGKILL');
      resolve(`the desktop app showed no window within ${WINDOW_LIMIT_MS / 1000} s`);
    }, WINDOW_LIMIT_MS);
    app.on('error', (error) => resolve(error.message));
    app.stdout.on('data', (text) => {
      if (!up && String(text).includes('lakebook: window ready')) {
        up = true;
        clearTimeout(timer);
      }
    });
    app.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (up) process.exit(code ?? 0);
      resolve(`the desktop app ended at once (${signal ?? `status ${code}`})`);
    });
  });
}

/** npm's Electron, downloading its binary visibly if need be. */
function findElectron() {
  const folder = path.join(ROOT, 'node_modules/electron');
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const installed = () => {
    const file = path.join(folder, 'path.txt');
    const name = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : 'electron';
    const executable = path.join(override ?? path.join(folder, 'dist'), name);
    return fs.existsSync(executable) ? executable : undefined;
  };
  const found = installed();
  if (found !== undefined || override !== undefined) return found;
  process.stdout.write('lakebook: downloading Electron (once)\n');
  spawnSync(node22(), [path.join(folder, 'install.js')], { cwd: ROOT, stdio: ['ignore', 'inherit', 'ignore'], timeout: DOWNLOAD_LIMIT_MS });
  return installed();
}

/** Serves in the foreground; Ctrl-C and SIGTERM end the host. If the workspace's host already runs, says where and ends. */
async function serveToBrowser() {
  const args = [path.join(ROOT, 'dist/kernel/host.mjs'), '--workspace', workspace, ...(options.port === undefined ? [] : ['--port', options.port])];
  // Its own process group: Ctrl-C reaches the host once, through us.
  const host = spawn(node22(), args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], detached: process.platform !== 'win32' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => host.kill('SIGTERM'));
  const exited = new Promise((resolve) => host.on('exit', (code) => resolve(code ?? 0)));
  const ready = await Promise.race([readFirstLine(host.stdout), exited.then(() => undefined)]);
  if (ready === undefined) process.exit(await exited);
  const { url, running, port } = JSON.parse(ready);
  if (running) {
    process.stdout.write(`lakebook: this workspace is already open at\n${url}\n`);
    if (options.port !== undefined && Number(options.port) !== port) process.stdout.write(`lakebook: --port ${options.port} is ignored; the running host keeps port ${port}\n`);
    process.exit(0);
  }
  process.stdout.write(`Lakebook is open at\n${url}\nCtrl-C ends it.\n`);
  if (!options['no-open']) openBrowser(url);
  process.exit(await exited);
}

function readFirstLine(stream) {
  return new Promise((resolve) => {
    let text = '';
    stream.setEncoding('utf8');
    stream.on('data', (part) => {
      text += part;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
  });
}

function openBrowser(url) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const [command, args] = process.platform === 'darwin' ? ['open', [url]] : process.platform === 'win32' ? ['cmd', ['/c', 'start', '', url]] : ['xdg-open', [url]];
  const opener = spawn(command, args, { stdio: 'ignore', detached: true });
  opener.on('error', () => undefined); // the URL is printed; a missing opener costs nothing
  opener.unref();
}
