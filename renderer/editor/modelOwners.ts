import type { editor } from 'monaco-editor/editor';

/** The notebook whose session a model's statements run in. */
export interface ModelOwner {
  readonly notebookId: () => string | undefined;
}

const owners = new WeakMap<editor.ITextModel, ModelOwner>();

export function setModelOwner(model: editor.ITextModel, owner: ModelOwner): void {
  owners.set(model, owner);
}

/** For requests about the model: the notebook, where there is one. */
export function askerOf(model: editor.ITextModel): { readonly notebookId?: string } {
  const notebookId = owners.get(model)?.notebookId();
  return notebookId === undefined ? {} : { notebookId };
}
