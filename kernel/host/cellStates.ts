import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Emitter } from '../base/events.ts';
import type { InlineOutputs } from '../notebook/ipynbWrite.ts';
import { cellStateShape, type CellState, type Output } from '../rpc/notebooks.ts';
import { writeFileAtomically } from './atomicFile.ts';
import { idleState } from './cellRun.ts';
import { openRecordFile, readRecords, type RecordFile } from './recordFile.ts';

/**
 * Runs and outputs of one notebook's cells, by cell id: what `kernel/notebook`'s document leaves out. Kept in a journal in
 * the state folder, so that they survive host and kernels; a state of a cell that is gone waits for an undo.
 */
export interface CellStates {
  /** Every change, kept or not. */
  readonly changed: Emitter<CellState>;
  get(cellId: string): CellState;
  readonly all: ReadonlyMap<string, CellState>;
  /** A fleeting state (queued, running): shown, not kept. */
  show(state: CellState): void;
  /** A state worth keeping: outputs were made or cleared. Resolves when it is in the journal. */
  keep(state: CellState): Promise<void>;
  /** Outputs as the file has them; they yield to what was made here, until the file changes. */
  takeFromFile(cellId: string, outputs: readonly Output[], options: { readonly overMade: boolean }): void;
  /** What was made or cleared here and belongs inline into the file. */
  inlineOutputs(): (readonly [string, InlineOutputs])[];
  /** The number of the next run. */
  nextExecutionCount(): number;
  close(): Promise<void>;
}

const KEPT = 1;
const JOURNAL_BYTES_MIN = 4 * 1024 * 1024;
const snapshotShape = z.object({ version: z.literal(1), cells: z.array(cellStateShape) });

/** Reads what is kept; where that is nothing, `snapshotFile` (which travels with the workspace) is read instead. */
export async function openCellStates(folder: string, snapshotFile: string): Promise<CellStates> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'outputs.journal');
  const { records, endBytes } = await readRecords(file);
  const kept = new Map<string, CellState>();
  for (const { payload } of records) {
    const state = cellStateShape.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    if (state.success) kept.set(state.data.cellId, endedState(state.data));
  }
  if (records.length === 0) for (const state of await readSnapshot(snapshotFile)) kept.set(state.cellId, state);
  const journal = await openRecordFile(file, endBytes);
  if (endBytes > JOURNAL_BYTES_MIN) await journal.replace([...kept.values()].map(stateRecord));
  return createCellStates(kept, journal);
}

/** Writes the snapshot of these cells beside the notebooks, in `.lakebook/`, which ignores itself in Git. */
export async function writeOutputSnapshot(file: string, workspaceFolder: string, cells: readonly CellState[]): Promise<void> {
  const own = path.join(workspaceFolder, '.lakebook');
  await mkdir(path.dirname(file), { recursive: true });
  await writeIgnoreFile(own);
  await writeFileAtomically(file, JSON.stringify({ version: 1, cells }));
}

function createCellStates(states: Map<string, CellState>, journal: RecordFile): CellStates {
  const changed = new Emitter<CellState>();
  const made = new Set(states.keys());
  let executionCount = Math.max(0, ...[...states.values()].map(({ run }) => (run.kind === 'finished' ? run.executionCount : 0)));
  const get = (cellId: string): CellState => states.get(cellId) ?? idleState(cellId);
  const show = (state: CellState): void => {
    if (states.get(state.cellId) === state) return;
    states.set(state.cellId, state);
    changed.emit(state);
  };
  return {
    changed,
    get,
    all: states,
    show,
    keep: async (state) => {
      made.add(state.cellId);
      show(state);
      await journal.append(stateRecord(state));
    },
    takeFromFile: (cellId, outputs, { overMade }) => {
      if (made.has(cellId) && !overMade) return;
      made.delete(cellId);
      if (outputs.length > 0 || states.has(cellId)) show({ ...idleState(cellId), outputs: [...outputs] });
    },
    inlineOutputs: () =>
      [...made].flatMap((cellId): (readonly [string, InlineOutputs])[] => {
        const { run, outputs } = get(cellId);
        return run.kind === 'queued' || run.kind === 'running' ? [] : [[cellId, { outputs, executionCount: run.kind === 'finished' ? run.executionCount : undefined }]];
      }),
    nextExecutionCount: () => ++executionCount,
    close: () => journal.close(),
  };
}

/** A kept state in which the cell still runs tells of a host that died: nobody runs it any more. */
function endedState(state: CellState): CellState {
  if (state.run.kind !== 'running' && state.run.kind !== 'queued') return state;
  const ended = state.run.kind === 'running' ? state.run.startedAtMs : 0;
  const outputs = state.outputs.map((output): Output => (output.kind === 'result' && output.state === 'running' ? { ...output, state: 'canceled' } : output));
  return {
    ...state,
    run: { kind: 'finished', status: 'canceled', finishedAtMs: ended, durationMs: 0, executionCount: 0 },
    outputs: [...outputs, { kind: 'notice', text: 'Lakebook ended while this cell was running.' }],
  };
}

function stateRecord(state: CellState): { readonly kind: number; readonly payload: Uint8Array } {
  return { kind: KEPT, payload: new TextEncoder().encode(JSON.stringify(state)) };
}

async function readSnapshot(file: string): Promise<readonly CellState[]> {
  try {
    return snapshotShape.parse(JSON.parse(await readFile(file, 'utf8'))).cells;
  } catch {
    return []; // a snapshot is a copy for others; without it, or with a broken one, cells just have no outputs yet
  }
}

async function writeIgnoreFile(folder: string): Promise<void> {
  const file = path.join(folder, '.gitignore');
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present === undefined) await writeFileAtomically(file, '# Output snapshots. Remove the next line to share them.\n*\n');
}
