import { LakebookError } from '../base/errors.ts';
import { localPath } from '../storage/paths.ts';
import type { Delta, DeltaDependencies, DeltaTable } from './delta.ts';
import { OpenTable } from './openTable.ts';

/** The transaction log over a storage and an engine. */
export function createDelta({ storage, engine, environment }: DeltaDependencies): Delta {
  const openTable = (path: string): DeltaTable => {
    const local = localPath(path);
    if (local === undefined) throw new LakebookError('STORAGE_UNSUPPORTED_LOCATION', { path });
    return new OpenTable(local.length > 1 ? local.replace(/\/+$/, '') : local, { storage, engine, environment });
  };
  return { openTable, latestVersion: (path) => openTable(path).latestVersion() };
}
