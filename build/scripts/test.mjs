// `npm test`: installs what is missing, then hands over to test.ts on Node 22. Plain JavaScript, as it runs on a fresh clone.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, ensureBuilt, ensureInstalled, fail, node22, runOrExit } from './toolchain.mjs';
import { provideTestElectron } from './testElectron.mjs';

const DEBIAN_PACKAGES = [
  'chromium', 'xvfb', 'xauth', 'fonts-dejavu', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libatk-bridge2.0-0', 'libdrm2',
];

const quick = process.argv.includes('--quick');
ensureInstalled();
ensureBuilt();
const environment = { ...process.env, TZ: 'UTC' };
if (!quick) {
  ensureBrowserParts();
  environment.LAKEBOOK_TEST_CHROMIUM ??= findChromium();
  const electron = provideTestElectron();
  if (electron.path !== undefined) environment.LAKEBOOK_TEST_ELECTRON = electron.path;
  else environment.LAKEBOOK_TEST_ELECTRON_MISSING = electron.reason;
}
const result = spawnSync(node22(), [path.join(ROOT, 'build/scripts/test.ts'), ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit', env: environment });
process.exit(result.status ?? 1);

/** Chromium, Xvfb and the libraries of Electron: through apt as root on Debian, else said exactly. */
function ensureBrowserParts() {
  const missing = [
    ...(findChromium() === undefined ? ['chromium'] : []),
    ...(process.platform === 'linux' ? ['Xvfb', 'xauth'].filter((name) => findOnPath(name) === undefined) : []),
    ...(process.platform === 'linux' && !fs.existsSync('/usr/share/doc/libgtk-3-0') && !fs.existsSync('/usr/share/doc/libgtk-3-0t64') && findOnPath('dpkg') ? ['libgtk-3-0'] : []),
  ];
  if (missing.length === 0) return;
  const debian = findOnPath('apt-get') !== undefined;
  if (debian && process.getuid?.() === 0) {
    process.stdout.write(`lakebook: installing ${missing.join(', ')} for the end-to-end tests\n`);
    runOrExit('apt-get', ['-qq', 'update']);
    runOrExit('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...DEBIAN_PACKAGES], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'ignore', 'inherit'] });
    return;
  }
  fail(debian
    ? `the end-to-end tests need ${missing.join(', ')}. Run: sudo apt-get install -y --no-install-recommends ${DEBIAN_PACKAGES.join(' ')}`
    : `the end-to-end tests need ${missing.join(', ')}. Install Chromium (or set LAKEBOOK_TEST_CHROMIUM to its executable)${process.platform === 'linux' ? ', Xvfb and xauth' : ''}.`);
}

function findChromium() {
  if (process.env.LAKEBOOK_TEST_CHROMIUM) return process.env.LAKEBOOK_TEST_CHROMIUM;
  return findOnPath('chromium') ?? findOnPath('chromium-browser') ?? findOnPath('google-chrome');
}

function findOnPath(name) {
  return (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}
