import { describe, expect, it } from 'vitest';
import { editKind, startsUndoStep, type EditKind } from './undoSteps.ts';

describe('undo steps', () => {
  it.each([
    { name: 'typed letters', typed: 'abc', steps: ['abc'] },
    { name: 'words, each with the blank before it', typed: 'ab cd', steps: ['ab', ' cd'] },
    { name: 'a new line with its indent', typed: 'a\n  b', steps: ['a', '\n  b'] },
  ])('groups $name', ({ typed, steps }) => {
    const grouped: string[] = [];
    let before: EditKind | undefined;
    for (const text of typed) {
      const kind = editKind([{ text, rangeLength: 0 }]);
      if (before === undefined || startsUndoStep(before, kind)) grouped.push('');
      grouped.push(`${grouped.pop() ?? ''}${text}`);
      before = kind;
    }
    expect(grouped).toEqual(steps);
  });

  it.each<{ name: string; before: EditKind; changes: { text: string; rangeLength: number }[]; starts: boolean }>([
    { name: 'a paste', before: 'word', changes: [{ text: 'two words', rangeLength: 0 }], starts: true },
    { name: 'what follows a paste', before: 'jump', changes: [{ text: 'a', rangeLength: 0 }], starts: true },
    { name: 'the first backspace', before: 'word', changes: [{ text: '', rangeLength: 1 }], starts: true },
    { name: 'further backspaces', before: 'erase', changes: [{ text: '', rangeLength: 1 }], starts: false },
    { name: 'typing after backspaces', before: 'erase', changes: [{ text: 'a', rangeLength: 0 }], starts: true },
    { name: 'typing over a selection', before: 'word', changes: [{ text: 'a', rangeLength: 5 }], starts: true },
    { name: 'an edit at many cursors', before: 'word', changes: [{ text: 'a', rangeLength: 0 }, { text: 'a', rangeLength: 0 }], starts: true },
  ])('$name', ({ before, changes, starts }) => {
    expect(startsUndoStep(before, editKind(changes))).toBe(starts);
  });
});
