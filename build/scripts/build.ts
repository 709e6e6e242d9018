/** `npm run build`: bundles everything into dist/. Types are checked by `npm run types`, not here. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { commonBundle, nodeBundle, ROOT } from './bundles.ts';

/** Host, kernels and command line. */
const node: BuildOptions = {
  ...nodeBundle,
  entryPoints: {
    host: 'kernel/host/main.ts',
    engine: 'kernel/main.ts',
    ...optionalEntry('cli', 'kernel/cli/main.ts'),
    notebookWorker: 'kernel/host/notebookWorker.ts',
  },
  outdir: 'dist/kernel',
};

/** Electron's main and preload: the oldest Electron that is tested has Node 16 and loads CommonJS only. */
const electron: BuildOptions = {
  ...commonBundle,
  entryPoints: { main: 'electron/main/main.ts', preload: 'electron/preload/preload.ts' },
  outdir: 'dist/electron',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  target: 'node16',
  external: ['electron'],
};

function optionalEntry(name: string, file: string): Record<string, string> {
  return fs.existsSync(path.join(ROOT, file)) ? { [name]: file } : {};
}

function buildRenderer(): void {
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  const result = spawnSync(process.execPath, [vite, 'build', 'renderer', '--logLevel', 'warn'], { cwd: ROOT, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

fs.rmSync(path.join(ROOT, 'dist/kernel'), { recursive: true, force: true });
fs.rmSync(path.join(ROOT, 'dist/electron'), { recursive: true, force: true });
await Promise.all([build(node), build(electron)]);
buildRenderer();
