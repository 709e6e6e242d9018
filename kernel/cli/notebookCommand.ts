import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ErrorReport } from '../base/errors.ts';
import { attemptFile, writeFileAtomically } from '../host/atomicFile.ts';
import { initialPositions } from '../notebook/cellPosition.ts';
import { parseNotebook, type NotebookFile } from '../notebook/ipynb.ts';
import { writeNotebook, type InlineOutputs } from '../notebook/ipynbWrite.ts';
import type { RunCommand } from './arguments.ts';
import { StatementFailure } from './failureText.ts';
import { resolveWorkspace } from './localKernel.ts';

/** What running a notebook came to. */
export interface NotebookRun {
  /** By cell id, of the cells that ran. */
  readonly outputs: ReadonlyMap<string, InlineOutputs>;
  /** Of the cell that ended the run. */
  readonly failure: { readonly cell: number; readonly source: string; readonly error: ErrorReport } | undefined;
}

/**
 * Runs the SQL cells of a notebook in order, up to the first that fails, and writes the notebook with their outputs: to
 * `-o OUT`, or in place.
 * @throws StatementFailure of the cell that failed; the notebook is written all the same
 */
export async function runNotebook(command: RunCommand, signal: AbortSignal): Promise<readonly string[]> {
  const path = resolve(command.notebook);
  const file = parseNotebook(await attemptFile(path, () => readFile(path, 'utf8')));
  const workspace = await resolveWorkspace(command.workspace ?? dirname(path));
  const run = command.attach
    ? await (await import('./attachedNotebook.ts')).runAttached({ path, file, workspace }, signal)
    : await (await import('./localNotebook.ts')).runLocally({ path, file, workspace }, signal);
  const target = command.output === undefined ? path : resolve(command.output);
  await writeFileAtomically(target, withOutputs(file, run.outputs));
  if (run.failure !== undefined) throw new StatementFailure(run.failure.error, run.failure.source, undefined, `cell ${run.failure.cell} of ${path}`);
  process.stdout.write(`${run.outputs.size} cells ran; written to ${target}\n`);
  return otherLanguages(file);
}

/** The file's text with new outputs in the cells that ran, and not a byte changed elsewhere. */
function withOutputs(file: NotebookFile, outputs: ReadonlyMap<string, InlineOutputs>): string {
  const positions = initialPositions(file.cells.length);
  const cells = file.cells.map(({ id, content }, index) => ({ ...content, id, position: positions[index]! }));
  return writeNotebook(file, { cells, metadata: file.metadata, outputs });
}

function otherLanguages({ cells }: NotebookFile): readonly string[] {
  const left = cells.filter(({ content }) => content.type === 'code' && content.language !== 'sql').length;
  return left === 0 ? [] : [`${left} ${left === 1 ? 'cell of another language' : 'cells of other languages'} than SQL left as found; SQL begins with %%sql.`];
}
