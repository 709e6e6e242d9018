import type { NotebookWidget } from '../../../../kernel/notebook/widgets.ts';
import type { ErrorReport } from '../../../../kernel/base/errors.ts';
import { equalJson } from '../../../../kernel/notebook/json.ts';
import type { NotebookCell } from '../../../../kernel/notebook/notebookDocument.ts';
import type { CellRun, CellState, SaveState } from '../../../../kernel/rpc/notebooks.ts';
import { reconcileSelection, type CellSelection } from '../model/selection.ts';

/** A cell without its text, which changes with every key and is read where it is shown. */
export type CellSummary = Omit<NotebookCell, 'source' | 'position'>;

export type NotebookPhase = { readonly kind: 'opening' } | { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly error: ErrorReport };

/** What a window knows of one notebook, apart from its texts. */
export interface NotebookState {
  readonly phase: NotebookPhase;
  /** In order. A cell that did not change keeps its identity. */
  readonly cells: readonly CellSummary[];
  /** What stands above the cells, in the order it was made. */
  readonly widgets: readonly NotebookWidget[];
  /** Runs and outputs by cell id. */
  readonly states: ReadonlyMap<string, CellState>;
  /** Cells whose run was asked for, and the host has not said anything yet: shown as queued at once. */
  readonly requested: ReadonlySet<string>;
  readonly save: SaveState;
  /** Typing that the host has not acknowledged. */
  readonly unsent: boolean;
  readonly selection: CellSelection | undefined;
  /** Keys go to the cells as a whole, or into the text of the active one. */
  readonly mode: 'command' | 'edit';
  readonly lineNumbers: boolean;
  /** The last thing a screen reader is told. */
  readonly announcement: string;
}

export const INITIAL_STATE: NotebookState = {
  phase: { kind: 'opening' },
  cells: [],
  widgets: [],
  states: new Map(),
  requested: new Set(),
  save: { kind: 'saved' },
  unsent: false,
  selection: undefined,
  mode: 'command',
  lineNumbers: false,
  announcement: '',
};

const IDLE: CellRun = { kind: 'idle' };

/** The run of a cell as it is shown. */
export function runOf(state: NotebookState, cellId: string): CellRun {
  const run = state.states.get(cellId)?.run ?? IDLE;
  return state.requested.has(cellId) && run.kind !== 'running' && run.kind !== 'queued' ? { kind: 'queued', position: 0 } : run;
}

/** The state after the document's structure changed. */
export function nextCells(state: NotebookState, cells: readonly NotebookCell[]): NotebookState {
  const known = new Map(state.cells.map((cell) => [cell.id, cell]));
  const summaries = cells.map((cell) => keepIdentity(known.get(cell.id), summarise(cell)));
  const before = state.cells.map(({ id }) => id);
  const selection = reconcileSelection(before, summaries.map(({ id }) => id), state.selection);
  const mode = selection?.activeId === state.selection?.activeId ? state.mode : 'command';
  return { ...state, cells: summaries, selection, mode };
}

/** The state after the host said how a cell does. */
export function nextCellState(state: NotebookState, cell: CellState): NotebookState {
  const requested = state.requested.has(cell.cellId) ? without(state.requested, cell.cellId) : state.requested;
  return { ...state, requested, states: new Map(state.states).set(cell.cellId, cell) };
}

function summarise({ source: _source, position: _position, ...summary }: NotebookCell): CellSummary {
  return summary;
}

function keepIdentity(known: CellSummary | undefined, cell: CellSummary): CellSummary {
  const same =
    known !== undefined &&
    known.type === cell.type &&
    known.language === cell.language &&
    known.dialect === cell.dialect &&
    known.magic === cell.magic &&
    equalJson(known.metadata, cell.metadata) &&
    equalJson(known.attachments, cell.attachments);
  return same ? known : cell;
}

function without(set: ReadonlySet<string>, member: string): ReadonlySet<string> {
  const next = new Set(set);
  next.delete(member);
  return next;
}
