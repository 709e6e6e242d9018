import type { editor, IPosition } from 'monaco-editor/editor';
import type * as Y from 'yjs';
import { DisposableStore, type Disposable } from '../../kernel/base/disposable.ts';
import { setModelOwner } from './modelOwners.ts';
import { markRunErrors, type RunError } from './sqlErrors.ts';
import { bindText } from './textBinding.ts';
import type { Monaco } from './monaco.ts';
import { CODE_FONT_FAMILY, CODE_FONT_SIZE, CODE_GUTTER, CODE_HEIGHT_MAX, CODE_LINE_HEIGHT, CODE_PADDING_Y } from './typography.ts';
import { routeUndo, type UndoTarget } from './undoRouting.ts';
import { editKind, startsUndoStep, type EditKind } from './undoSteps.ts';

/** What the live editor shows: one cell's text. */
export interface EditedCell {
  readonly cellId: string;
  readonly text: Y.Text;
  /** Monaco's language id. */
  readonly language: string;
  readonly ariaLabel: string;
  readonly readOnly: boolean;
  readonly wrap: boolean;
}

/** Where the caret goes when a cell gets the focus. `keep`: where it was when the cell was left. */
export type CaretTarget =
  | { readonly kind: 'keep' | 'start' | 'end' }
  | { readonly kind: 'point'; readonly clientX: number; readonly clientY: number }
  | { readonly kind: 'offset'; readonly start: number; readonly end: number };

export interface CellEditorEvents {
  /** The keyboard leaves the cell: Escape, or an arrow key at the first or last line. */
  readonly onLeave: (cellId: string, how: 'escape' | 'up' | 'down') => void;
  /** The focus came, or went somewhere outside the editor and its widgets. */
  readonly onFocusChange: (cellId: string, focused: boolean) => void;
  /** The caret moved by key; client coordinates of its line. */
  readonly onCaret: (line: { readonly top: number; readonly bottom: number }) => void;
}

export interface CellEditorDocument {
  /** Runs typing as one transaction of the document. */
  readonly transact: (edits: () => void) => void;
  readonly undo: UndoTarget & { cut(): void };
  /** The notebook in whose session cells run; undefined until it is open. */
  readonly notebookId: () => string | undefined;
}

/**
 * The one live Monaco of a notebook. It is moved between cells; all others are painted. Models live while they are
 * shown; carets and folds are kept by cell id.
 */
export class CellEditorHost implements Disposable {
  readonly #monaco: Monaco;
  readonly #document: CellEditorDocument;
  readonly #events: CellEditorEvents;
  readonly #element = document.createElement('div');
  /** The list contains its cells' layout, so what pops up over them lives beside it. */
  readonly #popups = document.createElement('div');
  readonly #editor: editor.IStandaloneCodeEditor;
  readonly #lifetime = new DisposableStore();
  readonly #viewStates = new Map<string, editor.ICodeEditorViewState>();
  #lastEdit: EditKind | undefined;
  #hoverShown = false;
  readonly #runErrors = new Map<string, readonly RunError[]>();
  #errorMarks: Disposable | undefined;
  #shown: { readonly cell: EditedCell; readonly container: HTMLElement; readonly lifetime: DisposableStore } | undefined;

