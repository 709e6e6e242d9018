import { access, constants, lstat, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LakebookError } from '../base/errors.ts';
import { attemptFile, errorCode } from './atomicFile.ts';

/** The workspace's folder and what lies in it. Paths over rpc are relative to it, with `/` between parts. */
export interface WorkspacePaths {
  /** Real path. */
  readonly root: string;
  readonly name: string;
  readonly readOnly: boolean;
  /**
   * The absolute path of something in the workspace, which need not exist. Links are followed for the check only.
   * @throws LakebookError PATH_OUTSIDE_WORKSPACE
   */
  resolve(relativePath: string): Promise<string>;
  relative(absolutePath: string): string;
}

/** @throws LakebookError WORKSPACE_NOT_FOUND */
export async function openWorkspacePaths(folder: string): Promise<WorkspacePaths> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) throw new LakebookError('WORKSPACE_NOT_FOUND', { path: folder });
  const isInside = (file: string): boolean => file === root || file.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
  return {
    root,
    name: path.basename(root) || root,
    readOnly: await takesNoFiles(root),
    relative: (absolutePath) => path.relative(root, absolutePath).split(path.sep).join('/'),
    resolve: async (relativePath) => {
      const file = path.resolve(root, relativePath);
      if (relativePath.includes('\0') || !isInside(file) || !isInside(await realParent(file))) throw new LakebookError('PATH_OUTSIDE_WORKSPACE', { path: relativePath });
      return file;
    },
  };
}

/** The real path of the file, or of the nearest folder above it that exists. */
async function realParent(file: string): Promise<string> {
  const exists = await lstat(file).then(() => true, () => false);
  if (!exists) return realParent(path.dirname(file));
  return attemptFile(file, () => realpath(file).catch((error: unknown) => (errorCode(error) === 'ENOENT' ? realpath(path.dirname(file)) : Promise.reject(error))));
}

/** Permission bits do not bind everybody, and a disk may be read-only: trying is the only answer. */
async function takesNoFiles(root: string): Promise<boolean> {
  try {
    await access(root, constants.W_OK);
    await rm(await mkdtemp(path.join(root, '.lakebook-try-')), { recursive: true });
    return false;
  } catch {
    return true;
  }
}
