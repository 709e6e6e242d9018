import { buildRowsSql, describeColumns, type InformationRows } from './information/rows.ts';
import type { OpenedScan, PinnedReference, PinnedTables } from './pinnedTables.ts';
import type { PreparedStatement, TableRead } from './queryEngine.ts';

/** What every prepared statement has unless its own kind says otherwise. */
const EMPTY: Omit<PreparedStatement, 'kind'> = {
  sql: '',
  columns: [],
  tables: [],
  scans: [],
  files: [],
  notices: [],
  fallback: () => Promise.resolve(undefined),
  mapError: (error) => error,
  dispose: () => Promise.resolve(),
};

/** A statement without rows: it has done what it does. */
export function prepareEffect(kind: string, notices: readonly string[] = []): PreparedStatement {
  return { ...EMPTY, kind, notices };
}

/** A statement whose rows are known already. */
export function prepareRows(kind: string, information: InformationRows, rest: Partial<Pick<PreparedStatement, 'tables' | 'files' | 'notices' | 'dispose'>> = {}): PreparedStatement {
  return { ...EMPTY, kind, sql: buildRowsSql(information), columns: describeColumns(information.columns), ...rest };
}

/** A statement that reads pinned tables; disposing it lets go of them. */
export function prepareQuery(
  pinned: PinnedTables,
  query: Pick<PreparedStatement, 'kind' | 'sql' | 'columns' | 'notices' | 'fallback'> & { readonly scans: readonly OpenedScan[]; readonly files: readonly string[]; readonly mapError: (error: unknown) => unknown },
): PreparedStatement {
  const { scans, mapError, ...rest } = query;
  return { ...rest, tables: mergeReads(scans), scans, mapError: (error) => mapError(pinned.explainError(error)), dispose: () => pinned.dispose() };
}

/** The files that references read in place, each once. */
export function filesInPlace(references: readonly PinnedReference[]): readonly string[] {
  return [...new Set(references.flatMap((reference) => (reference.kind === 'files' ? reference.relation.files : [])))];
}

/** One entry for each table and version: of several scans, the one that reads most of it. */
export function mergeReads(scans: readonly OpenedScan[]): readonly TableRead[] {
  const merged = new Map<string, TableRead>();
  for (const { read } of scans) {
    if (read === undefined) continue;
    const key = `${read.path}\u0000${read.version}`;
    const other = merged.get(key);
    if (other === undefined) merged.set(key, read);
    else merged.set(key, { ...(read.bytesRead > other.bytesRead ? read : other), pinned: read.pinned && other.pinned });
  }
  return [...merged.values()];
}
