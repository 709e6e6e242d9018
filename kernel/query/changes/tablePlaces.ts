import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LakebookError } from '../../base/errors.ts';
import { formatTableName } from '../../catalog/tableName.ts';
import { storageError } from '../../storage/local.ts';
import { spanOf } from '../../sql/span.ts';
import type { ObjectName } from '../../sql/tree/definitions.ts';
import { pointAt } from '../errorPlace.ts';
import { resolvePath } from '../files/filePaths.ts';
import type { LocatedTable } from '../pinnedTables.ts';
import type { StatementContext } from '../selectStatement.ts';

/** Where a table that a statement makes is, or will be. */
export interface TablePlace {
  readonly located: LocatedTable;
  /** Whether the name leads to a table already, or would if its files were there. */
  readonly isNamed: boolean;
  /** Makes the name lead there, and the listing of tables have it, once the table is there. */
  readonly keepName: () => Promise<void>;
}

/** @throws LakebookError as the catalog's `place`, DELTA_CREATE_TABLE_IDENTIFIER_LOCATION_MISMATCH, DELTA_TABLE_LOCATION_MISMATCH */
export async function placeOf(name: ObjectName, location: string | undefined, context: StatementContext): Promise<TablePlace> {
  try {
    return pathIn(name) === undefined ? await placeOfName(name, location, context) : await placeOfPath(pathIn(name)!, location, context);
  } catch (error) {
    throw pointAt(error, spanOf(context.text, name));
  }
}

/** The path in `` delta.`/a/path` ``. */
function pathIn({ parts }: ObjectName): string | undefined {
  const [format, path] = parts;
  return parts.length === 2 && format?.text.toLowerCase() === 'delta' && path?.quoted === true && path.text.includes('/') ? path.text : undefined;
}

async function placeOfPath(path: string, location: string | undefined, { pinned, dependencies }: StatementContext): Promise<TablePlace> {
  const located = (await pinned.locate({ kind: 'path', format: 'delta', path }))!;
  if (location !== undefined && resolvePath(dependencies.catalog.root, location) !== located.path) throw new LakebookError('DELTA_CREATE_TABLE_IDENTIFIER_LOCATION_MISMATCH', { identifier: located.displayName, location });
  return { located, isNamed: false, keepName: async () => dependencies.catalog.searchAgain() };
}

async function placeOfName({ parts }: ObjectName, location: string | undefined, { session, dependencies }: StatementContext): Promise<TablePlace> {
  const { catalog, authorise } = dependencies;
  const entry = await catalog.place(parts.map((part) => part.text), session);
  const { fullName: [, schema, table], isThere } = entry;
  const path = location === undefined || isThere ? entry.path : resolvePath(catalog.root, location);
  const displayName = formatTableName({ schema, table });
  await authorise({ user: session.user, table: displayName, path });
  const located = { displayName, fullName: entry.fullName, path, byPath: false, isManaged: isThere ? !entry.isExternal : location === undefined };
  const keepName = async (): Promise<void> => {
    if (isThere) return;
    if (path !== entry.path && !(await catalog.external.add({ schema, table, path }))) throw new LakebookError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quoted(located) });
    catalog.searchAgain();
  };
  return { located, isNamed: isThere, keepName };
}

/** @throws LakebookError DELTA_TABLE_LOCATION_MISMATCH where a table that is replaced is somewhere else */
export function checkLocation({ located, isNamed }: TablePlace, location: string | undefined, { dependencies }: StatementContext): void {
  if (!isNamed || location === undefined || resolvePath(dependencies.catalog.root, location) === located.path) return;
  throw new LakebookError('DELTA_TABLE_LOCATION_MISMATCH', { table: quoted(located), existing: located.path, location });
}

export function quoted({ fullName }: Pick<LocatedTable, 'fullName'>): string {
  return fullName.map((part) => `\`${part}\``).join('.');
}

/** @throws LakebookError DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION where a table cannot be made for what is there */
export async function checkVacant({ located }: TablePlace): Promise<void> {
  if (!(await isVacant(located.path))) throw new LakebookError('DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION', { table: quoted(located), location: located.path });
}

/**
 * Whether a table can be made in a folder: it is not there, or holds nothing but what a statement left that did not come
 * to make this table.
 */
export async function isVacant(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') return undefined;
    throw storageError(folder, error);
  });
  if (entries === undefined) return false;
  for (const entry of entries) {
    const isLeft = entry.isDirectory() ? entry.name === '_delta_log' || (entry.name.includes('=') && (await isVacant(join(folder, entry.name)))) : LEFT_FILE.test(entry.name);
    if (!isLeft) return false;
  }
  return true;
}

/** A data file of a commit that was not made. */
const LEFT_FILE = /^part(?:-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}){1,2}\.c000\.parquet$/;
