import { LakebookError } from '../base/errors.ts';
import { localPath } from '../storage/paths.ts';
import type { Delta, DeltaDependencies, DeltaTable } from './delta.ts';
import { OpenTable } from './openTable.ts';

/** The transaction log over a storage and an engine. */
export function createDelta({ storage, engine, environment, coordinatorOf }: DeltaDependencies): Delta {
  const openTable = (path: string): DeltaTable => {
    const local = localPath(path);
    if (local === undefined) throw new LakebookError('STORAGE_UNSUPPORTED_LOCATION', { path });
    const table = local.length > 1 ? local.replace(/\/+$/, '') : local;
    const coordinator = coordinatorOf?.(table);
    return new OpenTable(table, { storage, engine, environment, coordinator });
  };
  return { openTable, latestVersion: (path) => openTable(path).latestVersion() };
}
