import type { CaretTarget, CellEditorHost } from '../../../editor/cellEditorHost.ts';
import {
  cellSource, copyCells, deleteCells, insertCell, mergeCells, moveCells, pasteCells, setCellKind, setCellMetadata, setCellSource, splitCell, SQL_CELL, USER_ORIGIN,
  type CellContent, type Place,
} from '../../../../kernel/notebook/notebookDocument.ts';
import { isJsonObject, type JsonValue } from '../../../../kernel/notebook/json.ts';
import { setWidgetValue } from '../../../../kernel/notebook/widgets.ts';
import type { CellKind } from '../model/cellKinds.ts';
import { formatClipboard, parseClipboard } from '../model/clipboard.ts';
import { setHeading } from '../model/headings.ts';
import { nextSelection, selectAll, selectedIds, selectOne, selectTo, type SelectionStep } from '../model/selection.ts';
import type { CellSummary } from './notebookState.ts';
import type { NotebookSession } from './notebookSession.ts';

/** What the controller asks of whoever shows the notebook. */
export interface NotebookSurface {
  /** The live editor, once it is loaded. */
  readonly editor: CellEditorHost | undefined;
  /** Where the caret goes when the editor arrives in the cell that is now active. */
  placeCaret(caret: CaretTarget): void;
  /** Puts the keyboard's focus on the active cell as a whole. */
  focusCell(): void;
  showKeys(): void;
  restartKernel(): Promise<void>;
}

/** The user's doings in one view of a notebook, by name. Every change of the document is one undo step. */
export class NotebookController {
  readonly session: NotebookSession;
  readonly surface: NotebookSurface;
  #clipboard: readonly CellContent[] = [];

  constructor(session: NotebookSession, surface: NotebookSurface) {
    this.session = session;
    this.surface = surface;
  }

  get activeId(): string | undefined {
    return this.session.state.selection?.activeId;
  }

  get selectedIds(): string[] {
    return selectedIds(this.session.order, this.session.state.selection);
  }

  get activeCell(): CellSummary | undefined {
    return this.session.state.cells.find(({ id }) => id === this.activeId);
  }

  /** One cell of code, without a word in it. */
  get isUnwritten(): boolean {
    const [cell, ...others] = this.session.state.cells;
    return others.length === 0 && cell?.type === 'code' && cellSource(this.session.document, cell.id)?.length === 0;
  }

  // Selection and modes

  select(cellId: string, extend = false): void {
    const { selection } = this.session.state;
    this.session.update({ selection: extend ? selectTo(selection, cellId) : selectOne(cellId), mode: 'command' });
  }

  step(step: SelectionStep, extend = false): void {
    const selection = nextSelection(this.session.order, this.session.state.selection, step, extend);
    if (selection !== undefined) this.session.update({ selection, mode: 'command' });
  }

  selectAll(): void {
    const selection = selectAll(this.session.order);
    if (selection !== undefined) this.session.update({ selection, mode: 'command' });
  }

  edit(caret: CaretTarget = { kind: 'keep' }, cellId = this.activeId): void {
    if (cellId === undefined) return;
    this.surface.placeCaret(caret);
    this.session.update({ selection: selectOne(cellId), mode: 'edit' });
  }

  leaveEditing(): void {
    this.session.undo.cut();
    this.session.update({ mode: 'command' });
    this.surface.focusCell();
  }

  /** The arrow keys at a cell's border go on in the neighbour: into its text, or onto it where it shows none. */
  editNeighbour(direction: 'up' | 'down'): void {
    const { order } = this.session;
    const neighbour = order[order.indexOf(this.activeId ?? '') + (direction === 'up' ? -1 : 1)];
    if (neighbour === undefined) return;
    const cell = this.session.state.cells.find(({ id }) => id === neighbour);
    if (cell?.type === 'markdown') {
      this.select(neighbour);
      this.surface.focusCell();
    } else {
      this.edit({ kind: direction === 'up' ? 'end' : 'start' }, neighbour);
    }
  }

  // Running

  async run(cellIds: readonly string[] = this.selectedIds): Promise<void> {
    this.session.undo.cut();
    if (this.activeCell?.type === 'markdown' && this.session.state.mode === 'edit') this.leaveEditing();
    await this.session.run(cellIds);
  }