  constructor(monaco: Monaco, cellDocument: CellEditorDocument, events: CellEditorEvents) {
    this.#monaco = monaco;
    this.#document = cellDocument;
    this.#events = events;
    this.#element.style.overflow = 'hidden';
    this.#popups.className = 'monaco-editor';
    document.body.append(this.#popups);
    this.#popups.addEventListener('keydown', this.#passKeyOn);
    this.#element.addEventListener('keydown', this.#noteHover, { capture: true });
    this.#editor = monaco.editor.create(this.#element, { ...EDITOR_OPTIONS, overflowWidgetsDomNode: this.#popups });
    this.#lifetime.add(this.#editor);
    this.#watchFocus();
    this.#watchCaret();
    this.#lifetime.add(this.#editor.onDidContentSizeChange((event) => event.contentHeightChanged && this.#layout()));
    this.#addLeaveKeys();
  }

  /** The cell whose text is in the editor. */
  get cellId(): string | undefined {
    return this.#shown?.cell.cellId;
  }

  /** Moves the editor into `container` and shows the cell there. Synchronous, so that a click can go on to place the caret. */
  show(cell: EditedCell, container: HTMLElement): void {
    const refocus = this.#shown?.cell.cellId === cell.cellId && this.hasFocus();
    const lifetime = new DisposableStore();
    const model = lifetime.add(this.#monaco.editor.createModel(cell.text.toJSON().replace(/\r\n?/g, '\n'), cell.language));
    setModelOwner(model, this.#document);
    this.#release(); // after the new model is there: without any, Monaco ends its worker
    model.updateOptions({ tabSize: 2, bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } }); // painted code has none
    model.setEOL(this.#monaco.editor.EndOfLineSequence.LF);
    routeUndo(model, this.#document.undo);
    lifetime.add(bindText(cell.text, model, { transact: this.#transact, onForeignChange: (change) => change.local && this.#followChange(change.endOffset) }));

    container.append(this.#element);
    this.#editor.updateOptions({ ariaLabel: cell.ariaLabel, readOnly: cell.readOnly, wordWrap: cell.wrap ? 'on' : 'off' });
    this.#editor.setModel(model);
    const viewState = this.#viewStates.get(cell.cellId);
    if (viewState !== undefined) this.#editor.restoreViewState(viewState);
    this.#shown = { cell, container, lifetime };
    this.#lastEdit = undefined;
    this.#markErrors();
    const resized = new ResizeObserver(() => this.#layout());
    resized.observe(container);
    lifetime.add({ dispose: () => resized.disconnect() });
    this.#layout();
    if (refocus) this.#editor.focus();
  }

  /** What went wrong when a cell last ran: marked in its text until that is edited. */
  setRunErrors(cellId: string, errors: readonly RunError[]): void {
    this.#runErrors.set(cellId, errors);
    if (this.cellId === cellId) this.#markErrors();
  }

  #markErrors(): void {
    this.#errorMarks?.dispose();
    const model = this.#editor.getModel();
    const errors = this.#runErrors.get(this.cellId ?? '') ?? [];
    this.#errorMarks = model === null || errors.length === 0 ? undefined : markRunErrors(this.#monaco, model, errors);
  }

  /** Takes the cell out of the editor, if it is still in it. */
  hide(cellId: string): void {
    if (this.#shown?.cell.cellId !== cellId) return;
    this.#release();
    this.#element.remove();
  }

  focus(caret: CaretTarget): void {
    const model = this.#editor.getModel();
    if (model === null) return;
    if (caret.kind === 'offset') {
      this.#editor.setSelection(this.#monaco.Range.fromPositions(model.getPositionAt(caret.start), model.getPositionAt(caret.end)));
    } else if (caret.kind !== 'keep') {
      this.#editor.setPosition(this.#caretPosition(model, caret));
    }
    this.#editor.focus();
    this.#reportCaret();
  }

  hasFocus(): boolean {
    return this.#editor.hasWidgetFocus();
  }

  /** UTF-16 offset of the caret, or undefined where no cell is shown. */
  get caretOffset(): number | undefined {
    const model = this.#editor.getModel();
    const position = this.#editor.getPosition();
    return model === null || position === null ? undefined : model.getOffsetAt(position);
  }

  setLineNumbers(shown: boolean): void {
    this.#editor.updateOptions({ lineNumbers: shown ? 'on' : 'off', lineDecorationsWidth: CODE_GUTTER });
    this.#layout();
  }

  /** Whether Tab indents or moves the focus on, for everybody who cannot use a mouse. */
  toggleTabFocus(): void {
    this.#editor.trigger('lakebook', 'editor.action.toggleTabFocusMode', undefined);
  }

  dispose(): void {
    this.#release();
    this.#lifetime.dispose();
    this.#element.remove();
    this.#popups.remove();
  }

  #release(): void {
    if (this.#shown === undefined) return;
    const viewState = this.#editor.saveViewState();
    if (viewState !== null) this.#viewStates.set(this.#shown.cell.cellId, viewState);
    this.#errorMarks?.dispose();
    this.#errorMarks = undefined;
    this.#editor.setModel(null);
    this.#shown.lifetime.dispose();
    this.#shown = undefined;
  }

  readonly #transact = (edits: () => void, changes: readonly editor.IModelContentChange[]): void => {
    const kind = editKind(changes);
    if (startsUndoStep(this.#lastEdit, kind)) this.#document.undo.cut();
    this.#lastEdit = kind;
    this.#document.transact(edits);
  };

  #layout(): void {
    if (this.#shown === undefined) return;
    const width = this.#shown.container.clientWidth;
    const height = Math.min(this.#editor.getContentHeight(), CODE_HEIGHT_MAX);
    if (width > 0) this.#editor.layout({ width, height });
  }

  #caretPosition(model: editor.ITextModel, caret: Exclude<CaretTarget, { kind: 'offset' }>): IPosition {
    if (caret.kind === 'point') {
      this.#editor.render(true);
      const target = this.#editor.getTargetAtClientPoint(caret.clientX, caret.clientY);
      if (target?.position) return target.position;
    }
    if (caret.kind === 'start') return { lineNumber: 1, column: 1 };
    const lineNumber = model.getLineCount();
    return { lineNumber, column: model.getLineMaxColumn(lineNumber) };
  }

  /** After an undo the caret stands behind what changed. */
  #followChange(endOffset: number): void {
    const model = this.#editor.getModel();
    if (model === null || !this.hasFocus()) return;
    this.#editor.setPosition(model.getPositionAt(endOffset));
    this.#reportCaret();
  }

  #watchFocus(): void {
    this.#lifetime.add(this.#editor.onDidFocusEditorWidget(() => this.#shown && this.#events.onFocusChange(this.#shown.cell.cellId, true)));
    this.#lifetime.add(
      this.#editor.onDidBlurEditorWidget(() => {
        const cellId = this.#shown?.cell.cellId;
        // A move to another cell blurs on the way; and a window in the background still has its caret.
        setTimeout(() => {
          if (cellId !== undefined && !this.hasFocus() && document.hasFocus() && this.cellId === cellId) this.#events.onFocusChange(cellId, false);
        }, 0);
      }),
    );
  }

  #watchCaret(): void {
    const { CursorChangeReason } = this.#monaco.editor;
    this.#lifetime.add(
      this.#editor.onDidChangeCursorPosition((event) => {
        if (event.reason === CursorChangeReason.Explicit) this.#document.undo.cut();
        if (event.source !== 'mouse' && this.hasFocus()) this.#reportCaret();
      }),
    );
  }

  #reportCaret(): void {
    const position = this.#editor.getPosition();
    const place = position === null ? null : this.#editor.getScrolledVisiblePosition(position);
    if (place === null) return;
    const top = this.#element.getBoundingClientRect().top + place.top;
    this.#events.onCaret({ top, bottom: top + place.height });
  }

