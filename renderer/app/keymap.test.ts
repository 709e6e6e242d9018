import { describe, expect, it } from 'vitest';
import { formatKeys, isTyping, nextKeyOutcome, parseKeys, strokeOf, type Binding } from './keymap.ts';

const press = (key: string, modifiers: Partial<Record<'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey', boolean>> = {}, code = '') => {
  const stroke = strokeOf({ key, code, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...modifiers });
  if (stroke === undefined) throw new TypeError('a modifier alone');
  return stroke;
};
const bind = (commandId: string, keys: string): Binding => ({ commandId, strokes: parseKeys(keys, 'other') });
const BINDINGS = [bind('palette', 'Mod+Shift+P'), bind('delete', 'd d'), bind('down', 'j'), bind('help', '?'), bind('move', 'Alt+Up'), bind('split', 'Ctrl+Shift+-')];

describe('a key', () => {
  it.each([
    { name: 'with its modifiers runs its command', stroke: press('P', { ctrlKey: true, shiftKey: true }), outcome: 'palette' },
    { name: 'without them does not', stroke: press('p', { ctrlKey: true }), outcome: undefined },
    { name: 'on a Cyrillic keyboard counts by its place', stroke: press('З', { ctrlKey: true, shiftKey: true }, 'KeyP'), outcome: 'palette' },
    { name: 'changed by Shift counts by its place', stroke: press('_', { ctrlKey: true, shiftKey: true }, 'Minus'), outcome: 'split' },
    { name: 'of a symbol ignores Shift', stroke: press('?', { shiftKey: true }, 'Slash'), outcome: 'help' },
    { name: 'with an alias matches', stroke: press('ArrowUp', { altKey: true }), outcome: 'move' },
  ])('$name', ({ stroke, outcome }) => {
    expect(nextKeyOutcome(BINDINGS, [], stroke)).toEqual(outcome === undefined ? { kind: 'none' } : { kind: 'run', commandIds: [outcome] });
  });
});

describe('a sequence', () => {
  const d = press('d');
  it('waits for its second stroke', () => expect(nextKeyOutcome(BINDINGS, [], d)).toEqual({ kind: 'pending', strokes: [d] }));
  it('runs with it', () => expect(nextKeyOutcome(BINDINGS, [d], d)).toEqual({ kind: 'run', commandIds: ['delete'] }));
  it('that breaks off gives the new stroke its own meaning', () => expect(nextKeyOutcome(BINDINGS, [d], press('j'))).toEqual({ kind: 'run', commandIds: ['down'] }));
});

it.each([
  { keys: 'Mod+Shift+P', platform: 'other', text: 'Ctrl+Shift+P' },
  { keys: 'Mod+Shift+P', platform: 'mac', text: '⇧⌘P' },
  { keys: 'd d', platform: 'other', text: 'D D' },
  { keys: 'F6', platform: 'other', text: 'F6' },
] as const)('$keys reads $text on $platform', ({ keys, platform, text }) => {
  expect(formatKeys(parseKeys(keys, platform), platform)).toBe(text);
});

it.each([
  { stroke: press('d'), typing: true },
  { stroke: press('D', { shiftKey: true }), typing: true },
  { stroke: press('d', { ctrlKey: true }), typing: false },
  { stroke: press('Escape'), typing: false },
])('$stroke.key types: $typing', ({ stroke, typing }) => {
  expect(isTyping(stroke)).toBe(typing);
});
