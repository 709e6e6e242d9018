import type { editor } from 'monaco-editor/editor';

/** Undo and redo of what stands behind a model. */
export interface UndoTarget {
  undo(): unknown;
  redo(): unknown;
}

// Keyed by the model itself, so that an entry goes with its model.
const targets = new WeakMap<editor.ITextModel, UndoTarget>();

/** Sends a model's undo and redo to its document, whose one history also holds structure and other cells. */
export function routeUndo(model: editor.ITextModel, target: UndoTarget): void {
  targets.set(model, target);
}

export function undoIn(model: editor.ITextModel | null | undefined): void {
  if (model) void (targets.get(model) ?? model).undo();
}

export function redoIn(model: editor.ITextModel | null | undefined): void {
  if (model) void (targets.get(model) ?? model).redo();
}
