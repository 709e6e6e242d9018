import { describe, expect, it } from 'vitest';
import { isDirty, nextDiskChange, nextEdited, nextLoaded, nextSaved } from './textFileState.ts';

const disk = (text: string, revision = text) => ({ text, revision, readOnly: false });
const shown = (state: ReturnType<typeof nextLoaded>) => (state.kind === 'open' ? { text: state.text, dirty: isDirty(state), conflict: state.conflict } : state);

describe('a file that opens', () => {
  it.each([
    { name: 'shows its text', backup: undefined, result: { text: 'a', dirty: false, conflict: false } },
    { name: 'shows edits of a killed window', backup: { text: 'a edited', revision: 'a' }, result: { text: 'a edited', dirty: true, conflict: false } },
    { name: 'is in conflict where both went on', backup: { text: 'b edited', revision: 'b' }, result: { text: 'b edited', dirty: true, conflict: true } },
    { name: 'is in none where both came to the same text', backup: { text: 'a', revision: 'b' }, result: { text: 'a', dirty: false, conflict: false } },
  ])('$name', ({ backup, result }) => {
    expect(shown(nextLoaded(disk('a'), backup))).toEqual(result);
  });
});

describe('a change on disk', () => {
  const open = nextLoaded(disk('a'), undefined);
  it('is shown where nothing was edited', () => expect(shown(nextDiskChange(open, disk('b')))).toEqual({ text: 'b', dirty: false, conflict: false }));
  it('is a conflict where something was', () => expect(shown(nextDiskChange(nextEdited(open, 'mine'), disk('b')))).toEqual({ text: 'mine', dirty: true, conflict: true }));
  it('that is our own write changes nothing', () => expect(nextDiskChange(open, disk('a'))).toBe(open));
});

it('typing during a save stays dirty', () => {
  const saved = nextSaved(nextEdited(nextLoaded(disk('a'), undefined), 'abc'), 'ab', 'r2');
  expect(shown(saved)).toEqual({ text: 'abc', dirty: true, conflict: false });
});
