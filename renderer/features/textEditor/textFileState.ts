import type { ErrorReport } from '../../../kernel/base/errors.ts';

/** What the host read. */
export interface DiskText {
  readonly text: string;
  readonly revision: string;
  readonly readOnly: boolean;
}

export type TextFileState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly report: ErrorReport }
  | {
      readonly kind: 'open';
      readonly text: string;
      /** The text on disk that `revision` names. */
      readonly savedText: string;
      readonly revision: string;
      readonly readOnly: boolean;
      readonly saving: boolean;
      /** The file changed on disk while there were edits here; nothing is overwritten until the user says so. */
      readonly conflict: boolean;
    };

export function isDirty(state: TextFileState): boolean {
  return state.kind === 'open' && state.text !== state.savedText;
}

/** A file as read, with the edits of a window that was closed or killed before it saved. */
export function nextLoaded(disk: DiskText, backup: { readonly text: string; readonly revision: string } | undefined): TextFileState {
  const text = backup?.text ?? disk.text;
  const conflict = backup !== undefined && backup.revision !== disk.revision && text !== disk.text;
  return { kind: 'open', text, savedText: disk.text, revision: disk.revision, readOnly: disk.readOnly, saving: false, conflict };
}

export function nextEdited(state: TextFileState, text: string): TextFileState {
  return state.kind === 'open' && state.text !== text ? { ...state, text } : state;
}

/** Typing may have gone on while it was written. */
export function nextSaved(state: TextFileState, savedText: string, revision: string): TextFileState {
  return state.kind === 'open' ? { ...state, savedText, revision, saving: false, conflict: false } : state;
}

/** Somebody else wrote the file: without edits here it is simply shown, else it is a conflict. */
export function nextDiskChange(state: TextFileState, disk: DiskText): TextFileState {
  if (state.kind !== 'open' || state.revision === disk.revision) return state;
  if (!isDirty(state) || state.text === disk.text) return nextLoaded(disk, undefined);
  return { ...state, conflict: true };
}
