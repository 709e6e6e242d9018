// `npm run package`: the unpacked desktop app in dist/package. Uses npm's Electron where its binary is there, else the
// Electron of the tests (to try the packaging, not to ship). `--linux`, `--mac`, `--win` as electron-builder knows them.
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { ROOT, ensureBuilt, ensureInstalled, fail, node22 } from '../scripts/toolchain.mjs';
import { provideTestElectron } from '../scripts/testElectron.mjs';

ensureInstalled();
ensureBuilt();
const electron = findElectron();
process.stdout.write(`lakebook: packaging with Electron ${electron.version}${electron.forTests ? ' (the one of the tests)' : ''}\n`);
const config = {
  appId: 'org.lakebook.app',
  productName: 'Lakebook',
  electronVersion: electron.version,
  ...(electron.folder === undefined ? {} : { electronDist: electron.folder }),
  directories: { output: 'dist/package', buildResources: 'build/package' },
  // Host and kernels are processes of their own and read their files from disk.
  asar: false,
  npmRebuild: false,
  files: ['dist/electron/**', 'dist/kernel/**', 'dist/renderer/**', 'package.json', 'examples/quickstart/**', '!**/*.map', '!node_modules/node-{linux,darwin,win,bin}*/**'],
  linux: { target: 'dir', category: 'Development' },
  mac: { target: 'dir', category: 'public.app-category.developer-tools' },
  win: { target: 'dir' },
};
const configFile = path.join(ROOT, 'dist/package.config.json');
fs.writeFileSync(configFile, JSON.stringify(config, undefined, 2));
const platform = process.argv.slice(2).filter((argument) => ['--linux', '--mac', '--win'].includes(argument));
const result = spawnSync(node22(), [path.join(ROOT, 'node_modules/electron-builder/cli.js'), ...platform, '--dir', '--config', configFile, '--publish', 'never'], {
  cwd: ROOT,
  stdio: 'inherit',
});
// The tests' Electron brings the loader that it starts folders with; an app has no use for it.
fs.rmSync(path.join(ROOT, 'dist/package/linux-unpacked/resources/app/main.js'), { force: true });
process.exit(result.status ?? 1);

function findElectron() {
  const folder = path.join(ROOT, 'node_modules/electron');
  const version = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
  if (fs.existsSync(path.join(folder, 'path.txt'))) return { version, folder: path.join(folder, 'dist'), forTests: false };
  const test = provideTestElectron();
  if (test.path === undefined) fail(`there is no Electron to package with: npm's has no binary here, and ${test.reason}`);
  return { version: '22.3.25', folder: path.dirname(test.path), forTests: true };
}
