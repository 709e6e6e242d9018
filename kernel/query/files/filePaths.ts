import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LakebookError } from '../../base/errors.ts';
import type { Database } from '../../duckdb/database.ts';
import { quoteString } from '../../sql/types/duckdbType.ts';

/** A path of a statement as an absolute one: relative to the workspace, absolute, or a `file:` URI. */
export function resolvePath(workspaceRoot: string, path: string): string {
  if (path.startsWith('file:')) return resolve(fileURLToPath(path.replace(/^file:\/*/, 'file:///')));
  if (/^[a-z][\w+.-]+:\/\//i.test(path)) throw new LakebookError('STORAGE_UNSUPPORTED_LOCATION', { path });
  return resolve(workspaceRoot, path);
}

/**
 * The files that a path names: the file, what matches a pattern, or all files in a folder but hidden ones (`_x`, `.x`).
 * @throws LakebookError PATH_NOT_FOUND where there is none; UNSUPPORTED_FEATURE.LOCAL_ENGINE for a partitioned folder
 */
export async function listDataFiles(database: Database, workspaceRoot: string, path: string, signal: AbortSignal): Promise<readonly string[]> {
  const absolute = resolvePath(workspaceRoot, path);
  const status = await stat(absolute).catch(() => undefined);
  const files = status === undefined ? await listMatching(database, absolute, signal) : status.isDirectory() ? await listFolder(absolute) : [absolute];
  if (files.length === 0) throw new LakebookError('PATH_NOT_FOUND', { path: absolute });
  return files;
}

async function listFolder(folder: string): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !/^[._]/.test(name));
  const partition = entries.find((entry) => entry.isDirectory() && entry.name.includes('='));
  if (partition !== undefined) {
    throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `A folder partitioned by name (${partition.name})`, reason: 'the types of its partition columns would be guessed' });
  }
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => join(folder, name)).sort();
}

async function listMatching(database: Database, pattern: string, signal: AbortSignal): Promise<readonly string[]> {
  if (!/[*?[]/.test(pattern)) return [];
  const found = await database.query(`SELECT file FROM glob(${quoteString(pattern)}) ORDER BY file`, signal);
  return found.column('file').map(String);
}

/** A list of files as DuckDB's readers take it; their names are patterns there. */
export function buildFileList(files: readonly string[]): string {
  return `[${files.map((file) => quoteString(file.replace(/[*?[]/g, (sign) => `[${sign}]`))).join(', ')}]`;
}
