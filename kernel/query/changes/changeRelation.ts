import type { RowCondition, RowRead } from '../../delta/write/rowReads.ts';
import { isRepeatable } from '../../sql/plan/repeatable.ts';
import { isNarrowDecimalOverflow } from '../../sql/runtimeErrors.ts';
import type { Query } from '../../sql/tree/queries.ts';
import { toFilePredicate } from '../filePredicate.ts';
import { mergeReads } from '../preparedStatement.ts';
import type { TableRead } from '../queryEngine.ts';
import { buildSelect, type BuiltSelect, type StatementContext } from '../selectStatement.ts';
import { CHANGE_COLUMNS, type ChangedTable } from './changedTable.ts';

/** A statement that changes rows, as queries over the changed table. */
export interface ChangeQueries {
  /** What it changes (`ChangeQuery`). */
  readonly query: Query;
  /** The addresses of the rows that decide what it changes; whether a row does depends on no other row of the table. */
  readonly asked: Query;
  readonly minds: RowCondition['minds'];
}

/** The rows that a statement changes, ready to be found. */
export interface PreparedChanges {
  readonly reads: readonly TableRead[];
  readonly files: readonly string[];
  readonly notices: readonly string[];
  /** Which rows of the changed table were looked for. */
  readonly read: RowRead;
  /** Finds them, puts them into a table of the engine, hands that to `use`, and drops it. */
  materialise<Result>(use: (relation: string) => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

/** @param referenceId the place in the query where the changed table's own rows are read */
export async function prepareChanges({ query, asked, minds }: ChangeQueries, changed: ChangedTable, referenceId: number, context: StatementContext): Promise<PreparedChanges> {
  const { open } = changed;
  const built = await buildSelect(query, context);
  const { resolved, scans, files, sql, emitWide } = built;
  const own = resolved.scans.find(({ reference }) => reference.id === referenceId)?.predicate;
  const canAskAgain = givesTheSameAgain(built);
  if (context.pinned.readsChanged || (minds === 'allRows' && !canAskAgain)) open.transaction.readWholeTable();
  return {
    reads: mergeReads(scans),
    files,
    notices: resolved.notices,
    read: { predicate: own === undefined ? { kind: 'unknown' } : toFilePredicate(own), rows: canAskAgain ? rowCondition({ asked, minds }, changed, referenceId, context) : undefined },
    async materialise(use, signal) {
      const relation = open.engine.newTableName();
      try {
        await open.engine.run(`CREATE TABLE ${relation} AS ${sql}`, signal).catch(async (error: unknown) => {
          if (!isNarrowDecimalOverflow(error)) throw error;
          await open.engine.run(`CREATE TABLE ${relation} AS ${await emitWide()}`, signal);
        });
        return await use(relation);
      } finally {
        await open.engine.run(`DROP TABLE IF EXISTS ${relation}`);
      }
    },
  };
}

/** What is read beside the changed table stands still: versions of tables, and no function of chance. */
function givesTheSameAgain({ resolved, scans }: BuiltSelect): boolean {
  return resolved.scans.every(({ reference }) => reference.kind === 'table') && scans.every(({ read }) => read !== undefined) && isRepeatable(resolved.plan);
}

/** The statement's condition over other rows of the table; all else that it reads stays at the versions of the statement. */
function rowCondition({ asked, minds }: Pick<ChangeQueries, 'asked' | 'minds'>, { open }: ChangedTable, referenceId: number, context: StatementContext): RowCondition {
  const { file, position } = CHANGE_COLUMNS;
  return {
    minds,
    addressesIn: async (version, paths) => {
      const { emitWide } = await buildSelect(asked, context, { rowsOf: { referenceId, files: { version, paths } } });
      const [files, positions] = await open.engine.selectIntegers(`SELECT ${file}, ${position} FROM (${await emitWide()}) WHERE ${file} IS NOT NULL ORDER BY ALL`);
      return { files: files ?? new BigInt64Array(), positions: positions ?? new BigInt64Array() };
    },
  };
}
