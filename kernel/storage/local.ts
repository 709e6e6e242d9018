import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, type Stats } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink, utimes, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LakebookError } from '../base/errors.ts';
import { joinPath, localPath } from './paths.ts';
import type { FileStatus, PutOptions, StagedFile, Storage } from './storage.ts';

/** How many files are asked for their size and time at once; more would keep libuv's threads from everybody else. */
const STAT_BATCH = 64;
/** How long the event loop may wait for a disk that answers at once. */
const STAT_SLICE_MS = 2;
/** A disk that takes longer per file is asked through libuv's threads. */
const STAT_FAST_MS = 0.1;

/** Files up to so many bytes are read without a thread of their own, unless one took so long within the last second. */
const READ_AT_ONCE_BYTES = 1 << 15;
const READ_SLOW_MS = 4;
const SLOW_FOR_MS = 1000;

/** The Storage port over this machine's file systems. */
export function createLocalStorage(): Storage {
  return { listFrom, read, readRange, put, putIfAbsent, stage, adopt, sync, delete: deleteFile };
}

async function listFrom(folder: string, from = ''): Promise<readonly FileStatus[]> {
  const path = resolve(folder);
  // UTF-16 and UTF-8 order every name alike beside an ASCII one; a log's names are compared with one by the thousand.
  const isWanted = isAscii(from) ? (name: string) => name >= from : (name: string) => compareNames(name, from) >= 0;
  const names = (await attempt(path, () => readdir(path))).filter(isWanted);
  return statAll(path, names.sort(compareNames));
}

/**
 * A local disk answers from memory in a few microseconds, a tenth of what it takes to wake a thread for it, so files are
 * asked directly while that holds, in slices.
 */
async function statAll(folder: string, names: readonly string[]): Promise<readonly FileStatus[]> {
  const statuses: (FileStatus | undefined)[] = [];
  let isFast = true;
  while (statuses.length < names.length) {
    if (isFast) isFast = statSlice(folder, names, statuses);
    else statuses.push(...(await Promise.all(names.slice(statuses.length, statuses.length + STAT_BATCH).map((name) => statusOf(folder, name)))));
    if (isFast && statuses.length < names.length) await new Promise((resume) => setImmediate(resume));
  }
  return statuses.filter((status) => status !== undefined);
}

/** Appends what it finds out in one slice; false if the disk was slow. */
function statSlice(folder: string, names: readonly string[], statuses: (FileStatus | undefined)[]): boolean {
  const [start, first] = [performance.now(), statuses.length];
  let elapsed = 0;
  for (const name of names.slice(first)) {
    statuses.push(toStatus(name, directStat(joinPath(folder, name))));
    elapsed = performance.now() - start;
    if (elapsed > STAT_SLICE_MS) break;
  }
  return elapsed < STAT_SLICE_MS || elapsed / (statuses.length - first) < STAT_FAST_MS;
}

function directStat(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw storageError(path, error);
  }
}

async function statusOf(folder: string, name: string): Promise<FileStatus | undefined> {
  try {
    return toStatus(name, await stat(joinPath(folder, name)));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw storageError(joinPath(folder, name), error);
  }
}

/** undefined if the file went away after it was listed, or is a link to a folder. */
function toStatus(name: string, found: Stats | undefined): FileStatus | undefined {
  return found?.isFile() === true ? { name, sizeBytes: found.size, modifiedAtMs: Math.floor(found.mtimeMs) } : undefined;
}

async function read(path: string): Promise<Uint8Array> {
  const file = resolve(path);
  return attempt(file, async () => readAtOnce(file) ?? readFile(file));
}

/** Until when files are read through libuv's threads, as the disk was slow; as `performance.now()` counts. */
let slowUntilMs = 0;

/** A log is many small files, and waking a thread for each call that reads one takes ten times as long as the call. Undefined where it may take long. */
function readAtOnce(file: string): Uint8Array | undefined {
  const startMs = performance.now();
  if (startMs < slowUntilMs) return undefined;
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !(found.isFile() && found.size <= READ_AT_ONCE_BYTES)) return undefined;
  const bytes = readFileSync(file);
  const endMs = performance.now();
  if (endMs - startMs > READ_SLOW_MS) slowUntilMs = endMs + SLOW_FOR_MS;
  return bytes;
}

