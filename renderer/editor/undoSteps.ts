/** What an edit was, as far as undo is concerned. */
export type EditKind = 'word' | 'space' | 'erase' | 'jump';

interface TextChange {
  readonly text: string;
  readonly rangeLength: number;
}

/** A paste, a completion, a replacement or an edit in many places is a `jump`: a step of its own. */
export function editKind(changes: readonly TextChange[]): EditKind {
  const [change] = changes;
  if (change === undefined || changes.length > 1 || change.text.length > 1) return 'jump';
  if (change.text === '') return 'erase';
  if (change.rangeLength > 0) return 'jump';
  return /\s/.test(change.text) ? 'space' : 'word';
}

/** True where an edit begins a new undo step: a word with the blanks before it is one step, as is a run of erasing. */
export function startsUndoStep(before: EditKind | undefined, kind: EditKind): boolean {
  if (kind === 'jump' || before === 'jump') return true;
  if (kind === 'space') return before !== 'space';
  return kind === 'erase' ? before !== 'erase' : before === 'erase';
}
