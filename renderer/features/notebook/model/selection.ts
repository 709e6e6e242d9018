/** Which cells are selected: all between the anchor and the active one, which keys act on. Empty notebooks have none. */
export interface CellSelection {
  readonly activeId: string;
  readonly anchorId: string;
}

export function selectOne(cellId: string): CellSelection {
  return { activeId: cellId, anchorId: cellId };
}

/** The selected cells in document order. */
export function selectedIds(order: readonly string[], selection: CellSelection | undefined): string[] {
  if (selection === undefined) return [];
  const active = order.indexOf(selection.activeId);
  const anchor = order.indexOf(selection.anchorId);
  if (active < 0) return [];
  return anchor < 0 ? [selection.activeId] : order.slice(Math.min(active, anchor), Math.max(active, anchor) + 1);
}

export type SelectionStep = 'up' | 'down' | 'first' | 'last';

/** The selection after a step; `extend` keeps the anchor. Stops at the ends. */
export function nextSelection(order: readonly string[], selection: CellSelection | undefined, step: SelectionStep, extend: boolean): CellSelection | undefined {
  const index = selection === undefined ? -1 : order.indexOf(selection.activeId);
  const last = order.length - 1;
  const target = { up: Math.max(index - 1, 0), down: Math.min(index + 1, last), first: 0, last }[step];
  const activeId = order[target];
  if (activeId === undefined) return undefined;
  return extend && selection !== undefined ? { activeId, anchorId: selection.anchorId } : selectOne(activeId);
}

export function selectTo(selection: CellSelection | undefined, cellId: string): CellSelection {
  return selection === undefined ? selectOne(cellId) : { activeId: cellId, anchorId: selection.anchorId };
}

export function selectAll(order: readonly string[]): CellSelection | undefined {
  const [first] = order;
  const last = order.at(-1);
  return first === undefined || last === undefined ? undefined : { activeId: last, anchorId: first };
}

/** The selection when cells came, went or moved: a lost active cell hands over to the next one that is still there, else the one before. */
export function reconcileSelection(before: readonly string[], after: readonly string[], selection: CellSelection | undefined): CellSelection | undefined {
  const present = new Set(after);
  if (selection === undefined) return after[0] === undefined ? undefined : selectOne(after[0]);
  const activeId = present.has(selection.activeId) ? selection.activeId : nearestSurvivor(before, present, before.indexOf(selection.activeId));
  if (activeId === undefined) return after[0] === undefined ? undefined : selectOne(after[0]);
  return present.has(selection.anchorId) && activeId === selection.activeId ? selection : selectOne(activeId);
}

function nearestSurvivor(before: readonly string[], present: ReadonlySet<string>, index: number): string | undefined {
  return before.slice(index).find((cellId) => present.has(cellId)) ?? before.slice(0, Math.max(index, 0)).filter((cellId) => present.has(cellId)).at(-1);
}
