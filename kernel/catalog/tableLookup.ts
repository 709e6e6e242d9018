import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LakebookError } from '../base/errors.ts';
import { DEFAULT_SCHEMA, quoteNamePart, type TableName } from './tableName.ts';
import { isSkippedFolder, type FoundTable } from './tableSearch.ts';

/**
 * The folders that `name` may mean, by listing only the folders on the way. More than one: they differ in case alone, or
 * stand both in the root and in a folder named `default`.
 */
export async function findTableFolders(root: string, rootName: string, name: TableName): Promise<readonly FoundTable[]> {
  const isDefault = name.schema.toLowerCase() === DEFAULT_SCHEMA;
  const rootFolder: FoundTable = { relativePath: '', path: root };
  if (await isTableFolder(root)) return isDefault && name.table.toLowerCase() === rootName.toLowerCase() ? [rootFolder] : [];
  const inSchema = await findBelow(rootFolder, [...name.schema.split('/'), name.table]);
  const inRoot = isDefault ? await findBelow(rootFolder, [name.table]) : [];
  return [...inRoot, ...inSchema];
}

/**
 * The folder that a table of this name is made in.
 * @throws LakebookError INVALID_SCHEMA_OR_RELATION_NAME, SCHEMA_NOT_FOUND
 */
export async function newTableFolder(root: string, { schema, table }: TableName): Promise<string> {
  const above = schemaFolder(root, schema);
  if (!isFolderName(table)) throw new LakebookError('INVALID_SCHEMA_OR_RELATION_NAME', { name: table });
  if (!(await isSchemaFolder(above))) throw new LakebookError('SCHEMA_NOT_FOUND', { schemaName: quoteNamePart(schema) });
  return join(above, table);
}

/** The folder of a schema, there or not. @throws LakebookError INVALID_SCHEMA_OR_RELATION_NAME */
export function schemaFolder(root: string, schema: string): string {
  const folders = schema.toLowerCase() === DEFAULT_SCHEMA ? [] : schema.split('/');
  const odd = folders.find((part) => !isFolderName(part));
  if (odd !== undefined) throw new LakebookError('INVALID_SCHEMA_OR_RELATION_NAME', { name: odd });
  return join(root, ...folders);
}

/** Whether a folder is there that can hold tables and is none itself. */
export async function isSchemaFolder(path: string): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  return status?.isDirectory() === true && !(await isTableFolder(path));
}

/** Names that lead nowhere else, and that the search for tables does not pass over. */
function isFolderName(name: string): boolean {
  return name !== '' && !/[\\/\0]/.test(name) && !/^[._]/.test(name) && !isSkippedFolder(name) && Buffer.byteLength(name) <= FOLDER_NAME_BYTES_MAX;
}

const FOLDER_NAME_BYTES_MAX = 255;

async function findBelow(folder: FoundTable, [wanted, ...rest]: readonly string[]): Promise<readonly FoundTable[]> {
  if (wanted === undefined) return (await isTableFolder(folder.path)) ? [folder] : [];
  if (folder.relativePath !== '' && (await isTableFolder(folder.path))) return []; // no table is inside another
  const found: FoundTable[] = [];
  for (const child of await listMatching(folder, wanted)) found.push(...(await findBelow(child, rest)));
  return found;
}

async function listMatching(folder: FoundTable, wanted: string): Promise<readonly FoundTable[]> {
  if (isSkippedFolder(wanted)) return [];
  const key = wanted.toLowerCase();
  const names = await readdir(folder.path).catch((): string[] => []); // unreadable, or no folder
  return names
    .filter((name) => name.toLowerCase() === key)
    .map((name) => ({ relativePath: folder.relativePath === '' ? name : `${folder.relativePath}/${name}`, path: join(folder.path, name) }));
}

async function isTableFolder(path: string): Promise<boolean> {
  const log = await stat(join(path, '_delta_log')).catch(() => undefined);
  return log?.isDirectory() === true;
}
