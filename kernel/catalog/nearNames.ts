import { editDistance } from '../base/editDistance.ts';

const NEAR_NAMES_MAX = 5;

/**
 * The names that `asked` may have meant, nearest first: those with its last part, then those few edits away. Ignores case.
 */
export function findNearNames(asked: string, names: readonly string[]): readonly string[] {
  const wanted = asked.toLowerCase();
  const wantedTable = lastPart(wanted);
  const allowedEdits = Math.max(2, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, edits: countEdits(name.toLowerCase(), wanted, wantedTable) }))
    .filter(({ edits }) => edits <= allowedEdits)
    .sort((left, right) => left.edits - right.edits || (left.name < right.name ? -1 : 1))
    .slice(0, NEAR_NAMES_MAX)
    .map(({ name }) => name);
}

/** Whole names are compared, and the last parts alone: a right table in a wrong schema is one edit away. */
function countEdits(name: string, wanted: string, wantedTable: string): number {
  const table = lastPart(name);
  if (table === wantedTable) return name === wanted ? 0 : 1;
  // Edits are at least the difference in length: most of thousands of names need no comparison.
  const least = Math.min(Math.abs(name.length - wanted.length), Math.abs(table.length - wantedTable.length) + 1);
  if (least > Math.max(2, wanted.length / 3)) return least;
  return Math.min(editDistance(name, wanted), editDistance(table, wantedTable) + 1);
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).replaceAll('`', '');
}
