import { createStore, type StoreApi } from 'zustand/vanilla';
import { isWithin, type EditorInput } from './editorInput.ts';

/** An open tab. */
export interface OpenEditor {
  /** Stable for the tab's life, also when its file is renamed; unique among the open ones. */
  readonly id: string;
  readonly input: EditorInput;
  /** Has what is not on disk yet. */
  readonly dirty: boolean;
  /** Where in the editor the user is, for the status bar: `Cell 3 of 12`. */
  readonly place: string;
  /** Raised each time the editor is asked for again, with what options; editors may react to it. */
  readonly revision: number;
}

export interface WorkbenchLayout {
  readonly sidebarVisible: boolean;
  readonly panelVisible: boolean;
  /** Pixels. */
  readonly sidebarWidth: number;
  readonly panelHeight: number;
  readonly activeSidebarView: string;
  readonly activePanelView: string;
}

export interface WorkbenchState {
  /** In the order of their opening; where they stand is the dock's (`dock`). */
  readonly editors: readonly OpenEditor[];
  readonly activeEditorId: string | undefined;
  /** In front of their groups. */
  readonly visibleEditorIds: readonly string[];
  /** The docking library's own JSON, kept for the next start. */
  readonly dock: unknown;
  readonly layout: WorkbenchLayout;
  /** Closed by the user in this window, the last one last. */
  readonly closed: readonly EditorInput[];
}

export interface WorkbenchActions {
  /** Opens the input, or comes back to its tab with these options. */
  readonly openEditor: (input: EditorInput) => void;
  readonly closeEditor: (id: string) => void;
  /** Opens what was closed last. */
  readonly reopenClosed: () => void;
  readonly activateEditor: (id: string) => void;
  readonly setEditorDirty: (id: string, dirty: boolean) => void;
  readonly setEditorPlace: (id: string, place: string) => void;
  /** Changes what is restored with the tab (a table's version), without raising `revision`. */
  readonly setEditorOptions: (id: string, options: NonNullable<EditorInput['options']>) => void;
  /** A file or folder moved: its tabs follow. */
  readonly renamePath: (from: string, to: string) => void;
  /** A file or folder is gone: its tabs close. */
  readonly closePath: (path: string) => void;
  /** What the dock says after the user moved or closed tabs. */
  readonly dockChanged: (change: DockChange) => void;
  readonly updateLayout: (change: Partial<WorkbenchLayout>) => void;
  readonly showView: (location: ViewLocation, viewId: string) => void;
}

export interface DockChange extends Pick<WorkbenchState, 'dock' | 'activeEditorId' | 'visibleEditorIds'> {
  /** The tabs that are left. */
  readonly editorIds: readonly string[];
}

export type ViewLocation = 'sidebar' | 'panel';
export type WorkbenchStore = StoreApi<WorkbenchState & WorkbenchActions>;

export const INITIAL_WORKBENCH: WorkbenchState = {
  editors: [],
  activeEditorId: undefined,
  visibleEditorIds: [],
  dock: undefined,
  closed: [],
  layout: { sidebarVisible: true, panelVisible: false, sidebarWidth: 264, panelHeight: 220, activeSidebarView: 'explorer', activePanelView: 'log' },
};

export function createWorkbenchStore(initial: WorkbenchState = INITIAL_WORKBENCH): WorkbenchStore {
  return createStore<WorkbenchState & WorkbenchActions>((set) => ({
    ...initial,
    openEditor: (input) => set((state) => nextOpened(state, input)),
    closeEditor: (id) => set((state) => ({ ...nextWithout(state, (editor) => editor.id === id), closed: nextClosed(state, id) })),
    reopenClosed: () => set(nextReopened),
    activateEditor: (id) => set({ activeEditorId: id }),
    setEditorDirty: (id, dirty) => set((state) => nextPatched(state, id, { dirty })),
    setEditorPlace: (id, place) => set((state) => nextPatched(state, id, { place })),
    setEditorOptions: (id, options) => set((state) => nextOptions(state, id, options)),
    renamePath: (from, to) => set((state) => nextRenamed(state, from, to)),
    closePath: (path) => set((state) => nextWithout(state, (editor) => isFileEditor(editor) && isWithin(editor.input.path, path))),
    dockChanged: (change) => set((state) => nextDocked(state, change)),
    updateLayout: (change) => set((state) => ({ layout: { ...state.layout, ...change } })),
    showView: (location, viewId) => set((state) => ({ layout: nextViewShown(state.layout, location, viewId) })),
  }));
}

type EditorsState = Pick<WorkbenchState, 'editors' | 'activeEditorId'>;