  #leave(how: 'escape' | 'up' | 'down'): void {
    if (this.#shown !== undefined && !(how === 'escape' && this.#hoverShown)) this.#events.onLeave(this.#shown.cell.cellId, how);
  }

  /** Monaco listens for keys on the editor's own element; those pressed in what pops up (the rename box) belong to it too. */
  readonly #passKeyOn = (event: KeyboardEvent): void => {
    const { key, code, keyCode, ctrlKey, shiftKey, altKey, metaKey } = event;
    const copy = new KeyboardEvent('keydown', { key, code, keyCode, ctrlKey, shiftKey, altKey, metaKey, bubbles: true, cancelable: true });
    this.#element.dispatchEvent(copy);
    if (copy.defaultPrevented) event.preventDefault();
  };

  /** Monaco hides a hover at any key, before it asks whose the key is: Escape then belongs to the hover still. */
  readonly #noteHover = (): void => {
    this.#hoverShown = [...this.#popups.querySelectorAll('.monaco-hover')].some((hover) => hover.getClientRects().length > 0);
  };

  #addLeaveKeys(): void {
    const { KeyCode } = this.#monaco;
    const atFirstLine = this.#editor.createContextKey<boolean>('lakebookFirstLine', true);
    const atLastLine = this.#editor.createContextKey<boolean>('lakebookLastLine', true);
    this.#lifetime.add(
      this.#editor.onDidChangeCursorPosition(({ position }) => {
        atFirstLine.set(position.lineNumber === 1);
        atLastLine.set(position.lineNumber === (this.#editor.getModel()?.getLineCount() ?? 1));
      }),
    );
    const leave = (id: string, label: string, key: number, when: string, how: 'escape' | 'up' | 'down'): void => {
      this.#lifetime.add(
        this.#editor.addAction({ id, label, keybindings: [key], precondition: when, run: () => this.#leave(how) }),
      );
    };
    leave('lakebook.leaveCell', 'Leave the cell', KeyCode.Escape, NOTHING_OPEN, 'escape');
    leave('lakebook.cellAbove', 'Go to the cell above', KeyCode.UpArrow, `lakebookFirstLine && ${NOTHING_OPEN}`, 'up');
    leave('lakebook.cellBelow', 'Go to the cell below', KeyCode.DownArrow, `lakebookLastLine && ${NOTHING_OPEN}`, 'down');
  }
}

