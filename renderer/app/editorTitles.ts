import type { EditorContribution } from '../state/contribution.ts';
import { baseName, parentPath } from '../state/editorInput.ts';
import type { OpenEditor } from '../state/workbench.ts';

/** Titles of the open tabs; those that would read the same get the folder that tells them apart. */
export function buildTitles(editors: readonly OpenEditor[], contributionOf: (kind: string) => EditorContribution | undefined): ReadonlyMap<string, string> {
  const titleOf = (editor: OpenEditor): string => contributionOf(editor.input.kind)?.title(editor.input) ?? baseName(editor.input.path);
  const counts = new Map<string, number>();
  for (const editor of editors) counts.set(titleOf(editor), (counts.get(titleOf(editor)) ?? 0) + 1);
  return new Map(
    editors.map((editor) => {
      const title = titleOf(editor);
      const folder = baseName(parentPath(editor.input.path));
      return [editor.id, (counts.get(title) ?? 0) > 1 && folder !== '' ? `${title} · ${folder}` : title];
    }),
  );
}

/** `trips.ipynb — quickstart — Lakebook`, a dot before what is not saved. */
export function documentTitle(editor: { readonly title: string; readonly dirty: boolean } | undefined, workspace: string | undefined): string {
  const parts = [editor === undefined ? undefined : `${editor.dirty ? '● ' : ''}${editor.title}`, workspace, 'Lakebook'];
  return parts.filter((part) => part !== undefined && part !== '').join(' — ');
}
