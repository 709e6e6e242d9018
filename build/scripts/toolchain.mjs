// What the starters share: where Node 22 is, and what has to be installed and built before anything runs.
// Plain JavaScript, no dependency, any Node >= 20.19: this runs on a fresh clone, before `npm install`.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const INSTALL_STAMP = path.join(ROOT, 'node_modules/.lakebook-install');
const BUILD_STAMP = path.join(ROOT, 'dist/.build-stamp');

/** Runs a command visibly; ends the process with its status if it fails. */
export function runOrExit(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (result.error !== undefined) fail(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Ends the process with one line on standard error. */
export function fail(message, status = 1) {
  process.stderr.write(`lakebook: ${message}\n`);
  process.exit(status);
}

/** The Node that host, kernels, build and tests run on: this one if it is 22 or newer, else the one npm brought along. */
export function node22() {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const packaged = path.join(ROOT, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (fs.existsSync(packaged)) return fs.realpathSync(packaged);
  fail(`Node ${process.versions.node} is too old to run Lakebook and npm brought no newer one for ${process.platform}-${process.arch}. Install Node 22 (nodejs.org) and start again.`);
}

/**
 * Installs if node_modules is not what package-lock.json says. Not `npm ci`: it refuses where a registry lacks an optional
 * package of another platform, which a mirror often does.
 */
export function ensureInstalled() {
  const lock = fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8');
  const wanted = `${fingerprintText(lock)} ${process.platform}-${process.arch}`;
  if (readIfThere(INSTALL_STAMP) === wanted) return;
  process.stdout.write('lakebook: installing packages (once)\n');
  // Nothing that Lakebook uses needs an install script; native parts ship inside their packages.
  runOrExit(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    shell: process.platform === 'win32',
  });
  fs.writeFileSync(INSTALL_STAMP, wanted);
}

/** Builds dist/ if a source is newer than the last build. */
export function ensureBuilt() {
  const wanted = sourceFingerprint();
  if (readIfThere(BUILD_STAMP) === wanted) return;
  process.stdout.write('lakebook: building\n');
  runOrExit(node22(), [path.join(ROOT, 'build/scripts/build.ts')]);
  fs.writeFileSync(BUILD_STAMP, wanted);
}

const SOURCE_FOLDERS = ['electron', 'renderer', 'kernel', 'extensions', 'build/scripts'];
const SOURCE_FILES = ['package-lock.json', 'package.json', 'tsconfig.base.json'];

/** Changes whenever a source file that goes into dist/ changes: names, sizes and times, no contents. */
function sourceFingerprint() {
  const parts = [];
  const visit = (file) => {
    const status = fs.statSync(file, { throwIfNoEntry: false });
    if (status === undefined) return;
    if (status.isDirectory()) for (const name of fs.readdirSync(file).sort()) visit(path.join(file, name));
    else if (!/\.test\.tsx?$/.test(file)) parts.push(`${path.relative(ROOT, file)}:${status.size}:${status.mtimeMs}`);
  };
  for (const name of [...SOURCE_FOLDERS, ...SOURCE_FILES]) visit(path.join(ROOT, name));
  return fingerprintText(parts.join('\n'));
}

/** FNV-1a over UTF-16 units, twice with different seeds: enough to see that something changed. */
function fingerprintText(text) {
  const hash = (seed) => {
    let value = seed >>> 0;
    for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
    return value.toString(16).padStart(8, '0');
  };
  return hash(0x811c9dc5) + hash(0x9747b28c);
}

function readIfThere(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}
