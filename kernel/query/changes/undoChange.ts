import { LakebookError } from '../../base/errors.ts';
import type { DeltaTable } from '../../delta/delta.ts';
import { restoreTable } from '../../delta/commands/restore.ts';
import { PinnedTables, type PinningDependencies } from '../pinnedTables.ts';
import { prepareEffect } from '../preparedStatement.ts';
import type { PreparedStatement } from '../queryEngine.ts';
import type { QuerySession } from '../querySession.ts';
import { statementSettings } from '../statementSettings.ts';
import { beginOn } from './changedTable.ts';

export interface UndoQuestion {
  readonly path: string;
  /** The table becomes what it was before this version. */
  readonly version: number;
  /** The newest version that the asker knows: what came after `version` until then goes too, knowingly. */
  readonly latest: number;
}

/**
 * Restores a table to the version before another one, if nobody wrote to it that the asker does not know of.
 * @throws LakebookError TABLE_CHANGED_MEANWHILE, as `restoreTable`
 */
export async function prepareUndo({ path, version, latest }: UndoQuestion, dependencies: PinningDependencies, session: QuerySession, signal: AbortSignal): Promise<PreparedStatement> {
  const pinned = new PinnedTables(dependencies, '', session, signal);
  try {
    const located = await pinned.locate({ kind: 'path', format: 'delta', path });
    if (located === undefined) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table: path });
    const open = await beginOn(located, { dependencies, pinned, session, signal, settings: statementSettings(session, false) });
    const now = open.base?.version ?? -1;
    if (now !== latest) throw new LakebookError('TABLE_CHANGED_MEANWHILE', { table: located.displayName, latest, commits: await nameCommits(pinned.lease(located.path).table, latest, now) });
    const { snapshot: former } = await pinned.pinTable(located, { kind: 'version', version: version - 1 });
    return {
      ...prepareEffect('restore'),
      dispose: () => pinned.dispose(),
      effect: async (during) => {
        const { committed, metrics } = await restoreTable(open, await open.snapshot(during), { former, named: { version: String(version - 1) } }, during);
        return { sql: '', written: committed === undefined ? [] : [{ name: located.displayName, path: located.path, version: committed.version, operation: 'RESTORE', metrics }] };
      },
    };
  } catch (error) {
    await pinned.dispose();
    throw error;
  }
}

const NAMED_MAX = 5;

async function nameCommits(table: DeltaTable, latest: number, now: number): Promise<string> {
  const commits = await table.history({ limit: Math.max(1, now - latest) });
  const named = commits.slice(-NAMED_MAX).reverse().map(({ version, operation }) => `version ${version} (${operation ?? 'it does not say what it did'})`);
  return [...named, ...(commits.length > NAMED_MAX ? [`and ${commits.length - NAMED_MAX} more`] : [])].join(', ');
}
