/** One commit of a writer, in the words of every engine. The table's columns are `w`, `n` and `v`; it is partitioned by `w`. */
export type Change =
  | { readonly kind: 'append'; readonly w: number; readonly n: number }
  | { readonly kind: 'update'; readonly w: number }
  | { readonly kind: 'delete'; readonly w: number; readonly n: number }
  /** Adds to a row that is there, or puts one in. */
  | { readonly kind: 'merge'; readonly w: number; readonly n: number };

export interface Row {
  readonly w: number;
  readonly n: number;
  readonly v: number;
}

/** A partition that all writers change. */
export const SHARED = 100;
const MERGED_BY = 1000;

/**
 * What a writer does, so many times. It deletes rows of its own making alone, so that no statement finds nothing to do;
 * what it updates and merges it shares with the others.
 */
export function planOf(writer: number, count: number): readonly Change[] {
  return Array.from({ length: count }, (_, index): Change => {
    const w = index % 3 === 2 ? SHARED : writer;
    const n = writer * 1000 + index;
    switch (index % 5) {
      case 0:
      case 1:
        return { kind: 'append', w: index % 2 === 0 ? SHARED : writer, n };
      case 2:
        return { kind: 'update', w };
      case 3:
        return { kind: 'merge', w: SHARED, n: index % 2 === 0 ? n : -1 };
      default:
        return { kind: 'delete', w: (index - 4) % 2 === 0 ? SHARED : writer, n: n - 4 };
    }
  });
}

/** As Spark SQL; `@` stands for the table. */
export function sqlOf(change: Change): string {
  const { w } = change;
  switch (change.kind) {
    case 'append':
      return `INSERT INTO @ VALUES (${w}, ${change.n}, 0)`;
    case 'update':
      return `UPDATE @ SET v = v + 1 WHERE w = ${w}`;
    case 'delete':
      return `DELETE FROM @ WHERE w = ${w} AND n = ${change.n}`;
    case 'merge':
      return `MERGE INTO @ t USING (SELECT ${w} AS w, ${change.n} AS n) s ON t.w = ${w} AND t.n = s.n WHEN MATCHED THEN UPDATE SET v = t.v + ${MERGED_BY} WHEN NOT MATCHED THEN INSERT (w, n, v) VALUES (s.w, s.n, ${MERGED_BY})`;
  }
}

/** As a question to delta-rs. */
export function deltaRsOf(change: Change) {
  const { w } = change;
  switch (change.kind) {
    case 'append':
      return { op: 'append', rows: [{ w, n: change.n, v: 0 }] } as const;
    case 'update':
      return { op: 'update', set: { v: 'v + 1' }, where: `w = ${w}` } as const;
    case 'delete':
      return { op: 'delete', where: `w = ${w} AND n = ${change.n}` } as const;
    case 'merge':
      return { op: 'merge', rows: [{ w, n: change.n, v: MERGED_BY }], on: `t.w = ${w} AND t.n = s.n`, set: { v: `t.v + ${MERGED_BY}` }, insert: { w: 's.w', n: 's.n', v: 's.v' } } as const;
  }
}

/** The rows after a change. Pure. */
export function applied(rows: readonly Row[], change: Change): readonly Row[] {
  const { w } = change;
  switch (change.kind) {
    case 'append':
      return [...rows, { w, n: change.n, v: 0 }];
    case 'update':
      return rows.map((row) => (row.w === w ? { ...row, v: row.v + 1 } : row));
    case 'delete':
      return rows.filter((row) => row.w !== w || row.n !== change.n);
    case 'merge': {
      const isMatched = (row: Row): boolean => row.w === w && row.n === change.n;
      return rows.some(isMatched) ? rows.map((row) => (isMatched(row) ? { ...row, v: row.v + MERGED_BY } : row)) : [...rows, { w, n: change.n, v: MERGED_BY }];
    }
  }
}
