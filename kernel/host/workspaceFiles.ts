import { createHash, randomUUID } from 'node:crypto';
import { access, constants, cp, lstat, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { LakebookError } from '../base/errors.ts';
import type { FileEntry } from '../rpc/files.ts';
import { attemptFile, createFileAtomically, errorCode, writeFileAtomically } from './atomicFile.ts';
import type { WorkspacePaths } from './workspacePaths.ts';

interface TextFile {
  readonly text: string;
  readonly revision: string;
  readonly readOnly: boolean;
}

/** What the explorer and the text editors do with the workspace's files. */
export interface WorkspaceFiles {
  list(relativePath: string): Promise<FileEntry[]>;
  /** @throws LakebookError FILE_NOT_TEXT, FILE_TOO_LARGE */
  readText(relativePath: string): Promise<TextFile>;
  /** @throws LakebookError FILE_CHANGED_ON_DISK, FILE_ALREADY_EXISTS */
  writeText(relativePath: string, text: string, revision: string | undefined): Promise<string>;
  createFolder(relativePath: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** @returns what {@link restore} takes */
  delete(relativePath: string): Promise<string>;
  restore(trashId: string): Promise<string>;
  find(query: string, limit: number): Promise<string[]>;
}

const TEXT_BYTES_MAX = 50 * 1024 * 1024;
/** Folders no search goes into. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '.git', '.lakebook', '_delta_log', '.ipynb_checkpoints', '__pycache__', '.venv']);
const FIND_ENTRIES_MAX = 200_000;
const STAT_BATCH = 64;
const trashShape = z.object({ path: z.string() });

export function createWorkspaceFiles(paths: WorkspacePaths, trash: string): WorkspaceFiles {
  return {
    list: async (relativePath) => {
      const folder = await paths.resolve(relativePath);
      const found = await attemptFile(folder, () => readdir(folder, { withFileTypes: true }));
      const names = found.map(({ name }) => name).filter((name) => name !== '.git' && name !== '.lakebook' && !/^\..*\.tmp$/.test(name));
      const entries: FileEntry[] = [];
      for (let start = 0; start < names.length; start += STAT_BATCH) {
        const batch = await Promise.all(names.slice(start, start + STAT_BATCH).map((name) => describeEntry(paths, path.join(folder, name))));
        for (const entry of batch) if (entry !== undefined) entries.push(entry);
      }
      return entries.sort(compareEntries);
    },
    readText: async (relativePath) => {
      const file = await paths.resolve(relativePath);
      const { size } = await attemptFile(file, () => stat(file));
      if (size > TEXT_BYTES_MAX) throw new LakebookError('FILE_TOO_LARGE', { path: relativePath, size, limit: TEXT_BYTES_MAX });
      const bytes = await attemptFile(file, () => readFile(file));
      const readOnly = await access(file, constants.W_OK).then(() => paths.readOnly, () => true);
      return { text: decodeText(relativePath, bytes), revision: revisionOf(bytes), readOnly };
    },
    writeText: async (relativePath, text, revision) => {
      const file = await paths.resolve(relativePath);
      const bytes = Buffer.from(text, 'utf8');
      if (revision === undefined) {
        if (!(await attemptFile(file, () => createFileAtomically(file, bytes)))) throw new LakebookError('FILE_ALREADY_EXISTS', { path: relativePath });
        return revisionOf(bytes);
      }
      const present = await readFile(file).catch((error: unknown) => (errorCode(error) === 'ENOENT' ? undefined : Promise.reject(error)));
      if (present === undefined || revisionOf(present) !== revision) throw new LakebookError('FILE_CHANGED_ON_DISK', { path: relativePath });
      await writeFileAtomically(file, bytes);
      return revisionOf(bytes);
    },
    createFolder: async (relativePath) => {
      const folder = await paths.resolve(relativePath);
      await attemptFile(folder, () => mkdir(path.dirname(folder), { recursive: true }));
      await attemptFile(folder, () => mkdir(folder).catch((error: unknown) => Promise.reject(takenError(error, relativePath))));
    },
    rename: async (from, to) => {
      const source = await inside(paths, from);
      const target = await inside(paths, to);
      if (await exists(target) && !(await isSameFile(source, target))) throw new LakebookError('FILE_ALREADY_EXISTS', { path: to });
      await attemptFile(source, async () => {
        await mkdir(path.dirname(target), { recursive: true });
        await rename(source, target);
      });
    },
    delete: async (relativePath) => {
      const file = await inside(paths, relativePath);
      const trashId = randomUUID();
      const folder = path.join(trash, trashId);
      await attemptFile(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
      await writeFileAtomically(path.join(folder, 'trash.json'), JSON.stringify({ path: relativePath }), { mode: 0o600 });
      await attemptFile(file, () => moveAcrossDisks(file, path.join(folder, 'content')));
      return trashId;
    },
    restore: async (trashId) => {
      const folder = path.join(trash, path.basename(trashId));
      const info = await readFile(path.join(folder, 'trash.json'), 'utf8').catch(() => undefined);
      if (info === undefined) throw new LakebookError('TRASH_NOT_FOUND', { trashId });
      const { path: relativePath } = trashShape.parse(JSON.parse(info));
      const target = await paths.resolve(relativePath);
      if (await exists(target)) throw new LakebookError('FILE_ALREADY_EXISTS', { path: relativePath });
      await attemptFile(target, async () => {
        await mkdir(path.dirname(target), { recursive: true });
        await moveAcrossDisks(path.join(folder, 'content'), target);
        await rm(folder, { recursive: true, force: true });
      });
      return relativePath;
    },
    find: (query, limit) => findFiles(paths.root, query, limit),
  };
}

/** The folders of an absolute path, for the folder picker. */
export async function browseFolders(folder: string): Promise<{ readonly path: string; readonly parent: string | null; readonly folders: string[] }> {
  const absolute = path.resolve(folder);
  const entries = await attemptFile(absolute, () => readdir(absolute, { withFileTypes: true }));
  const folders = await Promise.all(entries.map(async (entry) => {
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await stat(path.join(absolute, entry.name)).then((found) => found.isDirectory(), () => false)));
    return isFolder && !entry.name.startsWith('.') ? [entry.name] : [];
  }));
  const parent = path.dirname(absolute);
  return { path: absolute, parent: parent === absolute ? null : parent, folders: folders.flat().sort((a, b) => a.localeCompare(b)) };
}

