import { describe, expect, it } from 'vitest';
import { NOTEBOOK_COMMANDS } from './commands.ts';

const BINDINGS = NOTEBOOK_COMMANDS.flatMap(({ id, keys }) => keys.map(({ text, mode }) => ({ id, mode, chords: text.split(' ') })));

describe('notebook commands', () => {
  it('have ids and titles of their own', () => {
    const ids = NOTEBOOK_COMMANDS.map(({ id }) => id);
    const titles = NOTEBOOK_COMMANDS.map(({ title }) => title);
    expect([new Set(ids).size, new Set(titles).size]).toEqual([ids.length, titles.length]);
  });

  it('have keys of their own in each mode', () => {
    const taken = BINDINGS.flatMap(({ mode, chords }) => (mode === 'both' ? ['command', 'edit'] : [mode]).map((one) => `${one} ${chords.join(' ')}`));
    expect(taken.filter((key, index) => taken.indexOf(key) !== index)).toEqual([]);
  });

  it('take no key that begins another command’s sequence', () => {
    const commandMode = BINDINGS.filter(({ mode }) => mode !== 'edit');
    const sequences = commandMode.filter(({ chords }) => chords.length > 1).map(({ chords }) => chords[0]);
    expect(commandMode.filter(({ chords }) => chords.length === 1 && sequences.includes(chords[0])).map(({ id }) => id)).toEqual([]);
  });

  it('take no plain character while text is edited', () => {
    const typed = BINDINGS.filter(({ mode, chords }) => mode !== 'command' && !/^(Ctrl|Mod|Alt|Shift)\+/.test(chords[0] ?? ''));
    expect(typed.map(({ id }) => id)).toEqual([]);
  });

  it.each([
    ['A', 'insertAbove'], ['B', 'insertBelow'], ['D D', 'delete'], ['X', 'cut'], ['C', 'copy'], ['V', 'pasteBelow'], ['Shift+V', 'pasteAbove'], ['Z', 'undo'], ['Shift+Z', 'redo'],
    ['Y', 'toCode'], ['M', 'toMarkdown'], ['R', 'toRaw'], ['1', 'heading1'], ['6', 'heading6'], ['J', 'selectBelow'], ['K', 'selectAbove'], ['Shift+M', 'merge'], ['O', 'toggleOutputs'],
    ['I I', 'interrupt'], ['0 0', 'restart'], ['H', 'showKeys'], ['L', 'toggleLineNumbers'], ['S', 'save'], ['Ctrl+Enter', 'run'], ['Shift+Enter', 'runAndAdvance'], ['Alt+Enter', 'runAndInsert'],
    ['Enter', 'edit'], ['Shift+ArrowDown', 'extendBelow'],
  ])('Jupyter’s %s is %s', (keys, name) => {
    expect(BINDINGS.filter(({ mode, chords }) => mode !== 'edit' && chords.join(' ') === keys).map(({ id }) => id)).toEqual([`notebook.${name}`]);
  });
});