async function readRange(path: string, offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
  const file = resolve(path);
  return attempt(file, async () => {
    const handle = await open(file, 'r');
    try {
      const buffer = new Uint8Array(lengthBytes);
      let filled = 0;
      while (filled < lengthBytes) {
        const { bytesRead } = await handle.read(buffer, filled, lengthBytes - filled, offsetBytes + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    } finally {
      await handle.close();
    }
  });
}

async function put(path: string, bytes: Uint8Array): Promise<void> {
  const file = resolve(path);
  await attempt(file, async () => {
    const temporary = await writeTemporary(dirname(file), bytes);
    try {
      await rename(temporary, file);
    } catch (error) {
      await removeQuietly(temporary);
      throw error;
    }
    await syncFolder(dirname(file));
  });
}

/**
 * The content is complete and on disk before the name appears: a temporary file is linked to the name, which fails if the
 * name is taken. File systems without hard links are refused by name rather than served with something weaker.
 */
async function putIfAbsent(path: string, bytes: Uint8Array, { durable = true }: PutOptions = {}): Promise<boolean> {
  const file = resolve(path);
  return attempt(file, async () => giveName(await writeTemporary(dirname(file), bytes, durable), file, durable));
}

async function stage(folder: string, bytes: Uint8Array): Promise<StagedFile> {
  const path = resolve(folder);
  const temporary = await attempt(path, () => writeTemporary(path, bytes));
  let placedAs: string | undefined;
  let wasTaken = false;
  return {
    place: (name) => {
      const file = resolve(name);
      return attempt(file, async () => {
        // The time of a version is that of its file, and others have had theirs meanwhile.
        if (wasTaken) await utimes(temporary, new Date(), new Date());
        if (placedAs !== file && !(await linkTo(temporary, file))) wasTaken = true;
        else placedAs = file;
        await syncPlaced(file);
        return placedAs === file;
      });
    },
    discard: () => removeQuietly(temporary),
  };
}

async function adopt(temporaryPath: string, path: string): Promise<boolean> {
  const [temporary, file] = [resolve(temporaryPath), resolve(path)];
  return attempt(temporary, async () => {
    await syncFile(temporary);
    return giveName(temporary, file);
  });
}

/** Links a file that is on disk to its name; the temporary name goes. */
async function giveName(temporary: string, file: string, durable = true): Promise<boolean> {
  let isFree: boolean;
  try {
    isFree = await linkTo(temporary, file);
  } finally {
    await removeQuietly(temporary);
  }
  if (durable) await syncPlaced(file);
  return isFree;
}

/** False where the name is taken. */
async function linkTo(temporary: string, file: string): Promise<boolean> {
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw linkError(file, error);
  }
}

/** Also where another has the name: whoever goes on from another's commit must not outlive it. */
async function syncPlaced(file: string): Promise<void> {
  try {
    await syncFolder(dirname(file));
  } catch (error) {
    throw outcomeUnknown(file, error);
  }
}

async function sync(paths: readonly string[], root: string): Promise<void> {
  const files = paths.map(resolve);
  const folders = new Set(files.flatMap((file) => foldersBetween(resolve(root), file)));
  const pending = [...files.map((file) => ({ path: file, flush: syncFile })), ...[...folders].map((folder) => ({ path: folder, flush: syncFolder }))].values();
  const work = async (): Promise<void> => {
    for (const { path, flush } of pending) await attempt(path, () => flush(path));
  };
  await Promise.all(Array.from({ length: Math.min(SYNC_PARALLEL, files.length + folders.size) }, work));
}

/** `root` and the folders below it that lead to a file, innermost first. */
function foldersBetween(root: string, file: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(file); folder.startsWith(root); folder = dirname(folder)) {
    folders.push(folder);
    if (folder === root) break;
  }
  return folders;
}

/** Each takes one of libuv's threads. */
const SYNC_PARALLEL = 4;

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function deleteFile(path: string): Promise<void> {
  const file = resolve(path);
  await attempt(file, async () => {
    try {
      await unlink(file);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  });
}

async function writeTemporary(folder: string, bytes: Uint8Array, durable = true): Promise<string> {
  const temporary = joinPath(folder, `.${randomUUID()}.tmp`);
  const handle = await openNew(temporary);
  try {
    await handle.writeFile(bytes);
    if (durable) await handle.sync();
  } catch (error) {
    await removeQuietly(temporary);
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

/** Makes the folders on the way where they are missing. */
async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx');
  } catch (error) {
    if (!isMissing(error)) throw error;
    await makeFolder(dirname(file));
    return open(file, 'wx');
  }
}

/** A folder, and the names of those that had to be made, on disk. */
async function makeFolder(folder: string): Promise<void> {
  const topmost = await mkdir(folder, { recursive: true });
  if (topmost === undefined) return;
  for (let made = folder; made.length >= topmost.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems cannot sync a folder; the file itself is on disk by now.
    if (!['EINVAL', 'EISDIR', 'EPERM', 'ENOTSUP'].includes(codeOf(error))) throw error;
  } finally {
    await handle.close();
  }
}

async function removeQuietly(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch {
    // A temporary file left behind is ignored by every reader of the log.
  }
}

function resolve(location: string): string {
  const path = localPath(location);
  if (path === undefined) throw new LakebookError('STORAGE_UNSUPPORTED_LOCATION', { path: location });
  return path;
}

async function attempt<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw storageError(path, error);
  }
}

/** What a failed hard link says of the file system: where the file system refuses it nothing happened, else (a network, a disk) that is not known. */
export function linkError(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return new LakebookError('STORAGE_NO_ATOMIC_CREATE', { path }, { cause: error });
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENAMETOOLONG', 'EXDEV'].includes(code) ? error : outcomeUnknown(path, error);
}

function outcomeUnknown(path: string, error: unknown): LakebookError {
  return new LakebookError('STORAGE_OUTCOME_UNKNOWN', { path, detail: detailOf(error) }, { cause: error });
}

/** An operating system's error as one of ours, by its code. */
export function storageError(path: string, error: unknown): unknown {
  if (error instanceof LakebookError) return error;
  const code = codeOf(error);
  if (isMissing(error)) return new LakebookError('STORAGE_NOT_FOUND', { path }, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new LakebookError('STORAGE_ACCESS_DENIED', { path, detail: code }, { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT') return new LakebookError('STORAGE_FULL', { path }, { cause: error });
  return new LakebookError('STORAGE_FAILED', { path, detail: detailOf(error) }, { cause: error });
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** UTF-8 byte order, which JavaScript's own comparison (UTF-16) is not beyond the basic plane. */
function compareNames(left: string, right: string): number {
  if (left === right) return 0;
  return isAscii(left) && isAscii(right) ? (left < right ? -1 : 1) : Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function isAscii(text: string): boolean {
  return !/[^\x20-\x7e]/.test(text);
}
