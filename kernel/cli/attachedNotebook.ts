import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import * as Y from 'yjs';
import { LakebookError } from '../base/errors.ts';
import type { InlineOutputs } from '../notebook/ipynbWrite.ts';
import { createNotebookDocument, readCells, type NotebookCell } from '../notebook/notebookDocument.ts';
import type { CellState } from '../rpc/notebooks.ts';
import { connectHost, type HostClient } from './hostConnection.ts';
import type { NotebookTask } from './localNotebook.ts';
import type { NotebookRun } from './notebookCommand.ts';
import { withTextTables } from './notebookOutputs.ts';

/** Runs the cells in a running host: windows that have the notebook open see it happen. */
export async function runAttached({ path, workspace }: NotebookTask, signal: AbortSignal): Promise<NotebookRun> {
  const { client: host, root } = await connectHost(workspace);
  try {
    const { header, bytes } = await host.request('notebooks.open', { path: await pathInWorkspace(root, path) }, signal);
    const doc = createNotebookDocument();
    Y.applyUpdate(doc, bytes);
    const cells = readCells(doc);
    const sqlCells = cells.filter(({ type, language }) => type === 'code' && language === 'sql');
    const states = await runCells(host, header.notebookId, sqlCells, signal);
    return await collectRun(host, cells, states, signal);
  } finally {
    host.close();
  }
}

async function pathInWorkspace(root: string, path: string): Promise<string> {
  const inside = relative(root, await realpath(path));
  if (inside.startsWith('..')) throw new LakebookError('CLI_USAGE', { detail: `${path} is not in the workspace ${root}; name its workspace with --workspace` });
  return inside.split(sep).join('/');
}

/** Resolves when every cell has run, or one of them failed and the rest will not. */
async function runCells(host: HostClient, notebookId: string, cells: readonly NotebookCell[], signal: AbortSignal): Promise<ReadonlyMap<string, CellState>> {
  const finished = new Map<string, CellState>();
  const cellIds = cells.map(({ id }) => id);
  if (cellIds.length === 0) return finished;
  const interrupt = (): void => void host.request('notebooks.interrupt', { notebookId }).catch(() => undefined);
  signal.addEventListener('abort', interrupt, { once: true });
  const started = new Set<string>();
  const ended = new Promise<void>((settle, fail) => {
    host.onClose(() => fail(new LakebookError('RPC_DISCONNECTED', { peer: 'the host' })));
    host.on('notebooks.cell', ({ notebookId: from, state }) => {
      if (from !== notebookId || !cellIds.includes(state.cellId)) return;
      if (state.run.kind === 'running') started.add(state.cellId);
      if (state.run.kind !== 'finished' || !started.has(state.cellId)) return;
      finished.set(state.cellId, state); // it may come again, with the head of its result
      if (state.run.status !== 'ok' || finished.size === cellIds.length) settle();
    });
  });
  ended.catch(() => undefined); // told where it is awaited
  await host.request('notebooks.run', { notebookId, cellIds });
  await ended;
  await host.request('notebooks.save', { notebookId });
  return finished;
}

async function collectRun(host: HostClient, cells: readonly NotebookCell[], states: ReadonlyMap<string, CellState>, signal: AbortSignal): Promise<NotebookRun> {
  const outputs = new Map<string, InlineOutputs>();
  let failure: NotebookRun['failure'];
  for (const [index, { id, source }] of cells.entries()) {
    const state = states.get(id);
    if (state === undefined) continue;
    const executionCount = state.run.kind === 'finished' ? state.run.executionCount : undefined;
    outputs.set(id, await withTextTables({ outputs: state.outputs, executionCount }, (cell) => host.request('results.cell', cell, signal)));
    const error = state.outputs.find((output) => output.kind === 'error')?.error;
    if (error !== undefined) failure ??= { cell: index + 1, source, error };
  }
  return { outputs, failure };
}
