import { LakebookError } from '../base/errors.ts';
import type { RowMatching, VersionDifference } from '../delta/difference/versionDifference.ts';
import { quoteIdentifier, quoteString } from '../sql/types/duckdbType.ts';
import { shownVariants, valueContext } from '../sql/emitter/variantCasts.ts';
import { simpleString } from '../sql/types/dataType.ts';
import { toSparkType } from './deltaColumns.ts';
import type { PinnedTables } from './pinnedTables.ts';
import { prepareEffect } from './preparedStatement.ts';
import type { PreparedStatement, ResultColumn } from './queryEngine.ts';
import type { SqlPrelude } from './sqlPrelude.ts';

/** A question about two versions of one table. `from` undefined: the table was not there yet. */
export interface DifferenceQuestion {
  readonly path: string;
  readonly from: number | undefined;
  readonly to: number;
}

/** A table's column in a difference, with its places among the columns of the rows. */
export interface DifferenceColumn {
  readonly name: string;
  /** Undefined where no updated row has another value: then there is one value to show. */
  readonly before: number | undefined;
  readonly after: number;
}

/**
 * The difference of two versions as rows: what became of a row, the names of the columns that changed (where rows were
 * updated), then each column of the table; columns that changed stand twice, before and after.
 */
export interface PreparedDifference extends PreparedStatement {
  readonly counts: VersionDifference['counts'];
  readonly columnChanges: VersionDifference['columnChanges'];
  readonly source: VersionDifference['source'];
  readonly matching: RowMatching;
  readonly tableColumns: readonly DifferenceColumn[];
}

/** @param pinned ends with the statement */
export async function prepareDifference({ path, from, to }: DifferenceQuestion, { pinned, prelude }: { readonly pinned: PinnedTables; readonly prelude: SqlPrelude }, signal: AbortSignal): Promise<PreparedDifference> {
  try {
    const located = await pinned.locate({ kind: 'path', format: 'delta', path });
    if (located === undefined) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table: path });
    const difference = await pinned.lease(located.path).table.difference({ from, to }, signal);
    pinned.hold(difference);
    const { counts, columnChanges, source, matching } = difference;
    const { columns, tableColumns, select } = layOut(difference);
    // Updates first: they are what is hardest to see otherwise. Then by the first column, so that neighbours stand together.
    const sql = `SELECT ${select.join(', ')} FROM (${difference.relationSql}) ORDER BY ${ORDER}${difference.columns.length === 0 ? '' : ', coalesce(a0, b0)'}`;
    await prelude.provideFor(sql);
    return {
      ...prepareEffect('difference'),
      sql,
      columns,
      counts,
      columnChanges,
      source,
      matching,
      tableColumns,
      mapError: (error) => difference.explainError(error),
      dispose: () => pinned.dispose(),
    };
  } catch (error) {
    await pinned.dispose();
    throw error;
  }
}

const ORDER = "CASE kind WHEN 'update' THEN 0 WHEN 'update_preimage' THEN 1 WHEN 'update_postimage' THEN 2 WHEN 'delete' THEN 3 ELSE 4 END";

interface Layout {
  readonly columns: readonly ResultColumn[];
  readonly tableColumns: readonly DifferenceColumn[];
  readonly select: readonly string[];
}

function layOut({ columns: all, counts }: VersionDifference): Layout {
  const columns: ResultColumn[] = [];
  const select: string[] = [];
  const add = (name: string, type: string, sql: string): number => {
    columns.push({ name, type });
    return select.push(`${sql} AS ${quoteIdentifier(name)}`) - 1;
  };
  add('change', 'string', 'kind');
  const changed = all.map(({ name, changedRows }, index) => ({ name, changedRows, index })).filter(({ changedRows }) => changedRows > 0);
  if (counts.updated > 0) {
    const names = changed.map(({ name, index }) => `CASE WHEN b${index} IS DISTINCT FROM a${index} THEN ${quoteString(name)} END`);
    add('changed', 'string', names.length === 0 ? 'NULL::VARCHAR' : `CASE WHEN kind = 'update' THEN concat_ws(', ', ${names.join(', ')}) END`);
  }
  const tableColumns = all.map(({ name, deltaType, changedRows }, index): DifferenceColumn => {
    const sparkType = toSparkType(deltaType);
    const type = simpleString(sparkType);
    const shown = (sql: string): string => shownVariants(sql, sparkType, valueContext());
    const before = changedRows === 0 ? undefined : add(`${name} (before)`, type, shown(`b${index}`));
    const value = changedRows === 0 ? `CASE WHEN kind IN ('delete', 'update_preimage') THEN b${index} ELSE a${index} END` : `a${index}`;
    return { name, before, after: add(name, type, shown(value)) };
  });
  return { columns, tableColumns, select };
}