  async runAndAdvance(): Promise<void> {
    const ids = this.selectedIds;
    const { order } = this.session;
    const last = ids.at(-1);
    const next = order[order.indexOf(last ?? '') + 1];
    const running = this.run(ids);
    if (next === undefined) {
      const cellId = insertCell(this.session.document, { at: 'end' }, this.#newCell());
      this.edit({ kind: 'start' }, cellId);
    } else {
      this.select(next);
      this.surface.focusCell();
    }
    await running;
  }

  async runAndInsert(): Promise<void> {
    const ids = this.selectedIds;
    const running = this.run(ids);
    this.insert('below');
    this.edit({ kind: 'start' });
    await running;
  }

  runAll(): Promise<void> {
    return this.run(this.session.order);
  }

  runAbove(): Promise<void> {
    const [first] = this.selectedIds;
    return first === undefined ? Promise.resolve() : this.run(this.session.order.slice(0, this.session.order.indexOf(first)));
  }

  runBelow(): Promise<void> {
    const [first] = this.selectedIds;
    return first === undefined ? Promise.resolve() : this.run(this.session.order.slice(this.session.order.indexOf(first)));
  }

  // Cells

  insert(where: 'above' | 'below', content: CellContent = this.#newCell()): void {
    const ids = this.selectedIds;
    const place = where === 'below' ? this.#placeBelow(ids.at(-1)) : this.#placeAbove(ids[0]);
    this.select(insertCell(this.session.document, place, content));
    this.surface.focusCell();
  }

  /** Inserts behind a cell, or at the start, and begins to write there. */
  insertAt(afterId: string | undefined, content: CellContent): void {
    this.edit({ kind: 'start' }, insertCell(this.session.document, afterId === undefined ? { at: 'start' } : { after: afterId }, content));
  }

  /** A notebook keeps at least one cell. */
  delete(cellIds: readonly string[] = this.selectedIds): void {
    const { document, order } = this.session;
    if (cellIds.length === 0) return;
    document.transact(() => {
      if (cellIds.length >= order.length) insertCell(document, { at: 'start' }, SQL_CELL);
      deleteCells(document, cellIds);
    }, USER_ORIGIN);
    this.session.update({ mode: 'command' });
    this.surface.focusCell();
  }

  move(direction: 'up' | 'down'): void {
    const { document, order } = this.session;
    const ids = this.selectedIds;
    const first = order.indexOf(ids[0] ?? '');
    const last = order.indexOf(ids.at(-1) ?? '');
    if (direction === 'up' ? first <= 0 : last < 0 || last >= order.length - 1) return;
    moveCells(document, ids, direction === 'up' ? this.#placeAbove(order[first - 1]) : this.#placeBelow(order[last + 1]));
  }

  /** Moves cells to stand before `index` of the present order. */
  moveTo(cellIds: readonly string[], index: number): void {
    const { document, order } = this.session;
    const moving = new Set(cellIds);
    const after = order.slice(0, index).filter((cellId) => !moving.has(cellId)).at(-1);
    moveCells(document, cellIds, this.#placeBelow(after));
  }

  split(): void {
    const cellId = this.activeId;
    const offset = this.surface.editor?.caretOffset;
    if (cellId === undefined || offset === undefined || this.surface.editor?.cellId !== cellId) return;
    const second = splitCell(this.session.document, cellId, offset);
    if (second !== undefined) this.edit({ kind: 'start' }, second);
  }

  /** Joins the selected cells, or the active one with the one below it. */
  merge(): void {
    const ids = this.selectedIds;
    const { order } = this.session;
    const below = order[order.indexOf(ids[0] ?? '') + 1];
    const merged = ids.length > 1 || below === undefined ? ids : [...ids, below];
    const [first] = merged;
    if (merged.length < 2 || first === undefined) return;
    mergeCells(this.session.document, merged);
    this.select(first);
    this.surface.focusCell();
  }

  setKind(kind: CellKind, cellIds: readonly string[] = this.selectedIds): void {
    const { document } = this.session;
    const { type, language, dialect } = kind;
    document.transact(() => {
      for (const cellId of cellIds) setCellKind(document, cellId, { type, language, ...(dialect === undefined ? {} : { dialect }) });
    }, USER_ORIGIN);
  }

  /** Makes the selected cells code in the language of the code around them. */
  toCode(): void {
    const { type, language, dialect } = this.#newCell(true);
    this.setKind({ type, language, ...(dialect === undefined ? {} : { dialect }) });
  }

  setHeading(level: number): void {
    const { document } = this.session;
    const ids = this.selectedIds;
    document.transact(() => {
      for (const cellId of ids) {
        setCellKind(document, cellId, { type: 'markdown', language: 'markdown' });
        setCellSource(document, cellId, setHeading(this.session.source(cellId), level));
      }
    }, USER_ORIGIN);
  }

  // Clipboard

  copy(): string {
    this.#clipboard = copyCells(this.session.document, this.selectedIds);
    return formatClipboard(this.#clipboard);
  }

  cut(): string {
    const text = this.copy();
    this.delete();
    return text;
  }

  /** Pastes a notebook's text, or what was copied here last. False where there is nothing to paste. */
  paste(where: 'above' | 'below', text?: string): boolean {
    const contents = text === undefined ? this.#clipboard : (parseClipboard(text) ?? []);
    if (contents.length === 0) return false;
    const ids = this.selectedIds;
    const place = where === 'below' ? this.#placeBelow(ids.at(-1)) : this.#placeAbove(ids[0]);
    const pasted = pasteCells(this.session.document, place, contents);
    const [first] = pasted;
    const last = pasted.at(-1);
    if (first !== undefined && last !== undefined) this.session.update({ selection: { anchorId: first, activeId: last }, mode: 'command' });
    this.surface.focusCell();
    return true;
  }

  // Undo

  undo(): void {
    if (!this.session.undo.undo()) this.session.update({ announcement: 'Nothing to undo' });
    if (this.session.state.mode === 'command') this.surface.focusCell();
  }

  redo(): void {
    if (!this.session.undo.redo()) this.session.update({ announcement: 'Nothing to redo' });
    if (this.session.state.mode === 'command') this.surface.focusCell();
  }

  // View

  toggleOutputs(cellIds: readonly string[] = this.selectedIds): void {
    const cells = this.session.state.cells.filter(({ id }) => cellIds.includes(id));
    const hide = cells.some((cell) => !areOutputsHidden(cell));
    this.session.document.transact(() => {
      for (const cell of cells) {
        this.#patchMetadata(cell, 'jupyter', 'outputs_hidden', hide ? true : undefined);
        if (!hide && cell.metadata['collapsed'] === true) setCellMetadata(this.session.document, cell.id, 'collapsed', undefined);
      }
    }, USER_ORIGIN);
  }

  toggleLineNumbers(): void {
    const lineNumbers = !this.session.state.lineNumbers;
    this.surface.editor?.setLineNumbers(lineNumbers);
    this.session.update({ lineNumbers });
  }

  /** A setting of ours in the cell's metadata (`lakebook.<key>`): saved with the notebook, and undoable. */
  setSetting(cellId: string, key: string, value: JsonValue | undefined): void {
    const cell = this.session.state.cells.find(({ id }) => id === cellId);
    if (cell !== undefined) this.#patchMetadata(cell, 'lakebook', key, value);
  }

  /** Sets a widget: the next run of a cell sees it. */
  setWidgetValue(name: string, value: string): void {
    setWidgetValue(this.session.document, name, value);
  }

  replaceText(cellId: string, start: number, end: number, text: string): void {
    const source = this.session.source(cellId);
    setCellSource(this.session.document, cellId, source.slice(0, start) + text + source.slice(end));
    this.edit({ kind: 'offset', start: start + text.length, end: start + text.length }, cellId);
  }

  #patchMetadata(cell: CellSummary, group: string, key: string, value: JsonValue | undefined): void {
    const { [key]: _old, ...rest } = objectOf(cell.metadata[group]);
    const next = value === undefined ? rest : { ...rest, [key]: value };
    setCellMetadata(this.session.document, cell.id, group, Object.keys(next).length === 0 ? undefined : next);
  }

  /** An empty cell in the language of the nearest code cell at or above the active one. */
  #newCell(skipMarkdown = false): CellContent {
    const { cells } = this.session.state;
    const upTo = cells.slice(0, cells.findIndex(({ id }) => id === this.activeId) + 1);
    const near = skipMarkdown ? upTo.filter(({ type }) => type === 'code').at(-1) : upTo.at(-1);
    if (near?.type !== 'code') return SQL_CELL;
    return { type: 'code', language: near.language, source: '', metadata: {}, ...(near.dialect === undefined ? {} : { dialect: near.dialect }) };
  }

  #placeBelow(cellId: string | undefined): Place {
    return cellId === undefined ? { at: 'start' } : { after: cellId };
  }

  #placeAbove(cellId: string | undefined): Place {
    const { order } = this.session;
    return this.#placeBelow(order[order.indexOf(cellId ?? '') - 1]);
  }
}

/** Jupyter's two ways to say that a cell's outputs are collapsed. */
export function areOutputsHidden(cell: CellSummary): boolean {
  return objectOf(cell.metadata['jupyter'])['outputs_hidden'] === true || cell.metadata['collapsed'] === true;
}

/** A setting of ours in a cell's metadata. */
export function settingOf(cell: CellSummary, key: string): JsonValue | undefined {
  return objectOf(cell.metadata['lakebook'])[key];
}

function objectOf(value: JsonValue | undefined): { readonly [key: string]: JsonValue } {
  return isJsonObject(value) ? value : {};
}
