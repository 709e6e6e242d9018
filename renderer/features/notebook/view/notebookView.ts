import { flushSync } from 'react-dom';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { CellEditorHost, type CaretTarget, type CellEditorEvents } from '../../../editor/cellEditorHost.ts';
import type { Monaco } from '../../../editor/monaco.ts';
import type { Disposable } from '../../../../kernel/base/disposable.ts';
import { NotebookController, type NotebookSurface } from '../session/notebookController.ts';
import type { NotebookSession } from '../session/notebookSession.ts';

export interface NotebookViewState {
  /** Undefined until Monaco is loaded. */
  readonly editor: CellEditorHost | undefined;
  readonly keysShown: boolean;
  /** Rises with every wish to have the keyboard's focus on the active cell. */
  readonly focusRequests: number;
}

const REVEAL_MARGIN = 28;
const FRAMES_MAX = 20;

/** One view of a notebook, apart from its components: the live editor, where the caret goes, what scrolls. */
export class NotebookView implements NotebookSurface {
  readonly session: NotebookSession;
  readonly controller: NotebookController;
  readonly store: StoreApi<NotebookViewState> = createStore(() => ({ editor: undefined, keysShown: false, focusRequests: 0 }));
  readonly restartKernel: () => Promise<void>;
  #scroller: HTMLElement | null = null;
  #pendingCaret: CaretTarget | undefined;

  constructor(session: NotebookSession, restartKernel: () => Promise<void>) {
    this.session = session;
    this.restartKernel = restartKernel;
    this.controller = new NotebookController(session, this);
  }

  get editor(): CellEditorHost | undefined {
    return this.store.getState().editor;
  }

  attachEditor(monaco: Monaco): Disposable {
    const editor = new CellEditorHost(monaco, { transact: this.session.transactTyping, undo: this.#undo, notebookId: () => this.session.notebookId }, this.#editorEvents());
    editor.setLineNumbers(this.session.state.lineNumbers);
    this.store.setState({ editor });
    return {
      dispose: () => {
        this.store.setState({ editor: undefined });
        editor.dispose();
      },
    };
  }

  readonly setScroller = (element: HTMLElement | null): void => {
    this.#scroller = element;
  };

  placeCaret(caret: CaretTarget): void {
    this.#pendingCaret = caret;
  }

  /** A press on painted code: the editor is there and has the caret before the press is over. */
  readonly press = (cellId: string, caret: CaretTarget): void => {
    flushSync(() => this.controller.edit(caret, cellId));
  };

  /** A cell that is edited has got the editor: the caret goes where it was asked to. */
  readonly editorArrived = (cellId: string): void => {
    const caret = this.#pendingCaret;
    if (caret === undefined || this.editor?.cellId !== cellId) return;
    this.#pendingCaret = undefined;
    this.#focusWhenSeen(cellId, caret, FRAMES_MAX);
  };

  /** A list hides a cell that it has not measured yet, and what is hidden takes no focus. */
  #focusWhenSeen(cellId: string, caret: CaretTarget, framesLeft: number): void {
    const { editor } = this;
    if (editor?.cellId !== cellId || this.#pendingCaret !== undefined) return;
    editor.focus(caret);
    if (!editor.hasFocus() && framesLeft > 0) requestAnimationFrame(() => this.#focusWhenSeen(cellId, caret, framesLeft - 1));
  }

  focusCell(): void {
    this.store.setState(({ focusRequests }) => ({ focusRequests: focusRequests + 1 }));
  }

  showKeys(): void {
    this.store.setState({ keysShown: true });
  }

  readonly hideKeys = (): void => {
    this.store.setState({ keysShown: false });
    this.focusCell();
  };

  /** The editor's undo is the notebook's: it may lead to another cell. */
  readonly #undo = {
    undo: (): void => this.controller.undo(),
    redo: (): void => this.controller.redo(),
    cut: (): void => this.session.undo.cut(),
  };

  #editorEvents(): CellEditorEvents {
    return {
      onLeave: (_cellId, how) => (how === 'escape' ? this.controller.leaveEditing() : this.controller.editNeighbour(how)),
      onFocusChange: (cellId, focused) => {
        const { mode, selection } = this.session.state;
        if (focused && mode === 'command') this.controller.edit({ kind: 'keep' }, cellId);
        if (!focused && mode === 'edit' && selection?.activeId === cellId) this.session.update({ mode: 'command' });
      },
      onCaret: (line) => this.#reveal(line),
    };
  }

  /** Scrolls so that a line (client coordinates) can be seen. */
  #reveal(line: { readonly top: number; readonly bottom: number }): void {
    if (this.#scroller === null) return;
    const view = this.#scroller.getBoundingClientRect();
    if (line.top < view.top + REVEAL_MARGIN) this.#scroller.scrollBy(0, line.top - view.top - REVEAL_MARGIN);
    else if (line.bottom > view.bottom - REVEAL_MARGIN) this.#scroller.scrollBy(0, line.bottom - view.bottom + REVEAL_MARGIN);
  }
}
