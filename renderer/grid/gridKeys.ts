import type { Move } from './selection.ts';

/** What a key asks of the grid. */
export type GridCommand =
  | { readonly kind: 'move'; readonly move: Move; readonly extend: boolean }
  | { readonly kind: 'selectAll' | 'selectRow' | 'selectColumn' | 'copy' | 'copyWithHeader' | 'goToRow' | 'inspect' | 'columnMenu' | 'cellMenu' | 'clear' };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const MOVES: Readonly<Record<string, Move>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right', PageUp: 'pageUp', PageDown: 'pageDown', Home: 'rowStart', End: 'rowEnd' };
const FAR_MOVES: Readonly<Record<string, Move>> = { ArrowUp: 'columnStart', ArrowDown: 'columnEnd', ArrowLeft: 'rowStart', ArrowRight: 'rowEnd', Home: 'gridStart', End: 'gridEnd' };

/** The grid's keys, as spreadsheets have them; undefined for a key that is not the grid's. */
export function commandOfKey({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): GridCommand | undefined {
  const mod = ctrlKey || metaKey;
  if (altKey) return key === 'ArrowDown' && !mod ? { kind: 'columnMenu' } : undefined;
  const move = (mod ? FAR_MOVES : MOVES)[key];
  if (move !== undefined) return { kind: 'move', move, extend: shiftKey };
  if (mod) return modCommand(key.toLowerCase(), shiftKey);
  if (key === ' ' && shiftKey) return { kind: 'selectRow' };
  if (key === 'Enter' || key === ' ' || key === 'F2') return { kind: 'inspect' };
  if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) return { kind: 'cellMenu' };
  return key === 'Escape' ? { kind: 'clear' } : undefined;
}

function modCommand(key: string, shift: boolean): GridCommand | undefined {
  if (key === 'c') return { kind: shift ? 'copyWithHeader' : 'copy' };
  if (shift) return undefined;
  if (key === 'a') return { kind: 'selectAll' };
  if (key === 'g') return { kind: 'goToRow' };
  return key === ' ' ? { kind: 'selectColumn' } : undefined;
}
