import type { FileEntry } from '../../../kernel/rpc/files.ts';
import { isWithin, joinPath, parentPath } from '../../state/editorInput.ts';
import type { TreeRow } from '../../ui/treeNavigation.ts';

export type NewKind = 'notebook' | 'file' | 'folder';

/** A name that is being typed in the tree. */
export type NameEdit = { readonly kind: 'rename'; readonly path: string } | { readonly kind: 'create'; readonly what: NewKind; readonly folder: string };

/** Paths are relative to the workspace, '' is its root. */
export interface ExplorerState {
  /** Entries of the folders that were listed. */
  readonly folders: ReadonlyMap<string, readonly FileEntry[]>;
  readonly expanded: ReadonlySet<string>;
  readonly focusedPath: string | undefined;
  readonly edit: NameEdit | undefined;
}

export const EMPTY_EXPLORER: ExplorerState = { folders: new Map(), expanded: new Set(), focusedPath: undefined, edit: undefined };

/** A line of the tree: an entry, or the field for a new one. */
export interface ExplorerRow extends TreeRow {
  readonly path: string;
  readonly kind: FileEntry['kind'];
  readonly editing: boolean;
}

/** Id of the line where a new name is typed. */
export const DRAFT_ID = '\0draft';

/** The visible lines, folders before files, in the order that people read. */
export function buildExplorerRows(state: ExplorerState): readonly ExplorerRow[] {
  const rows: ExplorerRow[] = [];
  addFolder(state, '', 1, rows);
  return rows;
}

function addFolder(state: ExplorerState, folder: string, level: number, rows: ExplorerRow[]): void {
  const entries = state.folders.get(folder) ?? [];
  const draft = state.edit?.kind === 'create' && state.edit.folder === folder ? state.edit.what : undefined;
  const siblings = entries.length + (draft === undefined ? 0 : 1);
  if (draft !== undefined) rows.push({ id: DRAFT_ID, path: folder, label: 'New name', kind: draft === 'folder' ? 'folder' : 'file', level, expanded: undefined, position: 1, siblings, editing: true });
  for (const [index, entry] of entries.entries()) {
    const expanded = entry.kind === 'file' ? undefined : state.expanded.has(entry.path);
    const editing = state.edit?.kind === 'rename' && state.edit.path === entry.path;
    const position = siblings - entries.length + index + 1;
    rows.push({ id: entry.path, path: entry.path, label: entry.name, kind: entry.kind, level, expanded, openable: entry.kind === 'table', position, siblings, editing });
    if (expanded === true) addFolder(state, entry.path, level + 1, rows);
  }
}

/** Folders (tables are folders too) first, then by name as people count: `a2` before `a10`. */
function sortEntries(entries: readonly FileEntry[]): readonly FileEntry[] {
  const rank = (entry: FileEntry): number => (entry.kind === 'file' ? 1 : 0);
  return [...entries].sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name, undefined, { numeric: true, sensitivity: 'base' }));
}

export function nextListed(state: ExplorerState, folder: string, entries: readonly FileEntry[]): ExplorerState {
  return { ...state, folders: new Map(state.folders).set(folder, sortEntries(entries)) };
}

export function nextToggled(state: ExplorerState, folder: string, expanded: boolean): ExplorerState {
  const set = new Set(state.expanded);
  if (expanded) set.add(folder);
  else set.delete(folder);
  return { ...state, expanded: set };
}

/** Opens every folder above the path and puts the focus on it. */
export function nextRevealed(state: ExplorerState, path: string): ExplorerState {
  return { ...state, expanded: new Set([...state.expanded, ...ancestorsOf(path)]), focusedPath: path };
}

/** After a rename: what was listed, open and focused below the old path is so below the new one. */
export function nextMoved(state: ExplorerState, from: string, to: string): ExplorerState {
  const moved = (path: string): string => (isWithin(path, from) ? to + path.slice(from.length) : path);
  return {
    ...state,
    folders: new Map([...state.folders].filter(([folder]) => !isWithin(folder, from))),
    expanded: new Set([...state.expanded].map(moved)),
    focusedPath: state.focusedPath === undefined ? undefined : moved(state.focusedPath),
  };
}

/** Where the focus goes when `path` goes: the next line below all of it, else the one above. */
export function nextFocusAfter(state: ExplorerState, path: string): string | undefined {
  const rows = buildExplorerRows(state);
  const index = rows.findIndex((row) => row.id === path);
  const below = rows.slice(index + 1).find((row) => !isWithin(row.path, path));
  return (below ?? rows[index - 1])?.id;
}

/** Listed folders that a change of `paths` may have touched. */
export function touchedFolders(state: ExplorerState, paths: readonly string[]): readonly string[] {
  const touched = new Set<string>();
  for (const path of paths) {
    if (state.folders.has(path)) touched.add(path);
    if (state.folders.has(parentPath(path)) && path !== '') touched.add(parentPath(path));
  }
  return [...touched];
}

/** Folder that a new entry goes into: the focused folder, else the one around the focused file. */
export function targetFolder(state: ExplorerState): string {
  const focused = state.focusedPath;
  if (focused === undefined || focused === '') return '';
  const entry = state.folders.get(parentPath(focused))?.find((candidate) => candidate.path === focused);
  return entry?.kind === 'folder' ? focused : parentPath(focused);
}

/** What is wrong with a name in a folder, or undefined. `own` is the name that is being changed. */
export function checkName(state: ExplorerState, folder: string, name: string, own?: string): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return 'A name is needed.';
  if (trimmed === '.' || trimmed === '..' || /[/\\\0]/.test(trimmed)) return 'A name cannot contain / or \\.';
  const taken = trimmed !== own && (state.folders.get(folder) ?? []).some((entry) => entry.name === trimmed);
  return taken ? `${trimmed} is there already.` : undefined;
}

/** `Untitled.ipynb`, `Untitled-2.ipynb`…: the first name that is free. */
export function freeName(state: ExplorerState, folder: string, stem: string, extension: string): string {
  const names = new Set((state.folders.get(folder) ?? []).map((entry) => entry.name));
  for (let number = 1; ; number += 1) {
    const name = `${stem}${number === 1 ? '' : `-${number}`}${extension}`;
    if (!names.has(name)) return name;
  }
}

function ancestorsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).reduce(joinPath, ''));
}
