import type { Snapshot } from '../snapshot.ts';
import { removeOf } from '../write/fileActions.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { NO_ROWS, type CommandResult } from './commandResult.ts';

/** `TRUNCATE TABLE`: all files go, none is read. @throws LakebookError as a commit */
export async function truncateTable(open: OpenTransaction, snapshot: Snapshot, signal?: AbortSignal): Promise<CommandResult> {
  open.transaction.readWholeTable();
  const deletionTimestamp = open.environment.now();
  const removes = (await snapshot.addFiles(undefined, signal)).map((file) => removeOf(file, { deletionTimestamp, dataChange: true }));
  if (removes.length === 0) return { committed: undefined, metrics: {}, rows: NO_ROWS };
  const metrics = { numRemovedFiles: String(removes.length), numRemovedBytes: String(removes.reduce((sum, { size }) => sum + size, 0)) };
  return { committed: await open.commit({ name: 'TRUNCATE', metrics }, { adds: [], removes, changeFiles: [] }), metrics, rows: NO_ROWS };
}
