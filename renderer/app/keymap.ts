/** One press of a key with its modifiers. */
export interface Stroke {
  /** Lower case: `p`, `enter`, `arrowup`, `f6`. */
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

/** A command's key combination, ready to match. Several strokes are a sequence. */
export interface Binding {
  readonly commandId: string;
  readonly strokes: readonly Stroke[];
}

export type KeyPlatform = 'mac' | 'other';

const ALIASES: Readonly<Record<string, string>> = { up: 'arrowup', down: 'arrowdown', left: 'arrowleft', right: 'arrowright', esc: 'escape', space: ' ', del: 'delete', plus: '+' };

/** Strokes of a text such as `Mod+Shift+P` or `d d`. */
export function parseKeys(text: string, platform: KeyPlatform): readonly Stroke[] {
  return text.split(' ').map((part) => parseStroke(part, platform));
}

function parseStroke(text: string, platform: KeyPlatform): Stroke {
  const names = text.toLowerCase().split('+');
  const last = names[names.length - 1] ?? '';
  const modifiers = new Set(names.slice(0, -1));
  const mod = modifiers.has('mod');
  return {
    key: ALIASES[last] ?? last,
    ctrl: modifiers.has('ctrl') || (mod && platform === 'other'),
    alt: modifiers.has('alt'),
    shift: modifiers.has('shift'),
    meta: modifiers.has('meta') || modifiers.has('cmd') || (mod && platform === 'mac'),
  };
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>;

/** The stroke of a key event; undefined while only modifiers are down. */
export function strokeOf(event: KeyPress): Stroke | undefined {
  if (['Control', 'Alt', 'Shift', 'Meta', 'AltGraph', 'Dead', 'Process', 'Unidentified'].includes(event.key)) return undefined;
  return { key: keyOf(event), ctrl: event.ctrlKey, alt: event.altKey, shift: event.shiftKey, meta: event.metaKey };
}

/** With a modifier held, the key's place counts where its character is foreign (Cyrillic) or changed by Alt or Shift. */
function keyOf(event: KeyPress): string {
  const key = event.key.toLowerCase();
  const plain = /^[a-z0-9]$/.test(key) || key.length > 1;
  if (plain || !(event.ctrlKey || event.metaKey || event.altKey)) return key;
  return keyAtPlace(event.code) ?? key;
}

const PLACES: Readonly<Record<string, string>> = {
  Minus: '-', Equal: '=', Backquote: '`', Comma: ',', Period: '.', Slash: '/', Semicolon: ';', Quote: "'", Backslash: '\\', BracketLeft: '[', BracketRight: ']',
};

function keyAtPlace(code: string): string | undefined {
  const named = /^(?:Key|Digit)(.)$/.exec(code)?.[1];
  return named?.toLowerCase() ?? PLACES[code];
}

/** True for a stroke that would type a character. */
export function isTyping(stroke: Stroke): boolean {
  return stroke.key.length === 1 && !stroke.ctrl && !stroke.alt && !stroke.meta;
}

export type KeyOutcome =
  | { readonly kind: 'run'; readonly commandIds: readonly string[] }
  /** The begin of a sequence. */
  | { readonly kind: 'pending'; readonly strokes: readonly Stroke[] }
  | { readonly kind: 'none' };

/** What a stroke means after the pending ones. Commands come in the order of their bindings; the caller asks `when`. */
export function nextKeyOutcome(bindings: readonly Binding[], pending: readonly Stroke[], stroke: Stroke): KeyOutcome {
  const strokes = [...pending, stroke];
  const fitting = bindings.filter((binding) => strokes.every((pressed, index) => sameStroke(binding.strokes[index], pressed)));
  const whole = fitting.filter((binding) => binding.strokes.length === strokes.length);
  if (whole.length > 0) return { kind: 'run', commandIds: whole.map((binding) => binding.commandId) };
  if (fitting.length > 0) return { kind: 'pending', strokes };
  return pending.length > 0 ? nextKeyOutcome(bindings, [], stroke) : { kind: 'none' };
}

function sameStroke(wanted: Stroke | undefined, pressed: Stroke): boolean {
  if (wanted === undefined || wanted.key !== pressed.key) return false;
  const shiftFree = /^[^a-z0-9 ]$/.test(wanted.key); // `?` needs Shift on some keyboards only
  return wanted.ctrl === pressed.ctrl && wanted.alt === pressed.alt && wanted.meta === pressed.meta && (shiftFree || wanted.shift === pressed.shift);
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  arrowup: '↑', arrowdown: '↓', arrowleft: '←', arrowright: '→', escape: 'Esc', ' ': 'Space', enter: 'Enter', delete: 'Delete', backspace: 'Backspace', pageup: 'PageUp', pagedown: 'PageDown', tab: 'Tab', home: 'Home', end: 'End',
};

/** Strokes as a person reads them: `Ctrl+Shift+P`, on a Mac `⇧⌘P`. */
export function formatKeys(strokes: readonly Stroke[], platform: KeyPlatform): string {
  return strokes.map((stroke) => formatStroke(stroke, platform)).join(' ');
}

function formatStroke(stroke: Stroke, platform: KeyPlatform): string {
  const key = KEY_NAMES[stroke.key] ?? (stroke.key.length <= 3 ? stroke.key.toUpperCase() : stroke.key);
  if (platform === 'mac') return `${stroke.ctrl ? '⌃' : ''}${stroke.alt ? '⌥' : ''}${stroke.shift ? '⇧' : ''}${stroke.meta ? '⌘' : ''}${key}`;
  return [...(stroke.ctrl ? ['Ctrl'] : []), ...(stroke.alt ? ['Alt'] : []), ...(stroke.shift ? ['Shift'] : []), ...(stroke.meta ? ['Meta'] : []), key].join('+');
}
