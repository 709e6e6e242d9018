import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { LakebookError } from '../base/errors.ts';
import { storageError } from '../storage/local.ts';
import { ownFolder } from './ownFolder.ts';
import { formatTableName, quoteNamePart, type TableName } from './tableName.ts';

/** How long a dropped table can be brought back. */
const UNDROP_MS = 7 * 86_400_000;
const NOTE = 'dropped.json';
const FOLDER = 'table';

/** A dropped table as its note tells it. */
interface DroppedTable extends TableName {
  /** From the workspace's root, `/` between parts. */
  readonly relativePath: string;
  readonly id: string;
  readonly droppedAtMs: number;
}

/** The table's own folder in the workspace, which alone is ever moved: never what a link leads to. */
async function checkOwnFolder(root: string, path: string, name: TableName): Promise<void> {
  const refuse = (reason: string): LakebookError => new LakebookError('TABLE_NOT_DROPPABLE', { name: formatTableName(name), reason });
  if (path === root) throw refuse('it is the workspace itself');
  const [realRoot, realParent] = await Promise.all([realpath(root), realpath(dirname(path))]);
  if (realParent !== realRoot && !realParent.startsWith(realRoot + sep)) throw refuse('its folder is outside the workspace');
  const [folder, log] = await Promise.all([lstat(path), lstat(join(path, '_delta_log'))]);
  if (!folder.isDirectory()) throw refuse('its folder is a link');
  if (!log.isDirectory()) throw refuse('its log is a link');
}

/** The place of dropped tables, a true folder of the workspace. */
function droppedFolder(root: string): Promise<string> {
  return ownFolder(root, 'dropped', (name) => new LakebookError('TABLE_NOT_DROPPABLE', { name, reason: 'the folder for dropped tables is a link' }));
}

/**
 * Takes a table out of the workspace: into the place of dropped tables, from where {@link undropTable} brings it back, or
 * for good. Tables dropped too long ago go for good on the way.
 * @throws LakebookError TABLE_NOT_DROPPABLE
 */
export async function dropTable(root: string, table: TableName & { readonly path: string; readonly id: string }, { nowMs, purge }: { readonly nowMs: number; readonly purge: boolean }): Promise<void> {
  const { path, schema, table: name, id } = table;
  await checkOwnFolder(root, path, table);
  await onDisk(path, async () => {
    const dropped = await droppedFolder(root);
    const place = join(dropped, randomUUID());
    await mkdir(place);
    const note: DroppedTable = { schema, table: name, id, relativePath: relative(root, path).split(sep).join('/'), droppedAtMs: nowMs };
    await writeFile(join(place, NOTE), `${JSON.stringify(note)}\n`);
    await rename(path, join(place, FOLDER)).catch(async (error: unknown) => {
      await rm(place, { recursive: true, force: true });
      throw error;
    });
    const gone = purge ? [place] : [];
    const old = (await listDropped(root)).filter(({ droppedAtMs }) => droppedAtMs <= nowMs - UNDROP_MS).map((each) => each.place);
    for (const folder of [...gone, ...old]) await rm(folder, { recursive: true, force: true });
  });
}

/** Tables that can be brought back, the newest first. */
async function listDropped(root: string): Promise<readonly (DroppedTable & { readonly place: string })[]> {
  const dropped = await droppedFolder(root);
  const found = await Promise.all((await readdir(dropped)).map(async (name) => {
    const place = join(dropped, name);
    const note = await readFile(join(place, NOTE), 'utf8').then(parseNote, () => undefined);
    return note === undefined ? [] : [{ ...note, place }];
  }));
  return found.flat().sort((left, right) => right.droppedAtMs - left.droppedAtMs);
}

function parseNote(text: string): DroppedTable | undefined {
  const { schema, table, id, relativePath, droppedAtMs } = JSON.parse(text) as Partial<Record<string, unknown>>;
  const isWhole = typeof schema === 'string' && typeof table === 'string' && typeof id === 'string' && typeof relativePath === 'string' && typeof droppedAtMs === 'number';
  return isWhole ? { schema, table, id, relativePath, droppedAtMs } : undefined;
}

/**
 * Brings the table of this name or id back that was dropped last.
 * @returns undefined where there is none
 * @throws LakebookError TABLE_OR_VIEW_ALREADY_EXISTS where its place is taken
 */
export async function undropTable(root: string, wanted: TableName | { readonly id: string }, nowMs: number): Promise<DroppedTable | undefined> {
  const isWanted = (table: DroppedTable): boolean => ('id' in wanted ? table.id === wanted.id : [table.schema, table.table].join('\u0000').toLowerCase() === [wanted.schema, wanted.table].join('\u0000').toLowerCase());
  return onDisk(root, async () => {
    const found = (await listDropped(root)).find((table) => isWanted(table) && table.droppedAtMs > nowMs - UNDROP_MS);
    if (found === undefined) return undefined;
    await moveIn(root, join(found.place, FOLDER), join(root, ...found.relativePath.split('/')), found);
    await rm(found.place, { recursive: true, force: true });
    return found;
  });
}

/** @throws LakebookError TABLE_NOT_DROPPABLE, TABLE_OR_VIEW_ALREADY_EXISTS */
export async function renameTable(root: string, from: TableName & { readonly path: string }, to: TableName & { readonly path: string }): Promise<void> {
  await checkOwnFolder(root, from.path, from);
  await onDisk(from.path, () => moveIn(root, from.path, to.path, to));
}

async function moveIn(root: string, from: string, to: string, name: TableName): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const [realRoot, realParent] = await Promise.all([realpath(root), realpath(dirname(to))]);
  if (realParent !== realRoot && !realParent.startsWith(realRoot + sep)) throw new LakebookError('TABLE_NOT_DROPPABLE', { name: formatTableName(name), reason: 'its folder would be outside the workspace' });
  const isTaken = await lstat(to).then(() => true, () => false);
  if (isTaken) throw new LakebookError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: formatTableName(name) });
  await rename(from, to);
}

/** @returns whether it was made: false where it is there */
export async function createSchemaFolder(path: string): Promise<boolean> {
  return onDisk(path, async () => (await mkdir(path, { recursive: true })) !== undefined);
}

/** Removes the folder of a schema that holds nothing. @throws LakebookError SCHEMA_NOT_EMPTY */
export async function dropSchemaFolder(path: string, schema: string): Promise<void> {
  await onDisk(path, async () => {
    const names = await readdir(path);
    if (names.length > 0) throw new LakebookError('SCHEMA_NOT_EMPTY', { schemaName: quoteNamePart(schema), objects: names.sort().slice(0, 5).join(', ') });
    await rmdir(path);
  });
}

async function onDisk<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw storageError(path, error);
  }
}