/** undefined for what went away in between, and for links that lead nowhere. */
async function describeEntry(paths: WorkspacePaths, file: string): Promise<FileEntry | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  const isTable = found.isDirectory() && (await exists(path.join(file, '_delta_log')));
  const kind = isTable ? 'table' : found.isDirectory() ? 'folder' : 'file';
  return { name: path.basename(file), path: paths.relative(file), kind, sizeBytes: found.isDirectory() ? 0 : found.size, modifiedAtMs: Math.floor(found.mtimeMs) };
}

/** Folders and tables first, then files; by name as people sort, numbers by their value. */
function compareEntries(left: FileEntry, right: FileEntry): number {
  if ((left.kind === 'file') !== (right.kind === 'file')) return left.kind === 'file' ? 1 : -1;
  return left.name.localeCompare(right.name, undefined, { numeric: true, sensitivity: 'base' }) || (left.name < right.name ? -1 : 1);
}

/** Breadth first, so that near files are found before the limit; links to folders are not followed. */
async function findFiles(root: string, query: string, limit: number): Promise<string[]> {
  const wanted = query.toLowerCase();
  const found: string[] = [];
  let folders = [''];
  let seen = 0;
  while (folders.length > 0 && seen < FIND_ENTRIES_MAX) {
    const below: string[] = [];
    for (const folder of folders) {
      const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
      seen += entries.length;
      if (entries.some(({ name }) => name === '_delta_log')) continue; // a table's files are not the user's documents
      for (const entry of entries) {
        const relativePath = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) below.push(relativePath);
        else if (entry.isFile() && matchesQuery(relativePath.toLowerCase(), wanted)) found.push(relativePath);
      }
    }
    folders = below;
  }
  return found.sort((a, b) => rankMatch(a, wanted) - rankMatch(b, wanted) || a.length - b.length || (a < b ? -1 : 1)).slice(0, limit);
}

/** The query's characters in order, as quick open has it everywhere. */
function matchesQuery(text: string, query: string): boolean {
  let at = -1;
  for (const character of query) {
    at = text.indexOf(character, at + 1);
    if (at < 0) return false;
  }
  return true;
}

function rankMatch(relativePath: string, query: string): number {
  const name = path.basename(relativePath).toLowerCase();
  if (name.startsWith(query)) return 0;
  if (name.includes(query)) return 1;
  return relativePath.toLowerCase().includes(query) ? 2 : 3;
}

/** The workspace's own folder is neither renamed nor deleted. */
async function inside(paths: WorkspacePaths, relativePath: string): Promise<string> {
  const file = await paths.resolve(relativePath);
  if (file === paths.root) throw new LakebookError('PATH_OUTSIDE_WORKSPACE', { path: relativePath });
  return file;
}

async function moveAcrossDisks(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, errorOnExist: true, force: false, preserveTimestamps: true, verbatimSymlinks: true });
    await rm(from, { recursive: true });
  }
}

function decodeText(relativePath: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (text.includes('\0')) throw new TypeError('it has zero bytes');
    return text;
  } catch (error) {
    throw new LakebookError('FILE_NOT_TEXT', { path: relativePath }, { cause: error });
  }
}

function revisionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function takenError(error: unknown, relativePath: string): unknown {
  return errorCode(error) === 'EEXIST' ? new LakebookError('FILE_ALREADY_EXISTS', { path: relativePath }, { cause: error }) : error;
}

function exists(file: string): Promise<boolean> {
  return lstat(file).then(() => true, () => false);
}

/** On a disk that does not tell case apart, a rename may change only the case. */
async function isSameFile(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(left).catch(() => undefined), lstat(right).catch(() => undefined)]);
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}
