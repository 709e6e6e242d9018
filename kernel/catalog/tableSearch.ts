import { opendir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A folder with a `_delta_log` folder in it. `relativePath` is from the workspace's root, `/` between parts. */
export interface FoundTable {
  readonly relativePath: string;
  readonly path: string;
  /** Somewhere else: the workspace has its name alone, and `relativePath` is where a folder of that name would be. */
  readonly isExternal?: true;
}

/** How far a search goes before it gives up; what it found until then counts. */
export interface SearchLimits {
  /** Folders between the root and the deepest table. */
  readonly depthMax: number;
  readonly durationMaxMs: number;
  readonly foldersMax: number;
}
export const SEARCH_LIMITS: SearchLimits = { depthMax: 12, durationMaxMs: 30_000, foldersMax: 500_000 };

export type SearchEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'stopped'; readonly reason: 'time' | 'folders' | 'depth' | 'canceled' };

export interface SearchProgress {
  /** Called with each batch of tables as it is found, in no order. */
  onTables(tables: readonly FoundTable[]): void;
}

/** Folders that no search enters and no name leads through. */
export function isSkippedFolder(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules' || name === '_delta_log';
}

/**
 * Finds the Delta tables below `root` by their logs, level by level. Enters no table, no skipped folder, and no folder
 * twice: a link that leads back into the workspace, or to a folder seen already, is passed over. A folder that cannot be
 * read counts as empty.
 */
export async function searchTables(root: string, progress: SearchProgress, limits: SearchLimits, signal: AbortSignal): Promise<SearchEnd> {
  const deadlineMs = performance.now() + limits.durationMaxMs;
  const realRoot = await realpath(root).catch(() => root);
  const seen = new Set<string>();
  let entered = 0;
  let level: readonly FoundTable[] = [{ relativePath: '', path: root }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.depthMax) return { kind: 'stopped', reason: 'depth' };
    const next: FoundTable[] = [];
    for (let from = 0; from < level.length; from += PARALLEL_FOLDERS) {
      if (signal.aborted) return { kind: 'stopped', reason: 'canceled' };
      if (performance.now() > deadlineMs) return { kind: 'stopped', reason: 'time' };
      if (entered >= limits.foldersMax) return { kind: 'stopped', reason: 'folders' };
      const batch = level.slice(from, from + PARALLEL_FOLDERS);
      entered += batch.length;
      const listings = await Promise.all(batch.map((folder) => listFolder(folder, realRoot, seen)));
      const tables = batch.filter((_, index) => listings[index]!.isTable);
      if (tables.length > 0) progress.onTables(tables);
      for (const { folders } of listings) next.push(...folders);
    }
    level = next;
  }
  return { kind: 'complete' };
}

const PARALLEL_FOLDERS = 32;

interface FolderListing {
  readonly isTable: boolean;
  readonly folders: readonly FoundTable[];
}
const NOTHING: FolderListing = { isTable: false, folders: [] };

async function listFolder(folder: FoundTable, realRoot: string, seen: Set<string>): Promise<FolderListing> {
  const folders: FoundTable[] = [];
  const links: string[] = [];
  try {
    for await (const entry of await opendir(folder.path, { bufferSize: 512 })) {
      if (entry.name === '_delta_log' && (entry.isDirectory() || entry.isSymbolicLink())) return { isTable: true, folders: [] };
      if (isSkippedFolder(entry.name)) continue;
      if (entry.isDirectory()) folders.push(child(folder, entry.name));
      else if (entry.isSymbolicLink()) links.push(entry.name);
    }
  } catch {
    return NOTHING; // unreadable, or gone since its parent was listed
  }
  for (const name of links) {
    const linked = child(folder, name);
    if (await isNewOutsideFolder(linked.path, realRoot, seen)) folders.push(linked);
  }
  return { isTable: false, folders };
}

function child(folder: FoundTable, name: string): FoundTable {
  return { relativePath: folder.relativePath === '' ? name : `${folder.relativePath}/${name}`, path: join(folder.path, name) };
}

/** A link is followed only out of the workspace (what is inside is found without it), and each target once. */
async function isNewOutsideFolder(path: string, realRoot: string, seen: Set<string>): Promise<boolean> {
  try {
    const target = await realpath(path);
    const inside = target === realRoot || target.startsWith(realRoot + sep);
    const above = realRoot.startsWith(target.endsWith(sep) ? target : target + sep);
    if (inside || above || seen.has(target) || !(await stat(target)).isDirectory()) return false;
    seen.add(target);
    return true;
  } catch {
    return false;
  }
}
