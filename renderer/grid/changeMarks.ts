import type { Difference } from '../../kernel/rpc/differences.ts';
import type { PageCell, PageStore } from './pageStore.ts';

/** Which columns of a result of changes (kernel/rpc/differences.ts) say what. */
export interface ChangeMarks {
  /** The column with the kind of change. */
  readonly change: number;
  /** The column that names the columns with other values, if there is one. */
  readonly changed: number | undefined;
  /** Columns with former values, each with the column of the value that took its place. */
  readonly after: ReadonlyMap<number, number>;
  /** The same, the other way round. */
  readonly before: ReadonlyMap<number, number>;
}

/** The marks of a difference: its first column tells the kind, and where rows were updated its second the columns. */
export function changeMarks({ counts, columns }: Pick<Difference, 'counts' | 'columns'>): ChangeMarks {
  const pairs = columns.flatMap(({ before, after }) => (before === undefined ? [] : [[before, after] as const]));
  return { change: 0, changed: counts.updated > 0 ? 1 : undefined, after: new Map(pairs), before: new Map(pairs.map(([before, after]) => [after, before])) };
}

/** What became of a row; undefined while that is not here. */
export function changeOfRow(store: PageStore, { change }: ChangeMarks, row: number): string | undefined {
  return textOf(store.find(row, change));
}

/** Whether a cell's value gave way to another one, or took the place of one. */
export function isChanged(store: PageStore, marks: ChangeMarks, row: number, column: number): 'before' | 'after' | undefined {
  const other = marks.after.get(column) ?? marks.before.get(column);
  if (other === undefined || changeOfRow(store, marks, row) !== 'update') return undefined;
  const [own, its] = [store.find(row, column), store.find(row, other)];
  if (own === undefined || its === undefined) return undefined;
  const [cell, otherCell] = [own.column.cell(own.row), its.column.cell(its.row)];
  if (cell.kind === otherCell.kind && cell.text === otherCell.text) return undefined;
  return marks.after.has(column) ? 'before' : 'after';
}

/** A row that came has no former values, one that went no new ones: that is not NULL. */
export function isAbsent(store: PageStore, marks: ChangeMarks, row: number, column: number): boolean {
  const change = changeOfRow(store, marks, row);
  if (column === marks.changed) return change !== 'update';
  if (change === 'insert' || change === 'update_postimage') return marks.after.has(column);
  return (change === 'delete' || change === 'update_preimage') && marks.before.has(column);
}

function textOf(found: PageCell | undefined): string | undefined {
  return found?.column.cell(found.row).text;
}
