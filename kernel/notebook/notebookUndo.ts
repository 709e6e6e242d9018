import * as Y from 'yjs';
import type { Disposable } from '../base/disposable.ts';
import { cellsOf, notebookMetadataOf, TYPING_ORIGIN, USER_ORIGIN, type NotebookDocument } from './notebookDocument.ts';

/**
 * One history over text and structure. Every structural change is a step; typing joins its step until {@link NotebookUndo.cut},
 * a structural change, or a pause. Changes of others stay when ours are undone.
 */
export interface NotebookUndo extends Disposable {
  /** False where there is nothing to undo. */
  undo(): boolean;
  redo(): boolean;
  /** Ends the present typing step: the editor calls it at word borders and when the cursor jumps. */
  cut(): void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** For observers (`stack-item-added`, `stack-item-popped`) that keep the focus beside each step. */
  readonly manager: Y.UndoManager;
}

const TYPING_PAUSE_MS = 1_000;

export function createUndo(doc: NotebookDocument): NotebookUndo {
  const manager = new Y.UndoManager([cellsOf(doc), notebookMetadataOf(doc)], {
    captureTimeout: TYPING_PAUSE_MS,
    trackedOrigins: new Set([USER_ORIGIN, TYPING_ORIGIN]),
  });
  let lastOrigin: unknown;
  const beforeTransaction = ({ origin }: Y.Transaction): void => {
    if (origin !== USER_ORIGIN && origin !== TYPING_ORIGIN) return;
    if (origin === USER_ORIGIN || lastOrigin !== origin) manager.stopCapturing();
    lastOrigin = origin;
  };
  doc.on('beforeTransaction', beforeTransaction);
  return {
    undo: () => manager.undo() !== null,
    redo: () => manager.redo() !== null,
    cut: () => manager.stopCapturing(),
    get canUndo() {
      return manager.canUndo();
    },
    get canRedo() {
      return manager.canRedo();
    },
    manager,
    dispose: () => {
      doc.off('beforeTransaction', beforeTransaction);
      manager.destroy();
    },
  };
}
