import type { CellState, Staleness } from '../rpc/notebooks.ts';
import type { Receipt, TableRead } from '../rpc/receipts.ts';

/**
 * The table versions that a cell's outputs show, as far as newer ones would make them out of date. A table that the same
 * statement wrote is not among them: it moved on by what the output tells of.
 */
export function readsThatCanStale(state: CellState): TableRead[] {
  if (state.run.kind === 'running') return [];
  return state.outputs.flatMap((output) => (output.kind === 'result' ? shownReads(output.receipt) : []));
}

function shownReads(receipt: Receipt | undefined): TableRead[] {
  const written = new Set(receipt?.written?.map(({ path }) => path));
  return (receipt?.tables ?? []).filter(({ pinned, path }) => !pinned && !written.has(path));
}

/**
 * Why the cell is out of date; undefined if it is not.
 * @param latest version by table path, null where it is no table any more; a path that is missing says nothing
 */
export function findStaleness(state: CellState, latest: Readonly<Record<string, number | null>>): Staleness | undefined {
  const moved = new Map<string, Staleness['tables'][number]>();
  for (const { name, path, version } of readsThatCanStale(state)) {
    const now = latest[path];
    if (now === undefined || now === version) continue;
    const known = moved.get(path);
    if (known === undefined || version < known.read) moved.set(path, { name, path, read: version, latest: now });
  }
  return moved.size === 0 ? undefined : { tables: [...moved.values()] };
}

/** The state with what is known now, or undefined if that is what it says already. */
export function nextStaleness(state: CellState, latest: Readonly<Record<string, number | null>>): CellState | undefined {
  const staleness = findStaleness(state, latest);
  if (JSON.stringify(staleness) === JSON.stringify(state.staleness)) return undefined;
  const { staleness: _old, ...rest } = state;
  return staleness === undefined ? rest : { ...rest, staleness };
}