/** Escape and the arrows first belong to what is open in the editor. */
const NOTHING_OPEN =
  '!suggestWidgetVisible && !findWidgetVisible && !parameterHintsVisible && !editorHasMultipleSelections && !inSnippetMode && !renameInputVisible && !editorHoverVisible && !codeActionMenuVisible && !referenceSearchVisible && !messageVisible && !markersNavigationVisible';

const EDITOR_OPTIONS: editor.IStandaloneEditorConstructionOptions = {
  model: null,
  automaticLayout: false,
  fixedOverflowWidgets: true,
  fontFamily: CODE_FONT_FAMILY,
  fontSize: CODE_FONT_SIZE,
  lineHeight: CODE_LINE_HEIGHT,
  fontLigatures: false,
  padding: { top: CODE_PADDING_Y, bottom: CODE_PADDING_Y },
  lineNumbers: 'off',
  lineNumbersMinChars: 3,
  renderFinalNewline: 'on',
  lineDecorationsWidth: CODE_GUTTER,
  glyphMargin: false,
  folding: false,
  minimap: { enabled: false },
  overviewRulerLanes: 0,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  renderLineHighlight: 'none',
  scrollBeyondLastLine: false,
  scrollBeyondLastColumn: 2,
  scrollbar: { vertical: 'auto', horizontal: 'auto', useShadows: false, alwaysConsumeMouseWheel: false, ignoreHorizontalScrollbarInContentHeight: true, verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
  stickyScroll: { enabled: false },
  guides: { indentation: false },
  quickSuggestionsDelay: 0,
  suggest: { showWords: true, preview: false, snippetsPreventQuickSuggestions: false },
  wordBasedSuggestions: 'currentDocument',
  'semanticHighlighting.enabled': true,
  occurrencesHighlight: 'off',
  tabSize: 2,
  accessibilitySupport: 'auto',
  unicodeHighlight: { ambiguousCharacters: false },
  links: false, // what a notebook links to opens nothing by itself
  contextmenu: true,
};
