import { randomBytes } from 'node:crypto';
import { link, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LakebookError } from '../base/errors.ts';

/**
 * Writes a whole file so that a reader, and a crash, sees the old bytes or the new ones: temporary file beside it, fsync,
 * rename, fsync of the folder. A link is followed, the file's mode is kept.
 * @throws LakebookError STORAGE_* as {@link fileError} maps them; the old file is untouched then
 */
export async function writeFileAtomically(file: string, content: string | Uint8Array, options: { readonly mode?: number } = {}): Promise<void> {
  await attemptFile(file, async () => {
    const target = await realpath(file).catch(() => file);
    const mode = options.mode ?? (await stat(target).then((found) => found.mode & 0o777, () => 0o666));
    const temporary = await writeTemporary(target, content, mode);
    try {
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(path.dirname(target));
  });
}

/** Like {@link writeFileAtomically}, for a name that must be free. @returns false if it is taken */
export async function createFileAtomically(file: string, content: string | Uint8Array, mode = 0o666): Promise<boolean> {
  return attemptFile(file, async () => {
    const temporary = await writeTemporary(file, content, mode);
    try {
      await link(temporary, file);
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errorCode(error))) throw error;
      return await createWithoutLinks(file, content, mode);
    } finally {
      await rm(temporary, { force: true });
    }
    await syncFolder(path.dirname(file));
    return true;
  });
}

/** A folder for this user alone. */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  await attemptFile(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
}

/** Runs a file operation and names what goes wrong. */
export async function attemptFile<Result>(file: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw fileError(file, error);
  }
}

export function fileError(file: string, error: unknown): LakebookError {
  if (error instanceof LakebookError) return error;
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new LakebookError('STORAGE_NOT_FOUND', { path: file }, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new LakebookError('STORAGE_ACCESS_DENIED', { path: file, detail: code }, { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT') return new LakebookError('STORAGE_FULL', { path: file }, { cause: error });
  return new LakebookError('STORAGE_FAILED', { path: file, detail: error instanceof Error ? error.message : String(error) }, { cause: error });
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows opens no folders; its renames are journalled by the file system
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'EISDIR', 'EPERM', 'ENOTSUP'].includes(errorCode(error))) throw error; // some file systems cannot sync a folder
  } finally {
    await handle.close();
  }
}

async function writeTemporary(target: string, content: string | Uint8Array, mode: number): Promise<string> {
  const temporary = path.join(path.dirname(target), `.${path.basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await handle.close();
  return temporary;
}

/** Where hard links do not exist an exclusive create is the best there is; a crash may then leave a part of the new file. */
async function createWithoutLinks(file: string, content: string | Uint8Array, mode: number): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', mode);
    await handle.writeFile(content);
    await handle.sync();
    await handle.close();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
