/** `npm run build`: bundles everything into dist/. Types are checked by `npm run types`, not here. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Packages with native parts stay in node_modules. DuckDB's JavaScript is bundled: its many files load three times as slowly. */
const NATIVE = ['@duckdb/node-bindings', '@parcel/watcher'];

const common: BuildOptions = { absWorkingDir: ROOT, bundle: true, platform: 'node', sourcemap: true, logLevel: 'warning', legalComments: 'none' };

/** Host, kernels and command line: Node 22, one module each, shared parts in chunks that load on demand. */
const node: BuildOptions = {
  ...common,
  entryPoints: {
    host: 'kernel/host/main.ts',
    engine: 'kernel/main.ts',
    ...optionalEntry('cli', 'kernel/cli/main.ts'),
    notebookWorker: 'kernel/host/notebookWorker.ts',
  },
  outdir: 'dist/kernel',
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  target: 'node20.19',
  external: NATIVE,
  // CommonJS packages inside ES modules ask for `require`.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
};

/** Electron's main and preload: the oldest Electron that is tested has Node 16 and loads CommonJS only. */
const electron: BuildOptions = {
  ...common,
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
