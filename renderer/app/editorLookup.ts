import type { EditorContribution } from '../state/contribution.ts';

/** The editor that a file opens in: the first that says so. */
export function findEditor(editors: readonly EditorContribution[], path: string): EditorContribution | undefined {
  return editors.find((editor) => editor.matches?.(path) === true);
}
