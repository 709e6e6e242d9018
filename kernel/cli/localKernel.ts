import { mkdir } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { LakebookError } from '../base/errors.ts';
import { createEngineKernel, type EngineKernel } from '../engineKernel.ts';
import { userStateFolder } from '../host/statePaths.ts';

/** A workspace folder as an absolute path; the current folder by default. @throws LakebookError WORKSPACE_NOT_FOUND */
export async function resolveWorkspace(folder: string | undefined): Promise<string> {
  const workspace = resolve(folder ?? '.');
  const status = await stat(workspace).catch(() => undefined);
  if (status?.isDirectory() !== true) throw new LakebookError('WORKSPACE_NOT_FOUND', { path: workspace });
  return workspace;
}

/** The engine in this process, over a workspace. */
export async function openLocalKernel(workspace: string): Promise<EngineKernel> {
  const folder = await workFolder();
  return createEngineKernel({ workspace, spoolFolder: join(folder, 'results'), spillFolder: join(folder, 'spill') });
}

/** Where the command line keeps what does not fit into memory: the state folder, or the system's where that takes no writes. */
export async function workFolder(): Promise<string> {
  const own = join(userStateFolder(process.env, process.platform, homedir()), 'cli');
  try {
    await mkdir(own, { recursive: true, mode: 0o700 });
    return own;
  } catch {
    const shared = join(tmpdir(), `lakebook-cli-${process.getuid?.() ?? 0}`);
    await mkdir(shared, { recursive: true, mode: 0o700 });
    return shared;
  }
}
