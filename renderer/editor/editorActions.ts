import type { editor } from 'monaco-editor/editor';
import type { Monaco } from './monaco.ts';

// Monaco's editors are the page's; the palette takes the focus from them before its command runs.
let lastFocused: editor.ICodeEditor | undefined;

export function rememberFocusedEditor(monaco: Monaco): void {
  monaco.editor.onDidCreateEditor((created) => {
    created.onDidFocusEditorWidget(() => (lastFocused = created));
    created.onDidDispose(() => {
      if (lastFocused === created) lastFocused = undefined;
    });
  });
}

/** Runs one of Monaco's actions where the text was edited last. */
export async function runEditorAction(actionId: string): Promise<void> {
  const target = lastFocused;
  if (target?.getModel() == null) return;
  target.focus();
  await target.getAction(actionId)?.run();
}
