import type { Predicate } from '../../delta/predicate.ts';
import { isNarrowDecimalOverflow } from '../../sql/runtimeErrors.ts';
import type { Query } from '../../sql/tree/queries.ts';
import { toFilePredicate } from '../filePredicate.ts';
import { mergeReads } from '../preparedStatement.ts';
import type { TableRead } from '../queryEngine.ts';
import { buildSelect, type StatementContext } from '../selectStatement.ts';
import type { ChangedTable } from './changedTable.ts';

/** The rows that a statement changes, ready to be found. */
export interface PreparedChanges {
  readonly reads: readonly TableRead[];
  readonly files: readonly string[];
  readonly notices: readonly string[];
  /** Which rows of the changed table were looked for. */
  readonly predicate: Predicate;
  /** Finds them, puts them into a table of the engine, hands that to `use`, and drops it. */
  materialise<Result>(use: (relation: string) => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

/** @param referenceId the place in the query where the changed table's own rows are read */
export async function prepareChanges(query: Query, { open }: ChangedTable, referenceId: number, context: StatementContext): Promise<PreparedChanges> {
  const { resolved, scans, files, sql, emitWide } = await buildSelect(query, context);
  const own = resolved.scans.find(({ reference }) => reference.id === referenceId)?.predicate;
  if (context.pinned.readsChanged) open.transaction.readWholeTable();
  return {
    reads: mergeReads(scans),
    files,
    notices: resolved.notices,
    predicate: own === undefined ? { kind: 'unknown' } : toFilePredicate(own),
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
