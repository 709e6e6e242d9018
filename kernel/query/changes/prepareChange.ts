import { setTimeout as delay } from 'node:timers/promises';
import { LakebookError } from '../../base/errors.ts';
import type { CommandResult } from '../../delta/commands/commandResult.ts';
import { BIGINT } from '../../sql/types/dataType.ts';
import { mapRuntimeError } from '../../sql/runtimeErrors.ts';
import { buildRowsSql, describeColumns, type InformationRows } from '../information/rows.ts';
import type { LocatedTable } from '../pinnedTables.ts';
import { prepareEffect } from '../preparedStatement.ts';
import { commitNotice } from './commitNotice.ts';
import type { PreparedStatement, TableRead } from '../queryEngine.ts';
import type { StatementContext } from '../selectStatement.ts';

/** One attempt at a statement that changes a table: everything up to changing it. */
export interface ChangePlan {
  readonly located: LocatedTable;
  /** As the table's history names what is done. */
  readonly operation: string;
  readonly reads: readonly TableRead[];
  readonly files: readonly string[];
  readonly notices: readonly string[];
  run(signal: AbortSignal): Promise<CommandResult>;
}

/** Plans an attempt over tables as they are now. */
export type PlanChange = (context: StatementContext) => Promise<ChangePlan>;

export type CountedRows = 'affected' | 'merged' | 'inserted' | 'restored' | 'cloned' | 'none';

/** How often a statement begins anew because others changed the table meanwhile. */
const ATTEMPTS_MAX = 20;
const PAUSE_MS = 20;

/**
 * A statement that changes a table. Where another writer comes first with what this statement would have had to see, it is
 * run again over the table as it then is: the outcome is as if it had come later.
 * @param fresh a context to run it again in
 */
export async function prepareChange(kind: string, counted: CountedRows, plan: PlanChange, context: StatementContext, fresh: () => StatementContext): Promise<PreparedStatement> {
  const { columns } = answerOf(counted, undefined);
  const first = await plan(context);
  let current = { plan: first, context };
  const mapError = (error: unknown): unknown => current.context.placeError(mapRuntimeError(current.context.pinned.explainError(error), current.context.text));
  return {
    ...prepareEffect(kind, first.notices),
    columns: describeColumns(columns),
    tables: first.reads,
    files: first.files,
    mapError,
    dispose: () => current.context.pinned.dispose(),
    effect: async (signal) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const result = await current.plan.run(signal);
          const { located: { displayName, path }, operation } = current.plan;
          const { committed, metrics } = result;
          const written = committed === undefined ? [] : [{ name: displayName, path, version: committed.version, operation, metrics }];
          const answer = answerOf(counted, result);
          const warnings = current.context.pinned.lease(path).table.takeWarnings();
          return { sql: answer.columns.length === 0 ? '' : buildRowsSql(answer), written, notices: warnings.map((warning) => commitNotice(warning, displayName)) };
        } catch (error) {
          if (attempt >= ATTEMPTS_MAX || !isConflict(error)) throw error;
          await current.context.pinned.dispose();
          await delay(PAUSE_MS * attempt * Math.random(), undefined, { signal });
          const again = fresh();
          current = { plan: current.plan, context: again };
          current = { plan: await plan(again), context: again };
        }
      }
    },
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof LakebookError && error.kind === 'conflict' && /^DELTA_(?:CONCURRENT|METADATA_CHANGED|PROTOCOL_CHANGED)/.test(error.code);
}

/** What RESTORE answers, by the metrics that tell it. */
const RESTORED = {
  table_size_after_restore: 'tableSizeAfterRestore',
  num_of_files_after_restore: 'numOfFilesAfterRestore',
  num_removed_files: 'numRemovedFiles',
  num_restored_files: 'numRestoredFiles',
  removed_files_size: 'removedFilesSize',
  restored_files_size: 'restoredFilesSize',
} as const;

/** What a clone answers, by the metrics that tell it. */
const CLONED = {
  source_table_size: 'sourceTableSize',
  source_num_of_files: 'sourceNumOfFiles',
  num_removed_files: 'numRemovedFiles',
  num_copied_files: 'numCopiedFiles',
  removed_files_size: 'removedFilesSize',
  copied_files_size: 'copiedFilesSize',
} as const;

/** What Spark answers: counts of rows, or of files. */
function answerOf(counted: CountedRows, result: CommandResult | undefined): InformationRows {
  const { affected = 0, inserted = 0, updated = 0, deleted = 0 } = result?.rows ?? {};
  const named: readonly (readonly [string, number])[] =
    counted === 'none' ? []
    : counted === 'restored' || counted === 'cloned' ? Object.entries(counted === 'restored' ? RESTORED : CLONED).map(([name, metric]) => [name, Number(result?.metrics[metric] ?? 0)])
    : counted === 'affected' ? [['num_affected_rows', affected]]
    : counted === 'inserted' ? [['num_affected_rows', affected], ['num_inserted_rows', inserted]]
    : [['num_affected_rows', affected], ['num_updated_rows', updated], ['num_deleted_rows', deleted], ['num_inserted_rows', inserted]];
  return { columns: named.map(([name]) => ({ name, type: BIGINT })), rows: counted === 'cloned' && result?.committed === undefined ? [] : [named.map(([, value]) => value)] };
}
