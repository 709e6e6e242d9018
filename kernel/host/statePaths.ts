import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';

/** Where everything about a workspace is kept that is not the workspace itself: one folder per user and workspace. */
export interface StatePaths {
  readonly user: string;
  readonly recentFolders: string;
  /** Of this workspace; the rest lies in it. */
  readonly workspace: string;
  readonly lock: string;
  /** Port and token of the last host, so that open windows find the next one. */
  readonly address: string;
  readonly receipts: string;
  readonly log: string;
  readonly uiState: string;
  readonly trash: string;
  readonly downloads: string;
  readonly notebooks: string;
}

/** @param workspace the workspace's real path */
export function statePathsOf(workspace: string, user = userStateFolder(process.env, process.platform, os.homedir())): StatePaths {
  const folder = path.join(user, 'workspaces', workspaceKey(workspace));
  return {
    user,
    recentFolders: path.join(user, 'recent.json'),
    workspace: folder,
    lock: path.join(folder, 'lock.json'),
    address: path.join(folder, 'address.json'),
    receipts: path.join(folder, 'receipts.jsonl'),
    log: path.join(folder, 'host.log'),
    uiState: path.join(folder, 'ui-state.json'),
    trash: path.join(folder, 'trash'),
    downloads: path.join(folder, 'downloads'),
    notebooks: path.join(folder, 'notebooks'),
  };
}

/** Per-user state by each system's habit; `LAKEBOOK_STATE` overrides it. */
export function userStateFolder(env: Readonly<Record<string, string | undefined>>, platform: string, home: string): string {
  const override = env['LAKEBOOK_STATE'];
  if (override !== undefined && override !== '') return path.resolve(override);
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Lakebook');
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'Lakebook');
  const xdg = env['XDG_STATE_HOME'];
  return path.join(xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'state'), 'lakebook');
}

/** Readable first, unique by the hash. */
function workspaceKey(workspace: string): string {
  const name = path.basename(workspace).replace(/[^\w.-]/g, '_').slice(0, 40);
  return `${name}-${createHash('sha256').update(workspace).digest('hex').slice(0, 16)}`;
}