export function nextOpened(state: EditorsState, input: EditorInput): EditorsState {
  const existing = state.editors.find((editor) => sameInput(editor.input, input));
  if (existing === undefined) {
    const id = uniqueId(state.editors, `${input.kind}:${input.path}`);
    return { editors: [...state.editors, { id, input, dirty: false, place: '', revision: 0 }], activeEditorId: id };
  }
  const merged = input.options === undefined ? existing.input : { ...existing.input, options: { ...existing.input.options, ...input.options } };
  return { editors: patchEditor(state.editors, existing.id, { input: merged, revision: existing.revision + 1 }), activeEditorId: existing.id };
}

/** Without the editors that `closes` picks; the tab that stood beside a closed active one becomes active. */
export function nextWithout(state: EditorsState, closes: (editor: OpenEditor) => boolean): EditorsState {
  const editors = state.editors.filter((editor) => !closes(editor));
  if (editors.length === state.editors.length) return state;
  if (editors.some((editor) => editor.id === state.activeEditorId)) return { editors, activeEditorId: state.activeEditorId };
  const closedAt = state.editors.findIndex((editor) => editor.id === state.activeEditorId);
  const neighbour = editors[Math.min(Math.max(closedAt, 0), editors.length - 1)];
  return { editors, activeEditorId: neighbour?.id };
}

const CLOSED_MAX = 20;

function nextClosed(state: Pick<WorkbenchState, 'editors' | 'closed'>, id: string): readonly EditorInput[] {
  return [...state.closed, ...state.editors.filter((editor) => editor.id === id).map((editor) => editor.input)].slice(-CLOSED_MAX);
}

function nextReopened(state: EditorsState & Pick<WorkbenchState, 'closed'>): EditorsState & Pick<WorkbenchState, 'closed'> {
  const last = state.closed[state.closed.length - 1];
  return last === undefined ? state : { ...nextOpened(state, last), closed: state.closed.slice(0, -1) };
}

export function nextRenamed<State extends Pick<EditorsState, 'editors'>>(state: State, from: string, to: string): State {
  const editors = state.editors.map((editor) =>
    isFileEditor(editor) && isWithin(editor.input.path, from) ? { ...editor, input: { ...editor.input, path: to + editor.input.path.slice(from.length) } } : editor,
  );
  return { ...state, editors };
}

export function nextDocked(state: EditorsState, { editorIds, ...change }: DockChange): Omit<WorkbenchState, 'layout' | 'closed'> {
  const kept = state.editors.filter((editor) => editorIds.includes(editor.id));
  return { ...change, editors: kept.length === state.editors.length ? state.editors : kept };
}

/** Shows the view; asked for again while it shows, it stays. */
export function nextViewShown(layout: WorkbenchLayout, location: ViewLocation, viewId: string): WorkbenchLayout {
  return location === 'sidebar'
    ? { ...layout, sidebarVisible: true, activeSidebarView: viewId }
    : { ...layout, panelVisible: true, activePanelView: viewId };
}

function nextOptions(state: EditorsState, id: string, options: NonNullable<EditorInput['options']>): Pick<EditorsState, 'editors'> {
  const editor = state.editors.find((candidate) => candidate.id === id);
  if (editor === undefined) return { editors: state.editors };
  return { editors: patchEditor(state.editors, id, { input: { ...editor.input, options: { ...editor.input.options, ...options } } }) };
}

/** The same state where nothing changes, so that nobody is woken. */
function nextPatched<State extends Pick<EditorsState, 'editors'>>(state: State, id: string, patch: Partial<Pick<OpenEditor, 'dirty' | 'place'>>): State {
  const editor = state.editors.find((candidate) => candidate.id === id);
  if (editor === undefined || (patch.dirty ?? editor.dirty) === editor.dirty && (patch.place ?? editor.place) === editor.place) return state;
  return { ...state, editors: patchEditor(state.editors, id, patch) };
}

/** Tables name their folder absolutely, so only files follow moves inside the workspace. */
function isFileEditor(editor: OpenEditor): boolean {
  return editor.input.kind !== 'table' && editor.input.path !== '';
}

function sameInput(one: EditorInput, other: EditorInput): boolean {
  return one.kind === other.kind && one.path === other.path;
}

function uniqueId(editors: readonly OpenEditor[], wanted: string): string {
  let id = wanted;
  for (let number = 2; editors.some((editor) => editor.id === id); number += 1) id = `${wanted}#${number}`;
  return id;
}

function patchEditor(editors: readonly OpenEditor[], id: string, patch: Partial<OpenEditor>): readonly OpenEditor[] {
  return editors.map((editor) => (editor.id === id ? { ...editor, ...patch } : editor));
}
