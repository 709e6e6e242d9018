import type { editor } from 'monaco-editor/editor';
import type * as Y from 'yjs';
import type { Disposable } from '../../kernel/base/disposable.ts';

export interface TextBindingOptions {
  /** Runs the edits as one change of the user's typing; `changes` are Monaco's, for whoever wants to know what they are. */
  readonly transact: (edits: () => void, changes: readonly editor.IModelContentChange[]) => void;
  /** Called after a change that this binding did not make; `local` where it was made in this window (undo, for one). */
  readonly onForeignChange?: (change: { readonly endOffset: number; readonly local: boolean }) => void;
}

/**
 * Keeps a Monaco model and a Yjs text equal, both ways. The model has `\n` line ends; a text with others is brought to
 * them by the first edit, not by opening it.
 */
export function bindText(text: Y.Text, model: editor.ITextModel, options: TextBindingOptions): Disposable {
  let applying = false;
  const apply = (change: () => void): void => {
    applying = true;
    try {
      change();
    } finally {
      applying = false;
    }
  };

  const fromModel = model.onDidChangeContent((event) => {
    if (applying) return;
    apply(() =>
      options.transact(() => {
        for (const change of [...event.changes].sort((a, b) => b.rangeOffset - a.rangeOffset)) {
          text.delete(change.rangeOffset, Math.min(change.rangeLength, text.length - change.rangeOffset));
          text.insert(Math.min(change.rangeOffset, text.length), change.text);
        }
        if (text.length !== model.getValueLength()) replaceWhole(text, model.getValue());
      }, event.changes),
    );
  });

  const fromText = (event: Y.YTextEvent): void => {
    if (applying) return;
    let endOffset = 0;
    apply(() => {
      endOffset = applyDelta(model, event.delta as readonly TextDelta[]);
      if (text.length !== model.getValueLength()) model.setValue(text.toJSON());
    });
    options.onForeignChange?.({ endOffset, local: event.transaction.local });
  };
  text.observe(fromText);

  return {
    dispose: () => {
      fromModel.dispose();
      text.unobserve(fromText);
    },
  };
}

interface TextDelta {
  readonly retain?: number;
  readonly insert?: unknown;
  readonly delete?: number;
}

/** @returns the offset behind the last change */
function applyDelta(model: editor.ITextModel, delta: readonly TextDelta[]): number {
  let offset = 0;
  let endOffset = 0;
  for (const part of delta) {
    if (part.retain !== undefined) offset += part.retain;
    const inserted = typeof part.insert === 'string' ? part.insert : '';
    const deleted = part.delete ?? 0;
    if (inserted === '' && deleted === 0) continue;
    const start = model.getPositionAt(offset);
    const end = model.getPositionAt(offset + deleted);
    model.applyEdits([
      { range: { startLineNumber: start.lineNumber, startColumn: start.column, endLineNumber: end.lineNumber, endColumn: end.column }, text: inserted, forceMoveMarkers: false },
    ]);
    offset += inserted.length;
    endOffset = offset;
  }
  return endOffset;
}

function replaceWhole(text: Y.Text, value: string): void {
  text.delete(0, text.length);
  text.insert(0, value);
}
