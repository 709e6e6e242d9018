import type { SnapshotFile } from '../fileListing.ts';
import { parseSchema } from '../schema.ts';
import { identifier } from '../sqlText.ts';
import { writeDataFiles } from './dataFiles.ts';
import { NO_FILE_ACTIONS, removeOf, type FileActions } from './fileActions.ts';
import { materialisedRowColumns } from './materialisedRows.ts';
import type { OpenTransaction } from './openTransaction.ts';

/** The live rows of files once more, in files as the table will be. No data changes, and rows keep their ids. */
export async function rewriteFiles(open: OpenTransaction, files: readonly SnapshotFile[], signal?: AbortSignal): Promise<FileActions> {
  if (files.length === 0) return NO_FILE_ACTIONS;
  const target = open.target();
  const tracked = materialisedRowColumns(target.metadata);
  const snapshot = await open.snapshot(signal);
  const scan = await snapshot.scan({ onlyFiles: files.map(({ id }) => id), rowAddresses: true, ...(tracked.length > 0 ? { rowTracking: true } : {}) }, signal);
  try {
    const columns = [...parseSchema(target.metadata.schemaString, open.table).fields, ...tracked].map(({ name }) => `r.${identifier(name)}`);
    const adds = await writeDataFiles(open, target, {
      select: `SELECT ${columns.join(', ')} FROM (${scan.relationSql}) r`,
      extraColumns: tracked.map(({ name, physicalName }) => ({ name, physicalName, type: 'BIGINT' })),
    }, signal);
    const at = { deletionTimestamp: open.environment.now(), dataChange: false };
    return { adds: adds.map((add) => ({ ...add, dataChange: false })), removes: files.map((file) => removeOf(file, at)), changeFiles: [] };
  } catch (error) {
    throw scan.explainError(error);
  } finally {
    await scan.dispose();
  }
}
