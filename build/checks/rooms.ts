/**
 * The architecture as data: what each room may import. Inside a process rooms are listed top-down; none imports one
 * above it. A package is named by the one room (or the few) that owns it. `node:` stands for Node's own modules.
 * A room is the longest prefix that matches a file's path.
 */
const BASE = 'kernel/base';
const RPC = 'kernel/rpc';
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'electron/main': ['electron', 'node:', RPC, BASE],
  'electron/preload': ['electron', RPC],

  'renderer/app': ['renderer/features', 'renderer/editor', 'renderer/grid', 'renderer/charts', 'renderer/state', 'renderer/client', 'renderer/ui', RPC, BASE, 'react', 'react-dom', 'zustand', 'flexlayout-react', 'react-aria-components', '@vscode/codicons'],
  'renderer/features': ['renderer/editor', 'renderer/grid', 'renderer/charts', 'renderer/state', 'renderer/client', 'renderer/ui', 'kernel/sql', 'kernel/notebook', RPC, BASE, 'react', 'react-dom', 'zustand', 'react-aria-components', 'virtua', 'yjs', 'dompurify', 'markdown-it', 'katex'],
  'renderer/editor': ['renderer/ui', 'renderer/state', 'renderer/client', 'kernel/sql', 'kernel/notebook', RPC, BASE, 'react', 'monaco-editor', 'yjs'],
  'renderer/grid': ['renderer/ui', 'renderer/state', 'renderer/client', RPC, BASE, 'react', 'react-aria-components', '@uwdata/flechette'],
  'renderer/charts': ['renderer/grid', 'renderer/ui', 'renderer/state', 'renderer/client', RPC, BASE, 'react', 'react-aria-components', '@uwdata/flechette', 'plotly.js-cartesian-dist-min'],
  // react: the context that hands the window's services to components, and hooks that read stores; no components
  'renderer/state': ['renderer/client', 'kernel/notebook', RPC, BASE, 'zustand', 'yjs', 'react'],
  'renderer/client': [RPC, BASE],
  'renderer/ui': ['react', 'react-aria-components', 'virtua', '@vscode/codicons'],
  renderer: ['renderer/app', 'renderer/client', 'renderer/ui', 'react', 'react-dom'],

  'kernel/cli': ['kernel/engineKernel.ts', 'kernel/query', 'kernel/sql', 'kernel/notebook', 'kernel/storage', 'kernel/host/statePaths.ts', 'kernel/host/hostLock.ts', 'kernel/host/atomicFile.ts', 'kernel/host/cellRun.ts', RPC, BASE, 'node:', 'ws', 'yjs'],
  'kernel/host': ['kernel/notebook', 'kernel/storage', RPC, BASE, 'node:', 'ws', 'yjs', 'zod', '@parcel/watcher'],
  'kernel/session': ['kernel/query', 'kernel/catalog', 'kernel/delta', 'kernel/arrow', 'kernel/duckdb', 'kernel/storage', RPC, BASE, 'node:', 'zod'],
  'kernel/query': ['kernel/sql', 'kernel/catalog', 'kernel/duckdb', 'kernel/delta', 'kernel/arrow', 'kernel/storage', BASE, 'node:'],
  'kernel/catalog': ['kernel/delta', 'kernel/storage', BASE, 'node:'],
  'kernel/duckdb': ['kernel/delta', 'kernel/arrow', BASE, 'node:', '@duckdb/node-api', '@duckdb/node-bindings', 'apache-arrow'],
  'kernel/delta': ['kernel/arrow', 'kernel/storage', BASE],
  'kernel/sql': [BASE],
  'kernel/notebook': [RPC, BASE, 'yjs'],
  'kernel/arrow': [BASE, 'apache-arrow'],
  'kernel/storage': [BASE, 'node:'],
  'kernel/rpc': [BASE, 'zod'],
  'kernel/base': [],
  // the engine kernel's composition root
  kernel: ['kernel/session', 'kernel/query', 'kernel/catalog', 'kernel/duckdb', 'kernel/delta', 'kernel/storage', 'kernel/arrow', RPC, BASE, 'node:'],
};
