import { randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import type { EngineKernel } from '../engineKernel.ts';
import { failRun, idleState, nextRun, startRun, withHead, type RunningCell } from '../host/cellRun.ts';
import type { FileCell, NotebookFile } from '../notebook/ipynb.ts';
import type { InlineOutputs } from '../notebook/ipynbWrite.ts';
import { reportError } from '../base/errors.ts';
import type { CellState } from '../rpc/notebooks.ts';
import { readWidgets } from '../notebook/widgets.ts';
import type { Parameters } from '../rpc/widgets.ts';
import { openLocalKernel } from './localKernel.ts';
import type { NotebookRun } from './notebookCommand.ts';
import { withTextTables } from './notebookOutputs.ts';

export interface NotebookTask {
  readonly path: string;
  readonly file: NotebookFile;
  readonly workspace: string;
}

/** Rows of a result that stay in the notebook, for those who open it without running. */
const HEAD_ROWS = 200;

/** Runs the cells in an engine of this process. */
export async function runLocally(task: NotebookTask, signal: AbortSignal): Promise<NotebookRun> {
  const kernel = await openLocalKernel(task.workspace);
  const outputs = new Map<string, InlineOutputs>();
  try {
    for (const [index, cell] of task.file.cells.entries()) {
      if (cell.content.type !== 'code' || cell.content.language !== 'sql') continue;
      const state = await runCell(kernel, task, cell, outputs.size + 1, signal);
      outputs.set(cell.id, await readOutputs(kernel, state, signal));
      const error = state.outputs.find((output) => output.kind === 'error')?.error;
      if (error !== undefined) return { outputs, failure: { cell: index + 1, source: cell.content.source, error } };
    }
    return { outputs, failure: undefined };
  } finally {
    await kernel.dispose();
  }
}

/** All cells share one session, as they do in a window. */
const SESSION = 'notebook';

async function runCell(kernel: EngineKernel, { path, workspace, file }: NotebookTask, { id, content }: FileCell, executionCount: number, signal: AbortSignal): Promise<CellState> {
  const executionId = randomUUID();
  let running: RunningCell = startRun(idleState(id), { startedAtMs: Date.now(), executionCount, sourceHash: '' });
  const listening = kernel.events.subscribe((event) => {
    if (event.name === 'executions.event' && event.params.executionId === executionId) running = nextRun(running, event.params.event, Date.now());
  });
  const start = { executionId, sessionId: SESSION, dialect: content.dialect ?? 'spark', source: content.source, notebook: relative(workspace, path), cellId: id, parameters: parametersOf(file) };
  try {
    await kernel.handlers['executions.start'](start, signal);
  } catch (error) {
    running = failRun(running, reportError(error), Date.now());
  } finally {
    listening.dispose();
  }
  return running.state;
}

/** What the notebook's widgets were set to when it was saved. */
function parametersOf({ metadata }: NotebookFile): Parameters {
  return Object.fromEntries(readWidgets(metadata).map(({ name, value }) => [name, { value }]));
}

/** The outputs as the file keeps them. The results themselves end with this process. */
async function readOutputs(kernel: EngineKernel, state: CellState, signal: AbortSignal): Promise<InlineOutputs> {
  let kept = state;
  for (const output of state.outputs) {
    if (output.kind !== 'result' || output.state !== 'complete') continue;
    const { bytes } = await kernel.handlers['results.page']({ resultId: output.resultId, offset: 0, limit: HEAD_ROWS }, signal);
    kept = withHead(kept, output.resultId, Buffer.from(bytes).toString('base64'));
  }
  const executionCount = state.run.kind === 'finished' ? state.run.executionCount : undefined;
  const readable = await withTextTables({ outputs: kept.outputs, executionCount }, async (cell) => kernel.handlers['results.cell'](cell, signal));
  for (const output of state.outputs) if (output.kind === 'result') await kernel.handlers['results.discard']({ resultId: output.resultId }, signal);
  return readable;
}
