/** A visible line of a tree, flattened. */
export interface TreeRow {
  readonly id: string;
  /** From 1. */
  readonly level: number;
  /** Text for type-ahead and assistive technology. */
  readonly label: string;
  /** undefined: a leaf. */
  readonly expanded: boolean | undefined;
  /** A line with others below it that a click opens all the same; its arrow alone folds it. */
  readonly openable?: boolean;
  /** Place among its siblings, from 1. */
  readonly position: number;
  readonly siblings: number;
}

/** What a key does to a tree: another line, an opened or closed one, or nothing of the tree's. */
export type TreeMove = { readonly kind: 'focus'; readonly id: string } | { readonly kind: 'toggle'; readonly id: string; readonly expanded: boolean } | { readonly kind: 'none' };

const PAGE_ROWS = 12;
const NONE: TreeMove = { kind: 'none' };

/** The WAI-ARIA tree keys, as a function of the visible lines. */
export function nextTreeMove(rows: readonly TreeRow[], focusedId: string | undefined, key: string): TreeMove {
  const index = rows.findIndex((row) => row.id === focusedId);
  const row = rows[index];
  switch (key) {
    case 'ArrowDown':
      return focusAt(rows, index + 1);
    case 'ArrowUp':
      return focusAt(rows, index < 0 ? rows.length - 1 : index - 1);
    case 'PageDown':
      return focusAt(rows, Math.min(index + PAGE_ROWS, rows.length - 1));
    case 'PageUp':
      return focusAt(rows, Math.max(index - PAGE_ROWS, 0));
    case 'Home':
      return focusAt(rows, 0);
    case 'End':
      return focusAt(rows, rows.length - 1);
    case 'ArrowRight':
      return row === undefined ? NONE : moveIn(rows, row, index);
    case 'ArrowLeft':
      return row === undefined ? NONE : moveOut(rows, row, index);
    default:
      return NONE;
  }
}

/** The next line after the focused one whose label begins with `typed`; a single repeated letter goes on to the next. */
export function findTyped(rows: readonly TreeRow[], focusedId: string | undefined, typed: string): string | undefined {
  const wanted = typed.toLowerCase();
  const index = rows.findIndex((row) => row.id === focusedId);
  const from = wanted.length === 1 ? index + 1 : Math.max(index, 0);
  const ordered = [...rows.slice(from), ...rows.slice(0, from)];
  return ordered.find((row) => row.label.toLowerCase().startsWith(wanted))?.id;
}

function moveIn(rows: readonly TreeRow[], row: TreeRow, index: number): TreeMove {
  if (row.expanded === false) return { kind: 'toggle', id: row.id, expanded: true };
  const next = rows[index + 1];
  return row.expanded === true && next !== undefined && next.level > row.level ? { kind: 'focus', id: next.id } : NONE;
}

function moveOut(rows: readonly TreeRow[], row: TreeRow, index: number): TreeMove {
  if (row.expanded === true) return { kind: 'toggle', id: row.id, expanded: false };
  for (let at = index - 1; at >= 0; at -= 1) {
    const above = rows[at];
    if (above !== undefined && above.level < row.level) return { kind: 'focus', id: above.id };
  }
  return NONE;
}

function focusAt(rows: readonly TreeRow[], index: number): TreeMove {
  const row = rows[index];
  return row === undefined ? NONE : { kind: 'focus', id: row.id };
}
