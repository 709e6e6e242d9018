import { toNumber, type Engine } from './engine.ts';
import { formatPredicate } from './predicate.ts';
import type { PredicatePruning } from './scan.ts';
import { type ColumnIndex, columnsIn, type FileConjunct, type FileFilter } from './skipping.ts';

/** A conjunct of a scan's predicate with the texts that judge it, over the scan's joins. */
export interface RenderedConjunct {
  readonly text: string;
  readonly columns: readonly string[];
  readonly kind: 'partitions' | 'statistics';
  /** True per file that it keeps; `true` where it cannot be judged. */
  readonly sql: string;
  /** True per file that has statistics of its columns; undefined where there are none at all. */
  readonly known: string | undefined;
}

export function renderConjunct(conjunct: FileConjunct, filter: FileFilter, indexOf: (column: number) => ColumnIndex | undefined): RenderedConjunct {
  const indexes = conjunct.columns.map((column) => ({ kind: filter.columns[column]!.kind, index: indexOf(column) }));
  const known = indexes.map(({ kind, index }) => (index === undefined ? 'false' : kind === 'partition' ? 'true' : `(${index.alias}.lo IS NOT NULL OR ${index.alias}.nulls IS NOT NULL)`));
  return {
    text: formatPredicate(conjunct.predicate),
    columns: [...new Set(columnsIn(conjunct.predicate).flatMap((path) => path.slice(0, 1)))],
    kind: indexes.length > 0 && indexes.every(({ kind }) => kind === 'partition') ? 'partitions' : 'statistics',
    sql: conjunct.sql(indexOf),
    known: known.length === 0 ? undefined : known.join(' AND '),
  };
}

/** How many files each conjunct alone leaves out: one statement over the files, whatever their number. */
export async function judgeConjuncts(engine: Engine, from: string, conjuncts: readonly RenderedConjunct[], filesTotal: number): Promise<readonly PredicatePruning[]> {
  const counts = await countLeftOut(engine, { from, bytes: 'f.size' }, conjuncts);
  return conjuncts.map(({ text, columns, kind, sql, known }, index): PredicatePruning => {
    const { leftOut: filesLeftOut, bytesLeftOut, unknown: filesUnknown } = counts[index]!;
    const judgedBy = known === undefined ? 'notComparable' : filesUnknown === filesTotal ? 'noStatistics' : sql === 'true' ? 'notComparable' : kind;
    return { text, columns, judgedBy, filesLeftOut, bytesLeftOut, filesUnknown };
  });
}

interface LeftOut {
  readonly leftOut: number;
  readonly bytesLeftOut: number;
  /** How many have no statistics. */
  readonly unknown: number;
}

/**
 * How many files, or row groups, each condition alone leaves out.
 * @param of what they are rows of, and what gives the bytes of one
 */
export async function countLeftOut(engine: Engine, of: { readonly from: string; readonly bytes: string }, conditions: readonly Pick<RenderedConjunct, 'sql' | 'known'>[]): Promise<readonly LeftOut[]> {
  if (conditions.length === 0) return [];
  const counts = conditions.flatMap(({ sql, known }, index) => [
    `count(*) FILTER (WHERE NOT (${sql})) AS left${index}`,
    `coalesce(sum(${of.bytes}) FILTER (WHERE NOT (${sql})), 0)::BIGINT AS bytes${index}`,
    `count(*) FILTER (WHERE NOT (${known ?? 'false'})) AS unknown${index}`,
  ]);
  const batch = await engine.select(`SELECT ${counts.join(', ')} ${of.from}`);
  const read = (name: string, index: number): number => toNumber(batch.column(`${name}${index}`)[0]);
  return conditions.map((_, index) => ({ leftOut: read('left', index), bytesLeftOut: read('bytes', index), unknown: read('unknown', index) }));
}
