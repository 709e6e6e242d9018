import { createStore, type StoreApi } from 'zustand/vanilla';

/** What is true of the window at this moment, for the `when` of commands. One place, since any command may ask. */
export interface ContextKeys {
  /** Kind of the active editor: `notebook`, `text`, `table`, `welcome`; undefined where none is open. */
  readonly activeEditorKind: string | undefined;
  readonly activeEditorDirty: boolean;
  /** An input, a text area or a code editor has the focus: single letters are text there. */
  readonly textInputFocused: boolean;
  /** A dialog, menu or the palette is open and owns the keyboard. */
  readonly overlayOpen: boolean;
  /** Part of the window that holds the focus: `activityBar`, `sidebar`, `editor`, `panel`, `statusBar`. */
  readonly focusedRegion: string | undefined;
  /** Id of the sidebar or panel view that holds the focus: `explorer`, `log`… */
  readonly focusedView: string | undefined;
  /** The focus is inside a notebook; exactly one of the two below then holds. */
  readonly notebookFocused: boolean;
  readonly notebookCommandMode: boolean;
  readonly notebookEditMode: boolean;
  /** The live Monaco (of a cell or a text file) has the focus. */
  readonly codeEditorFocused: boolean;
  readonly desktop: boolean;
  readonly workspaceReadOnly: boolean;
}

const NO_CONTEXT: ContextKeys = {
  activeEditorKind: undefined,
  activeEditorDirty: false,
  textInputFocused: false,
  overlayOpen: false,
  focusedRegion: undefined,
  focusedView: undefined,
  notebookFocused: false,
  notebookCommandMode: false,
  notebookEditMode: false,
  codeEditorFocused: false,
  desktop: false,
  workspaceReadOnly: false,
};

export type ContextStore = StoreApi<ContextKeys>;

/** Set it with `context.setState({ notebookFocused: true })`. */
export function createContextStore(): ContextStore {
  return createStore<ContextKeys>(() => NO_CONTEXT);
}
