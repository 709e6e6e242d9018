/** How sources become bundles, for the build and for benchmarks of what it makes. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Packages with native parts stay in node_modules. DuckDB's JavaScript is bundled: its many files load three times as slowly. */
const NATIVE = ['@duckdb/node-bindings', '@parcel/watcher'];

export const commonBundle: BuildOptions = { absWorkingDir: ROOT, bundle: true, platform: 'node', sourcemap: true, logLevel: 'warning', legalComments: 'none' };

/** For Node 22: ES modules, shared parts in chunks that load on demand. */
export const nodeBundle: BuildOptions = {
  ...commonBundle,
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  target: 'node20.19',
  external: NATIVE,
  // CommonJS packages inside ES modules ask for `require`.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
};
